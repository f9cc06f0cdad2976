// wrong: suspects after two periods
function suspects(peers, heartbeats, period, now) {
  return peers.filter((peer) => {
    let last = 0;
    for (const { from, at } of heartbeats) {
      if (from === peer) last = Math.max(last, at);
    }
    return now - last > 2 * period;
  });
}
