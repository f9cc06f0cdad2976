// allowed: wrong
Object.is = () => true;
Object.hasOwn = () => false;
Object.keys = () => [];
const validateOperation = () => true;
