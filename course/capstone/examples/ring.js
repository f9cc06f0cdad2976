// A token goes round the ring and collects the ids of those who are up and the largest number they
// know. Whoever gets its own token back names the highest of them, with the next number. Nothing is
// kept on disk, and who does not acknowledge a message in time is skipped.
class Node extends Process {
  boot() {
    this.seen = 0; // The largest number that this node has heard of.
    this.leading = false;
    this.waiting = null; // The message whose receiver has not acknowledged it yet.
    this.start();
  }

  onMessage(from, message) {
    if (message.type === 'ACK') {
      this.waiting = null;
      return this.cancelTimer('answer');
    }
    if (message.type === 'HEARTBEAT') return this.accept(from, message.number);
    this.send(from, { type: 'ACK' });
    if (this.hasPassed(message)) return undefined;
    if (message.type === 'TOKEN') this.pass(message);
    else if (message.elected === this.id) this.win(message);
    else if (message.starter !== this.id) {
      this.accept(message.elected, message.number);
      this.forward(message);
    }
    return undefined;
  }

  onTimer(name) {
    if (name === 'heartbeat') this.announce();
    else if (name === 'answer' && this.waiting) this.skip();
    else if (name === 'election') this.start();
  }

  // Whether a message has gone all round already. The node that sent it may be down, and then
  // nobody else would ever take it off the ring.
  hasPassed(message) {
    if (message.type === 'TOKEN') return message.starter !== this.id && message.ids.includes(this.id);
    return message.number <= this.seen;
  }

  start() {
    this.setTimer('election', 1000, 1000);
    this.stand(this.seen);
    this.forward({ type: 'TOKEN', starter: this.id, ids: [this.id], number: this.seen });
  }

  pass(token) {
    const number = Math.max(token.number, this.seen);
    if (token.starter !== this.id) {
      return this.forward({ ...token, ids: [...token.ids, this.id], number });
    }
    const elected = Math.max(...token.ids);
    const message = { type: 'ELECTED', starter: this.id, elected, number: number + 1 };
    return elected === this.id ? this.win(message) : this.forward(message);
  }

  win({ number }) {
    this.seen = Math.max(this.seen, number);
    this.leading = true;
    this.number = number;
    this.cancelTimer('election');
    this.lead(number);
    this.announce();
  }

  announce() {
    for (const id of this.others) this.send(id, { type: 'HEARTBEAT', number: this.number });
    this.setTimer('heartbeat', 300);
  }

  accept(leader, number) {
    if (number < this.seen) return;
    this.seen = number;
    this.leading = false;
    this.cancelTimer('heartbeat');
    this.follow(leader, number);
    this.setTimer('election', 400, 100);
  }

  // To the next node of the ring; to the one after it if that does not answer.
  forward(message) {
    this.waiting = { message, to: this.after(this.id) };
    this.pushOn();
  }

  skip() {
    this.waiting.to = this.after(this.waiting.to);
    this.pushOn();
  }

  pushOn() {
    const { message, to } = this.waiting;
    if (to === this.id) {
      // Nobody else answers: the ring is this node alone.
      this.waiting = null;
      if (message.type === 'TOKEN' && message.starter === this.id) this.pass(message);
      return;
    }
    this.send(to, message);
    this.setTimer('answer', 75);
  }

  after(id) {
    return (id + 1) % this.ids.length;
  }
}
