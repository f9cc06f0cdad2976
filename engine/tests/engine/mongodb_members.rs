//! Members of a MongoDB replica set that are not like the others: arbiters, members with
//! priority 0, and a primary that takes long to catch up. Every message takes 10 ms, and the last
//! member is the primary when the run begins.

use crate::cluster::{all, at, leaders, named, of, reigns};
use crate::mongodb::{fields, first_by, shown, sound, two_writes_for_one};
use election_engine::ids::NodeId;
use election_engine::run::Run;
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "mongodb/":
    an_arbiters_vote "arbiter",
    a_takeover_from_a_primary_that_catches_up "catch-up-takeover",
}

/// Who stood or asked who would vote.
fn stood(run: &dyn Run) -> Vec<u8> {
    let asks = |name| ["WOULD YOU VOTE?", "VOTE?"].contains(&name);
    let asked = all(run, |entry| entry.kind == EventKind::Send && asks(entry.name));
    let mut nodes: Vec<u8> = asked.iter().map(|entry| entry.node.0).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

#[test]
fn an_arbiter_votes_and_neither_holds_anything_nor_stands() {
    let script = json!([
        {"at_ms": 8000, "do": {"campaign": 0}},
        {"at_ms": 9000, "do": {"transfer": {"from": 2, "to": 0}}},
        {"at_ms": 10_500, "do": {"crash": 2}},
    ]);
    let run = sound(json!({"arbiter": true}), 3, script);
    assert_eq!((reigns(&*run).len(), leaders(&*run)), (2, vec![1]));
    assert_eq!((stood(&*run), shown(&*run, 0, "entries in the oplog")), (vec![1], 0));
    let fetches = named(&*run, EventKind::Send, "FETCH");
    assert!(fetches.iter().all(|entry| entry.node != NodeId(0)));
}

/// The famous set of a primary, a secondary and an arbiter.
#[test]
fn with_an_arbiter_a_primary_stays_whose_writes_no_majority_has() {
    let crash = json!([{"at_ms": 10_500, "do": {"crash": 1}}]);
    for (arbiter, goes_on) in [(true, false), (false, true)] {
        let mut run = of("mongodb", fields(json!({"arbiter": arbiter}), 3, 1, crash.clone()));
        at(&mut *run, 11_000);
        let before = shown(&*run, 2, "entries that a majority has");
        run.seek(run.end());
        assert_eq!((leaders(&*run), reigns(&*run).len()), (vec![2], 1));
        let (held, on_majority) = (
            shown(&*run, 2, "entries in the oplog"),
            shown(&*run, 2, "entries that a majority has"),
        );
        assert!(held >= 55, "{held}");
        assert_eq!(on_majority > before, goes_on, "{before} {on_majority}");
    }
}

/// The primary and the secondary do not hear each other, and the arbiter hears both.
pub fn no_link() -> Value {
    json!([
        {"at_ms": 10_500, "do": {"cut": {"from": 1, "to": 2}}},
        {"at_ms": 10_500, "do": {"cut": {"from": 2, "to": 1}}},
    ])
}

#[test]
fn rule_10_arbiter_a_primary_that_it_hears_is_not_deposed() {
    let run = sound(json!({"arbiter": true}), 3, no_link());
    assert_eq!(reigns(&*run).len(), 1);
    let refused = all(&*run, |entry| {
        entry.kind == EventKind::Refuse && entry.rule.is_some_and(|by| by.id == "mongodb/arbiter")
    });
    assert!(refused.len() >= 3, "{}", refused.len());
}

#[test]
fn rule_10_arbiter_a_member_that_is_preferred_to_the_primary_has_its_vote() {
    let script = json!([
        {"at_ms": 5000, "do": {"transfer": {"from": 2, "to": 1}}},
        {"at_ms": 6000, "do": {"cut": {"from": 1, "to": 2}}},
        {"at_ms": 6000, "do": {"cut": {"from": 2, "to": 1}}},
    ]);
    let protocol = json!({"arbiter": true, "priorities": true, "writes": false});
    let run = sound(protocol, 3, script);
    assert_eq!(reigns(&*run).iter().map(|reign| reign.1).collect::<Vec<_>>()[..3], [2, 1, 2]);
}

#[test]
fn a_member_with_priority_0_votes_and_never_stands() {
    for seed in 0..20 {
        let script = json!([{"at_ms": 10_500, "do": {"crash": 4}}]);
        let mut run = of("mongodb", fields(json!({"passive": 3}), 5, seed, script));
        run.seek(run.end());
        assert_eq!((stood(&*run), leaders(&*run)), (vec![3], vec![3]), "seed {seed}");
        assert!(run.violations().is_empty());
    }
}

#[test]
fn who_has_stood_in_vain_fetches_from_who_may_not_stand() {
    // Node 1 misses writes that node 0 has, whose priority is 0.
    let script = json!([
        {"at_ms": 5000, "do": {"cut": {"from": 2, "to": 1}}},
        {"at_ms": 9500, "do": {"crash": 2}},
    ]);
    let run = sound(json!({"passive": 1}), 3, script);
    let refused = named(&*run, EventKind::Deliver, "WOULD NOT");
    assert_eq!(refused.len(), 1);
    let (elected, primary, term) = reigns(&*run)[1];
    assert_eq!((primary, term), (1, 2));
    // It waits for a whole timeout before it stands again.
    let after = elected - refused[0].time.as_ms();
    assert!((10_000..=11_600).contains(&after), "{after}");
    let ends = [0, 1].map(|node| shown(&*run, node, "entries in the oplog"));
    assert!(ends[0].abs_diff(ends[1]) <= 1, "{ends:?}");
}

#[test]
fn rule_3_catch_up_takeover_comes_after_30_s_and_loses_nothing() {
    let protocol = json!({"majority": false, "catch_up_entry_ms": 25_000});
    let mut fields = fields(protocol, 5, 1, two_writes_for_one());
    fields["until_ms"] = json!(100_000);
    let mut run = of("mongodb", fields.clone());
    run.seek(run.end());
    let reigns_of = |run: &dyn Run| reigns(run).iter().map(|it| it.1).collect::<Vec<_>>();
    let second = reigns(&*run)[1];
    assert_eq!(reigns_of(&*run), [4, second.1, 3]);
    // It counts from when node 3 heard the primary, then two rounds of votes.
    assert_eq!(reigns(&*run)[2].0 - second.0, 10 + 30_000 + 40);
    let writable = first_by(&*run, "mongodb/writable").unwrap();
    assert_eq!(writable, (reigns(&*run)[2].0 + 20, 3));
    assert_eq!(run.violations(), []);
    assert_eq!(shown(&*run, 4, "entries rolled back"), 0);

    // A primary that is done in time stays.
    fields["protocol"]["mongodb"]["catch_up_takeover_ms"] = json!(60_000);
    let mut slow = of("mongodb", fields);
    slow.seek(slow.end());
    assert_eq!(reigns_of(&*slow), [4, second.1]);
    let writable = first_by(&*slow, "mongodb/writable").unwrap();
    assert_eq!(writable, (second.0 + 40 + 50_000, second.1));
    assert_eq!(first_by(&*slow, "mongodb/catch-up-takeover"), None);
}

#[test]
fn rule_3_catch_up_takeover_is_not_for_who_lags_behind_another() {
    // Node 4 has one of the two writes that node 5 has, and a majority has none.
    let cut = |at: u64, to: u8| json!({"at_ms": at, "do": {"cut": {"from": 6, "to": to}}});
    let script = json!([
        cut(10_500, 0),
        cut(10_500, 1),
        cut(10_500, 2),
        cut(10_500, 3),
        cut(11_500, 4),
        {"at_ms": 12_500, "do": {"crash": 6}},
        {"at_ms": 12_600, "do": {"timer": {"node": 0, "timer": "election", "in_ms": 100}}},
    ]);
    let run = sound(json!({"majority": false, "catch_up_entry_ms": 25_000}), 7, script);
    let rule = "mongodb/catch-up-takeover";
    let took_over = all(&*run, |entry| entry.rule.is_some_and(|by| by.id == rule));
    assert!(took_over.iter().all(|entry| entry.node == NodeId(5)), "{took_over:?}");
    assert_eq!(reigns(&*run).iter().map(|it| it.1).collect::<Vec<_>>(), [6, 0, 5]);
}
