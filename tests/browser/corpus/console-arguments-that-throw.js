// allowed: passed
function validateOperation(current, operation) {
  console.log({ toString() { throw 1; }, toJSON() { throw 2; }, [Symbol.toPrimitive]() { throw 3; } });
  console.error(new Proxy([], { get() { throw 4; }, ownKeys() { throw 5; } }));
  return operation?.token === current;
}
