// allowed: too-big
function validateOperation(current, operation) {
  let rope = 'x';
  for (let i = 0; i < 28; i += 1) rope += rope;
  return rope;
}
