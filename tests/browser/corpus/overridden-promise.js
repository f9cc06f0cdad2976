// allowed: wrong
Promise.prototype.then = () => true;
globalThis.Promise = class {};
const validateOperation = () => true;
