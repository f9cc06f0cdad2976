// allowed: too-big
function validateOperation(current, operation) {
  const a = {};
  a.self = a;
  return a;
}
