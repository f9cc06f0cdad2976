// allowed: wrong
for (const key of ['value', 'get', 'set', 'kind', 'end', 'ran', 'returned', 'console', 'length', '0', '1']) {
  Object.defineProperty(Object.prototype, key, { __proto__: null, get: () => true, set() {}, configurable: true });
}
const validateOperation = () => true;
