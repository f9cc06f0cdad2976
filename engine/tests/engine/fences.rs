//! "Does it fence?", asked of every real system with the same store: a holder is paused for longer
//! than it may hold, wakes, and writes. The runs are those of the gallery.

use crate::cluster::{open, violated, writes};
use election_engine::ids::Token;
use election_engine::protocols::registry::{ALL, ProtocolConfig};
use election_engine::time::SimTime;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! gallery {
    ($($file:literal: $fenced:literal,)*) => {
        &[$(($file, include_str!(concat!("../../../course/systems/", $file, ".json")), $fenced),)*]
    };
}

/// A scenario, and whether a store that compares numbers stops who wakes in it.
const RUNS: &[(&str, &str, bool)] = gallery! {
    "zookeeper-lock/wakes-and-writes": true,
    "etcd/paused-unchecked": true,
    "kubernetes/paused-unchecked": true,
    "kafka-controller/wakes-refused": true,
    "kraft/wakes-and-writes": true,
    "kafka-partition/wakes-and-writes": true,
    "hdfs/wakes-and-writes": true,
    "mongodb/wakes-and-writes": true,
    "sentinel/wakes-and-writes": false,
    "redlock/wakes-and-writes": false,
    "redlock/repaired": true,
    "database-lock/wakes-and-writes": false,
    "database-lock/repaired": true,
    "single-node/second-copy": false,
    "single-node/second-copy-checked": true,
};

/// Whether the store applies a write of the old holder after one of the new.
fn does_damage(scenario: &str, check: &str) -> bool {
    let mut scenario: Value = serde_json::from_str(scenario).unwrap();
    scenario.as_object_mut().unwrap().remove("expect");
    scenario["cluster"]["store"] = json!({ "check": check });
    let mut run = open(&scenario.to_string());
    run.seek(run.end());
    let late = ["token-order", "no-late-write"];
    violated(&*run).iter().any(|found| late.contains(found))
}

#[test]
fn what_the_store_shows_is_how_many_writes_came_late_whether_they_carry_numbers_or_not() {
    for (file, late) in [
        ("zookeeper-lock/wakes-and-writes", 1),
        ("database-lock/wakes-and-writes", 1),
        ("redlock/wakes-and-writes", 1),
        ("sentinel/wakes-and-writes", 1),
        ("single-node/second-copy", 4),
        ("redlock/repaired", 0),
    ] {
        let (_, scenario, _) = RUNS.iter().find(|(name, ..)| *name == file).unwrap();
        let mut run = open(scenario);
        run.seek(run.end());
        assert_eq!(run.snapshot().late_writes, late, "{file}");
        run.seek(SimTime::ZERO);
        assert_eq!(run.snapshot().late_writes, 0, "{file}");
    }
}

#[test]
fn every_row_guards_the_store_and_its_writes_have_numbers_unless_it_says_otherwise() {
    // Nobody leads in Cassandra.
    for info in ALL.iter().filter(|info| info.name != "cassandra") {
        let mut protocol = ProtocolConfig::named(info.name).unwrap();
        if info.parameters.iter().any(|parameter| parameter.field == "writes") {
            protocol.set("writes", 1);
        }
        let scenario = json!({"version": 1, "protocol": protocol, "until_ms": 30_000});
        let mut run = open(&scenario.to_string());
        run.seek(run.end());
        let (accepted, _) = writes(&*run);
        assert!(!accepted.is_empty(), "{}", info.name);
        let numbered = accepted.iter().all(|token| *token > Token(0));
        assert_eq!(numbered, protocol.has_tokens(), "{}: {accepted:?}", info.name);
    }
}

#[test]
fn who_wakes_late_does_damage_wherever_the_store_compares_nothing() {
    for (file, scenario, _) in RUNS {
        assert!(does_damage(scenario, "off"), "{file}");
    }
}

#[test]
fn a_store_that_compares_stops_it_exactly_where_there_is_a_number_that_grows() {
    for (file, scenario, fenced) in RUNS {
        assert_eq!(!does_damage(scenario, "highest"), *fenced, "{file}");
    }
}
