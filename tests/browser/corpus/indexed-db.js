// allowed: thrown
function validateOperation(current, operation) {
  indexedDB.open('lab');
  return true;
}
