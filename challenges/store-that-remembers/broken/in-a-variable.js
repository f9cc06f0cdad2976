// wrong: remembers in a variable, which a restart forgets
const seen = {};
function receive(disk, { resource, token }) {
  if (token < (seen[resource] ?? 0)) {
    return { accepted: false, disk };
  }
  seen[resource] = token;
  return { accepted: true, disk: { ...disk, [resource]: token } };
}
