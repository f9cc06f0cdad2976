// allowed: timeout
function validateOperation(current, operation) {
  return /^(a+)+$/.test(`${'a'.repeat(40)}!`);
}
