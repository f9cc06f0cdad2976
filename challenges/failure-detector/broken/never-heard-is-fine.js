// wrong: does not suspect whom it has never heard
function suspects(peers, heartbeats, period, now) {
  return peers.filter((peer) => {
    let last = 0;
    for (const { from, at } of heartbeats) {
      if (from === peer) last = Math.max(last, at);
    }
    return last > 0 && now - last > 3 * period;
  });
}
