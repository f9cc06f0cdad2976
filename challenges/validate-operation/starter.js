// May this operation touch the data?
function validateOperation(currentToken, operation) {
  // Every operation is let in, also those of a leader that was replaced.
  return true;
}
