// promise: Gives a promise of an answer, which is true for everybody who does not wait for it.
async function validateOperation(currentToken, operation) {
  return operation?.token === currentToken;
}
