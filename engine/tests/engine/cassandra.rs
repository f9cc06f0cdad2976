//! Cassandra's lightweight transactions: four round trips, several proposers at once, and nobody
//! leads. Every message takes 10 ms. Clients ask only by command, unless a test says otherwise.

use crate::cluster::{all, at, beliefs, leaders, named, of, sent};
use election_engine::ids::{LogEnd, NodeId, Token};
use election_engine::protocols::paxos::ballot;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "cassandra/":
    one_update "one-update",
    two_at_once "two-at-once",
    a_half_done_update "half-done",
    a_crowd "crowd",
}

fn fields(nodes: u8, protocol: Value, script: Value) -> Value {
    let mut all = json!({"every_ms": 0});
    for (name, value) in protocol.as_object().unwrap() {
        all[name] = value.clone();
    }
    json!({
        "protocol": {"cassandra": all},
        "cluster": {"nodes": nodes},
        "script": script,
        "until_ms": 10_000,
    })
}

fn run(nodes: u8, script: Value) -> Box<dyn Run> {
    let mut run = of("cassandra", fields(nodes, json!({}), script));
    run.seek(run.end());
    assert_eq!(run.violations(), []);
    run
}

fn ask(at_ms: u64, node: u8) -> Value {
    json!({"at_ms": at_ms, "do": {"campaign": node}})
}

/// When a rule was followed, and by whom.
fn followed(run: &dyn Run, rule: &str) -> Vec<(u64, u8)> {
    all(run, |entry| entry.rule.is_some_and(|found| found.id == rule))
        .iter()
        .filter(|entry| matches!(entry.kind, EventKind::Deliver | EventKind::Timer))
        .map(|entry| (entry.time.as_ms(), entry.node.0))
        .collect()
}

fn field(run: &dyn Run, node: usize, name: &str) -> String {
    let snapshot = run.snapshot();
    let view = snapshot.nodes[node].view.as_ref().unwrap();
    view.fields.iter().find(|field| field.name == name).unwrap().value.clone()
}

/// The version of the row at each node that runs.
fn versions(run: &dyn Run) -> Vec<u32> {
    let mut versions = vec![0; run.snapshot().nodes.len()];
    for entry in all(run, |entry| entry.kind == EventKind::Log) {
        versions[entry.node.index()] = LogEnd::unpacked(entry.number).index;
    }
    versions
}

/// Counting rule: every message that is sent to another node.
#[test]
fn an_update_takes_four_round_trips_and_eight_times_n_minus_1_messages() {
    for nodes in 3..=7u8 {
        for coordinator in 0..nodes {
            let run = run(nodes, json!([ask(1000, coordinator)]));
            let others = usize::from(nodes) - 1;
            for name in ["PREPARE", "PROMISE", "READ", "ROW", "PROPOSE", "VOTED", "COMMIT", "ACK"] {
                assert_eq!(sent(&*run, name), others, "{name}");
            }
            assert_eq!(followed(&*run, "cassandra/applied"), [(1080, coordinator)]);
            assert_eq!(versions(&*run), vec![1; usize::from(nodes)]);
        }
    }
}

#[test]
fn nobody_leads_before_nor_after_and_whoever_dies_nothing_fails_over() {
    for dead in 0..5u8 {
        let crash = json!({"at_ms": 2000, "do": {"crash": dead}});
        let next = (dead + 1) % 5;
        let run = run(5, json!([ask(1000, dead), crash, ask(3000, next), ask(4000, next)]));
        assert_eq!(leaders(&*run), [0u8; 0]);
        assert!(beliefs(&*run).iter().flatten().next().is_none());
        let quiet = [EventKind::Lead, EventKind::StepDown, EventKind::Suspect, EventKind::Believe];
        assert_eq!(all(&*run, |entry| quiet.contains(&entry.kind)).len(), 0);
        // The first of the other's two requests has seen version 0.
        assert_eq!(followed(&*run, "cassandra/not-applied"), [(3040, next)]);
        assert_eq!(followed(&*run, "cassandra/applied"), [(1080, dead), (4080, next)]);
    }
}

#[test]
fn of_two_that_have_seen_the_same_version_one_is_applied() {
    let mut outcomes = Vec::new();
    for later in 0..100 {
        let run = run(5, json!([ask(1000, 0), ask(1000 + later, 4)]));
        let [applied, not_applied, unknown] = told(&*run);
        assert_eq!(versions(&*run), [1; 5], "{later}");
        assert_eq!(applied + not_applied + unknown, 2, "{later}");
        assert!(applied <= 1 && applied + unknown >= 1, "{later}: {applied} {unknown}");
        outcomes.push((applied, not_applied, unknown));
    }
    outcomes.sort_unstable();
    outcomes.dedup();
    // Mostly one of each; but who is outbid when some have accepted is not told which.
    assert_eq!(outcomes, [(0, 1, 1), (1, 0, 1), (1, 1, 0)]);
}

#[test]
fn several_proposers_at_once_outbid_each_other_and_go_on() {
    let run = run(5, json!([ask(1000, 0), ask(1015, 4)]));
    // Node 4 asks for promises when all have promised node 0's ballot and it reads.
    let mut prepared: Vec<Token> =
        named(&*run, EventKind::Send, "PREPARE").iter().map(|e| e.number).collect();
    prepared.dedup();
    assert_eq!(prepared[..2], [ballot(1, NodeId(0)), ballot(2, NodeId(4))]);
    assert!(sent(&*run, "NACK") > 0);
    assert_eq!(versions(&*run), [1; 5]);
}

#[test]
fn what_another_has_left_half_done_is_finished_first() {
    // Node 0 dies with its update accepted everywhere and committed nowhere.
    let crash = json!({"at_ms": 1055, "do": {"crash": 0}});
    let mut run = run(5, json!([ask(1000, 0), crash, ask(3000, 3), ask(5000, 3)]));
    assert_eq!(followed(&*run, "cassandra/finish"), [(3020, 3)]);
    assert_eq!(followed(&*run, "cassandra/not-applied"), [(3100, 3)]);
    at(&mut *run, 4000);
    assert!(field(&*run, 1, "row").starts_with("version 1, by node 0"));
    at(&mut *run, 6000);
    assert!(field(&*run, 1, "row").starts_with("version 2, by node 3"));
}

#[test]
fn an_update_that_only_a_minority_has_accepted_may_be_finished_or_not() {
    let script = |reached: u8, coordinator: u8| {
        let cuts = (1..5u8)
            .filter(|to| *to != reached)
            .map(|to| json!({"at_ms": 1035, "do": {"cut": {"from": 0, "to": to}}}));
        let mut script: Vec<Value> = vec![ask(1000, 0)];
        script.extend(cuts);
        script.push(json!({"at_ms": 1100, "do": {"crash": 0}}));
        script.push(json!({"at_ms": 2000, "do": {"crash": 4}}));
        script.push(json!({"at_ms": 2000, "do": "heal"}));
        script.push(ask(3000, coordinator));
        Value::Array(script)
    };
    // Three are left. One of them has it: it is finished, though nobody was told so.
    let found = run(5, script(1, 3));
    assert_eq!(field(&*found, 3, "row"), "version 1, by node 0, at 2003");
    // The one that has it is down: it never was.
    let lost = run(5, script(4, 3));
    assert_eq!(field(&*lost, 3, "row"), "version 1, by node 3, at 2003");
}

#[test]
fn a_replica_that_missed_a_commit_is_sent_it_before_the_next_update() {
    let script = json!([
        {"at_ms": 500, "do": {"crash": 1}},
        ask(1000, 0),
        {"at_ms": 2000, "do": {"crash": 2}},
        {"at_ms": 2000, "do": {"restart": 1}},
        ask(3000, 0),
    ]);
    let run = run(3, script);
    assert_eq!(followed(&*run, "cassandra/repair"), [(3020, 0)]);
    assert_eq!(versions(&*run), [2, 2, 1]);
}

#[test]
fn without_a_majority_the_client_is_told_that_nobody_knows() {
    let script = json!([{"at_ms": 500, "do": {"partition": [[0, 1], [2, 3, 4]]}},
                        ask(1000, 0), ask(1000, 2)]);
    let run = run(5, script);
    assert_eq!(followed(&*run, "cassandra/unknown"), [(2000, 0)]);
    assert_eq!(followed(&*run, "cassandra/applied"), [(1080, 2)]);
    assert_eq!(versions(&*run), [0, 0, 1, 1, 1]);
}

/// What all clients were told: applied, not applied, unknown.
fn told(run: &dyn Run) -> [u32; 3] {
    let mut sum = [0; 3];
    for node in 0..run.snapshot().nodes.len() {
        let text = field(run, node, "its client was told");
        for (sum, word) in sum.iter_mut().zip(text.split(", ")) {
            *sum += word.rsplit(' ').next().unwrap().parse::<u32>().unwrap();
        }
    }
    sum
}

#[test]
fn contention_slows_but_never_breaks() {
    let applied = |clients: u8, seed: u8| {
        let asks: Vec<Value> =
            (0..clients).flat_map(|node| (0..200).map(move |n| ask(n * 50, node))).collect();
        let mut fields = fields(5, json!({}), Value::Array(asks));
        fields["cluster"]["seed"] = json!(seed);
        let mut run = of("cassandra", fields);
        run.seek(run.end());
        assert_eq!(run.violations(), []);
        let [applied, not_applied, unknown] = told(&*run);
        let version = *versions(&*run).iter().max().unwrap();
        assert!(applied <= version && version <= applied + unknown + 5, "{version}: {applied}");
        (applied, not_applied + unknown)
    };
    for seed in 0..5 {
        let (alone, in_vain) = applied(1, seed);
        assert_eq!((alone, in_vain), (100, 0));
        let (together, in_vain) = applied(5, seed);
        assert!(together > 0 && together < alone && in_vain > together, "{together} {in_vain}");
    }
}

/// Node 1 has accepted node 0's update, crashes and returns; node 0 has a majority with it and
/// commits. Node 2, which hears nothing from node 0, asks for the promises of node 1.
fn forgetful() -> Value {
    json!([
        {"at_ms": 500, "do": {"partition": [[0], [2]]}},
        ask(1000, 0),
        {"at_ms": 1055, "do": {"link": {"from": 0, "to": 1, "delay_ms": 500}}},
        {"at_ms": 1055, "do": {"crash": 1}},
        {"at_ms": 1060, "do": {"restart": 1}},
        ask(1100, 2),
    ])
}

/// Node 1 promises node 0's ballot and then node 2's, and crashes. Node 0's PROPOSE comes then.
fn broken_promise() -> Value {
    json!([
        {"at_ms": 500, "do": {"partition": [[0], [2]]}},
        ask(1000, 0),
        {"at_ms": 1035, "do": {"link": {"from": 0, "to": 1, "delay_ms": 300}}},
        ask(1100, 2),
        {"at_ms": 1135, "do": {"link": {"from": 2, "to": 1, "delay_ms": 600}}},
        {"at_ms": 1200, "do": {"crash": 1}},
        {"at_ms": 1210, "do": {"restart": 1}},
    ])
}

/// The client of node 2 has not heard of an update.
fn stale_client() -> Value {
    json!([
        {"at_ms": 500, "do": {"partition": [[2], [0, 1]]}},
        ask(1000, 0),
        {"at_ms": 2000, "do": "heal"},
        ask(3000, 2),
    ])
}

fn two_halves() -> Value {
    json!([{"at_ms": 500, "do": {"partition": [[0, 1], [2, 3]]}}, ask(1000, 0), ask(1000, 3)])
}

fn half_done() -> Value {
    // Only node 0 has committed what all have accepted, and it is gone.
    json!([
        ask(1000, 0),
        {"at_ms": 1065, "do": {"partition": [[0], [1, 2]]}},
        {"at_ms": 1065, "do": {"crash": 0}},
        ask(3000, 2),
    ])
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let noticed = |nodes: u8, broken: Option<&str>, script: &Value| -> Vec<&'static str> {
        let protocol = broken.map_or(json!({}), |rule| json!({"broken": rule}));
        let mut run = of("cassandra", fields(nodes, protocol, script.clone()));
        run.seek(run.end());
        run.violations().iter().map(|found| found.check.name()).collect()
    };
    let table = [
        ("unfinished-ignored", 3, half_done(), "one-update-per-version"),
        ("condition-ignored", 3, stale_client(), "one-update-per-version"),
        ("promise-not-on-disk", 3, broken_promise(), "one-update-per-version"),
        ("vote-not-on-disk", 3, forgetful(), "vote-on-disk"),
        ("half-is-enough", 4, two_halves(), "one-update-per-version"),
    ];
    for (rule, nodes, script, found) in &table {
        assert_eq!(noticed(*nodes, None, script), [""; 0], "{rule}");
        let noticed = noticed(*nodes, Some(rule), script);
        assert!(noticed.contains(found), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "cassandra").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
    let quiet = run(3, json!([]));
    assert!(named(&*quiet, EventKind::Send, "PREPARE").is_empty());
}
