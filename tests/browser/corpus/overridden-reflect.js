// allowed: wrong
for (const key of Reflect.ownKeys(Reflect)) {
  if (typeof key === 'string') Reflect[key] = () => true;
}
const validateOperation = () => true;
