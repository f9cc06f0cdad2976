// wrong: does not answer OK
function messages({ id, nodes, state }, { kind, from }) {
  const higher = nodes.filter((other) => other > id);
  const others = nodes.filter((other) => other !== id);
  const win = () => others.map((to) => ({ to, kind: 'COORDINATOR' }));
  const elect = () => (higher.length === 0 ? win() : higher.map((to) => ({ to, kind: 'ELECTION' })));
  if (kind === 'ELECTION') {
    const own = state === 'idle' ? elect() : [];
    return own;
  }
  if (kind === 'COORDINATOR') return from < id ? elect() : [];
  if (kind === 'timeout') return state === 'asking' ? win() : elect();
  return [];
}
