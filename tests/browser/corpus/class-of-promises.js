// allowed: promise
class Mine extends Promise {}
function validateOperation() { return Mine.resolve(true); }
