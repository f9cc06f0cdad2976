// wrong: a refused token lowers what it remembers
function receive(disk, { resource, token }) {
  const highest = disk[resource] ?? 0;
  if (token < highest) {
    return { accepted: false, disk: { ...disk, [resource]: token } };
  }
  return { accepted: true, disk: { ...disk, [resource]: token } };
}
