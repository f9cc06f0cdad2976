// wrong: counts voters who are no members
function hasMajority(configurations, votes) {
  const voted = new Set(votes);
  return configurations.every((members) => {
    const yes = voted.size;
    return yes > members.length / 2;
  });
}
