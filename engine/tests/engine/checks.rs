//! Each check passes a good history and catches a bad one, made by hand.

use crate::cluster::open;
use election_engine::checks::{Check, Monitor, Violation, unmet};
use election_engine::ids::{NodeId, Token};
use election_engine::time::SimTime;
use election_engine::trace::{EventKind, Record, RecordId};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ALL: &[Check] = &[Check::OneLeaderPerNumber, Check::TokenOrder];

fn found(history: &[Record]) -> Vec<Violation> {
    let mut monitor = Monitor::new(ALL, 5);
    // One record after another must say the same as all at once.
    for end in 0..=history.len() {
        monitor.catch_up(&history[..end]);
    }
    let mut at_once = Monitor::new(ALL, 5);
    at_once.catch_up(history);
    assert_eq!(monitor.violations(), at_once.violations());
    at_once.violations().to_vec()
}

fn leads(node: u8, number: u64) -> Record {
    Record::new(SimTime::ZERO, EventKind::Lead, NodeId(node)).with_number(Token(number))
}

fn applied(writer: u8, token: u64) -> Record {
    Record::new(SimTime::ZERO, EventKind::WriteAccepted, NodeId(5))
        .with_peer(NodeId(writer))
        .with_number(Token(token))
}

fn refused(writer: u8, token: u64) -> Record {
    let mut record = applied(writer, token);
    record.kind = EventKind::WriteRefused;
    record
}

#[test]
fn leaders_with_different_numbers_may_overlap() {
    assert_eq!(found(&[leads(4, 1), leads(3, 2), leads(4, 3), leads(4, 3)]), []);
}

#[test]
fn two_leaders_of_one_number_are_caught_however_far_apart() {
    let found = found(&[leads(4, 1), leads(3, 2), leads(4, 3), leads(0, 1)]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].check, Check::OneLeaderPerNumber);
    assert_eq!((found[0].at, found[0].with), (RecordId(3), RecordId(0)));
    assert_eq!(found[0].text, "Nodes 4 and 0 both led with number 1.");
}

#[test]
fn refused_and_equal_tokens_break_no_order() {
    assert_eq!(found(&[applied(4, 33), applied(4, 33), applied(3, 34), refused(4, 33)]), []);
    // Legal: 34 had not reached the store yet.
    assert_eq!(found(&[applied(4, 33), applied(3, 34)]), []);
}

#[test]
fn a_token_that_goes_back_is_caught_each_time() {
    let found = found(&[applied(3, 34), applied(4, 33), applied(3, 34), applied(4, 33)]);
    let at: Vec<_> = found.iter().map(|violation| violation.at.0).collect();
    assert_eq!(at, [1, 3]);
    assert_eq!(
        found[0].text,
        "The store applied a write of node 4 with token 33 after one of node 3 with token 34."
    );
}

#[test]
fn a_violation_that_was_expected_and_came_is_met() {
    let mut run = open(include_str!("../scenarios/store-check-off.json"));
    run.seek(run.end());
    assert_eq!(unmet(&*run), [""; 0]);
}

#[test]
fn a_violation_that_was_expected_and_did_not_come_is_a_failure() {
    let text = include_str!("../scenarios/store-check-off.json");
    let mut run = open(&text.replace(r#""off""#, r#""highest""#));
    run.seek(run.end());
    assert_eq!(
        unmet(&*run),
        ["token-order: the scenario expects a violation, and there was none."]
    );
}

#[test]
fn a_violation_that_came_unexpected_is_a_failure() {
    let text = include_str!("../scenarios/store-check-off.json");
    let mut run = open(&text.replace(r#"["token-order"]"#, "[]"));
    run.seek(run.end());
    assert_eq!(
        unmet(&*run),
        [
            "token-order: The store applied a write of node 4 with token 1 after one of node 3 with token 2."
        ]
    );
}

#[test]
fn violations_are_those_up_to_the_playhead() {
    let mut run = open(include_str!("../scenarios/store-check-off.json"));
    run.seek(run.end());
    assert_eq!(run.violations().len(), 1);
    run.seek(SimTime::from_ms(7000));
    assert_eq!(run.violations(), []);
}
