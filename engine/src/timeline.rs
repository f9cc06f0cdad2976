//! A run with its past: seek to any instant, step back, fork.
//!
//! The simulation is kept at one instant only. Going forward runs it; going anywhere that was
//! played takes the nearest checkpoint before the instant and runs it from there. The records about the present
//! are kept; older ones are made again in the same way.

use crate::action::Action;
use crate::checks::{Monitor, Violation, late_writes};
use crate::protocol::Protocol;
use crate::run::{Entry, Memory, Run};
use crate::scenario::{Scenario, Scripted};
use crate::simulation::{Names, Simulation};
use crate::snapshot::Snapshot;
use crate::time::{SimTime, Span};
use crate::trace::{Record, RecordId, TraceHash};
use crate::view::Role;
use crate::window::{KEPT, Window};
use std::cell::RefCell;

/// How many steps lie between two checkpoints: a few hundred take well under a millisecond to
/// run again, and a checkpoint is a few kilobytes.
const CHECKPOINT_STEPS: u64 = 256;

/// How many bytes the checkpoints of a run may take. A run of an hour, or of a hundred nodes,
/// would need more; some of its oldest are let go then.
const CHECKPOINT_BYTES: usize = 16 << 20;

/// A run of one protocol.
#[derive(Clone, Debug)]
pub struct Timeline<P: Protocol> {
    scenario: Scenario,
    /// The scenario's script, followed by what was done by hand.
    script: Vec<Scripted>,
    simulation: Simulation<P>,
    /// How many steps lead to where the simulation is.
    steps: u64,
    /// How many of them belong to the first instant, in which everyone starts.
    first_steps: u64,
    playhead: SimTime,
    trace: Window,
    /// Records elsewhere that somebody looked at, from one checkpoint to the next.
    recalled: RefCell<Window>,
    checkpoints: Vec<Checkpoint<P>>,
    /// How many were let go.
    thinned: usize,
    monitor: Monitor,
}

#[derive(Clone, Debug)]
struct Checkpoint<P: Protocol> {
    simulation: Simulation<P>,
    steps: u64,
    records: usize,
    bytes: usize,
}

impl<P: Protocol> Timeline<P> {
    /// A run at its first instant, with everyone started.
    pub fn new(config: P::Config, scenario: Scenario) -> Timeline<P> {
        let simulation = Simulation::new(config, &scenario.cluster, &scenario.script);
        let start = Checkpoint {
            bytes: simulation.bytes(),
            simulation: simulation.clone(),
            steps: 0,
            records: 0,
        };
        let mut timeline = Timeline {
            script: scenario.script.clone(),
            monitor: scenario.monitor(),
            scenario,
            simulation,
            steps: 0,
            first_steps: 0,
            playhead: SimTime::ZERO,
            trace: Window::default(),
            recalled: RefCell::default(),
            checkpoints: vec![start],
            thinned: 0,
        };
        timeline.seek(SimTime::ZERO);
        timeline.first_steps = timeline.steps;
        timeline
    }

    /// One step, if it happens at or before `limit`.
    fn step(&mut self, limit: SimTime) -> bool {
        let last = self.checkpoints.last().map_or(0, |checkpoint| checkpoint.steps);
        if self.steps >= last + CHECKPOINT_STEPS {
            self.checkpoints.push(Checkpoint {
                bytes: self.simulation.bytes(),
                simulation: self.simulation.clone(),
                steps: self.steps,
                records: self.trace.len(),
            });
            self.thin();
            // Before any of these records is let go.
            self.watch();
        }
        let stepped = self.simulation.step(limit, &mut self.trace);
        self.steps += u64::from(stepped);
        stepped
    }

    /// Lets go of checkpoints until the rest fits: of the one that leaves the smallest gap, the
    /// oldest of such. So gaps widen evenly from the beginning on, and none is ever more than a
    /// few times as wide as another.
    fn thin(&mut self) {
        let mut bytes = self.checkpoint_bytes();
        while bytes > CHECKPOINT_BYTES && self.checkpoints.len() > 2 {
            let gap = |index: &usize| {
                self.checkpoints[index + 1].steps - self.checkpoints[index - 1].steps
            };
            // Neither the first, which nothing can replace, nor the newest.
            let Some(index) = (1..self.checkpoints.len() - 1).min_by_key(gap) else { return };
            bytes -= self.checkpoints.remove(index).bytes;
            self.thinned += 1;
        }
    }

    fn checkpoint_bytes(&self) -> usize {
        self.checkpoints.iter().map(|checkpoint| checkpoint.bytes).sum()
    }

    /// Goes to the last checkpoint that fits.
    fn restore(&mut self, fits: impl Fn(&Checkpoint<P>) -> bool) {
        let index = self.checkpoints.partition_point(fits).saturating_sub(1);
        let checkpoint = &self.checkpoints[index];
        self.simulation = checkpoint.simulation.clone();
        self.simulation.set_script(&self.script);
        self.steps = checkpoint.steps;
        self.trace.turn_to(checkpoint.records);
    }

    /// Whether a command does anything to whom it is given. Who is asked in vain is told so by
    /// no message, only by the record.
    fn is_heeded(&self, action: &Action) -> bool {
        let Action::Transfer(way) = action else { return true };
        let config = self.simulation.config();
        let leads = |process: &P| process.view(config).role == Role::Leader;
        P::TRANSFERS && self.simulation.process(way.from).is_some_and(leads)
    }

    fn watch(&mut self) {
        for index in self.monitor.observed()..self.trace.len() {
            let record = self.find(index).expect("what has happened is known");
            self.monitor.take(&record);
        }
    }

    /// A record that was made at some time.
    fn find(&self, index: usize) -> Option<Record> {
        if index >= self.trace.known() {
            return None;
        }
        if let Some(record) = self.trace.get(index) {
            return Some(*record);
        }
        let mut recalled = self.recalled.borrow_mut();
        if recalled.get(index).is_none() {
            *recalled = self.recall(index);
        }
        recalled.get(index).copied()
    }

    /// Makes a record again, and those about it.
    fn recall(&self, index: usize) -> Window {
        let next = self.checkpoints.partition_point(|checkpoint| checkpoint.records <= index);
        let checkpoint = &self.checkpoints[next - 1];
        let mut simulation = checkpoint.simulation.clone();
        simulation.set_script(&self.script);
        let mut window = Window::after(checkpoint.records);
        // No more than what is kept about it, however far the next checkpoint is.
        while window.len() <= index + KEPT / 2
            && self.checkpoints.get(next).is_none_or(|next| window.len() < next.records)
            && simulation.step(self.end(), &mut window)
        {}
        window
    }
}

impl<P: Protocol> Run for Timeline<P> {
    fn scenario(&self) -> Scenario {
        Scenario { script: self.script.clone(), ..self.scenario.clone() }
    }

    fn playhead(&self) -> SimTime {
        self.playhead
    }

    fn end(&self) -> SimTime {
        self.scenario.until_ms
    }

    fn seek(&mut self, to: SimTime) {
        let to = to.min(self.end());
        // Ahead, too, the nearest checkpoint is closer than all that lies between.
        let fits = |checkpoint: &Checkpoint<P>| checkpoint.simulation.now() <= to;
        let ahead = self.checkpoints[..self.checkpoints.partition_point(fits)].last();
        if to < self.simulation.now() || ahead.is_some_and(|found| found.steps > self.steps) {
            self.restore(fits);
        }
        while self.step(to) {}
        self.playhead = to;
        self.watch();
    }

    fn step_forward(&mut self) -> bool {
        let stepped = self.step(self.end());
        if stepped {
            self.playhead = self.playhead.max(self.simulation.now());
            self.watch();
        }
        stepped
    }

    fn step_back(&mut self) -> bool {
        if self.steps <= self.first_steps {
            let start = std::mem::take(&mut self.playhead);
            return start > SimTime::ZERO;
        }
        let target = self.steps - 1;
        self.restore(|checkpoint| checkpoint.steps <= target);
        while self.steps < target && self.step(self.playhead) {}
        self.playhead = self.simulation.now();
        true
    }

    fn snapshot(&self) -> Snapshot {
        self.simulation.snapshot(self.playhead, late_writes(self.violations()))
    }

    fn records(&self) -> usize {
        self.trace.len()
    }

    fn known(&self) -> usize {
        self.trace.known()
    }

    fn known_before(&self, time: SimTime) -> usize {
        let early = |checkpoint: &Checkpoint<P>| checkpoint.simulation.now() < time;
        let next = self.checkpoints.partition_point(early);
        let records = |index: usize| self.checkpoints.get(index).map(|found| found.records);
        let mut low = next.checked_sub(1).and_then(records).unwrap_or(0);
        let mut high = records(next).unwrap_or(self.known()).min(self.known());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.find(middle).is_some_and(|record| record.time < time) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    fn record(&self, id: RecordId) -> Option<Record> {
        self.find(id.0 as usize)
    }

    fn named(&self, id: RecordId, record: Record) -> Entry {
        Entry {
            id,
            time: record.time,
            kind: record.kind,
            node: record.node,
            peer: record.peer(),
            name: Names::<P>::message(record.name),
            sign: (record.message != Record::NO_MESSAGE).then(|| Names::<P>::sign(record.name)),
            message: (record.message != Record::NO_MESSAGE).then_some(record.message),
            number: record.number,
            has_tokens: self.scenario.protocol.has_tokens(),
            rule: P::RULES.get(usize::from(record.rule.0)),
            cause: record.cause(),
        }
    }

    fn would_change(&self, action: &Action) -> bool {
        self.playhead < self.end()
            && self.scenario.check_action(action).is_ok()
            && self.simulation.would_change(action)
            && self.is_heeded(action)
    }

    fn act(&mut self, action: Action) -> Result<(), String> {
        self.scenario.check_action(&action)?;
        if self.playhead >= self.end() {
            return Err("the run is over: go back to change it".to_owned());
        }
        // Whatever else happens at this very instant happens first.
        self.seek(self.playhead);
        let written = self.scenario.script.len();
        let by_hand = self.script.split_off(written);
        let kept = by_hand.into_iter().filter(|entry| entry.at_ms <= self.playhead);
        self.script.extend(kept);
        // A script goes before everything else at its instant, so that a run of the whole
        // script from the start does the same: one microsecond later is the first instant of
        // which nothing has happened yet.
        let at_ms = self.playhead + Span::from_micros(1);
        self.script.push(Scripted { at_ms, action });
        self.simulation.set_script(&self.script);
        self.checkpoints.retain(|checkpoint| checkpoint.steps <= self.steps);
        self.trace.forget_future();
        self.recalled.take();
        if self.monitor.observed() > self.trace.len() {
            self.monitor = self.scenario.monitor();
        }
        self.seek(at_ms);
        Ok(())
    }

    fn done_by_hand(&self) -> &[Scripted] {
        &self.script[self.scenario.script.len()..]
    }

    fn violations(&self) -> &[Violation] {
        let now = self.trace.len();
        let violations = self.monitor.violations();
        // They are found in the order of the records that make them.
        &violations[..violations.partition_point(|violation| (violation.at.0 as usize) < now)]
    }

    fn hash(&self) -> TraceHash {
        TraceHash::of((0..self.trace.len()).filter_map(|index| self.find(index)))
    }

    fn memory(&self) -> Memory {
        let records = self.trace.bytes() + self.recalled.borrow().bytes();
        Memory {
            bytes: records + self.checkpoint_bytes(),
            thinned: self.thinned,
            forgotten: self.trace.first(),
        }
    }

    fn fork(&self) -> Box<dyn Run> {
        Box::new(self.clone())
    }
}
