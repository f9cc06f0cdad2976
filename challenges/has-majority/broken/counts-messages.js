// wrong: counts messages instead of members
function hasMajority(configurations, votes) {
  return configurations.every((members) => {
    const yes = votes.length;
    return yes > members.length / 2;
  });
}
