// allowed: too-big
function validateOperation(current, operation) {
  return 'x'.repeat(2 ** 28);
}
