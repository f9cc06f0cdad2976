// allowed: thrown
function validateOperation(current, operation) {
  (0, eval)('fetch')('__ELSEWHERE__');
  return true;
}
