// allowed: syntax-error
import secret from '__ELSEWHERE__';
function validateOperation() { return true; }
