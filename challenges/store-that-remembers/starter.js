// What does the store do with this write?
function receive(disk, write) {
  // Everything is let in, and nothing is remembered.
  return { accepted: true, disk };
}
