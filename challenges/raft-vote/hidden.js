// Each way to be granted or refused in turn; everything else is drawn.
function draw(random, index) {
  const currentTerm = random.between(2, 20);
  const lastLogTerm = random.between(2, currentTerm);
  const lastLogIndex = random.between(2, 20);
  const [candidateId, other] = random.shuffle([0, 1, 2, 3, 4]);
  const logs = [
    [lastLogTerm, lastLogIndex],
    [lastLogTerm, lastLogIndex - 1],
    [lastLogTerm, lastLogIndex + 1],
    [lastLogTerm - 1, lastLogIndex + random.between(1, 9)],
    [lastLogTerm + 1, random.between(1, lastLogIndex)],
  ];
  const [theirTerm, theirIndex] = logs[index % logs.length];
  const votedFor = [null, other, candidateId][index % 3];
  const term = currentTerm + [0, 0, random.between(1, 5), -1][index % 4];
  return {
    name: term < currentTerm ? 'an old term' : term > currentTerm ? 'a new term' : 'the present term',
    arguments: [
      { currentTerm, votedFor, lastLogTerm, lastLogIndex },
      { term, candidateId, lastLogTerm: theirTerm, lastLogIndex: theirIndex },
    ],
  };
}
