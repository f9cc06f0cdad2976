//! Redis Sentinel with its real defaults: suspicion, votes, promotion, and lost writes. Every
//! message takes 10 ms. Nodes 0 to 2 are Sentinels, 3 to 5 servers, 5 the master, unless a test
//! says otherwise.

use crate::cluster::{all, at, leaders, line, named, of, reigns, sent, violated, when};
use election_engine::ids::NodeId;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use election_engine::view::{NodeSet, Role};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "sentinel/":
    a_failover_by_default "failover",
    writes_that_are_lost "lost-writes",
    a_bound_for_the_loss "bounded-loss",
    a_quorum_is_no_majority "quorum-is-no-majority",
}

fn fields(protocol: Value, nodes: u8, seed: u64, script: Value) -> Value {
    json!({
        "protocol": {"sentinel": protocol},
        "cluster": {"nodes": nodes, "seed": seed},
        "script": script,
        "until_ms": 120_000,
    })
}

fn run(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let mut run = of("sentinel", fields(protocol, nodes, 1, script));
    run.seek(run.end());
    run
}

/// How many writes each server holds.
fn lengths(run: &dyn Run) -> Vec<usize> {
    let nodes = run.snapshot().nodes;
    let logs = nodes.iter().filter_map(|node| node.view.as_ref()?.log.as_ref());
    logs.map(|log| log.terms.len()).collect()
}

/// The number on a line of the inspector.
fn shown(run: &dyn Run, node: usize, name: &str) -> u32 {
    line(run, node, name).parse().unwrap()
}

/// The promotions by a Sentinel for which no majority of all had voted in that epoch.
fn unauthorised(run: &dyn Run) -> Vec<(u8, u64)> {
    let config = run.scenario().protocol;
    let needed = config.get("sentinels") as u32 / 2 + 1;
    let promotions = named(run, EventKind::Deliver, "PROMOTE");
    let has_too_few = |by: NodeId, number| {
        let votes = all(run, |entry| {
            entry.kind == EventKind::Vote && entry.peer == Some(by) && entry.number == number
        });
        votes.iter().map(|vote| vote.node).collect::<NodeSet>().len() < needed
    };
    promotions
        .iter()
        .filter(|promotion| has_too_few(promotion.peer.unwrap(), promotion.number))
        .map(|promotion| (promotion.node.0, promotion.number.0))
        .collect()
}

fn crash() -> Value {
    json!([{"at_ms": 10_500, "do": {"crash": 5}}])
}

fn cut(groups: Value) -> Value {
    json!([{"at_ms": 10_500, "do": {"partition": groups}}, {"at_ms": 60_000, "do": "heal"}])
}

#[test]
fn thirty_seconds_to_suspect_and_then_a_vote() {
    let (mut suspected, mut promoted) = (Vec::new(), Vec::new());
    for seed in 0..50 {
        let mut run = of("sentinel", fields(json!({}), 6, seed, crash()));
        run.seek(run.end());
        // The answer to a ping of the last second before the crash was the last.
        for (time, _) in when(&*run, EventKind::Suspect) {
            suspected.push(time - 10_500);
        }
        assert_eq!(reigns(&*run).len(), 2, "seed {seed}");
        let (time, server, epoch) = reigns(&*run)[1];
        assert!([3, 4].contains(&server) && epoch >= 1);
        promoted.push(time - 10_500);
        assert_eq!((violated(&*run), unauthorised(&*run)), (vec![], vec![]));
    }
    suspected.sort_unstable();
    promoted.sort_unstable();
    // The last answer came within the last second. The second of the three to suspect hears at
    // once that the first does too, and then it takes a round of votes and a promotion.
    assert!(suspected[0] >= 28_990 && *suspected.last().unwrap() <= 30_020, "{suspected:?}");
    assert!(promoted[0] >= 29_040 && *promoted.last().unwrap() <= 30_100, "{promoted:?}");
    assert!(promoted[25] >= 29_400 && promoted[25] <= 29_800, "{promoted:?}");
}

#[test]
fn rule_2_sdown_one_opinion_changes_nothing() {
    let run = run(json!({}), 6, cut(json!([[0], [5]])));
    assert_eq!(when(&*run, EventKind::Suspect).len(), 1);
    assert_eq!(when(&*run, EventKind::Candidate), []);
    assert_eq!(leaders(&*run), [5]);
}

/// A Sentinel that has missed a failover orders the new master to follow the old one, which the
/// others make a replica of the new one: two servers that follow each other, both of them up.
#[test]
fn rule_2_denies_a_master_that_says_it_is_a_replica_is_replaced() {
    let mut come_across = 0;
    for seed in 0..12 {
        let two_servers = |script: Value| {
            let mut run = of("sentinel", fields(json!({}), 5, seed, script));
            run.seek(run.end());
            run
        };
        let campaign = json!({"at_ms": 10_000, "do": {"campaign": 2}});
        let promoted = reigns(&*two_servers(json!([campaign])))[1];
        assert_eq!(promoted.1, 3);
        let known = all(&*two_servers(json!([campaign])), |entry| {
            entry.kind == EventKind::Believe
                && entry.node == NodeId(2)
                && entry.peer == Some(NodeId(3))
        })[0]
            .time
            .as_ms();
        let run = two_servers(json!([
            campaign,
            {"at_ms": known + 5, "do": {"partition": [[0, 2], [1, 3], [4]]}},
            {"at_ms": 25_000, "do": "heal"},
        ]));
        let denied =
            all(&*run, |entry| entry.rule.is_some_and(|rule| rule.id == "sentinel/denies"));
        if denied.is_empty() {
            continue;
        }
        come_across += 1;
        let (first, suspected) = (when(&*run, EventKind::StepDown), denied[0].time.as_ms());
        assert!((50_000..53_000).contains(&(suspected - first[0].0)), "{first:?}, {suspected}");
        assert_eq!(leaders(&*run).len(), 1, "seed {seed}");
        assert_eq!(unauthorised(&*run), []);
    }
    assert!(come_across > 0, "no run has two servers that follow each other");
}

#[test]
fn rule_5_try_takes_the_quorum() {
    for (quorum, stands) in [(1, true), (2, true), (3, false)] {
        let run = run(json!({"quorum": quorum}), 6, cut(json!([[0, 1, 3, 4], [2, 5]])));
        assert_eq!(!when(&*run, EventKind::Candidate).is_empty(), stands, "{quorum}");
        assert_eq!(reigns(&*run).len() == 2, stands);
    }
}

#[test]
fn rule_5_try_a_sentinel_that_has_voted_waits_for_twice_the_timeout() {
    // There is no replica, so every attempt fails.
    let run = run(
        json!({"failover_timeout_ms": 20_000}),
        4,
        json!([{"at_ms": 10_500, "do": {"crash": 3}}]),
    );
    let stood = when(&*run, EventKind::Candidate);
    assert!(stood.len() >= 2, "{stood:?}");
    assert!(stood.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 40_000), "{stood:?}");
    assert!(stood.windows(2).all(|pair| pair[1].0 - pair[0].0 <= 42_200), "{stood:?}");
}

#[test]
fn rule_6_vote_is_on_disk_before_it_is_told() {
    let run = run(json!({}), 6, crash());
    let votes = all(&*run, |entry| entry.kind == EventKind::Vote);
    assert_eq!(votes.len(), 3);
    for vote in votes.iter().filter(|vote| vote.peer != Some(vote.node)) {
        let after: Vec<_> = all(&*run, |entry| entry.node == vote.node && entry.time == vote.time)
            .iter()
            .map(|entry| (entry.kind, entry.name))
            .skip_while(|(kind, _)| *kind != EventKind::Vote)
            .collect();
        let expected =
            [(EventKind::Vote, ""), (EventKind::Persist, ""), (EventKind::Send, "VOTED")];
        assert_eq!(after[..3], expected);
    }
}

#[test]
fn rule_8_count_the_quorum_alone_authorises_nothing() {
    let cut = cut(json!([[0, 1, 5], [2, 3, 4, 6]]));
    let run = run(json!({"sentinels": 5, "quorum": 2}), 7, cut);
    assert!(!when(&*run, EventKind::Candidate).is_empty());
    assert_eq!((leaders(&*run), sent(&*run, "PROMOTE")), (vec![6], 0));
}

#[test]
fn rule_8_count_a_quorum_above_the_majority_is_needed_too() {
    // Five Sentinels of which one is dead: four votes are a majority, but not the quorum of 5.
    for (quorum, wins) in [(4, true), (5, false)] {
        let script =
            json!([{"at_ms": 0, "do": {"crash": 0}}, {"at_ms": 10_500, "do": {"crash": 7}}]);
        let run = run(json!({"sentinels": 5, "quorum": quorum}), 8, script);
        assert_eq!(reigns(&*run).len() == 2, wins, "{quorum}");
    }
}

#[test]
fn two_sentinels_are_useless_when_one_is_lost_with_the_master() {
    let run = run(json!({"sentinels": 2, "quorum": 1}), 5, cut(json!([[0, 2, 3], [1, 4]])));
    assert!(!when(&*run, EventKind::Candidate).is_empty());
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn rule_9_elected_the_replica_with_most_of_the_writes_is_promoted() {
    let behind = |server: u8| {
        json!([
            {"at_ms": 5000, "do": {"cut": {"from": 5, "to": server}}},
            {"at_ms": 10_500, "do": {"crash": 5}},
        ])
    };
    assert_eq!(reigns(&*run(json!({}), 6, behind(3)))[1].1, 4);
    assert_eq!(reigns(&*run(json!({}), 6, behind(4)))[1].1, 3);
    // Of equals the lowest id.
    assert_eq!(reigns(&*run(json!({}), 6, crash()))[1].1, 3);
}

#[test]
fn rule_9_elected_without_a_replica_that_answers_nobody_is_promoted() {
    let script = json!([
        {"at_ms": 10_000, "do": {"crash": 3}},
        {"at_ms": 10_000, "do": {"crash": 4}},
        {"at_ms": 10_500, "do": {"crash": 5}},
    ]);
    let run = run(json!({}), 6, script);
    assert!(sent(&*run, "VOTED") > 0);
    assert_eq!(sent(&*run, "PROMOTE"), 0);
    let views = run.snapshot().nodes.into_iter().filter_map(|node| node.view);
    assert!(views.into_iter().all(|view| view.role != Role::Candidate));
}

#[test]
fn rule_12_switch_a_sentinel_that_was_away_learns_of_the_new_master() {
    let script = json!([
        {"at_ms": 5000, "do": {"crash": 2}},
        {"at_ms": 10_500, "do": {"crash": 5}},
        {"at_ms": 60_000, "do": {"restart": 2}},
    ]);
    let mut run = run(json!({}), 6, script);
    let believes = |run: &dyn Run| run.snapshot().nodes[2].view.clone().unwrap().believes;
    at(&mut *run, 60_001);
    assert_eq!(believes(&*run), Some(NodeId(5)));
    at(&mut *run, 62_020);
    assert_eq!(believes(&*run), Some(NodeId(3)));
}

#[test]
fn rule_13_fix_an_old_master_that_returns_is_told_after_8_seconds() {
    let script =
        json!([{"at_ms": 10_500, "do": {"crash": 5}}, {"at_ms": 60_000, "do": {"restart": 5}}]);
    let run = run(json!({}), 6, script);
    let ends = when(&*run, EventKind::StepDown);
    assert_eq!(ends.len(), 1);
    assert!((68_000..=69_100).contains(&ends[0].0), "{ends:?}");
    assert_eq!(leaders(&*run), [3]);
}

#[test]
fn rule_16_write_an_old_master_in_a_minority_loses_what_it_has_acknowledged() {
    let run = run(json!({}), 6, cut(json!([[0, 1, 3, 4], [2, 5]])));
    assert_eq!(violated(&*run), ["writes-kept"]);
    // One a second from the cut at 10.5 s until it is told, 8 s after the end of the cut.
    let dropped = shown(&*run, 5, "acknowledged writes dropped");
    assert!((57..=60).contains(&dropped), "{dropped}");
    assert_eq!(leaders(&*run), [3]);
    let lengths = lengths(&*run);
    assert!(lengths.iter().all(|len| len.abs_diff(lengths[0]) <= 1), "{lengths:?}");
}

#[test]
fn rule_16_write_with_min_replicas_the_loss_is_that_of_ten_seconds() {
    let run = run(json!({"min_replicas_to_write": 1}), 6, cut(json!([[0, 1, 3, 4], [2, 5]])));
    // The last reports came up to a second before the cut.
    let dropped = shown(&*run, 5, "acknowledged writes dropped");
    assert!((9..=10).contains(&dropped), "{dropped}");
    assert!(shown(&*run, 5, "writes refused") > 40);
    assert_eq!(violated(&*run), ["writes-kept"]);
}

#[test]
fn epochs_only_grow() {
    let script = json!([
        {"at_ms": 5000, "do": {"crash": 5}},
        {"at_ms": 45_000, "do": {"restart": 5}},
        {"at_ms": 60_000, "do": {"crash": 3}},
        {"at_ms": 70_000, "do": {"crash": 1}},
        {"at_ms": 71_000, "do": {"restart": 1}},
    ]);
    let mut run = of("sentinel", fields(json!({}), 6, 1, script));
    let mut before = [(0, 0); 3];
    for instant in (0..=120_000).step_by(500) {
        at(&mut *run, instant);
        for (node, highest) in before.iter_mut().enumerate() {
            if run.snapshot().nodes[node].view.is_some() {
                let now = (
                    shown(&*run, node, "current epoch"),
                    shown(&*run, node, "configuration epoch"),
                );
                assert!(now.0 >= highest.0 && now.1 >= highest.1 && now.0 >= now.1);
                *highest = now;
            }
        }
    }
    assert_eq!(before.map(|epochs| epochs.1), [before[0].1; 3]);
    let numbers: Vec<_> = reigns(&*run).iter().map(|reign| reign.2).collect();
    assert!(numbers.last() == Some(&u64::from(before[0].1)) && before[0].1 >= 2, "{numbers:?}");
    // A master that returns takes writes until it is told.
    assert_eq!(violated(&*run), ["writes-kept"]);
}

#[test]
fn after_losses_and_crashes_end_everybody_knows_one_master_within_the_stated_bound() {
    for seed in 0..6u8 {
        let mut script: Vec<Value> = Vec::new();
        for from in 0..6u8 {
            for to in (0..6u8).filter(|to| *to != from) {
                script.push(json!({"at_ms": 100, "do": {"link":
                    {"from": from, "to": to, "loss_permille": 600, "delay_ms": 100}}}));
            }
        }
        script.push(json!({"at_ms": 3000, "do": {"crash": 5}}));
        script.push(json!({"at_ms": 9000, "do": {"crash": seed % 3}}));
        script.push(json!({"at_ms": 15_000, "do": {"restart": seed % 3}}));
        script.push(json!({"at_ms": 25_000, "do": {"restart": 5}}));
        script.push(json!({"at_ms": 30_000, "do": "heal"}));
        let mut run = of(
            "sentinel",
            json!({
                "protocol": {"sentinel": {"down_after_ms": 5000, "failover_timeout_ms": 20_000}},
                "cluster": {"nodes": 6, "seed": seed},
                "script": script,
                "until_ms": 400_000,
            }),
        );
        let bound = run.scenario().protocol.settles_within(6, Span::new(10));
        assert!(bound < Span::new(300_000), "{bound}");
        run.seek(SimTime::from_ms(30_000) + bound);
        let leader = leaders(&*run)[0];
        assert_eq!(leaders(&*run), [leader], "seed {seed}");
        let views = run.snapshot().nodes.into_iter().map(|node| node.view.unwrap());
        assert!(views.into_iter().all(|view| view.believes == Some(NodeId(leader))));
        assert_eq!(unauthorised(&*run), []);
        assert!(violated(&*run).iter().all(|name| *name == "writes-kept"));
    }
}

/// What is noticed with this switch: by the checks, and by what the tests above ask for.
fn noticed(broken: Option<&str>, scenario: &(Value, u8, Value)) -> Vec<&'static str> {
    let (mut protocol, nodes, script) = scenario.clone();
    if let Some(broken) = broken {
        protocol["broken"] = json!(broken);
    }
    let run = run(protocol, nodes, script);
    let mut noticed = violated(&*run);
    if !unauthorised(&*run).is_empty() {
        noticed.push("a majority authorises");
    }
    if reigns(&*run).iter().any(|reign| (reign.1, reign.2) == (3, 1)) {
        noticed.push("the replica with most of the writes");
    }
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let by_two = cut(json!([[0, 1, 5], [2, 3, 4, 6]]));
    let behind = json!([
        {"at_ms": 5000, "do": {"cut": {"from": 5, "to": 3}}},
        {"at_ms": 10_500, "do": {"crash": 5}},
    ]);
    // Both stand at the same time, and the third hears one after the other.
    let both = json!([
        {"at_ms": 9000, "do": {"cut": {"from": 5, "to": 3}}},
        {"at_ms": 10_500, "do": {"campaign": 0}},
        {"at_ms": 10_500, "do": {"campaign": 1}},
    ]);
    let five = json!({"sentinels": 5, "quorum": 2});
    let table = [
        ("quorum-is-enough", (five, 7, by_two), "a majority authorises"),
        ("vote-not-on-disk", (json!({}), 6, both.clone()), "vote-on-disk"),
        ("votes-for-everyone", (json!({}), 6, both), "one-vote-per-number"),
        ("offset-ignored", (json!({}), 6, behind), "the replica with most of the writes"),
    ];
    for (rule, scenario, found) in &table {
        let sound = noticed(None, scenario);
        assert!(!sound.contains(found), "{rule}: {sound:?}");
        let noticed = noticed(Some(rule), scenario);
        assert!(noticed.contains(found), "{rule}: {noticed:?}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "sentinel").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
}
