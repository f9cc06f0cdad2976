//! One election of the Raft row, as the dissertation's benchmarks hold it.

use super::batch::{Watch, batch};
use super::{GRAIN, Trial};
use crate::action::Action;
use crate::ids::NodeId;
use crate::protocol::RuleId;
use crate::protocols::raft::Config;
use crate::protocols::registry::ProtocolConfig;
use crate::scenario::{Cluster, Scenario, Scripted, VERSION};
use crate::simulation::network::{Latency, NetworkConfig};
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};

/// What an election is held with. Times go from the shortest to the longest.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How many nodes the cluster is configured with.
    pub nodes: u8,
    /// How many of them stay up: those with the lowest ids.
    pub up: u8,
    /// The election timeout. All timers start at the same instant.
    pub timeout: (Span, Span),
    /// A message's journey.
    pub latency: (Span, Span),
    /// A write to a disk, unless disks take no time.
    pub disk: Option<(Span, Span)>,
    /// Whether the log of each node is one entry longer than that of the node below.
    pub ranked_logs: bool,
}

impl Setting {
    /// Elections that are watched until somebody leads; they measure how long that takes.
    pub fn trials(&self, patience: Span) -> Box<dyn Trial> {
        let scenario = self.scenario("Nobody leads, and all timers start together", patience);
        batch(
            scenario,
            Election::until(End::Led),
            |_, _| {},
            |election, _, measured| {
                if let Some(led) = election.led {
                    measured(0, led.0 / GRAIN * GRAIN);
                }
            },
        )
    }

    /// The scenario: nobody leads, and the nodes that do not stay up crash at the first instant.
    pub fn scenario(&self, title: &str, until: Span) -> Scenario {
        let Setting { nodes, up, timeout, latency, disk, ranked_logs } = *self;
        let log = |node: u8| vec![1; if ranked_logs { usize::from(node) + 1 } else { 0 }];
        let config = Config {
            election_min_ms: timeout.0,
            election_max_ms: timeout.1,
            heartbeat_ms: Span::from_micros(timeout.0.as_micros() / 2),
            writes_while_asking: disk.is_some(),
            writes: false,
            settled: false,
            logs: (0..nodes).map(log).collect(),
            ..Config::default()
        };
        let network = NetworkConfig { latency: between(latency), ..NetworkConfig::default() };
        let disk = disk.map(between);
        let crash = |node| Scripted { at_ms: SimTime::ZERO, action: Action::Crash(NodeId(node)) };
        Scenario {
            version: VERSION,
            title: title.to_owned(),
            protocol: ProtocolConfig::Raft(config),
            cluster: Cluster { nodes, network, disk, ..Cluster::default() },
            script: (up..nodes).map(crash).collect(),
            until_ms: SimTime::ZERO + until,
            expect: Vec::new(),
        }
    }
}

fn between((min_ms, max_ms): (Span, Span)) -> Latency {
    Latency::Uniform { min_ms, max_ms }
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Somebody leads.
    Led,
    /// Somebody hears of a leader.
    Heard,
    /// Somebody leads, or stands in a second term.
    FirstTerm,
}

/// Watches an election.
#[derive(Clone, Copy, Debug)]
pub struct Election {
    end: End,
    /// In how many terms somebody stood.
    pub terms: u64,
    /// When somebody led for the first time.
    pub led: Option<SimTime>,
    /// When somebody else heard of it.
    pub heard: Option<SimTime>,
}

impl Election {
    /// Waits for this.
    pub fn until(end: End) -> Election {
        Election { end, terms: 0, led: None, heard: None }
    }
}

impl Watch for Election {
    fn begin(&mut self, _: &Scenario) {
        *self = Election::until(self.end);
    }

    fn is_over(&self) -> bool {
        match self.end {
            End::Led => self.led.is_some(),
            End::Heard => self.heard.is_some(),
            End::FirstTerm => self.led.is_some() || self.terms > 1,
        }
    }
}

impl Tracer for Election {
    const ON: bool = false;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        match record.kind {
            EventKind::Candidate => self.terms = self.terms.max(record.number.0),
            EventKind::Lead => {
                self.led.get_or_insert(record.time);
            }
            EventKind::Believe if self.heard.is_none() => {
                let follows = record.peer().is_some_and(|leader| leader != record.node);
                self.heard = follows.then_some(record.time);
            }
            _ => {}
        }
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}
