//! One election of the Raft row, watched from outside.

use election_engine::action::Action;
use election_engine::ids::{NodeId, Token};
use election_engine::protocol::{Protocol, RuleId};
use election_engine::protocols::raft::Config;
use election_engine::scenario::{Cluster, Scripted};
use election_engine::simulation::Simulation;
use election_engine::simulation::network::{Latency, NetworkConfig};
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, Record, RecordId, Tracer};

/// What an election is held with. Times are microseconds, from the shortest to the longest.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How many nodes the cluster is configured with.
    pub nodes: u8,
    /// How many of them are up: those with the lowest ids.
    pub up: u8,
    /// The election timeout. All timers start at the same instant.
    pub timeout: (u64, u64),
    /// A message's journey.
    pub latency: (u64, u64),
    /// A write to a disk, unless disks take no time.
    pub disk: Option<(u64, u64)>,
    /// Whether the log of each node is one entry longer than that of the node below.
    pub ranked_logs: bool,
}

/// How an election ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// How many terms it took; 1 if the first candidacy was not split.
    pub terms: u64,
    /// From the start of the timers until somebody leads.
    pub led: Span,
    /// From the start of the timers until somebody else hears of it.
    pub heard: Span,
}

/// Holds one election; nothing if it takes longer than `patience`.
pub fn hold<P>(setting: &Setting, seed: u64, patience: Span) -> Option<Outcome>
where
    P: Protocol<Config = Config>,
{
    let Setting { nodes, up, timeout, latency, disk, ranked_logs } = *setting;
    let log = |node: u8| vec![1; if ranked_logs { usize::from(node) + 1 } else { 0 }];
    let config = Config {
        election_min_ms: Span::from_micros(timeout.0),
        election_max_ms: Span::from_micros(timeout.1),
        heartbeat_ms: Span::from_micros(timeout.0 / 2),
        writes: false,
        settled: false,
        logs: (0..nodes).map(log).collect(),
        ..Config::default()
    };
    let network = NetworkConfig { latency: between(latency), ..NetworkConfig::default() };
    let disk = disk.map(between);
    let cluster = Cluster { nodes, seed, network, disk, ..Cluster::default() };
    let crash = |node| Scripted { at_ms: SimTime::ZERO, action: Action::Crash(NodeId(node)) };
    let script: Vec<_> = (up..nodes).map(crash).collect();

    let mut simulation = Simulation::<P>::new(config, &cluster, &script);
    let mut watch = Watch::default();
    let limit = SimTime::ZERO + patience;
    while watch.heard.is_none() && simulation.step(limit, &mut watch) {}
    let (led, term) = watch.led?;
    // The term of the entries in the logs has been used.
    let terms = term.0 - u64::from(ranked_logs);
    Some(Outcome { terms, led: led.since(SimTime::ZERO), heard: watch.heard?.since(SimTime::ZERO) })
}

fn between((min, max): (u64, u64)) -> Latency {
    Latency::Uniform { min_ms: Span::from_micros(min), max_ms: Span::from_micros(max) }
}

/// Waits for the first leader and for the first node that follows it.
#[derive(Default)]
struct Watch {
    led: Option<(SimTime, Token)>,
    heard: Option<SimTime>,
}

impl Tracer for Watch {
    const ON: bool = true;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        let follows = record.peer().is_some_and(|leader| leader != record.node);
        match record.kind {
            EventKind::Lead if self.led.is_none() => {
                self.led = Some((record.time, record.number));
            }
            EventKind::Believe if follows && self.heard.is_none() => {
                self.heard = Some(record.time);
            }
            _ => {}
        }
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}
