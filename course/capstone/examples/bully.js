// The highest node that answers leads. It trusts its timeouts: who is silent is taken for dead.
class Node extends Process {
  boot() {
    this.seen = this.disk ?? 0; // The largest number that this node has heard of.
    this.leading = false;
    this.elect();
  }

  onMessage(from, { type, number }) {
    this.see(number);
    if (type === 'ELECTION') {
      // A lower node asks.
      if (this.leading) return this.send(from, { type: 'COORDINATOR', number: this.number });
      this.send(from, { type: 'OK', number: this.seen });
      if (!this.asking) this.elect();
    } else if (type === 'OK') {
      this.cancelTimer('answer');
      this.setTimer('wait', 1000);
    } else if (from > this.id) {
      this.accept(from, number);
    } else if (!this.asking && !this.leading) {
      this.elect(); // A lower node believes that it leads.
    } else if (this.leading) {
      this.send(from, { type: 'COORDINATOR', number: this.number });
    }
  }

  onTimer(name) {
    if (name === 'heartbeat') this.announce('HEARTBEAT');
    else if (name === 'answer') this.win(); // Nobody higher has answered.
    else this.elect();
  }

  onRefused(highest) {
    this.see(highest);
    if (this.leading && highest > this.number) this.elect();
  }

  elect() {
    this.resign();
    const higher = this.ids.filter((id) => id > this.id);
    if (higher.length === 0) return this.win();
    this.asking = true;
    this.stand(this.seen);
    for (const id of higher) this.send(id, { type: 'ELECTION', number: this.seen });
    this.setTimer('answer', 400);
  }

  win() {
    // The next number after all that this node has seen that is its own and nobody else's.
    const size = this.ids.length;
    this.number = (Math.floor(this.seen / size) + 1) * size + this.id;
    this.see(this.number);
    this.asking = false;
    this.leading = true;
    this.cancelTimer('wait');
    this.cancelTimer('election');
    this.lead(this.number);
    this.announce('COORDINATOR');
  }

  announce(type) {
    for (const id of this.others) this.send(id, { type, number: this.number });
    this.setTimer('heartbeat', 250);
  }

  accept(leader, number) {
    this.resign();
    this.asking = false;
    this.cancelTimer('answer');
    this.cancelTimer('wait');
    this.follow(leader, number);
    this.setTimer('election', 1000);
  }

  resign() {
    if (this.leading) this.stepDown();
    this.leading = false;
    this.cancelTimer('heartbeat');
  }

  see(number) {
    if (number <= this.seen) return;
    this.seen = number;
    this.persist(number);
  }
}
