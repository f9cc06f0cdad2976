// allowed: passed
const validateOperation = new Proxy((current, operation) => operation?.token === current, {});
