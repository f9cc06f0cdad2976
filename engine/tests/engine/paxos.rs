//! Paxos for one decision: its rules, its exact numbers of messages, and what it cannot do.
//! Every message takes 10 ms. Nobody proposes but by command, unless a test says otherwise.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, rules_of, sent, writes};
use election_engine::ids::{NodeId, Token};
use election_engine::protocols::paxos::ballot;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use election_engine::view::Role;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

crate::transcripts! {
    "paxos/":
    a_quiet_choice "quiet",
    a_value_outlives_its_proposer "earlier-value",
    a_duel "duel",
    a_duel_with_back_off "duel-with-back-off",
}

/// The fields of a run in which only those propose who are asked to, and only once.
fn by_command(nodes: u8, until_ms: u64, script: Value) -> Value {
    json!({
        "protocol": {"paxos": {"start_ms": 600_000, "retry_ms": 600_000}},
        "cluster": {"nodes": nodes},
        "until_ms": until_ms,
        "script": script,
    })
}

/// Such a run at its end. Nothing in it may be violated.
fn sound(nodes: u8, until_ms: u64, script: Value) -> Box<dyn Run> {
    let mut run = of("paxos", by_command(nodes, until_ms, script));
    run.seek(run.end());
    assert_eq!(run.violations(), []);
    run
}

/// Who stood with which ballot, in order.
fn stood(run: &dyn Run) -> Vec<(u8, u64)> {
    all(run, |entry| entry.kind == EventKind::Candidate)
        .iter()
        .map(|entry| (entry.node.0, entry.number.0))
        .collect()
}

/// Who voted for whom at which ballot, in order.
fn votes(run: &dyn Run) -> Vec<(u8, u8, u64)> {
    all(run, |entry| entry.kind == EventKind::Vote)
        .iter()
        .map(|entry| (entry.node.0, entry.peer.unwrap().0, entry.number.0))
        .collect()
}

#[test]
fn a_ballot_is_read_as_a_round_and_an_id_and_ordered_like_the_pair() {
    assert_eq!(ballot(2, NodeId(4)), Token(2004));
    let mut pairs: Vec<(u64, u8)> =
        (1..4).flat_map(|round| (0..101).map(move |id| (round, id))).collect();
    assert!(pairs.is_sorted());
    pairs.dedup_by_key(|(round, id)| ballot(*round, NodeId(*id)));
    assert_eq!(pairs.len(), 3 * 101);
    assert!(pairs.is_sorted_by_key(|(round, id)| ballot(*round, NodeId(*id))));
}

#[test]
fn rule_1_prepare_takes_a_ballot_above_every_one_that_was_promised() {
    let run = sound(
        5,
        4_000,
        json!([
            {"at_ms": 1000, "do": {"campaign": 4}},
            {"at_ms": 2000, "do": {"campaign": 0}},
            {"at_ms": 3000, "do": {"campaign": 2}},
        ]),
    );
    assert_eq!(stood(&*run), [(4, 1004), (0, 2000), (2, 3002)]);
}

#[test]
fn rule_1_prepare_no_ballot_is_used_twice_even_over_a_crash() {
    let run = sound(
        5,
        4_000,
        json!([
            {"at_ms": 1000, "do": {"campaign": 4}},
            {"at_ms": 1005, "do": {"crash": 4}},
            {"at_ms": 2000, "do": {"restart": 4}},
            {"at_ms": 3000, "do": {"campaign": 4}},
        ]),
    );
    assert_eq!(stood(&*run), [(4, 1004), (4, 2004)]);
}

#[test]
fn rule_2_promise_answers_a_higher_ballot_and_no_lower_one() {
    // Node 0 has heard of no ballot when it asks; everybody else has promised 1004.
    let run = sound(
        5,
        1_100,
        json!([
            {"at_ms": 500, "do": {"cut": {"from": 4, "to": 0}}},
            {"at_ms": 1000, "do": {"campaign": 4}},
            {"at_ms": 1005, "do": {"campaign": 0}},
        ]),
    );
    assert_eq!(stood(&*run), [(4, 1004), (0, 1000)]);
    let promised = named(&*run, EventKind::Send, "PROMISE");
    assert!(promised.iter().all(|entry| entry.number == Token(1004)));
    assert_eq!(sent(&*run, "NACK"), 4);
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn rule_3_abandon_a_proposer_that_promises_a_higher_ballot_gives_up_its_own() {
    let mut run = sound(
        5,
        1_060,
        json!([{"at_ms": 1000, "do": {"campaign": 0}}, {"at_ms": 1005, "do": {"campaign": 4}}]),
    );
    // All have promised node 0 its ballot, but node 0 itself has promised node 4's since.
    assert_eq!(named(&*run, EventKind::Send, "ACCEPT").len(), 4);
    assert_eq!(leaders(&*run), [4]);
    let role = |run: &dyn Run| run.snapshot().nodes[0].view.as_ref().unwrap().role;
    at(&mut *run, 1_014);
    assert_eq!(role(&*run), Role::Candidate);
    at(&mut *run, 1_016);
    assert_eq!(role(&*run), Role::Follower);
}

#[test]
fn rule_3_abandon_a_proposer_that_is_refused_gives_up_and_asks_with_a_higher_ballot() {
    let run = sound(
        5,
        10_000,
        json!([
            {"at_ms": 500, "do": {"cut": {"from": 4, "to": 0}}},
            {"at_ms": 1000, "do": {"campaign": 4}},
            {"at_ms": 1005, "do": {"campaign": 0}},
        ]),
    );
    assert_eq!(rules_of(&*run, 0).iter().filter(|id| **id == "paxos/abandon").count(), 1);
    assert_eq!(stood(&*run), [(4, 1004), (0, 1000), (0, 2000)]);
    assert_eq!(beliefs(&*run)[0], Some((4, 2000)));
}

#[test]
fn rule_4_propose_takes_the_value_of_the_highest_ballot_among_the_promises() {
    // Nodes 0 and 1 vote for themselves, at 1000 and at 2001, and nobody hears of it. Then
    // node 2 needs the promises of both.
    let cuts = |at_ms: u64, from: u8| {
        (0..5u8)
            .filter(move |to| *to != from)
            .map(move |to| json!({"at_ms": at_ms, "do": {"cut": {"from": from, "to": to}}}))
    };
    let mut script = vec![json!({"at_ms": 1000, "do": {"campaign": 0}})];
    script.extend(cuts(1015, 0));
    script.push(json!({"at_ms": 1900, "do": {"cut": {"from": 1, "to": 0}}}));
    script.push(json!({"at_ms": 2000, "do": {"campaign": 1}}));
    script.extend(cuts(2015, 1));
    script.push(json!({"at_ms": 2500, "do": {"crash": 3}}));
    script.push(json!({"at_ms": 2500, "do": {"crash": 4}}));
    script.push(json!({"at_ms": 2600, "do": "heal"}));
    script.push(json!({"at_ms": 3000, "do": {"campaign": 2}}));
    let run = sound(5, 3_500, Value::Array(script));
    assert_eq!(votes(&*run)[..3], [(0, 0, 1000), (1, 1, 2001), (2, 1, 3002)]);
    assert_eq!(leaders(&*run), [1]);
}

#[test]
fn rule_4_propose_takes_its_own_value_only_if_no_promise_names_one() {
    let run = sound(5, 2_000, json!([{"at_ms": 1000, "do": {"campaign": 2}}]));
    assert!(votes(&*run).iter().all(|vote| (vote.1, vote.2) == (2, 1002)));
    assert_eq!(votes(&*run).len(), 5);
}

#[test]
fn rule_5_accept_and_rule_2_promise_are_on_disk_before_they_are_told() {
    let run = sound(5, 2_000, json!([{"at_ms": 1000, "do": {"campaign": 2}}]));
    let of_0: Vec<_> = all(&*run, |entry| entry.node == NodeId(0))
        .iter()
        .map(|entry| (entry.kind, entry.name))
        .filter(|(kind, name)| *kind == EventKind::Persist || ["PROMISE", "VOTED"].contains(name))
        .collect();
    let disk = (EventKind::Persist, "");
    assert_eq!(of_0, [disk, (EventKind::Send, "PROMISE"), disk, (EventKind::Send, "VOTED")]);
}

/// Node 1 promises node 0's ballot and then node 2's, crashes and returns. Node 0's ACCEPT comes
/// after that, and node 2's still later. Nodes 0 and 2 cannot hear each other.
fn forgetful() -> Value {
    by_command(
        3,
        2_500,
        json!([
            {"at_ms": 500, "do": {"partition": [[0], [2]]}},
            {"at_ms": 1000, "do": {"campaign": 0}},
            {"at_ms": 1015, "do": {"link": {"from": 0, "to": 1, "delay_ms": 500}}},
            {"at_ms": 1100, "do": {"campaign": 2}},
            {"at_ms": 1115, "do": {"link": {"from": 2, "to": 1, "delay_ms": 800}}},
            {"at_ms": 1200, "do": {"crash": 1}},
            {"at_ms": 1300, "do": {"restart": 1}},
        ]),
    )
}

#[test]
fn rule_6_refuse_an_acceptor_keeps_its_promise_over_a_crash() {
    let mut run = of("paxos", forgetful());
    at(&mut *run, 1_600);
    let refusals = all(&*run, |entry| entry.kind == EventKind::Refuse);
    assert_eq!(refusals.len(), 1);
    let refusal = (refusals[0].node, refusals[0].peer, refusals[0].number);
    assert_eq!(refusal, (NodeId(1), Some(NodeId(0)), Token(1000)));
    run.seek(run.end());
    assert_eq!(leaders(&*run), [2]);
    assert_eq!(run.violations(), []);
}

#[test]
fn rule_6_refuse_a_copy_is_no_lower_ballot() {
    let mut fields = by_command(5, 3_000, json!([{"at_ms": 1000, "do": {"campaign": 2}}]));
    fields["cluster"]["network"] =
        json!({"latency": {"uniform": {"min_ms": 10, "max_ms": 50}}, "duplicate_permille": 1000});
    let mut run = of("paxos", fields);
    run.seek(run.end());
    assert_eq!(sent(&*run, "NACK"), 0);
    assert_eq!(leaders(&*run), [2]);
}

/// Counting rule: every message of the choice that is sent to another node, heartbeats and
/// writes apart; CHOSEN, by which the others learn, is the last n − 1.
#[test]
fn rule_8_chosen_after_two_round_trips_and_four_times_n_minus_1_messages() {
    for n in 3..=9u8 {
        for proposer in 0..n {
            let run = sound(n, 1_500, json!([{"at_ms": 1000, "do": {"campaign": proposer}}]));
            assert_eq!(reigns(&*run), [(1040, proposer, 1000 + u64::from(proposer))]);
            let others = usize::from(n) - 1;
            for name in ["PREPARE", "PROMISE", "ACCEPT", "VOTED"] {
                assert_eq!(sent(&*run, name), others, "{name}");
            }
            assert_eq!(sent(&*run, "CHOSEN"), others);
            assert_eq!(sent(&*run, "NACK"), 0);
            let known = Some((proposer, 1000 + u64::from(proposer)));
            assert_eq!(beliefs(&*run), vec![known; usize::from(n)]);
        }
    }
}

#[test]
fn rule_8_chosen_takes_a_majority_of_the_configured_cluster() {
    // Two of five, and two of four: for an hour nobody is chosen.
    for (nodes, groups) in [(5, json!([[0, 1], [2], [3], [4]])), (4, json!([[0, 1], [2, 3]]))] {
        let mut run = of(
            "paxos",
            json!({
                "cluster": {"nodes": nodes},
                "until_ms": 3_600_000,
                "script": [{"at_ms": 0, "do": {"partition": groups}}],
            }),
        );
        run.seek(run.end());
        assert!(stood(&*run).len() > 100);
        assert_eq!(reigns(&*run), []);
    }
}

#[test]
fn rule_9_learn_the_node_that_was_chosen_leads_whoever_proposed_it() {
    let run = sound(
        5,
        3_000,
        json!([{"at_ms": 1000, "do": {"campaign": 4}}, {"at_ms": 2000, "do": {"campaign": 0}}]),
    );
    // Node 0 proposes again what was chosen; node 4 hears of it 50 ms later.
    assert_eq!(reigns(&*run), [(1040, 4, 1004), (2050, 4, 2000)]);
    assert_eq!(beliefs(&*run), [Some((4, 2000)); 5]);
    assert_eq!(leaders(&*run), [4]);
}

#[test]
fn rule_10_heartbeat_the_leader_writes_with_its_ballot() {
    let run = sound(5, 5_500, json!([{"at_ms": 1000, "do": {"campaign": 3}}]));
    // At 1040, 2040 … 5040 ms.
    assert_eq!(sent(&*run, "HEARTBEAT"), 5 * 4);
    assert_eq!(writes(&*run), (vec![Token(1003); 5], vec![]));
}

#[test]
fn rule_11_heard_a_node_that_was_away_learns_from_a_heartbeat() {
    let mut run = sound(
        5,
        6_000,
        json!([
            {"at_ms": 500, "do": {"crash": 0}},
            {"at_ms": 1000, "do": {"campaign": 3}},
            {"at_ms": 2500, "do": {"restart": 0}},
        ]),
    );
    at(&mut *run, 3_045);
    assert_eq!(beliefs(&*run)[0], None);
    at(&mut *run, 3_055);
    assert_eq!(beliefs(&*run)[0], Some((3, 1003)));
}

#[test]
fn rule_12_miss_a_dead_leader_is_suspected_and_nobody_replaces_it() {
    let run = sound(
        5,
        3_600_000,
        json!([{"at_ms": 1000, "do": {"campaign": 3}}, {"at_ms": 1500, "do": {"crash": 3}}]),
    );
    let suspicions = all(&*run, |entry| entry.kind == EventKind::Suspect);
    // The only heartbeat arrived at 1050 ms; three times 1100 ms follow.
    assert_eq!(suspicions.len(), 4);
    assert!(suspicions.iter().all(|entry| entry.time == SimTime::from_ms(1050 + 3300)));
    assert_eq!(stood(&*run), [(3, 1003)]);
    assert_eq!(reigns(&*run), [(1040, 3, 1003)]);
}

#[test]
fn asking_again_does_not_replace_a_dead_leader_either() {
    let run = sound(
        5,
        9_000,
        json!([
            {"at_ms": 1000, "do": {"campaign": 3}},
            {"at_ms": 1500, "do": {"crash": 3}},
            {"at_ms": 8000, "do": {"campaign": 0}},
        ]),
    );
    assert_eq!(beliefs(&*run)[0], Some((3, 2000)));
    assert!(votes(&*run).iter().all(|vote| vote.1 == 3));
}

#[test]
fn a_leader_that_returns_leads_again_when_it_has_asked() {
    let mut run = of(
        "paxos",
        json!({
            "until_ms": 30_000,
            "script": [{"at_ms": 10_000, "do": {"crash": 0}}, {"at_ms": 12_000, "do": {"restart": 0}}],
            "cluster": {"seed": 3},
        }),
    );
    at(&mut *run, 9_000);
    let first = leaders(&*run)[0];
    let mut run = of(
        "paxos",
        json!({
            "until_ms": 30_000,
            "script": [
                {"at_ms": 10_000, "do": {"crash": first}},
                {"at_ms": 12_000, "do": {"restart": first}},
            ],
            "cluster": {"seed": 3},
        }),
    );
    run.seek(run.end());
    assert_eq!(leaders(&*run), [first]);
    let numbers: Vec<u64> = reigns(&*run).iter().map(|reign| reign.2).collect();
    assert!(numbers.len() == 2 && numbers.is_sorted(), "{numbers:?}");
    assert_eq!(run.violations(), []);
}

#[test]
fn a_settled_run_begins_with_the_highest_node_chosen() {
    let mut run = of("paxos", json!({"protocol": {"paxos": {"settled": true}}}));
    run.seek(run.end());
    assert_eq!(reigns(&*run), [(0, 4, 1004)]);
    assert_eq!(beliefs(&*run), [Some((4, 1004)); 5]);
    assert_eq!(run.violations(), []);
    assert_eq!(stood(&*run), []);
}

/// Two proposers, the second 400 ms after the first, and messages of 200 to 300 ms. When the
/// first hears of the second it has asked for votes or is about to. Its new PREPARE takes two
/// trips from here, at most 600 ms, and the other's ACCEPT three, at least 600 ms.
fn duel(seed: u8, back_off_ms: u64) -> Box<dyn Run> {
    let mut run = of(
        "paxos",
        json!({
            "protocol": {"paxos": {"start_ms": 600_000, "back_off_ms": back_off_ms}},
            "cluster": {
                "seed": seed,
                "network": {"latency": {"uniform": {"min_ms": 200, "max_ms": 300}}},
            },
            "until_ms": 300_000,
            "script": [{"at_ms": 1000, "do": {"campaign": 0}}, {"at_ms": 1400, "do": {"campaign": 4}}],
        }),
    );
    run.seek(run.end());
    assert_eq!(run.violations(), []);
    run
}

#[test]
fn a_duel_without_back_off_goes_on_and_with_it_ends() {
    for seed in 0..10 {
        let endless = duel(seed, 0);
        assert_eq!(reigns(&*endless), []);
        assert!(stood(&*endless).len() > 500);
        let ends = duel(seed, 3000);
        assert_eq!(leaders(&*ends).len(), 1);
        assert!(reigns(&*ends)[0].0 < 60_000);
    }
}

#[test]
fn after_losses_and_crashes_end_a_leader_comes_within_the_stated_bound() {
    for seed in 0..20u8 {
        let mut script: Vec<Value> = Vec::new();
        for from in 0..5u8 {
            for to in (0..5u8).filter(|to| *to != from) {
                script.push(json!({"at_ms": 100, "do": {"link":
                    {"from": from, "to": to, "loss_permille": 400, "delay_ms": 20}}}));
            }
        }
        script.push(json!({"at_ms": 3000, "do": {"crash": seed % 5}}));
        script.push(json!({"at_ms": 6000, "do": {"crash": (seed + 2) % 5}}));
        script.push(json!({"at_ms": 15_000, "do": {"restart": seed % 5}}));
        script.push(json!({"at_ms": 19_000, "do": {"restart": (seed + 2) % 5}}));
        script.push(json!({"at_ms": 20_000, "do": "heal"}));
        let mut run =
            of("paxos", json!({"cluster": {"seed": seed}, "until_ms": 300_000, "script": script}));
        let bound = run.scenario().protocol.settles_within(5, Span::new(10));
        assert!(bound < Span::new(200_000));
        run.seek(SimTime::from_ms(20_000) + bound);
        let leader = leaders(&*run)[0];
        assert_eq!(leaders(&*run), [leader], "seed {seed}");
        assert!(beliefs(&*run).iter().all(|belief| belief.is_some_and(|b| b.0 == leader)));
        assert_eq!(run.violations(), []);
    }
}

/// What the checks find when a rule is switched off, in a run of these fields.
fn noticed(fields: Value, broken: Option<&str>) -> Vec<&'static str> {
    let mut scenario: Scenario = of("paxos", fields).scenario();
    if let Some(rule) = broken {
        assert!(scenario.protocol.switch_off(rule));
    }
    let mut run = registry::open(scenario);
    run.seek(run.end());
    let mut noticed: Vec<_> =
        run.violations().iter().map(|violation| violation.check.name()).collect();
    noticed.sort_unstable();
    noticed.dedup();
    noticed
}

#[test]
fn every_rule_that_is_switched_off_is_noticed() {
    let asked_twice = by_command(
        5,
        3_000,
        json!([
            {"at_ms": 1000, "do": {"campaign": 4}},
            {"at_ms": 2000, "do": {"campaign": 0}},
        ]),
    );
    let two_halves = by_command(
        4,
        3_000,
        json!([
            {"at_ms": 500, "do": {"partition": [[0, 1], [2, 3]]}},
            {"at_ms": 1000, "do": {"campaign": 0}},
            {"at_ms": 2000, "do": {"campaign": 3}},
        ]),
    );
    let table = [
        ("accepted-value-ignored", asked_twice, vec!["one-value-chosen"]),
        ("promise-not-on-disk", forgetful(), vec!["one-value-chosen"]),
        ("vote-not-on-disk", forgetful(), vec!["vote-on-disk"]),
        ("accepts-below-promise", forgetful(), vec!["one-value-chosen"]),
        ("half-is-enough", two_halves, vec!["majority-voted"]),
    ];
    for (rule, fields, found) in table.clone() {
        assert_eq!(noticed(fields.clone(), None), [""; 0]);
        assert_eq!(noticed(fields, Some(rule)), found, "{rule}");
    }
    let info = registry::ALL.iter().find(|info| info.name == "paxos").unwrap();
    let rules: Vec<_> = info.switches.iter().map(|switch| switch.name).collect();
    assert_eq!(rules, table.map(|row| row.0));
}
