// allowed: timeout
function validateOperation(current, operation) {
  return new Proxy({}, { getPrototypeOf() { while (true) {} } });
}
