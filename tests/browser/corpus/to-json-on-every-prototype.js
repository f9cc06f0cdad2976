// allowed: wrong
Object.prototype.toJSON = () => true;
String.prototype.toJSON = () => 'true';
Boolean.prototype.toJSON = () => true;
const validateOperation = () => true;
