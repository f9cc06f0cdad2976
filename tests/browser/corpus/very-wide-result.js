// allowed: too-big
function validateOperation(current, operation) {
  return new Array(1_000_000).fill(true);
}
