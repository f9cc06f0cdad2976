// allowed: wrong
Array.prototype[Symbol.iterator] = function* () { yield true; };
Set.prototype.has = () => true;
const validateOperation = () => true;
