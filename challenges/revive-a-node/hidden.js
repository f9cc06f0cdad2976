// A random node seldom leads; what happens to leaders is what matters.
function draw(random, index) {
  const cluster = new Cluster();
  const actions = Array.from({ length: random.between(6, 13) }, () => {
    const action = random.pick(['kill', 'kill', 'revive', 'write', 'write']);
    const leader = action === 'kill' && cluster.leader !== null && random.chance(50);
    const node = leader ? cluster.leader : random.below(5);
    cluster[action](node);
    return [action, node];
  });
  return { name: `a drawn history, number ${index + 1}`, arguments: [actions] };
}
