// A disk with a few resources, and a write that is smaller, equal, greater, or to another one.
function draw(random, index) {
  const names = random.shuffle(['orders', 'bills', 'seats', 'photos', 'accounts']);
  const disk = {};
  for (const name of names.slice(0, 1 + index % 3)) disk[name] = random.between(2, 60);
  const known = random.pick(Object.keys(disk));
  const kinds = [
    () => ['a token one too small', known, disk[known] - 1],
    () => ['the token of the leader in office', known, disk[known]],
    () => ['the next token', known, disk[known] + 1],
    () => ['a much later token', known, disk[known] + random.between(2, 30)],
    () => ['a token of long ago', known, random.between(1, disk[known] - 1)],
    () => ['the first write to a resource', names[4], random.between(1, 60)],
  ];
  const [name, resource, token] = kinds[index % kinds.length]();
  return { name, arguments: [disk, { resource, token }] };
}
