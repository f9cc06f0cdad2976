// wrong: a lower id never wakes it
function pass(me, participant, message) {
  const { kind, id } = message;
  if (kind === 'ELECTED') {
    return { send: id === me ? null : message, participant: false };
  }
  if (id > me) {
    return { send: message, participant: true };
  }
  if (id === me) {
    return { send: { kind: 'ELECTED', id: me }, participant: false };
  }
  if (id < me) {
    return { send: null, participant };
  }
  return { send: { kind: 'ELECTION', id: me }, participant: true };
}
