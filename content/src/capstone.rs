//! The shapes of the capstone: a whole election to write.

use crate::BuiltHtml;
use election_engine::trial::Level;
use serde::{Deserialize, Serialize};

/// `course/capstone/`: a whole election to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capstone {
    /// Of its page among the challenges.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Name of the class that the learner writes.
    pub class: String,
    /// Blocks: what is wanted.
    pub statement: BuiltHtml,
    /// Blocks: what a node is told and can do.
    pub api: BuiltHtml,
    /// Blocks each, from a nudge to nearly the answer.
    pub hints: Vec<BuiltHtml>,
    /// JavaScript that the editor begins with.
    pub starter: String,
    /// In the order in which they are meant to be taken.
    pub levels: Vec<CapstoneLevel>,
    /// What may follow `this.` in the code of a node, one a line.
    pub words: String,
    /// Elections that are there to be read.
    pub examples: Vec<CapstoneExample>,
    /// Names of the built-in algorithms that run on the same seeds.
    pub rivals: Vec<String>,
    /// Blocks, shown once every level was passed.
    pub after: BuiltHtml,
}

/// A level of the capstone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapstoneLevel {
    /// Unique among the levels.
    pub id: String,
    /// Plain text.
    pub title: String,
    /// Inline: what goes wrong and what must hold.
    pub claim: BuiltHtml,
    /// The same for the engine.
    pub trial: Level,
}

/// An election to read: `course/capstone/examples/<slug>.js`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapstoneExample {
    /// The file's name.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Inline.
    pub about: BuiltHtml,
    /// JavaScript.
    pub source: String,
    /// The levels that it passes. It fails the others.
    pub passes: Vec<String>,
}
