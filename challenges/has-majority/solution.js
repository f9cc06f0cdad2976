function hasMajority(configurations, votes) {
  const voted = new Set(votes);
  return configurations.every((members) => {
    const yes = members.filter((id) => voted.has(id)).length;
    return yes > members.length / 2;
  });
}
