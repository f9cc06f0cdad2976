// allowed: timeout
function validateOperation(current, operation) {
  const start = Date.now();
  while (Date.now() - start < 60_000);
  return true;
}
