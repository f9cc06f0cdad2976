//! The shape of an experiment: something to bring about in the diagram.

use crate::BuiltHtml;
use election_engine::predicate::{EventPattern, Predicate};
use election_engine::run::Run;
use serde::{Deserialize, Serialize};

/// An entry of `course/experiments.toml`: something to bring about in the diagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experiment {
    /// Unique among the experiments.
    pub id: String,
    /// Plain text.
    pub title: String,
    /// Blocks.
    pub intro: BuiltHtml,
    /// Slug of the scenario that it starts from.
    pub scenario: String,
    /// At least one.
    pub goals: Vec<Goal>,
    /// Blocks, shown once every goal was reached.
    pub after: BuiltHtml,
    /// Slug of a challenge that does the same in code.
    pub challenge: Option<String>,
}

impl Experiment {
    /// The name under which a goal is kept, by its place in the list.
    pub fn goal_id(&self, goal: usize) -> String {
        format!("{}/{goal}", self.id)
    }

    /// The names of all its goals.
    pub fn goal_ids(&self) -> impl Iterator<Item = String> {
        (0..self.goals.len()).map(|goal| self.goal_id(goal))
    }
}

/// Something to bring about: these events in this order, ending in a state that shows this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// What to do, in plain text.
    pub text: String,
    /// How to do it, in plain text.
    pub hint: String,
    /// These events, each after the one before, others in between.
    pub sequence: Vec<EventPattern>,
    /// All of this holds after them. Never empty together with `sequence`.
    pub shows: Vec<Predicate>,
}

impl Goal {
    /// Whether the run has got there at its playhead.
    pub fn is_reached(&self, run: &dyn Run) -> bool {
        let mut ahead = self.sequence.iter().peekable();
        for entry in run.entries() {
            ahead.next_if(|pattern| pattern.fits(&entry));
        }
        ahead.peek().is_none() && self.shows.iter().all(|predicate| predicate.holds(run))
    }
}
