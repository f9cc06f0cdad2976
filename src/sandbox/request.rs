//! What the page asks of the sandbox.

use election_content::Case;
use serde::Serialize;

/// The longest source that is run, in bytes of UTF-8.
pub const LONGEST_SOURCE: usize = 64 * 1024;

/// How long the code may take, in milliseconds. Far more than correct code needs, and short
/// enough that a submission which fills the memory seldom gets to the end of it.
pub const BUDGET: u32 = 1000;

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Job {
    /// What the learner wrote.
    pub source: String,
    /// The function that is called. `None` runs the source and only listens to its console.
    pub function: Option<String>,
    /// JSON of an argument list for each call: text, so that every call parses its own copy.
    pub calls: Vec<String>,
    /// How long the code may take, in milliseconds.
    pub budget: u32,
}

impl Job {
    /// Calls `function` once for each case.
    pub fn tests(source: &str, function: &str, cases: &[Case]) -> Self {
        debug_assert!(is_identifier(function), "{function} cannot be called");
        let calls = cases
            .iter()
            .map(|case| serde_json::Value::from(case.arguments.clone()).to_string())
            .collect();
        Self { function: Some(function.into()), calls, ..Self::program(source) }
    }

    /// Runs the source from top to bottom.
    pub fn program(source: &str) -> Self {
        Self { source: source.into(), function: None, calls: Vec::new(), budget: BUDGET }
    }

    /// Whether the source is short enough to be run.
    pub fn fits(&self) -> bool {
        self.source.len() <= LONGEST_SOURCE
    }
}

/// The function's name becomes part of the code that looks it up.
fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric())
}
