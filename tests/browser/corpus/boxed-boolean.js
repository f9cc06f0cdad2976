// allowed: not-plain
function validateOperation(current, operation) {
  return new Boolean(operation?.token === current);
}
