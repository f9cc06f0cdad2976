// allowed: not-plain
function validateOperation(current, operation) {
  return { valueOf() { return true; } };
}
