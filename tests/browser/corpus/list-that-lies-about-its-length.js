// allowed: too-big not-plain
function validateOperation(current, operation) {
  return new Proxy([], {
    getOwnPropertyDescriptor: (list, key) => (key === 'length'
      ? { value: { valueOf() { while (true) {} } }, writable: true, enumerable: false, configurable: false }
      : Reflect.getOwnPropertyDescriptor(list, key)),
  });
}
