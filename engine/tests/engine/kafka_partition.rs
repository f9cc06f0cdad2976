//! The leader of a Kafka partition: who is picked, what is acknowledged, what is kept. Every
//! message takes 10 ms; nodes 0 to 2 are brokers and node 3 is the controller, unless a test says
//! otherwise.

use crate::cluster::{
    act, all, at, beliefs, leaders, named, of, reigns, rules_of, violated, writes,
};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "kafka-partition/":
    the_leader_crashes "leader-crash",
    a_clean_election_waits "clean",
    an_unclean_election_loses_writes "unclean",
    it_wakes_and_writes "wakes-and-writes",
}

/// A run in which this happens, at its end.
fn run(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "kafka-partition",
        json!({
            "protocol": {"kafka-partition": protocol},
            "cluster": {"nodes": nodes},
            "script": script,
            "until_ms": 90_000,
        }),
    );
    run.seek(run.end());
    run
}

/// The same, with nothing violated.
fn sound(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let run = run(protocol, nodes, script);
    assert_eq!(run.violations(), []);
    run
}

/// What the inspector shows of a node now.
fn field(run: &dyn Run, node: usize, name: &str) -> String {
    let view = run.snapshot().nodes[node].view.clone().expect("it runs");
    view.fields.iter().find(|field| field.name == name).expect("a field").value.clone()
}

fn isr(run: &dyn Run) -> String {
    let controller = usize::from(run.scenario().cluster.nodes) - 1;
    field(run, controller, "in sync (ISR)")
}

fn log(run: &dyn Run, node: usize) -> (Vec<u32>, usize) {
    let view = run.snapshot().nodes[node].view.clone().expect("it runs");
    let log = view.log.expect("a replica");
    (log.terms, log.committed)
}

fn crash(at_ms: u64, node: u8) -> Value {
    json!({"at_ms": at_ms, "do": {"crash": node}})
}

fn restart(at_ms: u64, node: u8) -> Value {
    json!({"at_ms": at_ms, "do": {"restart": node}})
}

#[test]
fn the_controller_picks_the_first_in_the_order_of_the_assignment_that_is_alive_and_in_sync() {
    let first = sound(json!({}), 6, json!([crash(5000, 0)]));
    assert_eq!(leaders(&*first), [1]);
    let second = sound(json!({}), 6, json!([crash(4000, 1), crash(5000, 0)]));
    assert_eq!(leaders(&*second), [2]);
    // Node 1 is alive and fenced: it speaks to nobody but the leader.
    let cut = json!({"at_ms": 2000, "do": {"cut": {"from": 1, "to": 5}}});
    let fenced = sound(json!({}), 6, json!([cut, crash(20_000, 0)]));
    assert_eq!(leaders(&*fenced), [2]);
    // Node 1 is alive and not in sync: it cannot fetch, and was dropped after 30 to 45 s.
    let cut = json!({"at_ms": 2000, "do": {"cut": {"from": 1, "to": 0}}});
    let lagging = sound(json!({}), 6, json!([cut, crash(60_000, 0)]));
    assert_eq!(leaders(&*lagging), [2]);
}

/// Counting rule: nobody votes and nobody asks. What there is: one METADATA to each other node,
/// from the controller.
#[test]
fn an_election_takes_one_message_to_each_broker() {
    for nodes in 3..=8u8 {
        let mut run = run(json!({}), nodes, json!([crash(5000, 0)]));
        let lead = reigns(&*run)[1].0;
        at(&mut *run, lead);
        let elected = all(&*run, |entry| {
            entry.kind == EventKind::Send
                && entry.name == "METADATA"
                && entry.time.as_ms() == lead - 10
                && entry.rule.is_some_and(|rule| rule.id == "kafka-partition/elect")
        });
        assert_eq!(elected.len(), usize::from(nodes) - 1);
        assert!(all(&*run, |entry| entry.kind == EventKind::Vote).is_empty());
    }
}

#[test]
fn by_default_a_failover_takes_7_to_9_seconds() {
    let mut waits: Vec<u64> = (0..60u64)
        .map(|seed| {
            let at_ms = 10_000 + seed * 97;
            let mut run = of(
                "kafka-partition",
                json!({
                    "cluster": {"nodes": 4, "seed": seed,
                        "network": {"latency": {"uniform": {"min_ms": 1, "max_ms": 20}}}},
                    "script": [crash(at_ms, 0)],
                    "until_ms": 40_000,
                }),
            );
            run.seek(run.end());
            assert_eq!(run.violations(), []);
            reigns(&*run)[1].0 - at_ms
        })
        .collect();
    waits.sort_unstable();
    let (least, median, most) = (waits[0], waits[30], waits[59]);
    println!("kafka-partition: {least} to {most} ms, median {median} ms");
    // The session runs from the last heartbeat, which is at most 2 s old.
    assert!((7000..7300).contains(&least), "{least}");
    assert!((7800..8300).contains(&median), "{median}");
    assert!((8750..=9040).contains(&most), "{most}");
}

#[test]
fn every_leader_has_the_next_epoch_and_so_has_nobody() {
    let script = json!([
        crash(5000, 0),
        crash(20_000, 1),
        crash(35_000, 2),
        restart(50_000, 2),
        restart(60_000, 0),
    ]);
    let run = sound(json!({}), 4, script);
    let epochs: Vec<_> = reigns(&*run).iter().map(|reign| (reign.1, reign.2)).collect();
    // Between 3 and 5 nobody leads, with epoch 4.
    assert_eq!(epochs, [(0, 1), (1, 2), (2, 3), (2, 5)]);
    assert_eq!(beliefs(&*run)[0], Some((2, 5)));
}

#[test]
fn a_leader_that_restarts_in_time_has_lost_the_lead_all_the_same() {
    let run = sound(json!({}), 4, json!([crash(5000, 0), restart(5500, 0)]));
    assert_eq!(reigns(&*run)[1], (5520, 1, 2));
    assert!(rules_of(&*run, 3).iter().all(|rule| *rule != "kafka-partition/fence"));
    // It fetches, and is in sync again.
    assert_eq!(isr(&*run), "node 0, node 1, node 2");
}

#[test]
fn an_isr_shrinks_after_30_to_45_seconds_without_a_fetch() {
    let cut = json!([{"at_ms": 5000, "do": {"cut": {"from": 2, "to": 0}}}]);
    let run = sound(json!({}), 4, cut);
    let asked = named(&*run, EventKind::Send, "ALTER PARTITION");
    let asked: Vec<_> = asked.iter().map(|entry| entry.time.as_ms()).collect();
    // Looked at every 15 s; what was fetched last was fetched just before the cut.
    assert_eq!(asked, [45_000]);
    assert_eq!(isr(&*run), "node 0, node 1");
    // The broker speaks to the controller, so it is not fenced.
    assert_eq!(field(&*run, 3, "fenced"), "none");
}

#[test]
fn a_write_is_acknowledged_when_all_in_sync_have_it() {
    let cut = json!([{"at_ms": 5500, "do": {"cut": {"from": 2, "to": 0}}}]);
    let mut run = sound(json!({}), 4, cut);
    at(&mut *run, 40_000);
    let (terms, acknowledged) = log(&*run, 0);
    assert_eq!((terms.len(), acknowledged), (40, 5));
    // Out of the ISR, the one that lags holds nobody up.
    at(&mut *run, 47_900);
    let (terms, acknowledged) = log(&*run, 0);
    assert_eq!((terms.len(), acknowledged), (47, 47));
}

#[test]
fn with_too_few_in_sync_writes_are_refused() {
    let script = || json!([crash(5000, 1), crash(5000, 2)]);
    let run = sound(json!({"min_insync": 2}), 4, script());
    let refused: u32 = field(&*run, 0, "writes refused").parse().unwrap();
    // Fenced at 13 s; what was appended until then is not acknowledged either.
    assert!((76..=78).contains(&refused), "{refused}");
    assert_eq!(log(&*run, 0).1, 4);
    let run = sound(json!({"min_insync": 1}), 4, script());
    assert_eq!(field(&*run, 0, "writes refused"), "0");
    assert_eq!(log(&*run, 0).1, 90);
}

/// Node 0 alone is in sync and crashes; node 1 is back before node 0 is.
fn last_in_sync_dies() -> Value {
    json!([
        crash(3000, 1),
        crash(3000, 2),
        crash(25_000, 0),
        restart(27_000, 1),
        restart(50_000, 0)
    ])
}

#[test]
fn a_clean_election_waits_for_one_that_has_every_acknowledged_write() {
    let mut run = sound(json!({}), 4, last_in_sync_dies());
    at(&mut *run, 49_000);
    assert_eq!((leaders(&*run), isr(&*run)), (vec![], "node 0".to_owned()));
    run.seek(run.end());
    assert_eq!(
        (leaders(&*run), field(&*run, 0, "acknowledged writes dropped")),
        (vec![0], "0".to_owned())
    );
    assert_eq!(isr(&*run), "node 0, node 1");
}

#[test]
fn an_unclean_election_loses_acknowledged_writes() {
    let mut run = run(json!({"unclean": true}), 4, last_in_sync_dies());
    assert_eq!(violated(&*run), ["writes-kept"]);
    // 24 writes at node 0, of which node 1 has 2.
    assert_eq!(field(&*run, 0, "acknowledged writes dropped"), "22");
    at(&mut *run, 49_000);
    assert_eq!((leaders(&*run), isr(&*run)), (vec![1], "node 1".to_owned()));
}

#[test]
fn an_old_leader_can_acknowledge_nothing_and_drops_what_it_took() {
    let pause =
        json!([{"at_ms": 5500, "do": {"pause": 0}}, {"at_ms": 20_500, "do": {"resume": 0}}]);
    let mut run = run(json!({}), 4, pause);
    assert_eq!(run.violations(), []);
    // Its first write after the pause reaches the store late.
    let (_, refused) = writes(&*run);
    assert_eq!(refused, [Token(1)]);
    at(&mut *run, 20_499);
    assert_eq!(leaders(&*run), [0, 1]);
    at(&mut *run, 20_501);
    assert_eq!((leaders(&*run), log(&*run, 0).1), (vec![1], 5));
    run.seek(run.end());
    assert_eq!(leaders(&*run), [1]);
    assert!(rules_of(&*run, 0).contains(&"kafka-partition/truncate"));
    assert_eq!(field(&*run, 0, "acknowledged writes dropped"), "0");
    assert!(log(&*run, 0).0.iter().skip(5).all(|epoch| *epoch == 2));
}

#[test]
fn an_older_leader_epoch_is_refused_by_leaders_and_by_the_controller() {
    // Node 2 does not hear the controller, and goes on asking node 0 with epoch 1.
    let deaf = json!([
        {"at_ms": 4000, "do": {"cut": {"from": 3, "to": 2}}},
        crash(5000, 0), restart(5500, 0), {"at_ms": 9000, "do": {"campaign": 1}},
    ]);
    let run = sound(json!({}), 4, deaf);
    let refusals = named(&*run, EventKind::Send, "FENCED LEADER EPOCH");
    assert!(refusals.iter().all(|entry| (entry.node, entry.peer) == (NodeId(0), Some(NodeId(2)))));
    assert!(!refusals.is_empty());
    // The old leader wants those out of the ISR that it has not heard for 30 s.
    let run = sound(json!({}), 4, away());
    let refusals = named(&*run, EventKind::Send, "FENCED LEADER EPOCH");
    let by_controller = refusals.iter().filter(|entry| entry.node == NodeId(3));
    assert_eq!(by_controller.map(|entry| entry.peer).collect::<Vec<_>>(), [Some(NodeId(0))]);
}

#[test]
fn asked_for_an_election_the_controller_restores_the_preferred_leader() {
    let script = || json!([crash(5000, 0), restart(20_000, 0)]);
    let mut run = run(json!({}), 4, script());
    at(&mut *run, 30_000);
    assert_eq!(leaders(&*run), [1]);
    act(&mut *run, json!({"campaign": 2}));
    at(&mut *run, 30_100);
    assert_eq!((leaders(&*run), beliefs(&*run)[2]), (vec![0], Some((0, 3))));
}

#[test]
fn without_a_leader_in_office_the_first_broker_that_is_heard_leads() {
    let run = sound(json!({"settled": false}), 4, json!([]));
    assert_eq!(reigns(&*run)[0].2, 2);
    assert_eq!((leaders(&*run).len(), isr(&*run)), (1, "node 0, node 1, node 2".to_owned()));
}

#[test]
fn the_controller_restarts_with_what_it_knew_and_fences_nobody_too_early() {
    let run = sound(json!({}), 4, json!([crash(5000, 3), restart(30_000, 3)]));
    assert_eq!(reigns(&*run).len(), 1);
    assert_eq!((leaders(&*run), field(&*run, 3, "fenced")), (vec![0], "none".to_owned()));
}

/// The leader is cut off for long enough to want all others out of the ISR. When it is back, its
/// successor starts anew.
fn away() -> Value {
    json!([
        {"at_ms": 2500, "do": {"partition": [[0], [1, 2, 3]]}}, {"at_ms": 60_000, "do": "heal"},
        crash(60_005, 1),
        restart(60_006, 1),
    ])
}

/// What is noticed with this switch.
fn noticed(broken: Option<&str>, script: &Value) -> Vec<&'static str> {
    violated(&*run(broken.map_or(json!({}), |rule| json!({"broken": rule})), 4, script.clone()))
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    // The leader dies before the controller hears that it drops node 1, the next in the order.
    let alone = json!([
        {"at_ms": 2500, "do": {"cut": {"from": 1, "to": 0}}},
        {"at_ms": 44_900, "do": {"cut": {"from": 0, "to": 3}}},
        crash(45_900, 0),
        {"at_ms": 46_000, "do": "heal"},
    ]);
    let early = json!([
        {"at_ms": 5500, "do": {"partition": [[0], [1, 2, 3]]}}, {"at_ms": 30_000, "do": "heal"},
    ]);
    let table = [
        ("isr-ignored", last_in_sync_dies(), "writes-kept"),
        ("epochs-not-checked", away(), "writes-kept"),
        ("shrinks-alone", alone, "writes-kept"),
        ("acknowledges-at-once", early, "writes-kept"),
    ];
    for (rule, script, check) in &table {
        assert_eq!(noticed(None, script), [""; 0], "{rule}");
        let noticed = noticed(Some(rule), script);
        println!("kafka-partition {rule}: {noticed:?}");
        assert!(noticed.contains(check), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "kafka-partition").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
}
