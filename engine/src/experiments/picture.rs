//! A picture as data: what is drawn where, and which trial stands behind each point.

use super::Replay;
use serde::{Deserialize, Serialize};

/// Lines and points over two axes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// From left to right.
    pub x: Axis,
    /// From bottom to top.
    pub y: Axis,
    /// What is drawn, the first at the back.
    pub marks: Vec<Mark>,
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What it measures.
    pub title: String,
    /// In which unit; empty if it counts.
    pub unit: String,
    /// How it is divided.
    pub scale: Scale,
    /// Where it begins; above 0 if the scale is logarithmic.
    pub from: f64,
    /// Where it ends; above its beginning.
    pub to: f64,
    /// What stands at 0, 1, 2 and so on, if it is an axis of names.
    pub names: Vec<String>,
}

/// How an axis is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Evenly.
    Linear,
    /// By factors of ten.
    Log,
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The number of the series that it belongs to, which gives its colour.
    pub series: usize,
    /// How it is drawn.
    pub kind: Kind,
    /// What it is, for the legend and for who cannot see it.
    pub label: String,
    /// Its points, from left to right.
    pub points: Vec<Point>,
    /// What has no place on the axes, in a sentence; mostly nothing.
    pub beyond: String,
}

impl Mark {
    /// A mark all of which lies on the axes.
    pub fn new(series: usize, kind: Kind, label: String, points: Vec<Point>) -> Mark {
        Mark { series, kind, label, points, beyond: String::new() }
    }
}

/// How a mark is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Measured: points that are not joined.
    Dots,
    /// Measured: points joined by a line.
    Line,
    /// Measured: a share that grows by steps; each point is the upper end of a step.
    Steps,
    /// Measured: bars that stand on the x-axis.
    Bars,
    /// Computed by a formula: a thin line without points.
    Curve,
    /// Published by somebody else: hollow points that are not joined.
    Published,
}

/// A point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// From the left, in the unit of the x-axis.
    pub x: f64,
    /// From the bottom, in the unit of the y-axis.
    pub y: f64,
    /// Between which heights most trials lie, drawn as a thin vertical line.
    pub spread: Option<(f64, f64)>,
    /// A trial that lies here.
    pub replay: Option<Replay>,
    /// What that trial measured itself and why it is this one, in words; empty if the point is
    /// the trial and no average of many.
    pub behind: String,
    /// What is written beside it; often nothing.
    pub label: String,
}

impl Point {
    /// A point behind which no trial stands.
    pub fn bare(x: f64, y: f64) -> Point {
        Point { x, y, spread: None, replay: None, behind: String::new(), label: String::new() }
    }
}

impl Axis {
    /// An axis that begins at nothing and ends with the last point.
    pub fn linear(title: &str, unit: &str) -> Axis {
        Axis {
            title: title.to_owned(),
            unit: unit.to_owned(),
            scale: Scale::Linear,
            from: 0.0,
            to: 0.0,
            names: Vec::new(),
        }
    }

    /// An axis whose divisions are factors of ten.
    pub fn log(title: &str, unit: &str) -> Axis {
        Axis { scale: Scale::Log, ..Axis::linear(title, unit) }
    }

    /// An axis of names.
    pub fn names(title: &str, names: Vec<String>) -> Axis {
        Axis { from: -0.5, to: names.len() as f64 - 0.5, names, ..Axis::linear(title, "") }
    }

    /// A share in per cent, from nothing to all.
    pub fn share(title: &str) -> Axis {
        Axis { to: 100.0, ..Axis::linear(title, "%") }
    }

    /// Makes room for some values, if the ends were left open.
    fn fit(&mut self, values: impl Iterator<Item = f64> + Clone) {
        if self.to > self.from {
            return;
        }
        let most = values.clone().fold(0.0, f64::max);
        match self.scale {
            Scale::Linear => self.to = if most > self.from { most } else { self.from + 1.0 },
            Scale::Log => {
                let least = values.filter(|value| *value > 0.0).fold(f64::MAX, f64::min);
                (self.from, self.to) = (1.0, 10.0);
                // Powers of ten around all of them.
                while self.to < most {
                    self.to *= 10.0;
                }
                while least < f64::MAX && self.from * 10.0 <= least && self.from * 10.0 < self.to {
                    self.from *= 10.0;
                }
            }
        }
    }
}

/// Makes room on both axes for all points. Left of a logarithmic axis is nothing: what lies
/// there moves to its end.
pub(super) fn fit(picture: &mut Picture) {
    let points = || picture.marks.iter().flat_map(|mark| &mark.points);
    let tops = points().map(|point| point.spread.map_or(point.y, |(_, top)| top.max(point.y)));
    picture.x.fit(points().map(|point| point.x));
    picture.y.fit(tops);
}
