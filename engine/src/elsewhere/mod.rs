//! Decisions that are made outside the engine, such as by a learner's function.
//!
//! A simulation cannot wait for an answer, so it is run in rounds. What was not answered yet is
//! decided by the built-in rule and noted down; after the run the questions are answered, and the
//! run begins anew. Up to the first decision that came out differently each round repeats the one
//! before, so every round is right for longer, and the last one asks nothing new. What remains is
//! a run like any other: the answers are part of its scenario.
//!
//! Reading order:
//! 1. [`Question`]: what is asked, in the words of a challenge. Each stands beside the code that
//!    it replaces: in `store.rs`, and in a file of its algorithm.
//! 2. [`Elsewhere`]: the answers so far. A configuration holds one, if anybody is to be asked.
//! 3. [`part`]: which part of a cluster is asked about, and what only that part needs.
//! 4. [`rounds`]: run, ask, begin anew; [`damage`] says what came of it.

pub mod damage;
pub mod part;
pub mod rounds;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most that is asked in one round.
const QUESTIONS: usize = 400;

/// All that a decision may depend on.
pub trait Question: Clone + Debug + Ord + 'static {
    /// What is decided.
    type Decision: Clone + Debug;

    /// What an answer of no use counts as: goes on after "Your function gave no usable answer
    /// to …".
    const OTHERWISE: &'static str = "that counts as a refusal";

    /// The arguments that the learner's function is called with.
    fn arguments(&self) -> Value;

    /// What the function's answer says, if it is of any use.
    fn hear(&self, answer: &Value) -> Option<Self::Decision>;

    /// The decision that an answer of no use counts as.
    fn otherwise(&self) -> Self::Decision;

    /// The same question in later terms: where nobody wins, every round would otherwise bring
    /// one new term and no more.
    fn later(&self) -> Vec<Self> {
        Vec::new()
    }
}

/// The answers so far, shared by every copy.
#[derive(Debug)]
pub struct Elsewhere<Q: Question>(Arc<Mutex<Book<Q>>>);

type Book<Q> = BTreeMap<Q, Option<<Q as Question>::Decision>>;

impl<Q: Question> Clone for Elsewhere<Q> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Q: Question> Default for Elsewhere<Q> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Two are equal if they are the same.
impl<Q: Question> PartialEq for Elsewhere<Q> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<Q: Question> Eq for Elsewhere<Q> {}

impl<Q: Question> Elsewhere<Q> {
    /// The answer, if there is one yet; otherwise the question is noted down.
    pub(crate) fn ask(&self, question: Q) -> Option<Q::Decision> {
        self.book().entry(question).or_default().clone()
    }

    /// What was asked and not answered, in the order of questions.
    pub fn open(&self) -> Vec<Q> {
        let book = self.book();
        let open = book.iter().filter(|(_, answer)| answer.is_none());
        open.map(|(question, _)| question.clone()).collect()
    }

    /// Answers a question from the next run on.
    pub fn answer(&self, question: Q, decision: Q::Decision) {
        self.book().insert(question, Some(decision));
    }

    /// What to ask in this round: what came up, and what will if the run goes on like this.
    fn round(&self) -> Vec<Q> {
        let mut round = self.open();
        let later: Vec<Q> = round.iter().flat_map(Question::later).collect();
        round.extend(later);
        round.truncate(QUESTIONS);
        round
    }

    /// No other thread writes to it half.
    fn book(&self) -> MutexGuard<'_, Book<Q>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever is asked, whatever about.
pub trait Asked {
    /// How many questions came up and have no answer.
    fn open(&self) -> usize;

    /// Lists of arguments: what to ask in this round.
    fn calls(&self) -> Vec<Value>;

    /// Takes the answers to [`Asked::calls`], in their order; nothing for a call that gave no
    /// plain data. A sentence about the first answer that is of no use is given back.
    fn learn(&self, answers: &[Option<Value>]) -> Option<String>;
}

impl<Q: Question> Asked for Elsewhere<Q> {
    fn open(&self) -> usize {
        Elsewhere::open(self).len()
    }

    fn calls(&self) -> Vec<Value> {
        self.round().iter().map(Question::arguments).collect()
    }

    fn learn(&self, answers: &[Option<Value>]) -> Option<String> {
        let mut useless = None;
        for (question, answer) in self.round().into_iter().zip(answers) {
            let decision = answer.as_ref().and_then(|answer| question.hear(answer));
            let decision = decision.unwrap_or_else(|| {
                useless.get_or_insert_with(|| {
                    let asked = question.arguments();
                    let otherwise = Q::OTHERWISE;
                    format!("Your function gave no usable answer to {asked}; {otherwise}.")
                });
                question.otherwise()
            });
            self.answer(question, decision);
        }
        useless
    }
}
