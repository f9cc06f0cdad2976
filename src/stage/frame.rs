//! What the stage shows at one moment, taken from a session.

use crate::session::{Session, TourState};
use crate::words::{self, Weight};
use election_engine::ids::{NodeId, Token};
use election_engine::run::{Entry, Run};
use election_engine::snapshot::{BROKEN_SHOWN, Snapshot};
use election_engine::time::SimTime;
use election_engine::time::Span;
use election_engine::trace::{EventKind, Stage};
use std::rc::Rc;

/// How many lines the event log holds.
pub const LOG_LINES: usize = 80;

/// Everything that is drawn.
#[derive(Clone, PartialEq)]
pub struct Frame {
    pub snapshot: Rc<Snapshot>,
    pub playing: bool,
    pub speed: u32,
    pub selected: Option<NodeId>,
    pub end: SimTime,
    pub tour: Option<TourState>,
    pub history: Rc<History>,
    pub violation: Option<String>,
    pub error: Option<String>,
}

/// What is drawn of the past. Changes far less often than the rest.
#[derive(Clone, Default, PartialEq)]
pub struct History {
    /// Tells one past from another: how many records, and how many commands led here.
    pub stamp: (usize, u32),
    /// The latest records, the latest last.
    pub log: Vec<LogLine>,
    /// When the latest election came to each of its stages.
    pub election: Vec<(SimTime, Stage)>,
    /// What the tape shows.
    pub marks: Rc<Marks>,
}

/// What is painted along the time of a run.
#[derive(Debug, Default, PartialEq)]
pub struct Marks {
    /// Who led when.
    pub reigns: Vec<Reign>,
    /// Instants at which something was broken.
    pub faults: Vec<SimTime>,
    /// When each election came to each of its stages.
    pub stages: Vec<(SimTime, Stage)>,
    /// When a claim did not hold.
    pub violations: Vec<SimTime>,
}

/// A line of the event log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    pub id: u32,
    pub time: SimTime,
    pub kind: EventKind,
    pub text: String,
    pub weight: Weight,
    /// What the rule that fired says, and its id.
    pub rule: Option<(&'static str, &'static str)>,
}

/// From when to when a node believed that it led.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reign {
    pub node: NodeId,
    pub number: Token,
    pub from: SimTime,
    pub to: SimTime,
}

impl Frame {
    /// What a session shows now. `commands` counts what was done on the stage besides letting
    /// time pass; `before` lends its history if that is still the same.
    pub fn of(
        session: &Session,
        commands: u32,
        before: Option<&Frame>,
        error: Option<String>,
    ) -> Frame {
        let run = session.run();
        let stamp = (run.records(), commands);
        let history = match before {
            Some(before) if before.history.stamp == stamp => Rc::clone(&before.history),
            _ => Rc::new(History::of(session, stamp)),
        };
        // As long as the eye needs, however fast the run goes.
        let shown = Span::from_micros(BROKEN_SHOWN.as_micros() * u64::from(session.speed()) / 1000);
        let mut snapshot = run.snapshot();
        snapshot.broken.retain(|broken| snapshot.at.since(broken.at) <= shown);
        Frame {
            snapshot: Rc::new(snapshot),
            playing: session.is_playing(),
            speed: session.speed(),
            selected: session.selected(),
            end: run.end(),
            tour: session.tour_state().cloned(),
            history,
            violation: run.violations().last().map(|violation| violation.text.clone()),
            error,
        }
    }
}

impl History {
    fn of(session: &Session, stamp: (usize, u32)) -> History {
        let run = session.run();
        let store = NodeId(run.scenario().cluster.nodes);
        let log = latest_lines(run, store);
        let faults = run.entries().filter(|entry| is_fault(entry.kind)).map(|entry| entry.time);
        let (mut reigns, mut elections) = (Reigns::default(), Elections::default());
        for entry in run.entries() {
            reigns.push(&entry);
            elections.push(&entry);
        }
        reigns.last_until(run.playhead());
        History {
            stamp,
            log,
            election: latest_election(&elections.stages).to_vec(),
            marks: Rc::new(Marks {
                reigns: reigns.list,
                faults: faults.collect(),
                stages: elections.stages,
                violations: violations(run),
            }),
        }
    }

    /// The latest thing that matters, with the rule by which it happened.
    pub fn now(&self) -> Option<&LogLine> {
        self.log.iter().rev().find(|line| line.weight > Weight::Routine && line.rule.is_some())
    }

    /// The lines that matter, or all; the latest first.
    pub fn latest(&self, all: bool) -> impl Iterator<Item = &LogLine> {
        let wanted = move |line: &&LogLine| all || line.weight > Weight::Routine;
        self.log.iter().rev().filter(wanted).take(LOG_LINES)
    }
}

/// The last election of `stages`, as far as it has come.
pub fn latest_election(stages: &[(SimTime, Stage)]) -> &[(SimTime, Stage)] {
    let first = stages.windows(2).rposition(|pair| pair[1].1 <= pair[0].1);
    &stages[first.map_or(0, |before| before + 1)..]
}

/// The latest of all records in sentences, and the latest that matter, however long ago; the
/// latest last.
fn latest_lines(run: &dyn Run, store: NodeId) -> Vec<LogLine> {
    let mut seen = 0;
    let mut log: Vec<LogLine> = run
        .entries()
        .rev()
        .filter(|entry| {
            seen += 1;
            seen <= LOG_LINES || words::weight(entry) > Weight::Routine
        })
        .take(2 * LOG_LINES)
        .map(|entry| line(&entry, store))
        .collect();
    log.reverse();
    log
}

/// A record in a sentence.
pub fn line(entry: &Entry, store: NodeId) -> LogLine {
    LogLine {
        id: entry.id.0,
        time: entry.time,
        kind: entry.kind,
        text: words::sentence(entry, store),
        weight: words::weight(entry),
        rule: entry.rule.map(|rule| (rule.text, rule.id)),
    }
}

/// When claims did not hold.
fn violations(run: &dyn Run) -> Vec<SimTime> {
    let at = |id| run.entry(id).map(|entry| entry.time);
    run.violations().iter().filter_map(|violation| at(violation.at)).collect()
}

/// Whether something was broken.
pub fn is_fault(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Crash
            | EventKind::Pause
            | EventKind::Cut
            | EventKind::Link
            | EventKind::Clock
            | EventKind::Network
    )
}

/// The instants at which elections came to their stages, gathered record by record. An election
/// begins with the first suspicion or candidacy after a leader was declared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Elections {
    /// The first instant of each stage, election by election.
    pub stages: Vec<(SimTime, Stage)>,
}

impl Elections {
    /// Takes the next record; the stage that it begins, if it begins one.
    pub fn push(&mut self, entry: &Entry) -> Option<Stage> {
        let stage = entry.kind.stage()?;
        // A run that begins with a leader in office shows no election at its first instant.
        let follows = entry.peer.is_some_and(|leader| leader != entry.node);
        if entry.time == SimTime::ZERO || stage == Stage::Monitoring && !follows {
            return None;
        }
        let next = match self.stages.last() {
            None => stage < Stage::Monitoring,
            Some((_, Stage::Monitoring | Stage::Declaration)) if stage <= Stage::Candidacy => true,
            Some((_, last)) => stage > *last,
        };
        next.then(|| {
            self.stages.push((entry.time, stage));
            stage
        })
    }
}

/// Who led when, gathered record by record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reigns {
    /// In the order of their beginnings.
    pub list: Vec<Reign>,
    open: Vec<usize>,
}

impl Reigns {
    /// Takes the next record; whether another leads because of it, or somebody no longer does.
    pub fn push(&mut self, entry: &Entry) -> bool {
        let before = self.open.len();
        if matches!(entry.kind, EventKind::StepDown | EventKind::Crash | EventKind::Lead) {
            self.open.retain(|index| {
                let reign = &mut self.list[*index];
                if reign.node == entry.node {
                    reign.to = entry.time;
                }
                reign.node != entry.node
            });
        }
        if entry.kind == EventKind::Lead {
            self.open.push(self.list.len());
            self.list.push(Reign {
                node: entry.node,
                number: entry.number,
                from: entry.time,
                to: entry.time,
            });
        }
        entry.kind == EventKind::Lead || self.open.len() < before
    }

    /// Lets what has not ended last until `now`.
    pub fn last_until(&mut self, now: SimTime) {
        for index in &self.open {
            self.list[*index].to = now;
        }
    }
}
