// allowed: promise
function validateOperation(current, operation) {
  return import('__ELSEWHERE__');
}
