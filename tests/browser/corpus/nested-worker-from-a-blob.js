// allowed: thrown
function validateOperation(current, operation) {
  new Worker(URL.createObjectURL(new Blob(['fetch("__ELSEWHERE__")'])));
  return true;
}
