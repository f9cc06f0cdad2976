// allowed: thrown
function validateOperation(current, operation) {
  throw null;
}
