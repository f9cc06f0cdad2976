//! A bounded swarm over every algorithm, and what the swarm itself must do.
//!
//! `cargo xtask swarm` runs as many seeds as one likes.

use election_engine::action::Action;
use election_engine::checks::Check;
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::simulation::Status;
use election_engine::store::TokenCheck;
use election_engine::swarm::hunt::{self, Hunt, Hunter};
use election_engine::swarm::{Failure, Judge, Swarm, shrink};
use serde_json::json;
use std::ops::Range;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The first seeds, run for every algorithm.
const SEEDS: Range<u64> = 1..301;
/// What so few seeds do not come across. The command insists on them from 10 000 seeds on.
const SELDOM: &[&str] = &["a refused epoch", "an epoch that has moved on", "a count that is taken"];

fn swarms() -> impl Iterator<Item = Swarm> {
    registry::ALL.iter().map(|info| {
        let protocol = ProtocolConfig::named(info.name).expect("a name of the registry");
        Swarm::new(protocol)
    })
}

fn played(scenario: Scenario) -> Box<dyn Run> {
    let mut run = registry::open(scenario);
    run.seek(run.end());
    run
}

#[test]
fn no_promise_is_broken_and_the_swarm_looks_hard_enough() {
    for mut swarm in swarms() {
        let report = swarm.hunt(SEEDS);
        let name = report.info.name;
        if let Some(finding) = report.findings.first() {
            let shrunk = swarm.shrink(finding.seed).expect("it fails");
            let json = serde_json::to_string(&shrunk).unwrap();
            panic!("{name}, seed {}: {}.\n{json}", finding.seed, finding.failure);
        }
        let unseen: Vec<_> = report.unseen().filter(|name| !SELDOM.contains(name)).collect();
        assert!(unseen.is_empty(), "{name} never came across {unseen:?}");
    }
}

#[test]
fn a_program_is_a_sound_scenario_and_ends_with_all_well_or_no_majority() {
    for swarm in swarms() {
        for seed in SEEDS.take(100) {
            let scenario = swarm.scenario(seed);
            let written = serde_json::to_string(&scenario).unwrap();
            assert_eq!(Scenario::parse(&written).as_ref(), Ok(&scenario));
            assert!((3..=7).contains(&scenario.cluster.nodes));
            let split = matches!(
                scenario.script.last().map(|entry| &entry.action),
                Some(Action::Partition(_))
            );
            let now = played(scenario).snapshot();
            assert!(now.nodes.iter().all(|node| node.status == Status::Running), "{written}");
            assert!(now.nodes.iter().all(|node| node.clock_error == Default::default()));
            assert_eq!(now.cuts.is_empty(), !split, "{written}");
        }
    }
}

#[test]
fn programs_hold_every_kind_of_fault() {
    let swarm = swarms().next().expect("there is an algorithm");
    let scripts: Vec<_> = (1..200).map(|seed| swarm.scenario(seed).script).collect();
    let mut used: Vec<String> = scripts
        .iter()
        .flatten()
        .map(|entry| {
            let action = serde_json::to_value(&entry.action).unwrap();
            match action.as_object() {
                Some(fields) => fields.keys().next().unwrap().clone(),
                None => action.as_str().unwrap().to_owned(),
            }
        })
        .collect();
    used.sort();
    used.dedup();
    assert_eq!(
        used.join(" "),
        "campaign clock crash cut heal mend network partition pause restart restart-without-disk resume transfer"
    );
    let loses = |entry: &Action| matches!(entry, Action::Network(now) if now.loss_permille == 100);
    assert!(scripts.iter().flatten().any(|entry| loses(&entry.action)));
}

#[test]
fn the_same_seeds_find_the_same_whoever_runs_them() {
    for mut swarm in swarms() {
        let whole = swarm.hunt(1..60);
        let mut parts = swarm.hunt(30..60);
        parts.merge(swarm.hunt(1..30));
        assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
    }
}

/// Bully whose followers wait for less than a heartbeat.
fn impatient_bully() -> ProtocolConfig {
    let mut bully = ProtocolConfig::named("bully").expect("Bully");
    bully.set("heartbeat_ms", 60_000);
    bully.set("expect_ms", 300);
    bully.set("missed", 1);
    bully
}

#[test]
fn a_cluster_that_never_settles_is_found_and_shrunk() {
    let mut swarm = Swarm::new(impatient_bully());
    let report = swarm.hunt(1..20);
    let first = report.findings.first().expect("some seed does not settle");
    assert_eq!(first.failure, Failure::NotSettled);
    let shrunk = swarm.shrink(first.seed).expect("it fails");
    assert_eq!(shrunk.script, []);
    assert!(shrunk.cluster.nodes <= 3);
    assert!(shrunk.title.contains("not settled"), "{}", shrunk.title);
    let judged = Judge::new(&shrunk.protocol).judge(&shrunk);
    assert_eq!(judged.failure.map(|(failure, _)| failure), Some(Failure::NotSettled));
}

/// A leader that wakes up and writes to a store that checks nothing, amid much that does not
/// matter.
fn damage_amid_noise() -> Scenario {
    let text = json!({
        "version": 1,
        "protocol": {"bully": {}},
        "cluster": {
            "network": {"latency": {"uniform": {"min_ms": 5, "max_ms": 50}}},
            "store": {"check": "off"}
        },
        "script": [
            {"at_ms": 500, "do": {"crash": 0}},
            {"at_ms": 700, "do": {"clock": {"node": 1, "drift_ppm": 500_000}}},
            {"at_ms": 1500, "do": {"pause": 4}},
            {"at_ms": 1600, "do": {"network": {"loss_permille": 5, "duplicate_permille": 100}}},
            {"at_ms": 1700, "do": {"cut": {"from": 1, "to": 2}}},
            {"at_ms": 2000, "do": {"restart": 0}},
            {"at_ms": 3000, "do": "heal"},
            {"at_ms": 11_000, "do": {"resume": 4}},
            {"at_ms": 30_000, "do": {"crash": 2}}
        ],
        "until_ms": 60_000
    });
    Scenario::parse(&text.to_string()).unwrap()
}

#[test]
fn shrinking_keeps_the_violation_and_little_else() {
    let scenario = damage_amid_noise();
    let mut judge = Judge::new(&scenario.protocol);
    let shrunk = shrink(&mut judge, &scenario).expect("it violates the order of tokens");
    let actions: Vec<&Action> = shrunk.script.iter().map(|entry| &entry.action).collect();
    assert!(
        matches!(actions[..], [Action::Pause(_), Action::Resume(_)]),
        "{}",
        serde_json::to_string(&shrunk).unwrap()
    );
    assert_eq!(shrunk.cluster.nodes, 2);
    let run = played(shrunk);
    assert!(run.violations().iter().any(|violation| violation.check == Check::TokenOrder));
}

#[test]
fn a_lost_disk_voids_what_disks_guarantee_but_not_the_order_of_tokens() {
    let mut scenario = damage_amid_noise();
    let forget = json!({"at_ms": 100, "do": {"restart-without-disk": 3}});
    scenario.script.insert(0, serde_json::from_value(forget).unwrap());
    let verdict = Judge::new(&scenario.protocol).judge(&scenario);
    assert!(verdict.amnesia);
    let failure = verdict.failure.map(|(failure, _)| failure);
    assert_eq!(failure, Some(Failure::Violated(Check::TokenOrder)));
}

#[test]
fn famous_hunts_end_as_their_titles_say_and_what_they_catch_can_be_played() {
    for famous in hunt::famous_ones() {
        let claim = famous.hunt.claim;
        let holds = ["lease-fenced", "zookeeper-recipe"].contains(&famous.slug);
        let mut hunter = Hunter::new(Hunt { runs: 1500, ..famous.hunt }).unwrap();
        while hunter.advance() {}
        let Some(caught) = hunter.caught() else {
            assert!(holds, "{}: {}", famous.slug, hunter.sentence());
            assert_eq!(hunter.tried(), 1500);
            continue;
        };
        assert!(!holds, "{}: {}", famous.slug, hunter.sentence());
        eprintln!(
            "{}: {} {}",
            famous.slug,
            hunter.sentence(),
            serde_json::to_string(caught).unwrap()
        );
        let run = played(caught.clone());
        assert!(run.violations().iter().any(|violation| violation.check == claim));
    }
}

#[test]
fn the_flag_that_a_claim_needs_is_part_of_the_question_and_others_are_drawn() {
    let recipes = |swarm: Swarm| -> Vec<u64> {
        let mut drawn: Vec<_> =
            SEEDS.take(20).map(|seed| swarm.scenario(seed).protocol.get("recipe")).collect();
        drawn.sort_unstable();
        drawn.dedup();
        drawn
    };
    for recipe in [0, 1] {
        let mut lock = ProtocolConfig::named("zookeeper-lock").unwrap();
        lock.set("recipe", recipe);
        assert_eq!(lock.makes(Check::OneWoken), recipe == 1);
        let against = |claim| Swarm::against(lock.clone(), claim, TokenCheck::Highest);
        assert_eq!(recipes(against(Check::OneWoken)), [recipe]);
        assert_eq!(recipes(against(Check::TokenOrder)), [0, 1]);
        assert_eq!(recipes(Swarm::new(lock)), [0, 1]);
    }
}

#[test]
fn a_queue_in_which_all_watch_the_leader_is_caught_as_a_herd_and_made_small() {
    let mut lock = ProtocolConfig::named("zookeeper-lock").unwrap();
    assert!(lock.switch_off("watches-the-leader"));
    let claim = Check::OneWoken;
    let hunt = Hunt { protocol: lock, claim, store: TokenCheck::Highest, runs: 50 };
    let mut hunter = Hunter::new(hunt).unwrap();
    while hunter.advance() {}
    let caught = hunter.caught().expect("everybody watches the leader");
    // The ensemble, the leader, and two who wait.
    assert_eq!(caught.cluster.nodes, 4);
    assert_eq!(caught.script.len(), 1);
    assert!(played(caught.clone()).violations().iter().any(|violation| violation.check == claim));
}

#[test]
fn a_hunt_that_makes_no_sense_is_refused_in_a_sentence() {
    let sound = &hunt::famous_ones()[0].hunt;
    assert_eq!(sound.validate(), Ok(()));
    let refused = |wrong: Hunt, says: &str| {
        let error = Hunter::new(wrong).map(|_| ()).unwrap_err();
        assert!(error.contains(says), "{error}");
    };
    refused(Hunt { runs: 0, ..sound.clone() }, "0 runs: a hunt takes 1 to");
    refused(Hunt { runs: hunt::MOST_RUNS + 1, ..sound.clone() }, "a hunt takes 1 to");
    refused(Hunt { claim: Check::OneValueChosen, ..sound.clone() }, "makes no claim");
    refused(Hunt { store: TokenCheck::Equal, ..sound.clone() }, "the store's checks");
}
