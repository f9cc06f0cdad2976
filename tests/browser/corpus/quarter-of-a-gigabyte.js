// allowed: passed thrown
function validateOperation(current, operation) {
  const ballast = new Uint8Array(2 ** 28);
  return ballast.length > 0 && operation?.token === current;
}
