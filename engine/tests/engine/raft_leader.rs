//! One test per rule of Raft for a leader: its log, and how it hands over. All as in
//! [`crate::raft`].

use crate::cluster::{at, beliefs, leaders, named, reigns, rules_of, sent, violated};
use crate::raft::{by_hand, fired, log, of_kind, raft, view};
use election_engine::ids::NodeId;
use election_engine::trace::EventKind;
use election_engine::view::Role;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn rule_11_a_leader_of_an_older_term_learns_of_the_newer_one_by_the_answer() {
    let mut run = raft(
        1500,
        json!({}),
        json!([
            {"at_ms": 1000, "do": {"partition": [[4, 5], [0, 1, 2, 3]]}},
            {"at_ms": 1440, "do": "heal"},
        ]),
    );
    let down = of_kind(&*run, EventKind::StepDown);
    assert_eq!((down.len(), down[0].node, down[0].number.0), (1, NodeId(4), 1));
    assert!(fired(&*run, "raft/stale") > 0);
    at(&mut *run, 1430);
    // Two leaders at one instant, in two terms.
    assert_eq!(leaders(&*run).len(), 2);
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn rule_12_a_candidate_that_hears_the_leader_of_its_term_follows_it() {
    let run = raft(
        200,
        by_hand(json!({})),
        json!([
            {"at_ms": 100, "do": {"campaign": 0}},
            {"at_ms": 101, "do": {"campaign": 1}},
        ]),
    );
    assert_eq!(view(&*run, 1).role, Role::Follower);
    assert_eq!(beliefs(&*run), [Some((0, 1)); 5]);
    assert_eq!(rules_of(&*run, 1).last(), Some(&"raft/append"));
}

#[test]
fn rule_12_entries_that_contradict_the_leader_are_replaced() {
    let logs = json!([[1, 1, 2, 2, 2], [1, 3, 3], [1], [1, 3, 3], []]);
    let parameters = by_hand(json!({"logs": logs, "heartbeat_ms": 50}));
    let run = raft(500, parameters, json!([{"at_ms": 100, "do": {"campaign": 1}}]));
    assert_eq!(reigns(&*run), [(120, 1, 4)]);
    for node in 0..5 {
        assert_eq!(log(&*run, node), (vec![1, 3, 3, 4], 4), "node {node}");
    }
    assert!(fired(&*run, "raft/mismatch") > 0 && fired(&*run, "raft/back-up") > 0);
}

#[test]
fn rule_13_an_entry_of_an_older_term_is_not_committed_by_counting() {
    // Figure 8: node 0 has an entry of term 2 that two others have too, and leads term 4.
    let logs = json!([[1, 2], [1, 2], [1, 2], [1], [1]]);
    let parameters = by_hand(json!({"logs": logs}));
    let mut run = raft(
        500,
        parameters,
        json!([
            {"at_ms": 50, "do": {"partition": [[0, 1, 2, 5], [3, 4]]}},
            {"at_ms": 100, "do": {"campaign": 0}},
        ]),
    );
    at(&mut *run, 135);
    // All three have [1, 2, 3] but the leader does not know that yet.
    assert_eq!(log(&*run, 0), (vec![1, 2, 3], 0));
    at(&mut *run, 140);
    // The no-op of its own term commits all before it.
    assert_eq!(log(&*run, 0), (vec![1, 2, 3], 3));
    assert_eq!(log(&*run, 1).1, 0, "followers learn it by the next heartbeat");
}

#[test]
fn rule_15_a_transfer_brings_the_log_up_to_date_and_skips_the_pre_vote() {
    for (pre_vote, check_quorum) in [(false, false), (true, false), (true, true)] {
        let parameters = json!({"pre_vote": pre_vote, "check_quorum": check_quorum});
        let run = raft(
            400,
            parameters,
            json!([{"at_ms": 205, "do": {"transfer": {"from": 4, "to": 2}}}]),
        );
        // 10 ms to say so, two messages to be elected; leases do not stand in the way.
        assert_eq!(reigns(&*run), [(0, 4, 1), (235, 2, 2)]);
        assert_eq!(sent(&*run, "PREVOTE"), 0);
        assert_eq!(sent(&*run, "TIMEOUTNOW"), 1);
    }
}

#[test]
fn rule_17_a_transfer_to_a_node_that_is_behind_waits_for_it_and_then_is_given_up() {
    let script = |mend: u64| {
        json!([
            {"at_ms": 300, "do": {"cut": {"from": 4, "to": 2}}},
            {"at_ms": 520, "do": {"transfer": {"from": 4, "to": 2}}},
            {"at_ms": mend, "do": {"mend": {"from": 4, "to": 2}}},
        ])
    };
    // Long timeouts, so that nobody else stands; a transfer is given up after the shortest.
    let parameters = json!({"election_min_ms": 1000, "election_max_ms": 1000});
    let run = raft(1200, parameters.clone(), script(800));
    // The entry of 500 ms is sent again at 800 ms, answered, and only then is the node told.
    let told = named(&*run, EventKind::Send, "TIMEOUTNOW");
    assert_eq!((told.len(), told[0].time.as_ms()), (1, 820));
    assert_eq!(reigns(&*run)[1], (850, 2, 2));
    // No write is begun meanwhile.
    let writes = named(&*run, EventKind::Send, "WRITE");
    assert!(!writes.iter().any(|entry| (520..830).contains(&entry.time.as_ms())));
    let run = raft(1600, json!({"election_min_ms": 200, "election_max_ms": 5000}), script(800));
    assert_eq!(sent(&*run, "TIMEOUTNOW"), 0);
    assert!(named(&*run, EventKind::Send, "WRITE").iter().any(|entry| entry.time.as_ms() > 720));
}

#[test]
fn rule_17_a_second_request_does_not_prolong_a_transfer_and_one_to_itself_ends_it() {
    let parameters = json!({"election_min_ms": 400, "election_max_ms": 5000});
    let script = |also: Value| {
        json!([
            {"at_ms": 300, "do": {"cut": {"from": 4, "to": 2}}},
            {"at_ms": 520, "do": {"transfer": {"from": 4, "to": 2}}},
            {"at_ms": 820, "do": also},
        ])
    };
    let silent_until = |also: Value| {
        let run = raft(1500, parameters.clone(), script(also));
        let writes = named(&*run, EventKind::Send, "WRITE");
        writes.iter().map(|entry| entry.time.as_ms()).find(|ms| *ms > 520).unwrap()
    };
    assert_eq!(silent_until(json!({"transfer": {"from": 4, "to": 2}})), 950);
    assert_eq!(silent_until(json!({"crash": 0})), 950);
    // To another node, which has everything: that one is told at once.
    let run = raft(1500, parameters.clone(), script(json!({"transfer": {"from": 4, "to": 1}})));
    assert_eq!(reigns(&*run)[1], (850, 1, 2));
}

#[test]
fn rule_16_a_refused_write_tells_the_old_leader_that_somebody_else_has_led() {
    // It still reaches the store, and nobody else.
    let run = raft(
        2000,
        json!({}),
        json!([
            {"at_ms": 1000, "do": {"partition": [[4], [0, 1, 2, 3]]}},
        ]),
    );
    let down = of_kind(&*run, EventKind::StepDown);
    assert_eq!(down[0].node, NodeId(4));
    assert_eq!(down[0].rule.unwrap().id, "raft/refused");
    assert_eq!(violated(&*run), [""; 0]);
}
