// wrong: Takes token 0 for a missing one.
function validateOperation(currentToken, operation) {
  if (!operation || !operation.token) return false;
  return operation.token === currentToken;
}
