// allowed: passed
const text = '\u2028'; const validateOperation = (current, operation) => text !== '' && operation?.token === current;
