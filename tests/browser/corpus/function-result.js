// allowed: not-plain
function validateOperation(current, operation) {
  return () => true;
}
