// Are these votes enough?
function hasMajority(configurations, votes) {
  return votes.length > 0;
}
