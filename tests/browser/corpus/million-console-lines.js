// allowed: passed timeout
function validateOperation(current, operation) {
  for (let i = 0; i < 100_000; i += 1) console.log('line', i, operation);
  return operation?.token === current;
}
