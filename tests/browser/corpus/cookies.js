// allowed: thrown
function validateOperation(current, operation) {
  document.cookie = 'passed=1';
  return true;
}
