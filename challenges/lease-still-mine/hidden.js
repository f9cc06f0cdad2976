// Near the border on either side: it is at 0 exactly without drift, and some way off with it.
function draw(random, index) {
  if (index % 7 === 6) return { name: 'no lease', arguments: [null, random.below(9000), 5] };
  const askedAt = random.between(1000, 90000);
  const answeredAt = askedAt + random.between(20, 900);
  const duration = random.between(20, 60) * 100;
  // A slow clock and a long write together: its time is real and is not stretched.
  const long = index % 7 === 3;
  const writeTime = long ? random.between(300, 600) : random.between(1, 60);
  const drift = index % 2 === 0 && !long ? 0 : random.pick([0.05, 0.1, 0.25, 0.5]);
  const border = Math.floor((duration - writeTime) / (1 + drift));
  const off = index % 2 === 0 ? random.pick([-1, 0, 0, 1]) : random.pick([-5, 5, 20]);
  if (long) {
    const now = askedAt + border - random.between(5, 9);
    return { name: 'a slow clock, and just time enough for a long write', arguments: [{ askedAt, answeredAt, duration, drift }, now, writeTime] };
  }
  const kinds = [
    ['near the end', askedAt + border + off],
    ['after the end, if counted from asking', answeredAt + border - 3],
    ['in the middle', askedAt + Math.floor(border / 2)],
    ['early enough only without the write', askedAt + border + Math.max(3, Math.floor(writeTime / 2))],
    ['a clock that was set back', askedAt - random.between(1, 900)],
  ];
  const [name, now] = kinds[index % kinds.length];
  return { name, arguments: [{ askedAt, answeredAt, duration, drift }, now, writeTime] };
}
