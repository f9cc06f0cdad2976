// allowed: wrong
Function.prototype.call = () => true;
Function.prototype.apply = () => true;
Function.prototype.bind = () => () => true;
const validateOperation = () => true;
