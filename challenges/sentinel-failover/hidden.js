// Standing and not standing in turn, close to what is needed.
function draw(random, index) {
  const sentinels = random.between(3, 9);
  const majority = Math.floor(sentinels / 2) + 1;
  const quorum = [2, majority, Math.min(sentinels, majority + 1)][index % 3];
  const failoverTimeout = random.pick([60000, 180000]);
  const stands = index % 2 === 0;
  const needed = Math.max(majority, quorum);
  const near = (value) => Math.max(1, Math.min(sentinels, value + random.pick([-1, 0, 0, 1])));
  const since = [null, 2 * failoverTimeout, 2 * failoverTimeout - 1, failoverTimeout + 1, 0][Math.floor(index / 2) % 5];
  // A try of this very moment is no reason to wait unless enough of them say so.
  const saysDown = stands || since === 0 ? random.between(quorum, sentinels) : near(quorum);
  const votes = stands ? near(index % 4 === 0 ? quorum : needed) : null;
  const name = stands ? `${votes} votes of ${sentinels}` : `${saysDown} of ${sentinels} say that it is down`;
  return { name, arguments: [{ sentinels, quorum, saysDown, votes, sinceLast: stands ? null : since, failoverTimeout }] };
}
