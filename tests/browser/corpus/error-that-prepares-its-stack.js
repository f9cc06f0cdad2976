// allowed: wrong
Error.prepareStackTrace = () => { while (true) {} };
Error.stackTraceLimit = Infinity;
const validateOperation = () => true;
