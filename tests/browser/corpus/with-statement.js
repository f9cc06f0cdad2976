// allowed: syntax-error
with (Math) {}
function validateOperation() { return true; }
