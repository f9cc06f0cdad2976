//! What the workbench shows at one moment.

use super::bench::Bench;
use super::chart::{Chart, Lens};
use super::compare::Difference;
use super::majority::Groups;
use super::order::Order;
use crate::session::Command;
use crate::stage::frame::{History, LOG_LINES, LogLine, Marks, latest_election, line};
use crate::words::{Weight, weight};
use election_engine::checks::{Check, Violation};
use election_engine::ids::NodeId;
use election_engine::run::Entry;
use election_engine::snapshot::{BROKEN_SHOWN, Snapshot};
use election_engine::time::{SimTime, Span};
use election_engine::trace::RecordId;
use std::rc::Rc;

/// How much the space-time diagram and its table may lag behind what is asked for. They have
/// many parts, and need not follow every frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// Not at all.
    None,
    /// Time passes: a tenth of a second, in frames.
    Playing,
    /// Somebody drags through time: until that comes to rest.
    Scrubbing,
}

impl Haste {
    /// What an order allows.
    pub fn of(order: &Order) -> Haste {
        match order {
            Order::Stage(Command::Tick(_)) => Haste::Playing,
            Order::Stage(Command::Seek(_)) => Haste::Scrubbing,
            _ => Haste::None,
        }
    }

    fn lags(self, age: u8, playing: bool) -> bool {
        match self {
            Haste::None => false,
            Haste::Playing => playing && age < 6,
            Haste::Scrubbing => true,
        }
    }
}

/// How many violations are told of the past, and how many that lie ahead; the others are counted.
const VIOLATIONS_TOLD: (usize, usize) = (5, 1);

/// Everything that is drawn.
#[derive(Clone, PartialEq)]
pub struct View {
    /// The cluster.
    pub snapshot: Rc<Snapshot>,
    /// Whether time passes.
    pub playing: bool,
    /// How fast, in thousandths of real time.
    pub speed: u32,
    /// The last instant of the run.
    pub end: SimTime,
    /// The member that is looked at closely.
    pub selected: Option<NodeId>,
    /// What has happened, for the tape and the captions.
    pub history: Rc<History>,
    /// The space-time diagram.
    pub chart: Rc<Chart>,
    /// For how many frames it has not been up to date.
    pub chart_age: u8,
    /// How many of its events have happened.
    pub present: usize,
    /// The same as a table. Nobody can read one that changes ten times a second.
    pub table: Table,
    /// How it looks.
    pub lens: Lens,
    /// The record that is looked at closely.
    pub picked: Option<Rc<LogLine>>,
    /// The futures.
    pub branches: Rc<Branches>,
    /// Claims that do not hold.
    pub violations: Rc<Violations>,
    /// Whether a violation stops the run.
    pub stops: bool,
    /// What an order came to.
    pub said: Option<String>,
    /// Why an order could not be done.
    pub error: Option<String>,
    /// Who could form a majority now.
    pub groups: Rc<Groups>,
    /// How many orders there were besides letting time pass.
    pub orders: u32,
    /// Whether some of the oldest checkpoints or records were let go.
    pub thinned: bool,
    /// Whether another set-up took the place of what was here.
    pub has_before: bool,
    /// Tells one set-up from the next.
    pub loads: u32,
}

/// A chart as a table.
#[derive(Clone, PartialEq)]
pub struct Table {
    /// What is in it.
    pub chart: Rc<Chart>,
    /// How many of its events have happened.
    pub present: usize,
    /// For how many frames it has not been up to date.
    age: u8,
}

/// The futures as they are listed.
#[derive(Clone, Debug, PartialEq)]
pub struct Branches {
    /// Their names, and how far each was played.
    pub list: Vec<(String, SimTime)>,
    /// The one in view.
    pub current: usize,
    /// Where two of them part.
    pub difference: Option<Difference>,
}

/// The violations about now, and how many others there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Violations {
    /// In the order of time.
    pub told: Vec<Told>,
    /// How many came before.
    pub before: usize,
    /// How many others lie ahead in the future that was played.
    pub ahead: usize,
    /// How many are known, how many of them have happened, and what is picked.
    stamp: (usize, usize, Option<RecordId>),
}

impl Violations {
    fn stamp(bench: &Bench) -> (usize, usize, Option<RecordId>) {
        let known = bench.branch().past().broken();
        let happened = known.partition_point(|broken| happened(bench, broken.at));
        (known.len(), happened, bench.picked())
    }

    /// Those of a bench. Whoever follows one to its first event is before it, and must find it
    /// still, to follow it to its second.
    fn of(bench: &Bench, store: NodeId) -> Violations {
        let stamp = Violations::stamp(bench);
        let (known, now, picked) = stamp;
        let from = now.saturating_sub(VIOLATIONS_TOLD.0);
        let until = known.min(now + VIOLATIONS_TOLD.1);
        let broken = bench.branch().past().broken();
        let followed = broken[until..].iter().filter(|broken| Some(broken.with) == picked);
        let told: Vec<Told> = broken[from..until]
            .iter()
            .chain(followed.take(VIOLATIONS_TOLD.0))
            .filter_map(|broken| Told::of(bench, broken, store))
            .collect();
        Violations { before: from, ahead: known - from - told.len(), told, stamp }
    }
}

fn happened(bench: &Bench, id: RecordId) -> bool {
    (id.0 as usize) < bench.run().records()
}

/// A violation in words, with its two events.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The claim.
    pub check: Check,
    /// Who contradicts whom.
    pub text: String,
    /// The event that broke the claim.
    pub at: LogLine,
    /// The earlier one that it contradicts.
    pub with: LogLine,
    /// It has not happened by the instant in view.
    pub ahead: bool,
}

impl Told {
    fn of(bench: &Bench, broken: &Violation, store: NodeId) -> Option<Told> {
        let told = |id: RecordId| bench.run().entry(id).map(|entry| line(&entry, store));
        Some(Told {
            check: broken.check,
            text: broken.text.clone(),
            at: told(broken.at)?,
            with: told(broken.with)?,
            ahead: !happened(bench, broken.at),
        })
    }
}

impl View {
    /// What a bench shows now; `before` lends what is still the same.
    pub fn of(
        bench: &Bench,
        orders: u32,
        before: Option<&View>,
        haste: Haste,
        error: Option<String>,
    ) -> View {
        let run = bench.run();
        let store = NodeId(bench.branch().scenario().cluster.nodes);
        let mut snapshot = run.snapshot();
        // As long as the eye needs, however fast the run goes.
        let shown =
            Span::from_micros(BROKEN_SHOWN.as_micros() * u64::from(bench.pace().speed) / 1000);
        snapshot.broken.retain(|broken| snapshot.at.since(broken.at) <= shown);
        let stamp = (run.records(), orders);
        let same = before.filter(|before| before.history.stamp == stamp);
        let told = |id: RecordId| run.entry(id).map(|entry| line(&entry, store));
        let due = Chart::stamp(bench);
        let (chart, chart_age) = match before {
            Some(before) if before.chart.is(&due) => (Rc::clone(&before.chart), 0),
            Some(before) if haste.lags(before.chart_age, bench.pace().playing) => {
                (Rc::clone(&before.chart), before.chart_age.saturating_add(1))
            }
            _ => (Rc::new(Chart::of(bench)), 0),
        };
        let present = match before {
            Some(before) if chart_age > 0 => before.present,
            _ => chart.happened(snapshot.at),
        };
        let table = match before {
            Some(before) if haste == Haste::Playing && before.table.lags(bench) => {
                Table { age: before.table.age + 1, ..before.table.clone() }
            }
            _ => Table { chart: Rc::clone(&chart), present, age: 0 },
        };
        let stamp_of_violations = Violations::stamp(bench);
        View {
            playing: bench.pace().playing,
            speed: bench.pace().speed,
            end: run.end(),
            selected: bench.selected(),
            history: same.map_or_else(
                || Rc::new(history(bench, stamp, store)),
                |same| Rc::clone(&same.history),
            ),
            chart,
            chart_age,
            present,
            table,
            lens: bench.lens().clone(),
            picked: bench.picked().and_then(told).map(Rc::new),
            branches: same
                .map_or_else(|| Rc::new(branches(bench)), |same| Rc::clone(&same.branches)),
            violations: before
                .filter(|before| {
                    before.orders == orders && before.violations.stamp == stamp_of_violations
                })
                .map_or_else(
                    || Rc::new(Violations::of(bench, store)),
                    |before| Rc::clone(&before.violations),
                ),
            stops: bench.stops_at_violation(),
            said: bench.said().map(str::to_owned),
            error,
            groups: same
                .map_or_else(|| Rc::new(groups(bench, &snapshot)), |same| Rc::clone(&same.groups)),
            snapshot: Rc::new(snapshot),
            orders,
            has_before: bench.has_before(),
            loads: bench.loads(),
            thinned: {
                let memory = run.memory();
                memory.thinned > 0 || memory.forgotten > 0
            },
        }
    }
}

impl Table {
    /// While time passes, it follows twice a second, in frames.
    fn lags(&self, bench: &Bench) -> bool {
        bench.pace().playing && self.age < 30
    }
}

/// The tape shows what is known of the future, too; the words tell of the past alone, and of what
/// is more than routine there.
fn history(bench: &Bench, stamp: (usize, u32), store: NodeId) -> History {
    let run = bench.run();
    let past = bench.branch().past();
    History {
        stamp,
        log: heard(&past.latest(run, LOG_LINES).collect::<Vec<_>>(), store),
        election: latest_election(past.stages_by(run.playhead())).to_vec(),
        marks: Rc::new(Marks {
            reigns: past.reigns().to_vec(),
            faults: past.faults.clone(),
            stages: past.stages().to_vec(),
            violations: past.violations.clone(),
        }),
    }
}

/// The lines that are shown or said: the latest that follows a rule, and what is loud. The others
/// stand in the table of events.
fn heard(latest: &[Entry], store: NodeId) -> Vec<LogLine> {
    let now = latest.iter().rev().find(|entry| entry.rule.is_some()).map(|entry| entry.id);
    let is_told = |entry: &&Entry| Some(entry.id) == now || weight(entry) == Weight::Loud;
    latest.iter().filter(is_told).map(|entry| line(entry, store)).collect()
}

fn groups(bench: &Bench, snapshot: &Snapshot) -> Groups {
    let protocol = &bench.branch().scenario().protocol;
    Groups::of(snapshot, protocol.electorate(snapshot.nodes.len() as u8))
}

fn branches(bench: &Bench) -> Branches {
    let named = |branch: &super::branch::Branch| (branch.name.clone(), branch.farthest());
    Branches {
        list: bench.branches().iter().map(named).collect(),
        current: bench.current(),
        difference: bench.difference().cloned(),
    }
}
