// title: A cluster that elects its leader
// Five nodes. The highest live id leads, and every election gives out a new fencing token.
// Change anything and run it again: your version is kept, and you can start over.

class Node {
  constructor(id) {
    this.id = id;
    this.alive = true;
    this.token = 0; // none yet
  }
}

// The one thing that must stay correct. It remembers the highest token it has seen.
class Store {
  constructor() {
    this.highest = 0;
  }

  write(node, text) {
    if (node.token < this.highest) {
      console.log(`  store: refused "${text}" from node ${node.id}: token ${node.token} < ${this.highest}`);
      return;
    }
    this.highest = node.token;
    console.log(`  store: wrote "${text}" for node ${node.id} with token ${node.token}`);
  }
}

class Cluster {
  constructor(size) {
    this.nodes = [];
    for (let id = 0; id < size; id += 1) this.nodes.push(new Node(id));
    this.token = 0;
    this.elect();
  }

  // A shortcut: this loop sees every node. Real ones can only send messages and wait.
  elect() {
    this.leader = null;
    for (const node of this.nodes) {
      if (node.alive) this.leader = node;
    }
    if (this.leader === null) {
      console.log('election: nobody is left');
      return;
    }
    this.token += 1;
    this.leader.token = this.token;
    console.log(`election: node ${this.leader.id} leads with token ${this.token}`);
  }

  kill(id) {
    this.nodes[id].alive = false;
    console.log(`node ${id} is dead`);
    if (this.leader?.id === id) this.elect();
  }
}

const cluster = new Cluster(5);
const store = new Store();

store.write(cluster.leader, 'a');
const old = cluster.leader; // keep hold of it: it will be back
cluster.kill(4);
store.write(cluster.leader, 'b');

// Was node 4 really dead, or only paused? It writes with the token it remembers.
store.write(old, 'c');

// Try: swap the last two writes. Kill node 3 too. Take the comparison out of the store.
