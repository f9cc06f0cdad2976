//! How a run fared, told from its records alone: the same for a learner's nodes and for built-in
//! algorithms.

use super::level::Level;
use crate::action::Action;
use crate::checks::{Check, Monitor};
use crate::ids::NodeId;
use crate::protocol::Protocol;
use crate::protocols::registry::Visitor;
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::swarm::judge::slowest;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, Trace};
use std::collections::BTreeSet;
use std::fmt;

/// Which claim of a level fell in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fell {
    /// One over the whole run that is watched.
    Violated(Check),
    /// A node began to lead that had long been cut off from a majority.
    LedWithoutMajority,
    /// In the end nobody leads.
    NobodyLeads,
    /// In the end several nodes lead.
    SeveralLead,
    /// Who leads still changed when it had to be clear.
    StillChanges,
    /// The one that leads in the end writes nothing that the store applies.
    NothingApplied,
}

impl Fell {
    /// Whether it is about how a run ends, long after all was well again.
    pub fn in_the_end(self) -> bool {
        !matches!(self, Fell::Violated(_) | Fell::LedWithoutMajority)
    }
}

impl fmt::Display for Fell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fell::Violated(check) => write!(f, "{} is violated", check.name()),
            Fell::LedWithoutMajority => f.write_str("a node begins to lead without a majority"),
            Fell::NobodyLeads => f.write_str("nobody leads in the end"),
            Fell::SeveralLead => f.write_str("several nodes lead in the end"),
            Fell::StillChanges => f.write_str("who leads is not settled in time"),
            Fell::NothingApplied => f.write_str("the store applies nothing in the end"),
        }
    }
}

/// How a run fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fare {
    /// The first claim of the level that fell, when, and how in a sentence.
    pub failure: Option<(Fell, SimTime, String)>,
    /// Messages between nodes.
    pub messages: u32,
    /// For how long nobody led.
    pub leaderless: Span,
    /// For how long more than one node led.
    pub several: Span,
}

/// How a run of a built-in algorithm fares on a level.
pub fn fare_of(level: &Level, scenario: &Scenario) -> Fare {
    struct Play<'a>(&'a Level, &'a Scenario);
    impl Visitor for Play<'_> {
        type Output = Fare;
        fn visit<P: Protocol>(self, config: &P::Config) -> Fare {
            let Play(level, scenario) = self;
            let mut trace = Trace::default();
            let Scenario { cluster, script, until_ms, .. } = scenario;
            Simulation::<P>::new(config.clone(), cluster, script).run_until(*until_ms, &mut trace);
            fare(level, scenario, trace.records())
        }
    }
    scenario.protocol.visit(Play(level, scenario))
}

/// How a run fared that has come to its end.
pub fn fare(level: &Level, scenario: &Scenario, records: &[Record]) -> Fare {
    let reigns = Reigns::of(scenario, records);
    let failure = [
        violated(level, scenario, records),
        led_without_majority(level, scenario, records),
        not_settled(level, scenario, records, &reigns),
    ];
    let nodes = scenario.cluster.nodes;
    let between = |record: &&Record| {
        record.kind == EventKind::Send
            && record.node.0 < nodes
            && record.peer().is_some_and(|peer| peer.0 < nodes)
    };
    Fare {
        failure: failure.into_iter().flatten().min_by_key(|(_, at, _)| *at),
        messages: records.iter().filter(between).count() as u32,
        leaderless: reigns.leaderless,
        several: reigns.several,
    }
}

fn violated(
    level: &Level,
    scenario: &Scenario,
    records: &[Record],
) -> Option<(Fell, SimTime, String)> {
    let mut monitor = Monitor::new(&level.checks, scenario.cluster.nodes);
    monitor.catch_up(records);
    let first = monitor.violations().first()?;
    let at = records[first.at.0 as usize].time;
    Some((Fell::Violated(first.check), at, first.text.clone()))
}

/// Somebody began to lead long after it was cut off from a majority. An election that had most
/// votes by then may still end; it takes some messages, no more.
fn led_without_majority(
    level: &Level,
    scenario: &Scenario,
    records: &[Record],
) -> Option<(Fell, SimTime, String)> {
    if !level.majority {
        return None;
    }
    let soon = slowest(scenario).times(4);
    let led = records.iter().filter(|record| record.kind == EventKind::Lead);
    led.into_iter().find_map(|record| {
        let (cut, group) = cut_off(scenario, record.node, record.time)?;
        (record.time > cut + soon && !stood_still(scenario, record.node, cut, record.time)).then(|| {
            let text = format!(
                "Node {} began to lead at {} ms, and had been cut off from a majority since {} ms: its group has {group} of {} nodes.",
                record.node,
                record.time.as_ms(),
                cut.as_ms(),
                scenario.cluster.nodes
            );
            (Fell::LedWithoutMajority, record.time, text)
        })
    })
}

/// Since when a node has been in a group without a majority, and how large that group is.
fn cut_off(scenario: &Scenario, node: NodeId, at: SimTime) -> Option<(SimTime, usize)> {
    let nodes = scenario.cluster.nodes;
    let mut since = None;
    for entry in scenario.script.iter().take_while(|entry| entry.at_ms <= at) {
        match &entry.action {
            Action::Heal | Action::Mend(_) => since = None,
            Action::Partition(groups) if since.is_none() => {
                let mine = groups.iter().find(|group| group.contains(&node));
                let others = groups.iter().flatten().filter(|member| member.0 < nodes).count();
                let size = mine.map(|group| group.iter().filter(|member| member.0 < nodes).count());
                // Who is in no group still talks to everybody.
                let complete = others == usize::from(nodes);
                since = size
                    .filter(|size| complete && size * 2 <= usize::from(nodes))
                    .map(|size| (entry.at_ms, size));
            }
            _ => {}
        }
    }
    since
}

/// What reached a paused node before the cut may let it lead later.
fn stood_still(scenario: &Scenario, node: NodeId, from: SimTime, to: SimTime) -> bool {
    scenario
        .script
        .iter()
        .any(|entry| (from..=to).contains(&entry.at_ms) && entry.action == Action::Resume(node))
}

fn not_settled(
    level: &Level,
    scenario: &Scenario,
    records: &[Record],
    reigns: &Reigns,
) -> Option<(Fell, SimTime, String)> {
    let by = level.settled_by(scenario);
    let (bound, end) = (by.as_ms(), scenario.until_ms.as_ms());
    let within = |record: &&Record| record.time >= by;
    let change = records.iter().filter(within).find(|record| is_change(record.kind));
    let leaders: Vec<String> = reigns.now.iter().map(NodeId::to_string).collect();
    let applied = |record: &Record| {
        record.kind == EventKind::WriteAccepted
            && record.peer().is_some_and(|writer| reigns.now.contains(&writer))
    };
    let since = match scenario.script.is_empty() {
        true => "and nothing ever went wrong",
        false => "long after all was well again",
    };
    let (fell, text) = match (leaders.as_slice(), change) {
        ([], _) => (Fell::NobodyLeads, format!("Nobody leads at {end} ms, {since}.")),
        ([_, _, ..], _) => (
            Fell::SeveralLead,
            format!("Nodes {} all lead at {end} ms, {since}.", leaders.join(" and ")),
        ),
        (_, Some(change)) => {
            let did =
                if change.kind == EventKind::Lead { "began to lead" } else { "stopped leading" };
            let (node, at) = (change.node, change.time.as_ms());
            let text =
                format!("Node {node} {did} at {at} ms; who leads had to be clear by {bound} ms.");
            (Fell::StillChanges, text)
        }
        ([leader], None) if !records.iter().filter(within).any(applied) => (
            Fell::NothingApplied,
            format!(
                "Node {leader} leads at {end} ms, and since {bound} ms the store has applied none of its writes."
            ),
        ),
        _ => return None,
    };
    Some((fell, scenario.until_ms, text))
}

fn is_change(kind: EventKind) -> bool {
    matches!(kind, EventKind::Lead | EventKind::StepDown)
}

/// Who led when.
struct Reigns {
    now: BTreeSet<NodeId>,
    leaderless: Span,
    several: Span,
}

impl Reigns {
    fn of(scenario: &Scenario, records: &[Record]) -> Reigns {
        let mut reigns =
            Reigns { now: BTreeSet::new(), leaderless: Span::ZERO, several: Span::ZERO };
        let mut before = SimTime::ZERO;
        for record in records {
            if !is_change(record.kind) && record.kind != EventKind::Crash {
                continue;
            }
            reigns.count(record.time.since(before));
            before = record.time;
            match record.kind {
                EventKind::Lead => reigns.now.insert(record.node),
                _ => reigns.now.remove(&record.node),
            };
        }
        reigns.count(scenario.until_ms.since(before));
        reigns
    }

    fn count(&mut self, span: Span) {
        match self.now.len() {
            0 => self.leaderless = self.leaderless + span,
            1 => {}
            _ => self.several = self.several + span,
        }
    }
}
