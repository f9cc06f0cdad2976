// allowed: thrown
function validateOperation(current, operation) {
  new WebSocket('__ELSEWHERE__'.replace('http', 'ws'));
  return true;
}
