// allowed: thrown
function validateOperation(current, operation) {
  return arguments.callee.caller();
}
