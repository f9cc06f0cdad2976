// allowed: thrown
function validateOperation(current, operation) {
  navigator.sendBeacon('__ELSEWHERE__');
  return true;
}
