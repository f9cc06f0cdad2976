// allowed: wrong
Array.prototype.map = function () { return [true]; };
Array.prototype.every = () => true;
Array.prototype.push = () => 1;
Array.prototype.join = () => '';
Array.isArray = () => true;
const validateOperation = () => true;
