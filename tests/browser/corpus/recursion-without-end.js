// allowed: stack-overflow
function validateOperation(current, operation) {
  return validateOperation(current, operation);
}
