// allowed: thrown
function validateOperation(current, operation) {
  addEventListener('message', () => {});
  return true;
}
