// allowed: promise
function validateOperation(current, operation) {
  return import('/leak.js');
}
