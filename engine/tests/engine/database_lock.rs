//! The lock in a database row: what is wrong with it and what repairs it. Every message takes
//! 10 ms, the last node is the database; held for 10 s, renewed every 3 s, tried every 2 s.

use crate::cluster::{all, at, beliefs, leaders, line, named, of, reigns, sent, violated, writes};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "database-lock/":
    it_wakes_and_writes "wakes-and-writes",
    the_same_pause_repaired "repaired",
    a_clock_that_is_ahead "fast-clock",
    releasing_somebody_elses_lock "release",
}

/// A run of three clients and a database, with these parameters and clocks, at its end.
fn run(protocol: Value, clocks: Value, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "database-lock",
        json!({
            "protocol": {"database-lock": protocol},
            "cluster": {"nodes": 4, "clocks": clocks},
            "script": script,
            "until_ms": 40_000,
        }),
    );
    run.seek(run.end());
    run
}

fn repaired() -> Value {
    json!({"database_clock": true, "token": true})
}

fn crash() -> Value {
    json!([{"at_ms": 4000, "do": {"crash": 2}}])
}

fn pause() -> Value {
    json!([{"at_ms": 4000, "do": {"pause": 2}}, {"at_ms": 18_500, "do": {"resume": 2}}])
}

fn cut() -> Value {
    json!([{"at_ms": 4000, "do": {"partition": [[2], [3]]}}, {"at_ms": 25_000, "do": "heal"}])
}

/// When clients stopped leading, and who.
fn ends(run: &dyn Run) -> Vec<(u64, u8)> {
    all(run, |entry| entry.kind == EventKind::StepDown)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.node.0))
        .collect()
}

#[test]
fn rule_1_try_the_first_statement_that_arrives_gets_the_row() {
    for protocol in [json!({"settled": false}), json!({"settled": false, "database_clock": true})] {
        let run = run(protocol, json!([]), json!([]));
        assert_eq!(reigns(&*run), [(20, 0, 1)]);
        assert_eq!(violated(&*run), [""; 0]);
    }
}

#[test]
fn rule_1_try_the_row_is_free_when_its_time_is_over() {
    for protocol in [json!({}), json!({"database_clock": true}), repaired()] {
        let run = run(protocol, json!([]), crash());
        // The last renewal left at 3000 ms. Who asks next after 10 s gets the row.
        let second = reigns(&*run)[1];
        assert!((13_000..=15_030).contains(&second.0), "{second:?}");
        assert_eq!(violated(&*run), [""; 0]);
        let asked = named(&*run, EventKind::Send, "ACQUIRED");
        assert_eq!(asked.len(), 1);
    }
}

#[test]
fn rule_2_lead_an_answer_that_took_longer_than_the_lock_lasts_grants_nothing() {
    let slow = json!([{"at_ms": 0, "do": {"link": {"from": 3, "to": 0, "delay_ms": 10_500}}}]);
    let run = run(json!({"settled": false, "database_clock": true}), json!([]), slow);
    assert!(named(&*run, EventKind::Deliver, "ACQUIRED").iter().any(|e| e.node == NodeId(0)));
    assert!(reigns(&*run).iter().all(|reign| reign.1 != 0));
}

#[test]
fn rule_3_wait_clients_learn_who_holds_the_row_by_asking() {
    let run = run(json!({}), json!([]), json!([]));
    assert_eq!(beliefs(&*run), [Some((2, 0)); 4]);
    assert_eq!(sent(&*run, "HELD"), sent(&*run, "ACQUIRE"));
    assert!(sent(&*run, "HELD") > 30);
}

#[test]
fn rule_4_renew_the_holder_keeps_the_row_and_writes_with_each_renewal() {
    let run = run(repaired(), json!([]), json!([]));
    // At 0, 3000 … 39 000 ms.
    assert_eq!((sent(&*run, "RENEW"), sent(&*run, "RENEWED")), (14, 14));
    assert_eq!(writes(&*run), (vec![Token(1); 14], vec![]));
}

/// As in a database: what has arrived is done, whether or not its answer arrives.
#[test]
fn rule_10_statement_one_that_arrives_takes_the_row_even_if_nobody_hears_the_answer() {
    let deaf = json!([{"at_ms": 4000, "do": {"cut": {"from": 3, "to": 2}}}]);
    for protocol in [json!({}), repaired()] {
        let run = run(protocol, json!([]), deaf.clone());
        // It stops by its own deadline and tries again, in time every time.
        assert_eq!(ends(&*run), [(13_000, 2)]);
        assert_eq!((reigns(&*run).len(), leaders(&*run)), (1, vec![]));
        assert_eq!(line(&*run, 3, "holder"), "node 2");
        assert_eq!(violated(&*run), [""; 0]);
    }
}

#[test]
fn rule_6_lost_a_holder_that_slept_hears_that_the_row_names_somebody_else() {
    // Its clock runs ten times too slow: its renewals come too late, and so does its deadline.
    let slow = json!([{"node": 2, "drift_ppm": -900_000}]);
    let run = run(repaired(), slow, json!([]));
    assert!(sent(&*run, "LOST") > 0);
    assert!(ends(&*run).iter().any(|end| end.1 == 2));
}

#[test]
fn rule_7_deadline_a_holder_that_cannot_renew_stops_before_the_row_is_free() {
    let run = run(repaired(), json!([]), cut());
    // Ten seconds after it asked for its last renewal; the row's time began 10 ms later.
    assert_eq!(ends(&*run), [(13_000, 2)]);
    assert!(reigns(&*run)[1].0 > 13_010);
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn rule_8_release_the_row_is_free_at_once() {
    let hand_over = json!([{"at_ms": 4000, "do": {"transfer": {"from": 2, "to": 0}}}]);
    let run = run(repaired(), json!([]), hand_over);
    let second = reigns(&*run)[1];
    assert!((4000..=6100).contains(&second.0) && second.1 != 2, "{second:?}");
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn rule_8_release_of_a_row_that_names_somebody_else_does_nothing() {
    let mut script = pause();
    script
        .as_array_mut()
        .unwrap()
        .push(json!({"at_ms": 18_500, "do": {"transfer": {"from": 2, "to": 0}}}));
    let run = run(json!({"database_clock": true}), json!([]), script);
    assert_eq!((sent(&*run, "RELEASE"), sent(&*run, "LOST")), (1, 1));
    assert_eq!(reigns(&*run).len(), 2);
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn rule_9_refused_an_old_holder_is_stopped_by_the_token_and_not_without_it() {
    let with = run(repaired(), json!([]), pause());
    assert_eq!(writes(&*with).1, [Token(1)]);
    assert_eq!(violated(&*with), [""; 0]);
    // Either repair alone is not enough.
    let without = run(json!({"database_clock": true}), json!([]), pause());
    assert_eq!(violated(&*without), ["no-late-write"]);
    let clocks = json!([{"node": 0, "skew_ms": 60_000}]);
    let client_clock = run(json!({"token": true}), clocks.clone(), json!([]));
    assert_eq!(violated(&*client_clock), ["lease-kept"]);
    assert_eq!(violated(&*run(repaired(), clocks, json!([]))), [""; 0]);
}

#[test]
fn the_clock_of_a_client_that_is_behind_leaves_a_dead_holders_row_alone() {
    // By the clocks of both the row runs out a minute later than it does.
    let behind = json!([{"node": 0, "skew_ms": -60_000}, {"node": 1, "skew_ms": -60_000}]);
    assert_eq!(reigns(&*run(json!({}), behind.clone(), crash())).len(), 1);
    assert_eq!(reigns(&*run(json!({"database_clock": true}), behind, crash())).len(), 2);
}

#[test]
fn a_process_that_restarts_gets_its_own_row_back_with_a_new_number() {
    let script =
        json!([{"at_ms": 4000, "do": {"crash": 2}}, {"at_ms": 4100, "do": {"restart": 2}}]);
    let run = run(repaired(), json!([]), script);
    assert_eq!(reigns(&*run), [(0, 2, 1), (4120, 2, 2)]);
}

#[test]
fn the_row_survives_the_database() {
    let script =
        json!([{"at_ms": 4000, "do": {"crash": 3}}, {"at_ms": 9000, "do": {"restart": 3}}]);
    let run = run(repaired(), json!([]), script);
    assert_eq!(reigns(&*run), [(0, 2, 1)]);
    assert_eq!(violated(&*run), [""; 0]);
}

#[test]
fn after_losses_and_crashes_end_somebody_holds_the_row_within_the_stated_bound() {
    for seed in 0..10u8 {
        let mut script: Vec<Value> = Vec::new();
        for client in 0..4u8 {
            for (from, to) in [(client, 4), (4, client)] {
                script.push(json!({"at_ms": 100, "do": {"link":
                    {"from": from, "to": to, "loss_permille": 500, "delay_ms": 100}}}));
            }
        }
        script.push(json!({"at_ms": 9000, "do": {"crash": 3}}));
        script.push(json!({"at_ms": 12_000, "do": {"crash": 4}}));
        script.push(json!({"at_ms": 15_000, "do": {"restart": 4}}));
        script.push(json!({"at_ms": 19_000, "do": {"restart": 3}}));
        script.push(json!({"at_ms": 30_000, "do": "heal"}));
        let mut run = of(
            "database-lock",
            json!({
                "protocol": {"database-lock": repaired()},
                "cluster": {"seed": seed, "network": {"duplicate_permille": 100}},
                "script": script,
                "until_ms": 100_000,
            }),
        );
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        run.seek(SimTime::from_ms(30_000) + bound);
        let leader = leaders(&*run)[0];
        assert_eq!(leaders(&*run), [leader], "seed {seed}");
        assert!(beliefs(&*run).iter().all(|belief| belief.is_some_and(|b| b.0 == leader)));
        assert_eq!(run.violations(), []);
    }
}

/// What is noticed with this switch: by the checks, and by what the tests above ask for.
fn noticed(broken: Option<&str>, script: &Value) -> Vec<&'static str> {
    let mut protocol = repaired();
    if let Some(broken) = broken {
        protocol["broken"] = json!(broken);
        // Where the count is compared, nobody's release can free another's row.
        protocol["token"] = json!(broken != "release-without-owner-check");
    }
    let mut run = run(protocol, json!([]), script.clone());
    let mut noticed = violated(&*run);
    at(&mut *run, 13_005);
    if named(&*run, EventKind::Cut, "").len() == 2 && leaders(&*run) == [2] {
        noticed.push("who cannot renew stops");
    }
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let mut release = pause();
    release
        .as_array_mut()
        .unwrap()
        .push(json!({"at_ms": 18_500, "do": {"transfer": {"from": 2, "to": 0}}}));
    let table = [
        ("release-without-owner-check", release, "lease-kept"),
        ("leads-past-its-deadline", cut(), "who cannot renew stops"),
        ("expiry-ignored", json!([]), "lease-kept"),
    ];
    for (rule, script, found) in &table {
        assert_eq!(noticed(None, script), [""; 0], "{rule}");
        let noticed = noticed(Some(rule), script);
        assert!(noticed.contains(found), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "database-lock").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
}
