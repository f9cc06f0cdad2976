// What goes on to the neighbour?
function pass(me, participant, message) {
  return { send: message, participant };
}
