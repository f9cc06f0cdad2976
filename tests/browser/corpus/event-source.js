// allowed: thrown
function validateOperation(current, operation) {
  new EventSource('__ELSEWHERE__');
  return true;
}
