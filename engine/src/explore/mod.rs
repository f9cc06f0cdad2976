//! Exhaustive search: can it ever happen?
//!
//! Every order of events, up to a bound, over the same protocol code that runs under the
//! animation. There is no time in it: a message in flight may arrive at any moment or never, and
//! a timer that is set may run out at any moment ([`Question::prompt`] gives up the first for
//! networks with known delays). What may go wrong, and how often, is part of the question.
//!
//! ```text
//!   Question ──► Model ── steps, apply ──► Finder ──► States (seen, queue, parents)
//!                  │ Protocol + Monitor      │
//!                  └──────── replay ◄────────┘ the claim fell
//!                               │
//!                               ▼
//!              Finding: a Scenario that replays in the simulation, and its events in words
//! ```
//!
//! *What a state is.* All that decides the future: each node with its memory, disk and set
//! timers, the messages in flight with how many copies of each, the store's highest token, the
//! cut, what may still go wrong, and what the claim remembers of the past. The claim is watched
//! by the very [`crate::checks::Monitor`] that watches simulations.
//!
//! *What is compared.* Each distinct part is kept once and numbered; a state is the list of these
//! numbers, in bytes. Two states are the same if these bytes are: hashes only say where to look.
//! So no state is ever missed because of a collision.
//!
//! *What an answer means.* "None" is a statement about the bounds and nothing more. Searches take
//! no notice of symmetry, so counts are those of plain states.

mod falls;
pub mod famous;
mod flat;
mod model;
mod node;
mod question;
mod replay;
mod search;
mod states;
mod steps;
mod table;
mod words;

pub use falls::{FALLS, Fall};
pub use question::{Bounds, Faults, MAX_NODES, Question, limits};
pub use words::{plural, sentence};

use crate::protocol::Protocol;
use crate::scenario::Scenario;
use crate::time::SimTime;
use serde::{Deserialize, Serialize};

/// A search that goes on a bit at a time.
pub trait Search {
    /// Looks at the futures of so many states; true if there are more to look at.
    fn advance(&mut self, states: u32) -> bool;

    /// How far it is.
    fn progress(&self) -> Progress;

    /// What came of it, when it is over.
    fn answer(&self) -> Option<&Answer>;

    /// The run in which the claim fell, if one was found.
    fn finding(&self) -> Option<&Finding>;
}

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How many different states it has seen.
    pub states: u32,
    /// How many events it has tried.
    pub events: u64,
    /// How many events lead to the states that it looks at now.
    pub depth: u32,
    /// The memory that it takes, in bytes.
    pub bytes: u64,
    /// In how many states single nodes were seen.
    pub local_states: u32,
    /// Somewhere somebody stood for election. A search in which nobody ever did says nothing.
    pub stood: bool,
    /// Somewhere somebody was elected.
    pub led: bool,
    /// Some runs were left because a number would have become too high.
    pub beyond_number: bool,
    /// Some runs were left because too many messages would have been in flight.
    pub beyond_in_flight: bool,
}

/// What came of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing was found within the bounds; and which bound ended the search, if one did. If
    /// none did, all runs were seen to their ends, except those that were left.
    None(Option<Bound>),
    /// The claim falls.
    Found(Box<Finding>),
}

/// What ended a search before it had seen everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// No longer runs were asked for.
    Depth,
    /// As many states were seen as were asked for.
    States,
    /// As much memory was taken as was allowed.
    Memory,
}

/// A shortest run in which the claim falls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The run as a scenario, which the simulation plays with the same violation.
    pub scenario: Scenario,
    /// Its events in words.
    pub events: Vec<Told>,
}

/// An event of a run in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When it happens in the scenario.
    pub at: SimTime,
    /// What happens.
    pub what: String,
    /// What comes of it, each in a few words.
    pub then: Vec<String>,
}

/// Begins a search over one protocol.
///
/// # Errors
/// A sentence that says what is wrong with the question.
pub fn search<P: Protocol>(
    config: P::Config,
    question: Question,
) -> Result<Box<dyn Search>, String> {
    question.makes_sense()?;
    Ok(Box::new(search::Finder::<P>::new(config, question)))
}
