//! The space-time diagram, without the drawing: what happened where and when, in a window of
//! time. Processes go across, time goes down.

use super::bench::Bench;
use crate::diagram::geometry::MOST_ON_RING;
use crate::words::{self, Weight};
use election_engine::ids::{MessageId, NodeId};
use election_engine::protocol::Sign;
use election_engine::run::{Entry, Run};
use election_engine::scenario::Scenario;
use election_engine::snapshot::Flight;
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, RecordId};
use election_engine::view::NodeSet;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// The windows that can be chosen, in milliseconds.
pub const WINDOWS: [u64; 10] = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000];

/// How many events a chart holds. More of them are no picture.
const MOST_EVENTS: usize = 900;

/// How many while time passes: nobody can read more, and drawing them takes time.
const MOST_EVENTS_PLAYING: usize = 300;

/// How many records after the window are searched for the ends of messages that leave it.
const LOOKED_AHEAD: usize = 1 << 14;

/// What of the past is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Lens {
    /// How much time is seen at once.
    pub window: Span,
    /// The members that are left out.
    pub hidden: NodeSet,
    /// Which events are seen.
    pub kinds: Kinds,
}

/// A choice of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// All but heartbeats and their like.
    Notable,
    /// All.
    All,
    /// Messages.
    Messages,
    /// Suspicions, candidacies, votes, leaders.
    Elections,
    /// What was done to the cluster.
    Faults,
}

impl Kinds {
    /// All choices, with their names.
    pub const ALL: [(Kinds, &'static str); 5] = [
        (Kinds::All, "everything"),
        (Kinds::Notable, "no routine"),
        (Kinds::Messages, "messages"),
        (Kinds::Elections, "elections"),
        (Kinds::Faults, "faults"),
    ];

    fn fit(self, entry: &Entry) -> bool {
        match self {
            Kinds::All => true,
            Kinds::Notable => words::weight(entry) > Weight::Routine,
            Kinds::Messages => is_message(entry.kind),
            Kinds::Elections => entry.kind.stage().is_some() || entry.kind == EventKind::StepDown,
            Kinds::Faults => matches!(
                entry.kind,
                EventKind::Crash
                    | EventKind::Restart
                    | EventKind::Pause
                    | EventKind::Resume
                    | EventKind::Cut
                    | EventKind::Heal
                    | EventKind::Clock
                    | EventKind::Link
                    | EventKind::StoreCheck
                    | EventKind::Command
            ),
        }
    }
}

fn is_message(kind: EventKind) -> bool {
    matches!(kind, EventKind::Send | EventKind::Deliver | EventKind::Lost | EventKind::Duplicate)
}

impl Lens {
    /// A window in which about twenty journeys of a message fit.
    pub fn of(scenario: &Scenario) -> Lens {
        let (_, longest) = scenario.cluster.network.latency.bounds();
        let wanted = longest.as_micros() / 1000 * 20;
        let window = WINDOWS.iter().find(|window| **window >= wanted).unwrap_or(&WINDOWS[9]);
        let lens = Lens { window: Span::new(*window), hidden: NodeSet::EMPTY, kinds: Kinds::All };
        // In most algorithms the highest of them leads at first.
        lens.showing(NodeId(scenario.cluster.nodes - 1), scenario.cluster.nodes)
    }

    /// The same with a member in sight. Of a large cluster only a page of its nodes is, and the
    /// store.
    pub fn showing(mut self, member: NodeId, nodes: u8) -> Lens {
        if nodes > MOST_ON_RING && member.0 < nodes {
            let page = pages(nodes).find(|page| page.contains(&member.0)).unwrap_or(0..nodes);
            for node in NodeId::all(nodes) {
                match page.contains(&node.0) {
                    true => self.hidden.remove(node),
                    false => drop(self.hidden.insert(node)),
                }
            }
        } else {
            self.hidden.remove(member);
        }
        self
    }

    /// The same with a record in sight, whatever was left out.
    pub fn with(mut self, entry: &Entry, nodes: u8) -> Lens {
        if self.hidden.contains(entry.node) {
            self = self.showing(entry.node, nodes);
        }
        if !self.kinds.fit(entry) {
            self.kinds = Kinds::All;
        }
        self
    }

    /// Whether a record is seen.
    pub fn shows(&self, entry: &Entry) -> bool {
        !self.hidden.contains(entry.node) && self.kinds.fit(entry)
    }

    /// The same, closer or farther.
    pub fn zoomed(&self, closer: bool) -> Lens {
        let now = self.window.as_micros() / 1000;
        let window = match closer {
            true => WINDOWS.iter().rev().find(|window| **window < now),
            false => WINDOWS.iter().find(|window| **window > now),
        };
        Lens { window: window.map_or(self.window, |window| Span::new(*window)), ..self.clone() }
    }
}

/// The nodes of a large cluster, as many at once as there is room for.
pub fn pages(nodes: u8) -> impl Iterator<Item = Range<u8>> {
    let most = usize::from(MOST_ON_RING);
    (0..nodes).step_by(most).map(move |first| first..first.saturating_add(MOST_ON_RING).min(nodes))
}

/// What tells one chart from another.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    branch: (usize, String),
    known: usize,
    from: SimTime,
    lens: Lens,
    /// With what was done by hand.
    scenario: Rc<Scenario>,
    most: usize,
}

/// An event on a process's line.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Its record.
    pub id: RecordId,
    /// When.
    pub time: SimTime,
    /// Whose line.
    pub node: NodeId,
    /// What happened.
    pub kind: EventKind,
    /// The same in a sentence.
    pub text: String,
    /// What the rule that fired says, its id and its source.
    pub rule: Option<(&'static str, &'static str, &'static str)>,
}

/// A message between two lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// The record of its end, or of its sending while it has none.
    pub id: RecordId,
    /// From where, when.
    pub from: (NodeId, SimTime),
    /// To where, when. For a lost one: where it broke.
    pub to: (NodeId, SimTime),
    /// Its shape.
    pub sign: Option<Sign>,
    /// It never arrives.
    pub lost: bool,
}

/// A time for which a process leads, is down or is paused.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Whose.
    pub node: NodeId,
    /// From when, to when.
    pub span: (SimTime, SimTime),
    /// `leader`, `crashed` or `paused`.
    pub kind: &'static str,
    /// The leader's token; 0 if it has none.
    pub number: u64,
}

/// A window of the past. Two of the same stamp are the same.
#[derive(Clone, Debug)]
pub struct Chart {
    stamp: Stamp,
    /// The window.
    pub window: (SimTime, SimTime),
    /// The members that are seen, the store last.
    pub members: Vec<NodeId>,
    /// The id that the store has.
    pub store: NodeId,
    /// Events.
    pub dots: Vec<Dot>,
    /// Messages.
    pub strokes: Vec<Stroke>,
    /// Leaderships and outages.
    pub stretches: Vec<Stretch>,
    /// Events that were left out, being too many.
    pub left_out: usize,
}

impl PartialEq for Chart {
    fn eq(&self, other: &Chart) -> bool {
        self.stamp == other.stamp
    }
}

impl Chart {
    /// What tells the chart that is due from the one before.
    pub fn stamp(bench: &Bench) -> Stamp {
        Stamp {
            branch: (bench.current(), bench.branch().name.clone()),
            known: bench.run().known(),
            from: bench.window().0,
            lens: bench.lens().clone(),
            scenario: Rc::clone(bench.branch().scenario()),
            most: if bench.pace().playing { MOST_EVENTS_PLAYING } else { MOST_EVENTS },
        }
    }

    /// Whether it is still the one that is due.
    pub fn is(&self, stamp: &Stamp) -> bool {
        self.stamp == *stamp
    }

    /// The chart of what a bench has in view.
    pub fn of(bench: &Bench) -> Chart {
        let run = bench.run();
        let store = NodeId(bench.branch().scenario().cluster.nodes);
        let (from, to) = bench.window();
        let lens = bench.lens();
        let first = run.known_before(from);
        let last = run.known_before(to + Span::from_micros(1));
        let journeys = Journeys::of(run, first, last);
        let mut chart = Chart {
            stamp: Chart::stamp(bench),
            window: (from, to),
            members: NodeId::all(store.0 + 1).filter(|id| !lens.hidden.contains(*id)).collect(),
            store,
            dots: Vec::new(),
            strokes: Vec::new(),
            stretches: stretches(bench, from, to),
            left_out: 0,
        };
        // The latest of them, if they are too many.
        for index in (first..last).rev() {
            let Some(entry) = run.entry(RecordId(index as u32)) else { continue };
            if !lens.shows(&entry) {
                continue;
            }
            if chart.dots.len() == chart.stamp.most {
                chart.left_out += 1;
                continue;
            }
            chart.strokes.extend(stroke(run, &entry, &journeys));
            chart.dots.push(Dot {
                id: entry.id,
                time: entry.time,
                node: entry.node,
                kind: entry.kind,
                text: words::sentence(&entry, store),
                rule: entry.rule.map(|rule| (rule.text, rule.id, rule.source)),
            });
        }
        chart.dots.reverse();
        chart.strokes.retain(|stroke| {
            !lens.hidden.contains(stroke.from.0) && !lens.hidden.contains(stroke.to.0)
        });
        chart
    }

    /// How many of its events have happened by an instant.
    pub fn happened(&self, now: SimTime) -> usize {
        self.dots.partition_point(|dot| dot.time <= now)
    }

    /// How far down an instant is, as a share of the window.
    pub fn share(&self, time: SimTime) -> f64 {
        let (from, to) = self.window;
        (time.0 as f64 - from.0 as f64) / to.since(from).as_micros().max(1) as f64
    }

    /// The place of a member among those that are seen.
    pub fn column(&self, member: NodeId) -> Option<usize> {
        self.members.iter().position(|id| *id == member)
    }
}

/// The line of a message that ends in this record, or that is sent by it and does not end in
/// the window.
fn stroke(run: &dyn Run, entry: &Entry, journeys: &Journeys) -> Option<Stroke> {
    let peer = entry.peer?;
    match entry.kind {
        EventKind::Deliver | EventKind::Lost => {
            let sent = entry.cause.and_then(|id| run.entry(id))?;
            Some(Stroke {
                id: entry.id,
                from: (peer, sent.time),
                to: (entry.node, entry.time),
                sign: entry.sign,
                lost: entry.kind == EventKind::Lost,
            })
        }
        EventKind::Send | EventKind::Duplicate => {
            let (arrives, lost) = journeys.beyond(entry.message?)?;
            Some(Stroke {
                id: entry.id,
                from: (entry.node, entry.time),
                to: (peer, arrives),
                sign: entry.sign,
                lost,
            })
        }
        _ => None,
    }
}

/// How the journeys end that begin in a window.
struct Journeys {
    /// Those that end in it.
    over: BTreeSet<MessageId>,
    /// When the others end, and whether they end by being lost.
    later: BTreeMap<MessageId, (SimTime, bool)>,
}

impl Journeys {
    /// Of the window that the known records from `first` to `last` make.
    fn of(run: &dyn Run, first: usize, last: usize) -> Journeys {
        let ends = |indices: Range<usize>| {
            let records = indices.filter_map(|index| run.record(RecordId(index as u32)));
            records.filter(|record| matches!(record.kind, EventKind::Deliver | EventKind::Lost))
        };
        let snapshot = run.snapshot();
        let due = |flight: &Flight| (flight.id, (flight.due.max(snapshot.at), false));
        let mut later: BTreeMap<_, _> = snapshot.flights.iter().map(due).collect();
        let ahead = last..run.known().min(last + LOOKED_AHEAD);
        later.extend(ends(ahead).map(|end| (end.message, (end.time, end.kind == EventKind::Lost))));
        Journeys { over: ends(first..last).map(|end| end.message).collect(), later }
    }

    /// The end of one that does not end in the window.
    fn beyond(&self, message: MessageId) -> Option<(SimTime, bool)> {
        (!self.over.contains(&message)).then(|| self.later.get(&message).copied()).flatten()
    }
}

fn stretches(bench: &Bench, from: SimTime, to: SimTime) -> Vec<Stretch> {
    let past = bench.branch().past();
    let has_tokens = bench.run().scenario().protocol.has_tokens();
    let mut found: Vec<Stretch> = past
        .reigns()
        .iter()
        .filter(|reign| reign.from <= to && reign.to >= from)
        .map(|reign| Stretch {
            node: reign.node,
            span: (reign.from.max(from), reign.to.min(to)),
            kind: "leader",
            number: if has_tokens { reign.number.0 } else { 0 },
        })
        .collect();
    // Outages begin and end by records of their own; there are few of them.
    let mut open: Vec<(NodeId, SimTime, &'static str)> = Vec::new();
    for record in past.outages() {
        let kind = match record.kind {
            EventKind::Crash => Some("crashed"),
            EventKind::Pause => Some("paused"),
            _ => None,
        };
        open.retain(|(node, since, kind)| {
            if *node == record.node {
                found.push(outage(*node, (*since, record.time), kind));
            }
            *node != record.node
        });
        open.extend(kind.map(|kind| (record.node, record.time, kind)));
    }
    let now = bench.branch().farthest();
    found.extend(open.into_iter().map(|(node, since, kind)| outage(node, (since, now), kind)));
    found.retain(|stretch| stretch.span.0 <= to && stretch.span.1 >= from);
    for stretch in &mut found {
        stretch.span = (stretch.span.0.max(from), stretch.span.1.min(to));
    }
    found
}

fn outage(node: NodeId, span: (SimTime, SimTime), kind: &'static str) -> Stretch {
    Stretch { node, span, kind, number: 0 }
}

/// The records that a lens shows beside one another: the one before or after `from`.
pub fn neighbour(run: &dyn Run, lens: &Lens, from: usize, back: bool) -> Option<RecordId> {
    let shows =
        |index: &usize| run.entry(RecordId(*index as u32)).is_some_and(|entry| lens.shows(&entry));
    let found = match back {
        true => (0..from).rev().find(shows),
        false => (from + 1..run.known()).find(shows),
    };
    found.map(|index| RecordId(index as u32))
}
