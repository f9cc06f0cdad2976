// allowed: passed
<!-- this is a comment, of all things
const validateOperation = (current, operation) => operation?.token === current;
--> so is this
