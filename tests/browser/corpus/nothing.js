// allowed: wrong
function validateOperation(current, operation) {
  operation?.token === current;
}
