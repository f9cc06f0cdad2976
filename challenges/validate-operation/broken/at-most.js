// wrong: Has the comparison the wrong way round: it accepts every stale leader.
function validateOperation(currentToken, operation) {
  return Boolean(operation) && operation.token <= currentToken;
}
