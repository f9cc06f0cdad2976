// allowed: wrong
const found = [];
Error.prepareStackTrace = (error, frames) => {
  for (const frame of frames) found.push(frame.getThis?.(), frame.getFunction?.());
  return '';
};
void new Error().stack;
void (() => { try { null.x; } catch (error) { return error.stack; } })();
if (found.some((thing) => thing !== undefined && typeof thing !== 'string')) throw new Error('found the caller');
function validateOperation() { return true; }
