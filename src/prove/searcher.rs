//! The worker's side: a search that says how far it is a few times a second.

use election_engine::explore::{Answer, Progress, Question, Search};
use election_engine::protocols::registry;
use serde::{Deserialize, Serialize};

/// How long a search goes on before it says how far it is, in milliseconds.
const PATIENCE: f64 = 100.0;
/// How many states it looks at between two looks at the clock: about a millisecond.
const STRIDE: u32 = 500;

/// What a worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// How far it is, and how long it has taken, in milliseconds.
    Running(Progress, f64),
    /// The same at the end, and what came of it.
    Over(Progress, f64, Answer),
    /// The question makes no sense, and why.
    Refused(String),
    /// It cannot go on.
    Died(String),
}

/// A search in a worker.
pub struct Searcher {
    search: Box<dyn Search>,
    begun: f64,
}

impl Searcher {
    /// Begins to search for the answer to a question, which comes as JSON.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the question.
    pub fn new(question: &str) -> Result<Searcher, String> {
        let begun = js_sys::Date::now();
        let question: Question = serde_json::from_str(question)
            .map_err(|error| format!("This is not a question: {error}."))?;
        Ok(Searcher { search: registry::search(question)?, begun })
    }

    /// Searches for a moment, and says how far it is as JSON.
    pub fn go_on(&mut self) -> String {
        let until = js_sys::Date::now() + PATIENCE;
        while self.search.advance(STRIDE) && js_sys::Date::now() < until {}
        let (progress, took) = (self.search.progress(), js_sys::Date::now() - self.begun);
        let said = match self.search.answer() {
            None => Said::Running(progress, took),
            Some(answer) => Said::Over(progress, took, answer.clone()),
        };
        serde_json::to_string(&said).unwrap_or_default()
    }

    /// Whether there is more to search.
    pub fn is_running(&self) -> bool {
        self.search.answer().is_none()
    }
}
