// allowed: thrown
function validateOperation(current, operation) {
  setInterval(() => {}, 0);
  return true;
}
