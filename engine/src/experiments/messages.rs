//! Messages: how many does an election take, among how many nodes?
//!
//! Counting rules: what is sent counts, whether or not it arrives. Heartbeats are kept out by
//! making them rare. Everything else about a count stands beside its series below.

use super::batch::{Watch, anew, batch};
use super::draw::{curve, means};
use super::numbers::{Distribution, decimal};
use super::picture::{Axis, Kind, Picture};
use super::{Dial, Experiment, Fact, Measured, Plan, Quantity, Results, Series, Trial, Trials};
use crate::action::Action;
use crate::ids::{LogEnd, NodeId};
use crate::protocol::RuleId;
use crate::protocols::registry::ProtocolConfig;
use crate::protocols::{bully, chang_roberts, raft, ring_list, zab, zookeeper_lock};
use crate::rng::{Rng, Stream};
use crate::scenario::{Cluster, Scenario, Scripted, VERSION};
use crate::simulation::network::{Latency, NetworkConfig};
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "messages",
    dials: &[Dial {
        field: "most",
        title: "nodes at most",
        unit: "",
        default: 9,
        range: (5, 15),
        step: 1,
    }],
    quantities: &[Quantity::of("messages of an election", "messages")],
    facts: &[
        "bully-worst-5",
        "bully-best-5",
        "raft-5",
        "chang-roberts-5",
        "zab-worst-5",
        "naive-5",
        "proper-5",
    ],
    trials: Trials { page: 40, headless: 1000 },
    series,
    published: None,
    picture,
    tell,
};

/// A way to hold an election.
struct Case {
    fact: &'static str,
    label: &'static str,
    formula: &'static str,
    /// How many messages it takes.
    law: fn(f64) -> f64,
}

/// All of them.
const CASES: &[Case] = &[
    // The highest node is dead, and what is sent to it counts too. The lowest notices.
    Case {
        fact: "bully-worst-5",
        label: "Bully, worst: the lowest notices",
        formula: "n(n − 1)",
        law: |n| n * (n - 1.0),
    },
    // The highest that is left notices.
    Case {
        fact: "bully-best-5",
        label: "Bully, best: the second highest notices",
        formula: "n",
        law: |n| n,
    },
    // Everybody starts at once, in a ring in any order. The law is that of the average.
    Case {
        fact: "chang-roberts-5",
        label: "Chang and Roberts, all start",
        formula: "n·Hₙ + n on average",
        law: |n| n * (1..=n as u32).map(|i| 1.0 / f64::from(i)).sum::<f64>() + n,
    },
    // One node starts, and everybody is up. Acknowledgements, as many again, are left out.
    Case { fact: "", label: "ring with a list, one starts", formula: "2n", law: |n| 2.0 * n },
    // One candidate, everybody is up: requests, votes, and the first word of the new leader.
    Case {
        fact: "raft-5",
        label: "Raft, one candidate",
        formula: "3(n − 1)",
        law: |n| 3.0 * (n - 1.0),
    },
    // All look at once with equal histories, every message takes equally long, and those that
    // arrive together do so in the order of ids. Votes count, not the activation after them.
    Case {
        fact: "zab-worst-5",
        label: "Zab, worst: better votes come one by one",
        formula: "(n − 1)n(n + 1)/2",
        law: |n| (n - 1.0) * n * (n + 1.0) / 2.0,
    },
    // The same, but the first node has the best history.
    Case {
        fact: "",
        label: "Zab, best: the best vote comes first",
        formula: "(n − 1)(2n − 1)",
        law: |n| (n - 1.0) * (2.0 * n - 1.0),
    },
    // So many clients, of which one led. Its session ends, and until everybody waits again.
    Case {
        fact: "naive-5",
        label: "ZooKeeper, naive: all watch the leader's node",
        formula: "5n − 7",
        law: |n| 5.0 * n - 7.0,
    },
    Case {
        fact: "proper-5",
        label: "ZooKeeper, recipe: each watches the one before it",
        formula: "3",
        law: |_| 3.0,
    },
];

fn series(plan: &Plan) -> Vec<Series> {
    let most = plan.get("most") as u32;
    CASES.iter().map(|case| Series::over(case.label, 3..=most)).collect()
}

/// The trials at a place of a series.
pub fn prepare(_: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    let n = x as u8;
    // In the order of the cases.
    match series {
        0 => bully(n, 0),
        1 => bully(n, n - 2),
        2 => chang_roberts(n),
        3 => ring_list(n),
        4 => raft(n),
        5 => zab(n, 0),
        6 => zab(n, 1),
        7 => zookeeper(n, false),
        _ => zookeeper(n, true),
    }
}

fn picture(results: &Results) -> Picture {
    let most = results.plan().get("most");
    let formula = |(series, case): (usize, &Case)| {
        let xs = (3..=most).map(|n| n as f64);
        curve(series, &format!("{}: {}", case.label, case.formula), xs, case.law)
    };
    let mut marks: Vec<_> = CASES.iter().enumerate().map(formula).collect();
    marks.extend(means(results, 0, Kind::Dots));
    let x = Axis {
        from: 2.0,
        to: most as f64 + 1.0,
        ..Axis::linear("nodes, or clients of ZooKeeper", "")
    };
    Picture { x, y: Axis::log("messages of an election", ""), marks }
}

fn tell(results: &Results) -> Vec<Fact> {
    let told = CASES.iter().enumerate().filter(|(_, case)| !case.fact.is_empty());
    let mean = |(series, case): (usize, &Case)| {
        let mean = Distribution::of(results, series, 5, 0).mean_times(100)?;
        let digits = if mean % 100 == 0 { 0 } else { 1 };
        Some((case.fact, decimal(mean, 100, digits)))
    };
    told.filter_map(mean).collect()
}

/// Longer than any of these elections.
const RARELY: Span = Span::new(60_000);

fn bully(n: u8, detector: u8) -> Box<dyn Trial> {
    let config = bully::Config {
        heartbeat_ms: RARELY,
        expect_ms: RARELY,
        writes: false,
        ..bully::Config::default()
    };
    let script = [(100, Action::Crash(NodeId(n - 1))), (1000, Action::Campaign(NodeId(detector)))];
    let names = &["ELECTION", "OK", "COORDINATOR"];
    count(ProtocolConfig::Bully(config), n, &script, 10_000, names)
}

fn chang_roberts(n: u8) -> Box<dyn Trial> {
    anew(move |trial| {
        let mut order: Vec<u8> = (0..n).collect();
        let mut rng = Rng::new(trial, Stream::Setup);
        for place in (1..order.len()).rev() {
            order.swap(place, rng.below(place as u64 + 1) as usize);
        }
        let config = chang_roberts::Config {
            heartbeat_ms: RARELY,
            expect_ms: RARELY,
            retry_ms: RARELY,
            writes: false,
            start_all: true,
            order,
            ..chang_roberts::Config::default()
        };
        count(ProtocolConfig::ChangRoberts(config), n, &[], 5000, &["ELECTION", "ELECTED"])
    })
}

fn ring_list(n: u8) -> Box<dyn Trial> {
    let config = ring_list::Config {
        heartbeat_ms: RARELY,
        expect_ms: RARELY,
        writes: false,
        ..ring_list::Config::default()
    };
    let script = [(1000, Action::Campaign(NodeId(0)))];
    count(ProtocolConfig::RingList(config), n, &script, 10_000, &["ELECTION", "COORDINATOR"])
}

fn raft(n: u8) -> Box<dyn Trial> {
    let config = raft::Config {
        election_min_ms: RARELY,
        election_max_ms: RARELY,
        heartbeat_ms: RARELY,
        writes: false,
        settled: false,
        ..raft::Config::default()
    };
    let script = [(1000, Action::Campaign(NodeId(0)))];
    let names = &["REQUESTVOTE", "VOTE", "NO-VOTE", "APPEND"];
    count(ProtocolConfig::Raft(config), n, &script, 2000, names)
}

fn zab(n: u8, first: u32) -> Box<dyn Trial> {
    let mut logs = vec![LogEnd { term: 1, index: 0 }; usize::from(n)];
    logs[0].index = first;
    let config = zab::Config { logs, writes: false, ..zab::Config::default() };
    count(ProtocolConfig::Zab(config), n, &[], 900, &["LOOKING", "FOLLOWING", "LEADING"])
}

fn zookeeper(clients: u8, recipe: bool) -> Box<dyn Trial> {
    let config =
        zookeeper_lock::Config { recipe, writes: false, ..zookeeper_lock::Config::default() };
    let script = [(4000, Action::Crash(NodeId(clients - 1)))];
    let names = &[
        "DELETED",
        "CREATE",
        "CREATED",
        "NODE EXISTS",
        "GET CHILDREN",
        "CHILDREN",
        "EXISTS",
        "FOUND",
        "NO NODE",
    ];
    count(ProtocolConfig::ZookeeperLock(config), clients + 1, &script, 20_000, names)
}

/// Counts the messages of these names in a run in which every message takes 10 ms.
fn count(
    protocol: ProtocolConfig,
    nodes: u8,
    script: &[(u64, Action)],
    until_ms: u64,
    names: &[&str],
) -> Box<dyn Trial> {
    let kinds = protocol.messages().iter().enumerate();
    let counted = kinds.filter(|(_, kind)| names.contains(&kind.name));
    let names = counted.fold(0, |set, (index, _)| set | 1 << index);
    let network =
        NetworkConfig { latency: Latency::Fixed(Span::new(10)), ..NetworkConfig::default() };
    let entry = |(at, action): &(u64, Action)| Scripted {
        at_ms: SimTime::from_ms(*at),
        action: action.clone(),
    };
    let scenario = Scenario {
        version: VERSION,
        title: format!("{}: an election among {nodes} nodes", protocol.info().title),
        protocol,
        cluster: Cluster { nodes, network, ..Cluster::default() },
        script: script.iter().map(entry).collect(),
        until_ms: SimTime::from_ms(until_ms),
        expect: Vec::new(),
    };
    batch(scenario, Tally { names, sent: 0 }, |_, _| {}, Tally::measure)
}

/// Counts messages.
struct Tally {
    /// Which names count, a bit each.
    names: u128,
    sent: u64,
}

impl Tally {
    fn measure(&self, _: &Scenario, measured: Measured<'_>) {
        measured(0, self.sent);
    }
}

impl Watch for Tally {
    fn begin(&mut self, _: &Scenario) {
        self.sent = 0;
    }

    fn is_over(&self) -> bool {
        false
    }
}

impl Tracer for Tally {
    const ON: bool = true;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        if record.kind == EventKind::Send && record.name < 128 {
            self.sent += u64::from(self.names >> record.name & 1 == 1);
        }
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}
