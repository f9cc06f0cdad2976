//! What a node shows of itself where an algorithm's lesson hangs on it.

use crate::cluster::{action, at, leaders, line, open};
use election_engine::ids::NodeId;
use election_engine::run::Run;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn of(name: &str, nodes: u8, script: Value) -> Box<dyn Run> {
    let scenario = json!({
        "version": 1, "protocol": {name: {}}, "cluster": {"nodes": nodes},
        "script": script, "until_ms": 120_000,
    });
    open(&scenario.to_string())
}

/// The instant in milliseconds that a line names.
fn instant(run: &dyn Run, node: usize, name: &str) -> f64 {
    let text = line(run, node, name);
    text.split(' ').find_map(|word| word.parse().ok()).unwrap_or_else(|| panic!("{text}"))
}

fn counted(run: &dyn Run, node: usize) -> f64 {
    run.snapshot().nodes[node].counted.unwrap().as_ms() as f64
}

#[test]
fn a_lease_has_its_time_to_live_on_both_clocks() {
    // The holder's clock loses half of each second.
    let slow = json!([{"at_ms": 10, "do": {"clock": {"node": 0, "drift_ppm": -500_000}}}]);
    let mut run = of("etcd", 4, slow);
    at(&mut *run, 50_000);
    let left = |node| instant(&*run, node, "runs out") - counted(&*run, node);
    let (own, service) = (left(0), left(3));
    assert!((30_000.0..=60_000.0).contains(&own), "{own}");
    // What was counted since the last renewal is twice as much at the service.
    assert!((60_000.0 - service) / (60_000.0 - own) > 1.9, "{own} {service}");
}

#[test]
fn a_contender_says_until_when_it_takes_the_lease_for_valid_and_the_leader_when_it_gives_up() {
    let mut run = of("kubernetes", 4, json!([{"at_ms": 20_000, "do": {"crash": 3}}]));
    at(&mut *run, 24_000);
    let valid = instant(&*run, 1, "lease, by this clock");
    assert!((30_000.0..36_000.0).contains(&valid), "{valid}");
    let gives_up = instant(&*run, 0, "gives up");
    assert!((28_000.0..33_000.0).contains(&gives_up), "{gives_up}");
    run.seek(run.end());
    assert_eq!(line(&*run, 1, "lease, by this clock"), "unchanged for too long");
}

#[test]
fn a_client_of_zookeeper_says_when_it_has_heard_nothing_for_too_long() {
    let cut = json!([{"at_ms": 10_000, "do": {"partition": [[4], [0, 1, 2, 3]]}}]);
    let mut run = of("zookeeper-lock", 5, cut);
    at(&mut *run, 10_000);
    let name = "takes itself for disconnected";
    let silent = instant(&*run, 3, name);
    assert_eq!(leaders(&*run), [3]);
    at(&mut *run, silent as u64 + 1);
    assert_eq!((leaders(&*run), line(&*run, 3, name)), (vec![], "now".to_owned()));
}

#[test]
fn a_sentinel_says_what_it_thinks_and_what_the_others_think_whatever_it_does() {
    let mut run = of("sentinel", 6, json!([{"at_ms": 5000, "do": {"crash": 5}}]));
    let own = "its own opinion of the master";
    let all = "for whom the master is down";
    let (mut saw_one, mut saw_stand) = (false, false);
    while run.step_forward() && run.playhead().as_ms() < 45_000 {
        let down = line(&*run, 0, all);
        let think = (line(&*run, 0, own), line(&*run, 0, "doing"));
        saw_one |= down == "node 0; the quorum is 2" && think.0 == "down (SDOWN)";
        if think.1.starts_with("asks for votes") {
            saw_stand = true;
            assert_eq!(think.0, "down (SDOWN)");
            assert!(down.starts_with("nodes 0, "), "{down}");
        }
    }
    assert!(saw_one || saw_stand);
    assert_eq!(line(&*run, 0, own), "up");
}

#[test]
fn nobody_watches_the_controller_at_first() {
    let run = of("kafka-controller", 5, json!([]));
    assert_eq!(line(&*run, 4, "watched by"), "none");
}

#[test]
fn only_a_leader_can_hand_over_where_the_algorithm_heeds_it() {
    for (name, nodes, heeds) in
        [("raft", 5, true), ("mongodb", 5, true), ("etcd", 5, false), ("sentinel", 6, false)]
    {
        let run = of(name, nodes, json!([]));
        let leader = leaders(&*run)[0];
        let other = (0..nodes).map(NodeId).find(|node| node.0 != leader).unwrap();
        let could =
            |from, to| run.would_change(&action(json!({"transfer": {"from": from, "to": to}})));
        assert_eq!(could(leader, other.0), heeds, "{name}");
        assert!(!could(other.0, leader), "{name}");
    }
}
