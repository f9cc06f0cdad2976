//! A picture of what was measured, to look at, to walk through and to read.

mod drawing;
mod path;
mod scale;
mod signs;
mod words;

use crate::hooks::{Same, use_media, use_turns};
use crate::measure::measurer::Shown;
use crate::words::capital;
use drawing::Size;
use election_engine::experiments::{Kind, Mark, Picture, Point};
use std::collections::BTreeSet;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// A point of a picture: the number of its mark, and its own.
pub type Place = (usize, usize);

/// How many marks are drawn in one turn.
const MARKS: usize = 3;
/// How many series the legend names before the turn of the rest.
const NAMES: usize = 6;
/// The turns of the axes, the legend and its rest, and the words; those of the marks come after.
const AXES: usize = 0;
const LEGEND: usize = 1;
const REST: usize = 2;
const WORDS: usize = 3;
const FIRST_MARKS: usize = 4;

#[derive(Properties, PartialEq)]
pub struct PlotProps {
    /// What is drawn.
    pub shown: Same<Shown>,
    /// Its name.
    pub title: AttrValue,
    /// The point that is looked at.
    pub picked: Option<Place>,
    /// Another point is to be looked at.
    pub on_pick: Callback<Place>,
}

/// The picture with its legend. Its parts follow what was measured in turns, one a frame.
#[component]
pub fn Plot(props: &PlotProps) -> Html {
    let picture = &props.shown.picture;
    let size = if use_media("(max-width: 640px)") { Size::TALL } else { Size::WIDE };
    let hidden = use_state_eq(|| Rc::new(BTreeSet::<usize>::new()));
    let onkeydown = walk(props, &hidden);
    let onclick = point_at(props, size, &hidden);
    let on_hide = use_callback(hidden.clone(), |series: usize, hidden| {
        let mut next = (***hidden).clone();
        if !next.remove(&series) {
            next.insert(series);
        }
        hidden.set(Rc::new(next));
    });
    let picked = props.picked.and_then(|place| Some((place.0, point_of(picture, place)?)));
    let picked = picked.filter(|(mark, _)| !hidden.contains(&picture.marks[*mark].series));
    let parts = use_turns(&props.shown, FIRST_MARKS + picture.marks.len().div_ceil(MARKS));
    let behind = parts.iter().any(|part| part.as_ref() != Some(&props.shown));
    html! {
        <figure class="plot" aria-busy={behind.to_string()}>
            <svg
                viewBox={format!("0 0 {} {}", size.width, size.height)}
                tabindex="0"
                role="group"
                aria-label={format!("{}. Left and right arrow keys walk the points of a line, up and down choose the line; the table below holds the numbers.", props.title)}
                aria-describedby="plot-words"
                data-testid="plot"
                {onkeydown}
                {onclick}
            >
                if let Some(shown) = &parts[AXES] {
                    <Axes shown={shown.clone()} {size} />
                }
                { for parts[FIRST_MARKS..].iter().enumerate().map(|(part, shown)| html! {
                    if let Some(shown) = shown {
                        <Marks shown={shown.clone()} {size} {part} hidden={(*hidden).clone()} />
                    }
                }) }
                if let Some((_, point)) = picked {
                    { ring(picture, size, point) }
                }
            </svg>
            if let Some(shown) = &parts[LEGEND] {
                <Legend shown={shown.clone()} whole={parts[REST].is_some()} hidden={(*hidden).clone()} {on_hide} />
            }
            if let Some(shown) = &parts[WORDS] {
                <Words shown={shown.clone()} />
            }
        </figure>
    }
}

/// The point at a place, if there is one.
pub fn point_of(picture: &Picture, (mark, point): Place) -> Option<&Point> {
    picture.marks.get(mark)?.points.get(point)
}

/// What there is at a place, in words.
pub fn said_of(picture: &Picture, place: Place) -> Option<String> {
    let point = point_of(picture, place)?;
    Some(words::point(picture, &picture.marks[place.0], point))
}

fn ring(picture: &Picture, size: Size, point: &Point) -> Html {
    let (x, y) = size.scales(picture);
    let (x, y) = (x.place(point.x), y.place(point.y));
    html! { <circle class="ring" cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="8" aria-hidden="true" /> }
}

#[derive(Properties, PartialEq)]
struct AxesProps {
    shown: Same<Shown>,
    size: Size,
}

#[component]
fn Axes(props: &AxesProps) -> Html {
    drawing::axes(&props.shown.picture, props.size)
}

#[derive(Properties, PartialEq)]
struct MarksProps {
    shown: Same<Shown>,
    size: Size,
    /// Which of the marks: a few for each part.
    part: usize,
    hidden: Rc<BTreeSet<usize>>,
}

#[component]
fn Marks(props: &MarksProps) -> Html {
    let picture = &props.shown.picture;
    let marks = picture.marks.iter().skip(props.part * MARKS).take(MARKS);
    let seen = marks.filter(|mark| !props.hidden.contains(&mark.series));
    seen.map(|mark| drawing::mark(picture, props.size, mark)).collect()
}

#[derive(Properties, PartialEq)]
struct WordsProps {
    shown: Same<Shown>,
}

#[component]
fn Words(props: &WordsProps) -> Html {
    html! { <p class="visually-hidden" id="plot-words" data-testid="plot-words">{words::picture(&props.shown.picture)}</p> }
}

#[derive(Properties, PartialEq)]
struct LegendProps {
    shown: Same<Shown>,
    /// Not only its first names.
    whole: bool,
    hidden: Rc<BTreeSet<usize>>,
    on_hide: Callback<usize>,
}

/// What each series is; pressing one hides it or shows it again.
#[component]
fn Legend(props: &LegendProps) -> Html {
    let picture = &props.shown.picture;
    let has = |kind| picture.marks.iter().any(|mark| mark.kind == kind);
    html! {
        <figcaption class="legend">
            <div role="group" aria-label="Lines: press one to hide it">
                { for measured(picture).take(if props.whole { usize::MAX } else { NAMES }).map(|mark| {
                    let series = mark.series;
                    let shown = !props.hidden.contains(&series);
                    let onclick = props.on_hide.reform(move |_: MouseEvent| series);
                    html! {
                        <button key={series} type="button" aria-pressed={shown.to_string()} data-testid={format!("series-{series}")} {onclick}>{signs::sample(mark, has_curve(picture, mark))}{&mark.label}{formula(picture, mark)}</button>
                    }
                }) }
            </div>
            if has(Kind::Curve) {
                <p>{"Thin lines without points are formulas."}</p>
            }
            if has(Kind::Published) {
                <p>{"Hollow points were published by others."}</p>
            }
            { for picture.marks.iter().filter(|mark| !mark.beyond.is_empty()).map(|mark| html! {
                <p data-testid="beyond">{capital(&mark.label)}{": "}{&mark.beyond}{"."}</p>
            }) }
        </figcaption>
    }
}

/// The formula that is drawn for a series, if its label goes on with one.
fn formula<'a>(picture: &'a Picture, measured: &Mark) -> Option<&'a str> {
    let is_its = |mark: &&Mark| mark.series == measured.series && mark.kind == Kind::Curve;
    let curves = picture.marks.iter().filter(is_its);
    curves.filter_map(|curve| curve.label.strip_prefix(&measured.label)).next()
}

/// Whether the line of a formula belongs to a series.
fn has_curve(picture: &Picture, measured: &Mark) -> bool {
    let mut marks = picture.marks.iter();
    marks.any(|mark| mark.series == measured.series && mark.kind == Kind::Curve)
}

/// The mark that stands for each series: what was measured, if anything was.
fn measured(picture: &Picture) -> impl Iterator<Item = &Mark> {
    let is_ours = |mark: &&Mark| !matches!(mark.kind, Kind::Curve | Kind::Published);
    let series: BTreeSet<usize> = picture.marks.iter().map(|mark| mark.series).collect();
    series.into_iter().filter_map(move |series| {
        let mut marks = picture.marks.iter().filter(|mark| mark.series == series);
        marks.clone().find(is_ours).or_else(|| marks.next())
    })
}

/// Arrow keys that walk from point to point and from line to line.
fn walk(props: &PlotProps, hidden: &Rc<BTreeSet<usize>>) -> Callback<KeyboardEvent> {
    let (shown, picked) = (props.shown.clone(), props.picked);
    let (hidden, on_pick) = (hidden.clone(), props.on_pick.clone());
    Callback::from(move |event: KeyboardEvent| {
        let key = event.key();
        if let Some(next) = next(&shown.picture, &hidden, picked, &key) {
            event.prevent_default();
            on_pick.emit(next);
        }
    })
}

/// Where a key leads from a place.
fn next(
    picture: &Picture,
    hidden: &BTreeSet<usize>,
    picked: Option<Place>,
    key: &str,
) -> Option<Place> {
    let marks = picture.marks.iter().enumerate();
    let shown = marks.filter(|(_, mark)| !hidden.contains(&mark.series) && !mark.points.is_empty());
    let marks: Vec<usize> = shown.map(|(i, _)| i).collect();
    let known = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];
    let first = *marks.first().filter(|_| known.contains(&key))?;
    let Some((mark, point)) = picked.filter(|(mark, _)| marks.contains(mark)) else {
        return Some((first, 0));
    };
    let points = &picture.marks[mark].points;
    let last = points.len() - 1;
    let here = points[point.min(last)].x;
    let other = |step: usize| {
        let place = marks.iter().position(|other| *other == mark).unwrap_or(0);
        let mark = marks[(place + step) % marks.len()];
        (mark, nearest_across(&picture.marks[mark].points, here))
    };
    Some(match key {
        "ArrowLeft" => (mark, point.saturating_sub(1)),
        "ArrowRight" => (mark, (point + 1).min(last)),
        "Home" => (mark, 0),
        "End" => (mark, last),
        "ArrowUp" => other(marks.len() - 1),
        _ => other(1),
    })
}

fn nearest_across(points: &[Point], x: f64) -> usize {
    let far = |point: &Point| (point.x - x).abs();
    let nearest = points.iter().enumerate().min_by(|(_, a), (_, b)| far(a).total_cmp(&far(b)));
    nearest.map_or(0, |(i, _)| i)
}

/// Pressing the picture picks the nearest point.
fn point_at(props: &PlotProps, size: Size, hidden: &Rc<BTreeSet<usize>>) -> Callback<MouseEvent> {
    let (shown, hidden) = (props.shown.clone(), hidden.clone());
    let on_pick = props.on_pick.clone();
    Callback::from(move |event: MouseEvent| {
        let Some(svg) = event.current_target() else { return };
        let edges = wasm_bindgen::JsCast::unchecked_into::<Element>(svg).get_bounding_client_rect();
        let scale = size.width / edges.width().max(1.0);
        let at = (
            (f64::from(event.client_x()) - edges.left()) * scale,
            (f64::from(event.client_y()) - edges.top()) * scale,
        );
        if let Some(place) = nearest(&shown.picture, &hidden, size, at) {
            on_pick.emit(place);
        }
    })
}

/// The point that is shown nearest to a place of the drawing.
fn nearest(
    picture: &Picture,
    hidden: &BTreeSet<usize>,
    size: Size,
    (at_x, at_y): (f64, f64),
) -> Option<Place> {
    let (x, y) = size.scales(picture);
    let far = |point: &Point| (x.place(point.x) - at_x).hypot(y.place(point.y) - at_y);
    let marks = picture.marks.iter().enumerate();
    let marks = marks.filter(|(_, mark)| !hidden.contains(&mark.series));
    let all = marks.flat_map(|(i, mark)| {
        mark.points.iter().enumerate().map(move |(j, point)| ((i, j), point))
    });
    // A point that can be replayed is worth a little way.
    let cost = |point: &Point| far(point) + if point.replay.is_some() { 0.0 } else { 12.0 };
    all.min_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b))).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use election_engine::experiments::{Axis, Replay};

    fn example() -> Picture {
        let mark = |series: usize, points: &[(f64, f64)]| {
            let points = points.iter().map(|(x, y)| Point::bare(*x, *y)).collect();
            Mark::new(series, Kind::Line, series.to_string(), points)
        };
        let axis = Axis { to: 10.0, ..Axis::linear("x", "") };
        let marks = vec![
            mark(0, &[(0.0, 0.0), (5.0, 5.0), (10.0, 10.0)]),
            mark(1, &[]),
            mark(2, &[(4.0, 0.0), (9.0, 1.0)]),
        ];
        Picture { x: axis.clone(), y: axis, marks }
    }

    #[test]
    fn keys_walk_along_a_line_and_from_line_to_line() {
        let (picture, none) = (example(), BTreeSet::new());
        let from = |place, key| next(&picture, &none, place, key);
        assert_eq!(from(None, "ArrowRight"), Some((0, 0)));
        assert_eq!(from(Some((0, 1)), "ArrowRight"), Some((0, 2)));
        assert_eq!(from(Some((0, 2)), "ArrowRight"), Some((0, 2)));
        assert_eq!(from(Some((0, 0)), "ArrowLeft"), Some((0, 0)));
        assert_eq!(from(Some((0, 1)), "ArrowDown"), Some((2, 0)), "the empty one is left out");
        assert_eq!(from(Some((0, 2)), "ArrowUp"), Some((2, 1)));
        assert_eq!(from(Some((2, 0)), "ArrowDown"), Some((0, 1)));
        assert_eq!(from(Some((0, 2)), "Home"), Some((0, 0)));
        assert_eq!(from(Some((0, 0)), "Tab"), None);
        assert_eq!(next(&picture, &BTreeSet::from([0]), Some((0, 2)), "End"), Some((2, 0)));
    }

    #[test]
    fn a_series_is_shown_by_what_was_measured() {
        let mut picture = example();
        let label = "0: n(n − 1)".to_owned();
        picture.marks.insert(0, Mark { kind: Kind::Curve, label, ..picture.marks[0].clone() });
        assert_eq!(formula(&picture, &picture.marks[1]), Some(": n(n − 1)"));
        let kinds: Vec<_> = measured(&picture).map(|mark| (mark.series, mark.kind)).collect();
        assert_eq!(kinds, [(0, Kind::Line), (1, Kind::Line), (2, Kind::Line)]);
    }

    #[test]
    fn pressing_finds_the_nearest_point_that_is_shown() {
        let mut picture = example();
        let (x, y) = Size::WIDE.scales(&picture);
        let near = (x.place(5.0) + 3.0, y.place(5.0) - 3.0);
        let find = |picture: &Picture, hidden: &[usize]| {
            nearest(picture, &hidden.iter().copied().collect(), Size::WIDE, near)
        };
        assert_eq!(find(&picture, &[]), Some((0, 1)));
        assert_eq!(find(&picture, &[0]), Some((2, 0)));
        // Nearly as near, and there is something to see.
        picture.marks[2].points[0] =
            Point { replay: Some(Replay { series: 2, x: 0, trial: 0 }), ..Point::bare(5.1, 5.1) };
        assert_eq!(find(&picture, &[]), Some((2, 0)));
    }
}
