// allowed: not-plain
class Answer { pass = true; }
function validateOperation() { return new Answer(); }
