// allowed: thrown
function validateOperation(current, operation) {
  parent.postMessage('passed', '*');
  return true;
}
