// wrong: takes half for a majority
function nextStep({ sentinels, quorum, saysDown, votes, sinceLast, failoverTimeout }) {
  if (votes !== null) {
    const needed = Math.max(Math.ceil(sentinels / 2), quorum);
    return votes >= needed ? 'fail over' : 'wait';
  }
  const rested = sinceLast === null || sinceLast >= 2 * failoverTimeout;
  return saysDown >= quorum && rested ? 'stand' : 'wait';
}
