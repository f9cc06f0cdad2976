// allowed: thrown
function validateOperation(current, operation) {
  const request = new XMLHttpRequest();
  request.open('GET', '__ELSEWHERE__');
  request.send();
  return true;
}
