//! Claims over the history of a run.
//!
//! Raft promises one leader per term, not one at any instant, so a check that looks at the
//! present would be both too strict and too lax. These watch the records one by one and
//! remember what they need.

use crate::ids::{NodeId, Token};
use crate::run::Run;
use crate::trace::{EventKind, Record, RecordId};
use std::collections::BTreeMap;

/// A claim that can be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// At most one node ever leads with a given term, epoch or token.
    OneLeaderPerNumber,
    /// The store never applies a write with a smaller token than one that it applied before.
    TokenOrder,
}

impl Check {
    /// Its name in scenario files.
    pub fn name(self) -> &'static str {
        match self {
            Check::OneLeaderPerNumber => "one-leader-per-number",
            Check::TokenOrder => "token-order",
        }
    }
}

/// A claim that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which claim.
    pub check: Check,
    /// The record that broke it.
    pub at: RecordId,
    /// The earlier record that it contradicts.
    pub with: RecordId,
    /// Who contradicts whom, in a sentence.
    pub text: String,
}

/// What a run's scenario says about violations and its history up to now does not bear out,
/// in sentences: those that were expected and did not come, and those that came unexpected.
pub fn unmet(run: &dyn Run) -> Vec<String> {
    let expected = run.scenario().expect;
    let violations = run.violations();
    let found = |name: &str| violations.iter().any(|violation| violation.check.name() == name);
    let missing = expected
        .iter()
        .filter(|name| !found(name))
        .map(|name| format!("{name}: the scenario expects a violation, and there was none."));
    let surplus = violations
        .iter()
        .filter(|violation| !expected.iter().any(|name| name == violation.check.name()))
        .map(|violation| format!("{}: {}", violation.check.name(), violation.text));
    missing.chain(surplus).collect()
}

/// Watches a history.
#[derive(Clone, Debug, Default)]
pub struct Monitor {
    checks: &'static [Check],
    observed: usize,
    leaders: BTreeMap<Token, (NodeId, RecordId)>,
    highest_applied: Option<(Token, NodeId, RecordId)>,
    violations: Vec<Violation>,
}

impl Monitor {
    /// Watches for these claims.
    pub fn new(checks: &'static [Check]) -> Monitor {
        Monitor { checks, ..Monitor::default() }
    }

    /// How many records it has seen.
    pub fn observed(&self) -> usize {
        self.observed
    }

    /// What did not hold so far.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Looks at the records that it has not seen yet.
    pub fn catch_up(&mut self, records: &[Record]) {
        for (index, record) in records.iter().enumerate().skip(self.observed) {
            let id = RecordId(index as u32);
            for &check in self.checks {
                let found = match check {
                    Check::OneLeaderPerNumber => self.second_leader(id, record),
                    Check::TokenOrder => self.token_going_back(id, record),
                };
                if let Some((with, text)) = found {
                    self.violations.push(Violation { check, at: id, with, text });
                }
            }
        }
        self.observed = self.observed.max(records.len());
    }

    fn second_leader(&mut self, id: RecordId, record: &Record) -> Option<(RecordId, String)> {
        if record.kind != EventKind::Lead {
            return None;
        }
        let (first, with) = *self.leaders.entry(record.number).or_insert((record.node, id));
        (first != record.node).then(|| {
            let Record { node, number, .. } = record;
            (with, format!("Nodes {first} and {node} both led with number {number}."))
        })
    }

    fn token_going_back(&mut self, id: RecordId, record: &Record) -> Option<(RecordId, String)> {
        if record.kind != EventKind::WriteAccepted {
            return None;
        }
        let writer = record.peer()?;
        match self.highest_applied {
            Some((highest, other, with)) if record.number < highest => {
                let number = record.number;
                let text = format!(
                    "The store applied a write of node {writer} with token {number} after one of node {other} with token {highest}."
                );
                Some((with, text))
            }
            _ => {
                self.highest_applied = Some((record.number, writer, id));
                None
            }
        }
    }
}
