// allowed: thrown
function validateOperation(current, operation) {
  new WebAssembly.Memory({ initial: 1 });
  return true;
}
