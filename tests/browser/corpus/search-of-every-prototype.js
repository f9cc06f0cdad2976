// allowed: wrong
const WANTED = ['fetch', 'postMessage', 'importScripts', 'Worker', 'XMLHttpRequest', 'close', 'navigator', 'addEventListener', 'dispatchEvent'];
for (let at = globalThis; at !== null; at = Object.getPrototypeOf(at)) {
  for (const key of WANTED) {
    if (typeof at[key] !== 'undefined') throw new Error(`found ${key}`);
    if (at.constructor !== Object && typeof at.constructor === 'function') throw new Error('found a constructor');
  }
}
function validateOperation() { return true; }
