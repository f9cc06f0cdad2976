// allowed: stack-overflow
const deeper = (n) => deeper(n + 1) + 1;
deeper(0);
function validateOperation() { return true; }
