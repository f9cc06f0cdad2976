//! Writes to disk that take time: what is sent after one, in the same step, leaves after it.

use crate::cluster::{named, of, open, reigns};
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn election(disk: Value) -> Box<dyn Run> {
    let mut run = of(
        "raft",
        json!({
            "protocol": {"raft": {
                "election_min_ms": 60_000, "election_max_ms": 60_000, "heartbeat_ms": 60_000,
                "writes": false, "settled": false,
            }},
            "cluster": {"disk": disk},
            "script": [{"at_ms": 100, "do": {"campaign": 0}}],
            "until_ms": 1000,
        }),
    );
    run.seek(run.end());
    run
}

#[test]
fn a_vote_waits_for_two_disks_and_two_journeys() {
    assert_eq!(reigns(&*election(Value::Null)), [(120, 0, 1)]);
    // 4 ms for the candidate's own vote and 4 ms for the voter's, of which the term and the vote
    // are one write.
    let run = election(json!({"fixed": 4}));
    assert_eq!(reigns(&*run), [(128, 0, 1)]);
    // The leader sends its entry while it writes it; the followers answer when they have it.
    let appended = named(&*run, EventKind::Deliver, "APPENDED");
    assert_eq!(appended[0].time.as_ms(), 128 + 10 + 4 + 10);
}

#[test]
fn what_leaves_later_keeps_its_place_on_the_link_and_its_time_is_that_of_leaving() {
    let mut run = election(json!({"fixed": 4}));
    run.seek(election_engine::time::SimTime::from_ms(102));
    let flights = run.snapshot().flights;
    assert_eq!(flights.len(), 4);
    assert_eq!((flights[0].sent.as_ms(), flights[0].due.as_ms()), (104, 114));
}

#[test]
fn a_scenario_with_a_disk_is_read_written_and_checked() {
    let text = r#"{"version": 1, "protocol": {"raft": {}},
        "cluster": {"disk": {"uniform": {"min_ms": 4, "max_ms": 5}}}}"#;
    let scenario = Scenario::parse(text).unwrap();
    assert_eq!(Scenario::parse(&serde_json::to_string(&scenario).unwrap()).unwrap(), scenario);
    open(text);
    let error = Scenario::parse(&text.replace("\"min_ms\": 4", "\"min_ms\": 9")).unwrap_err();
    assert_eq!(error.message, "a latency's shortest time is longer than its longest");
}
