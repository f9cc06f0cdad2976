// "lead", "gone", or the name to watch.
function whomToWatch(children, mine) {
  return children[0];
}
