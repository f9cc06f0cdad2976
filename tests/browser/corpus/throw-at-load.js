// allowed: load-failure
throw new Error('not today');
function validateOperation() { return true; }
