// allowed: no-function wrong load-failure
Object.defineProperty(globalThis, 'validateOperation', { get() { return undefined; } });
