// wrong: watches whoever comes after it
function whomToWatch(children, mine) {
  const number = (name) => Number(name.split('-n_')[1]);
  const queue = [...children].sort((a, b) => number(a) - number(b));
  const place = queue.indexOf(mine);
  if (place === -1) return 'gone';
  return place === 0 ? 'lead' : queue[place + 1] ?? queue[0];
}
