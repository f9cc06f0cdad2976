// allowed: thrown
function validateOperation(current, operation) {
  globalThis.postMessage(['end', '{"ran":[]}']);
  return true;
}
