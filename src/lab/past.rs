//! What is known of a run's past, and of the future that was played before: kept up record by
//! record, because a long run has too many to look through at every frame.

use crate::stage::frame::{Elections, Reign, Reigns, is_fault};
use crate::words::{Weight, weight};
use election_engine::checks::Violation;
use election_engine::run::{Entry, Run};
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, Record, RecordId, Stage};

/// Somewhere to jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Somebody leads, or stops.
    Leader,
    /// An election begins.
    Election,
    /// Something is broken.
    Fault,
    /// A claim does not hold.
    Violation,
}

impl Mark {
    /// All of them, in the order of their buttons.
    pub const ALL: [Mark; 4] = [Mark::Leader, Mark::Election, Mark::Fault, Mark::Violation];

    /// Its name on buttons.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Leader => "leader change",
            Mark::Election => "election",
            Mark::Fault => "fault",
            Mark::Violation => "violation",
        }
    }

    /// Its name in hooks.
    pub fn id(self) -> &'static str {
        match self {
            Mark::Leader => "leader",
            other => other.name(),
        }
    }
}

/// What is known of one run.
#[derive(Clone, Debug, Default)]
pub struct Past {
    seen: usize,
    reigns: Reigns,
    elections: Elections,
    /// Where one may jump to, in the order of time.
    marks: Vec<(RecordId, Mark)>,
    /// When something was broken.
    pub faults: Vec<SimTime>,
    /// The records that are more than routine. They are looked at again and again, so they are
    /// kept even where the run itself keeps them no longer.
    notable: Vec<(RecordId, Record)>,
    /// Where members stopped, and where they went on.
    outages: Vec<Record>,
    /// When a claim did not hold.
    pub violations: Vec<SimTime>,
    /// The same with their events. The run itself knows those up to now alone.
    broken: Vec<Violation>,
}

impl Past {
    /// Takes what is new, up to the instant `now`, the farthest that was played.
    pub fn catch_up(&mut self, run: &dyn Run, now: SimTime) {
        for index in self.seen..run.known() {
            let id = RecordId(index as u32);
            let Some(record) = run.record(id) else { continue };
            let entry = run.named(id, record);
            if weight(&entry) > Weight::Routine {
                self.notable.push((id, record));
            }
            let changes = self.reigns.push(&entry);
            if self.elections.push(&entry).is_some_and(|stage| self.begins(stage)) {
                self.marks.push((id, Mark::Election));
            }
            if changes && entry.time > SimTime::ZERO {
                self.marks.push((id, Mark::Leader));
            }
            // What is broken at once is one fault, such as all links that a line crosses.
            if is_fault(entry.kind) && self.faults.last() != Some(&entry.time) {
                self.faults.push(entry.time);
                self.marks.push((id, Mark::Fault));
            }
            if matches!(
                entry.kind,
                EventKind::Crash | EventKind::Restart | EventKind::Pause | EventKind::Resume
            ) {
                self.outages.push(record);
            }
        }
        self.seen = run.known();
        self.reigns.last_until(now);
        for violation in run.violations().iter().skip(self.violations.len()) {
            self.marks.push((violation.at, Mark::Violation));
            let time = run.record(violation.at).map_or(now, |record| record.time);
            self.violations.push(time);
            self.broken.push(violation.clone());
        }
    }

    fn begins(&self, stage: Stage) -> bool {
        match self.elections.stages.as_slice() {
            [.., (_, before), _] => stage <= *before,
            _ => true,
        }
    }

    /// The latest `count` records up to now that are more than routine, in their order.
    pub fn latest(&self, run: &dyn Run, count: usize) -> impl Iterator<Item = Entry> {
        let now = self.notable.partition_point(|(id, _)| (id.0 as usize) < run.records());
        let latest = self.notable[now.saturating_sub(count)..now].iter();
        latest.map(move |(id, record)| run.named(*id, *record))
    }

    /// The claims that do not hold, also those of the future that was played before.
    pub fn broken(&self) -> &[Violation] {
        &self.broken
    }

    /// Crashes, restarts, pauses and resumptions.
    pub fn outages(&self) -> &[Record] {
        &self.outages
    }

    /// Who led when.
    pub fn reigns(&self) -> &[Reign] {
        &self.reigns.list
    }

    /// When elections came to their stages.
    pub fn stages(&self) -> &[(SimTime, Stage)] {
        &self.elections.stages
    }

    /// The stages that they had come to by an instant.
    pub fn stages_by(&self, by: SimTime) -> &[(SimTime, Stage)] {
        let stages = self.stages();
        &stages[..stages.partition_point(|(time, _)| *time <= by)]
    }

    /// The first mark of a kind after a run had `records` records.
    pub fn next(&self, mark: Mark, records: usize) -> Option<RecordId> {
        let fits = |(id, kind): &&(RecordId, Mark)| *kind == mark && id.0 as usize >= records;
        self.marks.iter().filter(fits).map(|(id, _)| *id).min()
    }

    /// The last mark of a kind among the first `records` records.
    pub fn previous(&self, mark: Mark, records: usize) -> Option<RecordId> {
        let fits = |(id, kind): &&(RecordId, Mark)| *kind == mark && (id.0 as usize) < records;
        self.marks.iter().filter(fits).map(|(id, _)| *id).max()
    }

    /// For how long nobody led, and for how long more than one did, up to an instant.
    pub fn leaders(&self, until: SimTime) -> Leaders {
        let mut changes: Vec<(SimTime, i32)> = Vec::new();
        for reign in self.reigns().iter().filter(|reign| reign.from < until) {
            changes.push((reign.from, 1));
            changes.push((reign.to.min(until), -1));
        }
        changes.sort_unstable();
        changes.push((until, 0));
        let mut sum = Leaders::default();
        let (mut before, mut leading, mut doubled) = (SimTime::ZERO, 0, false);
        for (time, change) in changes {
            match leading {
                0 => sum.none = sum.none + time.since(before),
                1 => {}
                _ => sum.several = sum.several + time.since(before),
            }
            // Who begins a reign anew ends the one before at the same instant.
            if time > before {
                sum.times += u32::from(leading > 1 && !doubled);
                doubled = leading > 1;
            }
            before = before.max(time);
            leading += change;
        }
        sum
    }
}

/// How long a run had no leader, or too many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leaders {
    /// Nobody believed that it led.
    pub none: Span,
    /// More than one did.
    pub several: Span,
    /// How often that began.
    pub times: u32,
}
