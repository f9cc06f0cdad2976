// wrong: takes the last entry for the latest
function suspects(peers, heartbeats, period, now) {
  return peers.filter((peer) => {
    let last = 0;
    for (const { from, at } of heartbeats) {
      if (from === peer) last = at;
    }
    return now - last > 3 * period;
  });
}
