// Each peer was last heard near the border, before it, or never.
function draw(random, index) {
  const period = random.pick([50, 100, 250]);
  const now = period * random.between(8, 20);
  const peers = random.shuffle([0, 1, 2, 3, 4]).slice(0, random.between(2, 5));
  const heartbeats = [];
  peers.forEach((peer, i) => {
    const silent = random.pick([3 * period, 3 * period + 1, 3 * period - 1, random.between(0, 5 * period)]);
    if (i === 1 && index % 2 === 0) return;
    heartbeats.push({ from: peer, at: now - silent });
    for (let n = random.below(3); n > 0; n -= 1) {
      heartbeats.push({ from: peer, at: random.below(now - silent) });
    }
  });
  return { name: `a drawn hour, number ${index + 1}`, arguments: [peers, random.shuffle(heartbeats), period, now] };
}
