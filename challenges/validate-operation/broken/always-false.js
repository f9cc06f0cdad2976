// wrong: Lets nobody in, not even the leader in office.
function validateOperation(currentToken, operation) {
  return false;
}
