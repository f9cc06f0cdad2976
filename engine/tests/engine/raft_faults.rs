//! What Raft promises under faults, and what goes wrong when one of its rules is switched off.

use crate::cluster::{at, leaders, reigns, violated};
use crate::raft::{by_hand, log, raft, terms, with};
use election_engine::checks::Check;
use election_engine::protocols::raft;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn in_a_partition_only_a_majority_elects_and_where_there_is_none_nobody_does() {
    let run = raft(
        5000,
        json!({}),
        json!([
            {"at_ms": 1000, "do": {"crash": 4}},
            {"at_ms": 1010, "do": {"partition": [[0, 1, 5], [2, 3], [4]]}},
        ]),
    );
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
    assert!(terms(&*raft(900, json!({}), json!([]))).iter().all(|term| *term == 1));
}

#[test]
fn a_leader_that_is_not_heard_but_hears_nobody_blocks_without_check_quorum() {
    // Its heartbeats arrive; nothing reaches it.
    let deaf = json!([
        {"at_ms": 1000, "do": {"cut": {"from": 0, "to": 4}}},
        {"at_ms": 1000, "do": {"cut": {"from": 1, "to": 4}}},
        {"at_ms": 1000, "do": {"cut": {"from": 2, "to": 4}}},
        {"at_ms": 1000, "do": {"cut": {"from": 3, "to": 4}}},
    ]);
    let run = raft(5000, json!({}), deaf.clone());
    assert_eq!(reigns(&*run).len(), 1);
    let entries = log(&*run, 0);
    assert!(entries.1 < entries.0.len(), "nothing is committed any more: {entries:?}");
    let run = raft(5000, json!({"check_quorum": true}), deaf);
    assert_eq!(reigns(&*run).len(), 2);
}

#[test]
fn a_run_without_faults_keeps_its_leader_and_one_with_them_settles_in_time() {
    for seed in 0..40 {
        for switches in
            [json!({}), json!({"pre_vote": true}), json!({"pre_vote": true, "check_quorum": true})]
        {
            let mut run = with(
                4000,
                switches,
                json!({
                    "seed": seed,
                    "network": {"latency": {"uniform": {"min_ms": 1, "max_ms": 15}}, "loss_permille": 100,
                                "duplicate_permille": 200, "reorder_permille": 200},
                }),
                json!([
                    {"at_ms": 500, "do": {"crash": 4}},
                    {"at_ms": 900, "do": {"partition": [[0, 1, 2], [3, 4, 5]]}},
                    {"at_ms": 1200, "do": {"restart": 4}},
                    {"at_ms": 1500, "do": {"pause": 1}},
                    {"at_ms": 2000, "do": {"resume": 1}},
                    {"at_ms": 2500, "do": "heal"},
                ]),
            );
            assert_eq!(violated(&*run), [""; 0], "seed {seed}");
            at(&mut *run, 4000);
            assert_eq!(leaders(&*run).len(), 1, "seed {seed}");
        }
    }
}

// Rules switched off. What each test needs: parameters, cluster, script, and which check or which
// other sign catches it.

fn caught(rule: &str, parameters: Value, cluster: Value, script: Value) -> Vec<&'static str> {
    let mut broken = parameters.clone();
    broken["broken"] = json!(rule);
    let healthy = with(2000, parameters, cluster.clone(), script.clone());
    assert_eq!(violated(&*healthy), [""; 0], "the rule in force");
    violated(&*with(2000, broken, cluster, script))
}

fn sides() -> Value {
    json!([
        {"at_ms": 50, "do": {"partition": [[0, 1, 5], [2, 3, 4]]}},
        {"at_ms": 100, "do": {"campaign": 0}},
        {"at_ms": 200, "do": {"campaign": 2}},
    ])
}

#[test]
fn every_switch_is_caught_by_a_check_that_is_named() {
    let votes_twice = json!([
        {"at_ms": 50, "do": {"partition": [[0, 1, 5], [2, 3, 4]]}},
        {"at_ms": 100, "do": {"campaign": 0}},
        {"at_ms": 200, "do": {"crash": 1}},
        {"at_ms": 210, "do": {"restart": 1}},
        {"at_ms": 220, "do": "heal"},
        {"at_ms": 230, "do": {"campaign": 2}},
    ]);
    let found = caught("vote-on-disk", by_hand(json!({})), json!({}), votes_twice);
    assert_eq!(found, ["one-vote-per-number", "vote-on-disk"]);

    let both_ask = json!([
        {"at_ms": 100, "do": {"campaign": 0}},
        {"at_ms": 101, "do": {"campaign": 1}},
    ]);
    let found = caught("one-vote", by_hand(json!({})), json!({}), both_ask);
    assert_eq!(found, ["one-leader-per-number", "one-vote-per-number"]);

    let halves = json!([
        {"at_ms": 50, "do": {"partition": [[0, 1, 4], [2, 3]]}},
        {"at_ms": 100, "do": {"campaign": 0}},
        {"at_ms": 200, "do": {"campaign": 2}},
    ]);
    let found = caught("more-than-half", by_hand(json!({})), json!({"nodes": 4}), halves);
    assert_eq!(found, ["majority-voted", "one-leader-per-number"]);

    let found = caught("whole-cluster", by_hand(json!({})), json!({}), sides());
    assert!(found.contains(&"majority-voted") && found.contains(&"one-leader-per-number"));

    let long_and_old = by_hand(json!({"logs": [[1, 1, 1], [1, 2], [1, 2], [1], []]}));
    let asks = json!([{"at_ms": 100, "do": {"campaign": 0}}]);
    let found = caught("term-first", long_and_old.clone(), json!({}), asks.clone());
    assert_eq!(found, ["leader-up-to-date"]);
    // Its third term is the first that is new to the others.
    let empty = json!([
        {"at_ms": 100, "do": {"campaign": 4}},
        {"at_ms": 200, "do": {"campaign": 4}},
        {"at_ms": 300, "do": {"campaign": 4}},
    ]);
    assert_eq!(caught("log-compared", long_and_old, json!({}), empty), ["leader-up-to-date"]);

    let doubled = json!({"network": {"duplicate_permille": 1000}});
    let found = caught("distinct-votes", by_hand(json!({})), doubled, sides());
    assert!(found.contains(&"majority-voted"), "{found:?}");

    // Votes of term 1 take 300 ms; their candidate has gone on to term 2 and reaches nobody there.
    let late = json!([
        {"at_ms": 10, "do": {"link": {"from": 1, "to": 0, "delay_ms": 300}}},
        {"at_ms": 10, "do": {"link": {"from": 2, "to": 0, "delay_ms": 300}}},
        {"at_ms": 10, "do": {"cut": {"from": 3, "to": 0}}},
        {"at_ms": 10, "do": {"cut": {"from": 4, "to": 0}}},
        {"at_ms": 100, "do": {"campaign": 0}},
        {"at_ms": 150, "do": {"cut": {"from": 0, "to": 1}}},
        {"at_ms": 150, "do": {"cut": {"from": 0, "to": 2}}},
        {"at_ms": 150, "do": {"cut": {"from": 0, "to": 3}}},
        {"at_ms": 150, "do": {"cut": {"from": 0, "to": 4}}},
        {"at_ms": 200, "do": {"campaign": 0}},
    ]);
    assert_eq!(caught("current-votes", by_hand(json!({})), json!({}), late), ["majority-voted"]);

    let asks = json!([{"at_ms": 100, "do": {"campaign": 0}}]);
    let pre_vote = by_hand(json!({"pre_vote": true}));
    assert_eq!(caught("pre-votes-apart", pre_vote, json!({}), asks), ["majority-voted"]);
}

#[test]
fn a_candidate_that_does_not_give_way_is_caught_by_the_reign_it_ends() {
    let reigns_with = |broken: Value| {
        let parameters = json!({"settled": false, "writes": false, "election_min_ms": 150,
                                "election_max_ms": 300, "broken": broken});
        let run = raft(
            2000,
            parameters,
            json!([
                {"at_ms": 20, "do": {"campaign": 0}},
                {"at_ms": 21, "do": {"campaign": 1}},
            ]),
        );
        assert_eq!(violated(&*run), [""; 0]);
        reigns(&*run).len()
    };
    assert_eq!(reigns_with(Value::Null), 1);
    assert!(reigns_with(json!("give-way")) > 1);
}

#[test]
fn every_switch_has_a_test_here() {
    let names: Vec<_> = raft::INFO.switches.iter().map(|switch| switch.name).collect();
    let here = include_str!("raft_faults.rs");
    for name in names {
        assert!(here.contains(&format!("\"{name}\"")), "{name}");
    }
    assert_eq!(raft::INFO.checks, raft::INFO.guarantees);
    assert!(raft::INFO.checks.contains(&Check::LeaderUpToDate));
}
