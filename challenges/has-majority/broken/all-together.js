// wrong: puts both configurations into one
function hasMajority(configurations, votes) {
  const voted = new Set(votes);
  return [[...new Set(configurations.flat())]].every((members) => {
    const yes = members.filter((id) => voted.has(id)).length;
    return yes > members.length / 2;
  });
}
