// Your answer, and what you write to disk before it.
function answerRequestVote(node, request) {
  return { currentTerm: request.term, votedFor: request.candidateId, voteGranted: true };
}
