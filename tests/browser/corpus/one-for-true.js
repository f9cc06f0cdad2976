// allowed: wrong
function validateOperation(current, operation) {
  return operation?.token === current ? 1 : 0;
}
