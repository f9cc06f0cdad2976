// allowed: too-big
function validateOperation(current, operation) {
  return new Array(2 ** 32 - 1);
}
