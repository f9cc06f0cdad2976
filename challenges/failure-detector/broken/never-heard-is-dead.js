// wrong: suspects at once whom it has never heard
function suspects(peers, heartbeats, period, now) {
  return peers.filter((peer) => {
    let last = -Infinity;
    for (const { from, at } of heartbeats) {
      if (from === peer) last = Math.max(last, at);
    }
    return now - last > 3 * period;
  });
}
