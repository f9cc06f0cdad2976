// allowed: promise
function validateOperation(current, operation) {
  return Promise.resolve(true);
}
