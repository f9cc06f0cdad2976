// allowed: too-big
function validateOperation(current, operation) {
  const a = {};
  for (let i = 0; i < 300; i += 1) a[`${i}${'k'.repeat(1000)}`] = i;
  return a;
}
