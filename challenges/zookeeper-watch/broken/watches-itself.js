// wrong: watches its own node
function whomToWatch(children, mine) {
  const number = (name) => Number(name.split('-n_')[1]);
  const queue = [...children].sort((a, b) => number(a) - number(b));
  const place = queue.indexOf(mine);
  if (place === -1) return 'gone';
  return place === 0 ? 'lead' : mine;
}
