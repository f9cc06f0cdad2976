//! What the stage shows at one moment, taken from a session.

use crate::session::{Session, TourState};
use crate::words::{self, Weight};
use election_engine::ids::{NodeId, Token};
use election_engine::run::Entry;
use election_engine::snapshot::{BROKEN_SHOWN, Snapshot};
use election_engine::time::SimTime;
use election_engine::time::Span;
use election_engine::trace::{EventKind, Stage};
use std::rc::Rc;

/// How many lines the event log holds.
const LOG_LINES: usize = 80;

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
    stamp: (usize, u32),
    /// The latest records, the latest last.
    pub log: Vec<LogLine>,
    /// Who led when.
    pub reigns: Vec<Reign>,
    /// Instants at which something was broken.
    pub faults: Vec<SimTime>,
    /// When each election came to each of its stages.
    pub stages: Vec<(SimTime, Stage)>,
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
        let stamp = (run.records().len(), commands);
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
        // The latest of all, and the latest that matter, however long ago.
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
        let faults = run.entries().filter(|entry| is_fault(entry.kind)).map(|entry| entry.time);
        History {
            stamp,
            log,
            reigns: reigns(run.entries(), run.playhead()),
            faults: faults.collect(),
            stages: stages(run.entries()),
        }
    }

    /// The latest election: its stages so far, with their instants.
    pub fn latest_election(&self) -> &[(SimTime, Stage)] {
        let first = self.stages.windows(2).rposition(|pair| pair[1].1 <= pair[0].1);
        &self.stages[first.map_or(0, |before| before + 1)..]
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

fn line(entry: &Entry, store: NodeId) -> LogLine {
    LogLine {
        id: entry.id.0,
        time: entry.time,
        kind: entry.kind,
        text: words::sentence(entry, store),
        weight: words::weight(entry),
        rule: entry.rule.map(|rule| (rule.text, rule.id)),
    }
}

fn is_fault(kind: EventKind) -> bool {
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

/// The first instant of each stage, election by election. An election begins with the first
/// suspicion or candidacy after a leader was declared.
fn stages(entries: impl Iterator<Item = Entry>) -> Vec<(SimTime, Stage)> {
    let mut stages: Vec<(SimTime, Stage)> = Vec::new();
    for entry in entries {
        let Some(stage) = entry.kind.stage() else { continue };
        // A run that begins with a leader in office shows no election at its first instant.
        let follows = entry.peer.is_some_and(|leader| leader != entry.node);
        if entry.time == SimTime::ZERO || stage == Stage::Monitoring && !follows {
            continue;
        }
        let next = match stages.last() {
            None => stage < Stage::Monitoring,
            Some((_, Stage::Monitoring | Stage::Declaration)) if stage <= Stage::Candidacy => true,
            Some((_, last)) => stage > *last,
        };
        if next {
            stages.push((entry.time, stage));
        }
    }
    stages
}

fn reigns(entries: impl Iterator<Item = Entry>, now: SimTime) -> Vec<Reign> {
    let mut reigns: Vec<Reign> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for entry in entries {
        let ends = matches!(entry.kind, EventKind::StepDown | EventKind::Crash | EventKind::Lead);
        if ends {
            open.retain(|index| {
                let reign = &mut reigns[*index];
                if reign.node == entry.node {
                    reign.to = entry.time;
                }
                reign.node != entry.node
            });
        }
        if entry.kind == EventKind::Lead {
            open.push(reigns.len());
            reigns.push(Reign {
                node: entry.node,
                number: entry.number,
                from: entry.time,
                to: now,
            });
        }
    }
    reigns
}
