// wrong: one highest token for all resources
function receive(disk, { resource, token }) {
  const highest = Math.max(0, ...Object.values(disk));
  if (token < highest) {
    return { accepted: false, disk };
  }
  return { accepted: true, disk: { ...disk, [resource]: token } };
}
