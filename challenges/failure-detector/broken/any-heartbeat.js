// wrong: anybody's heartbeat will do
function suspects(peers, heartbeats, period, now) {
  return peers.filter((peer) => {
    let last = 0;
    for (const { from, at } of heartbeats) {
      last = Math.max(last, at);
    }
    return now - last > 3 * period;
  });
}
