//! TILT: what a Redis Sentinel does when its clock has jumped. Every message takes 10 ms. Nodes 0
//! to 2 are Sentinels, 3 to 5 servers, 5 the master.

use crate::cluster::{all, at, leaders, line, of, reigns, when};
use crate::sentinel::{fields, run};
use election_engine::run::Run;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "sentinel/":
    a_sentinel_that_was_stopped "tilt",
}

/// Node 0 sleeps for longer than it takes to suspect a master.
pub fn long_sleep() -> Value {
    json!([{"at_ms": 10_500, "do": {"pause": 0}}, {"at_ms": 50_500, "do": {"resume": 0}}])
}

fn tilts(run: &dyn Run, node: usize) -> bool {
    line(run, node, "doing").starts_with("TILT")
}

/// The clock of node 0 is set while its master is dead.
fn set_clock(by: i64) -> Value {
    json!([
        {"at_ms": 10_500, "do": {"crash": 5}},
        {"at_ms": 25_000, "do": {"clock": {"node": 0, "skew_ms": by}}},
    ])
}

#[test]
fn rule_20_tilt_who_wakes_suspects_nobody_for_what_it_has_missed() {
    let mut run = run(json!({"quorum": 1}), 6, long_sleep());
    assert_eq!((when(&*run, EventKind::Suspect), leaders(&*run)), (vec![], vec![5]));
    for (instant, expected) in [(10_000, false), (50_600, true), (80_400, true), (81_600, false)] {
        at(&mut *run, instant);
        assert_eq!(tilts(&*run, 0), expected, "at {instant} ms");
    }
}

#[test]
fn rule_20_tilt_lasts_30_s_and_then_a_dead_master_is_one() {
    for by in [3_600_000, -5000] {
        let run = run(json!({"quorum": 3}), 6, set_clock(by));
        let suspected = when(&*run, EventKind::Suspect);
        let of_0 = suspected.iter().find(|(_, node)| *node == 0).unwrap().0;
        // The others have waited for 30 s, and the quorum is all three.
        assert!((55_000..=56_020).contains(&of_0), "{of_0}");
        let promoted = reigns(&*run)[1].0;
        assert!((of_0..=of_0 + 1100).contains(&promoted), "{promoted}");
    }
}

#[test]
fn rule_20_tilt_a_small_step_is_none() {
    let mut run = run(json!({}), 6, set_clock(900));
    at(&mut *run, 27_000);
    assert!(!tilts(&*run, 0));
}

#[test]
fn rule_20_tilt_it_says_up_and_votes() {
    // Node 2 is dead: without node 0 nobody has a majority.
    let mut script = set_clock(3_600_000);
    script.as_array_mut().unwrap().push(json!({"at_ms": 10_000, "do": {"crash": 2}}));
    for (quorum, at_least, at_most) in [(1, 39_000, 41_000), (2, 55_000, 57_000)] {
        let mut run = of("sentinel", fields(json!({"quorum": quorum}), 6, 1, script.clone()));
        run.seek(run.end());
        let promoted = reigns(&*run)[1].0;
        assert!((at_least..=at_most).contains(&promoted), "quorum {quorum}: {promoted}");
        let said = all(&*run, |entry| {
            entry.kind == EventKind::Send && entry.node.0 == 0 && entry.name == "DOWN"
        });
        assert!(said.iter().all(|entry| entry.time.as_ms() >= 55_000));
    }
}
