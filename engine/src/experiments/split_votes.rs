//! Split votes: how often does the first candidacy end without a leader?
//!
//! All timers start together, timeouts are uniform over a range, and each message takes the same
//! share of that range. The curve is the law of Ongaro's dissertation, chapter 9, for exactly
//! that; nothing here is a choice of ours but the range, a second, which makes no difference.

use super::batch::batch;
use super::draw::{curve, means};
use super::elections::{Election, End, Setting};
use super::numbers::{Distribution, decimal, percent};
use super::picture::{Axis, Kind, Picture};
use super::{Dial, Experiment, Fact, Plan, Quantity, Results, Series, Trial, Trials};
use crate::time::Span;

/// The experiment.
pub const EXPERIMENT: Experiment = Experiment {
    slug: "split-votes",
    dials: &[Dial {
        field: "nodes",
        title: "servers",
        unit: "",
        default: 5,
        range: (3, 9),
        step: 1,
    }],
    quantities: &[Quantity::of("the first term is split", "%")],
    facts: &["measured-10", "law-10", "measured-20", "law-20", "terms-20"],
    trials: Trials { page: 2000, headless: 10_000 },
    series,
    published: None,
    picture,
    tell,
};

/// How long a message takes, in hundredths of the range of the timeouts.
const LATENCIES: [u32; 10] = [1, 2, 5, 8, 10, 15, 20, 25, 30, 40];

/// The range of the timeouts. The shortest only has to leave time for an election.
const RANGE: (Span, Span) = (Span::new(2000), Span::new(3000));

/// As long as a majority is up, so many may have failed.
fn series(plan: &Plan) -> Vec<Series> {
    let label = |failed| match failed {
        0 => "all are up".to_owned(),
        failed => format!("{failed} failed"),
    };
    let most = (plan.get("nodes") - 1) / 2;
    (0..=most).map(|failed| Series::over(label(failed), LATENCIES)).collect()
}

/// The trials at a place of a series.
pub fn prepare(plan: &Plan, series: usize, x: u32) -> Box<dyn Trial> {
    let nodes = plan.get("nodes") as u8;
    let latency = Span::new(u64::from(x) * 10);
    let setting = Setting {
        nodes,
        up: nodes - series as u8,
        timeout: RANGE,
        latency: (latency, latency),
        disk: None,
        ranked_logs: false,
    };
    let scenario =
        setting.scenario("Nobody leads, and all timers start together", RANGE.1.times(3));
    batch(
        scenario,
        Election::until(End::FirstTerm),
        |_, _| {},
        |election, _, measured| {
            measured(0, if election.terms > 1 { 1000 } else { 0 });
        },
    )
}

fn picture(results: &Results) -> Picture {
    let nodes = results.plan().get("nodes") as u32;
    let mut marks = Vec::new();
    for (series, described) in results.plan().series().into_iter().enumerate() {
        let label = format!("the law: {}", described.label);
        let xs = (0..=40).map(f64::from);
        marks.push(curve(series, &label, xs, |x| {
            split_share(nodes, nodes - series as u32, x / 100.0) * 100.0
        }));
    }
    marks.extend(means(results, 0, Kind::Dots));
    let x = Axis::linear("a message's journey, in parts of the timeouts' range", "%");
    Picture { x, y: Axis::share("elections whose first term is split"), marks }
}

/// One has failed: the one that led.
fn tell(results: &Results) -> Vec<Fact> {
    let nodes = results.plan().get("nodes") as u32;
    let mut facts = Vec::new();
    for (x, measured, law) in [(10, "measured-10", "law-10"), (20, "measured-20", "law-20")] {
        let share = split_share(nodes, nodes - 1, f64::from(x) / 100.0);
        // Rounded here, so that no float's last digit is ever seen.
        facts.push((law, percent((share * 1e6).round() as u64, 1_000_000, 1)));
        let values = Distribution::of(results, 1, x, 0);
        let split = values.at_least(1000);
        if values.total() > 0 {
            facts.push((measured, percent(split, values.total(), 1)));
            if x == 20 && split < values.total() {
                facts.push(("terms-20", decimal(values.total(), values.total() - split, 2)));
            }
        }
    }
    facts
}

/// The thesis's law for the share of terms whose votes are split, in a cluster of `nodes` of
/// which `up` answer, when a message takes the share `latency` of the range of the timeouts.
pub fn split_share(nodes: u32, up: u32, latency: f64) -> f64 {
    // So many candidates within one journey leave no majority to any of them.
    let candidates = up - nodes / 2 + 1;
    let power = |base: f64, times: u32| (0..times).fold(1.0, |product, _| product * base);
    let within = |k| choose(up, k) * power(latency, k) * power(1.0 - latency, up - k);
    (candidates - 1..=up).map(within).sum()
}

fn choose(of: u32, k: u32) -> f64 {
    (0..k).map(|i| f64::from(of - i) / f64::from(i + 1)).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_gives_the_shares_that_the_thesis_prints() {
        let percent = |n, s, l| (split_share(n, s, l) * 1e4).round() / 1e2;
        assert_eq!([0.01, 0.1, 0.2].map(|l| percent(5, 4, l)), [0.06, 5.23, 18.08]);
        assert_eq!(percent(9, 5, 0.1), 40.95);
    }
}
