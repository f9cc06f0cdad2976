// wrong: counts from the first heartbeat
function suspects(peers, heartbeats, period, now) {
  return peers.filter((peer) => {
    let last = 0;
    for (const { from, at } of heartbeats) {
      if (from === peer) last = last === 0 ? at : Math.min(last, at);
    }
    return now - last > 3 * period;
  });
}
