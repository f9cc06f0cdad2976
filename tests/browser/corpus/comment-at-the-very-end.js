// allowed: passed
const validateOperation = (current, operation) => operation?.token === current; // no new line
