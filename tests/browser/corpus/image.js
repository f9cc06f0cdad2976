// allowed: thrown
function validateOperation(current, operation) {
  new Image().src = '__ELSEWHERE__';
  return true;
}
