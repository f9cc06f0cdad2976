//! One future: a run, and what is known of it.

use super::past::Past;
use election_engine::protocols::registry;
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::time::SimTime;
use std::rc::Rc;

/// How many futures are kept at once. Each holds a history of its own.
pub const MOST_BRANCHES: usize = 12;

/// A future.
pub struct Branch {
    /// What makes it differ.
    pub name: String,
    run: Box<dyn Run>,
    past: Past,
    farthest: SimTime,
    /// What it plays, with what was done by hand so far.
    scenario: Rc<Scenario>,
    /// How much of its script was there before anything was done by hand.
    written: usize,
}

impl Branch {
    /// A run of a scenario at its first instant.
    pub fn new(name: String, scenario: Scenario) -> Branch {
        Branch::of(name, registry::open(scenario))
    }

    /// A run that is under way.
    pub fn of(name: String, run: Box<dyn Run>) -> Branch {
        let scenario = Rc::new(run.scenario());
        let written = scenario.script.len() - run.done_by_hand().len();
        let (past, farthest) = (Past::default(), SimTime::ZERO);
        let mut branch = Branch { name, run, past, farthest, scenario, written };
        branch.catch_up();
        branch
    }

    /// The run.
    pub fn run(&self) -> &dyn Run {
        &*self.run
    }

    /// The run, to move it or to change it. [`Branch::catch_up`] is due afterwards.
    pub fn run_mut(&mut self) -> &mut dyn Run {
        &mut *self.run
    }

    /// What is known of it.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// What it plays, with what was done by hand.
    pub fn scenario(&self) -> &Rc<Scenario> {
        &self.scenario
    }

    /// The farthest instant that was played.
    pub fn farthest(&self) -> SimTime {
        self.farthest
    }

    /// Takes note of what happened.
    pub fn catch_up(&mut self) {
        if self.scenario.script[self.written..] != *self.run.done_by_hand() {
            self.scenario = Rc::new(self.run.scenario());
        }
        self.farthest = self.farthest.max(self.run.playhead());
        self.past.catch_up(&*self.run, self.farthest);
    }
}
