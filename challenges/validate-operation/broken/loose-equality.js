// wrong: Compares with ==, for which "7" and [7] equal 7.
function validateOperation(currentToken, operation) {
  return operation != null && operation.token == currentToken;
}
