// allowed: wrong timeout
const again = () => Promise.resolve().then(again);
again();
function validateOperation() { again(); return true; }
