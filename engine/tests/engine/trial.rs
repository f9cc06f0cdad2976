//! Elections of somebody's own: runs whose nodes are asked outside.

use election_engine::checks::Check;
use election_engine::ids::NodeId;
use election_engine::protocols::registry::{ProtocolConfig, open};
use election_engine::protocols::written::{Config, Written};
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::simulation::Simulation;
use election_engine::swarm::Fault;
use election_engine::time::{SimTime, Span};
use election_engine::trace::{Record, RecordId, Trace};
use election_engine::trial::words::{Act, Asked, Question};
use election_engine::trial::{Fare, Fell, Level, Live, fare, fare_of, shortened, smaller};

fn level(faults: &[Fault]) -> Level {
    Level {
        faults: faults.to_vec(),
        checks: vec![Check::OneLeaderPerNumber, Check::TokenOrder],
        majority: true,
        settles_ms: Span::new(5000),
    }
}

fn written() -> ProtocolConfig {
    ProtocolConfig::named("written").expect("it is there")
}

/// The highest node leads from the start, whatever happens, with number 1 or what its disk says.
fn highest_leads(question: &Question, nodes: u8) -> Vec<Act> {
    let me = u64::from(question.node.0);
    let leads = me == u64::from(nodes) - 1;
    let beat = Act::Timer("heartbeat".into(), 300.0, 0.0);
    match &question.asked {
        Asked::Boot(disk) if leads => {
            let number = disk.parse::<u64>().unwrap_or(0) + 1;
            vec![Act::Disk(number.to_string()), Act::Lead(number), beat]
        }
        Asked::Timer(_) => {
            let others = (0..me)
                .map(|to| Act::Send(to, format!("{{\"from\":{me}}}"), "HEARTBEAT".into(), 1));
            others.chain([beat]).collect()
        }
        Asked::Message(from, _) => vec![Act::Follow(Some(u64::from(from.0)), 1)],
        _ => Vec::new(),
    }
}

fn play(scenario: Scenario, code: impl Fn(&Question, u8) -> Vec<Act>) -> Live {
    let nodes = scenario.cluster.nodes;
    let mut live = Live::new(scenario);
    while let Some(question) = live.question() {
        assert_eq!(live.question(), Some(question.clone()), "it waits for its answer");
        live.answer(code(&question, nodes));
    }
    live
}

fn outcome(level: &Level, scenario: &Scenario, live: &Live) -> Fare {
    fare(level, scenario, live.records())
}

/// A recorded run, opened as any scenario is: from its text.
fn replayed(live: &Live) -> Box<dyn Run> {
    let text = serde_json::to_string(&live.recorded(live.scenario().until_ms)).unwrap();
    let mut run = open(Scenario::parse(&text).unwrap());
    run.seek(run.end());
    run
}

/// All that happened in a run that was played back.
fn records_of(live: &Live) -> Vec<Record> {
    let run = replayed(live);
    (0..run.records()).filter_map(|index| run.record(RecordId(index as u32))).collect()
}

#[test]
fn a_recorded_run_repeats_exactly_without_its_code() {
    let faults = [Fault::Crash, Fault::Loss, Fault::Pause, Fault::Blackout, Fault::WrongClock];
    for seed in 0..40 {
        let live = play(level(&faults).scenario(written(), seed), highest_leads);
        assert_eq!(records_of(&live), live.records(), "seed {seed}");
    }
}

#[test]
fn whoever_interferes_with_a_recorded_run_sees_nodes_stand_still() {
    let live = play(level(&[]).scenario(written(), 1), highest_leads);
    let mut run = replayed(&live);
    run.seek(SimTime::from_ms(1000));
    let leader = run.snapshot().leaders().next().unwrap().id;
    run.act(election_engine::action::Action::Crash(leader)).unwrap();
    run.act(election_engine::action::Action::Restart(leader)).unwrap();
    let view = run.snapshot().nodes[leader.index()].view.clone().unwrap();
    assert!(view.fields.iter().any(|field| field.name == "stands still"), "{view:?}");
    assert!(!run.snapshot().nodes[leader.index()].leads());
}

#[test]
fn a_level_without_faults_is_passed_by_whoever_leads_and_stays() {
    let level = level(&[]);
    for seed in 0..20 {
        let scenario = level.scenario(written(), seed);
        let found = outcome(&level, &scenario, &play(scenario.clone(), highest_leads));
        assert_eq!(found.failure, None, "seed {seed}");
        assert!(found.messages > 0 && found.leaderless == Span::ZERO);
    }
}

#[test]
fn a_cluster_that_does_nothing_does_not_settle() {
    let level = level(&[]);
    let scenario = level.scenario(written(), 3);
    let found = outcome(&level, &scenario, &play(scenario.clone(), |_, _| Vec::new()));
    let (fell, _, text) = found.failure.unwrap();
    assert_eq!(fell, Fell::NobodyLeads);
    assert!(text.ends_with("and nothing ever went wrong."), "{text}");
    assert_eq!(found.leaderless, scenario.until_ms.since(SimTime::ZERO));
}

#[test]
fn a_leader_whose_writes_are_refused_does_not_count() {
    let level = level(&[]);
    let scenario = level.scenario(written(), 3);
    // Node 1 leads with a higher number for a moment; node 0 goes on with its own.
    let code = |question: &Question, _| match (question.node.0, &question.asked) {
        (0, Asked::Boot(_)) => vec![Act::Lead(1), Act::Timer("heartbeat".into(), 100.0, 0.0)],
        (0, Asked::Timer(_)) => vec![Act::Timer("heartbeat".into(), 100.0, 0.0)],
        (1, Asked::Boot(_)) => vec![Act::Lead(2), Act::StepDown],
        _ => Vec::new(),
    };
    let failure = outcome(&level, &scenario, &play(scenario.clone(), code)).failure.unwrap();
    assert_eq!(failure.0, Fell::NothingApplied, "{failure:?}");
}

#[test]
fn everybody_who_leads_breaks_the_claims() {
    let level = level(&[]);
    let scenario = level.scenario(written(), 1);
    let same = play(scenario.clone(), |question, _| match question.asked {
        Asked::Boot(_) => vec![Act::Lead(1)],
        _ => Vec::new(),
    });
    let (failure, at, text) = outcome(&level, &scenario, &same).failure.unwrap();
    assert_eq!(failure, Fell::Violated(Check::OneLeaderPerNumber), "{text}");
    let own = play(scenario.clone(), |question, _| match question.asked {
        Asked::Boot(_) => vec![Act::Lead(u64::from(question.node.0) + 1)],
        _ => Vec::new(),
    });
    let found = outcome(&level, &scenario, &own);
    assert_eq!(found.failure.unwrap().0, Fell::SeveralLead);
    assert!(found.several > Span::new(1000));
    let short = same.recorded(SimTime::from_ms(at.as_ms() + 1));
    assert!(serde_json::to_string(&short).unwrap().len() < 2000);
}

#[test]
fn a_minority_that_elects_is_found_and_a_majority_is_not() {
    let level = level(&[Fault::TwoSides]);
    let leads_after = |node: NodeId| {
        move |question: &Question, _: u8| match question.asked {
            Asked::Boot(_) if question.node == node => {
                vec![Act::Timer("election".into(), 2000.0, 0.0)]
            }
            Asked::Timer(_) => vec![Act::Lead(1)],
            _ => Vec::new(),
        }
    };
    let text = r#"{"version": 1, "protocol": {"written": {}}, "script": [{"at_ms": 1000, "do": {"partition": [[0, 1, 2], [3, 4, 5]]}}], "until_ms": 3000}"#;
    let scenario = Scenario::parse(text).unwrap();
    let failure = |node| {
        let live = play(scenario.clone(), leads_after(NodeId(node)));
        outcome(&level, &scenario, &live).failure.map(|(failure, ..)| failure)
    };
    assert_eq!(failure(4), Some(Fell::LedWithoutMajority));
    assert_ne!(failure(2), Some(Fell::LedWithoutMajority));
}

#[test]
fn built_in_algorithms_are_held_against_the_same_claims() {
    let level = level(&[Fault::TwoSides, Fault::ThreeSides]);
    let failures = |name: &str| {
        let fares = (0..60).map(|seed| {
            let scenario = level.scenario(ProtocolConfig::named(name).unwrap(), seed);
            fare_of(&level, &scenario).failure.map(|(failure, ..)| failure)
        });
        fares.flatten().collect::<Vec<_>>()
    };
    let bully = failures("bully");
    assert!(bully.contains(&Fell::LedWithoutMajority), "{bully:?}");
    let raft = failures("raft");
    assert_eq!(raft, [], "{raft:?}");
}

#[test]
fn a_failing_run_gets_shorter_and_fails_in_the_same_way() {
    let level = level(&[Fault::Crash, Fault::Loss, Fault::Duplication, Fault::Pause]);
    // Each start leads with number 1: a second start is a second leader with that number.
    let code = |question: &Question, _: u8| match question.asked {
        Asked::Boot(_) if question.clock > SimTime::from_ms(1) => vec![Act::Lead(1)],
        _ => Vec::new(),
    };
    let fell = Fell::Violated(Check::OneLeaderPerNumber);
    let first = first_that_fails(&level, fell, code);
    let best = shortest(&level, &first, fell, code);
    assert_eq!((best.script.len(), best.cluster.nodes), (4, 3), "{best:?}");
    assert!(best.until_ms < first.until_ms);
}

/// The first run of a level that this code fails in this way.
fn first_that_fails(
    level: &Level,
    fell: Fell,
    code: impl Fn(&Question, u8) -> Vec<Act> + Copy,
) -> Scenario {
    let mut runs = (0..200).map(|seed| level.scenario(written(), seed));
    runs.find(|scenario| fails(level, scenario, fell, code).is_some()).expect("one fails")
}

/// When this code fails a run, if it does in this way.
fn fails(
    level: &Level,
    scenario: &Scenario,
    fell: Fell,
    code: impl Fn(&Question, u8) -> Vec<Act>,
) -> Option<SimTime> {
    let found = outcome(level, scenario, &play(scenario.clone(), code)).failure?;
    (found.0 == fell).then_some(found.1)
}

/// The run made as short as it gets.
fn shortest(
    level: &Level,
    first: &Scenario,
    fell: Fell,
    code: impl Fn(&Question, u8) -> Vec<Act> + Copy,
) -> Scenario {
    let mut best = shortened(first, fell, fails(level, first, fell, code).expect("it fails"));
    while let Some((next, at)) = smaller(level, &best, fell)
        .into_iter()
        .find_map(|candidate| fails(level, &candidate, fell, code).map(|at| (candidate, at)))
    {
        best = shortened(&next, fell, at);
    }
    best
}

/// All that the levels of the course do.
const ALL: [Fault; 12] = [
    Fault::Loss,
    Fault::Duplication,
    Fault::Reordering,
    Fault::OneWayCut,
    Fault::TwoSides,
    Fault::ThreeSides,
    Fault::Pause,
    Fault::Crash,
    Fault::Flapping,
    Fault::Blackout,
    Fault::WrongClock,
    Fault::Clog,
];

#[test]
fn a_run_that_fails_in_the_end_is_made_no_harder_than_its_level() {
    // Who comes back does nothing. The shortest run has one crash, with its end, and three nodes.
    let lost = |question: &Question, nodes: u8| match &question.asked {
        Asked::Boot(disk) if !disk.is_empty() => Vec::new(),
        _ => highest_leads(question, nodes),
    };
    let level = level(&[Fault::Crash, Fault::Flapping, Fault::Blackout]);
    let first = first_that_fails(&level, Fell::NobodyLeads, lost);
    let best = shortest(&level, &first, Fell::NobodyLeads, lost);
    assert_eq!((best.script.len(), best.cluster.nodes), (2, 3), "{best:?}");
    // Who does come back leads again.
    assert_eq!(outcome(&level, &best, &play(best.clone(), highest_leads)).failure, None);
}

#[test]
fn whatever_is_left_out_all_is_well_in_the_end() {
    let level = level(&ALL);
    for seed in 0..60 {
        let mut scenario = level.scenario(written(), seed);
        for round in 0.. {
            let candidates = smaller(&level, &scenario, Fell::NobodyLeads);
            for candidate in &candidates {
                let mut run: Simulation<Written> =
                    Simulation::new(Config::default(), &candidate.cluster, &candidate.script);
                run.run_until(level.settled_by(candidate), &mut Trace::default());
                assert!(run.all_run() && run.all_arrives(), "seed {seed}: {candidate:?}");
                assert!(candidate.cluster.nodes >= 3, "{candidate:?}");
            }
            let Some(next) = candidates.into_iter().nth_back(round % 3) else { break };
            scenario = next;
        }
    }
}

#[test]
fn code_that_fails_is_named_with_its_node_and_time() {
    let scenario = || level(&[]).scenario(written(), 1);
    let faulty = |code: fn(&Question) -> Vec<Act>| {
        let live = play(scenario(), |question, _| code(question));
        let broke = live.broke().expect("it is found").clone();
        assert!(records_of(&live).starts_with(live.records()));
        broke
    };
    let nobody = faulty(|_| vec![Act::Send(9, String::new(), String::new(), 0)]);
    assert_eq!((nobody.node, nobody.at), (NodeId(0), SimTime::ZERO));
    assert!(nobody.what.contains("names node 9"), "{}", nobody.what);
    for (code, says) in [
        ((|_| vec![Act::StepDown; 101]) as fn(&Question) -> Vec<Act>, "101 things"),
        (|_| vec![Act::Disk("x".repeat(7000))], "persists 7000 bytes"),
        (|_| vec![Act::Send(1, "x".repeat(5000), String::new(), 0)], "message of 5000 bytes"),
        (|_| vec![Act::Lead(u64::MAX)], "larger than"),
        (|_| vec![Act::Timer("egg".into(), 1.0, 0.0)], "\"egg\""),
        (|_| vec![Act::Timer("wait".into(), f64::NAN, 0.0)], "NaN ms"),
        (|_| vec![Act::Timer("wait".into(), 0.0, 0.0)], "woken 1001 times within a second"),
        (
            |_| {
                vec![
                    Act::Send(0, "1".into(), "OK".into(), 0),
                    Act::Send(1, "1".into(), "OK".into(), 0),
                ]
            },
            "floods",
        ),
    ] {
        let broke = faulty(code);
        assert!(broke.what.contains(says), "{}", broke.what);
    }
}

#[test]
fn a_thrown_error_ends_the_run_and_is_on_the_tape() {
    let mut live = Live::new(level(&[]).scenario(written(), 1));
    live.question().unwrap();
    live.fail("threw Error: no".into());
    assert_eq!(live.question(), None);
    assert_eq!(live.broke().unwrap().what, "threw Error: no");
    let view = replayed(&live).snapshot().nodes[0].view.clone().unwrap();
    assert!(view.fields.iter().any(|field| field.value == "threw Error: no"), "{view:?}");
}

#[test]
fn tapes_that_do_not_fit_are_refused() {
    for (tape, says) in [
        ("[[],[],[],[],[],[]]", "6 nodes"),
        (r#"[[[1,[{"send":[9,[0,0,0]]}]]]]"#, "does not fit"),
        (r#"[[[1,[{"send":[1,[99,0,0]]}]]]]"#, "does not fit"),
        (r#"[[[1,[{"timer":[99,1,1]}]]]]"#, "does not fit"),
        (r#"[[[1,[{"timer":[0,9999999,1]}]]]]"#, "does not fit"),
        (r#"[[[1,[{"cancel":6}]]]]"#, "does not fit"),
        (r#"[[[1,[{"follow":[5,1]}]]]]"#, "does not fit"),
        (r#"[[[1,[{"sing":1}]]]]"#, "unknown variant"),
    ] {
        let text = format!(r#"{{"version":1,"protocol":{{"written":{{"tape":{tape}}}}}}}"#);
        let error = Scenario::parse(&text).unwrap_err();
        assert!(error.message.contains(says), "{tape}: {error}");
    }
}
