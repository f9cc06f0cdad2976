// allowed: wrong
function validateOperation(current, operation) {
  return '\ud800';
}
