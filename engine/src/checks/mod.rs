//! Claims over the history of a run.
//!
//! Raft promises one leader per term, not one at any instant, so a check that looks at the
//! present would be both too strict and too lax. These watch the records one by one and
//! remember what they need.

mod monitor;

pub use monitor::Monitor;

use crate::run::Run;
use crate::trace::{EventKind, RecordId};
use serde::{Deserialize, Serialize};

macro_rules! checks {
    ($($(#[doc = $text:literal])+ $name:ident = $id:literal,)*) => {
        /// A claim that can be watched.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Check { $($(#[doc = $text])+ #[serde(rename = $id)] $name,)* }

        impl Check {
            /// All of them.
            pub const ALL: &'static [Check] = &[$(Check::$name,)*];

            /// Its name in scenario files.
            pub fn name(self) -> &'static str {
                match self { $(Check::$name => $id,)* }
            }

            /// What it claims, in a sentence.
            pub fn text(self) -> &'static str {
                match self { $(Check::$name => concat!($($text),+).trim_ascii_start(),)* }
            }
        }
    };
}

checks! {
    /// At most one node ever leads with a given term, epoch or ballot.
    OneLeaderPerNumber = "one-leader-per-number",
    /// The store never applies a write with a smaller token than one that it applied before.
    TokenOrder = "token-order",
    /// A node votes for at most one node in a term, or accepts one value at a ballot.
    OneVotePerNumber = "one-vote-per-number",
    /// A node's term never goes back, not even over a crash.
    NumbersGrow = "numbers-grow",
    /// A vote is on disk before its node says another word.
    VoteOnDisk = "vote-on-disk",
    /// Who leads has the votes of a majority of the configured cluster in that term.
    MajorityVoted = "majority-voted",
    /// Who leads has a log at least as up to date as the log of each of its voters.
    LeaderUpToDate = "leader-up-to-date",
    /// No two values are ever accepted by a majority each.
    OneValueChosen = "one-value-chosen",
    /// At no moment do two nodes believe that they lead. (Only fencing that has really fenced can promise it.)
    OneLeaderAtATime = "one-leader-at-a-time",
    /// Who leads was given that leadership, with that number, by the service: the last node.
    Granted = "granted",
    /// The service takes the lead from nobody before it has run out or was given up.
    LeaseKept = "lease-kept",
    /// The store applies no write of a holder after one of a later holder, whatever the tokens.
    NoLateWrite = "no-late-write",
    /// A server never drops a write that it has acknowledged.
    WritesKept = "writes-kept",
    /// No two replicas ever hold different updates as the same version of a row.
    OneUpdatePerVersion = "one-update-per-version",
    /// One deletion wakes at most one client: the service tells no two of them of it at once.
    OneWoken = "one-woken",
}

impl Check {
    /// The check of that name.
    pub fn named(name: &str) -> Option<Check> {
        Check::ALL.iter().copied().find(|check| check.name() == name)
    }

    /// Whether it is about what the store applies, which no algorithm can promise for a store
    /// that does not compare tokens.
    pub fn needs_a_store_that_compares(self) -> bool {
        matches!(self, Check::TokenOrder | Check::NoLateWrite)
    }

    /// Whether it looks at records of this kind at all.
    pub fn heeds(self, kind: EventKind) -> bool {
        use EventKind::{
            Believe, Candidate, Crash, Lead, Log, Persist, Send, StepDown, Vote, WriteAccepted,
        };
        match self {
            Check::OneLeaderPerNumber => matches!(kind, Lead),
            Check::TokenOrder => matches!(kind, WriteAccepted),
            Check::OneVotePerNumber | Check::OneValueChosen => matches!(kind, Vote),
            Check::NumbersGrow => matches!(kind, Candidate | Vote | Lead | Believe),
            Check::VoteOnDisk => matches!(kind, Vote | Persist | Crash | Send),
            Check::MajorityVoted => matches!(kind, Vote | Lead),
            Check::LeaderUpToDate => matches!(kind, Vote | Lead | Log),
            Check::OneUpdatePerVersion => matches!(kind, Log),
            Check::OneWoken => matches!(kind, Send),
            Check::OneLeaderAtATime => matches!(kind, Lead | StepDown | Crash),
            // They follow what a service grants through the whole history.
            Check::Granted | Check::LeaseKept | Check::NoLateWrite | Check::WritesKept => true,
        }
    }
}

/// A claim that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// Which claim.
    pub check: Check,
    /// The record that broke it.
    pub at: RecordId,
    /// The earlier record that it contradicts, or the same one where there is none.
    pub with: RecordId,
    /// Who contradicts whom, in a sentence.
    pub text: String,
}

/// How many writes the store applied out of order, by these violations: after one with a higher
/// token or, where that is watched, after one of a later holder, whatever the tokens.
pub fn late_writes(violations: &[Violation]) -> usize {
    let late = violations.iter().filter(|violation| violation.check.needs_a_store_that_compares());
    // What breaks both claims is found at one record, one after the other.
    let mut before = None;
    late.filter(|violation| before.replace(violation.at) != Some(violation.at)).count()
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
