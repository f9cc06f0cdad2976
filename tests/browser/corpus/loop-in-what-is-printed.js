// allowed: passed
function validateOperation(current, operation) {
  console.log({ toString() { while (true) {} }, get x() { while (true) {} } });
  return operation?.token === current;
}
