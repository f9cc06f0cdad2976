// allowed: passed
function validateOperation(current, operation) {
  const a = { list: [] };
  a.list.push(a, a, a, a);
  console.log(a);
  return operation?.token === current;
}
