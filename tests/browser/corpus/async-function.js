// allowed: promise
async function validateOperation(current, operation) { return operation?.token === current; }
