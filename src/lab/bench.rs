//! The workbench, without the browser: several futures of one set-up, one of them in view.
//! An order in, a new state out.

use super::branch::{Branch, MOST_BRANCHES};
use super::chart::Lens;
use super::compare::{Difference, compare};
use super::deeds;
use super::order::{Condition, Order, Side};
use super::past::Mark;
use crate::session::{Command, Moment, Pace};
use election_engine::action::Action;
use election_engine::ids::NodeId;
use election_engine::run::Run;
use election_engine::scenario::Scenario;
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, RecordId};

/// Steps that a jump may take before it gives the page back: a few seconds at worst.
const MOST_STEPS: usize = 2_000_000;

/// The workbench.
pub struct Bench {
    branches: Vec<Branch>,
    current: usize,
    pace: Pace,
    selected: Option<NodeId>,
    picked: Option<RecordId>,
    stop_at_violation: bool,
    lens: Lens,
    difference: Option<Difference>,
    /// What to tell of the last order, besides what is seen.
    said: Option<String>,
    /// How many futures were named after what makes them differ.
    made: usize,
    /// How many set-ups there have been.
    loads: u32,
    /// What was here before another set-up took its place, if anything was done to it.
    before: Option<Box<Bench>>,
}

impl Bench {
    /// A run of a scenario at its first instant.
    pub fn new(scenario: Scenario, speed: u32) -> Bench {
        Bench::of(Branch::new("As set up".to_owned(), scenario), speed)
    }

    /// A bench with one future.
    pub fn of(branch: Branch, speed: u32) -> Bench {
        Bench {
            lens: Lens::of(&branch.run().scenario()),
            branches: vec![branch],
            current: 0,
            pace: Pace::new(speed),
            selected: None,
            picked: None,
            stop_at_violation: true,
            difference: None,
            said: None,
            made: 0,
            loads: 0,
            before: None,
        }
    }

    /// Puts another in its place. What was done by hand can be had back.
    pub fn replace(&mut self, next: Bench) {
        let mut before = std::mem::replace(self, next);
        self.stop_at_violation = before.stop_at_violation;
        self.loads = before.loads + 1;
        let touched = before.branches.len() > 1 || !before.run().done_by_hand().is_empty();
        // Only one is kept: each holds the history of its runs.
        let kept = before.before.take();
        before.pace.playing = false;
        self.before = if touched { Some(Box::new(before)) } else { kept };
    }

    /// How many set-ups there have been: tells one from another.
    pub fn loads(&self) -> u32 {
        self.loads
    }

    /// Whether there is a bench to go back to.
    pub fn has_before(&self) -> bool {
        self.before.is_some()
    }

    /// The futures.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The number of the one in view.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The one in view.
    pub fn branch(&self) -> &Branch {
        &self.branches[self.current]
    }

    /// Its run.
    pub fn run(&self) -> &dyn Run {
        self.branch().run()
    }

    /// How time passes.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// The member that is looked at closely.
    pub fn selected(&self) -> Option<NodeId> {
        self.selected
    }

    /// The record that is looked at closely.
    pub fn picked(&self) -> Option<RecordId> {
        self.picked
    }

    /// Whether a violation stops the run.
    pub fn stops_at_violation(&self) -> bool {
        self.stop_at_violation
    }

    /// How the diagram of the past looks.
    pub fn lens(&self) -> &Lens {
        &self.lens
    }

    /// Where two futures part, if that was asked.
    pub fn difference(&self) -> Option<&Difference> {
        self.difference.as_ref()
    }

    /// What there is to tell of the last order.
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Does it.
    ///
    /// # Errors
    /// A sentence for the learner, if it cannot be done.
    pub fn apply(&mut self, order: Order) -> Result<(), String> {
        let passes = matches!(order, Order::Stage(Command::Tick(_)) | Order::Settle);
        if !passes {
            self.said = None;
        }
        let before = (self.picked, Moment::of(self.run()));
        let done = self.perform(order);
        // What was picked stays so until time moves on.
        if self.picked == before.0 && Moment::of(self.run()) != before.1 {
            self.picked = None;
        }
        self.branches[self.current].catch_up();
        done
    }

    fn perform(&mut self, order: Order) -> Result<(), String> {
        match order {
            Order::Stage(command) => return self.command(command),
            Order::Jump(mark, Side::After) => self.jump(mark),
            Order::Jump(mark, Side::Before) => self.jump_back(mark),
            Order::Until(Condition::LeaderChanges) => self.jump(Mark::Leader),
            Order::Until(condition) => self.run_until(&condition),
            Order::Pick(id) => {
                self.pick(id);
                // All views look at the same one.
                self.selected = self.run().entry(id).map(|entry| entry.node).or(self.selected);
            }
            Order::Switch(index) if index < self.branches.len() => {
                // The same instant of another future.
                let now = self.run().playhead();
                self.current = index;
                self.seek(now);
                self.pace.playing = false;
                self.picked = None;
            }
            Order::Delete(index) if index < self.branches.len() => self.delete(index)?,
            Order::Switch(_) | Order::Delete(_) => {}
            Order::Compare(a, b) => {
                self.difference = match (self.branches.get(a), self.branches.get(b)) {
                    (Some(a), Some(b)) => Some(compare(a, b)),
                    _ => None,
                };
            }
            Order::TakeBack => {
                if let Some(before) = self.before.take() {
                    let now = std::mem::replace(self, *before);
                    self.loads = now.loads + 1;
                    self.before = Some(Box::new(Bench { before: None, ..now }));
                }
            }
            Order::StopAtViolation(stop) => self.stop_at_violation = stop,
            Order::Look(lens) => self.lens = lens,
            Order::Settle => {}
        }
        Ok(())
    }

    fn run_mut(&mut self) -> &mut dyn Run {
        self.branches[self.current].run_mut()
    }

    fn command(&mut self, command: Command) -> Result<(), String> {
        match command {
            Command::Play => {
                if self.run().playhead() >= self.run().end() {
                    self.run_mut().seek(SimTime::ZERO);
                }
                self.pace.playing = true;
            }
            Command::Pause => self.pace.playing = false,
            Command::Tick(passed) => self.tick(passed),
            Command::StepForward => {
                self.pace.playing = false;
                self.run_mut().step_forward();
                self.picked = self.last_record();
            }
            Command::StepBack => {
                self.pace.playing = false;
                self.run_mut().step_back();
                self.picked = self.last_record();
            }
            Command::Seek(to) => self.seek(to),
            Command::Speed(speed) => self.pace.speed = Pace::allowed(speed),
            Command::Act(action) => return self.act(action),
            Command::Select(member) => self.selected = member,
            Command::Restart => self.restart(),
            Command::Load(scenario) => self.replace(Bench::new(*scenario, self.pace.speed)),
            // The workbench has no tours.
            Command::StartTour
            | Command::Predict(_)
            | Command::Next
            | Command::Back
            | Command::LeaveTour => {}
        }
        Ok(())
    }

    fn last_record(&self) -> Option<RecordId> {
        self.run().records().checked_sub(1).map(|index| RecordId(index as u32))
    }

    fn seek(&mut self, to: SimTime) {
        self.run_mut().seek(to);
    }

    fn tick(&mut self, passed: u64) {
        if !self.pace.playing {
            return;
        }
        let to = self.run().playhead() + self.pace.advance(passed);
        let before = self.run().records();
        self.seek(to);
        self.pace.playing = to < self.run().end();
        if self.stop_at_violation {
            let new = |at: &RecordId| at.0 as usize >= before;
            let found = self.run().violations().iter().rev().map(|violation| violation.at);
            if let Some(at) = found.take_while(new).last() {
                self.pace.playing = false;
                self.pick(at);
            }
        }
    }

    /// Shows the instant right after a record.
    fn pick(&mut self, id: RecordId) {
        let Some(entry) = self.run().entry(id) else { return };
        self.pace.playing = false;
        Moment { time: entry.time, records: id.0 as usize + 1 }.show(self.run_mut());
        let nodes = self.run().scenario().cluster.nodes;
        self.lens = self.lens.clone().with(&entry, nodes);
        self.picked = Some(id);
    }

    fn jump(&mut self, mark: Mark) {
        // A step may make several records, so the picked one need not be the last.
        let records = match self.picked {
            Some(id) => id.0 as usize + 1,
            None => self.run().records(),
        };
        self.pace.playing = false;
        let start = Moment::of(self.run());
        for _ in 0..MOST_STEPS {
            if let Some(id) = self.branch().past().next(mark, records) {
                return self.pick(id);
            }
            if !self.run_mut().step_forward() {
                break;
            }
            self.branches[self.current].catch_up();
        }
        start.show(self.run_mut());
        self.said = Some(format!("No {} comes after this instant.", mark.name()));
    }

    fn jump_back(&mut self, mark: Mark) {
        let before = self.picked.map_or(self.run().records(), |id| id.0 as usize);
        match self.branch().past().previous(mark, before) {
            Some(id) => self.pick(id),
            None => self.said = Some(format!("No {} comes before this instant.", mark.name())),
        }
    }

    fn run_until(&mut self, condition: &Condition) {
        self.pace.playing = false;
        let start = Moment::of(self.run());
        for _ in 0..MOST_STEPS {
            let before = self.run().records();
            if !self.run_mut().step_forward() {
                break;
            }
            if let Some(id) = self.met(condition, before) {
                return self.pick(id);
            }
        }
        self.branches[self.current].catch_up();
        start.show(self.run_mut());
        self.said = Some("That does not happen before the end of the run.".to_owned());
    }

    /// The first record from `from` on that meets a condition.
    fn met(&self, condition: &Condition, from: usize) -> Option<RecordId> {
        let run = self.run();
        if *condition == Condition::Violation {
            let new = |at: &RecordId| at.0 as usize >= from;
            let found = run.violations().iter().rev().map(|violation| violation.at);
            return found.take_while(new).last();
        }
        let fits = |id: &RecordId| {
            run.entry(*id).is_some_and(|entry| match condition {
                Condition::Leads(node) => entry.kind == EventKind::Lead && entry.node == *node,
                Condition::Event(pattern) => pattern.fits(&entry),
                Condition::Violation | Condition::LeaderChanges => false,
            })
        };
        (from..run.records()).map(|index| RecordId(index as u32)).find(fits)
    }

    /// Changes the future. Where one was played already, that one stays beside the new one.
    fn act(&mut self, action: Action) -> Result<(), String> {
        let branch = &mut self.branches[self.current];
        let name = deeds::name(self.made, &action, &branch.run().snapshot());
        if branch.run().known() == branch.run().records() {
            let is_first = branch.run().done_by_hand().is_empty();
            branch.run_mut().act(action)?;
            if is_first {
                branch.name = name;
                self.made += 1;
            }
            return Ok(());
        }
        self.room_for_another()?;
        let mut run = self.run().fork();
        run.act(action)?;
        self.made += 1;
        self.branches.push(Branch::of(name, run));
        self.current = self.branches.len() - 1;
        self.said = Some("You changed the past, so this is another future. The one before is kept: see Time and branches, where you can compare the two.".to_owned());
        Ok(())
    }

    fn room_for_another(&self) -> Result<(), String> {
        match self.branches.len() < MOST_BRANCHES {
            true => Ok(()),
            false => Err(format!(
                "There are {MOST_BRANCHES} branches. Delete one, then change the past again."
            )),
        }
    }

    /// To the first instant of the set-up as it was before anything was done by hand.
    fn restart(&mut self) {
        self.pace.playing = false;
        if !self.run().done_by_hand().is_empty() {
            let untouched = |branch: &Branch| branch.run().done_by_hand().is_empty();
            match self.branches.iter().position(untouched) {
                Some(index) => self.current = index,
                None => {
                    let mut scenario = self.run().scenario();
                    let written = scenario.script.len() - self.run().done_by_hand().len();
                    scenario.script.truncate(written);
                    if self.branches.len() == MOST_BRANCHES {
                        self.branches.remove(0);
                    }
                    self.branches.push(Branch::new("As set up".to_owned(), scenario));
                    self.current = self.branches.len() - 1;
                }
            }
        }
        self.seek(SimTime::ZERO);
    }

    fn delete(&mut self, index: usize) -> Result<(), String> {
        if self.branches.len() == 1 {
            return Err("This is the only branch, so it stays.".to_owned());
        }
        self.branches.remove(index);
        self.difference = None;
        // Another one may be in view now, with other records.
        if index <= self.current {
            self.picked = None;
        }
        if index < self.current || self.current == self.branches.len() {
            self.current -= 1;
        }
        Ok(())
    }

    /// The instants between which the diagram of the past lies.
    pub fn window(&self) -> (SimTime, SimTime) {
        let span = self.lens.window.as_micros().max(1);
        let now = self.run().playhead().0;
        // It turns like a page, by half, so that the present lies in its later half.
        let half = span.div_ceil(2);
        let from = (now / half).saturating_sub(1) * half;
        (SimTime(from), SimTime(from) + Span::from_micros(span))
    }
}

#[cfg(test)]
mod tests;
