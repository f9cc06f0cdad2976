// allowed: wrong
function validateOperation(current, operation) {
  return operation?.token === current ? 'true' : 'false';
}
