// wrong: Returns the words "true" and "false", which both count as true.
function validateOperation(currentToken, operation) {
  return operation?.token === currentToken ? 'true' : 'false';
}
