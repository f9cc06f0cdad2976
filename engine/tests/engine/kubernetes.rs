//! Kubernetes' elections: client-go's rules, its figures, and how they fail. Node 0 leads at the
//! start, the last node is the API server, and every message takes 10 ms unless a test says
//! otherwise. Defaults: lease 15 s, renew deadline 10 s, retry period 2 s.

use crate::cluster::{all, at, leaders, named, of, reigns, rules_of, sent, writes};
use election_engine::ids::{NodeId, Token};
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::simulation::Status;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "kubernetes/":
    the_leader_crashes "leader-crash",
    a_paused_leader_does_damage "paused-unchecked",
    a_paused_leader_is_refused "paused-checked",
    a_slow_clock_gives_two_leaders "slow-clock",
}

const LEASE: Span = Span::new(15_000);

/// A run of so many nodes, the API server included, at its end.
fn cluster(nodes: u8, until_ms: u64, script: Value) -> Box<dyn Run> {
    with(json!({}), nodes, until_ms, script)
}

/// The same with other parameters.
fn with(parameters: Value, nodes: u8, until_ms: u64, script: Value) -> Box<dyn Run> {
    let fields = json!({
        "protocol": {"kubernetes": parameters},
        "cluster": {"nodes": nodes},
        "until_ms": until_ms,
        "script": script,
    });
    played(fields)
}

fn played(fields: Value) -> Box<dyn Run> {
    let mut run = of("kubernetes", fields);
    run.seek(run.end());
    run
}

/// When things of this kind happened to a node.
fn times(run: &dyn Run, node: u8, kind: EventKind) -> Vec<SimTime> {
    all(run, |e| e.node == NodeId(node) && e.kind == kind).iter().map(|e| e.time).collect()
}

/// When messages or timers of this name came to a node.
fn came(run: &dyn Run, node: u8, kind: EventKind, name: &str) -> Vec<SimTime> {
    let found = named(run, kind, name);
    found.iter().filter(|e| e.node == NodeId(node)).map(|e| e.time).collect()
}

fn ms(spans: &[Span]) -> (u64, u64) {
    let ms = |span: Option<&Span>| span.expect("there was a run").as_micros() / 1000;
    (ms(spans.iter().min()), ms(spans.iter().max()))
}

#[test]
fn rule_6_renew_the_leader_renews_every_retry_period_without_reading_first() {
    let run = cluster(2, 21_000, json!([]));
    // The first is due after 2000 ms; each takes 20 ms, and 2000 ms pass until the next.
    assert_eq!(sent(&*run, "RENEW"), 10);
    assert_eq!(sent(&*run, "UPDATED"), 10);
    assert_eq!(sent(&*run, "GET"), 0);
    let renewals = came(&*run, 0, EventKind::Timer, "retry");
    assert_eq!(renewals[0], SimTime::from_ms(2000));
    assert_eq!(renewals[1].since(renewals[0]), Span::new(2020));
}

#[test]
fn rule_5_try_who_does_not_lead_reads_the_lease_after_2_to_4400_ms() {
    let mut waits = Vec::new();
    for seed in 0..10 {
        let run = played(json!({"cluster": {"nodes": 3, "seed": seed}, "until_ms": 60_000}));
        let tries = came(&*run, 1, EventKind::Timer, "retry");
        waits.extend(tries.windows(2).map(|pair| pair[1].since(pair[0])));
        // Nothing but reads and their answers, and it never stands.
        assert_eq!(sent(&*run, "GET"), tries.len());
        assert!(times(&*run, 1, EventKind::Candidate).is_empty());
    }
    // Each wait begins when the answer has come, 20 ms after the read.
    let (shortest, longest) = ms(&waits);
    assert!((2020..2120).contains(&shortest), "{shortest}");
    assert!((4300..=4420).contains(&longest), "{longest}");
}

/// Runs in which the leader crashes at some instant between two renewals, one contender
/// watches, and messages take a millisecond.
fn crashes() -> impl Iterator<Item = (SimTime, Box<dyn Run>)> {
    (0..400u64).map(|seed| {
        let crash = 20_000 + seed * 97 % 2000;
        let run = played(json!({
            "cluster": {"nodes": 3, "seed": seed, "network": {"latency": {"fixed": 1}}},
            "script": [{"at_ms": crash, "do": {"crash": 0}}],
            "until_ms": 50_000,
        }));
        (SimTime::from_ms(crash), run)
    })
}

#[test]
fn a_contender_takes_over_15_to_19_4_s_after_the_last_change_it_saw() {
    let mut waits = Vec::new();
    for (_, run) in crashes() {
        let expired = came(&*run, 1, EventKind::Timer, "lease")[0];
        let took = times(&*run, 1, EventKind::Lead)[0];
        waits.push(took.since(expired - LEASE));
    }
    let (shortest, longest) = ms(&waits);
    println!("after the last change seen: {shortest} to {longest} ms");
    // Four messages of a millisecond, and two of a read that came just too early.
    assert!((15_000..15_200).contains(&shortest), "{shortest}");
    assert!((19_100..=19_406).contains(&longest), "{longest}");
}

#[test]
fn that_is_13_to_23_8_s_after_the_crash() {
    let waits: Vec<Span> =
        crashes().map(|(crash, run)| times(&*run, 1, EventKind::Lead)[0].since(crash)).collect();
    let (shortest, longest) = ms(&waits);
    let mean = waits.iter().map(|wait| wait.as_micros()).sum::<u64>() / waits.len() as u64 / 1000;
    println!("after the crash: {shortest} to {longest} ms, on average {mean} ms");
    assert!((13_000..13_900).contains(&shortest), "{shortest}");
    assert!((21_800..=23_806).contains(&longest), "{longest}");
    assert!((16_800..17_800).contains(&mean), "{mean}");
}

#[test]
fn rule_8_give_up_an_old_leader_is_silent_12_s_after_its_last_success() {
    for (seed, cut) in (0..20u64).map(|seed| (seed, 5000 + seed * 101)) {
        let run = played(json!({
            "cluster": {"nodes": 3, "seed": seed},
            "script": [{"at_ms": cut, "do": {"cut": {"from": 0, "to": 2}}}],
            "until_ms": 40_000,
        }));
        let success = *came(&*run, 0, EventKind::Deliver, "UPDATED").last().unwrap();
        let stopped = times(&*run, 0, EventKind::StepDown);
        assert_eq!(stopped, [success + Span::new(12_000)]);
        let wrote = came(&*run, 0, EventKind::Send, "WRITE");
        assert!(wrote.iter().all(|at| *at < stopped[0]));
        // Three seconds and more before anybody takes over.
        let took = times(&*run, 1, EventKind::Lead)[0];
        assert!(took.since(stopped[0]) >= Span::new(2990), "seed {seed}");
        assert_eq!(run.violations(), []);
    }
}

/// In how many of 60 runs somebody takes over while the old leader, whose clock runs slower by
/// this factor (in hundredths) and who is cut off, still leads.
fn overlaps(hundredths: i64) -> usize {
    let drift = 100_000_000 / hundredths - 1_000_000;
    let overlaps = |seed: &u64| {
        let run = played(json!({
            "cluster": {
                "nodes": 3,
                "seed": seed,
                "clocks": [{"node": 0, "drift_ppm": drift}],
                "network": {"latency": {"fixed": 1}},
            },
            "script": [{"at_ms": 9000 + seed * 71, "do": {"cut": {"from": 0, "to": 2}}}],
            "until_ms": 60_000,
        }));
        run.violations().iter().any(|found| found.check.name() == "one-leader-at-a-time")
    };
    (0..60).filter(overlaps).count()
}

#[test]
fn clocks_that_run_too_unequally_give_two_leaders() {
    // Beyond LeaseDuration / RenewDeadline, the bound that the source names.
    assert!(overlaps(160) > 0);
    assert_eq!(overlaps(200), 60);
    // The deadline begins a retry period after the last success, so that the exact bound is
    // LeaseDuration / (RenewDeadline + RetryPeriod), 1.25.
    assert_eq!(overlaps(120), 0);
    assert_eq!(overlaps(100), 0);
    assert!(overlaps(145) > 0);
}

#[test]
fn clocks_that_are_set_wrong_do_not() {
    let day = 86_400_000;
    for (cut, skew) in [(false, -day), (false, day), (true, -day), (true, day)] {
        let mut script = vec![
            json!({"at_ms": 4000, "do": {"clock": {"node": 0, "skew_ms": skew}}}),
            json!({"at_ms": 6000, "do": {"clock": {"node": 1, "skew_ms": -skew / 2}}}),
            json!({"at_ms": 7000, "do": {"clock": {"node": 3, "skew_ms": skew / 3}}}),
        ];
        if cut {
            script.push(json!({"at_ms": 9000, "do": {"cut": {"from": 0, "to": 3}}}));
        }
        let run = played(json!({
            "cluster": {"nodes": 4, "clocks": [{"node": 2, "skew_ms": skew}]},
            "script": script,
            "until_ms": 60_000,
        }));
        assert_eq!(run.violations(), []);
        assert_eq!(reigns(&*run).len(), 1 + usize::from(cut));
    }
}

#[test]
fn rules_10_to_14_a_failover_takes_four_messages_from_the_successful_try_on() {
    let run = cluster(3, 40_000, json!([{"at_ms": 5000, "do": {"crash": 0}}]));
    // A read, its answer, the write and its answer; the new leader then renews at once.
    let lead = times(&*run, 1, EventKind::Lead)[0];
    let round: Vec<&str> = all(&*run, |e| {
        e.kind == EventKind::Send && e.time < lead && lead.since(e.time) <= Span::new(40)
    })
    .iter()
    .map(|entry| entry.name)
    .collect();
    assert_eq!(round, ["GET", "LEASE", "ACQUIRE", "UPDATED"]);
    assert_eq!(came(&*run, 1, EventKind::Send, "RENEW")[0], lead);
    assert_eq!(reigns(&*run)[1].2, 2);
}

#[test]
fn rule_9_timeout_a_lost_answer_to_a_renewal_costs_a_request_but_not_the_lease() {
    let run = cluster(
        3,
        20_000,
        json!([
            {"at_ms": 2005, "do": {"cut": {"from": 2, "to": 0}}},
            {"at_ms": 2500, "do": {"mend": {"from": 2, "to": 0}}},
        ]),
    );
    // It reads after 5 s, sees its own renewal, and renews.
    assert_eq!(came(&*run, 0, EventKind::Timer, "request"), [SimTime::from_ms(7000)]);
    assert_eq!(came(&*run, 0, EventKind::Send, "GET"), [SimTime::from_ms(7000)]);
    assert_eq!(reigns(&*run), [(0, 0, 1)]);
    assert!(named(&*run, EventKind::Send, "CONFLICT").is_empty());
}

#[test]
fn rule_4_conflict_of_two_who_read_the_same_version_one_writes() {
    let mut races = 0;
    for seed in 0..20 {
        let run = played(json!({
            "protocol": {"kubernetes": {"settled": false}},
            "cluster": {"nodes": 7, "seed": seed, "network": {"latency": {"fixed": 600}}},
            "until_ms": 12_000,
        }));
        // Six contenders find no lease; all but one of those that create it are refused.
        assert_eq!(reigns(&*run).len(), 1, "seed {seed}");
        assert_eq!(reigns(&*run)[0].2, 1);
        let creates = sent(&*run, "CREATE");
        assert_eq!(sent(&*run, "CONFLICT"), creates - 1);
        races += creates - 1;
    }
    assert!(races > 10);
}

#[test]
fn rule_18_cancel_with_release_the_next_need_not_wait() {
    let next = |release: bool| {
        let run = with(
            json!({"release_on_cancel": release}),
            3,
            40_000,
            json!([{"at_ms": 5000, "do": {"campaign": 0}}]),
        );
        assert_eq!(times(&*run, 0, EventKind::StepDown), [SimTime::from_ms(5000)]);
        assert_eq!(run.violations(), []);
        reigns(&*run)[1]
    };
    let (at, _, number) = next(true);
    // Somebody's next try and four messages later; the transitions are kept.
    assert!(at < 5000 + 4400 + 40, "{at}");
    assert_eq!(number, 2);
    assert!(next(false).0 > 5000 + 13_000);
}

#[test]
fn rule_19_start_a_restarted_holder_is_another_process_and_waits_like_everybody() {
    let run = cluster(
        2,
        60_000,
        json!([{"at_ms": 5000, "do": {"crash": 0}}, {"at_ms": 5500, "do": {"restart": 0}}]),
    );
    let reigns = reigns(&*run);
    assert_eq!((reigns[1].1, reigns[1].2), (0, 2));
    assert!(reigns[1].0 >= 5500 + 15_000);
}

#[test]
fn rule_10_a_leader_that_reads_of_another_goes_on_until_its_deadline() {
    let run = cluster(
        3,
        60_000,
        json!([{"at_ms": 5000, "do": {"pause": 0}}, {"at_ms": 30_000, "do": {"resume": 0}}]),
    );
    // The store's refusal stops it here. Without writes nothing does.
    assert!(times(&*run, 0, EventKind::StepDown)[0] < SimTime::from_ms(30_100));
    let run = with(
        json!({"writes": false}),
        3,
        60_000,
        json!([{"at_ms": 5000, "do": {"pause": 0}}, {"at_ms": 30_000, "do": {"resume": 0}}]),
    );
    let heard = all(&*run, |e| e.node == NodeId(0) && e.kind == EventKind::Believe);
    assert_eq!((heard[1].peer, heard[1].time.as_ms()), (Some(NodeId(1)), 30_040));
    assert_eq!(times(&*run, 0, EventKind::StepDown), [SimTime::from_ms(40_000)]);
}

#[test]
fn paused_past_its_lease_the_holder_writes_and_only_the_store_can_stop_it() {
    for (check, damage) in [("off", 5), ("highest", 0)] {
        let run = played(json!({
            "cluster": {"nodes": 3, "store": {"check": check}},
            "script": [
                {"at_ms": 5000, "do": {"pause": 0}},
                {"at_ms": 30_000, "do": {"resume": 0}},
            ],
            "until_ms": 60_000,
        }));
        assert_eq!(run.snapshot().late_writes, damage);
        let (_, refused) = writes(&*run);
        assert_eq!(refused, vec![Token(1); usize::from(damage == 0)]);
    }
}

#[test]
fn without_the_api_server_the_leader_stops_and_nobody_follows() {
    let mut run = cluster(
        4,
        90_000,
        json!([{"at_ms": 5000, "do": {"crash": 3}}, {"at_ms": 60_000, "do": {"restart": 3}}]),
    );
    // The last renewal was answered at 4040 ms.
    assert_eq!(times(&*run, 0, EventKind::StepDown), [SimTime::from_ms(16_040)]);
    at(&mut *run, 59_999);
    assert!(leaders(&*run).is_empty());
    assert_eq!(run.snapshot().nodes[3].status, Status::Crashed);
    at(&mut *run, 90_000);
    // To those who saw it before, the lease expired long ago; they wait for an answer for 5 s
    // at most, and then for their next try.
    let reigns = reigns(&*run);
    assert_eq!(reigns[1].2, 2);
    assert!((60_000..=69_460).contains(&reigns[1].0), "{reigns:?}");
}

#[test]
fn parameters_that_client_go_refuses_are_refused() {
    let refuse = |parameters: Value, nodes: u8| {
        let text = json!({"version": 1, "protocol": {"kubernetes": parameters}, "cluster": {"nodes": nodes}});
        Scenario::parse(&text.to_string()).unwrap_err().message
    };
    assert!(refuse(json!({"lease_ms": 10_000}), 3).contains("\"lease_ms\" must be longer"));
    assert!(refuse(json!({"renew_ms": 2400}), 3).contains("1.2 times"));
    assert!(refuse(json!({}), 1).contains("the API server"));
}

/// The checks that a run with a rule switched off violates, over some seeds.
fn violated(broken: Option<&str>, parameters: Value, cluster: Value, script: Value) -> Vec<String> {
    let mut names = Vec::new();
    for seed in 0..20 {
        let mut fields = json!({
            "protocol": {"kubernetes": parameters},
            "cluster": cluster,
            "script": script,
            "until_ms": 60_000,
        });
        fields["cluster"]["seed"] = seed.into();
        if let Some(rule) = broken {
            fields["protocol"]["kubernetes"]["broken"] = rule.into();
        }
        let run = played(fields);
        names.extend(run.violations().iter().map(|found| found.check.name().to_owned()));
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let nothing: [&str; 0] = [];
    let noticed = |rule, parameters: Value, cluster: Value, script: Value, by: &[&str]| {
        let sound = violated(None, parameters.clone(), cluster.clone(), script.clone());
        assert_eq!(sound, nothing, "{rule}");
        assert_eq!(violated(Some(rule), parameters, cluster, script), by, "{rule}");
    };
    // A contender whose clock is an hour ahead takes a lease that its holder has just renewed.
    noticed(
        "trusts-timestamps",
        json!({}),
        json!({"nodes": 3, "clocks": [{"node": 1, "skew_ms": 3_600_000}]}),
        json!([]),
        &["one-leader-at-a-time"],
    );
    // A release is held up until somebody else holds the lease.
    noticed(
        "releases-blindly",
        json!({"release_on_cancel": true}),
        json!({"nodes": 5}),
        json!([
            {"at_ms": 5000, "do": {"link": {"from": 0, "to": 4, "delay_ms": 30_000}}},
            {"at_ms": 5100, "do": {"campaign": 0}},
        ]),
        &["one-leader-at-a-time", "one-leader-per-number", "one-vote-per-number"],
    );
    // Several read the expired lease before one of them writes it.
    noticed(
        "ignores-versions",
        json!({}),
        json!({"nodes": 7, "network": {"latency": {"fixed": 600}}}),
        json!([{"at_ms": 5000, "do": {"crash": 0}}]),
        &["one-leader-at-a-time", "one-leader-per-number", "one-vote-per-number"],
    );
    noticed(
        "never-gives-up",
        json!({}),
        json!({"nodes": 3}),
        json!([{"at_ms": 5000, "do": {"cut": {"from": 0, "to": 2}}}]),
        &["one-leader-at-a-time"],
    );
    noticed(
        "lease-not-on-disk",
        json!({}),
        json!({"nodes": 4}),
        json!([{"at_ms": 5000, "do": {"crash": 3}}, {"at_ms": 9000, "do": {"restart": 3}}]),
        &["one-leader-at-a-time", "one-leader-per-number", "one-vote-per-number", "vote-on-disk"],
    );
}

#[test]
fn the_service_starts_by_a_rule_of_its_own() {
    let mut run = of("kubernetes", json!({"until_ms": 1000}));
    run.seek(run.end());
    assert_eq!(rules_of(&*run, 4)[0], "kubernetes/serve");
}
