//! Failover: a leader crashes at any moment. How long until somebody notices, and until the next
//! one leads?

use super::batch::{Watch, batch};
use super::draw::shares;
use super::numbers::{Distribution, time};
use super::picture::{Axis, Picture};
use super::{
    Dial, Experiment, Fact, GRAIN, Measured, Plan, Quantity, Results, Series, Trial, Trials,
};
use crate::action::Action;
use crate::ids::NodeId;
use crate::protocol::RuleId;
use crate::protocols::raft;
use crate::protocols::registry::ProtocolConfig;
use crate::rng::{Rng, Stream};
use crate::scenario::{Cluster, Scenario, Scripted, VERSION};
use crate::swarm;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};
use std::ops::Range;

/// The moment of the crash is drawn from a window of so many suspicions, so that it falls into
/// any part of whatever the algorithm does in turns.
const WINDOW: u64 = 8;

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "failover",
    dials: &[Dial { field: "nodes", title: "nodes", unit: "", default: 5, range: (5, 9), step: 1 }],
    quantities: &[
        Quantity::of("until the next one leads", "ms"),
        Quantity::of("until somebody suspects the old one", "ms"),
        Quantity::of("messages until the next one leads", "messages"),
    ],
    facts: &[
        "raft",
        "etcd-raft",
        "zab",
        "zookeeper",
        "etcd",
        "kubernetes",
        "kubernetes-least",
        "kubernetes-most",
        "sentinel",
        "mongodb",
        "kraft",
        "hdfs",
    ],
    trials: Trials { page: 200, headless: 10_000 },
    series,
    published: None,
    picture,
    tell,
};

const LED: u8 = 0;
const SUSPECTED: u8 = 1;
const MESSAGES: u8 = 2;

/// The systems: the fact that their median is, their names, and the algorithms with the defaults
/// that they are shipped with.
fn systems() -> Vec<(&'static str, &'static str, ProtocolConfig)> {
    let named = |name| ProtocolConfig::named(name).expect("a name of the registry");
    let etcd = raft::Config {
        election_min_ms: Span::new(1000),
        election_max_ms: Span::new(2000),
        heartbeat_ms: Span::new(100),
        pre_vote: true,
        check_quorum: true,
        ..raft::Config::default()
    };
    vec![
        ("raft", "Raft, timeouts of its paper", named("raft")),
        ("etcd-raft", "Raft inside etcd", ProtocolConfig::Raft(etcd)),
        ("zab", "ZooKeeper's servers", named("zab")),
        ("zookeeper", "lock in ZooKeeper", named("zookeeper-lock")),
        ("etcd", "election over etcd", named("etcd")),
        ("kubernetes", "Kubernetes lease", named("kubernetes")),
        ("sentinel", "Redis Sentinel", named("sentinel")),
        ("mongodb", "MongoDB", named("mongodb")),
        ("kraft", "Kafka's controllers (KRaft)", named("kraft")),
        ("hdfs", "HDFS NameNode", named("hdfs")),
    ]
}

fn series(_: &Plan) -> Vec<Series> {
    systems().into_iter().map(|(_, label, _)| Series::plain(label)).collect()
}

/// The trials at a place of a series.
pub fn prepare(plan: &Plan, series: usize, _: u32) -> Box<dyn Trial> {
    let (.., protocol) = systems().swap_remove(series);
    let nodes = plan.get("nodes") as u8;
    failover(&protocol, nodes).expect("the systems notice when their leader has crashed")
}

fn picture(results: &Results) -> Picture {
    let x = Axis::log("time from the crash until the next one leads", "ms");
    shares(results, LED, x)
}

fn tell(results: &Results) -> Vec<Fact> {
    let values = |series| Distribution::of(results, series, 0, LED);
    let mut facts = Vec::new();
    for (index, (name, ..)) in systems().into_iter().enumerate() {
        facts.extend(values(index).median().map(|median| (name, time(median))));
        if name == "kubernetes" {
            let least = values(index).quantile(0).map(|(value, _)| value);
            facts.extend(least.map(|least| ("kubernetes-least", time(least))));
            facts.extend(values(index).worst().map(|most| ("kubernetes-most", time(most))));
        }
    }
    facts
}

/// One failover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failover {
    /// From the crash until somebody suspects the old leader or stands for election.
    pub suspected: Span,
    /// From the crash until the next one leads.
    pub led: Span,
    /// How many messages were sent in between, heartbeats included.
    pub messages: u64,
}

/// Failovers of five nodes with messages of 10 to 15 ms, one a trial: the cluster runs with a
/// leader, which crashes at a moment that is drawn. A trial is left out if nobody follows or the
/// cluster had deposed the leader before.
pub fn measure_failovers(protocol: &ProtocolConfig, trials: Range<u64>) -> Vec<Failover> {
    let Some(mut runs) = failover(protocol, Cluster::default().nodes) else { return Vec::new() };
    let one = |trial| {
        let mut values = [None; 3];
        runs.run(trial, &mut |quantity, value| values[usize::from(quantity)] = Some(value));
        Some(Failover {
            suspected: Span::from_micros(values[usize::from(SUSPECTED)]?),
            led: Span::from_micros(values[usize::from(LED)]?),
            messages: values[usize::from(MESSAGES)]?,
        })
    };
    trials.filter_map(one).collect()
}

/// Failovers of an algorithm; nothing if nobody notices when its leader has crashed.
fn failover(protocol: &ProtocolConfig, nodes: u8) -> Option<Box<dyn Trial>> {
    let mut protocol = protocol.clone();
    protocol.set("settled", 1);
    // Work for the store is none of the election's.
    protocol.set("writes", 0);
    let (leader, timeout) = swarm::suspicion(&protocol, nodes)?;
    let cluster = Cluster { nodes, ..Cluster::default() };
    let patience = protocol.settles_within(nodes, Span::new(15));
    let scenario = Scenario {
        version: VERSION,
        title: format!("{}: its leader crashes", protocol.info().title),
        protocol,
        script: vec![Scripted { at_ms: SimTime::ZERO, action: Action::Crash(leader) }],
        cluster,
        until_ms: SimTime::ZERO,
        expect: Vec::new(),
    };
    let draw = move |trial, scenario: &mut Scenario| {
        let drawn = Rng::new(trial, Stream::Setup).below(timeout.as_micros() * WINDOW);
        let crash = SimTime::ZERO + timeout + Span::from_micros(drawn);
        scenario.script[0].at_ms = crash;
        scenario.until_ms = crash + patience;
    };
    Some(batch(scenario, Crash::of(leader, NodeId(nodes)), draw, Crash::measure))
}

/// Waits for the next leader.
struct Crash {
    leader: NodeId,
    store: NodeId,
    crash: Option<SimTime>,
    deposed: bool,
    suspected: Option<SimTime>,
    led: Option<SimTime>,
    messages: u64,
}

impl Crash {
    fn of(leader: NodeId, store: NodeId) -> Crash {
        let (crash, suspected, led) = (None, None, None);
        Crash { leader, store, crash, deposed: false, suspected, led, messages: 0 }
    }

    fn measure(&self, _: &Scenario, measured: Measured<'_>) {
        let (Some(crash), Some(led), Some(suspected)) = (self.crash, self.led, self.suspected)
        else {
            return;
        };
        let after = |time: SimTime| time.since(crash).as_micros() / GRAIN * GRAIN;
        measured(LED, after(led));
        measured(SUSPECTED, after(suspected));
        measured(MESSAGES, self.messages);
    }
}

impl Watch for Crash {
    fn begin(&mut self, _: &Scenario) {
        *self = Crash::of(self.leader, self.store);
    }

    fn is_over(&self) -> bool {
        self.led.is_some() || self.deposed
    }
}

impl Tracer for Crash {
    const ON: bool = true;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        let Record { kind, node, time, .. } = record;
        match kind {
            EventKind::Crash => self.crash = Some(time),
            EventKind::StepDown if self.crash.is_none() => self.deposed |= node == self.leader,
            EventKind::Suspect | EventKind::Candidate if self.crash.is_some() => {
                self.suspected.get_or_insert(time);
            }
            EventKind::Lead if self.crash.is_some() => {
                self.led.get_or_insert(time);
                // Where nobody says that it suspects, the first to act does.
                self.suspected.get_or_insert(time);
            }
            EventKind::Send if self.crash.is_some() => {
                let stored = node == self.store || record.peer() == Some(self.store);
                self.messages += u64::from(!stored);
            }
            _ => {}
        }
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}
