// allowed: thrown
function validateOperation(current, operation) {
  new WebTransport('https://127.0.0.1/x');
  return true;
}
