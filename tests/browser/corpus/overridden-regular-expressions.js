// allowed: wrong
RegExp.prototype.exec = () => ['', '1'];
RegExp.prototype.test = () => true;
const validateOperation = () => true;
