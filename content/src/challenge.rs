//! The shape of a challenge: a function to write, and what tries it.

use crate::{BuiltHtml, json_text};
use election_engine::elsewhere::part::Part;
use election_engine::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// A folder `challenges/<slug>/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The folder's name.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Name of the function that the learner writes.
    pub function: String,
    /// Blocks.
    pub statement: BuiltHtml,
    /// JavaScript that the editor begins with.
    pub starter: String,
    /// JavaScript that passes.
    pub solution: String,
    /// Blocks each, from a nudge to nearly the answer; at least one.
    pub hints: Vec<BuiltHtml>,
    /// The visible tests, at least one.
    pub cases: Vec<Case>,
    /// Tests that are drawn when the code is run.
    pub hidden: Hidden,
    /// Where it stands in the list, from 1.
    pub place: u32,
    /// How many lines of code a good solution has, as [`code_lines`] counts them.
    pub par: u32,
    /// A solution in pieces, in their order: to be put in order as a warm-up.
    pub ordered: Option<Vec<String>>,
    /// A solution with gaps to fill as a warm-up.
    pub gaps: Option<Vec<Gap>>,
    /// Which part of a cluster the function can become.
    pub part: Option<Part>,
    /// The runs in which it does so: at least one if there is a part, and none otherwise.
    #[serde(with = "json_text")]
    pub runs: Vec<Scenario>,
    /// Blocks, shown after passing.
    pub after: BuiltHtml,
    /// Slug of the tour that goes with `after`, if there is one.
    pub after_tour: Option<String>,
}

/// One visible test: the function is called with `arguments` and must return `expected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it tries, in plain text.
    pub name: String,
    /// What the function is called with.
    #[serde(with = "json_text")]
    pub arguments: Vec<serde_json::Value>,
    /// What it must return, of the same type.
    #[serde(with = "json_text")]
    pub expected: serde_json::Value,
}

/// A piece of code and the gap that follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The code before the gap.
    pub before: String,
    /// What fills it; empty after the last piece, which no gap follows.
    pub answer: String,
}

/// How many lines of a source are code: neither blank nor only a comment.
pub fn code_lines(source: &str) -> usize {
    let lines = source.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

/// Hidden tests: argument lists are drawn by a seed when the code is run; the solution says what
/// each must return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// JavaScript with a function `draw(random, index)` that gives `{ name, arguments }`.
    pub draw: String,
    /// How many are drawn, at least one.
    pub count: u32,
}
