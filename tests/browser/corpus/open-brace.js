// allowed: syntax-error
function validateOperation() {
  if (true) {
