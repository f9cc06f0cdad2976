// allowed: too-big not-plain
function validateOperation(current, operation) {
  const endless = new Proxy({}, {
    ownKeys: () => ['a'],
    getOwnPropertyDescriptor: () => ({ value: endless, enumerable: true, configurable: true }),
  });
  return endless;
}
