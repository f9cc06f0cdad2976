// allowed: thrown
function validateOperation(current, operation) {
  self.close();
  return true;
}
