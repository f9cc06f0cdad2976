// wrong: Also accepts tokens that nobody has been given yet.
function validateOperation(currentToken, operation) {
  return Boolean(operation) && operation.token >= currentToken;
}
