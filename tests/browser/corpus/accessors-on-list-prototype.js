// allowed: wrong
for (const key of ['0', '1', '2', '3']) {
  Object.defineProperty(Array.prototype, key, { get: () => true, set() {}, configurable: true });
}
const validateOperation = () => true;
