// wrong: never votes for anybody
function answerRequestVote(node, request) {
  let { currentTerm, votedFor } = node;
  if (request.term > currentTerm) {
    currentTerm = request.term;
    votedFor = null;
  }
  const sameTerm = request.lastLogTerm === node.lastLogTerm;
  const later = request.lastLogTerm > node.lastLogTerm;
  const upToDate = later || (sameTerm && request.lastLogIndex >= node.lastLogIndex);
  const free = votedFor === null || votedFor === request.candidateId;
  const voteGranted = false && free && upToDate;
  if (voteGranted) votedFor = request.candidateId;
  return { currentTerm, votedFor, voteGranted };
}
