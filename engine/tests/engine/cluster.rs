//! Short ways to set up a run and to ask what happened in it.

use election_engine::action::Action;
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::{Entry, Run};
use election_engine::scenario::Scenario;
use election_engine::snapshot::NodeSnapshot;
use election_engine::time::SimTime;
use election_engine::trace::EventKind;
use serde_json::{Value, json};

/// A run of five Bully nodes, see [`of`].
pub fn bully(fields: Value) -> Box<dyn Run> {
    of("bully", fields)
}

/// A run of five nodes of an algorithm in which every message takes 10 ms, changed by `fields`
/// of the scenario, at its first instant.
pub fn of(protocol: &str, fields: Value) -> Box<dyn Run> {
    let mut scenario = json!({
        "version": 1,
        "protocol": {protocol: {}},
    });
    merge(&mut scenario, fields);
    if scenario.pointer("/cluster/network/latency").is_none() {
        merge(&mut scenario, json!({"cluster": {"network": {"latency": {"fixed": 10}}}}));
    }
    open(&scenario.to_string())
}

/// The same with a script, at its end.
pub fn bully_script(until_ms: u64, script: Value) -> Box<dyn Run> {
    let mut run = bully(json!({"until_ms": until_ms, "script": script}));
    run.seek(run.end());
    run
}

/// A run of a scenario file, at its first instant.
pub fn open(text: &str) -> Box<dyn Run> {
    match Scenario::parse(text) {
        Ok(scenario) => registry::open(scenario),
        Err(error) => panic!("{error} in {text}"),
    }
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// Reads an action as scenario files write it.
pub fn action(value: Value) -> Action {
    serde_json::from_value(value).expect("an action")
}

/// Does something now.
pub fn act(run: &mut dyn Run, value: Value) {
    run.act(action(value)).expect("an action that fits the cluster");
}

/// Shows an instant.
pub fn at(run: &mut dyn Run, ms: u64) {
    run.seek(SimTime::from_ms(ms));
}

/// The records that fit.
pub fn all(run: &dyn Run, fits: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    run.entries().filter(fits).collect()
}

/// The records of one kind about messages or timers of one name.
pub fn named(run: &dyn Run, kind: EventKind, name: &str) -> Vec<Entry> {
    all(run, |entry| entry.kind == kind && entry.name == name)
}

/// How often a message of this name was sent.
pub fn sent(run: &dyn Run, name: &str) -> usize {
    named(run, EventKind::Send, name).len()
}

/// Who began to lead with which number, and at which millisecond, in order.
pub fn reigns(run: &dyn Run) -> Vec<(u64, u8, u64)> {
    all(run, |entry| entry.kind == EventKind::Lead)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.node.0, entry.number.0))
        .collect()
}

/// Who did something of this kind and at which millisecond, in order.
pub fn when(run: &dyn Run, kind: EventKind) -> Vec<(u64, u8)> {
    all(run, |entry| entry.kind == kind)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.node.0))
        .collect()
}

/// The claims that did not hold, each once.
pub fn violated(run: &dyn Run) -> Vec<&'static str> {
    let mut names: Vec<_> = run.violations().iter().map(|found| found.check.name()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What a line of a running node's inspector says.
pub fn line(run: &dyn Run, node: usize, name: &str) -> String {
    let view = run.snapshot().nodes[node].view.clone().unwrap();
    view.fields.into_iter().find(|field| field.name == name).unwrap().value
}

/// Who leads now, by their own belief.
pub fn leaders(run: &dyn Run) -> Vec<u8> {
    run.snapshot().leaders().map(|node| node.id.0).collect()
}

/// Whom each running node takes for the leader, and with which number.
pub fn beliefs(run: &dyn Run) -> Vec<Option<(u8, u64)>> {
    let of = |node: &NodeSnapshot| {
        let view = node.view.as_ref()?;
        Some((view.believes?.0, view.number.0))
    };
    run.snapshot().nodes.iter().map(of).collect()
}

/// The rules that a node followed, in order.
pub fn rules_of(run: &dyn Run, node: u8) -> Vec<&'static str> {
    let of_node = all(run, |entry| entry.node == NodeId(node));
    of_node.iter().filter_map(|entry| entry.rule).map(|rule| rule.id).collect()
}

/// The tokens of the writes that the store applied, and of those that it refused, in order.
pub fn writes(run: &dyn Run) -> (Vec<Token>, Vec<Token>) {
    let of = |kind| all(run, |entry| entry.kind == kind).iter().map(|e| e.number).collect();
    (of(EventKind::WriteAccepted), of(EventKind::WriteRefused))
}
