//! Even or odd: how often can a cluster of n nodes go on when it falls apart at random, or when
//! nodes fail at random?
//!
//! Raft with PreVote and CheckQuorum, so that a leader that reaches no majority knows and stops.
//! It settles, then it is struck, and whether somebody leads is looked at five seconds later. The
//! curves are exact, since only a majority of all nodes may elect.

use super::batch::{add, batch};
use super::draw::{curve, means};
use super::numbers::{Distribution, percent};
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
    slug: "even-or-odd",
    dials: &[
        Dial {
            field: "parts",
            title: "the network falls into",
            unit: "parts",
            default: 2,
            range: (2, 4),
            step: 1,
        },
        Dial {
            field: "failed",
            title: "a node fails with a chance of",
            unit: "%",
            default: 20,
            range: (1, 50),
            step: 1,
        },
    ],
    quantities: &[Quantity::of("somebody leads", "%")],
    facts: &["apart-3", "apart-4", "apart-5", "failed-3", "failed-4", "failed-5"],
    trials: Trials { page: 100, headless: 10_000 },
    series,
    published: None,
    picture,
    tell,
};

/// When it strikes, and when is looked.
const STRIKE: SimTime = SimTime::from_ms(300);
const LOOK: SimTime = SimTime::from_ms(5300);

fn series(_: &Plan) -> Vec<Series> {
    vec![Series::over("the network falls apart", 2..=9), Series::over("nodes fail", 2..=9)]
}

/// The trials at a place of a series.
pub fn prepare(plan: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    let nodes = x as u8;
    let config = Config { pre_vote: true, check_quorum: true, writes: false, ..Config::default() };
    let scenario = Scenario {
        version: VERSION,
        title: format!("{nodes} nodes are struck at random"),
        protocol: ProtocolConfig::Raft(config),
        cluster: Cluster { nodes, ..Cluster::default() },
        script: Vec::new(),
        until_ms: LOOK,
        expect: Vec::new(),
    };
    let (parts, failed) = (plan.get("parts"), plan.get("failed"));
    let draw = move |trial, scenario: &mut Scenario| {
        let mut rng = Rng::new(trial, Stream::Setup);
        scenario.script.clear();
        if series == 0 {
            let mut groups = vec![Vec::new(); parts as usize];
            NodeId::all(nodes).for_each(|node| groups[rng.below(parts) as usize].push(node));
            add(scenario, STRIKE, Action::Partition(groups));
        } else {
            let fails = |_: &NodeId| rng.below(100) < failed;
            NodeId::all(nodes)
                .filter(fails)
                .for_each(|node| add(scenario, STRIKE, Action::Crash(node)));
        }
    };
    batch(scenario, Reign::default(), draw, |reign, _, measured| {
        measured(0, if reign.is_led() { 1000 } else { 0 });
    })
}

/// The chance that some part holds a majority of `nodes`, when each node is up with a chance of
/// `up` and belongs to any of so many parts. Two parts cannot both hold one.
pub fn law(nodes: u32, parts: u32, up: f64) -> f64 {
    let here = up / f64::from(parts);
    let power = |base: f64, times: u32| (0..times).fold(1.0, |product, _| product * base);
    let choose = |k| (0..k).map(|i| f64::from(nodes - i) / f64::from(i + 1)).product::<f64>();
    let exactly = |k| choose(k) * power(here, k) * power(1.0 - here, nodes - k);
    f64::from(parts) * (nodes / 2 + 1..=nodes).map(exactly).sum::<f64>()
}

fn picture(results: &Results) -> Picture {
    let (parts, failed) = (results.plan().get("parts") as u32, results.plan().get("failed"));
    let nodes = || (2..=9).map(f64::from);
    let up = 1.0 - failed as f64 / 100.0;
    let mut marks = vec![
        curve(0, "exactly: the network falls apart", nodes(), |n| {
            law(n as u32, parts, 1.0) * 100.0
        }),
        curve(1, "exactly: nodes fail", nodes(), |n| law(n as u32, 1, up) * 100.0),
    ];
    marks.extend(means(results, 0, Kind::Dots));
    let x = Axis { from: 1.0, to: 10.0, ..Axis::linear("nodes", "") };
    Picture { x, y: Axis::share("trials after which somebody leads"), marks }
}

fn tell(results: &Results) -> Vec<Fact> {
    let names = [["apart-3", "apart-4", "apart-5"], ["failed-3", "failed-4", "failed-5"]];
    let mut facts = Vec::new();
    for (series, names) in names.iter().enumerate() {
        for (x, name) in (3..).zip(names) {
            let values = Distribution::of(results, series, x, 0);
            facts.push((*name, percent(values.at_least(1000), values.total(), 1)));
        }
    }
    facts
}
