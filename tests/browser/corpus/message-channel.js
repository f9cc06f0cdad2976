// allowed: thrown
function validateOperation(current, operation) {
  new MessageChannel();
  return true;
}
