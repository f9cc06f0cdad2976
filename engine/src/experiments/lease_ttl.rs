//! Lease: how long should it live? A long one leaves the work undone for long after a crash. With
//! a short one a holder that only paused is soon replaced, and writes on when it wakes: harmless
//! only if the store checks tokens.
//!
//! The lock in a database row, with the database's clock, among four clients. It is renewed
//! every 12 % of its life, and the others try to get it every second. In each trial the holder crashes
//! for good, or pauses, or is cut off from the database but not from the store: each as likely.
//! Its clock is slow by the dial's share.

use super::batch::{add, batch};
use super::draw::{Which, behind, mean};
use super::numbers::{Distribution, percent, time};
use super::picture::{Axis, Kind, Mark, Picture, Point};
use super::reign::Reign;
use super::{Dial, Experiment, Fact, GRAIN, Plan, Quantity, Results, Series, Trial, Trials};
use crate::action::{Action, ClockChange, Way};
use crate::ids::NodeId;
use crate::protocols::database_lock::Config;
use crate::protocols::registry::ProtocolConfig;
use crate::rng::{Rng, Stream};
use crate::scenario::{Cluster, Scenario, VERSION};
use crate::time::{SimTime, Span};

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "lease-ttl",
    dials: &[
        Dial {
            field: "pause",
            title: "a pause or a cut takes, on average",
            unit: "ms",
            default: 10_000,
            range: (0, 30_000),
            step: 500,
        },
        Dial {
            field: "drift",
            title: "the holder's clock is slow by",
            unit: "%",
            default: 0,
            range: (0, 50),
            step: 5,
        },
    ],
    quantities: &[
        Quantity::of("nobody at work", "ms"),
        Quantity::of("an old holder's write was taken", "%"),
        Quantity::of("writes refused", "writes"),
    ],
    facts: &["down-2", "down-30", "stale-2", "stale-30", "fenced-2", "fenced-30"],
    trials: Trials { page: 200, headless: 10_000 },
    series,
    published: None,
    picture,
    tell,
};

const DOWN: u8 = 0;
const STALE: u8 = 1;
const REFUSED: u8 = 2;

/// How long the lease lives, in seconds.
const LIVES: [u32; 8] = [2, 4, 6, 8, 10, 15, 20, 30];
const HOLDER: NodeId = NodeId(3);
const DATABASE: NodeId = NodeId(4);

fn series(_: &Plan) -> Vec<Series> {
    vec![Series::over("no token", LIVES), Series::over("token, checked by the store", LIVES)]
}

/// The trials at a place of a series.
pub fn prepare(plan: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    let life = Span::new(u64::from(x) * 1000);
    // No multiple of it is the whole life, whatever the drift: else it would be a matter of
    // rounding whether the last write still goes out.
    let renew = Span::from_micros(life.as_micros() * 12 / 100);
    let config = Config {
        ttl_ms: life,
        renew_ms: renew,
        retry_ms: Span::new(1000),
        database_clock: true,
        token: series == 1,
        ..Config::default()
    };
    let drift_ppm = plan.get("drift") as i64 * -10_000;
    let clocks = vec![ClockChange { node: HOLDER, skew_ms: 0, drift_ppm }];
    let scenario = Scenario {
        version: VERSION,
        title: format!("The holder of a lease of {x} s fails"),
        protocol: ProtocolConfig::DatabaseLock(config),
        cluster: Cluster { clocks, ..Cluster::default() },
        script: Vec::new(),
        until_ms: SimTime::ZERO,
        expect: Vec::new(),
    };
    let pause = plan.get("pause") * 1000;
    let draw = move |trial, scenario: &mut Scenario| {
        let mut rng = Rng::new(trial, Stream::Setup);
        // At any moment between two renewals.
        let from = SimTime::ZERO + life + Span::from_micros(rng.below(renew.as_micros()));
        let until = from + Span::from_micros(rng.below(2 * pause + 1));
        scenario.script.clear();
        match rng.below(3) {
            0 => add(scenario, from, Action::Crash(HOLDER)),
            1 => {
                add(scenario, from, Action::Pause(HOLDER));
                add(scenario, until, Action::Resume(HOLDER));
            }
            _ => {
                for (from_node, to) in [(HOLDER, DATABASE), (DATABASE, HOLDER)] {
                    add(scenario, from, Action::Cut(Way { from: from_node, to }));
                    add(scenario, until, Action::Mend(Way { from: from_node, to }));
                }
            }
        }
        scenario.until_ms = until + life.times(2) + Span::new(5000);
    };
    batch(scenario, Reign::default(), draw, |reign, scenario, measured| {
        measured(DOWN, reign.down(scenario.until_ms).as_micros() / GRAIN * GRAIN);
        measured(STALE, if reign.stale > 0 { 1000 } else { 0 });
        measured(REFUSED, reign.refused);
    })
}

/// The one against the other, a point for each life.
fn picture(results: &Results) -> Picture {
    let mark = |(series, described): (usize, Series)| {
        let place = |x: &u32| {
            let down = mean(results, series, *x, DOWN)? / 1e6;
            let stale = mean(results, series, *x, STALE)? / 10.0;
            let worst = behind(results, (series, *x, STALE), Which::Worst)?;
            Some(Point { x: down, y: stale, label: format!("{x} s"), ..worst })
        };
        let points = described.xs.iter().filter_map(place).collect();
        Mark::new(series, Kind::Line, described.label, points)
    };
    Picture {
        x: Axis::linear("nobody at work after a failure, on average", "s"),
        y: Axis::linear("failures with a write of an old holder", "%"),
        marks: results.plan().series().into_iter().enumerate().map(mark).collect(),
    }
}

fn tell(results: &Results) -> Vec<Fact> {
    let mut facts = Vec::new();
    let lives = [(2, "down-2", "stale-2", "fenced-2"), (30, "down-30", "stale-30", "fenced-30")];
    for (x, down, stale, fenced) in lives {
        let values = |series, quantity| Distribution::of(results, series, x, quantity);
        facts.extend(values(0, DOWN).mean().map(|mean| (down, time(mean))));
        for (series, name) in [(0, stale), (1, fenced)] {
            let values = values(series, STALE);
            facts.push((name, percent(values.at_least(1000), values.total(), 1)));
        }
    }
    facts
}
