// Right at the border, with noise: doubled, late, refused, from strangers, of a higher term.
function draw(random, index) {
  const members = Array.from({ length: random.between(3, 7) }, (_, i) => i);
  const id = random.pick(members);
  const term = random.between(2, 30);
  const others = random.shuffle(members.filter((member) => member !== id));
  const needed = Math.floor(members.length / 2); // besides one's own
  const yes = others.slice(0, needed - (index % 2));
  const replies = yes.map((from) => ({ from, term, voteGranted: true }));
  const noise = [
    () => ({ from: others[0], term, voteGranted: true }),
    () => ({ from: random.pick(others), term: term - 1, voteGranted: true }),
    () => ({ from: 50 + random.below(9), term, voteGranted: true }),
    () => ({ from: others[others.length - 1], term, voteGranted: false }),
  ];
  for (let n = 0; n < 1 + index % 3; n += 1) {
    const reply = noise[(index + n) % noise.length]();
    const first = yes.length === 0 && reply.from === others[0] && reply.term === term && reply.voteGranted;
    if (!first) replies.push(reply);
  }
  if (index % 6 === 5) replies.push({ from: random.pick(others), term: term + random.between(1, 3), voteGranted: false });
  return { name: `drawn replies, number ${index + 1}`, arguments: [{ id, term, members }, random.shuffle(replies)] };
}
