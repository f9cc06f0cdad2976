// allowed: not-plain
function validateOperation(current, operation) {
  return { get answer() { while (true) {} } };
}
