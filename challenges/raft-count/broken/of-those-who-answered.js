// wrong: a majority of those who answered
function countVotes({ id, term, members }, replies) {
  const voters = new Set([id]);
  for (const reply of replies) {
    if (reply.term > term) return 'follower';
    if (reply.term === term && reply.voteGranted && members.includes(reply.from)) {
      voters.add(reply.from);
    }
  }
  return voters.size > new Set([id, ...replies.map(({ from }) => from)]).size / 2 ? 'leader' : 'candidate';
}
