// allowed: not-plain
const { proxy, revoke } = Proxy.revocable([], {});
revoke();
function validateOperation() { return proxy; }
