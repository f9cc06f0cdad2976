function nextStep({ sentinels, quorum, saysDown, votes, sinceLast, failoverTimeout }) {
  if (votes !== null) {
    const needed = Math.max(Math.floor(sentinels / 2) + 1, quorum);
    return votes >= needed ? 'fail over' : 'wait';
  }
  const rested = sinceLast === null || sinceLast >= 2 * failoverTimeout;
  return saysDown >= quorum && rested ? 'stand' : 'wait';
}
