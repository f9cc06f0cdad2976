//! Doing things to single messages, on their way or held by a paused node.

use crate::cluster::{act, action, all, at, bully, named};
use election_engine::ids::NodeId;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A run at 1005 ms, with four heartbeats half way; and the id of the one to node 0.
fn half_way() -> (Box<dyn Run>, u32) {
    let mut run = bully(json!({"until_ms": 5_000}));
    at(&mut *run, 1_005);
    let flights = run.snapshot().flights;
    let id = flights.iter().find(|flight| flight.to == NodeId(0)).expect("a heartbeat").id;
    (run, id.0)
}

/// A run at 1500 ms in which a heartbeat waits for node 0, which is paused; and its id.
fn held() -> (Box<dyn Run>, u32) {
    let (mut run, id) = half_way();
    act(&mut *run, json!({"pause": 0}));
    at(&mut *run, 1_500);
    assert_eq!(waiting(&*run), 2, "the heartbeat and the silence timer");
    (run, id)
}

fn waiting(run: &dyn Run) -> usize {
    run.snapshot().nodes[0].waiting
}

/// When heartbeats reached node 0 after the first second, in microseconds.
fn arrivals(run: &dyn Run) -> Vec<u64> {
    named(run, EventKind::Deliver, "HEARTBEAT")
        .iter()
        .filter(|entry| entry.node == NodeId(0) && entry.time > SimTime::from_ms(1000))
        .map(|entry| entry.time.0)
        .collect()
}

#[test]
fn dropped_it_breaks_now_and_is_shown_for_a_moment() {
    let (mut run, id) = half_way();
    act(&mut *run, json!({"drop": id}));
    let lost = all(&*run, |entry| entry.kind == EventKind::Lost);
    assert_eq!(lost[0].time, SimTime(1_005_001));
    assert_eq!(run.snapshot().broken[0].due, SimTime::from_ms(1010));
    at(&mut *run, 1_700);
    assert!(run.snapshot().broken.is_empty());
    assert!(arrivals(&*run).is_empty());
}

#[test]
fn delivered_it_arrives_now() {
    let (mut run, id) = half_way();
    act(&mut *run, json!({"deliver": id}));
    at(&mut *run, 1_500);
    assert_eq!(arrivals(&*run), [1_005_001]);
}

#[test]
fn delayed_it_arrives_that_much_later() {
    let (mut run, id) = half_way();
    act(&mut *run, json!({"delay": {"message": id, "by_ms": 200}}));
    at(&mut *run, 1_500);
    assert_eq!(arrivals(&*run), [1_210_000]);
}

#[test]
fn duplicated_it_arrives_twice() {
    let (mut run, id) = half_way();
    act(&mut *run, json!({"duplicate": id}));
    at(&mut *run, 1_500);
    assert_eq!(arrivals(&*run), [1_010_000, 1_010_000]);
}

#[test]
fn held_by_a_paused_node_it_can_be_dropped() {
    let (mut run, id) = held();
    act(&mut *run, json!({"drop": id}));
    assert_eq!(waiting(&*run), 1);
    act(&mut *run, json!({"resume": 0}));
    assert!(arrivals(&*run).is_empty());
}

#[test]
fn held_by_a_paused_node_it_can_be_delayed_from_now_on_and_time_never_runs_backwards() {
    let (mut run, id) = held();
    act(&mut *run, json!({"delay": {"message": id, "by_ms": 100}}));
    assert_eq!(waiting(&*run), 1);
    act(&mut *run, json!({"resume": 0}));
    at(&mut *run, 1_900);
    assert_eq!(arrivals(&*run), [1_600_001]);
    assert!(run.entries().is_sorted_by_key(|entry| entry.time));
}

#[test]
fn held_by_a_paused_node_it_can_be_duplicated() {
    let (mut run, id) = held();
    act(&mut *run, json!({"duplicate": id}));
    assert_eq!(waiting(&*run), 3);
    act(&mut *run, json!({"resume": 0}));
    assert_eq!(arrivals(&*run).len(), 2);
    assert!(run.entries().is_sorted_by_key(|entry| entry.time));
}

#[test]
fn held_by_a_paused_node_it_has_arrived_and_cannot_be_delivered() {
    let (run, id) = held();
    assert!(!run.would_change(&action(json!({"deliver": id}))));
}

#[test]
fn nothing_is_delivered_through_a_cut_link() {
    let mut run = bully(json!({"until_ms": 5_000}));
    at(&mut *run, 500);
    act(&mut *run, json!({"cut": {"from": 4, "to": 0}}));
    at(&mut *run, 1_002);
    let flights = run.snapshot().flights;
    let doomed = flights.iter().find(|flight| flight.to == NodeId(0)).expect("a heartbeat");
    assert!(doomed.lost);
    assert!(!run.would_change(&action(json!({"deliver": doomed.id.0}))));
    assert_eq!(doomed.at, SimTime::from_ms(1000) + Span::new(5));
}
