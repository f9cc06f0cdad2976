//! Whatever text comes in, the engine refuses it in words or runs it; it never panics.

use election_engine::protocols::registry;
use election_engine::rng::{Rng, Stream};
use election_engine::scenario::Scenario;
use election_engine::time::SimTime;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TEXTS: usize = 20_000;

const SOUND: &[&str] = &[
    include_str!("../scenarios/partition-and-heal.json"),
    include_str!("../scenarios/store-check-equal.json"),
    r#"{"version": 1, "protocol": {"bully": {"heartbeat_ms": 50, "missed": 2, "settled": false}},
        "cluster": {"nodes": 3, "seed": 7, "clocks": [{"node": 1, "skew_ms": 5, "drift_ppm": 300000}],
            "network": {"latency": {"spiky": {"min_ms": 0, "max_ms": 9, "slow_permille": 100, "slow_max_ms": 99}},
                "loss_permille": 10, "duplicate_permille": 10, "reorder_permille": 10},
            "store": {"check": "equal", "register_delay_ms": 3}},
        "script": [{"at_ms": 100, "do": {"pause": 0}}, {"at_ms": 150, "do": {"crash": 3}},
            {"at_ms": 200, "do": {"link": {"from": 0, "to": 1, "delay_ms": 40, "loss_permille": 99}}},
            {"at_ms": 300, "do": {"resume": 0}}, {"at_ms": 400, "do": {"restart-without-disk": 3}},
            {"at_ms": 500, "do": {"clock": {"node": 2, "skew_ms": -9, "drift_ppm": -20000}}},
            {"at_ms": 600, "do": {"delay": {"message": 30, "by_ms": 9}}}, {"at_ms": 600, "do": {"deliver": 31}},
            {"at_ms": 600, "do": {"duplicate": 32}}, {"at_ms": 600, "do": {"drop": 33}},
            {"at_ms": 700, "do": {"transfer": {"from": 2, "to": 1}}}, {"at_ms": 800, "do": {"store-check": "off"}}],
        "until_ms": 1000, "expect": []}"#,
];

/// Numbers that have broken programs before.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "100",
    "101",
    "255",
    "256",
    "999",
    "1000",
    "65535",
    "65536",
    "4294967295",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "1e9",
    "1e300",
    "0.001",
];

#[test]
fn damaged_scenarios_never_panic() {
    let mut rng = Rng::new(20, Stream::Setup);
    let mut run = 0;
    for _ in 0..TEXTS {
        let text = damaged(&mut rng);
        if let Ok(scenario) = Scenario::parse(&text) {
            // Few enough messages that thousands of runs take seconds.
            if scenario.cluster.nodes <= 9 {
                let mut timeline = registry::open(scenario);
                timeline.seek(SimTime::from_ms(1000));
                run += 1;
            }
        }
    }
    assert!(run > TEXTS / 10, "only {run} of {TEXTS} could be run");
}

#[test]
fn the_smallest_and_the_largest_cluster_run() {
    for (nodes, leader) in [(1, 0), (2, 1), (101, 100)] {
        let mut run = crate::cluster::bully(serde_json::json!({"cluster": {"nodes": nodes}}));
        run.seek(SimTime::from_ms(1100));
        assert_eq!(crate::cluster::leaders(&*run), [leader]);
        assert_eq!(run.snapshot().store.accepted, 2);
    }
}

fn damaged(rng: &mut Rng) -> String {
    let mut text = SOUND[rng.below(SOUND.len() as u64) as usize].to_owned();
    for _ in 0..=rng.below(2) {
        match rng.below(4) {
            0 | 1 => replace_number(&mut text, rng),
            2 => replace_byte(&mut text, rng),
            _ => repeat_or_cut(&mut text, rng),
        }
    }
    text
}

fn replace_number(text: &mut String, rng: &mut Rng) {
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, c)| {
            c.is_ascii_digit() && !text[..*at].ends_with(|c: char| c.is_ascii_digit())
        })
        .map(|(at, _)| at)
        .collect();
    let start = starts[rng.below(starts.len() as u64) as usize];
    let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |n| start + n);
    text.replace_range(start..end, NUMBERS[rng.below(NUMBERS.len() as u64) as usize]);
}

fn replace_byte(text: &mut String, rng: &mut Rng) {
    let at = rng.below(text.len() as u64) as usize;
    let new = b"{}[]\",:0-x "[rng.below(11) as usize];
    if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
        text.replace_range(at..=at, std::str::from_utf8(&[new]).unwrap());
    }
}

fn repeat_or_cut(text: &mut String, rng: &mut Rng) {
    let at = rng.below(text.len() as u64) as usize;
    let end = (at + rng.below(40) as usize).min(text.len());
    if let Some(part) = text.get(at..end).map(str::to_owned) {
        match rng.below(2) {
            0 => text.insert_str(end, &part),
            _ => text.replace_range(at..end, ""),
        }
    }
}
