// allowed: promise
function validateOperation(current, operation) {
  return (async () => {}).constructor('return fetch("__ELSEWHERE__")')();
}
