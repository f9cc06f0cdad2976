// allowed: thrown
function validateOperation(current, operation) {
  alert('hello');
  return true;
}
