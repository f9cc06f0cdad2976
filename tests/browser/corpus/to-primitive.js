// allowed: not-plain
function validateOperation(current, operation) {
  return { [Symbol.toPrimitive]: () => true, toString: () => 'true' };
}
