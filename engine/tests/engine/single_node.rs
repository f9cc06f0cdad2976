//! A single node: what it promises without any election, and what it does not. Every message
//! takes 10 ms; node 4 runs the program, which is up a second after its start, writes every
//! second, and is asked by each of the others every second.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, sent, violated, writes};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "single-node/":
    it_is_started_again "restart",
    to_be_safe "second-copy",
    the_store_checks "second-copy-checked",
    the_disk_is_lost "lost-disk",
}

fn run(protocol: Value, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "single-node",
        json!({
            "protocol": {"single-node": protocol},
            "script": script,
            "until_ms": 20_500,
        }),
    );
    run.seek(run.end());
    run
}

fn token() -> Value {
    json!({"token": true})
}

fn crash() -> Value {
    json!([{"at_ms": 3500, "do": {"crash": 4}}, {"at_ms": 9000, "do": {"restart": 4}}])
}

/// The node is paused, and an operator starts a copy.
fn second_copy() -> Value {
    json!([
        {"at_ms": 3500, "do": {"pause": 4}},
        {"at_ms": 6000, "do": {"campaign": 0}},
        {"at_ms": 10_000, "do": {"resume": 4}},
    ])
}

#[test]
fn it_leads_from_the_start_and_no_message_is_needed_for_it() {
    let run = run(token(), json!([]));
    assert_eq!(reigns(&*run), [(0, 4, 1004)]);
    assert_eq!(beliefs(&*run), [Some((4, 1004)); 5]);
    // At 0, 1000 … 20 000 ms.
    assert_eq!(writes(&*run), (vec![Token(1004); 21], vec![]));
    assert_eq!((sent(&*run, "HERE"), sent(&*run, "MOVE")), (4, 0));
    assert_eq!(sent(&*run, "ASK"), sent(&*run, "ANSWER"));
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn unsettled_it_leads_when_it_is_up() {
    assert_eq!(reigns(&*run(json!({"settled": false}), json!([]))), [(1000, 4, 1004)]);
}

#[test]
fn nobody_notices_a_crash_and_nobody_takes_over() {
    let dies = json!([{"at_ms": 3500, "do": {"crash": 4}}]);
    let run = run(token(), dies);
    assert_eq!(reigns(&*run).len(), 1);
    assert_eq!(leaders(&*run), [0u8; 0]);
    let quiet = [EventKind::Suspect, EventKind::Candidate, EventKind::Vote];
    assert_eq!(all(&*run, |entry| quiet.contains(&entry.kind)).len(), 0);
    // All four go on asking.
    assert!(named(&*run, EventKind::Lost, "ASK").len() >= 4 * 16);
    assert_eq!(beliefs(&*run)[0], Some((4, 1004)));
}

#[test]
fn a_restart_with_its_disk_takes_the_next_number() {
    let mut run = run(token(), crash());
    // Nobody leads from 3500 to 10 000 ms.
    assert_eq!(reigns(&*run), [(0, 4, 1004), (10_000, 4, 2004)]);
    assert_eq!(violated(&*run), [""; 0]);
    at(&mut *run, 9999);
    assert_eq!(leaders(&*run), [0u8; 0]);
}

#[test]
fn a_restart_without_its_disk_counts_anew_and_only_the_store_remembers() {
    let script = json!([
        {"at_ms": 2500, "do": {"crash": 4}}, {"at_ms": 2500, "do": {"restart": 4}},
        {"at_ms": 6500, "do": {"crash": 4}}, {"at_ms": 6500, "do": {"restart-without-disk": 4}},
    ]);
    let with = run(token(), script.clone());
    assert_eq!(reigns(&*with)[2], (7500, 4, 1004));
    assert_eq!(writes(&*with).1, [Token(1004)]);
    assert_eq!(violated(&*with), ["numbers-grow"]);
    assert_eq!(leaders(&*with), [0u8; 0]);
    // Without a token nothing is noticed, and here nothing is wrong: there is but one copy.
    let without = run(json!({}), script);
    assert_eq!(leaders(&*without), [4]);
    assert_eq!(writes(&*without).1, []);
}

#[test]
fn a_second_copy_gives_two_leaders_and_only_a_store_that_checks_stops_the_first() {
    let without = run(json!({}), second_copy());
    assert_eq!(reigns(&*without), [(0, 4, 1004), (7000, 0, 2000)]);
    assert_eq!(violated(&*without), ["no-late-write", "one-leader-at-a-time"]);
    assert_eq!(leaders(&*without), [0, 4]);
    let with = run(token(), second_copy());
    assert_eq!(violated(&*with), ["one-leader-at-a-time"]);
    // The write for which it was late already, and none after it.
    assert_eq!(writes(&*with).1, [Token(1004)]);
    assert_eq!(leaders(&*with), [0]);
    assert_eq!(beliefs(&*with), [Some((0, 2000)); 5]);
}

#[test]
fn a_planned_move_stops_the_first_copy_before_the_second_starts() {
    let script = json!([{"at_ms": 3500, "do": {"transfer": {"from": 4, "to": 1}}}]);
    let moved = run(json!({}), script.clone());
    assert_eq!(reigns(&*moved), [(0, 4, 1004), (4510, 1, 2001)]);
    assert_eq!(violated(&*moved), [""; 0]);
    assert_eq!(leaders(&*moved), [1]);
    // If the word gets lost, nobody leads, and that is all.
    let mut cut = script;
    cut.as_array_mut()
        .unwrap()
        .insert(0, json!({"at_ms": 3000, "do": {"cut": {"from": 4, "to": 1}}}));
    let lost = run(json!({}), cut);
    assert_eq!((leaders(&*lost), violated(&*lost)), (vec![], vec![]));
}

#[test]
fn a_copy_and_a_first_that_returns_have_different_numbers_of_one_round() {
    // Node 4 is down while node 0 takes its place, and has not heard of it.
    let script = json!([
        {"at_ms": 3500, "do": {"crash": 4}},
        {"at_ms": 6000, "do": {"campaign": 0}},
        {"at_ms": 9000, "do": {"restart": 4}},
    ]);
    let run = run(token(), script);
    assert_eq!(reigns(&*run), [(0, 4, 1004), (7000, 0, 2000), (10_000, 4, 2004)]);
    assert_eq!(violated(&*run), ["one-leader-at-a-time"]);
    // The higher one wins, whoever was meant to.
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let noticed = |broken: Option<&str>, script: &Value| {
        let mut protocol = token();
        if let Some(rule) = broken {
            protocol["broken"] = json!(rule);
        }
        let run = run(protocol, script.clone());
        let mut noticed = violated(&*run);
        if leaders(&*run).len() > 1 {
            noticed.push("who is refused stops");
        }
        if leaders(&*run) == [4] && !reigns(&*run).iter().any(|reign| reign.1 == 4 && reign.0 > 0) {
            noticed.push("a copy that is meant to replace it can write");
        }
        noticed
    };
    let the_copy_crashes = json!([
        {"at_ms": 3500, "do": {"crash": 4}},
        {"at_ms": 6000, "do": {"campaign": 0}},
        {"at_ms": 9000, "do": {"crash": 0}},
        {"at_ms": 9500, "do": {"restart": 0}},
    ]);
    let table = [
        ("number-not-on-disk", the_copy_crashes, "numbers-grow"),
        ("round-not-raised", second_copy(), "a copy that is meant to replace it can write"),
        ("refusal-ignored", second_copy(), "who is refused stops"),
    ];
    for (rule, script, found) in &table {
        assert!(!noticed(None, script).contains(found), "{rule}");
        let noticed = noticed(Some(rule), script);
        assert!(noticed.contains(found), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "single-node").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
    assert!(
        named(&*run(token(), json!([])), EventKind::Send, "WRITE")
            .iter()
            .all(|write| write.node == NodeId(4))
    );
}
