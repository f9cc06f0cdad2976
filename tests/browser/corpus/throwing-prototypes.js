// allowed: wrong
Object.defineProperty(Object.prototype, 'then', { get() { throw 1; }, set() { throw 2; } });
Object.defineProperty(Array.prototype, 'toJSON', { get() { throw 3; } });
const validateOperation = () => true;
