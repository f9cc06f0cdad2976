// Every event in every state, for a node at the top, at the bottom and in between.
function draw(random, index) {
  const nodes = Array.from({ length: random.between(3, 7) }, (_, i) => i * 2 + random.below(2));
  const at = random.pick([0, nodes.length - 1, 1, random.below(nodes.length)]);
  const id = nodes[at];
  const lower = nodes.slice(0, at);
  const higher = nodes.slice(at + 1);
  const kinds = ['timeout'];
  if (lower.length > 0) kinds.push('ELECTION', 'defeat');
  if (higher.length > 0) kinds.push('OK', 'COORDINATOR');
  const states = ['idle', 'asking', 'waiting'];
  const state = states[index % states.length];
  const drawn = index < 9 ? kinds[Math.floor(index / 3) % kinds.length] : random.pick(kinds);
  const event = {
    timeout: () => ({ kind: 'timeout', from: null }),
    ELECTION: () => ({ kind: 'ELECTION', from: random.pick(lower) }),
    defeat: () => ({ kind: 'COORDINATOR', from: random.pick(lower) }),
    OK: () => ({ kind: 'OK', from: random.pick(higher) }),
    COORDINATOR: () => ({ kind: 'COORDINATOR', from: random.pick(higher) }),
  }[drawn]();
  return { name: `${event.kind} while ${state}`, arguments: [{ id, nodes, state }, event] };
}
