// Each kind in turn, so that every run meets all of them.
function draw(random, index) {
  const now = random.between(2, 900);
  const operation = (token) => ({ token, action: random.pick(['write', 'read', 'delete', 'append', 'charge the card']) });
  const kinds = [
    () => ['the current token', now, operation(now)],
    () => ['an older token', now, operation(random.below(now))],
    () => ['a token from the future', now, operation(now + random.between(1, 20))],
    () => ['the token as text', now, operation(`${now}`)],
    () => ['no token at all', now, { action: operation(0).action }],
    () => ['no operation', now, null],
    () => ['half a token less', now, operation(now - 0.5)],
    () => ['a list with the token', now, operation([now])],
    () => ['token 0 when 0 is current', 0, operation(0)],
    () => ['true when token 1 is current', 1, operation(true)],
    () => ['a very large current token', 9007199254740000 + now, operation(9007199254740000 + now)],
  ];
  const [name, current, drawn] = kinds[index % kinds.length]();
  return { name, arguments: [current, drawn] };
}
