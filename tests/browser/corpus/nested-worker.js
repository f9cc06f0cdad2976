// allowed: thrown
function validateOperation(current, operation) {
  new Worker('data:text/javascript,postMessage(1)');
  return true;
}
