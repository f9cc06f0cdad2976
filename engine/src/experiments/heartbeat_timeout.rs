//! Heartbeat timeout: whoever waits for long finds out late that the leader is dead; whoever does
//! not takes a living one for dead. On a network that loses messages, among nodes that pause.
//!
//! Raft with heartbeats every 100 ms, five nodes, messages of 10 to 15 ms. Its timeouts are drawn
//! between the shortest, which is x, and twice that.

use super::batch::{Watch, add, batch};
use super::draw::{Which, behind, mean};
use super::numbers::{Distribution, decimal, time};
use super::picture::{Axis, Kind, Mark, Picture, Point};
use super::reign::Reign;
use super::{Dial, Experiment, Fact, GRAIN, Plan, Quantity, Results, Series, Trial, Trials};
use crate::action::Action;
use crate::ids::NodeId;
use crate::protocol::RuleId;
use crate::protocols::raft;
use crate::protocols::registry::ProtocolConfig;
use crate::rng::{Rng, Stream};
use crate::scenario::{Cluster, Scenario, VERSION};
use crate::simulation::network::NetworkConfig;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "heartbeat-timeout",
    dials: &[
        Dial {
            field: "loss",
            title: "messages lost",
            unit: "%",
            default: 5,
            range: (0, 30),
            step: 1,
        },
        Dial {
            field: "pause",
            title: "a node pauses for, on average",
            unit: "ms",
            default: 300,
            range: (0, 2000),
            step: 50,
        },
    ],
    quantities: &[
        Quantity::of("false elections in a minute", "elections"),
        Quantity::of("until a crash is noticed", "ms"),
    ],
    facts: &["false-150", "noticed-150", "false-600", "noticed-600", "false-2400", "noticed-2400"],
    trials: Trials { page: 30, headless: 1000 },
    series,
    published: None,
    picture,
    tell,
};

const FALSE: u8 = 0;
const NOTICED: u8 = 1;

/// The shortest timeouts, in milliseconds.
const TIMEOUTS: [u32; 9] = [150, 200, 300, 400, 600, 800, 1200, 1600, 2400];
/// How often a node pauses in the minute, each in a tenth of it of its own.
const PAUSES: u64 = 10;
const MINUTE: u64 = 60_000_000;
const HEARTBEAT: Span = Span::new(100);
const NODES: u8 = 5;

fn series(_: &Plan) -> Vec<Series> {
    vec![Series::over("nobody crashes", TIMEOUTS), Series::over("the leader crashes", TIMEOUTS)]
}

/// The trials at a place of a series.
pub fn prepare(plan: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    match series {
        0 => nobody_crashes(plan, x),
        _ => the_leader_crashes(plan, x),
    }
}

fn scenario(plan: &Plan, x: u32, title: &str) -> Scenario {
    let config = raft::Config {
        election_min_ms: Span::new(x.into()),
        election_max_ms: Span::new(u64::from(x) * 2),
        heartbeat_ms: HEARTBEAT,
        writes: false,
        ..raft::Config::default()
    };
    let loss_permille = plan.get("loss") as u16 * 10;
    let network = NetworkConfig { loss_permille, ..NetworkConfig::default() };
    Scenario {
        version: VERSION,
        title: title.to_owned(),
        protocol: ProtocolConfig::Raft(config),
        cluster: Cluster { nodes: NODES, network, ..Cluster::default() },
        script: Vec::new(),
        until_ms: SimTime(MINUTE),
        expect: Vec::new(),
    }
}

/// A minute in which nodes pause now and then.
fn nobody_crashes(plan: &Plan, x: u32) -> Box<dyn Trial> {
    let pause = plan.get("pause") * 1000;
    let draw = move |trial, scenario: &mut Scenario| {
        let mut rng = Rng::new(trial, Stream::Setup);
        scenario.script.clear();
        for part in 0..PAUSES {
            let node = NodeId(rng.below(NODES.into()) as u8);
            let length = rng.below(2 * pause + 1);
            let start = MINUTE / PAUSES * part + rng.below(MINUTE / PAUSES - 2 * pause);
            if length > 0 {
                add(scenario, SimTime(start), Action::Pause(node));
                add(scenario, SimTime(start + length), Action::Resume(node));
            }
        }
    };
    let scenario = scenario(plan, x, "Messages are lost and nodes pause; nobody crashes");
    batch(scenario, Reign::default(), draw, |reign, _, measured| measured(FALSE, reign.stood))
}

/// The leader crashes half a second after the start, at any moment between two heartbeats.
fn the_leader_crashes(plan: &Plan, x: u32) -> Box<dyn Trial> {
    let draw = |trial, scenario: &mut Scenario| {
        let drawn = Rng::new(trial, Stream::Setup).below(HEARTBEAT.as_micros());
        scenario.script[0].at_ms = SimTime::from_ms(500) + Span::from_micros(drawn);
    };
    let mut scenario = scenario(plan, x, "The leader crashes, and messages are lost");
    add(&mut scenario, SimTime::ZERO, Action::Crash(NodeId(NODES - 1)));
    batch(scenario, Notice::default(), draw, |notice, scenario, measured| {
        let crash = scenario.script[0].at_ms;
        if let Some(noticed) = notice.noticed.filter(|_| !notice.before) {
            measured(NOTICED, noticed.since(crash).as_micros() / GRAIN * GRAIN);
        }
    })
}

/// Waits until somebody stands for election.
#[derive(Default)]
struct Notice {
    crash: SimTime,
    /// Somebody stood before the crash.
    before: bool,
    noticed: Option<SimTime>,
}

impl Watch for Notice {
    fn begin(&mut self, scenario: &Scenario) {
        *self = Notice { crash: scenario.script[0].at_ms, ..Notice::default() };
    }

    fn is_over(&self) -> bool {
        self.before || self.noticed.is_some()
    }
}

impl Tracer for Notice {
    const ON: bool = false;

    fn record(&mut self, record: Record) -> Option<RecordId> {
        if record.kind == EventKind::Candidate {
            self.before |= record.time < self.crash;
            self.noticed.get_or_insert(record.time);
        }
        None
    }

    fn set_rule(&mut self, _: Option<RecordId>, _: RuleId) {}
}

/// The one against the other, a point for each timeout.
fn picture(results: &Results) -> Picture {
    let place = |x: &u32| {
        let noticed = mean(results, 1, *x, NOTICED)? / 1000.0;
        let elections = mean(results, 0, *x, FALSE)?;
        let trial = behind(results, (0, *x, FALSE), Which::Median)?;
        Some(Point { x: noticed, y: elections, label: format!("{x} ms"), ..trial })
    };
    let points = TIMEOUTS.iter().filter_map(place).collect();
    let label = "shortest timeout".to_owned();
    Picture {
        x: Axis::log("until a crash is noticed, on average", "ms"),
        y: Axis::linear("false elections in a minute", ""),
        marks: vec![Mark::new(0, Kind::Line, label, points)],
    }
}

fn tell(results: &Results) -> Vec<Fact> {
    let facts = [
        (150, "false-150", "noticed-150"),
        (600, "false-600", "noticed-600"),
        (2400, "false-2400", "noticed-2400"),
    ];
    let mut told = Vec::new();
    for (x, elections, noticed) in facts {
        let mean = |series, quantity| Distribution::of(results, series, x, quantity).mean_times(10);
        told.extend(mean(0, FALSE).map(|mean| (elections, decimal(mean, 10, 1))));
        told.extend(mean(1, NOTICED).map(|mean| (noticed, time(mean / 10))));
    }
    told
}
