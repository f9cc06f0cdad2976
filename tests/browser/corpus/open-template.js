// allowed: syntax-error
function validateOperation() { return true; } `
