// allowed: passed
const { deleteProperty, ownKeys } = Reflect;
const everything = globalThis;
for (const key of ownKeys(everything)) deleteProperty(everything, key);
const validateOperation = (current, operation) => operation?.token === current;
