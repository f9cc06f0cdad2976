// wrong: tells only higher nodes that it has won
function messages({ id, nodes, state }, { kind, from }) {
  const higher = nodes.filter((other) => other > id);
  const others = nodes.filter((other) => other !== id);
  const win = () => higher.map((to) => ({ to, kind: 'COORDINATOR' }));
  const elect = () => (higher.length === 0 ? win() : higher.map((to) => ({ to, kind: 'ELECTION' })));
  if (kind === 'ELECTION') {
    const own = state === 'idle' ? elect() : [];
    return [{ to: from, kind: 'OK' }, ...own];
  }
  if (kind === 'COORDINATOR') return from < id ? elect() : [];
  if (kind === 'timeout') return state === 'asking' ? win() : elect();
  return [];
}
