// allowed: too-big
function validateOperation(current, operation) {
  let a = [];
  for (let i = 0; i < 100_000; i += 1) a = [a];
  return a;
}
