// allowed: no-function
const validateOperation = true;
