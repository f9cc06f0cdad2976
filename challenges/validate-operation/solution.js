function validateOperation(currentToken, operation) {
  if (operation === null || typeof operation !== 'object') {
    return false;
  }
  return operation.token === currentToken;
}
