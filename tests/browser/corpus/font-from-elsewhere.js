// allowed: thrown
function validateOperation(current, operation) {
  new FontFace('x', 'url(__ELSEWHERE__)').load();
  return true;
}
