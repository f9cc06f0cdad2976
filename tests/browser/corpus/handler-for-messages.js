// allowed: thrown
function validateOperation(current, operation) {
  onmessage.call();
  return true;
}
