// A random node seldom leads; what happens to leaders is what matters. Now and then node 0 is the
// last one left, and is revived while it leads.
function draw(random, index) {
  const cluster = new Cluster();
  const alone = index % 6 === 5 ? [['kill', 3], ['kill', 2], ['kill', 4], ['kill', 1], ['revive', 0]] : [];
  for (const [action, node] of alone) cluster[action](node);
  const drawn = Array.from({ length: random.between(6, 13) - alone.length }, () => {
    const action = random.pick(['kill', 'kill', 'revive', 'write', 'write']);
    const leader = action === 'kill' && cluster.leader !== null && random.chance(50);
    const node = leader ? cluster.leader : random.below(5);
    cluster[action](node);
    return [action, node];
  });
  return { name: `a drawn history, number ${index + 1}`, arguments: [[...alone, ...drawn]] };
}
