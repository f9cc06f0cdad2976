// allowed: thrown
function validateOperation(current, operation) {
  location.href = '__ELSEWHERE__';
  return true;
}
