// wrong: Says exactly the opposite.
function validateOperation(currentToken, operation) {
  return operation?.token !== currentToken;
}
