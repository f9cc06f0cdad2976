// allowed: syntax-error
await new Promise(() => {});
function validateOperation() { return true; }
