//! Exact numbers of messages of one Bully election.
//!
//! Counting rule: node n−1 has crashed and nobody else; each process holds at most one
//! election; messages to the dead node count as sent, except that the second figure leaves out
//! the one COORDINATOR that goes to it. Heartbeats are kept out by making them rare.

use crate::cluster::{bully, sent};
use election_engine::run::Run;
use election_engine::trace::EventKind;
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// One election among `n` nodes of which the highest is dead, begun by `detector`.
fn election(n: usize, detector: usize) -> Box<dyn Run> {
    let mut run = bully(json!({
        "protocol": {"bully": {"heartbeat_ms": 60_000, "expect_ms": 60_000, "writes": false}},
        "cluster": {"nodes": n},
        "script": [
            {"at_ms": 100, "do": {"crash": n - 1}},
            {"at_ms": 1000, "do": {"campaign": detector}},
        ],
        "until_ms": 10_000,
    }));
    run.seek(run.end());
    let leaders: Vec<usize> = run.snapshot().leaders().map(|node| node.id.index()).collect();
    assert_eq!(leaders, [n - 2]);
    for node in 0..n - 1 {
        let elections = run
            .entries()
            .filter(|entry| entry.kind == EventKind::Candidate && entry.node.index() == node)
            .count();
        assert!(elections <= 1, "node {node} held {elections}");
    }
    run
}

fn total(run: &dyn Run) -> usize {
    sent(run, "ELECTION") + sent(run, "OK") + sent(run, "COORDINATOR")
}

#[test]
fn worst_case_the_lowest_node_detects() {
    for n in 3..=9 {
        let run = election(n, 0);
        // Every live node asks all above it, the dead one included.
        assert_eq!(sent(&*run, "ELECTION"), n * (n - 1) / 2);
        // Every pair of live nodes: the higher answers the lower.
        assert_eq!(sent(&*run, "OK"), (n - 1) * (n - 2) / 2);
        // To all others, dead or alive.
        assert_eq!(sent(&*run, "COORDINATOR"), n - 1);
        assert_eq!(total(&*run), n * (n - 1));
        // To the live lower nodes only: the figure of the textbooks.
        assert_eq!(total(&*run) - 1, n * n - n - 1);
    }
}

#[test]
fn best_case_the_highest_live_node_detects() {
    for n in 3..=9 {
        let run = election(n, n - 2);
        assert_eq!(sent(&*run, "ELECTION"), 1);
        assert_eq!(sent(&*run, "OK"), 0);
        assert_eq!(total(&*run), n);
        assert_eq!(total(&*run) - 1, n - 1);
    }
}

#[test]
fn five_nodes_take_20_messages_at_worst_and_5_at_best() {
    assert_eq!(total(&*election(5, 0)), 20);
    assert_eq!(total(&*election(5, 3)), 5);
}
