//! What came of many runs.

use super::judge::{Failure, Verdict};
use crate::checks::Check;
use crate::protocols::registry::Info;

/// How many failing seeds are remembered.
const FINDINGS: usize = 10;

/// A seed whose run breaks a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Which.
    pub seed: u64,
    /// The promise.
    pub failure: Failure,
}

/// What came of many runs of one algorithm.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whose.
    pub info: &'static Info,
    /// How many runs.
    pub runs: u64,
    /// How many of them lost a disk.
    pub amnesia: u64,
    /// How many of those never settled again.
    pub adrift: u64,
    /// How many events in all of them.
    pub events: u64,
    /// How many runs broke a promise.
    pub failures: u64,
    /// The first of them.
    pub findings: Vec<Finding>,
    /// For each of the algorithm's checks, in how many runs it did not hold.
    pub violations: Vec<Violations>,
    /// For each of the algorithm's sights, in how many runs it was seen.
    pub sights: Vec<u64>,
}

/// In how many runs a check did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violations {
    /// Which check.
    pub check: Check,
    /// Whether it is guaranteed while disks keep what was written.
    pub guaranteed: bool,
    /// With all disks.
    pub sound: u64,
    /// After a disk was lost.
    pub amnesia: u64,
}

impl Report {
    /// No runs yet.
    pub fn new(info: &'static Info) -> Report {
        let of = |check: &Check| {
            let guaranteed = info.guarantees.contains(check);
            Violations { check: *check, guaranteed, sound: 0, amnesia: 0 }
        };
        Report {
            info,
            runs: 0,
            amnesia: 0,
            adrift: 0,
            events: 0,
            failures: 0,
            findings: Vec::new(),
            violations: info.checks.iter().map(of).collect(),
            sights: vec![0; info.coverage.len()],
        }
    }

    /// Counts a run.
    pub fn add(&mut self, seed: u64, verdict: &Verdict) {
        self.runs += 1;
        self.amnesia += u64::from(verdict.amnesia);
        self.adrift += u64::from(verdict.amnesia && verdict.settled == Some(false));
        self.events += verdict.events;
        for count in &mut self.violations {
            let violated = verdict.violations.iter().any(|v| v.check == count.check);
            match verdict.amnesia {
                true => count.amnesia += u64::from(violated),
                false => count.sound += u64::from(violated),
            }
        }
        for (sight, count) in self.sights.iter_mut().enumerate() {
            *count += verdict.sights >> sight & 1;
        }
        if let Some((failure, _)) = verdict.failure {
            self.failures += 1;
            self.remember(Finding { seed, failure });
        }
    }

    fn remember(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.findings.sort_unstable();
        self.findings.truncate(FINDINGS);
    }

    /// Adds what came of other runs of the same algorithm.
    pub fn merge(&mut self, other: Report) {
        self.runs += other.runs;
        self.amnesia += other.amnesia;
        self.adrift += other.adrift;
        self.events += other.events;
        self.failures += other.failures;
        for (mine, theirs) in self.violations.iter_mut().zip(other.violations) {
            mine.sound += theirs.sound;
            mine.amnesia += theirs.amnesia;
        }
        for (mine, theirs) in self.sights.iter_mut().zip(other.sights) {
            *mine += theirs;
        }
        for finding in other.findings {
            self.remember(finding);
        }
    }

    /// What no run has come across.
    pub fn unseen(&self) -> impl Iterator<Item = &'static str> {
        let sights = self.info.coverage.iter().zip(&self.sights);
        sights.filter(|(_, count)| **count == 0).map(|(sight, _)| sight.name)
    }
}
