// wrong: sorts by the random prefix
function whomToWatch(children, mine) {
  const number = (name) => Number(name.split('-n_')[1]);
  const queue = [...children].sort();
  const place = queue.indexOf(mine);
  if (place === -1) return 'gone';
  return place === 0 ? 'lead' : queue[place - 1];
}
