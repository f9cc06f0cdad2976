//! "Does it fence?", asked of every real system with the same store: a holder is paused for longer
//! than it may hold, wakes, and writes. The runs are those of the gallery.

use crate::cluster::{open, violated};
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
