// allowed: stack-overflow
function validateOperation(current, operation) {
  console.log('down');
  return validateOperation(current, operation);
}
