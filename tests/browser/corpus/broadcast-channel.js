// allowed: thrown
function validateOperation(current, operation) {
  new BroadcastChannel('lab').postMessage('hi');
  return true;
}
