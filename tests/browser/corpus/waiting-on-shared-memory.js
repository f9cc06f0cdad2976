// allowed: thrown
function validateOperation(current, operation) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return true;
}
