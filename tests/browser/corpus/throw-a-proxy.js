// allowed: thrown
function validateOperation(current, operation) {
  throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; }, getOwnPropertyDescriptor() { throw 3; }, ownKeys() { throw 4; } });
}
