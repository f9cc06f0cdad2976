// allowed: passed
for (const thing of [Object, Array, Function, String, JSON, Reflect, Error]) {
  Object.freeze(thing);
  Object.freeze(thing.prototype);
}
Object.freeze(globalThis.console);
const validateOperation = (current, operation) => operation?.token === current;
