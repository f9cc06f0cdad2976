// What are you now?
function countVotes(candidate, replies) {
  return 'candidate';
}
