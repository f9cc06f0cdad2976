// wrong: takes the list as it comes
function whomToWatch(children, mine) {
  const number = (name) => Number(name.split('-n_')[1]);
  const queue = [...children];
  const place = queue.indexOf(mine);
  if (place === -1) return 'gone';
  return place === 0 ? 'lead' : queue[place - 1];
}
