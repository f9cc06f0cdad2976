//! Decisions made elsewhere, round after round, on the runs that the challenges show.

use election_engine::checks::Violation;
use election_engine::elsewhere::part::Part;
use election_engine::elsewhere::rounds::{Next, Rounds};
use election_engine::elsewhere::{Elsewhere, Question};
use election_engine::ids::Token;
use election_engine::protocols::raft::votes::{VoteDecision, VoteQuestion};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::store::{WriteDecision, WriteQuestion};
use election_engine::view::Role;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ROUNDS: usize = 40;

fn scenario(text: &str) -> Scenario {
    Scenario::parse(text).expect("the challenge's scenario is right")
}

fn candidates() -> Scenario {
    scenario(include_str!("../../../challenges/raft-vote/runs/1-two-candidates.json"))
}

fn old_log() -> Scenario {
    scenario(include_str!("../../../challenges/raft-vote/runs/2-old-log.json"))
}

fn late_writes() -> Scenario {
    scenario(include_str!("../../../challenges/store-that-remembers/runs/1-late-writes.json"))
}

/// Plays rounds until nothing new is asked; the last run, at its end, and how many it took.
fn play<Q: Question>(
    scenario: &Scenario,
    asked: &Elsewhere<Q>,
    decide: impl Fn(&Q) -> Q::Decision,
) -> (Box<dyn Run>, usize) {
    for round in 1..=ROUNDS {
        let mut run = registry::open(scenario.clone());
        run.seek(run.end());
        let open = asked.open();
        if open.is_empty() {
            return (run, round);
        }
        for question in open {
            let answer = decide(&question);
            asked.answer(question, answer);
        }
    }
    panic!("it goes on asking");
}

fn vote(
    mut scenario: Scenario,
    decide: impl Fn(&VoteQuestion) -> VoteDecision,
) -> (Box<dyn Run>, usize) {
    let asked = Elsewhere::default();
    let ProtocolConfig::Raft(config) = &mut scenario.protocol else { panic!("it is Raft") };
    config.votes = Some(asked.clone());
    play(&scenario, &asked, decide)
}

fn keep(
    mut scenario: Scenario,
    decide: impl Fn(&WriteQuestion) -> WriteDecision,
) -> (Box<dyn Run>, usize) {
    let asked = Elsewhere::default();
    scenario.cluster.store.elsewhere = Some(asked.clone());
    play(&scenario, &asked, decide)
}

/// Figure 2 and §5.4.1, with what differs between good and bad answers as parameters.
fn figure_2(
    question: &VoteQuestion,
    free: impl Fn(&VoteQuestion) -> bool,
    up_to_date: bool,
) -> VoteDecision {
    let mut node = *question;
    if node.asked_term > node.term {
        (node.term, node.voted_for) = (node.asked_term, None);
    }
    let granted = node.asked_term == node.term && free(&node) && up_to_date;
    let voted_for = if granted { Some(node.candidate) } else { node.voted_for };
    VoteDecision { term: node.term, voted_for, granted }
}

fn right(question: &VoteQuestion) -> VoteDecision {
    let free = |node: &VoteQuestion| node.voted_for.is_none_or(|vote| vote == node.candidate);
    figure_2(question, free, question.asked_last >= question.last)
}

fn highest(question: &WriteQuestion) -> WriteDecision {
    let accepted = question.token >= question.highest;
    WriteDecision { accepted, highest: question.highest.max(question.token) }
}

fn named(violations: &[Violation]) -> Vec<&str> {
    violations.iter().map(|violation| violation.check.name()).collect()
}

fn leads(run: &dyn Run) -> bool {
    run.snapshot().nodes.iter().any(|node| {
        node.status.name() == "running"
            && node.view.as_ref().is_some_and(|view| view.role == Role::Leader)
    })
}

#[test]
fn the_rule_asked_elsewhere_gives_the_built_in_run_in_two_rounds() {
    for scenario in [candidates(), old_log()] {
        let mut built_in = registry::open(scenario.clone());
        built_in.seek(built_in.end());
        let (run, rounds) = vote(scenario, right);
        assert_eq!(rounds, 2);
        assert_eq!(run.hash(), built_in.hash());
        assert!(run.violations().is_empty() && leads(&*run));
    }
    let mut built_in = registry::open(late_writes());
    built_in.seek(built_in.end());
    let (run, rounds) = keep(late_writes(), highest);
    assert_eq!((run.hash(), rounds), (built_in.hash(), 2));
    assert!(run.violations().is_empty());
    assert!(run.snapshot().store.refused > 0, "the late write is refused");
}

#[test]
fn a_node_that_votes_twice_makes_two_leaders_of_one_term() {
    let twice = |question: &VoteQuestion| figure_2(question, |_| true, true);
    let (run, _) = vote(candidates(), twice);
    assert!(named(&run.violations()).contains(&"one-leader-per-number"));
}

#[test]
fn a_long_old_log_wins_if_lengths_are_compared() {
    let longest = |question: &VoteQuestion| {
        let free = |node: &VoteQuestion| node.voted_for.is_none_or(|vote| vote == node.candidate);
        figure_2(question, free, question.asked_last.index >= question.last.index)
    };
    let (run, _) = vote(old_log(), longest);
    assert!(named(&run.violations()).contains(&"leader-up-to-date"), "{:?}", run.violations());
}

#[test]
fn who_never_votes_stalls_the_cluster() {
    let (run, _) = vote(candidates(), |question| figure_2(question, |_| false, true));
    assert!(!leads(&*run));
}

#[test]
fn a_store_that_lets_all_in_applies_a_stale_write() {
    let (run, _) =
        keep(late_writes(), |question| WriteDecision { accepted: true, highest: question.token });
    assert!(named(&run.violations()).contains(&"token-order"));
    let (run, _) = keep(late_writes(), |question| WriteDecision {
        accepted: question.token > question.highest || question.highest == Token(0),
        ..highest(question)
    });
    assert!(run.snapshot().store.refused > 10, "the leader's own writes are refused");
}

#[test]
fn answers_of_no_use_count_as_a_refusal_and_are_said_to_be_so() {
    let mut rounds = Rounds::new(Part::Store, &late_writes()).expect("every run has a store");
    let played = loop {
        match rounds.play() {
            Next::Ask(calls) => rounds.learn(&vec![None; calls.len()]),
            Next::Settled(played) => break played,
        }
    };
    let said = |text: &str| played.damage.iter().any(|sentence| sentence.contains(text));
    assert!(said("no usable answer to [{},{\"resource\":\"orders\",\"token\":1}]"));
    assert!(said("turned away"), "{:?}", played.damage);
    assert!(played.decisions > 1, "whoever is refused stands again, with another token");
}

#[test]
fn a_part_is_looked_for_where_it_is() {
    assert!(Rounds::new(Part::RaftVote, &late_writes()).is_none());
    assert!(Rounds::new(Part::BullyMessages, &late_writes()).is_some());
    let mut etcd = late_writes();
    etcd.protocol = ProtocolConfig::named("etcd").expect("it is in the registry");
    assert!(Rounds::new(Part::Lease, &etcd).is_none(), "its leader never looks at its clock");
}

#[test]
fn who_is_never_done_with_answers_is_stopped() {
    // A node that never votes, and takes a term far ahead each time: every question is new.
    let mut rounds = Rounds::new(Part::RaftVote, &candidates()).expect("it is Raft");
    let mut asked = 0;
    let played = loop {
        match rounds.play() {
            Next::Settled(played) => break played,
            Next::Ask(calls) => {
                asked += 1;
                let far = |call: &Value| {
                    let term = call[1]["term"].as_u64().unwrap_or(0) + 1000;
                    Some(json!({"currentTerm": term, "votedFor": null, "voteGranted": false}))
                };
                let answers: Vec<_> = calls.iter().map(far).collect();
                rounds.learn(&answers);
            }
        }
    };
    assert!(asked > 2, "it went on asking");
    assert!(!played.damage.is_empty());
}
