//! The trace as text for other programs.

use crate::cluster::{bully_script, open};
use election_engine::ndjson;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn parsed(line: &str) -> Value {
    assert!(!line.contains('\n'));
    serde_json::from_str(line).expect("a line is JSON")
}

#[test]
fn each_line_has_time_sequence_node_and_kind_and_leaves_out_what_does_not_apply() {
    let run = bully_script(4_000, json!([{"at_ms": 1500, "do": {"crash": 4}}]));
    let lines: Vec<Value> = run.entries().map(|entry| parsed(&ndjson::line(&entry))).collect();
    let crash = lines.iter().find(|line| line["kind"] == "crash").unwrap();
    let expected = json!({"time_us": 1_500_000, "node": 4, "kind": "crash"});
    assert_eq!(crash.as_object().unwrap().len(), 4, "{crash}");
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&crash[field], value);
    }
    for (sequence, line) in lines.iter().enumerate() {
        assert_eq!(line["sequence"], sequence);
        assert!(line["cause"].is_null() || line["cause"].as_u64() < Some(sequence as u64));
    }
}

#[test]
fn a_delivery_names_its_message_its_sender_its_cause_and_the_rule() {
    let run = bully_script(20, json!([]));
    let lines: Vec<Value> = run.entries().map(|entry| parsed(&ndjson::line(&entry))).collect();
    let heard = lines.iter().find(|line| line["kind"] == "deliver").unwrap();
    assert_eq!(heard["rule"], "bully/heard");
    assert_eq!(heard["number"], 1);
    assert_eq!(heard["details"]["name"], "HEARTBEAT");
    assert_eq!(heard["details"]["peer"], 4);
    let sent = &lines[heard["cause"].as_u64().unwrap() as usize];
    assert_eq!(sent["kind"], "send");
    assert_eq!(sent["details"]["message"], heard["details"]["message"]);
}

#[test]
fn the_summary_tells_what_was_violated_and_what_was_not_expected() {
    let text = include_str!("../scenarios/same-number-twice.json");
    for (expect, unmet) in [(r#"["one-leader-per-number"]"#, 0), ("[]", 1)] {
        let mut run = open(&text.replace(r#"["one-leader-per-number"]"#, expect));
        run.seek(run.end());
        let summary = parsed(&ndjson::summary(&*run));
        assert_eq!(summary["summary"], "bully");
        assert_eq!(summary["records"], run.records());
        assert_eq!(summary["end_us"], 6_500_000);
        assert_eq!(summary["hash"], run.hash().to_string());
        assert_eq!(
            summary["violations"],
            json!(["one-leader-per-number: Nodes 4 and 2 both led with number 2."])
        );
        assert_eq!(summary["unmet"].as_array().unwrap().len(), unmet);
    }
}
