//! The shapes of the gallery: the rows, their words, figures and runs.

use crate::{BuiltHtml, json_text};
use election_engine::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// What the page tells of the algorithms beside the lesson. It is kept apart from the
/// [`Course`], because the lesson does not need it to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    /// One for each algorithm, in the order of the engine's registry.
    pub systems: Vec<SystemRow>,
}

/// `course/systems/<name>.toml`: an algorithm and what it does when things go wrong. Its title,
/// claim, assumptions, parameters and sources are in the engine's registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRow {
    /// The file's name, and the algorithm's in the registry.
    pub name: String,
    /// Inline: what it is known for.
    pub famous: BuiltHtml,
    /// Inline: what breaks it.
    pub fails: BuiltHtml,
    /// Whom it stands with in the gallery.
    pub family: Family,
    /// What to take away from it.
    pub verdict: Verdict,
    /// Its line in the table that compares all rows.
    pub compared: Compared,
    /// The figures of that line; nothing if nobody takes over from a leader.
    pub measured: Option<Measured>,
    /// At least one, in the order of the file.
    pub scenarios: Vec<SystemScenario>,
}

/// Rows that belong together, in the order in which the gallery shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Everybody asks everybody.
    Classic,
    /// A message goes round.
    Ring,
    /// A majority agrees, and remembers it.
    Consensus,
    /// A service says whose turn it is.
    Coordination,
    /// Elections inside a product.
    System,
    /// What goes wrong in practice, and what repairs it.
    Correction,
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 6] = [
        Family::Classic,
        Family::Ring,
        Family::Consensus,
        Family::Coordination,
        Family::System,
        Family::Correction,
    ];

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Family::Classic => "Classic",
            Family::Ring => "Rings",
            Family::Consensus => "Consensus",
            Family::Coordination => "Coordination services",
            Family::System => "Systems",
            Family::Correction => "Anti-patterns and repairs",
        }
    }
}

/// The lines with which a row ends. All inline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it promises.
    pub promises: BuiltHtml,
    /// Under which assumptions.
    pub needs: BuiltHtml,
    /// What it does not promise.
    pub not_promised: BuiltHtml,
    /// What to do about that.
    pub instead: BuiltHtml,
    /// When to choose it.
    pub choose: BuiltHtml,
}

/// What the table of all rows says in words; its figures are measured. All plain text, and short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// How a dead leader is noticed.
    pub detects: String,
    /// Who must agree.
    pub majority: String,
    /// The number that grows from leader to leader.
    pub token: String,
    /// Who refuses a leader that comes too late.
    pub fences: String,
}

/// What many runs of a row with its defaults took from the crash of the leader on:
/// `course/systems/figures.json`, which a test writes and holds against the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// In how many runs.
    pub runs: u32,
    /// Milliseconds until somebody suspected the leader.
    pub noticed_ms: Spread,
    /// Milliseconds until the next one led.
    pub led_ms: Spread,
    /// Messages sent until then, answers and heartbeats among them.
    pub messages: Spread,
}

/// Where the values of many runs lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// The smallest.
    pub least: u64,
    /// The one in the middle.
    pub median: u64,
    /// The largest.
    pub most: u64,
}

/// A run of the gallery: `course/systems/<name>/<slug>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemScenario {
    /// The file's name, unique within the row.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Inline: what to watch.
    pub shows: BuiltHtml,
    /// The speed at which the eye can follow, in thousandths of real time.
    pub speed_permille: u32,
    /// Valid for the engine, and of this row's algorithm. Algorithms leave fields out that are
    /// not set, which the compact form cannot do.
    #[serde(with = "json_text")]
    pub scenario: Scenario,
}
