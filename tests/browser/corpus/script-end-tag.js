// allowed: passed
const text = '</script><script>alert(1)</script><!--';
const validateOperation = (current, operation) => text.length > 0 && operation?.token === current;
