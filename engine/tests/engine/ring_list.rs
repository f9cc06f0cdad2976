//! The ring that collects a list: its rules, its exact numbers of messages, and how it fails.
//! Every message takes 10 ms; a successor that does not acknowledge within 700 ms is stepped
//! over; heartbeats come every 1000 ms, a node counts one as missed after 1100 ms.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, rules_of, sent};
use election_engine::ids::NodeId;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "ring-list/":
    two_lists_at_once "two-start",
    two_arcs_two_leaders "two-arcs",
    a_dead_leader_is_announced "dead-leader",
}

/// A ring of five with a leader, at its end.
fn ring(until_ms: u64, script: Value) -> Box<dyn Run> {
    let mut run = of("ring-list", json!({"until_ms": until_ms, "script": script}));
    run.seek(run.end());
    run
}

/// From whom to whom messages of this name went, in order.
fn ways(run: &dyn Run, name: &str) -> Vec<(u8, u8)> {
    let sends = named(run, EventKind::Send, name);
    sends.iter().map(|entry| (entry.node.0, entry.peer.unwrap().0)).collect()
}

/// How often a node followed a rule.
fn times(run: &dyn Run, node: u8, rule: &str) -> usize {
    let woken = [EventKind::Deliver, EventKind::Timer];
    let of_node = all(run, |e| e.node == NodeId(node) && woken.contains(&e.kind));
    of_node.iter().filter(|entry| entry.rule.is_some_and(|found| found.id == rule)).count()
}

#[test]
fn rule_1_heartbeat_the_leader_beats_to_all_others_and_writes_each_interval() {
    let run = ring(10_500, json!([]));
    assert_eq!(sent(&*run, "HEARTBEAT"), 11 * 4);
    assert_eq!(run.snapshot().store.accepted, 11);
}

#[test]
fn rule_2_miss_the_third_missed_heartbeat_is_a_suspicion() {
    let run = ring(4_315, json!([{"at_ms": 1500, "do": {"crash": 4}}]));
    let suspicions = all(&*run, |entry| entry.kind == EventKind::Suspect);
    assert_eq!(suspicions.len(), 4);
    for suspicion in suspicions {
        assert_eq!(suspicion.time, SimTime::from_ms(1010 + 3 * 1100));
        assert_eq!(suspicion.peer, Some(NodeId(4)));
    }
}

#[test]
fn rule_3_skip_a_successor_that_does_not_acknowledge_is_stepped_over() {
    let script = json!([
        {"at_ms": 500, "do": {"crash": 1}},
        {"at_ms": 500, "do": {"crash": 2}},
        {"at_ms": 900, "do": {"campaign": 0}},
    ]);
    let run = ring(4_000, script);
    let lap = [(0, 1), (0, 2), (0, 3), (3, 4), (4, 0)];
    assert_eq!(ways(&*run, "ELECTION"), lap);
    assert_eq!(ways(&*run, "COORDINATOR"), lap);
    // Two waits of 700 ms and three hops.
    assert_eq!(reigns(&*run), [(0, 4, 1), (900 + 1400 + 30 + 1400 + 20, 4, 2)]);
}

#[test]
fn rule_4_again_who_signed_and_hears_of_no_leader_begins_a_list() {
    // The initiator dies when its list is under way; the leader is dead already.
    let run = ring(
        12_000,
        json!([
            {"at_ms": 1500, "do": {"crash": 4}},
            {"at_ms": 2000, "do": {"campaign": 0}},
            {"at_ms": 2005, "do": {"crash": 0}},
        ]),
    );
    // What was on its way to node 1 arrived at 2010 ms.
    assert_eq!(times(&*run, 1, "ring-list/again"), 1);
    let again = named(&*run, EventKind::Timer, "coordinator");
    assert_eq!((again[0].node, again[0].time), (NodeId(1), SimTime::from_ms(2010 + 5000)));
    assert_eq!(leaders(&*run), [3]);
}

#[test]
fn rule_5_acknowledged_one_message_at_a_time_goes_to_a_successor() {
    let run = ring(
        1_300,
        json!([{"at_ms": 1000, "do": {"campaign": 0}}, {"at_ms": 1009, "do": {"campaign": 1}}]),
    );
    let from_1: Vec<u64> = named(&*run, EventKind::Send, "ELECTION")
        .iter()
        .filter(|entry| entry.node == NodeId(1))
        .map(|entry| entry.time.as_ms())
        .collect();
    // Node 0's list arrives at 1010 ms and waits until its own is acknowledged.
    assert_eq!(from_1, [1009, 1029]);
}

#[test]
fn rule_6_sign_and_rule_7_announce_the_highest_of_the_list_leads() {
    let run = ring(
        3_500,
        json!([{"at_ms": 1500, "do": {"crash": 4}}, {"at_ms": 2000, "do": {"campaign": 1}}]),
    );
    assert_eq!(reigns(&*run), [(0, 4, 1), (2760, 3, 2)]);
    assert_eq!(beliefs(&*run)[..4], [Some((3, 2)); 4]);
    for node in [0, 2, 3] {
        assert_eq!(times(&*run, node, "ring-list/sign"), 1);
    }
    assert_eq!(times(&*run, 1, "ring-list/announce"), 1);
}

#[test]
fn rule_7_announce_the_number_is_higher_than_any_that_a_signer_has_seen() {
    // Node 0 misses two elections, and then holds one.
    let run = ring(
        9_000,
        json!([
            {"at_ms": 500, "do": {"crash": 0}},
            {"at_ms": 600, "do": {"campaign": 1}},
            {"at_ms": 3000, "do": {"campaign": 2}},
            {"at_ms": 6000, "do": {"restart": 0}},
        ]),
    );
    let numbers: Vec<(u8, u64)> = reigns(&*run).iter().map(|reign| (reign.1, reign.2)).collect();
    assert_eq!(numbers, [(4, 1), (4, 2), (4, 3), (4, 4)]);
}

#[test]
fn rule_8_told_an_older_announcement_is_passed_on_but_not_believed() {
    // Two lists go round one shortly after the other; the first announcement is held up on
    // its way from node 2 to node 3, and the second one arrives as a heartbeat.
    let run = ring(
        3_000,
        json!([
            {"at_ms": 1000, "do": {"campaign": 0}},
            {"at_ms": 1055, "do": {"link": {"from": 1, "to": 2, "delay_ms": 300}}},
            {"at_ms": 1100, "do": {"campaign": 2}},
        ]),
    );
    let beliefs_of_2: Vec<u64> =
        all(&*run, |e| e.kind == EventKind::Believe && e.node == NodeId(2))
            .iter()
            .map(|entry| entry.number.0)
            .collect();
    assert!(beliefs_of_2.is_sorted(), "{beliefs_of_2:?}");
    assert_eq!(times(&*run, 2, "ring-list/told"), 1);
    assert_eq!(sent(&*run, "COORDINATOR"), 2 * 5);
    assert!(run.violations().is_empty());
}

#[test]
fn rule_9_lead_and_rule_10_done_the_initiator_takes_its_announcement_off_the_ring() {
    let run = ring(2_000, json!([{"at_ms": 1000, "do": {"campaign": 2}}]));
    assert_eq!(ways(&*run, "COORDINATOR"), [(2, 3), (3, 4), (4, 0), (0, 1), (1, 2)]);
    assert_eq!(times(&*run, 4, "ring-list/lead"), 1);
    assert_eq!(times(&*run, 2, "ring-list/done"), 1);
}

#[test]
fn rule_11_orphan_a_list_whose_initiator_is_dead_goes_round_no_second_time() {
    let run = ring(4_000, orphan());
    assert_eq!(
        ways(&*run, "ELECTION"),
        [(1, 2), (2, 3), (3, 4), (4, 0), (0, 1), (0, 2)],
        "stepped over its initiator, and came back to the first to sign"
    );
    assert_eq!(times(&*run, 2, "ring-list/orphan"), 1);
}

/// Node 1 begins a list and dies.
fn orphan() -> Value {
    json!([{"at_ms": 1000, "do": {"campaign": 1}}, {"at_ms": 1015, "do": {"crash": 1}}])
}

#[test]
fn rule_13_newer_after_a_partition_the_leader_with_the_higher_number_remains() {
    let mut run = ring(
        20_000,
        json!([
            {"at_ms": 1500, "do": {"partition": [[0, 1, 2], [3, 4, 5]]}},
            {"at_ms": 12_000, "do": "heal"},
        ]),
    );
    at(&mut *run, 11_900);
    assert_eq!(leaders(&*run), [2, 4]);
    run.seek(run.end());
    assert_eq!(leaders(&*run), [2]);
    let number = reigns(&*run).last().unwrap().2;
    assert!(number > 1);
    assert_eq!(beliefs(&*run), [Some((2, number)); 5]);
}

#[test]
fn rule_14_refused_a_leader_whose_number_is_too_low_gets_a_higher_one() {
    // Node 2 led on the other side with a higher number and wrote; node 4 cannot hear of it.
    let run = ring(
        11_500,
        json!([
            {"at_ms": 1500, "do": {"partition": [[0, 1, 2, 5], [3, 4]]}},
            {"at_ms": 9000, "do": {"crash": 2}},
            {"at_ms": 9000, "do": {"mend": {"from": 4, "to": 5}}},
            {"at_ms": 9000, "do": {"mend": {"from": 5, "to": 4}}},
        ]),
    );
    assert!(rules_of(&*run, 4).contains(&"ring-list/refused"));
    let highest = reigns(&*run).iter().filter(|r| r.1 == 2).map(|r| r.2).max().unwrap();
    assert!(highest > 1);
    assert_eq!(reigns(&*run).last().map(|r| (r.1, r.2)), Some((4, highest + 1)));
}

#[test]
fn rule_15_start_the_highest_node_leads_again_when_it_returns() {
    let run = ring(
        12_000,
        json!([{"at_ms": 1500, "do": {"crash": 4}}, {"at_ms": 9000, "do": {"restart": 4}}]),
    );
    let who: Vec<u8> = reigns(&*run).iter().map(|reign| reign.1).collect();
    assert_eq!((who[1], who.last()), (3, Some(&4)));
    assert_eq!(leaders(&*run), [4]);
}

/// `live` nodes of which `initiators` begin a list at the same time, and `dead` more.
fn election(live: u8, dead: u8, initiators: u8) -> Box<dyn Run> {
    let mut script: Vec<Value> =
        (live..live + dead).map(|node| json!({"at_ms": 100, "do": {"crash": node}})).collect();
    script.extend((0..initiators).map(|node| json!({"at_ms": 1000, "do": {"campaign": node}})));
    let mut run = of(
        "ring-list",
        json!({
            "protocol": {"ring-list": {
                "heartbeat_ms": 60_000, "expect_ms": 60_000, "coordinator_ms": 600_000,
                "writes": false,
            }},
            "cluster": {"nodes": live + dead},
            "script": script,
            "until_ms": 50_000,
        }),
    );
    run.seek(run.end());
    assert_eq!(leaders(&*run), [live - 1]);
    run
}

/// Counting rule: ELECTION and COORDINATOR messages, whether or not they arrive. Each is
/// acknowledged if it does; those are counted apart.
#[test]
fn two_laps_for_each_initiator_and_an_attempt_for_each_node_that_is_stepped_over() {
    for live in 2..=9u8 {
        for initiators in 1..=live {
            for dead in 0..=2u8 {
                let run = election(live, dead, initiators);
                let (n, k, skips) = (usize::from(live), usize::from(initiators), usize::from(dead));
                assert_eq!(sent(&*run, "ELECTION"), k * (n + skips));
                assert_eq!(sent(&*run, "COORDINATOR"), k * (n + skips));
                assert_eq!(sent(&*run, "ACK"), 2 * n * k);
            }
        }
    }
}

#[test]
fn several_initiators_come_to_the_same_result() {
    let run = election(5, 0, 5);
    let reigns: Vec<_> = reigns(&*run).iter().map(|reign| (reign.1, reign.2)).collect();
    assert_eq!(reigns, [(4, 1), (4, 2)]);
    assert_eq!(beliefs(&*run), [Some((4, 2)); 5]);
    assert!(run.violations().is_empty());
}

#[test]
fn a_slow_node_is_stepped_over_and_leads_beside_the_new_leader() {
    let mut run = ring(
        6_000,
        json!([
            {"at_ms": 1500, "do": {"pause": 4}},
            {"at_ms": 2000, "do": {"campaign": 0}},
        ]),
    );
    at(&mut *run, 5_000);
    assert_eq!(leaders(&*run), [3, 4]);
}

#[test]
fn a_lost_acknowledgement_sends_the_list_two_ways_and_does_no_harm() {
    let run = ring(
        4_000,
        json!([
            {"at_ms": 1015, "do": {"cut": {"from": 4, "to": 3}}},
            {"at_ms": 1000, "do": {"campaign": 0}},
            {"at_ms": 1200, "do": {"mend": {"from": 4, "to": 3}}},
        ]),
    );
    assert!(ways(&*run, "ELECTION").contains(&(3, 0)));
    assert_eq!(times(&*run, 0, "ring-list/orphan"), 1);
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn after_losses_and_crashes_end_a_leader_comes_within_the_stated_bound() {
    for seed in 0..20u8 {
        let mut script: Vec<Value> = Vec::new();
        for from in 0..5u8 {
            for to in (0..5u8).filter(|to| *to != from) {
                script.push(json!({"at_ms": 1000, "do": {"link":
                    {"from": from, "to": to, "loss_permille": 300, "delay_ms": 20}}}));
            }
        }
        script.push(json!({"at_ms": 3000, "do": {"crash": seed % 5}}));
        script.push(json!({"at_ms": 4000, "do": {"campaign": (seed + 2) % 5}}));
        script.push(json!({"at_ms": 19_000, "do": {"restart": seed % 5}}));
        script.push(json!({"at_ms": 20_000, "do": "heal"}));
        let mut run = of(
            "ring-list",
            json!({"cluster": {"seed": seed}, "until_ms": 120_000, "script": script}),
        );
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        assert!(bound < Span::new(60_000));
        run.seek(SimTime::from_ms(20_000) + bound);
        let leader = leaders(&*run)[0];
        assert_eq!(leaders(&*run), [leader], "seed {seed}");
        let first = beliefs(&*run)[0];
        assert!(first.is_some_and(|belief| belief.0 == leader));
        assert!(beliefs(&*run).iter().all(|belief| *belief == first), "seed {seed}");
    }
}

/// What is noticed when a rule is switched off: two nodes begin a list at the same time, and
/// later one begins a list and dies.
fn noticed(broken: Option<&str>) -> Vec<String> {
    let mut text = json!({
        "version": 1,
        "protocol": {"ring-list": {}},
        "cluster": {"network": {"latency": {"fixed": 10}}},
        "script": [
            {"at_ms": 500, "do": {"campaign": 1}},
            {"at_ms": 500, "do": {"campaign": 3}},
        ],
        "until_ms": 4000,
    });
    if let (Value::Array(script), Value::Array(more)) = (&mut text["script"], orphan()) {
        script.extend(more);
    }
    let mut scenario = Scenario::parse(&text.to_string()).unwrap();
    if let Some(rule) = broken {
        assert!(scenario.protocol.switch_off(rule));
    }
    let mut run = registry::open(scenario);
    run.seek(run.end());
    let mut noticed: Vec<String> =
        run.violations().iter().map(|violation| violation.check.name().to_owned()).collect();
    if reigns(&*run).iter().any(|reign| reign.1 != 4) {
        noticed.push("the highest live node leads".to_owned());
    }
    // Three lists; the last one passes its dead initiator once and one node twice.
    if sent(&*run, "ELECTION") > 3 * 5 + 1 {
        noticed.push("a list goes round once".to_owned());
    }
    noticed.sort_unstable();
    noticed.dedup();
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    assert_eq!(noticed(None), [""; 0]);
    assert_eq!(
        noticed(Some("crowns-itself")),
        ["one-leader-per-number", "the highest live node leads"]
    );
    assert_eq!(noticed(Some("keeps-orphans")), ["a list goes round once"]);
    assert_eq!(registry::ALL.iter().find(|i| i.name == "ring-list").unwrap().switches.len(), 2);
}
