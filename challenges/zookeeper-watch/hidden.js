// Names with drawn prefixes, so that their order says nothing.
function draw(random, index) {
  const first = random.between(1, 90000);
  let next = first;
  const names = Array.from({ length: random.between(3, 8) }, () => {
    next += random.between(1, 40);
    const prefix = Array.from({ length: 4 }, () => random.pick([...'0123456789abcdef'])).join('');
    return `${prefix}-n_${`${next}`.padStart(10, '0')}`;
  });
  const at = [0, 1, names.length - 1, random.below(names.length)][index % 4];
  const children = index % 8 === 7 ? names.filter((_, i) => i !== at) : names;
  const name = children === names ? `place ${at + 1} of ${names.length}` : 'the session has ended';
  return { name, arguments: [random.shuffle(children), names[at]] };
}
