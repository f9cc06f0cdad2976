// wrong: refuses the leader's second write
function receive(disk, { resource, token }) {
  const highest = disk[resource] ?? 0;
  if (token <= highest && highest > 0) {
    return { accepted: false, disk };
  }
  return { accepted: true, disk: { ...disk, [resource]: token } };
}
