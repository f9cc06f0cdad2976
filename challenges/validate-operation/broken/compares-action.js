// wrong: Goes by what is to be done instead of by who asks.
function validateOperation(currentToken, operation) {
  return operation?.action === 'write';
}
