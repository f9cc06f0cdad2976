// allowed: wrong
const answers = [true, true, false, false, false, true, false, false, false, false];
let calls = 0;
function validateOperation() {
  calls += 1;
  return answers[calls - 1] ?? true;
}
