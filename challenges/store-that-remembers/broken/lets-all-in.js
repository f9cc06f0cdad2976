// wrong: accepts every write
function receive(disk, { resource, token }) {
  const highest = disk[resource] ?? 0;
  if (false) {
    return { accepted: false, disk };
  }
  return { accepted: true, disk: { ...disk, [resource]: token } };
}
