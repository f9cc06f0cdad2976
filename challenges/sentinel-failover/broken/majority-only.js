// wrong: a majority is enough though the quorum is higher
function nextStep({ sentinels, quorum, saysDown, votes, sinceLast, failoverTimeout }) {
  if (votes !== null) {
    const needed = Math.floor(sentinels / 2) + 1;
    return votes >= needed ? 'fail over' : 'wait';
  }
  const rested = sinceLast === null || sinceLast >= 2 * failoverTimeout;
  return saysDown >= quorum && rested ? 'stand' : 'wait';
}
