// allowed: thrown
function validateOperation(current, operation) {
  fetch('__ELSEWHERE__');
  return true;
}
