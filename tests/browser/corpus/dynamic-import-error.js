// allowed: passed
import('x:').catch((error) => error.constructor.constructor('return fetch("__ELSEWHERE__")')());
const validateOperation = (current, operation) => operation?.token === current;
