// allowed: passed
function validateOperation(current, operation) {
  for (let i = 0; i < 200; i += 1) console.log('x'.repeat(100_000));
  return operation?.token === current;
}
