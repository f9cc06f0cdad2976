// A random node seldom leads; what happens to leaders is what matters.
function draw(random, index) {
  const cluster = new Cluster();
  const actions = Array.from({ length: random.between(7, 14) }, () => {
    const action = random.pick(['stop', 'resume', 'write', 'wait', 'wait', 'wait']);
    let number = random.below(5);
    if (action === 'wait') number = random.between(1, 4);
    if (action === 'stop' && random.chance(67)) number = cluster.leader;
    cluster[action](number);
    return [action, number];
  });
  return { name: `a drawn history, number ${index + 1}`, arguments: [actions] };
}
