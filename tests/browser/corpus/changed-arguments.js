// allowed: wrong
function validateOperation(current, operation) {
  if (operation) operation.token = current;
  return true;
}
