// allowed: thrown
function validateOperation(current, operation) {
  close();
  return true;
}
