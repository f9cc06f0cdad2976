// wrong: does not step down at a higher term
function countVotes({ id, term, members }, replies) {
  const voters = new Set([id]);
  for (const reply of replies) {
    if (reply.term === term && reply.voteGranted && members.includes(reply.from)) {
      voters.add(reply.from);
    }
  }
  return voters.size > members.length / 2 ? 'leader' : 'candidate';
}
