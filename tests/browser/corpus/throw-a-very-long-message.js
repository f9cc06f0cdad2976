// allowed: thrown
function validateOperation(current, operation) {
  throw new Error('x'.repeat(5_000_000));
}
