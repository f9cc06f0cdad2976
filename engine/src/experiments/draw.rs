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
        Mark::new(series, Kind::Steps, described.label, points)
    };
    let marks = results.plan().series().into_iter().enumerate().map(mark).collect();
    Picture { x, y: Axis::share("trials that took no longer"), marks }
}

/// The last point is where the line is left if some trials were not over: at the end of the
/// time, as high as the share of those that were.
fn steps(values: &Distribution, scale: f64, series: usize) -> Vec<Point> {
    let (total, ended) = (values.total(), values.total() - values.cut_off());
    let stride = total.div_ceil(STEPS).max(1);
    let (mut seen, mut drawn) = (0, 0);
    let mut points = Vec::new();
    for (value, count) in values.values() {
        let is_over = seen < ended;
        seen += count.times;
        if is_over && seen < drawn + stride && seen < ended {
            continue;
        }
        drawn = seen.min(ended);
        let replay = Some(Replay { series, x: 0, trial: count.first });
        let label = if is_over { String::new() } else { values.not_over() };
        let (x, y) = (*value as f64 / scale, drawn as f64 * 100.0 / total as f64);
        points.push(Point { replay, label, ..Point::bare(x, y) });
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
            let label = values.not_over();
            let point = behind(results, (series, *x, quantity), Which::Median)?;
            Some(Point { label, x: f64::from(*x), y, ..point })
        };
        let points = described.xs.iter().filter_map(place).collect();
        Mark::new(series, kind, described.label, points)
    };
    results.plan().series().into_iter().enumerate().map(mark).collect()
}

/// Which trial stands for many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one in the middle.
    Median,
    /// The first of those with the greatest value.
    Worst,
}

/// A point of an average, still without its place: the trial that stands behind it.
pub fn behind(
    results: &Results,
    (series, x, quantity): (usize, u32, u8),
    which: Which,
) -> Option<Point> {
    let values = Distribution::of(results, series, x, quantity);
    let (share, why) = match which {
        Which::Median => (500, "the median"),
        Which::Worst => (1000, "the worst"),
    };
    let (value, trial) = values.quantile(share)?;
    let measured = results.plan().experiment().quantities[usize::from(quantity)];
    let why = match values.total() {
        1 => "the only trial".to_owned(),
        trials => format!("{why} of {trials} trials"),
    };
    let behind = format!("{}: {}, {why}", measured.name, measured.told(value));
    Some(Point { replay: Some(Replay { series, x, trial }), behind, ..Point::bare(0.0, 0.0) })
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
    Mark::new(series, Kind::Curve, label.to_owned(), points)
}

fn scale(results: &Results, quantity: u8) -> f64 {
    results.plan().experiment().quantities[usize::from(quantity)].scale() as f64
}
