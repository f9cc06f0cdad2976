//! Watches who leads, and what becomes of the writes of those who no longer should.

use super::batch::Watch;
use crate::protocol::RuleId;
use crate::scenario::{MAX_NODES, Scenario};
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};

/// What is seen from an instant on until the end of the run.
#[derive(Clone, Debug)]
pub struct Reign {
    /// The first entry of the script marks the instant.
    from: SimTime,
    /// Who leads by its own account, and who is paused, a bit each.
    leading: u128,
    paused: u128,
    /// Since when nobody leads who runs, if nobody does.
    down_since: Option<SimTime>,
    down: Span,
    /// The how-manyth leader each node was last, and how many there have been.
    reigns: [u32; MAX_NODES as usize],
    count: u32,
    /// The latest leader of whom the store took a write.
    written: u32,
    /// How many began to lead.
    pub elected: u64,
    /// How many stood for election.
    pub stood: u64,
    /// How many writes the store took of somebody although it had taken one of a later leader.
    pub stale: u64,
    /// How many writes the store refused.
    pub refused: u64,
}

impl Default for Reign {
    fn default() -> Reign {
        Reign {
            from: SimTime::ZERO,
            leading: 0,
            paused: 0,
            down_since: None,
            down: Span::ZERO,
            reigns: [0; MAX_NODES as usize],
            count: 0,
            written: 0,
            elected: 0,
            stood: 0,
            stale: 0,
            refused: 0,
        }
    }
}

impl Reign {
    /// Whether anybody leads.
    pub fn is_led(&self) -> bool {
        self.leading & !self.paused != 0
    }

    /// How long nobody led who runs, up to this instant.
    pub fn down(&self, until: SimTime) -> Span {
        self.down + self.down_since.map_or(Span::ZERO, |since| until.since(since.max(self.from)))
    }

    fn look(&mut self, now: SimTime) {
        match (self.is_led(), self.down_since) {
            (true, Some(since)) => {
                self.down = self.down + now.since(since.max(self.from));
                self.down_since = None;
            }
            (false, None) => self.down_since = Some(now),
            _ => {}
        }
    }
}

impl Watch for Reign {
    fn begin(&mut self, scenario: &Scenario) {
        let from = scenario.script.first().map_or(SimTime::ZERO, |first| first.at_ms);
        *self = Reign { from, down_since: Some(SimTime::ZERO), ..Reign::default() };
    }

    fn is_over(&self) -> bool {
        false
    }
}

impl Tracer for Reign {
    const ON: bool = false;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        let Record { kind, node, time, .. } = record;
        let counts = time >= self.from;
        let bit = 1 << node.0;
        match kind {
            EventKind::Lead => {
                self.leading |= bit;
                self.count += 1;
                self.reigns[node.index()] = self.count;
                self.elected += u64::from(counts);
            }
            EventKind::StepDown => self.leading &= !bit,
            EventKind::Crash => {
                (self.leading, self.paused) = (self.leading & !bit, self.paused & !bit)
            }
            EventKind::Pause => self.paused |= bit,
            EventKind::Resume => self.paused &= !bit,
            EventKind::Candidate => self.stood += u64::from(counts),
            EventKind::WriteRefused => self.refused += u64::from(counts),
            EventKind::WriteAccepted => {
                let writer = record.peer().map_or(0, |writer| self.reigns[writer.index()]);
                self.stale += u64::from(counts && writer < self.written);
                self.written = self.written.max(writer);
            }
            _ => return None,
        }
        self.look(time);
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}
