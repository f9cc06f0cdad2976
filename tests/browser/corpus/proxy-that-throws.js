// allowed: not-plain
function validateOperation(current, operation) {
  return new Proxy({}, { ownKeys() { throw new Error('no'); } });
}
