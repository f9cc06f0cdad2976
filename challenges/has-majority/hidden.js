// One or two configurations, and votes right at the border: just enough, or one too few.
function draw(random, index) {
  const ids = random.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const configurations = [ids.slice(0, random.between(2, 7))];
  if (index % 2 === 1) configurations.push(ids.slice(random.between(1, 4), random.between(6, 9)));
  const votes = new Set();
  for (const members of configurations) {
    const enough = Math.floor(members.length / 2) + 1;
    for (const id of random.shuffle(members).slice(0, enough)) votes.add(id);
  }
  const list = random.shuffle([...votes]);
  if (index % 3 === 1) list.pop();
  if (index % 3 === 2) list[0] = list[list.length - 1];
  if (random.chance(40)) list.push(...list.slice(0, 2), 40 + random.below(9));
  const name = configurations.length === 1 ? 'a drawn cluster' : 'two drawn clusters at once';
  return { name, arguments: [configurations, list] };
}
