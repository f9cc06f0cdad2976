//! Runs a scenario and says what of the algorithm's promises it broke.

use super::sights::{Lookout, Prepare};
use crate::action::Action;
use crate::checks::{Check, Monitor, Violation};
use crate::protocol::Protocol;
use crate::protocols::registry::{ProtocolConfig, Visitor};
use crate::scenario::Scenario;
use crate::simulation::Simulation;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, Trace};
use std::fmt;

/// A broken promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// A claim was violated that the algorithm guarantees whatever happens.
    Violated(Check),
    /// A node began to lead while no majority of the cluster could talk to each other.
    LedWithoutMajority,
    /// Long after all was well again, the nodes had not settled on a leader, or not for good.
    NotSettled,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Violated(check) => write!(f, "{} is violated", check.name()),
            Failure::LedWithoutMajority => {
                write!(f, "a node begins to lead while no majority can talk to each other")
            }
            Failure::NotSettled => {
                write!(f, "the nodes have not settled on a leader long after all was well again")
            }
        }
    }
}

/// What became of a run.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The first broken promise, and when it was broken.
    pub failure: Option<(Failure, SimTime)>,
    /// All claims that did not hold, guaranteed or not.
    pub violations: Vec<Violation>,
    /// A disk was lost, which voids what is guaranteed by disks.
    pub amnesia: bool,
    /// Whether the nodes settled on a leader after all was well again, if it ever was for long
    /// enough.
    pub settled: Option<bool>,
    /// What was come across: a bit for each entry of the algorithm's list.
    pub sights: u64,
    /// How many events there were.
    pub events: u64,
}

/// Runs scenarios of one algorithm, one after another in the same memory.
#[derive(Clone, Debug)]
pub struct Judge {
    trace: Trace,
    lookout: Lookout,
    /// The only claim that matters, if not all promises do.
    claim: Option<Check>,
}

impl Judge {
    /// A judge of this algorithm's runs.
    pub fn new(protocol: &ProtocolConfig) -> Judge {
        let lookout = protocol.visit(Prepare(protocol.info().coverage));
        Judge { trace: Trace::default(), lookout, claim: None }
    }

    /// A judge to whom only this claim matters, whether it is promised or not.
    pub fn of_claim(protocol: &ProtocolConfig, claim: Check) -> Judge {
        Judge { claim: Some(claim), ..Judge::new(protocol) }
    }

    /// The only claim that matters, if not all promises do.
    pub fn claim(&self) -> Option<Check> {
        self.claim
    }

    /// Runs a scenario.
    pub fn judge(&mut self, scenario: &Scenario) -> Verdict {
        self.trace.clear();
        let ending = scenario.protocol.visit(Play { scenario, trace: &mut self.trace });
        let records = self.trace.records();
        let mut monitor = scenario.monitor();
        monitor.catch_up(records);
        let violations = monitor.violations().to_vec();
        let amnesia = loses_a_disk(scenario);
        let matters = |check| match self.claim {
            Some(claim) => check == claim,
            None => scenario.protocol.guarantees(check),
        };
        let broken = broken_claim(matters, &monitor, amnesia, records);
        let failure = broken.or_else(|| match self.claim {
            Some(_) => None,
            None => broken_otherwise(scenario, &ending, amnesia, records),
        });
        let sights = self.lookout.look(records);
        let Ending { events, settled, .. } = ending;
        Verdict { failure, violations, amnesia, settled, sights, events }
    }
}

/// How a run ended.
struct Ending {
    events: u64,
    /// Everybody runs.
    all_run: bool,
    /// All was well from some instant on, and there is to be a leader; what is here says whether the cluster has settled.
    settled: Option<bool>,
}

struct Play<'a> {
    scenario: &'a Scenario,
    trace: &'a mut Trace,
}

impl Visitor for Play<'_> {
    type Output = Ending;

    fn visit<P: Protocol>(self, config: &P::Config) -> Ending {
        let Scenario { cluster, script, until_ms, .. } = self.scenario;
        let mut simulation = Simulation::<P>::new(config.clone(), cluster, script);
        let mut events = run(&mut simulation, self.trace, calm_from(self.scenario).min(*until_ms));
        let well = simulation.all_run() && simulation.all_arrives();
        let watched = until_ms.since(settles_by(self.scenario));
        if !well || !P::ELECTS || watched == Span::ZERO {
            events += run(&mut simulation, self.trace, *until_ms);
            return Ending { events, all_run: simulation.all_run(), settled: None };
        }
        // A cluster has settled when all agree on a leader and stay calm for as long as they
        // are watched. There is no need to wait for the bound once that has come.
        let mut to = calm_from(self.scenario);
        let mut settled = false;
        while !settled && to < *until_ms {
            let (leader, seen) = (simulation.settled_on(), self.trace.records().len());
            to = (to + watched).min(*until_ms);
            events += run(&mut simulation, self.trace, to);
            let calm = !self.trace.records()[seen..].iter().any(is_unrest);
            settled = leader.is_some() && leader == simulation.settled_on() && calm;
        }
        Ending { events, all_run: true, settled: Some(settled) }
    }
}

/// Runs to an instant. How many events there were.
fn run<P: Protocol>(simulation: &mut Simulation<P>, trace: &mut Trace, until: SimTime) -> u64 {
    let mut events = 0;
    while simulation.step(until, trace) {
        events += 1;
    }
    events
}

fn is_unrest(record: &Record) -> bool {
    matches!(record.kind, EventKind::Candidate | EventKind::Lead | EventKind::StepDown)
}

fn loses_a_disk(scenario: &Scenario) -> bool {
    let loses = |action: &Action| matches!(action, Action::RestartWithoutDisk(_));
    scenario.script.iter().any(|entry| loses(&entry.action))
}

/// The store compares the tokens, so their order needs no disk but its own.
fn broken_claim(
    matters: impl Fn(Check) -> bool,
    monitor: &Monitor,
    amnesia: bool,
    records: &[Record],
) -> Option<(Failure, SimTime)> {
    let holds = |check| matters(check) && (!amnesia || check == Check::TokenOrder);
    let broken = monitor.violations().iter().find(|violation| holds(violation.check))?;
    Some((Failure::Violated(broken.check), records[broken.at.0 as usize].time))
}

/// What no check says of a run.
fn broken_otherwise(
    scenario: &Scenario,
    ending: &Ending,
    amnesia: bool,
    records: &[Record],
) -> Option<(Failure, SimTime)> {
    led_without_majority(scenario, ending, records).or_else(|| {
        let never = ending.settled == Some(false);
        // Two leaders of one term, which amnesia can make, ignore each other.
        (never && !amnesia).then_some((Failure::NotSettled, scenario.until_ms))
    })
}

/// Judged where the last thing that is done leaves no group with a majority. An election that
/// had most votes by then may still end within a group; it takes some messages, no more.
fn led_without_majority(
    scenario: &Scenario,
    ending: &Ending,
    records: &[Record],
) -> Option<(Failure, SimTime)> {
    let counts_votes = scenario.protocol.info().guarantees.contains(&Check::MajorityVoted);
    let split = no_majority_from(scenario)?;
    let over = split + slowest(scenario).times(4);
    if !counts_votes || !ending.all_run || loses_a_disk(scenario) {
        return None;
    }
    let led = |record: &&Record| record.kind == EventKind::Lead;
    let record = records.iter().rev().take_while(|record| record.time > over).find(led)?;
    Some((Failure::LedWithoutMajority, record.time))
}

/// Since when every node is in a group without a majority, if that is how the run ends.
pub fn no_majority_from(scenario: &Scenario) -> Option<SimTime> {
    let last = scenario.script.last()?;
    let Action::Partition(groups) = &last.action else { return None };
    let nodes = usize::from(scenario.cluster.nodes);
    let sizes = || groups.iter().map(|g| g.iter().filter(|m| m.index() < nodes).count());
    let severed = sizes().sum::<usize>() == nodes && sizes().all(|size| size * 2 <= nodes);
    severed.then_some(last.at_ms)
}

/// When the last consequence of what is done has arrived: after the last entry of the script,
/// what was sent before it may still be on its way.
pub fn calm_from(scenario: &Scenario) -> SimTime {
    let last = scenario.script.iter().map(|entry| entry.at_ms).max().unwrap_or(SimTime::ZERO);
    last + slowest(scenario)
}

/// The longest that any message of the run may take.
pub(crate) fn slowest(scenario: &Scenario) -> Span {
    let delays = scenario.script.iter().map(|entry| match &entry.action {
        Action::Network(network) => network.latency.bounds().1,
        Action::Link(change) => change.delay_ms,
        _ => Span::ZERO,
    });
    delays.fold(scenario.cluster.network.latency.bounds().1, Span::max) + disk(scenario)
}

/// The longest that a message may wait for the disk; a step has two writes at most.
fn disk(scenario: &Scenario) -> Span {
    let disk = scenario.cluster.disk.as_ref();
    disk.map_or(Span::ZERO, |latency| latency.bounds().1.times(2))
}

/// By when the nodes must have settled if all is well after the last entry of the script.
pub fn settles_by(scenario: &Scenario) -> SimTime {
    let last = scenario.script.iter().rev().find_map(|entry| match &entry.action {
        Action::Network(network) => Some(network),
        _ => None,
    });
    let network = last.unwrap_or(&scenario.cluster.network);
    let delay = network.latency.bounds().1 + disk(scenario);
    calm_from(scenario) + scenario.protocol.settles_within(scenario.cluster.nodes, delay)
}
