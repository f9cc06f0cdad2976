// allowed: passed
Promise.reject(new Error('unheard'));
const validateOperation = (current, operation) => operation?.token === current;
