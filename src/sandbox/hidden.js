// Draws one hidden case. It is put after a challenge's solution.js and hidden.js and a line that
// says which function `answer` is, and runs in a frame of its own, before the learner's code has
// one. `index` counts from 0, so that a challenge can meet every kind of case in each run.
function drawHiddenCase(seed, index) {
  const { name, arguments: list } = draw(randomOf(seed, index), index);
  const text = JSON.stringify(list);
  return { name, arguments: JSON.parse(text), expected: answer(...JSON.parse(text)) };
}

// The same numbers for the same seed and index (Mulberry32).
function randomOf(seed, index) {
  let state = (seed ^ Math.imul(index + 1, 0x9e3779b1)) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (end) => next() % end; // a whole number from 0, end excluded
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    pick: (list) => list[below(list.length)],
    chance: (percent) => below(100) < percent,
    some: (list, percent) => list.filter(() => below(100) < percent),
    shuffle: (list) => list.map((item) => [next(), item]).sort(([a], [b]) => a - b).map(([, item]) => item),
  };
}
