// allowed: thrown
function validateOperation(current, operation) {
  throw Symbol('x');
}
