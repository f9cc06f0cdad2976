// wrong: Resets the count whatever happens, so nobody is ever suspected.
class Cluster {
  constructor() {
    this.nodes = [0, 1, 2, 3, 4].map((id) => ({ id, runs: true, token: 0 }));
    this.nodes[4].token = 1;
    this.leader = 4;
    this.token = 1;        // the newest token that was given out
    this.highest = 1;      // the highest token that the store has seen
    this.now = 0;          // seconds since the start
    this.missed = 0;       // heartbeats missed in a row
    this.elections = [];   // the seconds at which a leader was elected
    this.refused = [];     // writes that the store refused: [id, token]
  }

  second() {
    this.now += 1;
    const heard = this.nodes[this.leader].runs;
    this.missed = 0;
  }

  // The highest id that runs wins and gets a token that nobody had before.
  elect() {
    const winner = this.nodes.findLast((node) => node.runs);
    if (!winner) return;
    this.token += 1;
    winner.token = this.token;
    this.leader = winner.id;
    this.elections.push(this.now);
  }

  wait(seconds) {
    for (let i = 0; i < seconds; i += 1) this.second();
  }

  stop(id) {
    this.nodes[id].runs = false;
  }

  resume(id) {
    this.nodes[id].runs = true;
  }

  // A running node writes with the token it remembers. The store compares.
  write(id) {
    const { runs, token } = this.nodes[id];
    if (!runs) return;
    if (token < this.highest) this.refused.push([id, token]);
    else this.highest = token;
  }
}

function simulate(actions) {
  const cluster = new Cluster();
  for (const [action, number] of actions) cluster[action](number);
  const { leader, token, elections, refused } = cluster;
  return { leader, token, elections, refused };
}
