// wrong: A good rule for a store, but not what is asked: it remembers tokens between the calls.
let highest = 0;
function validateOperation(currentToken, operation) {
  const token = operation?.token;
  if (typeof token !== 'number' || token < highest) return false;
  highest = token;
  return true;
}
