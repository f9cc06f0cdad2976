// Each of the rules in turn, with drawn ids.
function draw(random, index) {
  const me = random.between(20, 80);
  const higher = me + random.between(1, 30);
  const lower = me - random.between(1, 19);
  const kinds = [
    ['a higher id', random.chance(50), 'ELECTION', higher],
    ['a lower id before you take part', false, 'ELECTION', lower],
    ['a lower id after you took part', true, 'ELECTION', lower],
    ['your own id', true, 'ELECTION', me],
    ['another is elected', random.chance(70), 'ELECTED', higher],
    ['your own ELECTED', false, 'ELECTED', me],
  ];
  const [name, participant, kind, id] = kinds[index % kinds.length];
  return { name, arguments: [me, participant, { kind, id }] };
}
