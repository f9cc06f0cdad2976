// Raft's election without its log. The number is the term: a node votes once a term, on disk before
// it says so, and who has the votes of a majority of all nodes leads that term.
class Node extends Process {
  boot() {
    const { term = 0, vote = null } = this.disk ?? {};
    this.term = term;
    this.vote = vote;
    this.role = 'follower';
    this.waitForLeader();
  }

  onMessage(from, { type, term }) {
    if (term > this.term) this.enter(term, null);
    if (type === 'REQUEST-VOTE') {
      const yes = term === this.term && (this.vote === null || this.vote === from);
      if (yes && this.vote === null) {
        this.enter(term, from);
        this.waitForLeader();
      }
      this.send(from, { type: yes ? 'VOTE' : 'REFUSE', term: this.term });
    } else if (type === 'VOTE' && term === this.term && this.role === 'candidate') {
      this.votes.add(from);
      this.winIfElected();
    } else if (type === 'HEARTBEAT') {
      if (term === this.term) {
        this.role = 'follower';
        this.follow(from, term);
        this.waitForLeader();
      }
      this.send(from, { type: 'ACK', term: this.term });
    } else if (type === 'ACK' && term === this.term) {
      this.heard?.add(from);
    }
  }

  onTimer(name) {
    if (name === 'election') this.campaign();
    else if (name === 'heartbeat') this.beat();
    else if (name === 'lease') this.checkMajority();
  }

  onRefused(highest) {
    if (highest > this.term) this.enter(highest, null);
  }

  campaign() {
    this.enter(this.term + 1, this.id);
    this.role = 'candidate';
    this.votes = new Set([this.id]);
    this.stand(this.term);
    for (const id of this.others) this.send(id, { type: 'REQUEST-VOTE', term: this.term });
    this.waitForLeader();
    this.winIfElected();
  }

  winIfElected() {
    if (!this.isMajority(this.votes)) return;
    this.role = 'leader';
    this.heard = new Set([this.id]);
    this.cancelTimer('election');
    this.lead(this.term);
    this.beat();
    this.setTimer('lease', 1500);
  }

  beat() {
    for (const id of this.others) this.send(id, { type: 'HEARTBEAT', term: this.term });
    this.setTimer('heartbeat', 200);
  }

  // A leader that no majority hears steps down: somebody else may lead by now.
  checkMajority() {
    if (!this.isMajority(this.heard)) return this.resign();
    this.heard = new Set([this.id]);
    this.setTimer('lease', 1500);
  }

  // Another term, or a vote in this one: on disk first.
  enter(term, vote) {
    const newer = term > this.term;
    this.term = term;
    this.vote = vote;
    this.persist({ term, vote });
    if (newer && this.role !== 'follower') this.resign();
  }

  resign() {
    if (this.role === 'leader') this.stepDown();
    this.role = 'follower';
    this.cancelTimer('heartbeat');
    this.cancelTimer('lease');
    this.waitForLeader();
  }

  waitForLeader() {
    this.setTimer('election', 600, 1400);
  }

  isMajority(nodes) {
    return nodes.size * 2 > this.ids.length;
  }
}
