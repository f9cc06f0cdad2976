// wrong: never writes to the disk
function receive(disk, { resource, token }) {
  const highest = disk[resource] ?? 0;
  if (token < highest) {
    return { accepted: false, disk };
  }
  return { accepted: true, disk };
}
