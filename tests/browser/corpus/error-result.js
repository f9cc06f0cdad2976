// allowed: not-plain
function validateOperation(current, operation) {
  return new Error('passed');
}
