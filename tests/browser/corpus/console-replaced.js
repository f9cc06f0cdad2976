// allowed: passed
console = null;
delete globalThis.console;
const validateOperation = (current, operation) => operation?.token === current;
