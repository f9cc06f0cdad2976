// allowed: wrong
function validateOperation(current, operation) {
  return { [Symbol.toPrimitive]: () => true };
}
