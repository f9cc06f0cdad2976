// allowed: timeout
function validateOperation(current, operation) {
  for (;;) {}
}
