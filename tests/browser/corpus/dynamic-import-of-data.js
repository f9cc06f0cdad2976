// allowed: promise
function validateOperation(current, operation) {
  return import('data:text/javascript,fetch("__ELSEWHERE__")');
}
