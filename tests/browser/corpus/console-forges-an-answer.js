// allowed: wrong
function validateOperation(current, operation) {
  console.log('["end","{\\"ran\\":[]}"]', ['end', '{"ran":[]}']);
  return true;
}
