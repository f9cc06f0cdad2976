//! KRaft: its timeouts, its votes, its succession. Every message takes 10 ms, there are five
//! voters, and node 4 leads epoch 1, unless a test says otherwise.

use crate::cluster::{
    all, at, beliefs, leaders, named, of, reigns, rules_of, sent, violated, writes,
};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "kraft/":
    the_leader_crashes "leader-crash",
    too_few_fetch "cut-off",
    in_order_of_succession "succession",
    it_wakes_and_writes "wakes-and-writes",
}

/// A run in which this happens, at its end.
fn run(protocol: Value, nodes: u8, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "kraft",
        json!({
            "protocol": {"kraft": protocol},
            "cluster": {"nodes": nodes},
            "script": script,
            "until_ms": 30_000,
        }),
    );
    run.seek(run.end());
    run
}

/// The same, with nothing violated.
fn sound(nodes: u8, script: Value) -> Box<dyn Run> {
    let run = run(json!({}), nodes, script);
    assert_eq!(run.violations(), []);
    run
}

/// Who stood, and when.
fn candidacies(run: &dyn Run) -> Vec<(u64, u8)> {
    all(run, |entry| entry.kind == EventKind::Candidate)
        .iter()
        .map(|entry| (entry.time.as_ms(), entry.node.0))
        .collect()
}

fn crash(at_ms: u64, node: u8) -> Value {
    json!({"at_ms": at_ms, "do": {"crash": node}})
}

fn restart(at_ms: u64, node: u8) -> Value {
    json!({"at_ms": at_ms, "do": {"restart": node}})
}

/// Counting rule: what is sent for one election without a rival, from the candidacy to the
/// announcement. As in Raft 3 (n − 1); the announcement is BeginQuorumEpoch.
#[test]
fn an_election_takes_a_request_a_vote_and_an_announcement_for_each_other_voter() {
    for nodes in 2..=7u8 {
        let mut run = of(
            "kraft",
            json!({"cluster": {"nodes": nodes},
                "script": [{"at_ms": 1250, "do": {"campaign": 0}}], "until_ms": 1300}),
        );
        let before = {
            at(&mut *run, 1249);
            sent(&*run, "BEGIN QUORUM EPOCH")
        };
        run.seek(run.end());
        let others = usize::from(nodes) - 1;
        let counts = [sent(&*run, "VOTE?"), sent(&*run, "VOTE"), sent(&*run, "NO VOTE")];
        assert_eq!(counts, [others, others, 0]);
        assert_eq!(sent(&*run, "BEGIN QUORUM EPOCH") - before, others);
        assert_eq!(reigns(&*run)[1], (1270, 0, 2));
    }
}

#[test]
fn a_follower_stands_two_seconds_after_the_last_answer_to_a_fetch() {
    let run = sound(5, json!([crash(3000, 4)]));
    for (stood, node) in candidacies(&*run).into_iter().take(4) {
        let answers = all(&*run, |entry| {
            entry.kind == EventKind::Deliver
                && matches!(entry.name, "RECORDS" | "DIVERGING EPOCH")
                && entry.node == NodeId(node)
                && entry.time.as_ms() <= stood
        });
        assert_eq!(answers.last().unwrap().time.as_ms() + 2000, stood);
    }
    // What the leader says of itself keeps nobody waiting.
    let deaf = json!([
        {"at_ms": 3000, "do": {"cut": {"from": 0, "to": 4}}},
        {"at_ms": 5300, "do": {"mend": {"from": 0, "to": 4}}},
    ]);
    let run = sound(5, deaf);
    let begins = all(&*run, |entry| {
        entry.kind == EventKind::Deliver
            && entry.name == "BEGIN QUORUM EPOCH"
            && entry.node == NodeId(0)
            && (3000..5000).contains(&entry.time.as_ms())
    });
    assert_eq!(begins.len(), 2);
    let (stood, node) = candidacies(&*run)[0];
    assert!(node == 0 && (4500..5010).contains(&stood), "{stood}");
}

#[test]
fn by_default_a_failover_takes_two_seconds_and_its_elections() {
    let mut waits: Vec<u64> = (0..100u64)
        .map(|seed| {
            let at_ms = 4000 + seed * 37;
            let mut run = of(
                "kraft",
                json!({
                    "cluster": {"nodes": 3, "seed": seed,
                        "network": {"latency": {"uniform": {"min_ms": 1, "max_ms": 20}}}},
                    "script": [crash(at_ms, 2)],
                    "until_ms": 40_000,
                }),
            );
            run.seek(run.end());
            assert_eq!(run.violations(), []);
            reigns(&*run)[1].0 - at_ms
        })
        .collect();
    waits.sort_unstable();
    let (least, median, most) = (waits[0], waits[50], waits[99]);
    println!("kraft: {least} to {most} ms, median {median} ms");
    assert!((1500..1700).contains(&least), "{least}");
    assert!((1700..2200).contains(&median), "{median}");
    assert!((2000..6000).contains(&most), "{most}");
}

#[test]
fn who_is_refused_by_a_majority_waits_at_once_and_stands_again() {
    // The others have an entry that node 0 lacks, so that it can never win.
    let behind = json!([
        {"at_ms": 500, "do": {"cut": {"from": 4, "to": 0}}},
        {"at_ms": 4500, "do": {"campaign": 0}},
    ]);
    let run = sound(5, behind);
    let waits = all(&*run, |entry| {
        let backs_off = entry.rule.is_some_and(|rule| rule.id == "kraft/back-off");
        entry.node == NodeId(0) && entry.name == "NO VOTE" && backs_off
    });
    assert!(waits.len() > 2, "{}", waits.len());
    assert!(candidacies(&*run).iter().filter(|(_, node)| *node == 0).count() > 3);
    assert!(reigns(&*run).iter().all(|reign| reign.1 != 0));
}

#[test]
fn who_gets_no_answer_waits_after_the_election_timeout_for_a_time_that_doubles() {
    let mut longest = [0; 6];
    for seed in 0..40 {
        let mut run = of(
            "kraft",
            json!({
                "cluster": {"nodes": 3, "seed": seed},
                "script": [crash(3000, 1), crash(3000, 2)],
                "until_ms": 30_000,
            }),
        );
        run.seek(run.end());
        let over = named(&*run, EventKind::Timer, "election");
        let stood = candidacies(&*run);
        for (time, pair) in stood.windows(2).enumerate().take(longest.len()) {
            let (from, to) = (over[time].time.as_ms(), pair[1].0);
            assert!((1000..=2000).contains(&(from - pair[0].0)), "{from}");
            longest[time] = longest[time].max(to - from);
        }
    }
    println!("kraft waits at most {longest:?} ms");
    for (waited, most) in longest.into_iter().zip([100, 300, 700, 1000, 1000, 1000]) {
        assert!((most * 3 / 4..=most).contains(&waited), "{waited} of {most}");
    }
}

#[test]
fn a_leader_resigns_three_seconds_after_a_majority_has_fetched() {
    let run = sound(5, json!([{"at_ms": 3010, "do": {"partition": [[4, 3], [0, 1, 2]]}}]));
    let ends = all(&*run, |entry| entry.kind == EventKind::StepDown);
    let fetched = all(&*run, |entry| {
        entry.kind == EventKind::Deliver
            && entry.name == "FETCH"
            && entry.node == NodeId(4)
            && entry.peer != Some(NodeId(3))
    });
    let last = fetched.last().unwrap().time;
    assert_eq!((ends[0].node, ends[0].time), (NodeId(4), last + Span::new(3000)));
    assert_eq!(ends[0].rule.unwrap().id, "kraft/check-quorum");
    // With half of the voters and itself it goes on.
    let run = sound(5, json!([{"at_ms": 3010, "do": {"partition": [[4, 3, 2], [0, 1]]}}]));
    assert_eq!((leaders(&*run), reigns(&*run).len()), (vec![4], 1));
}

#[test]
fn successors_stand_in_the_order_of_what_they_have() {
    // Nodes 0 and 1 lack entries.
    let script = json!([
        {"at_ms": 2100, "do": {"cut": {"from": 4, "to": 0}}},
        {"at_ms": 2100, "do": {"cut": {"from": 4, "to": 1}}},
        {"at_ms": 3090, "do": "heal"},
        {"at_ms": 3100, "do": {"transfer": {"from": 4, "to": 0}}},
    ]);
    let run = sound(5, script);
    assert_eq!(sent(&*run, "END QUORUM EPOCH"), 4);
    let next = reigns(&*run)[1];
    assert!(matches!(next, (3130, 2 | 3, 2)), "{next:?}");
    assert_eq!(candidacies(&*run).len(), 1);
    // Nobody is suspected: the leader has said that it goes.
    assert_eq!(all(&*run, |entry| entry.kind == EventKind::Suspect), []);
    assert!((0..5).all(|node| !rules_of(&*run, node).contains(&"kraft/fetch-timeout")));
    // Should the first be gone, the second waits for an eighth of a second: 1000 ms >> 3.
    let gone = json!([
        crash(3090, 0), {"at_ms": 3100, "do": {"transfer": {"from": 4, "to": 0}}},
    ]);
    let run = sound(5, gone);
    assert_eq!(candidacies(&*run)[0], (3110 + 125, 1));
}

#[test]
fn who_knows_the_leader_of_an_epoch_refuses_in_it() {
    // Nodes 0 and 1 stand together; node 1's wish arrives when node 0 has won.
    let script = |broken: Value| {
        run(
            broken,
            5,
            json!([
                {"at_ms": 1200, "do": {"link": {"from": 1, "to": 2, "delay_ms": 35}}},
                {"at_ms": 1200, "do": {"link": {"from": 1, "to": 3, "delay_ms": 35}}},
                {"at_ms": 1200, "do": {"link": {"from": 1, "to": 4, "delay_ms": 35}}},
                {"at_ms": 1250, "do": {"campaign": 0}},
                {"at_ms": 1250, "do": {"campaign": 1}},
            ]),
        )
    };
    let run = script(json!({}));
    assert_eq!((violated(&*run), reigns(&*run)[1]), (vec![], (1270, 0, 2)));
    for node in [2, 3, 4] {
        assert!(rules_of(&*run, node).contains(&"kraft/led"));
    }
    let mutant = script(json!({"broken": "refuses-beside-leader"}));
    assert!(violated(&*mutant).contains(&"one-vote-per-number"), "{:?}", violated(&*mutant));
}

#[test]
fn a_leader_that_restarts_has_resigned_and_votes_for_nobody_in_its_epoch() {
    let mut run = run(json!({}), 5, json!([crash(3000, 4), restart(3100, 4)]));
    at(&mut *run, 3500);
    assert_eq!(leaders(&*run), [0; 0]);
    assert!(run.snapshot().nodes[4].view.as_ref().unwrap().believes.is_none());
    run.seek(run.end());
    assert_eq!(run.violations(), []);
    assert!(reigns(&*run)[1].2 > 1);
    assert_eq!(leaders(&*run).len(), 1);
}

#[test]
fn a_candidate_that_restarts_stands_on_in_its_epoch() {
    let script = json!([
        {"at_ms": 1250, "do": {"partition": [[0], [1, 2, 3, 4]]}},
        {"at_ms": 1260, "do": {"campaign": 0}}, crash(1270, 0),
        {"at_ms": 1300, "do": "heal"}, restart(1310, 0),
    ]);
    let run = sound(5, script);
    assert_eq!(reigns(&*run)[1], (1330, 0, 2));
}

#[test]
fn nothing_counts_as_committed_before_an_entry_of_the_leaders_own_epoch() {
    let mut run = run(json!({}), 3, json!([{"at_ms": 1250, "do": {"campaign": 0}}]));
    let committed = |run: &dyn Run| {
        run.snapshot().nodes[0].view.clone().unwrap().log.map(|log| log.committed).unwrap()
    };
    // It leads from 1270 on; the first fetch with its entry comes two round trips later.
    at(&mut *run, 1275);
    let before = committed(&*run);
    at(&mut *run, 1320);
    assert_eq!(committed(&*run), 3, "{before}");
    assert!(before < 3);
}

#[test]
fn a_log_that_parts_from_the_leaders_is_cut_back() {
    // Node 2 appends in epoch 1 what nobody fetches.
    let script = json!([
        {"at_ms": 1990, "do": {"partition": [[2], [0, 1]]}}, {"at_ms": 8000, "do": "heal"},
    ]);
    let run = sound(3, script);
    assert!(rules_of(&*run, 2).contains(&"kraft/truncate"));
    let logs: Vec<_> = (run.snapshot().nodes.iter())
        .map(|node| node.view.clone().unwrap().log.unwrap().terms)
        .collect();
    let shortest = logs.iter().map(Vec::len).min().unwrap();
    assert!(logs.iter().all(|log| log[..shortest] == logs[0][..shortest]));
}

#[test]
fn an_old_epoch_is_answered_with_the_newer_one_and_its_leader() {
    let mut run = run(
        json!({}),
        5,
        json!([
            {"at_ms": 3000, "do": {"pause": 4}}, {"at_ms": 12_300, "do": {"resume": 4}},
        ]),
    );
    assert_eq!(run.violations(), []);
    assert!(!named(&*run, EventKind::Send, "FENCED LEADER EPOCH").is_empty());
    let (_, refused) = writes(&*run);
    assert!(refused.iter().all(|token| *token == Token(1)) && !refused.is_empty());
    at(&mut *run, 12_400);
    let leader = leaders(&*run)[0];
    assert!(beliefs(&*run).iter().all(|belief| belief.map(|b| b.0) == Some(leader)));
}

#[test]
fn after_losses_end_all_agree_within_the_stated_bound() {
    for seed in 0..5u8 {
        let mut run = of(
            "kraft",
            json!({
                "cluster": {"seed": seed},
                "script": [
                    {"at_ms": 100, "do": {"network": {"latency": {"fixed": 10}, "loss_permille": 300}}},
                    crash(3000, 4), restart(9000, 4),
                    {"at_ms": 20_000, "do": {"network": {"latency": {"fixed": 10}}}},
                ],
                "until_ms": 200_000,
            }),
        );
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        assert!(bound < Span::new(120_000), "{bound}");
        run.seek(SimTime::from_ms(20_000) + bound);
        let leader = leaders(&*run)[0];
        assert!(beliefs(&*run).iter().all(|belief| belief.map(|b| b.0) == Some(leader)));
        assert_eq!(run.violations(), []);
    }
}

#[test]
fn a_leader_that_never_resigns_is_noticed() {
    let cut = || json!([{"at_ms": 3010, "do": {"partition": [[4, 3], [0, 1, 2]]}}]);
    // A store that compares epochs would tell it.
    let at_end = |protocol: Value| leaders(&*run(protocol, 5, cut())).contains(&4);
    assert!(!at_end(json!({"writes": false})));
    assert!(at_end(json!({"writes": false, "broken": "check-quorum"})));
    let info = registry::ALL.iter().find(|info| info.name == "kraft").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    let known =
        ["vote-on-disk", "one-vote", "log-compared", "refuses-beside-leader", "check-quorum"];
    assert_eq!(rules, known);
}
