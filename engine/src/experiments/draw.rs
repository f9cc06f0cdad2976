//! From results to the points of pictures.

use super::numbers::Distribution;
use super::picture::{Axis, Kind, Mark, Picture, Point};
use super::{Replay, Results, Series};

/// The most points that a line of steps has: more cannot be told apart.
const STEPS: u64 = 400;

/// How the values of a quantity are spread: for each value, the share of trials that do not
/// exceed it. One line a series.
pub fn shares(results: &Results, quantity: u8, x: Axis) -> Picture {
    let scale = scale(results, quantity);
    let mark = |(series, described): (usize, Series)| {
        let values = Distribution::of(results, series, 0, quantity);
        let points = steps(&values, scale, series);
        Mark { series, kind: Kind::Steps, label: described.label, points }
    };
    let marks = results.plan().series().into_iter().enumerate().map(mark).collect();
    Picture { x, y: Axis::share("trials that took no longer"), marks }
}

fn steps(values: &Distribution, scale: f64, series: usize) -> Vec<Point> {
    let total = values.total();
    let stride = total.div_ceil(STEPS).max(1);
    let (mut seen, mut drawn) = (0, 0);
    let mut points = Vec::new();
    for (value, count) in values.values() {
        seen += count.times;
        if seen >= drawn + stride || seen == total {
            drawn = seen;
            let replay = Some(Replay { series, x: 0, trial: count.first });
            let (x, y) = (*value as f64 / scale, seen as f64 * 100.0 / total as f64);
            points.push(Point { replay, ..Point::bare(x, y) });
        }
    }
    points
}

/// The average of a quantity at every place of every series. Behind each point stands the trial
/// that is nearest to its median.
pub fn means(results: &Results, quantity: u8, kind: Kind) -> Vec<Mark> {
    let scale = scale(results, quantity);
    let mark = |(series, described): (usize, Series)| {
        let place = |x: &u32| {
            let y = mean(results, series, *x, quantity)? / scale;
            let values = Distribution::of(results, series, *x, quantity);
            let (.., trial) = values.quantile(500)?;
            let replay = Some(Replay { series, x: *x, trial });
            Some(Point { replay, ..Point::bare(f64::from(*x), y) })
        };
        let points = described.xs.iter().filter_map(place).collect();
        Mark { series, kind, label: described.label, points }
    };
    results.plan().series().into_iter().enumerate().map(mark).collect()
}

/// The average of a quantity, as it was counted.
pub fn mean(results: &Results, series: usize, x: u32, quantity: u8) -> Option<f64> {
    let values = Distribution::of(results, series, x, quantity);
    values.mean_times(1000).map(|mean| mean as f64 / 1000.0)
}

/// A formula over some places.
pub fn curve(
    series: usize,
    label: &str,
    xs: impl Iterator<Item = f64>,
    formula: impl Fn(f64) -> f64,
) -> Mark {
    let points = xs.map(|x| Point::bare(x, formula(x))).collect();
    Mark { series, kind: Kind::Curve, label: label.to_owned(), points }
}

fn scale(results: &Results, quantity: u8) -> f64 {
    results.plan().experiment().quantities[usize::from(quantity)].scale() as f64
}
