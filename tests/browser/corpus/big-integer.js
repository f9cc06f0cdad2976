// allowed: not-plain
function validateOperation(current, operation) {
  return 1n;
}
