//! Redlock: what it promises, the three ways to break it, and what a token repairs. Every message
//! takes 10 ms; nodes 0 and 1 are clients, 2 to 6 masters; keys live for 10 s, are extended every
//! 3 s, and who has no lock tries again within 2 s.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, sent, violated, writes};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "redlock/":
    a_key_at_a_majority "majority",
    it_wakes_and_writes "wakes-and-writes",
    the_same_pause_repaired "repaired",
    a_clock_jumps "clock-jump",
    a_forgotten_key "forgotten-key",
}

/// A run of two clients and five masters with these parameters, at its end.
fn run(protocol: Value, script: Value) -> Box<dyn Run> {
    seeded(1, protocol, script)
}

fn seeded(seed: u64, protocol: Value, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "redlock",
        json!({
            "protocol": {"redlock": protocol},
            "cluster": {"nodes": 7, "seed": seed},
            "script": script,
            "until_ms": 40_000,
        }),
    );
    run.seek(run.end());
    run
}

const TWO_HOLDERS: [&str; 2] = ["no-late-write", "one-leader-at-a-time"];

/// Two actions, the second undoing the first.
fn from_to(from_ms: u64, one: Value, to_ms: u64, other: Value) -> Value {
    json!([{"at_ms": from_ms, "do": one}, {"at_ms": to_ms, "do": other}])
}

fn pause() -> Value {
    from_to(4000, json!({"pause": 1}), 20_000, json!({"resume": 1}))
}

fn joined(scripts: &[Value]) -> Value {
    scripts.iter().flat_map(|script| script.as_array().unwrap().clone()).collect()
}

/// Node 1 gets the key at masters 2, 3 and 4 while node 0 sleeps; it cannot reach 5 and 6.
fn three_of_five() -> Value {
    let cut = |to| json!({"at_ms": 0, "do": {"cut": {"from": 1, "to": to}}});
    joined(&[json!([cut(5), cut(6)]), from_to(0, json!({"pause": 0}), 4500, json!({"resume": 0}))])
}

/// When clients stopped leading, and who.
fn ends(run: &dyn Run) -> Vec<(u64, u8)> {
    all(run, |entry| entry.kind == EventKind::StepDown)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.node.0))
        .collect()
}

fn times(run: &dyn Run, kind: EventKind, name: &str) -> Vec<u64> {
    named(run, kind, name).iter().map(|entry| entry.time.as_ms()).collect()
}

#[test]
fn rule_1_try_takes_a_set_to_every_master_and_leads_after_a_majority() {
    let run = run(json!({"settled": false}), from_to(0, json!({"crash": 0}), 0, json!("heal")));
    // Counting rule: what is sent until the leader leads and all answers are in.
    assert_eq!((sent(&*run, "SET"), sent(&*run, "OK"), sent(&*run, "NIL")), (5, 5, 0));
    let asked = named(&*run, EventKind::Send, "SET")[0].time;
    assert_eq!(reigns(&*run)[0].0, (asked + Span::new(20)).as_ms());
    assert_eq!(reigns(&*run)[0].1, 1);
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn rule_1_try_two_minorities_of_the_masters_may_be_gone_but_no_majority() {
    let crash = |masters: &[u8]| {
        masters.iter().map(|node| json!({"at_ms": 0, "do": {"crash": node}})).collect::<Value>()
    };
    let some = run(json!({"settled": false}), crash(&[2, 5]));
    assert_eq!(reigns(&*some).len(), 1);
    let few = run(json!({"settled": false}), crash(&[2, 4, 5]));
    assert_eq!(reigns(&*few), []);
}

#[test]
fn rule_2_look_who_is_refused_learns_whose_the_key_is() {
    let run = run(json!({}), json!([]));
    assert_eq!(beliefs(&*run), [Some((1, 0)); 7]);
    assert_eq!(reigns(&*run).len(), 1);
    assert!(named(&*run, EventKind::Send, "NIL").len() > 50);
}

#[test]
fn rule_4_late_keys_that_took_too_long_to_get_grant_nothing() {
    // The holder is gone. The answers to node 0 take just as long as a key lives.
    let slow = |delay: u64| {
        let link = |master| json!({"at_ms": 4000, "do": {"link": {"from": master, "to": 0, "delay_ms": delay}}});
        let crash = json!([{"at_ms": 4000, "do": {"crash": 1}}]);
        joined(&[crash, (2..7).map(link).collect()])
    };
    let protocol = json!({"answer_ms": 30_000});
    // 10 s less a hundredth and 2 ms; the two ways take 20 ms of it.
    let late = run(protocol.clone(), slow(10_000 - 102 - 20));
    assert_eq!(reigns(&*late).len(), 1);
    assert!(!all(&*late, |e| e.rule.is_some_and(|rule| rule.id == "redlock/late")).is_empty());
    let just = run(protocol, slow(10_000 - 102 - 21));
    assert!(reigns(&*just).len() > 1);
    assert!(all(&*just, |e| e.rule.is_some_and(|rule| rule.id == "redlock/late")).is_empty());
}

#[test]
fn rule_7_retry_who_fails_deletes_its_keys_everywhere_and_waits_at_random() {
    // Each of two clients reaches two masters and the third only after the other.
    for seed in 0..20 {
        let run = seeded(seed, json!({"settled": false}), json!([]));
        let dels = sent(&*run, "DEL");
        assert!(dels >= 5 && dels.is_multiple_of(5), "{dels}");
        assert_eq!(reigns(&*run).len(), 1);
        let tries = times(&*run, EventKind::Timer, "try");
        assert!(tries.windows(2).all(|pair| pair[1] - pair[0] <= 2030), "{tries:?}");
        assert_eq!(violated(&*run), [""; 0]);
    }
}

#[test]
fn rule_8_extend_the_holder_keeps_the_lock_and_writes() {
    let run = run(json!({"token": true}), json!([]));
    // At 0, 3000 … 39 000 ms.
    assert_eq!(writes(&*run), (vec![Token(1); 14], vec![]));
    assert_eq!((sent(&*run, "EXTEND"), sent(&*run, "EXTENDED")), (13 * 5, 13 * 5));
}

#[test]
fn rule_9_extended_a_majority_is_enough_and_sets_the_key_where_it_is_missing() {
    let mut run = run(
        json!({}),
        joined(&[
            from_to(4000, json!({"crash": 5}), 4100, json!({"restart": 5})),
            from_to(4000, json!({"crash": 6}), 30_000, json!({"restart": 6})),
        ]),
    );
    assert_eq!(reigns(&*run).len(), 1);
    // Silent for 10 s, then set with the extension at 15 s.
    at(&mut *run, 14_900);
    assert_eq!(beliefs(&*run)[5], None);
    at(&mut *run, 15_100);
    assert_eq!(beliefs(&*run)[5], Some((1, 0)));
}

#[test]
fn rule_10_lost_a_holder_hears_that_the_keys_are_somebody_elses() {
    let jump = |node| json!({"at_ms": 4000, "do": {"clock": {"node": node, "skew_ms": 12_000}}});
    let run = run(json!({}), json!([jump(4), jump(5), jump(6)]));
    // Its deadline is 12 898 ms; it asked at 6000 ms.
    assert_eq!(ends(&*run)[0], (6020, 1));
}

#[test]
fn rule_11_deadline_a_holder_that_cannot_extend_stops_before_the_keys_are_gone() {
    let run = run(json!({}), json!([{"at_ms": 4000, "do": {"partition": [[1], [2, 3, 4, 5, 6]]}}]));
    // Extended at 3000 ms, for 10 s less 102 ms.
    assert_eq!(ends(&*run), [(12_898, 1)]);
    assert!((13_010..=15_040).contains(&reigns(&*run)[1].0), "{:?}", reigns(&*run));
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn rule_12_release_frees_the_lock_at_once() {
    let hand_over = json!([{"at_ms": 4000, "do": {"transfer": {"from": 1, "to": 0}}}]);
    let run = run(json!({}), hand_over);
    let second = reigns(&*run)[1];
    assert!((4000..=6050).contains(&second.0) && second.1 == 0, "{second:?}");
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn rule_13_refused_the_store_stops_a_late_holder_with_a_token_and_cannot_without() {
    let without = run(json!({}), pause());
    assert_eq!(violated(&*without), TWO_HOLDERS);
    let with = run(json!({"token": true}), pause());
    assert_eq!(violated(&*with), ["one-leader-at-a-time"]);
    assert_eq!(writes(&*with).1, [Token(1)]);
    // A token that nobody compares is of no use.
    let mut unchecked = joined(&[pause(), json!([{"at_ms": 0, "do": {"store-check": "off"}}])]);
    assert_eq!(
        violated(&*run(json!({"token": true}), unchecked.take())),
        ["no-late-write", "one-leader-at-a-time", "token-order"]
    );
}

#[test]
fn rule_14_grant_a_master_whose_clock_jumps_gives_the_key_to_another() {
    let jump = |skew_ms| json!([{"at_ms": 4000, "do": {"clock": {"node": 4, "skew_ms": skew_ms}}}]);
    let unsettled = json!({"settled": false});
    // The key has to wait for 10 s from 3 s on: 8 s ahead are not enough, 12 s are.
    let little = run(unsettled.clone(), joined(&[three_of_five(), jump(5000)]));
    assert_eq!(violated(&*little), [""; 0]);
    let much = run(unsettled, joined(&[three_of_five(), jump(12_000)]));
    assert_eq!(violated(&*much), TWO_HOLDERS);
    // The clocks of clients may be set at will.
    let client = json!([{"at_ms": 4000, "do": {"clock": {"node": 0, "skew_ms": 12_000}}},
                        {"at_ms": 4000, "do": {"clock": {"node": 1, "skew_ms": -12_000}}}]);
    assert_eq!(violated(&*run(json!({}), client)), [""; 0]);
}

#[test]
fn rule_17_raised_no_count_is_taken_twice() {
    for seed in 0..20 {
        let mut script = three_of_five();
        for (round, at_ms) in (0..6).map(|round| (round, 4000 + round * 4000)) {
            let ahead = 12_000 * (round + 1);
            let clock = json!({"clock": {"node": 2 + round % 5, "skew_ms": ahead}});
            script.as_array_mut().unwrap().push(json!({"at_ms": at_ms, "do": clock}));
        }
        let run = seeded(seed, json!({"settled": false, "token": true}), script);
        let numbers: Vec<u64> = reigns(&*run).iter().map(|reign| reign.2).collect();
        assert!(numbers.len() > 1 && numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }
}

#[test]
fn rule_18_silent_a_key_on_disk_or_a_delay_keeps_two_holders_apart() {
    let crash = from_to(4000, json!({"crash": 4}), 4100, json!({"restart": 4}));
    let script = joined(&[three_of_five(), crash]);
    let forgets = json!({"settled": false, "broken": "restart-without-delay"});
    assert_eq!(violated(&*run(forgets, script.clone())), TWO_HOLDERS);
    assert_eq!(violated(&*run(json!({"settled": false}), script.clone())), [""; 0]);
    let on_disk = json!({"settled": false, "broken": "restart-without-delay", "fsync": true});
    assert_eq!(violated(&*run(on_disk, script)), [""; 0]);
}

/// Counted from the crash; the lock was extended at 3000, 6000 or 9000 ms.
#[test]
fn a_dead_holders_lock_is_taken_after_its_keys_are_gone() {
    let mut after: Vec<u64> = (0..200u64)
        .map(|seed| {
            let crashed = 5000 + seed * 15;
            let crash = json!([{"at_ms": crashed, "do": {"crash": 1}}]);
            let run = seeded(seed, json!({}), crash);
            assert_eq!(violated(&*run), [""; 0]);
            reigns(&*run)[1].0 - crashed
        })
        .collect();
    after.sort_unstable();
    // At least the life of a key that was extended just before 3 s ago, at most one that was
    // extended just now, the longest wait, and two messages.
    let (least, median, most) = (after[0], after[100], after[199]);
    assert!(least >= 7010 && most <= 10_010 + 2000 + 20, "{least} {median} {most}");
    assert!((9000..=10_000).contains(&median), "{median}");
}

#[test]
fn after_losses_and_crashes_end_somebody_holds_the_lock_within_the_stated_bound() {
    for seed in 0..10u8 {
        let mut script: Vec<Value> = Vec::new();
        for client in 0..2u8 {
            for master in 2..7u8 {
                for (from, to) in [(client, master), (master, client)] {
                    script.push(json!({"at_ms": 100, "do": {"link":
                        {"from": from, "to": to, "loss_permille": 500, "delay_ms": 100}}}));
                }
            }
        }
        script.push(json!({"at_ms": 9000, "do": {"crash": 1}}));
        script.push(json!({"at_ms": 12_000, "do": {"crash": 4}}));
        script.push(json!({"at_ms": 15_000, "do": {"restart": 4}}));
        script.push(json!({"at_ms": 19_000, "do": {"restart": 1}}));
        script.push(json!({"at_ms": 30_000, "do": "heal"}));
        let mut run = of(
            "redlock",
            json!({
                "protocol": {"redlock": {"token": true}},
                "cluster": {"nodes": 7, "seed": seed, "network": {"duplicate_permille": 100}},
                "script": script,
                "until_ms": 200_000,
            }),
        );
        let bound = run.scenario().protocol.settles_within(7, Span::new(10));
        run.seek(SimTime::from_ms(30_000) + bound);
        let leader = leaders(&*run)[0];
        assert_eq!(leaders(&*run), [leader], "seed {seed}");
        assert!(beliefs(&*run).iter().all(|belief| belief.is_some_and(|b| b.0 == leader)));
        assert_eq!(violated(&*run), [""; 0]);
    }
}

/// Two clients that reach different masters, and nobody the third.
fn two_sides() -> Value {
    json!([{"at_ms": 0, "do": {"partition": [[0, 2, 3], [1, 4, 5, 6]]}},
           {"at_ms": 0, "do": {"crash": 6}}])
}

/// Node 0 asks when the keys are gone, and sleeps until the answers are old.
fn slept_over_the_answers() -> Value {
    json!([
        {"at_ms": 0, "do": {"crash": 1}},
        {"at_ms": 0, "do": {"crash": 6}},
        {"at_ms": 15_000, "do": {"campaign": 0}},
        {"at_ms": 15_005, "do": {"pause": 0}},
        {"at_ms": 15_200, "do": {"restart": 1}},
        {"at_ms": 29_000, "do": {"resume": 0}},
    ])
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let crash = from_to(4000, json!({"crash": 4}), 4100, json!({"restart": 4}));
    let jump = json!([{"at_ms": 4000, "do": {"clock": {"node": 4, "skew_ms": 12_000}}}]);
    let with_token = json!({"settled": false, "token": true});
    let table = [
        ("release-without-owner-check", json!({}), json!([]), "one-leader-at-a-time"),
        ("majority-of-reachable", json!({"settled": false}), two_sides(), "one-leader-at-a-time"),
        (
            "validity-ignored",
            json!({"retry_ms": 15_000}),
            slept_over_the_answers(),
            "one-leader-at-a-time",
        ),
        (
            "restart-without-delay",
            json!({"settled": false}),
            joined(&[three_of_five(), crash]),
            "one-leader-at-a-time",
        ),
        ("count-not-raised", with_token, joined(&[three_of_five(), jump]), "one-leader-per-number"),
    ];
    for (rule, protocol, script, found) in &table {
        let sound = violated(&*run(protocol.clone(), script.clone()));
        assert!(!sound.contains(found), "{rule}: {sound:?}");
        let mut broken = protocol.clone();
        broken["broken"] = json!(rule);
        let noticed = violated(&*run(broken, script.clone()));
        assert!(noticed.contains(found), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "redlock").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
    assert!(
        named(&*run(json!({}), json!([])), EventKind::Send, "WRITE")
            .iter()
            .all(|write| write.node == NodeId(1))
    );
}
