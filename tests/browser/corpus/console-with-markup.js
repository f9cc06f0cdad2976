// allowed: passed
function validateOperation(current, operation) {
  console.log('<img src=x onerror=alert(1)><script>alert(2)</script>');
  return operation?.token === current;
}
