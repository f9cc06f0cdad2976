// allowed: no-function
return { passed: true };
function validateOperation() { return true; }
