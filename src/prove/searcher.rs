//! The worker's side of a search, which says how far it is a few times a second.

use crate::worker::PATIENCE;
use election_engine::explore::{Answer, Progress, Question, Search};
use election_engine::protocols::registry;
use serde::{Deserialize, Serialize};

/// How many states it looks at between two looks at the clock: about a millisecond.
const STRIDE: u32 = 500;

/// What a search says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// How far it is, and how long it has taken, in milliseconds.
    Running(Progress, f64),
    /// The same at the end, and what came of it.
    Over(Progress, f64, Answer),
}

/// A search in a worker.
pub struct Searcher {
    search: Box<dyn Search>,
    begun: f64,
}

impl Searcher {
    /// Begins to search for the answer to a question.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the question.
    pub fn new(question: Question) -> Result<Searcher, String> {
        let begun = js_sys::Date::now();
        Ok(Searcher { search: registry::search(question)?, begun })
    }

    /// Searches for a moment, and says how far it is.
    pub fn go_on(&mut self) -> Said {
        let until = js_sys::Date::now() + PATIENCE;
        while self.search.advance(STRIDE) && js_sys::Date::now() < until {}
        let (progress, took) = (self.search.progress(), js_sys::Date::now() - self.begun);
        match self.search.answer() {
            None => Said::Running(progress, took),
            Some(answer) => Said::Over(progress, took, answer.clone()),
        }
    }

    /// Whether there is more to search.
    pub fn is_running(&self) -> bool {
        self.search.answer().is_none()
    }
}
