// allowed: passed
function validateOperation(current, operation) {
  const answer = operation?.token === current;
  if (operation) for (const key of Object.keys(operation)) delete operation[key];
  return answer;
}
