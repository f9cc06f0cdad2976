//! `simulate(actions)` of the challenge "revive a node".

use serde_json::{Value, json};

use super::{Drawn, Nodes, Random, Rule, actions};

pub(super) const RULE: Rule = Rule { name: "revive-a-node", draw, expected };

fn draw(random: &mut Random, index: usize) -> Drawn {
    let mut nodes = Nodes::new();
    let mut list = Vec::new();
    for _ in 0..6 + random.below(8) {
        let action = *random.pick(&["kill", "kill", "revive", "write", "write"]);
        // A random node seldom leads; what happens to leaders is what matters.
        let node = match (action, nodes.leader) {
            ("kill", Some(leader)) if random.below(2) == 0 => leader,
            _ => random.below(5),
        };
        apply(&mut nodes, action, node);
        list.push(json!([action, node]));
    }
    Drawn { name: format!("a drawn history, number {}", index + 1), arguments: vec![list.into()] }
}

fn expected(arguments: &[Value]) -> Value {
    let mut nodes = Nodes::new();
    for (action, node) in actions(arguments) {
        apply(&mut nodes, action, node);
    }
    json!({ "leader": nodes.leader, "token": nodes.newest, "refused": nodes.refused })
}

fn apply(nodes: &mut Nodes, action: &str, node: usize) {
    match action {
        "kill" => {
            nodes.up[node] = false;
            if nodes.leader == Some(node) {
                nodes.leader = None;
                elect(nodes);
            }
        }
        "revive" => {
            nodes.up[node] = true;
            if nodes.leader.is_none_or(|leader| leader < node) {
                elect(nodes);
            }
        }
        "write" => nodes.write(node),
        other => panic!("revive-a-node has no action {other}"),
    }
}

fn elect(nodes: &mut Nodes) {
    if let Some(winner) = nodes.highest_up() {
        nodes.crown(winner);
    }
}
