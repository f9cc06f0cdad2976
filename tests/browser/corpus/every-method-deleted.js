// allowed: passed
const { deleteProperty, ownKeys } = Reflect;
const things = [Array, String, RegExp, Set, Function, Error, Promise];
for (let i = 0; i < things.length; i += 1) {
  const keys = ownKeys(things[i].prototype);
  for (let j = 0; j < keys.length; j += 1) deleteProperty(things[i].prototype, keys[j]);
}
const validateOperation = (current, operation) => operation?.token === current;
