// wrong: counts messages instead of voters
function countVotes({ id, term, members }, replies) {
  const voters = [id];
  for (const reply of replies) {
    if (reply.term > term) return 'follower';
    if (reply.term === term && reply.voteGranted && members.includes(reply.from)) {
      voters.push(reply.from);
    }
  }
  return voters.length > members.length / 2 ? 'leader' : 'candidate';
}
