//! Kafka's controller through ZooKeeper: the transaction, the epoch, and who refuses whom. Every
//! message takes 10 ms, the last node is ZooKeeper, node 0 is the first controller, the session
//! timeout is 18 s and the tick 2 s.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, sent, violated, writes};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::{Entry, Run};
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "kafka-controller/":
    the_controller_crashes "leader-crash",
    it_wakes_and_is_refused "wakes-refused",
    it_wakes_and_is_obeyed "wakes-obeyed",
    cut_off_from_zookeeper_only "cut-off",
}

/// A run in which this happens, at its end.
fn run(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "kafka-controller",
        json!({
            "protocol": {"kafka-controller": protocol},
            "cluster": {"nodes": nodes},
            "script": script,
            "until_ms": 60_000,
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

fn crash(at_ms: u64, node: u8) -> Value {
    json!({"at_ms": at_ms, "do": {"crash": node}})
}

fn restart(at_ms: u64, node: u8) -> Value {
    json!({"at_ms": at_ms, "do": {"restart": node}})
}

/// When nodes stopped leading, and who.
fn ends(run: &dyn Run) -> Vec<(u64, u8)> {
    all(run, |entry| entry.kind == EventKind::StepDown)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.node.0))
        .collect()
}

/// Counting rule: what brokers and ZooKeeper say to each other because of the failover, without
/// heartbeats. Of n brokers one is dead: n − 1 are told and read, and all try.
#[test]
fn a_failover_makes_all_others_rush_and_one_of_them_is_first() {
    for nodes in 4..=9u8 {
        let mut run = of(
            "kafka-controller",
            json!({"cluster": {"nodes": nodes}, "script": [crash(5000, 0)], "until_ms": 60_000}),
        );
        let of_boot = |name| {
            let mut run = of("kafka-controller", json!({"cluster": {"nodes": nodes}}));
            at(&mut *run, 4000);
            sent(&*run, name)
        };
        run.seek(run.end());
        let others = usize::from(nodes) - 2;
        let counts = ["CHANGED", "CREATE AND RAISE", "DONE", "NODE EXISTS", "BAD VERSION"]
            .map(|name| sent(&*run, name) - of_boot(name));
        // They are told that the node is gone, and that there is one again.
        assert_eq!(counts, [2 * others, others, 1, others - 1, 0]);
        // Each reads twice.
        assert_eq!(sent(&*run, "GET") - of_boot("GET"), 2 * others);
        assert_eq!(run.violations(), []);
    }
}

#[test]
fn by_default_a_failover_takes_the_session_timeout_of_18_s_less_a_heartbeat_and_a_tick_more() {
    let mut waits: Vec<u64> = (0..60u64)
        .map(|seed| {
            // A pause moves the controller's heartbeats against the ticks.
            let resume = 6001 + seed * 433 % 2000;
            let at_ms = 14_000 + seed * 331 % 6000;
            let mut run = of(
                "kafka-controller",
                json!({
                    "cluster": {"nodes": 4, "seed": seed,
                        "network": {"latency": {"uniform": {"min_ms": 1, "max_ms": 20}}}},
                    "script": [
                        {"at_ms": 5900, "do": {"pause": 0}},
                        {"at_ms": resume, "do": {"resume": 0}},
                        crash(at_ms, 0),
                    ],
                    "until_ms": 60_000,
                }),
            );
            run.seek(run.end());
            assert_eq!(run.violations(), []);
            reigns(&*run)[1].0 - at_ms
        })
        .collect();
    waits.sort_unstable();
    let (least, median, most) = (waits[0], waits[30], waits[59]);
    println!("kafka-controller: {least} to {most} ms, median {median} ms");
    assert!((12_000..13_600).contains(&least), "{least}");
    assert!((15_000..17_500).contains(&median), "{median}");
    assert!((18_500..=20_100).contains(&most), "{most}");
}

#[test]
fn every_controller_has_the_next_epoch_and_the_brokers_know_it() {
    let script = json!([crash(2000, 0), crash(25_000, 1), restart(26_000, 0)]);
    let run = sound(json!({}), 5, script);
    let epochs: Vec<_> = reigns(&*run).iter().map(|reign| reign.2).collect();
    assert_eq!(epochs, [1, 2, 3]);
    let leader = leaders(&*run)[0];
    for node in [0, 2, 3, 4] {
        assert_eq!(beliefs(&*run)[node], Some((leader, 3)));
    }
}

#[test]
fn who_has_read_before_a_short_reign_is_refused_for_the_version_of_the_epoch() {
    // Node 1 reads, and its wish takes so long that another has come and gone meanwhile.
    let script = json!([
        {"at_ms": 3200, "do": {"transfer": {"from": 0, "to": 1}}},
        {"at_ms": 3215, "do": {"pause": 0}},
        {"at_ms": 3235, "do": {"link": {"from": 1, "to": 3, "delay_ms": 3000}}},
        {"at_ms": 3900, "do": {"transfer": {"from": 2, "to": 0}}},
        {"at_ms": 3905, "do": {"pause": 2}},
    ]);
    let refused = sound(json!({}), 4, script.clone());
    assert!(sent(&*refused, "BAD VERSION") > 0);
    let epochs: Vec<_> = reigns(&*refused).iter().map(|reign| (reign.1, reign.2)).collect();
    assert_eq!(epochs[..3], [(0, 1), (2, 2), (1, 3)]);
    // Without the comparison there are two controllers of epoch 2.
    let mutant = run(json!({"broken": "version-not-checked"}), 4, script);
    assert!(violated(&*mutant).contains(&"one-leader-per-number"), "{:?}", violated(&*mutant));
}

#[test]
fn a_lost_answer_does_not_cost_the_office() {
    // DONE never arrives. Asked again, ZooKeeper says that there is a controller: it is itself.
    let script = json!([
        crash(1000, 0), crash(1000, 2),
        {"at_ms": 20_045, "do": {"cut": {"from": 3, "to": 1}}},
        {"at_ms": 20_055, "do": {"mend": {"from": 3, "to": 1}}},
    ]);
    let run = sound(json!({}), 4, script);
    assert_eq!(named(&*run, EventKind::Lost, "DONE").len(), 1);
    assert_eq!(sent(&*run, "NODE EXISTS"), 1);
    assert_eq!(reigns(&*run).iter().map(|r| (r.1, r.2)).collect::<Vec<_>>(), [(0, 1), (1, 2)]);
}

#[test]
fn brokers_refuse_an_old_controller_and_it_goes_on_until_zookeeper_says_that_it_is_none() {
    let cut = json!([
        {"at_ms": 5000, "do": {"partition": [[0], [3]]}}, {"at_ms": 45_000, "do": "heal"},
    ]);
    let run = sound(json!({}), 4, cut);
    let successor = reigns(&*run)[1];
    assert_eq!((successor.0 > 18_000, successor.2), (true, 2));
    let refusals = named(&*run, EventKind::Send, "STALE CONTROLLER EPOCH");
    // Every 2 s, by both, until it comes back.
    assert!(refusals.len() >= 24, "{}", refusals.len());
    assert!(refusals.iter().all(|entry| entry.peer == Some(NodeId(0))));
    let (stopped, who) = ends(&*run)[0];
    assert!(who == 0 && (45_000..52_100).contains(&stopped), "{stopped}");
    let (_, refused) = writes(&*run);
    assert!(refused.len() >= 10 && refused.iter().all(|token| *token == Token(1)));
}

#[test]
fn a_controller_that_comes_back_in_time_stays_in_office() {
    let cut = json!([
        {"at_ms": 5000, "do": {"partition": [[0], [3]]}}, {"at_ms": 16_500, "do": "heal"},
    ]);
    let run = sound(json!({}), 4, cut);
    assert_eq!((reigns(&*run).len(), ends(&*run)), (1, vec![]));
}

#[test]
fn a_broker_that_restarts_waits_for_the_end_of_its_own_old_session() {
    let run = sound(json!({}), 2, json!([crash(4000, 0), restart(4100, 0)]));
    let second = reigns(&*run)[1];
    assert!((18_000..=20_100).contains(&second.0) && second.2 == 2, "{second:?}");
}

#[test]
fn a_broker_obeys_nobody_before_it_has_read_the_epoch() {
    // Node 1 restarts and reaches the old controller before it reaches ZooKeeper.
    let script = json!([
        {"at_ms": 3000, "do": {"partition": [[0], [3]]}},
        crash(30_000, 1),
        {"at_ms": 30_000, "do": {"link": {"from": 3, "to": 1, "delay_ms": 5000}}},
        restart(30_100, 1),
    ]);
    let run = sound(json!({}), 4, script);
    let after = |entry: &Entry| entry.node == NodeId(1) && entry.time.as_ms() > 30_100;
    let orders =
        all(&*run, |entry| after(entry) && entry.name == "UPDATE METADATA" && entry.number.0 == 1);
    assert!(!orders.is_empty());
    let first = &all(&*run, |entry| after(entry) && entry.kind == EventKind::Believe)[0];
    assert!(first.number >= Token(2), "{}", first.number);
}

#[test]
fn a_controller_that_resigns_is_followed_at_once() {
    let run =
        sound(json!({}), 4, json!([{"at_ms": 4000, "do": {"transfer": {"from": 0, "to": 1}}}]));
    // DELETE, CHANGED, GET, DATA, CREATE AND RAISE, DONE.
    assert_eq!((reigns(&*run)[1].0, reigns(&*run)[1].2), (4060, 2));
    // A wish to delete that is lost goes out again with the next heartbeat.
    let lost = json!([
        {"at_ms": 4000, "do": {"cut": {"from": 0, "to": 3}}},
        {"at_ms": 4001, "do": {"transfer": {"from": 0, "to": 1}}},
        {"at_ms": 4100, "do": {"mend": {"from": 0, "to": 3}}},
    ]);
    let run = sound(json!({}), 4, lost);
    assert!((6000..6200).contains(&reigns(&*run)[1].0), "{:?}", reigns(&*run));
}

#[test]
fn without_zookeeper_the_controller_goes_on_and_with_it_again_all_is_as_it_was() {
    let run = sound(json!({}), 4, json!([crash(4000, 3), restart(40_000, 3)]));
    assert_eq!((reigns(&*run).len(), leaders(&*run)), (1, vec![0]));
}

#[test]
fn after_losses_end_all_agree_within_the_stated_bound() {
    for seed in 0..6u8 {
        let mut run = of(
            "kafka-controller",
            json!({
                "cluster": {"nodes": 5, "seed": seed},
                "script": [
                    {"at_ms": 100, "do": {"network": {"latency": {"fixed": 10}, "loss_permille": 500}}},
                    crash(3000, 0), restart(25_000, 0),
                    {"at_ms": 60_000, "do": {"network": {"latency": {"fixed": 10}}}},
                ],
                "until_ms": 200_000,
            }),
        );
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        assert!(bound < Span::new(70_000), "{bound}");
        run.seek(SimTime::from_ms(60_000) + bound);
        let leader = leaders(&*run)[0];
        assert!(beliefs(&*run).iter().all(|belief| belief.map(|b| b.0) == Some(leader)));
        assert_eq!(run.violations(), []);
    }
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let asleep =
        || json!([{"at_ms": 5000, "do": {"pause": 0}}, {"at_ms": 27_000, "do": {"resume": 0}}]);
    let obeyed = |broken: Value| violated(&*run(broken, 4, asleep())).contains(&"numbers-grow");
    assert!(!obeyed(json!({})) && obeyed(json!({"broken": "epoch-not-checked"})));
    let stops = |broken: Value| ends(&*run(broken, 4, asleep())).len();
    assert_eq!((stops(json!({})), stops(json!({"broken": "goes-on-after-expiry"}))), (1, 0));
    // "version-not-checked": who_has_read_before_a_short_reign_is_refused_for_the_version_of_the_epoch.
    let info = registry::ALL.iter().find(|info| info.name == "kafka-controller").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, ["epoch-not-checked", "version-not-checked", "goes-on-after-expiry"]);
}

/// Who hears nothing of ZooKeeper has no connection, so its wish for one keeps nothing.
#[test]
fn a_link_cut_one_way_ends_the_session_of_a_controller_that_hears_nothing() {
    let run = sound(json!({}), 5, json!([{"at_ms": 4000, "do": {"cut": {"from": 4, "to": 0}}}]));
    let ended = all(&*run, |entry| entry.kind == EventKind::Suspect && entry.node == NodeId(4));
    // Two thirds of the timeout in which heartbeats still leave, all of it, and a tick.
    assert!(ended[0].time <= SimTime::from_ms(4000 + 12_000 + 18_000 + 2_000), "{ended:?}");
    assert_eq!((ended.len(), ended[0].peer), (1, Some(NodeId(0))));
    assert_ne!(reigns(&*run)[1].1, 0);
}
