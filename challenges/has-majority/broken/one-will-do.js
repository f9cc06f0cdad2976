// wrong: a majority of either configuration is enough
function hasMajority(configurations, votes) {
  const voted = new Set(votes);
  return configurations.some((members) => {
    const yes = members.filter((id) => voted.has(id)).length;
    return yes > members.length / 2;
  });
}
