// wrong: Lets everything in, stale leaders too.
function validateOperation(currentToken, operation) {
  return true;
}
