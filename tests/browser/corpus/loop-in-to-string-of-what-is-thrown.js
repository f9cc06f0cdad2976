// allowed: thrown
function validateOperation(current, operation) {
  throw { toString() { while (true) {} }, get message() { while (true) {} } };
}
