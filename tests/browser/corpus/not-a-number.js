// allowed: wrong
function validateOperation(current, operation) {
  return NaN;
}
