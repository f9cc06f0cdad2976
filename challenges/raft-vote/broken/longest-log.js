// wrong: the longer log wins, whatever its term
function answerRequestVote(node, request) {
  let { currentTerm, votedFor } = node;
  if (request.term > currentTerm) {
    currentTerm = request.term;
    votedFor = null;
  }
  const sameTerm = request.lastLogTerm === node.lastLogTerm;
  const later = request.lastLogTerm > node.lastLogTerm;
  const upToDate = request.lastLogIndex >= node.lastLogIndex;
  const free = votedFor === null || votedFor === request.candidateId;
  const voteGranted = request.term === currentTerm && free && upToDate;
  if (voteGranted) votedFor = request.candidateId;
  return { currentTerm, votedFor, voteGranted };
}
