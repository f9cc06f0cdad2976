// wrong: counts nodes that are no members
function countVotes({ id, term, members }, replies) {
  const voters = new Set([id]);
  for (const reply of replies) {
    if (reply.term > term) return 'follower';
    if (reply.term === term && reply.voteGranted) {
      voters.add(reply.from);
    }
  }
  return voters.size > members.length / 2 ? 'leader' : 'candidate';
}
