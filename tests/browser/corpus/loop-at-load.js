// allowed: timeout
while (true) {}
function validateOperation() { return true; }
