// wrong: Returns the token instead of true, and so refuses token 0.
function validateOperation(currentToken, operation) {
  return operation && operation.token === currentToken && operation.token;
}
