// wrong: takes node 0 for nobody, and holds an election when it is revived in office
class Cluster {
  constructor() {
    this.nodes = [0, 1, 2, 3, 4].map((id) => ({ id, alive: true, token: 0 }));
    this.leader = null;
    this.token = 0;       // the newest token that was given out
    this.highest = 0;     // the highest token that the store has seen
    this.refused = [];    // writes that the store refused: [id, token]
    this.elect();
    this.write(this.leader);
  }

  // The highest live id wins and gets a token that nobody had before.
  elect() {
    const winner = this.nodes.findLast((node) => node.alive);
    this.leader = winner ? winner.id : null;
    if (!winner) return;
    this.token += 1;
    winner.token = this.token;
  }

  kill(id) {
    this.nodes[id].alive = false;
    if (this.leader === id) this.elect();
  }

  revive(id) {
    this.nodes[id].alive = true;
    if (!this.leader || this.leader < id) this.elect();
  }

  // A live node writes with the token it remembers. The store compares.
  write(id) {
    const { alive, token } = this.nodes[id];
    if (!alive) return;
    if (token < this.highest) this.refused.push([id, token]);
    else this.highest = token;
  }
}

function simulate(actions) {
  const cluster = new Cluster();
  for (const [action, id] of actions) cluster[action](id);
  const { leader, token, refused } = cluster;
  return { leader, token, refused };
}
