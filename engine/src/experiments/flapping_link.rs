//! A flapping link: the link by which one follower hangs on all others comes and goes. The others
//! do not need it. How often does it depose their healthy leader when it is back?
//!
//! Raft with its paper's timeouts, five nodes, for half a minute. Each outage takes x, and begins
//! at a random moment after the one before has ended.

use super::batch::{add, batch};
use super::draw::means;
use super::numbers::{Distribution, decimal};
use super::picture::{Axis, Kind, Picture};
use super::reign::Reign;
use super::{Dial, Experiment, Fact, Plan, Quantity, Results, Series, Trial, Trials};
use crate::action::Action;
use crate::ids::NodeId;
use crate::protocols::raft::Config;
use crate::protocols::registry::ProtocolConfig;
use crate::rng::{Rng, Stream};
use crate::scenario::{Cluster, Scenario, VERSION};
use crate::time::SimTime;

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "flapping-link",
    dials: &[Dial {
        field: "up",
        title: "the link holds for, on average",
        unit: "ms",
        default: 1000,
        range: (200, 5000),
        step: 100,
    }],
    quantities: &[
        Quantity::of("leaders elected in half a minute", "leaders"),
        Quantity::of("time without a leader", "%"),
    ],
    facts: &["plain", "check-quorum", "pre-vote", "both", "plain-down", "both-down"],
    trials: Trials { page: 20, headless: 1000 },
    series,
    published: None,
    picture,
    tell,
};

const ELECTED: u8 = 0;
const DOWN: u8 = 1;

/// How long an outage takes, in milliseconds.
const OUTAGES: [u32; 7] = [50, 100, 200, 300, 500, 1000, 2000];
const HALF_A_MINUTE: u64 = 30_000_000;
/// The variants: the fact that their mean is, their names, PreVote and CheckQuorum.
const VARIANTS: [(&str, &str, bool, bool); 4] = [
    ("plain", "neither", false, false),
    ("check-quorum", "CheckQuorum", false, true),
    ("pre-vote", "PreVote", true, false),
    ("both", "PreVote and CheckQuorum", true, true),
];

fn series(_: &Plan) -> Vec<Series> {
    VARIANTS.iter().map(|(_, label, ..)| Series::over(*label, OUTAGES)).collect()
}

/// The trials at a place of a series.
pub fn prepare(plan: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    let (.., pre_vote, check_quorum) = VARIANTS[series];
    let config = Config { pre_vote, check_quorum, writes: false, ..Config::default() };
    let scenario = Scenario {
        version: VERSION,
        title: format!("A link flaps, with outages of {x} ms"),
        protocol: ProtocolConfig::Raft(config),
        cluster: Cluster::default(),
        script: Vec::new(),
        until_ms: SimTime(HALF_A_MINUTE),
        expect: Vec::new(),
    };
    let (up, outage) = (plan.get("up") * 1000, u64::from(x) * 1000);
    let draw = move |trial, scenario: &mut Scenario| {
        let mut rng = Rng::new(trial, Stream::Setup);
        scenario.script.clear();
        let mut at = rng.below(2 * up + 1);
        while at + outage < HALF_A_MINUTE {
            add(scenario, SimTime(at), Action::Partition(alone()));
            add(scenario, SimTime(at + outage), Action::Heal);
            at += outage + rng.below(2 * up + 1);
        }
    };
    batch(scenario, Reign::default(), draw, |reign, scenario, measured| {
        let down = reign.down(scenario.until_ms);
        measured(ELECTED, reign.elected);
        measured(DOWN, down.as_micros() * 1000 / HALF_A_MINUTE);
    })
}

/// The server at the end of the link, which is not the leader of the start, and all others.
fn alone() -> Vec<Vec<NodeId>> {
    let (one, others) = NodeId::all(5).partition(|node| *node == NodeId(0));
    vec![one, others]
}

fn picture(results: &Results) -> Picture {
    Picture {
        x: Axis::log("an outage of the link takes", "ms"),
        y: Axis::linear("leaders elected in half a minute", ""),
        marks: means(results, ELECTED, Kind::Line),
    }
}

/// At outages of half a second.
fn tell(results: &Results) -> Vec<Fact> {
    let mean = |series, quantity, digits, per: u64| {
        let mean = Distribution::of(results, series, 500, quantity).mean_times(100);
        mean.map(|mean| decimal(mean, 100 * per, digits))
    };
    let mut facts = Vec::new();
    for (series, (fact, ..)) in VARIANTS.iter().enumerate() {
        facts.extend(mean(series, ELECTED, 1, 1).map(|text| (*fact, text)));
    }
    for (series, fact) in [(0, "plain-down"), (3, "both-down")] {
        facts.extend(mean(series, DOWN, 1, 10).map(|text| (fact, format!("{text} %"))));
    }
    facts
}
