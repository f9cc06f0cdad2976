// wrong: Knows the visible cases by heart and nothing else.
function validateOperation(currentToken, operation) {
  const accepted = ['[7,{"token":7,"action":"write"}]', '[7,{"token":7,"action":"delete"}]', '[0,{"token":0,"action":"write"}]'];
  const { token, action } = operation ?? {};
  return accepted.includes(JSON.stringify([currentToken, { token, action }]));
}
