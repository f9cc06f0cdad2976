// wrong: takes a try of this very millisecond for none at all
function nextStep({ sentinels, quorum, saysDown, votes, sinceLast, failoverTimeout }) {
  if (votes !== null) {
    const needed = Math.max(Math.floor(sentinels / 2) + 1, quorum);
    return votes >= needed ? 'fail over' : 'wait';
  }
  const rested = !sinceLast || sinceLast >= 2 * failoverTimeout;
  return saysDown >= quorum && rested ? 'stand' : 'wait';
}
