//! One test per rule of Raft's election, and per way in which it fails; those of a leader and its
//! log are in [`crate::raft_leader`]. The numbers of the rules are those of `protocols/raft`; every message takes 10 ms and the run begins with node 4
//! leading term 1, whose heartbeats come every 50 ms from 0 ms on. Most tests make timeouts long
//! and ask for elections by hand.

use crate::cluster::{all, at, beliefs, leaders, named, of, reigns, sent};
use crate::transcripts;
use election_engine::ids::NodeId;
use election_engine::run::{Entry, Run};
use election_engine::trace::EventKind;
use election_engine::view::{NodeView, Role};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

transcripts! {
    "raft/":
    a_clean_election "clean-election",
    a_split_vote "split-vote",
    two_leaders_in_two_terms "old-leader",
    amnesia_breaks_the_promise "amnesia",
    a_node_that_was_cut_off_deposes_the_leader "rejoin",
    with_pre_vote_it_deposes_nobody "rejoin-pre-vote",
}

/// A run of Raft with these parameters, at its end.
pub fn raft(until_ms: u64, parameters: Value, script: Value) -> Box<dyn Run> {
    with(until_ms, parameters, json!({}), script)
}

pub fn with(until_ms: u64, parameters: Value, cluster: Value, script: Value) -> Box<dyn Run> {
    let mut run = of(
        "raft",
        json!({
            "protocol": {"raft": parameters},
            "cluster": cluster,
            "until_ms": until_ms,
            "script": script,
        }),
    );
    run.seek(run.end());
    run
}

/// Nobody times out: elections are held by hand. No writes, no leader at the start.
pub fn by_hand(changes: Value) -> Value {
    let mut parameters = json!({
        "election_min_ms": 60_000,
        "election_max_ms": 60_000,
        "heartbeat_ms": 60_000,
        "writes": false,
        "settled": false,
    });
    for (name, value) in changes.as_object().unwrap() {
        parameters[name] = value.clone();
    }
    parameters
}

pub fn view(run: &dyn Run, node: usize) -> NodeView {
    run.snapshot().nodes[node].view.clone().expect("a running node")
}

pub fn terms(run: &dyn Run) -> Vec<u64> {
    (0..usize::from(run.scenario().cluster.nodes)).map(|node| view(run, node).number.0).collect()
}

pub fn log(run: &dyn Run, node: usize) -> (Vec<u32>, usize) {
    let log = view(run, node).log.expect("Raft has a log");
    (log.terms, log.committed)
}

pub fn of_kind(run: &dyn Run, kind: EventKind) -> Vec<Entry> {
    all(run, |entry| entry.kind == kind)
}

pub fn fired(run: &dyn Run, rule: &str) -> usize {
    all(run, |entry| entry.rule.is_some_and(|cited| cited.id == rule)).len()
}

// Counts. Counting rule: messages sent, to whomever, until the first AppendEntries of the new
// leader has been sent to all; heartbeats and answers to AppendEntries are not counted.

#[test]
fn an_election_without_a_split_takes_three_messages_for_each_other_node() {
    for n in 3..=9 {
        let script = json!([{"at_ms": 100, "do": {"campaign": 0}}]);
        let run = with(1000, by_hand(json!({})), json!({"nodes": n}), script);
        assert_eq!(reigns(&*run), [(120, 0, 1)]);
        assert_eq!(sent(&*run, "REQUESTVOTE"), n - 1);
        assert_eq!(sent(&*run, "VOTE"), n - 1);
        // The first AppendEntries carries the entry of §8.
        assert_eq!(sent(&*run, "APPEND"), n - 1);
        let answers = sent(&*run, "APPENDED");
        assert_eq!(of_kind(&*run, EventKind::Send).len() - answers, 3 * (n - 1));
    }
}

#[test]
fn a_pre_vote_adds_two_messages_for_each_other_node() {
    for n in 3..=9 {
        let script = json!([{"at_ms": 100, "do": {"campaign": 0}}]);
        let parameters = by_hand(json!({"pre_vote": true}));
        let run = with(1000, parameters, json!({"nodes": n}), script);
        assert_eq!(reigns(&*run), [(140, 0, 1)]);
        assert_eq!(sent(&*run, "PREVOTE"), n - 1);
        assert_eq!(sent(&*run, "WOULD-VOTE"), n - 1);
        let answers = sent(&*run, "APPENDED");
        assert_eq!(of_kind(&*run, EventKind::Send).len() - answers, 5 * (n - 1));
    }
}

#[test]
fn five_nodes_take_12_messages_and_20_with_a_pre_vote() {
    let count = |pre_vote: bool| {
        let script = json!([{"at_ms": 100, "do": {"campaign": 2}}]);
        let run = raft(1000, by_hand(json!({"pre_vote": pre_vote})), script);
        of_kind(&*run, EventKind::Send).len() - sent(&*run, "APPENDED")
    };
    assert_eq!((count(false), count(true)), (12, 20));
}

// The rules.

#[test]
fn rule_1_start_a_node_that_starts_follows_nobody() {
    let mut run = raft(100, json!({"settled": false}), json!([]));
    at(&mut *run, 0);
    for node in 0..5 {
        let view = view(&*run, node);
        assert_eq!((view.role, view.believes, view.number.0), (Role::Follower, None, 0));
        let timer = &run.snapshot().nodes[node].timers[0];
        let ms = timer.fires_at.as_ms();
        assert!(timer.is_suspicion && (150..=300).contains(&ms), "{ms}");
    }
}

#[test]
fn a_settled_run_begins_with_the_highest_node_elected_by_all() {
    let run = raft(40, json!({}), json!([]));
    assert_eq!(reigns(&*run), [(0, 4, 1)]);
    assert_eq!(beliefs(&*run), [Some((4, 1)); 5]);
    assert_eq!(of_kind(&*run, EventKind::Vote).len(), 5);
    assert_eq!(log(&*run, 4), (vec![1], 1));
}

#[test]
fn a_settled_run_whose_highest_node_could_not_have_won_begins_without_a_leader() {
    let logs = json!([[1, 1], [1, 1], [1, 1], [], [1]]);
    let run = raft(100, json!({"logs": logs}), json!([]));
    assert_eq!(reigns(&*run), []);
    let logs = json!([[1, 1], [1, 1], [], [], [1]]);
    let run = raft(100, json!({"logs": logs}), json!([]));
    assert_eq!(reigns(&*run), [(0, 4, 2)]);
}

#[test]
fn rule_2_timeout_is_random_and_counted_from_the_last_heartbeat() {
    for seed in 1..=20 {
        let script = json!([{"at_ms": 1020, "do": {"crash": 4}}]);
        let run = with(1400, json!({}), json!({"seed": seed}), script);
        let suspects = of_kind(&*run, EventKind::Suspect);
        // The last heartbeat left at 1000 ms.
        let first = suspects[0].time.as_ms();
        assert!((1160..=1310).contains(&first), "{first}");
        assert_eq!(suspects[0].peer, Some(NodeId(4)));
        assert_eq!(suspects[0].rule.unwrap().id, "raft/timeout");
    }
}

#[test]
fn rule_3_heartbeat_the_leader_beats_to_all_others_and_writes_each_interval() {
    let run = raft(470, json!({}), json!([]));
    // At 0, 50 … 450 ms, to four others each; those at 0 and at 450 ms (the tenth) carry an entry.
    assert_eq!(sent(&*run, "HEARTBEAT") + sent(&*run, "APPEND"), 10 * 4);
    assert_eq!(sent(&*run, "APPEND"), 4);
    assert_eq!(sent(&*run, "WRITE"), 10);
    let run = raft(60_000, json!({}), json!([]));
    // Clients leave half of the log to the no-ops of leaders to come.
    assert_eq!(log(&*run, 0), (vec![1; 16], 16));
}

#[test]
fn rule_4_a_leader_without_a_majority_steps_down_after_one_to_two_timeouts() {
    let cut = json!([{"at_ms": 1000, "do": {"partition": [[3, 4, 5], [0, 1, 2]]}}]);
    let run = raft(1400, json!({"check_quorum": true}), cut.clone());
    let down = of_kind(&*run, EventKind::StepDown);
    // It looks every 150 ms, at 1050 and 1200 ms; before 1050 ms it has heard from all.
    assert_eq!((down.len(), down[0].node, down[0].time.as_ms()), (1, NodeId(4), 1200));
    assert_eq!(down[0].rule.unwrap().id, "raft/check-quorum");
    // It stays in its term until its own timeout.
    assert_eq!(down[0].number.0, 1);
    let without = raft(1400, json!({}), cut);
    assert!(of_kind(&*without, EventKind::StepDown).is_empty());
    assert!(leaders(&*without).contains(&4));
}

#[test]
fn rule_5_ignore_who_hears_a_leader_takes_no_notice_of_a_candidate() {
    let script = json!([{"at_ms": 220, "do": {"campaign": 0}}]);
    let run = raft(240, json!({"check_quorum": true}), script.clone());
    assert_eq!(terms(&*run), [2, 1, 1, 1, 1]);
    assert_eq!(fired(&*run, "raft/ignore"), 2 * 4, "four arrivals, four refusals");
    assert_eq!(sent(&*run, "NO-VOTE"), 0);
    // Its answer to the next heartbeat tells the leader of the new term all the same.
    let run = raft(280, json!({"check_quorum": true}), script.clone());
    assert!(of_kind(&*run, EventKind::StepDown)[0].time.as_ms() <= 280);
    // Without CheckQuorum it is elected.
    assert_eq!(reigns(&*raft(280, json!({}), script)), [(0, 4, 1), (240, 0, 2)]);
}

#[test]
fn rule_6_a_higher_term_in_a_request_or_in_an_answer_is_taken_over() {
    let run = raft(
        1000,
        by_hand(json!({})),
        json!([
            {"at_ms": 100, "do": {"partition": [[0, 5], [1, 2, 3, 4]]}},
            {"at_ms": 110, "do": {"campaign": 0}},
            {"at_ms": 120, "do": {"campaign": 0}},
            {"at_ms": 130, "do": "heal"},
            {"at_ms": 140, "do": {"campaign": 1}},
        ]),
    );
    // Node 0 stood twice for nobody; its refusal at 150 ms carries term 2 to node 1 and no further.
    assert_eq!(terms(&*run), [2, 2, 1, 1, 1]);
    let refused = named(&*run, EventKind::Deliver, "NO-VOTE");
    assert_eq!((refused.len(), refused[0].number.0), (1, 2));
    assert_eq!(refused[0].rule.unwrap().id, "raft/newer-term");
}

#[test]
fn rule_7_a_pre_vote_changes_nothing_and_any_number_may_be_given() {
    let script = json!([
        {"at_ms": 100, "do": {"campaign": 0}},
        {"at_ms": 100, "do": {"campaign": 1}},
    ]);
    let mut run = raft(1000, by_hand(json!({"pre_vote": true})), script);
    at(&mut *run, 115);
    assert_eq!(sent(&*run, "WOULD-VOTE"), 8);
    assert_eq!(terms(&*run), [0; 5]);
    assert!(of_kind(&*run, EventKind::Vote).is_empty());
    assert!(of_kind(&*run, EventKind::Persist).is_empty());
    assert!(of_kind(&*run, EventKind::Candidate).is_empty());
}

#[test]
fn rule_7_no_pre_vote_while_a_leader_was_heard_within_the_shortest_timeout() {
    // The last heartbeat left at 1000 ms and arrived at 1010 ms: it counts until 1160 ms.
    let asked_at = |ms: u64| {
        let run = raft(
            ms + 15,
            json!({"pre_vote": true}),
            json!([
                {"at_ms": 1020, "do": {"crash": 4}},
                {"at_ms": ms - 10, "do": {"campaign": 0}},
            ]),
        );
        (sent(&*run, "WOULD-VOTE"), sent(&*run, "WOULD-NOT"))
    };
    assert_eq!(asked_at(1159), (0, 3));
    assert_eq!(asked_at(1161), (3, 0));
    // The leader itself is a leader that was heard.
    let run = raft(230, json!({"pre_vote": true}), json!([{"at_ms": 205, "do": {"campaign": 0}}]));
    assert_eq!((sent(&*run, "WOULD-VOTE"), sent(&*run, "WOULD-NOT")), (0, 4));
}

#[test]
fn rule_7_no_pre_vote_for_a_log_that_is_behind() {
    let logs = json!([[1], [1, 1], [1], [1, 2], []]);
    let parameters = by_hand(json!({"pre_vote": true, "logs": logs}));
    let run = raft(200, parameters, json!([{"at_ms": 100, "do": {"campaign": 0}}]));
    assert_eq!((sent(&*run, "WOULD-VOTE"), sent(&*run, "WOULD-NOT")), (2, 2));
    // Who would not says so with its own term, which sends the asker back to follow.
    assert_eq!(terms(&*run)[0], 2);
}

#[test]
fn rule_8_only_a_majority_of_pre_votes_makes_a_candidate() {
    let mut run = raft(
        1000,
        by_hand(json!({"pre_vote": true})),
        json!([
            {"at_ms": 50, "do": {"partition": [[0, 1, 5], [2, 3, 4]]}},
            {"at_ms": 100, "do": {"campaign": 0}},
            {"at_ms": 200, "do": {"campaign": 2}},
        ]),
    );
    let stood = of_kind(&*run, EventKind::Candidate);
    assert_eq!((stood.len(), stood[0].node), (1, NodeId(2)));
    assert_eq!(reigns(&*run), [(240, 2, 1)]);
    at(&mut *run, 150);
    assert_eq!(view(&*run, 0).ballots.unwrap().have.len(), 2);
}

#[test]
fn rule_9_a_vote_is_on_disk_before_it_is_answered() {
    let run = raft(1000, by_hand(json!({})), json!([{"at_ms": 100, "do": {"campaign": 0}}]));
    for node in 1..5 {
        let of_node = all(&*run, |entry| entry.node == NodeId(node));
        let place = |kind, name: &str| {
            of_node.iter().position(|entry| entry.kind == kind && entry.name == name).unwrap()
        };
        let (vote, disk) = (place(EventKind::Vote, ""), place(EventKind::Persist, ""));
        assert!(vote < disk && disk < place(EventKind::Send, "VOTE"));
    }
}

#[test]
fn rule_9_first_come_first_served_and_one_vote_a_term() {
    let run = raft(
        1000,
        by_hand(json!({})),
        json!([
            {"at_ms": 100, "do": {"campaign": 0}},
            {"at_ms": 101, "do": {"campaign": 1}},
        ]),
    );
    // Node 1 has its own vote; the other three go to node 0.
    assert_eq!(reigns(&*run), [(120, 0, 1)]);
    // The two candidates refuse each other.
    assert_eq!(of_kind(&*run, EventKind::Refuse).len(), 3 + 2);
    assert_eq!(sent(&*run, "NO-VOTE"), 3 + 2);
}

#[test]
fn rule_9_a_vote_is_remembered_over_a_crash() {
    let run = raft(
        1000,
        by_hand(json!({})),
        json!([
            {"at_ms": 50, "do": {"partition": [[0, 1, 5], [2, 3, 4]]}},
            {"at_ms": 100, "do": {"campaign": 0}},
            {"at_ms": 200, "do": {"crash": 1}},
            {"at_ms": 210, "do": {"restart": 1}},
            {"at_ms": 220, "do": "heal"},
            {"at_ms": 230, "do": {"campaign": 2}},
        ]),
    );
    let votes = of_kind(&*run, EventKind::Vote);
    let of_1: Vec<_> = votes.iter().filter(|vote| vote.node == NodeId(1)).collect();
    assert_eq!((of_1.len(), of_1[0].peer), (1, Some(NodeId(0))));
    assert_eq!(reigns(&*run), [(250, 2, 1)]);
}

#[test]
fn rule_9_the_later_last_term_wins_and_then_the_longer_log() {
    // Who asks, and who votes for it besides itself.
    let logs = json!([[1, 1, 1], [1, 2], [1, 2, 2], [1, 2], []]);
    let votes_for = |node: usize| {
        let script = json!([{"at_ms": 100, "do": {"campaign": node}}]);
        sent(&*raft(115, by_hand(json!({"logs": logs})), script), "VOTE")
    };
    assert_eq!([0, 1, 2, 3, 4].map(votes_for), [1, 3, 4, 3, 0]);
}

#[test]
fn rule_9_a_refusal_does_not_put_off_the_timeout_and_a_vote_does() {
    let logs = json!([[], [1], [1], [], []]);
    let run =
        raft(115, by_hand(json!({"logs": logs})), json!([{"at_ms": 100, "do": {"campaign": 0}}]));
    let set_at = |node: usize| run.snapshot().nodes[node].timers[0].set_at.as_ms();
    assert_eq!([1, 2, 3, 4].map(set_at), [0, 0, 110, 110]);
}

#[test]
fn rule_10_a_majority_of_the_configured_cluster_elects_and_nothing_less() {
    // Four nodes, two of them cut off: two votes of four are no majority.
    let halves = json!([
        {"at_ms": 50, "do": {"partition": [[0, 1, 4], [2, 3]]}},
        {"at_ms": 100, "do": {"campaign": 0}},
    ]);
    let run = with(1000, by_hand(json!({})), json!({"nodes": 4}), halves);
    assert_eq!(reigns(&*run), []);
    // Three of five are one.
    let run = raft(
        1000,
        by_hand(json!({})),
        json!([
            {"at_ms": 50, "do": {"partition": [[0, 1, 2, 5], [3, 4]]}},
            {"at_ms": 100, "do": {"campaign": 0}},
            {"at_ms": 100, "do": {"campaign": 3}},
        ]),
    );
    assert_eq!(reigns(&*run), [(120, 0, 1)]);
    let run = with(
        1000,
        by_hand(json!({})),
        json!({"nodes": 1}),
        json!([{"at_ms": 100, "do": {"campaign": 0}}]),
    );
    assert_eq!(reigns(&*run), [(100, 0, 1)]);
    assert_eq!(log(&*run, 0), (vec![1], 1));
}
