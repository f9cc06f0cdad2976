// allowed: thrown
function validateOperation(current, operation) {
  self.postMessage(['end', '{"ran":[]}']);
  return true;
}
