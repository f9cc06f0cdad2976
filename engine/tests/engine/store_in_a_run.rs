//! The protected store as a member of the cluster.

use crate::cluster::{all, at, bully, bully_script, writes};
use election_engine::ids::Token;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The old leader is paused while node 3 takes over, and wakes.
fn old_leader_wakes(check: &str) -> Box<dyn election_engine::run::Run> {
    let mut run = bully(json!({
        "cluster": {"store": {"check": check}},
        "script": [{"at_ms": 1500, "do": {"pause": 4}}, {"at_ms": 7500, "do": {"resume": 4}}],
        "until_ms": 7_600,
    }));
    run.seek(run.end());
    run
}

fn violated(run: &dyn election_engine::run::Run) -> Vec<&'static str> {
    run.violations().iter().map(|violation| violation.check.name()).collect()
}

#[test]
fn the_old_leaders_write_is_refused_by_highest_and_applied_without_a_check() {
    let fenced = old_leader_wakes("highest");
    assert_eq!(writes(&*fenced).1, [Token(1)]);
    assert_eq!(violated(&*fenced), [""; 0]);
    let open = old_leader_wakes("off");
    assert_eq!(writes(&*open).1, [Token(0); 0]);
    assert_eq!(violated(&*open), ["token-order"]);
    assert_eq!(open.snapshot().late_writes, 1);
}

#[test]
fn it_remembers_the_highest_token_over_a_restart_but_not_without_its_disk() {
    for (restart, refused, damage) in [("restart", 1, 0), ("restart-without-disk", 0, 1)] {
        let mut run = bully(json!({
            "script": [
                {"at_ms": 1500, "do": {"pause": 4}},
                {"at_ms": 5500, "do": {"pause": 3}},
                {"at_ms": 7000, "do": {"crash": 5}},
                {"at_ms": 7200, "do": {restart: 5}},
                {"at_ms": 7500, "do": {"resume": 4}},
            ],
            "until_ms": 7_515,
        }));
        run.seek(run.end());
        assert_eq!(writes(&*run).1.len(), refused);
        assert_eq!(run.snapshot().late_writes, damage);
        assert_eq!(violated(&*run).len(), damage);
    }
}

#[test]
fn a_crashed_store_answers_nobody_and_a_paused_one_answers_later() {
    let run = bully_script(
        4_500,
        json!([
            {"at_ms": 500, "do": {"crash": 5}},
            {"at_ms": 1500, "do": {"restart": 5}},
            {"at_ms": 2500, "do": {"pause": 5}},
            {"at_ms": 3500, "do": {"resume": 5}},
        ]),
    );
    let when: Vec<_> = all(&*run, |entry| entry.kind == EventKind::WriteAccepted)
        .iter()
        .map(|entry| entry.time.as_ms())
        .collect();
    assert_eq!(when, [10, 2010, 3500, 4010]);
}

#[test]
fn equality_needs_registration_and_until_then_refuses_the_rightful_leader() {
    let new_leader = |register_delay_ms: u64| -> Value {
        json!({
            "cluster": {"store": {"check": "equal", "register_delay_ms": register_delay_ms}},
            "script": [{"at_ms": 1500, "do": {"crash": 4}}],
            "until_ms": 6_500,
        })
    };
    let mut late = bully(new_leader(200));
    late.seek(late.end());
    // One write comes too early; the leader stays and its next one passes.
    let (accepted, refused) = writes(&*late);
    assert_eq!((accepted.last(), &refused[..]), (Some(&Token(2)), &[Token(2)][..]));
    let mut at_once = bully(new_leader(0));
    at_once.seek(at_once.end());
    assert_eq!(writes(&*at_once).1, [Token(0); 0]);
}

#[test]
fn registration_reaches_the_store_although_the_leaders_link_is_cut() {
    let mut run = bully(json!({
        "cluster": {"store": {"check": "equal", "register_delay_ms": 200}},
        "script": [{"at_ms": 100, "do": {"cut": {"from": 4, "to": 5}}}],
        "until_ms": 400,
    }));
    run.seek(run.end());
    assert_eq!(run.snapshot().store.registered, Token(1));
}

#[test]
fn switching_to_equality_takes_over_what_the_lock_service_knows() {
    let mut run = bully_script(2_500, json!([{"at_ms": 500, "do": {"store-check": "equal"}}]));
    assert_eq!(writes(&*run).1, [Token(0); 0]);
    at(&mut *run, 600);
    assert_eq!(run.snapshot().store.registered, Token(1));
}
