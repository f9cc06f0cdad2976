// allowed: thrown
function validateOperation(current, operation) {
  caches.open('lab');
  return true;
}
