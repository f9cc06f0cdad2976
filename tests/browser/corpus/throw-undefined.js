// allowed: thrown
function validateOperation(current, operation) {
  throw undefined;
}
