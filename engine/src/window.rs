//! The records about the present. An hour of a lively cluster has millions of them; those that
//! are not here are made again from a checkpoint when somebody looks at them.

use crate::protocol::RuleId;
use crate::trace::{Record, RecordId, Tracer, next_id};

/// How many records are kept at least, if there are as many; at most it is twice as many, which
/// is eight megabytes, or more than five minutes of five nodes.
pub const KEPT: usize = 1 << 17;

/// Consecutive records, and where the present is among them: going elsewhere moves `len`, and
/// replaying moves it forward again over records that are already there.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// How many records came before those that are kept.
    first: usize,
    records: Vec<Record>,
    /// How many there are up to the present, those that are not kept included.
    len: usize,
    /// How many were ever made.
    known: usize,
}

impl Window {
    /// Nothing yet, after so many records.
    pub fn after(first: usize) -> Window {
        Window { first, records: Vec::new(), len: first, known: first }
    }

    /// How many records there are up to the present.
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many were ever made, those after the present included.
    pub fn known(&self) -> usize {
        self.known
    }

    /// How many came before those that are kept.
    pub fn first(&self) -> usize {
        self.first
    }

    /// A record, if it is kept.
    pub fn get(&self, index: usize) -> Option<&Record> {
        self.records.get(index.checked_sub(self.first)?)
    }

    /// How much memory the records take.
    pub fn bytes(&self) -> usize {
        self.records.capacity() * size_of::<Record>()
    }

    /// Forgets what is after the present, because the future will be another one.
    pub fn forget_future(&mut self) {
        self.records.truncate(self.len - self.first);
        self.known = self.len;
    }

    /// Makes the moment when there were `len` records the present one.
    pub fn turn_to(&mut self, len: usize) {
        debug_assert!(len <= self.known);
        if !(self.first..=self.first + self.records.len()).contains(&len) {
            self.records.clear();
            self.first = len;
        }
        self.len = len;
    }
}

impl Tracer for Window {
    const ON: bool = true;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        let id = next_id(self.len);
        match self.records.get(self.len - self.first) {
            None => {
                if self.records.len() == 2 * KEPT {
                    self.records.drain(..KEPT);
                    self.first += KEPT;
                }
                self.records.push(record);
            }
            // The rule is added a moment later.
            Some(known) => {
                debug_assert_eq!(record.with_rule(known.rule), *known, "a replay must not differ")
            }
        }
        self.len += 1;
        self.known = self.known.max(self.len);
        Some(id)
    }

    fn set_rule(&mut self, id: Option<RecordId>, rule: RuleId) {
        if let Some(id) = id {
            self.records[id.0 as usize - self.first].rule = rule;
        }
    }
}
