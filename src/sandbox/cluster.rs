//! A learner's function as a part of a cluster: the engine runs, the sandbox is asked, and the
//! run begins anew until it asks nothing new (see the engine's `elsewhere`).

use std::rc::Rc;

use election_content::{Challenge, ClusterPart};
use election_engine::elsewhere::Elsewhere;
use election_engine::ids::{LogEnd, NodeId, Token};
use election_engine::protocols::raft::votes::{VoteDecision, VoteQuestion};
use election_engine::protocols::registry::{self, ProtocolConfig};
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::store::{WriteDecision, WriteQuestion};
use election_engine::trace::EventKind;
use serde_json::{Value, json};

use super::frame::Sandbox;
use super::outcome::{Answer, End};
use super::request::{BUDGET, Job};
use super::sentences::stopped;

/// After this many rounds a run is shown as it is. Code that answers by the rule needs two.
const ROUNDS: usize = 25;
/// The most that is asked in one round.
const QUESTIONS: usize = 400;
/// How many terms ahead a vote is asked for: where nobody wins, every round would otherwise bring
/// one new term and no more.
const TERMS_AHEAD: u32 = 8;
/// What the store of a scenario is written to.
const RESOURCE: &str = "orders";

/// A run in which the function took part.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// With the answers of the function in it.
    pub scenario: Rc<Scenario>,
    /// What went wrong, a sentence each; empty if nothing did.
    pub damage: Vec<String>,
    /// How many different decisions were asked for.
    pub decisions: usize,
}

/// Who is asked, and what was answered.
enum Book {
    Store(Elsewhere<WriteQuestion, WriteDecision>),
    Votes(Elsewhere<VoteQuestion, VoteDecision>),
}

/// Plays every run of the challenge with `source` in it.
///
/// # Errors
/// What became of the code, in a sentence, if it could not be asked.
pub async fn play(challenge: &Challenge, source: &str) -> Result<Vec<Played>, String> {
    let mut played = Vec::new();
    for scenario in &challenge.runs {
        let (scenario, book) = book(challenge.part, scenario.clone());
        played.push(play_one(challenge, source, scenario, &book).await?);
    }
    Ok(played)
}

fn book(part: Option<ClusterPart>, mut scenario: Scenario) -> (Scenario, Book) {
    if let (Some(ClusterPart::RaftVote), ProtocolConfig::Raft(config)) =
        (part, &mut scenario.protocol)
    {
        let asked = Elsewhere::default();
        config.votes = Some(asked.clone());
        return (scenario, Book::Votes(asked));
    }
    let asked = Elsewhere::default();
    scenario.cluster.store.elsewhere = Some(asked.clone());
    (scenario, Book::Store(asked))
}

async fn play_one(
    challenge: &Challenge,
    source: &str,
    scenario: Scenario,
    book: &Book,
) -> Result<Played, String> {
    let mut decisions = 0;
    let mut unusable = None;
    for _ in 0..ROUNDS {
        let mut run = registry::open(scenario.clone());
        run.seek(run.end());
        let (mut calls, open) = book.open();
        calls.truncate(QUESTIONS);
        if calls.is_empty() {
            let mut damage = damage(&*run);
            damage.extend(unusable);
            return Ok(Played { scenario: Rc::new(scenario), damage, decisions });
        }
        decisions += open;
        let job = Job {
            source: source.into(),
            function: Some(challenge.function.clone()),
            calls: calls.iter().map(|question| question.arguments().to_string()).collect(),
            budget: BUDGET,
        };
        let answers = match Sandbox::here().run(&job).await.end {
            End::Ran(answers) => answers,
            end => return Err(stopped(&end, source, Some(&challenge.function), None).1),
        };
        if let Some(first) = book.learn(calls, answers) {
            unusable.get_or_insert(first);
        }
    }
    let damage = vec![format!(
        "The run never settled: your function gave other answers to the same questions, or led to ever new ones in {ROUNDS} rounds."
    )];
    Ok(Played { scenario: Rc::new(scenario), damage, decisions })
}

/// What is asked of the function.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Question {
    Write(WriteQuestion),
    Vote(VoteQuestion),
}

impl Question {
    /// In the words of the challenge.
    fn arguments(self) -> Value {
        match self {
            Question::Write(question) => ask_store(&question),
            Question::Vote(question) => ask_vote(&question),
        }
    }
}

impl Book {
    /// What to ask now, and how many of these questions came up in the run; the others will if
    /// it goes on like this.
    fn open(&self) -> (Vec<Question>, usize) {
        match self {
            Book::Store(asked) => {
                let open = asked.open();
                (open.iter().copied().map(Question::Write).collect(), open.len())
            }
            Book::Votes(asked) => {
                let open = asked.open();
                let later = (0..=TERMS_AHEAD).flat_map(|ahead| {
                    open.iter().map(move |question| VoteQuestion {
                        term: question.term + ahead,
                        asked_term: question.asked_term + ahead,
                        ..*question
                    })
                });
                (later.map(Question::Vote).collect(), open.len())
            }
        }
    }

    /// Takes the answers, in the order of the questions. An answer of no use counts as a
    /// refusal; a sentence about the first of them is given back.
    fn learn(&self, questions: Vec<Question>, answers: Vec<Answer>) -> Option<String> {
        let mut unusable = None;
        for (question, answer) in questions.into_iter().zip(answers) {
            let value = match answer {
                Answer::Returned(value) => value.into_json(),
                Answer::Thrown(_) | Answer::Refused { .. } => None,
            };
            let usable = match (self, question) {
                (Book::Store(asked), Question::Write(question)) => {
                    let decision = value.and_then(|value| hear_store(&value));
                    let refusal = WriteDecision { accepted: false, highest: question.highest };
                    asked.answer(question, decision.unwrap_or(refusal));
                    decision.is_some()
                }
                (Book::Votes(asked), Question::Vote(question)) => {
                    let decision = value.and_then(|value| hear_vote(&value));
                    let VoteQuestion { term, voted_for, .. } = question;
                    let refusal = VoteDecision { term, voted_for, granted: false };
                    asked.answer(question, decision.unwrap_or(refusal));
                    decision.is_some()
                }
                _ => unreachable!("a book asks its own questions"),
            };
            if !usable {
                unusable.get_or_insert_with(|| {
                    let asked = question.arguments();
                    format!(
                        "Your function gave no usable answer to {asked}; that counts as a refusal."
                    )
                });
            }
        }
        unusable
    }
}

/// `receive(disk, write)`.
fn ask_store(question: &WriteQuestion) -> Value {
    let disk = match question.highest {
        Token(0) => json!({}),
        Token(highest) => json!({ RESOURCE: highest }),
    };
    json!([disk, { "resource": RESOURCE, "token": question.token.0 }])
}

fn hear_store(answer: &Value) -> Option<WriteDecision> {
    let highest = match &answer["disk"][RESOURCE] {
        Value::Null => 0,
        highest => highest.as_u64()?,
    };
    Some(WriteDecision { accepted: answer["accepted"].as_bool()?, highest: Token(highest) })
}

/// `answerRequestVote(node, request)`.
fn ask_vote(question: &VoteQuestion) -> Value {
    let LogEnd { term, index } = question.last;
    let asked = question.asked_last;
    json!([
        {
            "currentTerm": question.term,
            "votedFor": question.voted_for.map(|node| node.0),
            "lastLogTerm": term,
            "lastLogIndex": index,
        },
        {
            "term": question.asked_term,
            "candidateId": question.candidate.0,
            "lastLogTerm": asked.term,
            "lastLogIndex": asked.index,
        },
    ])
}

fn hear_vote(answer: &Value) -> Option<VoteDecision> {
    let voted_for = match &answer["votedFor"] {
        Value::Null => None,
        id => Some(NodeId(u8::try_from(id.as_u64()?).ok()?)),
    };
    Some(VoteDecision {
        term: u32::try_from(answer["currentTerm"].as_u64()?).ok()?,
        voted_for,
        granted: answer["voteGranted"].as_bool()?,
    })
}

/// What can be seen of a wrong decision at the end of a run.
fn damage(run: &dyn Run) -> Vec<String> {
    // The first of each kind; the others say the same of other nodes.
    let mut violations = run.violations().to_vec();
    violations.sort_by_key(|violation| (violation.check.name(), violation.at.0));
    violations.dedup_by_key(|violation| violation.check.name());
    violations.sort_by_key(|violation| violation.at.0);
    let mut damage: Vec<String> = violations.into_iter().map(|violation| violation.text).collect();
    let mut highest = Token(0);
    let mut turned_away = 0;
    for entry in run.entries() {
        match entry.kind {
            EventKind::WriteAccepted => highest = highest.max(entry.number),
            EventKind::WriteRefused if entry.number >= highest => turned_away += 1,
            _ => {}
        }
    }
    if turned_away > 0 {
        damage.push(format!(
            "The store turned away {turned_away} writes of a leader that nobody had replaced."
        ));
    }
    if run.snapshot().leaders().next().is_none() {
        damage.push("The run ends without a leader: the cluster stands still.".into());
    }
    damage
}

#[cfg(test)]
mod tests {
    use super::super::plain::Plain;
    use super::*;

    #[test]
    fn a_write_is_asked_and_answered_in_the_words_of_the_challenge() {
        let first = WriteQuestion { highest: Token(0), token: Token(1) };
        assert_eq!(ask_store(&first), json!([{}, {"resource": "orders", "token": 1}]));
        let later = WriteQuestion { highest: Token(7), token: Token(6) };
        assert_eq!(ask_store(&later)[0], json!({"orders": 7}));
        let decision = WriteDecision { accepted: true, highest: Token(8) };
        assert_eq!(hear_store(&json!({"accepted": true, "disk": {"orders": 8}})), Some(decision));
        for useless in [json!(true), json!({"accepted": 1, "disk": {}}), json!({"disk": {}})] {
            assert_eq!(hear_store(&useless), None, "{useless}");
        }
    }

    #[test]
    fn a_vote_is_asked_and_answered_in_the_words_of_the_challenge() {
        let question = VoteQuestion {
            term: 3,
            voted_for: Some(NodeId(0)),
            last: LogEnd { term: 2, index: 5 },
            asked_term: 4,
            candidate: NodeId(1),
            asked_last: LogEnd { term: 1, index: 9 },
        };
        assert_eq!(
            ask_vote(&question),
            json!([
                {"currentTerm": 3, "votedFor": 0, "lastLogTerm": 2, "lastLogIndex": 5},
                {"term": 4, "candidateId": 1, "lastLogTerm": 1, "lastLogIndex": 9},
            ])
        );
        let decision = VoteDecision { term: 4, voted_for: None, granted: false };
        let answer = json!({"currentTerm": 4, "votedFor": null, "voteGranted": false});
        assert_eq!(hear_vote(&answer), Some(decision));
        for useless in [
            json!(null),
            json!({"currentTerm": 4, "votedFor": 300, "voteGranted": true}),
            json!({"currentTerm": -1, "votedFor": null, "voteGranted": true}),
        ] {
            assert_eq!(hear_vote(&useless), None, "{useless}");
        }
    }

    #[test]
    fn an_answer_of_no_use_is_a_refusal_and_said_so() {
        let asked = Elsewhere::default();
        let book = Book::Store(asked.clone());
        let scenario = Scenario::parse(include_str!(
            "../../challenges/store-that-remembers/runs/1-late-writes.json"
        ))
        .expect("the run is right");
        let (mut scenario, _) = super::book(Some(ClusterPart::Store), scenario);
        scenario.cluster.store.elsewhere = Some(asked.clone());
        let mut run = registry::open(scenario);
        run.seek(run.end());
        let (questions, open) = book.open();
        assert!(open > 0);
        let said = book.learn(questions, vec![Answer::Returned(Plain::Undefined); open]);
        assert!(said.expect("it is said").contains("no usable answer"));
        assert!(asked.open().is_empty());
    }
}
