// allowed: thrown
function validateOperation(current, operation) {
  importScripts('__ELSEWHERE__');
  return true;
}
