// wrong: accepts only the token that it knows already
function receive(disk, { resource, token }) {
  const highest = disk[resource] ?? 0;
  if (highest > 0 && token !== highest) {
    return { accepted: false, disk };
  }
  return { accepted: true, disk: { ...disk, [resource]: token } };
}
