//! Decisions that are made outside the engine, such as by a learner's function.
//!
//! A simulation cannot wait for an answer, so it is run in rounds. What was not answered yet is
//! decided by the built-in rule and noted down; after the run the questions are answered, and the
//! run begins anew. Up to the first decision that came out differently each round repeats the one
//! before, so every round is right for longer, and the last one asks nothing new. What remains is
//! a run like any other: the answers are part of its scenario.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The answers so far, shared by every copy. `Q` is all that a decision may depend on.
#[derive(Clone, Debug)]
pub struct Elsewhere<Q, A>(Arc<Mutex<BTreeMap<Q, Option<A>>>>);

impl<Q, A> Default for Elsewhere<Q, A> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Two are equal if they are the same.
impl<Q, A> PartialEq for Elsewhere<Q, A> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<Q, A> Eq for Elsewhere<Q, A> {}

impl<Q: Ord + Clone, A: Clone> Elsewhere<Q, A> {
    /// The answer, if there is one yet; otherwise the question is noted down.
    pub(crate) fn ask(&self, question: Q) -> Option<A> {
        self.book().entry(question).or_default().clone()
    }

    /// What was asked and not answered, in the order of questions.
    pub fn open(&self) -> Vec<Q> {
        let book = self.book();
        let open = book.iter().filter(|(_, answer)| answer.is_none());
        open.map(|(question, _)| question.clone()).collect()
    }

    /// Answers a question from the next run on.
    pub fn answer(&self, question: Q, answer: A) {
        self.book().insert(question, Some(answer));
    }

    /// No other thread writes to it half.
    fn book(&self) -> MutexGuard<'_, BTreeMap<Q, Option<A>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
