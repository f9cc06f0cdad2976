// allowed: load-failure
throw null;
function validateOperation() { return true; }
