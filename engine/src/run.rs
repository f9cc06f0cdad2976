//! A run as the page sees it: the same for every protocol.

use crate::action::Action;
use crate::checks::Violation;
use crate::ids::{MessageId, NodeId, Token};
use crate::predicate::EventPattern;
use crate::protocol::{Rule, Sign};
use crate::scenario::{Scenario, Scripted};
use crate::snapshot::Snapshot;
use crate::time::SimTime;
use crate::trace::{EventKind, Record, RecordId, TraceHash};

/// A record with its numbers turned into names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Where it stands in the trace.
    pub id: RecordId,
    /// When it happened.
    pub time: SimTime,
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub node: NodeId,
    /// The other one involved.
    pub peer: Option<NodeId>,
    /// The name of the message or timer; empty if there is none.
    pub name: &'static str,
    /// The shape of the message.
    pub sign: Option<Sign>,
    /// The message.
    pub message: Option<MessageId>,
    /// The term, epoch or token; 0 if none.
    pub number: Token,
    /// Whether a leader's number goes with its writes, as a token.
    pub has_tokens: bool,
    /// The rule that fired.
    pub rule: Option<&'static Rule>,
    /// What it follows from.
    pub cause: Option<RecordId>,
}

/// What the past of a run takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Bytes of its records and its checkpoints.
    pub bytes: usize,
    /// How many checkpoints were let go to stay within bounds. Going far back takes longer then.
    pub thinned: usize,
    /// How many of its first records are not kept. They are made again when somebody looks.
    pub forgotten: usize,
}

/// A run that can be moved through time, changed and watched.
pub trait Run {
    /// The scenario, with everything that was done by hand added to its script.
    fn scenario(&self) -> Scenario;

    /// The instant that is shown.
    fn playhead(&self) -> SimTime;

    /// The last instant of the run.
    fn end(&self) -> SimTime;

    /// Shows another instant, forwards or backwards.
    fn seek(&mut self, to: SimTime);

    /// Does the next thing that happens and shows that instant. False at the end.
    fn step_forward(&mut self) -> bool;

    /// Undoes the last thing that happened. False at the beginning.
    fn step_back(&mut self) -> bool;

    /// What can be seen now.
    fn snapshot(&self) -> Snapshot;

    /// How many records there are up to now.
    fn records(&self) -> usize;

    /// How many were ever made, those after the playhead included: what is known of this future.
    fn known(&self) -> usize;

    /// How many of the known ones are from before an instant.
    fn known_before(&self, time: SimTime) -> usize;

    /// A known record. One that is not kept is made again, with those about it: look at many in
    /// their order.
    fn record(&self, id: RecordId) -> Option<Record>;

    /// A record of this run with names.
    fn named(&self, id: RecordId, record: Record) -> Entry;

    /// Whether an action would change anything now.
    fn would_change(&self, action: &Action) -> bool;

    /// Does something to the cluster now. What had been ahead is another future from here on.
    ///
    /// # Errors
    /// A sentence that says why it does not fit this cluster.
    fn act(&mut self, action: Action) -> Result<(), String>;

    /// What was done by hand, in the order of time.
    fn done_by_hand(&self) -> &[Scripted];

    /// The claims that have not held up to now.
    fn violations(&self) -> &[Violation];

    /// A number that two runs share only if the same things happened in them up to now.
    fn hash(&self) -> TraceHash;

    /// What its past takes.
    fn memory(&self) -> Memory;

    /// The same run, to be moved and changed on its own.
    fn fork(&self) -> Box<dyn Run>;
}

impl dyn Run + '_ {
    /// A known record with names.
    pub fn entry(&self, id: RecordId) -> Option<Entry> {
        self.record(id).map(|record| self.named(id, record))
    }

    /// All records up to now, with names.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = Entry> + '_ {
        (0..self.records()).filter_map(|index| self.entry(RecordId(index as u32)))
    }

    /// Plays on until something happens that fits, and shows that instant. The record of it,
    /// or nothing if it does not happen before the end of the run.
    pub fn play_until(&mut self, pattern: &EventPattern) -> Option<RecordId> {
        let mut seen = self.records();
        while self.step_forward() {
            let fits = (seen..self.records())
                .map(|index| RecordId(index as u32))
                .find(|id| self.entry(*id).is_some_and(|entry| pattern.fits(&entry)));
            if fits.is_some() {
                return fits;
            }
            seen = self.records();
        }
        None
    }
}
