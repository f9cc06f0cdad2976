// allowed: thrown
function validateOperation(current, operation) {
  setTimeout(() => {}, 0);
  return true;
}
