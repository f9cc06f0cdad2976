// wrong: never looks at the second configuration
function hasMajority(configurations, votes) {
  const voted = new Set(votes);
  return configurations.slice(0, 1).every((members) => {
    const yes = members.filter((id) => voted.has(id)).length;
    return yes > members.length / 2;
  });
}
