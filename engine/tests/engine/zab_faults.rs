//! What a ZooKeeper ensemble does when things go wrong. Times as in [`crate::zab`].

use crate::cluster::{at, beliefs, leaders, of, reigns, writes};
use crate::zab::{field, logs, settled, times, zab};
use crate::zab_activation::joins_while_an_older_one_activates;
use election_engine::checks::Check;
use election_engine::ids::Token;
use election_engine::protocols::registry::ProtocolConfig;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
#[test]
fn a_wrong_end_of_the_election_is_caught_by_the_activation() {
    // The ensemble starts again. Nodes 0, 1 and 2 hear each other late, and all hear node 4 late,
    // which has the longest history. Node 3 hears their votes for it and no better one.
    let mut script: Vec<Value> =
        (0..5).map(|node| json!({"at_ms": 1, "do": {"crash": node}})).collect();
    let slow = |from: u8, to: u8, delay: u32| json!({"at_ms": 2, "do": {"link": {"from": from, "to": to, "delay_ms": delay}}});
    for (from, to) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)] {
        script.push(slow(from, to, 290));
    }
    script.extend((0..4).map(|to| slow(4, to, 250)));
    script.extend((0..5).map(|node| json!({"at_ms": 500, "do": {"restart": node}})));
    let histories = logs([(1, 3), (1, 3), (1, 3), (1, 3), (1, 5)]);
    let mut run = zab(histories, 4_000, json!(script));
    assert_eq!(times(&*run, 3, EventKind::Timer, "finalize", "zab/decide")[0], 720);
    assert_eq!(reigns(&*run), [(1810, 4, 2)]);
    assert_eq!(times(&*run, 3, EventKind::Timer, "activate", "zab/give-up"), [720 + 2000]);
    assert_eq!(beliefs(&*run), [Some((4, 2)); 5]);
    at(&mut *run, 2_000);
    assert_eq!(field(&*run, 3, "state"), "leading, waits for followers");
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn a_paused_leader_writes_once_more_and_the_store_refuses_it() {
    let mut run = settled(
        6_000,
        json!([{"at_ms": 1050, "do": {"pause": 4}}, {"at_ms": 4000, "do": {"resume": 4}}]),
    );
    let (_, refused) = writes(&*run);
    assert!(!refused.is_empty() && refused.iter().all(|token| *token == Token(1)));
    assert_eq!(beliefs(&*run), [Some((3, 2)); 5]);
    at(&mut *run, 3_000);
    // Two leaders at one time, in two epochs.
    assert_eq!(leaders(&*run), [3, 4]);
    assert_eq!(run.violations(), []);
}

#[test]
fn a_partition_without_a_majority_on_any_side_has_no_leader() {
    let run =
        settled(20_000, json!([{"at_ms": 1050, "do": {"partition": [[0, 1], [2, 3], [4, 5]]}}]));
    assert!(leaders(&*run).is_empty());
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
}

/// What notices that a rule is off: checks by their names, and otherwise what a test would say.
fn noticed(broken: &str) -> Vec<&'static str> {
    let mut config = ProtocolConfig::named("zab").unwrap();
    assert!(config.switch_off(broken) || broken.is_empty(), "{broken}");
    let broken = match broken {
        "" => json!({}),
        _ => json!({"broken": broken}),
    };
    let with = |mut parameters: Value| {
        parameters.as_object_mut().unwrap().extend(broken.as_object().unwrap().clone());
        parameters
    };
    let three_two = json!([{"at_ms": 0, "do": {"partition": [[0, 1], [2, 3, 4]]}}]);
    let behind = logs([(1, 5), (1, 5), (1, 5), (1, 5), (1, 1)]);
    let silent = json!([
        {"at_ms": 1000, "do": {"campaign": 0}},
        {"at_ms": 1000, "do": {"crash": 4}},
    ]);
    let elects = zab(with(behind), 30_000, json!([]));
    let alone = zab(with(json!({})), 1_900, silent);
    let runs = [
        zab(with(json!({"settled": false})), 5_000, three_two),
        joins_while_an_older_one_activates(broken.clone()),
    ];
    let violations = runs.iter().chain([&elects, &alone]).flat_map(|run| run.violations());
    let mut noticed: Vec<&str> = violations.map(|violation| violation.check.name()).collect();
    if reigns(&*elects).is_empty() {
        noticed.push("a majority finds a leader");
    }
    if field(&*alone, 0, "state") != "looking" {
        noticed.push("nobody follows a silent leader");
    }
    noticed.sort_unstable();
    noticed.dedup();
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    assert_eq!(noticed(""), [""; 0]);
    // The second line of defence: a stale winner never activates. But nobody else does either.
    assert_eq!(noticed("zxid-first"), ["a majority finds a leader"]);
    assert_eq!(noticed("leaders-word"), ["nobody follows a silent leader"]);
    assert_eq!(noticed("activation"), [Check::MajorityVoted.name()]);
    assert_eq!(noticed("epoch-on-disk"), [Check::VoteOnDisk.name()]);
    assert_eq!(noticed("refuse-older"), [Check::LeaderUpToDate.name()]);
}

/// A run in bad weather that ends after 12.9 s: what it goes through is drawn from the seed.
fn rough(seed: u64) -> Box<dyn Run> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = move |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % most
    };
    let nodes = 3 + below(3);
    let mut script = Vec::new();
    if below(2) == 0 {
        for (from, to) in (0..nodes * nodes).map(|pair| (pair / nodes, pair % nodes)) {
            if from != to {
                let lossy = json!({"link": {"from": from, "to": to, "loss_permille": 100}});
                script.push(json!({"at_ms": 0, "do": lossy}));
            }
        }
    }
    let mut now = 0;
    while now < 12_000 {
        now += below(900);
        let (node, other, side) = (below(nodes), below(nodes), 1 + below(nodes - 1));
        let sides = [(0..side).collect::<Vec<_>>(), (side..nodes).collect()];
        let action = match below(11) {
            0 | 1 => json!({"crash": node}),
            2 | 3 => json!({"restart": node}),
            4 => json!({"pause": node}),
            5 => json!({"resume": node}),
            6 if node != other => json!({"cut": {"from": node, "to": other}}),
            7 => json!({"partition": sides}),
            8 => json!("heal"),
            9 if node != other => {
                json!({"link": {"from": node, "to": other, "delay_ms": below(500)}})
            }
            _ => json!({"campaign": node}),
        };
        script.push(json!({"at_ms": now, "do": action}));
    }
    script.push(json!({"at_ms": CALM_MS, "do": "heal"}));
    for node in 0..nodes {
        script.push(json!({"at_ms": CALM_MS, "do": {"restart": node}}));
        script.push(json!({"at_ms": CALM_MS, "do": {"resume": node}}));
    }
    let mut logs: Vec<Value> =
        (0..nodes).map(|_| json!({"term": below(3), "index": below(3)})).collect();
    if below(3) == 0 {
        logs.clear();
    }
    let drift = [-300_000, 0, 300_000][below(3) as usize];
    let fields = json!({
        "protocol": {"zab": {
            "tick_ms": 200, "sync_limit": 10, "resend_max_ms": 2000, "logs": logs,
        }},
        "cluster": {
            "nodes": nodes,
            "seed": seed,
            "clocks": [{"node": below(nodes), "drift_ppm": drift}],
            "network": {
                "latency": {"spiky": {
                    "min_ms": 5, "max_ms": 40, "slow_permille": 50, "slow_max_ms": 400,
                }},
                "duplicate_permille": 50,
                "reorder_permille": below(2) * 200,
            },
        },
        "script": script,
        "until_ms": 70_000,
    });
    of("zab", fields)
}

/// When the weather clears up.
const CALM_MS: u64 = 12_900;

#[test]
fn in_rough_weather_every_claim_holds_and_after_it_all_follow_one_leader() {
    for seed in 1..=40 {
        let mut run = rough(seed);
        let nodes = run.scenario().cluster.nodes;
        let bound = run.scenario().protocol.settles_within(nodes, Span::new(400));
        // The clock that goes slowest takes longer for it.
        let settled = SimTime::from_ms(CALM_MS) + Span::from_micros(bound.as_micros() * 10 / 7);
        run.seek(run.end());
        assert!(run.end() > settled);
        assert_eq!(run.violations(), [], "seed {seed}");
        run.seek(settled);
        let beliefs = beliefs(&*run);
        assert!(beliefs[0].is_some(), "seed {seed}: {beliefs:?}");
        assert!(beliefs.iter().all(|belief| *belief == beliefs[0]), "seed {seed}: {beliefs:?}");
        assert_eq!(leaders(&*run).len(), 1, "seed {seed}");
    }
}
