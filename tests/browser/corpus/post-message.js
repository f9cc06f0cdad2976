// allowed: thrown
function validateOperation(current, operation) {
  postMessage({ passed: true });
  return true;
}
