// One node of a cluster. It runs on every node; only this.id differs.
class Node extends Process {
  boot() {
    // The node starts. Who leads?
  }

  onMessage(from, message) {
  }

  onTimer(name) {
  }
}
