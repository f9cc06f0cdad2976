//! Each check passes a good history and catches a bad one, made by hand.

use crate::cluster::open;
use election_engine::checks::{Check, Monitor, Violation, unmet};
use election_engine::ids::{LogEnd, NodeId, Token};
use election_engine::time::SimTime;
use election_engine::trace::{EventKind, Record, RecordId};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ALL: &[Check] = &[Check::OneLeaderPerNumber, Check::TokenOrder];

fn found(history: &[Record]) -> Vec<Violation> {
    found_by(ALL, history)
}

fn found_by(checks: &'static [Check], history: &[Record]) -> Vec<Violation> {
    let mut monitor = Monitor::new(checks, 5);
    // One record after another must say the same as all at once.
    for end in 0..=history.len() {
        monitor.catch_up(&history[..end]);
    }
    let mut at_once = Monitor::new(checks, 5);
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

/// The service, which is node 4 of 5, says who leads. A second has passed since the start.
fn grants(to: u8, number: u64) -> Record {
    about(EventKind::Believe, 4).with_peer(NodeId(to)).with_number(Token(number))
}

fn about(kind: EventKind, node: u8) -> Record {
    Record::new(SimTime::from_ms(1000), kind, NodeId(node))
}

fn takes_lead(node: u8, number: u64) -> Record {
    about(EventKind::Lead, node).with_number(Token(number))
}

#[test]
fn who_leads_without_a_grant_of_the_service_is_caught() {
    let check = &[Check::Granted];
    assert_eq!(found_by(check, &[grants(0, 1), takes_lead(0, 1), takes_lead(0, 1)]), []);
    // What begins with the run was granted before it.
    assert_eq!(found_by(check, &[leads(0, 1)]), []);
    assert_eq!(found_by(check, &[grants(0, 1), takes_lead(1, 1)]).len(), 1);
    assert_eq!(found_by(check, &[grants(0, 1), takes_lead(0, 2)]).len(), 1);
}

#[test]
fn a_lease_that_is_taken_from_its_holder_is_caught() {
    let check = &[Check::LeaseKept];
    let runs_out = about(EventKind::Suspect, 4).with_peer(NodeId(0));
    let gives_up = about(EventKind::StepDown, 0).with_number(Token(1));
    assert_eq!(found_by(check, &[grants(0, 1), runs_out, grants(1, 2)]), []);
    assert_eq!(found_by(check, &[grants(0, 1), gives_up, grants(1, 2)]), []);
    assert_eq!(found_by(check, &[grants(0, 1), grants(1, 2)]).len(), 1);
    assert_eq!(found_by(check, &[grants(0, 1), about(EventKind::Believe, 4)]).len(), 1);
    // Who leads again under the same grant holds it again.
    let again = [grants(0, 1), takes_lead(0, 1), gives_up, takes_lead(0, 1), grants(1, 2)];
    assert_eq!(found_by(check, &again).len(), 1);
}

/// The ways of a write of `node` that becomes the record at `first`, to the store and into it.
fn write(node: u8, first: u32) -> [Record; 3] {
    let sent = about(EventKind::Send, node).with_peer(NodeId(5));
    let came = about(EventKind::Deliver, 5).with_peer(NodeId(node)).because(Some(RecordId(first)));
    let done = about(EventKind::WriteAccepted, 5).with_peer(NodeId(node));
    [sent, came, done.because(Some(RecordId(first + 1)))]
}

#[test]
fn a_write_of_an_earlier_holder_is_caught_without_any_token() {
    let check = &[Check::NoLateWrite];
    let two_holders = [grants(0, 1), takes_lead(0, 1), grants(1, 2), takes_lead(1, 2)];
    let in_order = [&two_holders[..], &write(0, 4), &write(1, 7), &write(1, 10)].concat();
    assert_eq!(found_by(check, &in_order), []);
    let late = [&two_holders[..], &write(1, 4), &write(0, 7)].concat();
    assert_eq!(found_by(check, &late).len(), 1);
    // It counts under which grant a write was sent, not who leads when it comes.
    let [sent, came, done] = write(0, 2);
    let overtaken = [
        &[grants(0, 1), takes_lead(0, 1), sent, grants(1, 2), takes_lead(1, 2)][..],
        &write(1, 5),
        &[grants(0, 3), takes_lead(0, 3), came, done.because(Some(RecordId(10)))],
    ];
    assert_eq!(found_by(check, &overtaken.concat()).len(), 1);
}

#[test]
fn a_log_that_is_cut_back_is_caught() {
    let check = &[Check::WritesKept];
    let log =
        |node, index| about(EventKind::Log, node).with_number(LogEnd { term: 1, index }.packed());
    assert_eq!(found_by(check, &[log(0, 1), log(1, 5), log(0, 2), log(0, 2)]), []);
    assert_eq!(found_by(check, &[log(0, 2), log(0, 1)]).len(), 1);
}

/// The service, which is node 4 of 5, tells a client that this number is gone.
fn tells(to: u8, number: u64, cause: u32) -> Record {
    about(EventKind::Send, 4)
        .with_peer(NodeId(to))
        .with_number(Token(number))
        .because(Some(RecordId(cause)))
}

#[test]
fn a_deletion_that_wakes_two_is_caught_once() {
    let check = &[Check::OneWoken];
    // Two deletions at one tick, and two answers to who asks whether it is still there.
    assert_eq!(found_by(check, &[tells(0, 7, 1), tells(1, 8, 1)]), []);
    assert_eq!(found_by(check, &[tells(0, 7, 1), tells(1, 7, 3), tells(0, 7, 5)]), []);
    assert_eq!(found_by(check, &[tells(0, 7, 1), tells(0, 7, 1)]), []);
    let herd = [tells(0, 7, 1), tells(1, 7, 1), tells(2, 7, 1), tells(0, 9, 5), tells(2, 9, 5)];
    let found = found_by(check, &herd);
    let at: Vec<_> = found.iter().map(|violation| (violation.with.0, violation.at.0)).collect();
    assert_eq!(at, [(0, 1), (3, 4)]);
    assert_eq!(found[0].text, "The service woke nodes 0 and 1 at once for the end of number 7.");
}

#[test]
fn a_claim_that_needs_a_flag_is_watched_where_the_flag_is_set_or_the_claim_is_to_fall() {
    let crash = |recipe: bool, expect: &str| {
        let mut run = open(&format!(
            r#"{{"version": 1, "protocol": {{"zookeeper-lock": {{"recipe": {recipe}}}}},
                "script": [{{"at_ms": 4000, "do": {{"crash": 3}}}}], "expect": [{expect}]}}"#
        ));
        run.seek(run.end());
        unmet(&*run)
    };
    assert_eq!(crash(true, ""), [""; 0]);
    assert_eq!(crash(false, ""), [""; 0]);
    assert_eq!(crash(false, r#""one-woken""#), [""; 0]);
    assert_eq!(
        crash(true, r#""one-woken""#),
        ["one-woken: the scenario expects a violation, and there was none."]
    );
}
