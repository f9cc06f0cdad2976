// allowed: no-function
function validateoperation() { return true; }
