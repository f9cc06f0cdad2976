use super::*;
use crate::course::{gallery, workshop};
use election_engine::protocols::registry::{self, ALL};
use election_engine::trace::EventKind;

fn set_up(protocol: &str, latency: &str) -> Vec<String> {
    let text = format!(
        r#"{{"version": 1, "protocol": {protocol}, "cluster": {{"network": {{"latency": {latency}}}}}}}"#
    );
    warnings(&Scenario::parse(&text).unwrap())
}

const NEAR: &str = r#"{"uniform": {"min_ms": 10, "max_ms": 15}}"#;

#[test]
fn defaults_give_no_warning_but_that_five_nodes_are_too_few_for_redlock() {
    for info in ALL.iter().filter(|info| info.name != "redlock") {
        let found = set_up(&format!(r#"{{"{}": {{}}}}"#, info.name), NEAR);
        assert!(found.is_empty(), "{}: {found:?}", info.name);
    }
}

#[test]
fn masters_that_find_no_room_are_counted() {
    let of = |nodes: u8, masters: u8| {
        let text = format!(
            r#"{{"version": 1, "protocol": {{"redlock": {{"masters": {masters}}}}}, "cluster": {{"nodes": {nodes}, "network": {{"latency": {NEAR}}}}}}}"#
        );
        warnings(&Scenario::parse(&text).unwrap())
    };
    let sentence = "Masters: 3 of the 5 that are asked for, because 2 nodes at least are clients. 5 masters take 7 nodes.";
    assert_eq!(of(5, 5), [sentence]);
    assert_eq!((of(7, 5), of(5, 3)), (vec![], vec![]));
}

#[test]
fn a_heartbeat_must_be_well_below_the_timeout() {
    let found = set_up(r#"{"raft": {"heartbeat_ms": 148}}"#, NEAR);
    assert!(found[0].starts_with("Healthy leaders may be suspected"), "{found:?}");
    let found = set_up(r#"{"raft": {"heartbeat_ms": 100}}"#, NEAR);
    assert!(found[0].starts_with("One lost heartbeat"), "{found:?}");
    let found = set_up(r#"{"bully": {"heartbeat_ms": 4000}}"#, NEAR);
    assert!(found[0].contains("until 3 are counted as missed is 3300 ms"), "{found:?}");
}

#[test]
fn a_spread_must_outlast_a_round_trip() {
    let found = set_up(r#"{"raft": {"election_max_ms": 160}}"#, NEAR);
    assert!(found.iter().any(|text| text.contains("split again")), "{found:?}");
    let found = set_up(r#"{"raft": {"election_min_ms": 300, "election_max_ms": 200}}"#, NEAR);
    assert!(found.iter().any(|text| text.contains("below the shortest")), "{found:?}");
}

#[test]
fn a_slow_network_makes_good_timeouts_bad() {
    let found = set_up(r#"{"bully": {}}"#, r#"{"fixed": 500}"#);
    assert!(
        found.iter().any(|text| text.contains("there and back takes up to 1000 ms")),
        "{found:?}"
    );
}

/// A set-up of five nodes with a leader from the start, as parts of JSON.
fn scenario(protocol: &str, network: &str, disk_ms: u64) -> Scenario {
    let text = format!(
        r#"{{"version": 1, "protocol": {protocol}, "cluster": {{"network": {{"latency": {NEAR}{network}}}, "disk": {{"fixed": {disk_ms}}}}}, "until_ms": 60000}}"#
    );
    Scenario::parse(&text).unwrap()
}

fn says(scenario: &Scenario, words: &str) -> bool {
    warnings(scenario).iter().any(|text| text.contains(words))
}

/// Whether a run without its script suspects a leader that runs, or deposes it.
fn suspects(scenario: &Scenario) -> bool {
    let mut run = registry::open(Scenario { script: vec![], ..scenario.clone() });
    run.seek(run.end());
    let mut leads = false;
    run.entries().any(|entry| {
        leads |= entry.kind == EventKind::Lead;
        leads && matches!(entry.kind, EventKind::Suspect | EventKind::StepDown)
    })
}

#[test]
fn who_is_said_to_be_suspected_is_and_nobody_else() {
    let (gallery, workshop) = (gallery(), workshop());
    let rows = gallery.systems.iter().flat_map(|row| &row.scenarios);
    let shipped = rows.map(|row| &row.scenario);
    let lesson = workshop.scenarios.iter().map(|named| &named.scenario);
    let mut warned = 0;
    for scenario in shipped.chain(lesson) {
        let says = says(scenario, "Healthy leaders will be suspected");
        warned += usize::from(says);
        assert!(!says || suspects(scenario), "{}: {:?}", scenario.title, warnings(scenario));
    }
    // The one of the lesson that is about it.
    assert_eq!(warned, 1);
}

#[test]
fn several_heartbeats_must_be_missed() {
    for (protocol, healthy) in [
        (r#"{"bully": {"heartbeat_ms": 4000}}"#, false),
        (r#"{"bully": {"heartbeat_ms": 1000, "expect_ms": 900, "missed": 1}}"#, false),
        (r#"{"chang-roberts": {"heartbeat_ms": 1095, "expect_ms": 1100}}"#, true),
        (r#"{"raft": {"heartbeat_ms": 250}}"#, false),
    ] {
        let scenario = scenario(protocol, "", 0);
        assert_eq!(says(&scenario, "Healthy leaders"), !healthy, "{protocol}");
        assert_eq!(suspects(&scenario), !healthy, "{protocol}");
    }
}

#[test]
fn lost_heartbeats_look_like_a_dead_leader() {
    for (loss, says_so) in [(0, false), (50, false), (500, true), (900, true)] {
        let scenario = scenario(r#"{"raft": {}}"#, &format!(r#", "loss_permille": {loss}"#), 0);
        assert_eq!(says(&scenario, "messages are lost"), says_so, "{loss}");
        assert!(!says_so || suspects(&scenario), "{loss}");
    }
    for info in ALL {
        let protocol = format!(r#"{{"{}": {{}}}}"#, info.name);
        let scenario = scenario(&protocol, r#", "loss_permille": 1000"#, 0);
        assert!(says(&scenario, "Every message is lost"), "{}", info.name);
    }
}

/// Whether somebody comes to lead in a run that begins without a leader.
fn elects(scenario: &Scenario) -> bool {
    let mut run = registry::open(scenario.clone());
    run.seek(run.end());
    run.entries().any(|entry| entry.kind == EventKind::Lead)
}

#[test]
fn no_election_is_won_where_disks_are_said_to_be_too_slow() {
    for protocol in ["raft", "kraft", "mongodb", "paxos"] {
        let (mut never, mut always) = (0, 0);
        for disk in [0, 20, 400, 2000, 20_000, 60_000] {
            let mut scenario = scenario(&format!(r#"{{"{protocol}": {{}}}}"#), "", disk);
            scenario.protocol.set("settled", 0);
            let elects = elects(&scenario);
            if says(&scenario, "No election can be won") {
                never += 1;
                assert!(!elects, "{protocol}, {disk} ms");
            } else if !says(&scenario, "Elections may fail") {
                always += 1;
                assert!(elects, "{protocol}, {disk} ms: {:?}", warnings(&scenario));
            }
        }
        assert!(never > 0 && always > 1, "{protocol}: {never}, {always}");
    }
}

#[test]
fn a_disk_that_takes_as_long_as_the_run_is_told_of() {
    for info in ALL {
        let protocol = format!(r#"{{"{}": {{}}}}"#, info.name);
        assert!(says(&scenario(&protocol, "", 60_000), "a write to a disk"), "{}", info.name);
        assert!(!says(&scenario(&protocol, "", 10), "a write to a disk"), "{}", info.name);
    }
}
