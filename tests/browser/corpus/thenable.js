// allowed: not-plain
function validateOperation(current, operation) {
  return { then(resolve) { resolve(true); } };
}
