// allowed: wrong
for (const key of ['slice', 'toString', 'valueOf', 'replace', 'concat']) String.prototype[key] = () => 'true';
const validateOperation = () => true;
