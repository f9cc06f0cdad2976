//! Experiments: that a batch may be cut anywhere, that their points can be replayed, and that
//! every dial can be turned to its ends.

use crate::cluster::open;
use election_engine::experiments::{ALL, Plan, Replay, Results, Runner, Scale, measure_failovers};
use election_engine::ids::NodeId;
use election_engine::protocols::raft::Raft;
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::run::{Entry, Run};
use election_engine::scenario::Scenario;
use election_engine::simulation::Simulation;
use election_engine::time::SimTime;
use election_engine::trace::{EventKind, Trace};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

pub fn run(slug: &str, trials: u64) -> Results {
    part(&Plan::new(slug).unwrap(), 0, trials)
}

fn part(plan: &Plan, from: u64, to: u64) -> Results {
    let mut runner = Runner::new(plan.clone(), from..to);
    while runner.advance(7) {}
    let (runs, all) = runner.progress();
    assert_eq!(runs, all);
    runner.into_results()
}

/// What a trial measures, by quantity.
fn values(plan: &Plan, Replay { series, x, trial }: Replay) -> Vec<(u8, u64)> {
    let mut values = Vec::new();
    plan.prepare(series, x).run(trial, &mut |quantity, value| values.push((quantity, value)));
    values
}

#[test]
fn parts_merged_in_any_order_are_the_whole_byte_for_byte() {
    let plan = Plan::new("split-votes").unwrap();
    let whole = part(&plan, 0, 40);
    let parts = [part(&plan, 35, 40), part(&plan, 0, 2), part(&plan, 2, 35)];
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let mut merged = plan.results();
        for index in order {
            let read = Results::parse(&parts[index].to_json()).unwrap();
            assert_eq!(read, parts[index]);
            merged.merge(&read).unwrap();
        }
        assert_eq!(merged.to_json(), whole.to_json());
        assert_eq!(merged.picture(), whole.picture());
        assert_eq!(merged.table().csv(), whole.table().csv());
        assert_eq!(merged.facts(), whole.facts());
    }
}

#[test]
fn what_does_not_go_together_is_refused_in_a_sentence() {
    let plan = Plan::new("messages").unwrap();
    let mut other = plan.clone();
    other.set("most", 5).unwrap();
    let mut results = part(&plan, 0, 2);
    let before = results.to_json();
    let refusal = results.merge(&part(&other, 2, 3)).unwrap_err();
    assert!(refusal.contains("different plans") && refusal.contains("\"most\":5"), "{refusal}");
    let refusal = results.merge(&part(&plan, 1, 3)).unwrap_err();
    assert!(refusal.contains("Trials 1 to 1 are in both"), "{refusal}");
    assert_eq!(results.to_json(), before);

    for (plan, named) in [
        (json!({"experiment": "message"}), "messages"),
        (json!({"experiment": "messages", "dials": {"nodes": 5}}), "most"),
        (json!({"experiment": "messages", "dials": {"most": 16}}), "5 to 15"),
        (json!({"experiment": "lease-ttl", "dials": {"drift": 7}}), "steps of 5"),
    ] {
        let file = json!({"version": 1, "plan": plan, "series": []}).to_string();
        let refusal = Results::parse(&file).unwrap_err();
        assert!(refusal.contains(named), "{refusal}");
    }
    let newer = before.replace("\"version\":1", "\"version\":2");
    assert!(Results::parse(&newer).unwrap_err().contains("expected version 1"));
    let doubled = before.replace("\"end\":2}]", "\"end\":2},{\"start\":1,\"end\":3}]");
    assert!(Results::parse(&doubled).unwrap_err().contains("twice"));
}

#[test]
fn a_trial_does_not_depend_on_those_before_it() {
    for experiment in ALL {
        let plan = Plan::new(experiment.slug).unwrap();
        let series = plan.series().len() - 1;
        let x = plan.series()[series].xs[0];
        let mut trials = plan.prepare(series, x);
        let mut after = Vec::new();
        for trial in [1, 2] {
            after.clear();
            trials.run(trial, &mut |quantity, value| after.push((quantity, value)));
        }
        let alone = values(&plan, Replay { series, x, trial: 2 });
        assert_eq!(after, alone, "{}", experiment.slug);
    }
}

#[test]
fn a_simulation_that_begins_again_is_like_a_new_one() {
    let scenario = |nodes: u8, seed: u64| {
        let text = json!({
            "version": 1,
            "protocol": {"raft": {}},
            "cluster": {"nodes": nodes, "seed": seed, "network": {"loss_permille": 100},
                "disk": {"fixed": 3}, "clocks": [{"node": 0, "drift_ppm": 50_000}]},
            "script": [{"at_ms": 200, "do": {"pause": 0}}, {"at_ms": 300, "do": {"crash": nodes - 1}},
                {"at_ms": 700, "do": {"link": {"from": 0, "to": 1, "delay_ms": 30}}}],
        });
        Scenario::parse(&text.to_string()).unwrap()
    };
    let ProtocolConfig::Raft(config) = scenario(5, 1).protocol else { panic!("it is Raft") };
    let hash = |simulation: &mut Simulation<Raft>| {
        let mut trace = Trace::default();
        simulation.run_until(SimTime::from_ms(3000), &mut trace);
        (trace.records().len(), trace.hash())
    };
    let mut again = Simulation::<Raft>::new(config.clone(), &scenario(5, 1).cluster, &[]);
    for (nodes, seed) in [(5, 1), (3, 2), (5, 3), (9, 4)] {
        let Scenario { cluster, script, .. } = scenario(nodes, seed);
        again.begin_again(&cluster, &script);
        let mut new = Simulation::<Raft>::new(config.clone(), &cluster, &script);
        assert_eq!(hash(&mut again), hash(&mut new), "{nodes} nodes, seed {seed}");
    }
}

/// A run of a trial in the ordinary simulator, from its file, at its end.
fn replayed(plan: &Plan, replay: Replay) -> Box<dyn Run> {
    let scenario = plan.scenario(replay);
    let mut run = open(&serde_json::to_string(&scenario).unwrap());
    assert_eq!(run.scenario(), scenario);
    run.seek(run.end());
    run
}

fn count(run: &dyn Run, fits: impl Fn(&Entry) -> bool) -> u64 {
    run.entries().filter(fits).count() as u64
}

/// When something happened for the first time after an instant, from there, rounded down as
/// results are.
fn after(run: &dyn Run, from: SimTime, fits: impl Fn(&Entry) -> bool) -> Option<u64> {
    let later = run.entries().filter(|entry| entry.time >= from);
    let mut fitting = later.filter(fits);
    fitting.next().map(|entry| entry.time.since(from).as_micros() / 100 * 100)
}

/// What is measured must be what is seen in the run, told again here in other words.
fn seen(slug: &str, series: usize, run: &dyn Run) -> Option<u64> {
    let script = run.scenario().script;
    let first = script.first().map_or(SimTime::ZERO, |first| first.at_ms);
    let is = |kind| move |entry: &Entry| entry.kind == kind;
    match slug {
        "figure-16" => after(run, first, |entry| {
            entry.kind == EventKind::Believe && entry.peer.is_some_and(|peer| peer != entry.node)
        }),
        "split-votes" => {
            let leader = run.entries().find(is(EventKind::Lead))?;
            Some(if leader.number.0 > 1 { 1000 } else { 0 })
        }
        "heartbeat-timeout" if series == 0 => Some(count(run, is(EventKind::Candidate))),
        "heartbeat-timeout" => None,
        "messages" => Some(count(run, |entry| {
            let names = ["ELECTION", "OK", "COORDINATOR"];
            entry.kind == EventKind::Send && names.contains(&entry.name)
        })),
        "failover" | "adversary" => {
            let from = if slug == "failover" { first } else { SimTime::ZERO };
            after(run, from, is(EventKind::Lead))
        }
        "lease-ttl" => None,
        "flapping-link" => {
            Some(count(run, |entry| entry.kind == EventKind::Lead && entry.time >= first))
        }
        _ => Some(if run.snapshot().leaders().next().is_some() { 1000 } else { 0 }),
    }
}

#[test]
fn a_point_that_is_replayed_shows_what_was_measured() {
    for experiment in ALL {
        let plan = Plan::new(experiment.slug).unwrap();
        for (series, trial) in [(0, 0), (0, 1), (1, 2)] {
            let x = *plan.series()[series].xs.last().unwrap();
            let replay = Replay { series, x, trial };
            // Nobody was ever elected there.
            if experiment.slug == "figure-16" && series == 0 {
                continue;
            }
            let run = replayed(&plan, replay);
            let Some(seen) = seen(experiment.slug, series, &*run) else { continue };
            let measured = values(&plan, replay);
            assert_eq!(measured.first(), Some(&(0, seen)), "{} {replay:?}", experiment.slug);
        }
    }
}

#[test]
fn a_replayed_lease_shows_the_writes_that_were_refused_and_the_damage() {
    let plan = Plan::new("lease-ttl").unwrap();
    let mut harm = 0;
    for trial in 0..8 {
        let fenced = Replay { series: 1, x: 2, trial };
        let refused = count(&*replayed(&plan, fenced), |e| e.kind == EventKind::WriteRefused);
        assert_eq!(values(&plan, fenced)[2], (2, refused));
        // What the token's check refuses is what would have done harm without it.
        let harmed = values(&plan, Replay { series: 0, x: 2, trial })[1].1;
        assert_eq!(harmed > 0, refused > 0);
        harm += u64::from(harmed > 0);
    }
    assert!((1..8).contains(&harm), "{harm} of 8");
}

#[test]
fn every_dial_turns_to_both_of_its_ends() {
    for experiment in ALL {
        for dial in experiment.dials {
            assert!(dial.check(dial.default).is_ok() && dial.check(dial.range.1).is_ok());
            for value in <[u64; 2]>::from(dial.range) {
                let mut plan = Plan::new(experiment.slug).unwrap();
                plan.set(dial.field, value).unwrap();
                for (series, described) in plan.series().iter().enumerate() {
                    let x = *described.xs.last().unwrap();
                    let replay = Replay { series, x, trial: 0 };
                    assert!(!values(&plan, replay).is_empty(), "{} {dial:?}", experiment.slug);
                }
            }
        }
    }
}

#[test]
fn facts_are_named_once_and_pictures_stay_on_their_axes() {
    for experiment in ALL {
        let empty = Plan::new(experiment.slug).unwrap().results();
        assert!(empty.table().rows.is_empty());
        check_picture(experiment.slug, &empty);
        let results = run(experiment.slug, 1);
        check_picture(experiment.slug, &results);
        for (name, text) in results.facts() {
            assert!(text != "–", "{} does not tell {name}", experiment.slug);
            assert_eq!(experiment.facts.iter().filter(|fact| **fact == name).count(), 1);
        }
        let table = results.table();
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        assert_eq!(table.csv().lines().count(), table.rows.len() + 1);
    }
}

fn check_picture(slug: &str, results: &Results) {
    let picture = results.picture();
    let series = results.plan().series();
    for axis in [&picture.x, &picture.y] {
        assert!(axis.to > axis.from && !axis.title.is_empty(), "{slug}: {axis:?}");
        assert!(axis.scale == Scale::Linear || axis.from > 0.0, "{slug}: {axis:?}");
    }
    for mark in &picture.marks {
        assert!(mark.series < series.len() && !mark.label.is_empty(), "{slug}");
        for point in &mark.points {
            let inside = point.x <= picture.x.to && point.y <= picture.y.to;
            assert!(inside && point.x.is_finite() && point.y.is_finite(), "{slug}: {point:?}");
            if let Some(Replay { series: of, x, .. }) = point.replay {
                assert!(series[of].xs.contains(&x), "{slug}: {point:?}");
            }
        }
    }
}

#[test]
fn a_failover_is_measured_for_any_row() {
    let bully = ProtocolConfig::named("bully").unwrap();
    let failovers = measure_failovers(&bully, 0..6);
    assert_eq!(failovers.len(), 6);
    for failover in failovers {
        // Three heartbeats are missed, some of them before the crash was.
        let seconds = 2_000_000..3_400_000;
        assert!(seconds.contains(&failover.suspected.as_micros()), "{failover:?}");
        assert!(failover.led > failover.suspected && failover.messages == 20, "{failover:?}");
    }
    // Its ring is broken for good when a node is dead.
    let ring = ProtocolConfig::named("chang-roberts").unwrap();
    assert!(measure_failovers(&ring, 0..2).is_empty());
}

#[test]
fn the_first_node_is_where_scenarios_say_it_is() {
    // The flapping server is not the leader of the start, or all of the experiment is in vain.
    let plan = Plan::new("flapping-link").unwrap();
    let run = replayed(&plan, Replay { series: 0, x: 50, trial: 0 });
    let leader = run.entries().find(|entry| entry.kind == EventKind::Lead).unwrap().node;
    assert_ne!(leader, NodeId(0));
}
