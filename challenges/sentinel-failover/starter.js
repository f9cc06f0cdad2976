// "wait", "stand" or "fail over".
function nextStep(view) {
  return view.saysDown >= view.quorum ? 'fail over' : 'wait';
}
