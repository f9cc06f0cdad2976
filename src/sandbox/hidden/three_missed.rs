//! `simulate(actions)` of the challenge "three missed heartbeats".

use serde_json::{Value, json};

use super::{Drawn, Nodes, Random, Rule, actions};

pub(super) const RULE: Rule = Rule { name: "three-missed", draw, expected };

/// The cluster and what its followers have counted.
struct Watch {
    nodes: Nodes,
    now: u64,
    missed: u32,
    elections: Vec<u64>,
}

fn draw(random: &mut Random, index: usize) -> Drawn {
    let mut watch = Watch::new();
    let mut list = Vec::new();
    for _ in 0..7 + random.below(8) {
        let action = *random.pick(&["stop", "resume", "write", "wait", "wait", "wait"]);
        let number = match (action, watch.nodes.leader) {
            ("wait", _) => 1 + random.below(4),
            ("stop", Some(leader)) if random.below(3) > 0 => leader,
            _ => random.below(5),
        };
        watch.apply(action, number);
        list.push(json!([action, number]));
    }
    Drawn { name: format!("a drawn history, number {}", index + 1), arguments: vec![list.into()] }
}

fn expected(arguments: &[Value]) -> Value {
    let mut watch = Watch::new();
    for (action, number) in actions(arguments) {
        watch.apply(action, number);
    }
    json!({
        "leader": watch.nodes.leader,
        "token": watch.nodes.newest,
        "elections": watch.elections,
        "refused": watch.nodes.refused,
    })
}

impl Watch {
    fn new() -> Self {
        Self { nodes: Nodes::new(), now: 0, missed: 0, elections: Vec::new() }
    }

    fn apply(&mut self, action: &str, number: usize) {
        match action {
            "stop" => self.nodes.up[number] = false,
            "resume" => self.nodes.up[number] = true,
            "write" => self.nodes.write(number),
            "wait" => (0..number).for_each(|_| self.second()),
            other => panic!("three-missed has no action {other}"),
        }
    }

    fn second(&mut self) {
        self.now += 1;
        let heard = self.nodes.leader.is_some_and(|leader| self.nodes.up[leader]);
        self.missed = if heard { 0 } else { self.missed + 1 };
        if self.missed == 3 {
            self.missed = 0;
            if let Some(winner) = self.nodes.highest_up() {
                self.nodes.crown(winner);
                self.elections.push(self.now);
            }
        }
    }
}
