//! A picture as SVG. Pure: the same picture gives the same drawing.

use super::path::{Path, place};
use super::scale::{Scale, Tick, title};
use super::signs::{add_shape, classes_of, signed};
use election_engine::experiments::{Kind, Mark, Picture, Point};
use yew::prelude::*;

/// A letter is about so wide.
const LETTER: f64 = 6.4;

/// How large a drawing is, and how much of it the axes leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// In units of the drawing.
    pub width: f64,
    /// In units of the drawing.
    pub height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Size {
    /// Beside much room.
    pub const WIDE: Size =
        Size { width: 760.0, height: 440.0, left: 64.0, right: 20.0, top: 24.0, bottom: 58.0 };
    /// On a phone.
    pub const TALL: Size =
        Size { width: 380.0, height: 380.0, left: 52.0, right: 12.0, top: 22.0, bottom: 56.0 };

    /// The scales of a picture's axes.
    pub fn scales<'a>(&self, picture: &'a Picture) -> (Scale<'a>, Scale<'a>) {
        let across = (self.left, self.width - self.right);
        let up = (self.height - self.bottom, self.top);
        (Scale::new(&picture.x, across), Scale::new(&picture.y, up))
    }
}

/// The axes with their titles, and thin lines at their values.
pub fn axes(picture: &Picture, size: Size) -> Html {
    let (x, y) = size.scales(picture);
    let (left, right) = (size.left, size.width - size.right);
    let (top, bottom) = (size.top, size.height - size.bottom);
    let middle = (top + bottom) / 2.0;
    let names = !picture.x.names.is_empty();
    let slot = (right - left) / picture.x.names.len().max(1) as f64;
    let (up, across) = (y.ticks(40.0), x.ticks(62.0));
    let mut grid = Path::default();
    for tick in &up {
        grid.step("M", &[left, tick.at]).step("H", &[right]);
    }
    for tick in across.iter().filter(|_| !names) {
        grid.step("M", &[tick.at, top]).step("V", &[bottom]);
    }
    html! {
        <g class="axes" aria-hidden="true">
            <path class="grid" d={grid.text()} />
            { for up.into_iter().map(|tick| html! {
                <text class="end" x={place(left - 8.0)} y={place(tick.at + 4.0)}>{tick.text}</text>
            }) }
            { for across.iter().map(|tick| under(tick, bottom, names.then_some(slot))) }
            <path class="frame" d={format!("M{left} {top}V{bottom}H{right}")} />
            <text class="title" x={place((left + right) / 2.0)} y={place(size.height - 8.0)}>{title(&picture.x)}</text>
            <text class="title" transform={format!("translate(14 {middle:.1}) rotate(-90)")}>{title(&picture.y)}</text>
        </g>
    }
}

/// What stands under the x-axis. A name that is too wide for its place goes on below.
fn under(tick: &Tick, bottom: f64, slot: Option<f64>) -> Html {
    let most = slot.map_or(usize::MAX, |slot| (slot / LETTER).max(4.0) as usize);
    wrapped(&tick.text, most)
        .into_iter()
        .enumerate()
        .map(|(i, line)| {
            let y = bottom + 17.0 + 13.0 * i as f64;
            html! { <text class="middle" x={place(tick.at)} y={place(y)}>{line}</text> }
        })
        .collect()
}

/// Words in lines of at most so many letters, where that is possible.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A mark: its line, its spread, its points.
pub fn mark(picture: &Picture, size: Size, mark: &Mark) -> Html {
    let (x, y) = size.scales(picture);
    let at = |point: &Point| (x.place(point.x), y.place(point.y));
    let floor = size.height - size.bottom;
    let line = match mark.kind {
        Kind::Line | Kind::Curve => joined(mark.points.iter().map(at)),
        Kind::Steps => stairs(mark.points.iter().map(at), floor),
        Kind::Bars | Kind::Dots | Kind::Published => Path::default(),
    };
    let mut spreads = Path::default();
    for point in &mark.points {
        if let Some((low, high)) = point.spread {
            spreads.step("M", &[x.place(point.x), y.place(low)]).step("V", &[y.place(high)]);
        }
    }
    let mut signs = Path::default();
    for (x, y) in signed(mark).map(at) {
        add_shape(&mut signs, mark.series, x, y);
    }
    let (line, spreads, signs) = (line.text(), spreads.text(), signs.text());
    html! {
        <g class={classes_of(mark)} aria-hidden="true">
            if mark.kind == Kind::Bars {
                <path class="bar" d={bars(picture, size, mark)} />
            }
            if !spreads.is_empty() {
                <path class="spread" d={spreads} />
            }
            if !line.is_empty() {
                <path class="stroke" d={line} />
            }
            if !signs.is_empty() {
                <path class="sign" d={signs} />
            }
            { for labels(mark.points.iter().map(|point| (at(point), point.label.as_str())), size) }
        </g>
    }
}

/// The labels of points, but for those that would lie over the one before.
fn labels<'a>(points: impl Iterator<Item = ((f64, f64), &'a str)>, size: Size) -> Vec<Html> {
    let mut ends = (0.0, 0.0);
    let labelled = points.filter(|(_, label)| !label.is_empty());
    let label = |((x, y), label): ((f64, f64), &str)| {
        let width = label.chars().count() as f64 * LETTER;
        let at_edge = x + 7.0 + width > size.width;
        let x = if at_edge { x - 7.0 } else { x + 7.0 };
        let begin = if at_edge { x - width } else { x };
        if begin < ends.0 && (y - ends.1).abs() < 14.0 {
            return None;
        }
        ends = (begin + width + 4.0, y);
        let class = if at_edge { "end" } else { "label" };
        Some(html! { <text {class} x={place(x)} y={place(y - 7.0)}>{label}</text> })
    };
    labelled.filter_map(label).collect()
}

fn joined(points: impl Iterator<Item = (f64, f64)>) -> Path {
    let mut path = Path::default();
    for (i, (x, y)) in points.enumerate() {
        path.step(if i == 0 { "M" } else { "L" }, &[x, y]);
    }
    path
}

/// A share that grows: up at each point, then on at its height.
fn stairs(points: impl Iterator<Item = (f64, f64)>, floor: f64) -> Path {
    let mut path = Path::default();
    for (i, (x, y)) in points.enumerate() {
        match i {
            0 => path.step("M", &[x, floor]),
            _ => path.step("H", &[x]),
        };
        path.step("V", &[y]);
    }
    path
}

/// Bars beside those of the other series.
fn bars(picture: &Picture, size: Size, mark: &Mark) -> String {
    let (x, y) = size.scales(picture);
    let others = || picture.marks.iter().filter(|mark| mark.kind == Kind::Bars);
    let places = others().flat_map(|mark| &mark.points).map(|point| x.place(point.x));
    let width = room(places.collect()).min(size.width / 4.0) * 0.8;
    let each = width / others().count().max(1) as f64;
    let index = others().position(|other| other == mark).unwrap_or(0);
    let floor = size.height - size.bottom;
    let mut path = Path::default();
    for point in &mark.points {
        let left = x.place(point.x) - width / 2.0 + each * index as f64;
        path.step("M", &[left, floor]).step("V", &[y.place(point.y)]);
        path.step("h", &[each * 0.92]).step("V", &[floor]).step("Z", &[]);
    }
    path.text()
}

/// The least distance between two places that differ.
fn room(mut places: Vec<f64>) -> f64 {
    places.sort_by(f64::total_cmp);
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.5);
    gaps.fold(f64::MAX, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_grows_by_steps() {
        let path = stairs([(10.0, 90.0), (20.0, 40.0)].into_iter(), 100.0);
        assert_eq!(path.text(), "M10.0 100.0V90.0H20.0V40.0");
        let path = joined([(1.0, 2.0), (3.0, 4.0)].into_iter());
        assert_eq!(path.text(), "M1.0 2.0L3.0 4.0");
    }

    #[test]
    fn names_go_on_below() {
        assert_eq!(wrapped("Kubernetes lease", 11), ["Kubernetes", "lease"]);
        assert_eq!(wrapped("Kubernetes", 4), ["Kubernetes"]);
        assert_eq!(wrapped("a b c", 3), ["a b", "c"]);
    }

    #[test]
    fn bars_have_the_room_between_the_closest_places() {
        assert_eq!(room(vec![30.0, 10.0, 10.0, 25.0]), 5.0);
    }
}
