//! Runs the trials of a plan, a few at a time.

use super::results::{Cell, Results};
use super::{Plan, Trial};
use std::ops::Range;

/// After so many trials of one series comes the next, so that all lines of the picture grow
/// together.
const CHUNK: u64 = 32;

/// A batch of trials under way.
pub struct Runner {
    results: Results,
    /// The places of each series, prepared.
    series: Vec<Vec<(u32, Box<dyn Trial>)>>,
    trials: Range<u64>,
    /// The trial to run next, and of which series.
    next: (u64, usize),
    runs: u64,
}

impl Runner {
    /// These trials of every series of a plan.
    pub fn new(plan: Plan, trials: Range<u64>) -> Runner {
        let prepared = |(index, series): (usize, super::Series)| {
            series.xs.iter().map(|x| (*x, plan.prepare(index, *x))).collect()
        };
        let series = plan.series().into_iter().enumerate().map(prepared).collect();
        Runner { results: plan.results(), series, next: (trials.start, 0), trials, runs: 0 }
    }

    /// Runs so many trials, each at one place of one series, or a few more; true if there are
    /// more to run. How long one takes differs from experiment to experiment: whoever must not
    /// be late begins with one, and looks at the clock.
    pub fn advance(&mut self, runs: u64) -> bool {
        let until = self.runs.saturating_add(runs);
        while self.next.0 < self.trials.end {
            if self.runs >= until {
                return true;
            }
            self.step();
        }
        false
    }

    /// One trial at all places of a series.
    fn step(&mut self) {
        let (trial, series) = self.next;
        let results = &mut self.results;
        for (x, prepared) in &mut self.series[series] {
            prepared.run(trial, &mut |quantity, value| {
                results.count(series, Cell { x: *x, quantity }, value, trial);
            });
        }
        self.runs += self.series[series].len() as u64;
        self.results.done(series, trial);
        self.next = self.after(trial, series);
    }

    /// A chunk of one series, then the same of the next.
    fn after(&self, trial: u64, series: usize) -> (u64, usize) {
        let chunk = (trial - self.trials.start) / CHUNK * CHUNK + self.trials.start;
        let end = (chunk + CHUNK).min(self.trials.end);
        match (trial + 1 < end, series + 1 < self.series.len()) {
            (true, _) => (trial + 1, series),
            (false, true) => (chunk, series + 1),
            (false, false) => (end, 0),
        }
    }

    /// How many trials were run, and how many there are, each at one place of one series.
    pub fn progress(&self) -> (u64, u64) {
        let places: usize = self.series.iter().map(Vec::len).sum();
        (self.runs, places as u64 * (self.trials.end - self.trials.start))
    }

    /// What was measured so far.
    pub fn results(&self) -> &Results {
        &self.results
    }

    /// What was measured.
    pub fn into_results(self) -> Results {
        self.results
    }
}
