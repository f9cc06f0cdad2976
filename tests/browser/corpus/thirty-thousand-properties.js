// allowed: too-big
function validateOperation(current, operation) {
  const a = {};
  for (let i = 0; i < 30_000; i += 1) a[`key ${i}`] = i;
  return a;
}
