// allowed: thrown
function validateOperation(current, operation) {
  Function('return this')().fetch('__ELSEWHERE__');
  return true;
}
