// allowed: passed
import('__ELSEWHERE__').catch(() => {});
import('../leak.js').catch(() => {});
const validateOperation = (current, operation) => operation?.token === current;
