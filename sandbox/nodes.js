// The nodes of clusters, for runner.html: a part of what runs in its worker, put in by the build.
// What is captured at the top of that script is known here.

// What one node shares with another is the language itself, so nothing of that may change: not
// even the prototypes that no name leads to.
const freezeLanguage = () => {
  const hidden = [
    function* () {}, async function () {}, async function* () {}, [].values(), new Map().values(),
    new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g), new Uint8Array(1),
  ];
  const queue = [globalThis, Process, ...hidden.map(getPrototypeOf)];
  const seen = new Set();
  while (queue.length > 0) {
    const at = queue.pop();
    if ((typeof at !== 'object' && typeof at !== 'function') || at === null || seen.has(at)) continue;
    seen.add(at);
    queue.push(getPrototypeOf(at));
    for (const key of ownKeys(at)) {
      const { value, get, set } = getOwnPropertyDescriptor(at, key);
      queue.push(value, get, set);
    }
    Object.freeze(at);
  }
};

// A run that is made twice has to be the same run.
const takeChanceAway = () => {
  const refuse = (what, instead) => function refused() {
    throw new Error(`${what} differs from run to run; use ${instead}`);
  };
  globalThis.Date = refuse('Date', 'this.now, the node\'s own clock');
  Date.now = Date;
  Math.random = refuse('Math.random', 'the third argument of setTimer');
  for (const name of ['WeakRef', 'FinalizationRegistry', 'Temporal']) deleteProperty(globalThis, name);
};

const TIMERS = ['heartbeat', 'election', 'answer', 'wait', 'lease', 'retry'];
const MOST_ACTS = 100;
const LONGEST_MESSAGE = 1000;
const LONGEST_DISK = 2000;

let born = null; // The life whose node is being made.
let current = null; // The life whose turn it is.

// All that a node knows and can do. Its life is private to it, and it can act in its own turn only.
class Process {
  #life;

  constructor() {
    if (born === null) throw new Error('The engine makes the nodes; code cannot make one of its own');
    this.#life = born;
    born = null;
  }

  get id() { return this.#life.id; }

  get ids() { return this.#life.ids; }

  get others() { return this.#life.others; }

  get now() { return this.#life.clock; }

  get disk() { return this.#life.disk === '' ? null : parse(this.#life.disk); }

  #act(text) {
    const life = this.#life;
    if (life !== current) throw new Error('A node can act only while boot, onMessage, onTimer or onRefused runs');
    if (life.count === MOST_ACTS) throw new Error(`A node can do at most ${MOST_ACTS} things in one step`);
    life.acts += (life.count > 0 ? ',' : '') + text;
    life.count += 1;
  }

  send(to, message) {
    node(this.#life, 'send', to);
    const found = wire('send', message, LONGEST_MESSAGE);
    const type = find(message, 'type');
    const carried = [find(message, 'number'), find(message, 'term')].find(isCount) ?? 0;
    this.#act(`{"send":[${to},${quote(found)},${quote(typeof type === 'string' ? cut(type, 20) : '')},${carried}]}`);
  }

  setTimer(name, ms, jitter = 0) {
    timer('setTimer', name);
    for (const time of [ms, jitter]) {
      if (!(time >= 0 && time <= 600_000)) throw new Error(`setTimer: ${shown(time)} is not a time between 0 and 600000 ms`);
    }
    this.#act(`{"timer":["${name}",${+ms},${+jitter}]}`);
  }

  cancelTimer(name) {
    timer('cancelTimer', name);
    this.#act(`{"cancel":"${name}"}`);
  }

  persist(value) {
    const found = wire('persist', value, LONGEST_DISK);
    this.#act(`{"disk":${quote(found)}}`);
    this.#life.disk = found;
  }

  stand(number) { this.#act(`{"stand":${count('stand', number)}}`); }

  lead(number) { this.#act(`{"lead":${count('lead', number)}}`); }

  stepDown() { this.#act('"step-down"'); }

  follow(id, number = 0) {
    if (id !== null) node(this.#life, 'follow', id);
    this.#act(`{"follow":[${id},${count('follow', number)}]}`);
  }
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const count = (method, number) => {
  if (!isCount(number)) throw new Error(`${method}: ${shown(number)} is not a whole number from 0`);
  return number;
};
const node = (life, method, id) => {
  if (!life.ids.includes(id)) throw new Error(`${method}: there is no node ${shown(id)}`);
};
const timer = (method, name) => {
  if (!TIMERS.includes(name)) throw new Error(`${method}: ${shown(name)} is not one of ${TIMERS.join(', ')}`);
};
// What goes over the wire or to the disk is text; nothing is shared.
const wire = (method, value, longest) => {
  const found = quote(value);
  if (typeof found !== 'string') throw new Error(`${method}: ${shown(value)} cannot be written as JSON`);
  if (found.length > longest) throw new Error(`${method}: ${found.length} characters are too many; at most ${longest} are possible`);
  return found;
};

const lives = new Map();

// What a node does about something that happens to it.
const CALLS = { __proto__: null, message: 'onMessage', timer: 'onTimer', refused: 'onRefused' };
const turn = (define, [run, id, clock, what, first, second]) => {
  const key = run * 128 + id;
  if (what === 'boot') {
    const ids = Object.freeze(Array.from({ length: first }, (_, i) => i));
    const others = Object.freeze(ids.filter((each) => each !== id));
    lives.set(key, { __proto__: null, id, ids, others, disk: second, clock, acts: '', count: 0, node: null });
  }
  const life = lives.get(key);
  life.clock = clock;
  life.acts = '';
  life.count = 0;
  current = life;
  try {
    let result;
    if (what === 'boot') {
      // Each start evaluates the code anew: what a crash takes away is gone, and no node shares
      // a variable with another.
      const made = define();
      born = life;
      life.node = new made();
      result = life.node.boot?.();
    } else {
      const name = CALLS[what];
      const values = what === 'message' ? [first, parse(second)] : [first];
      result = life.node[name]?.(...values);
    }
    if (result instanceof Promise) return '"promise"';
    return `{"acts":[${life.acts}]}`;
  } catch (error) {
    return `{"thrown":${thrown(error)}}`;
  } finally {
    born = null;
    current = null;
  }
};

const hold = (job) => {
  takeChanceAway();
  freezeLanguage();
  const body = `"use strict";\n${job.source}`;
  if (!canBeRead('Process', body)) return undefined;
  const whole = new build('Process', `${body}\n;return typeof ${job.nodes} === 'undefined' ? undefined : ${job.nodes};`);
  const define = () => whole(Process);
  try {
    if (typeof define() !== 'function') return post(['end', '"no-function"']);
  } catch (error) {
    return post(['end', `{"load":${thrown(error)}}`]);
  }
  return (text) => {
    const round = parse(text);
    let replies = '';
    for (let i = 0; i < round.length; i += 1) {
      if (job.each) post(['call', i]);
      replies += (i > 0 ? ',' : '') + turn(define, round[i]);
    }
    post(['round', `[${replies}]`]);
  };
};
