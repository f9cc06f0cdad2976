// allowed: thrown
function validateOperation(current, operation) {
  navigator.locks.request('x', () => {});
  return true;
}
