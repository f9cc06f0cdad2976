// thrown: Fails when there is no operation to look at.
function validateOperation(currentToken, operation) {
  return operation.token === currentToken;
}
