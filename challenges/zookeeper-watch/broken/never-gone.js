// wrong: leads although its session has ended
function whomToWatch(children, mine) {
  const number = (name) => Number(name.split('-n_')[1]);
  const queue = [...children].sort((a, b) => number(a) - number(b));
  const place = queue.indexOf(mine);
  if (place === -1) return 'lead';
  return place === 0 ? 'lead' : queue[place - 1];
}
