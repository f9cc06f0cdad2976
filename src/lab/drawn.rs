//! The drawing of the space-time diagram. At rest every event is a part of its own, which can be
//! pressed and has a title. While time passes there would be hundreds of new parts several times
//! a second, so those that look alike are one part then.

use super::chart::{Chart, Dot, Stretch, Stroke};
use super::order::Order;
use crate::diagram::geometry::{self, Point};
use crate::diagram::signs;
use crate::words::seconds;
use election_engine::ids::{NodeId, Token};
use election_engine::protocol::Sign;
use election_engine::time::{SimTime, Span};
use election_engine::trace::EventKind;
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// Width of the picture, beside much room and on a phone.
pub const WIDE: f64 = 760.0;
/// The same on a phone.
pub const NARROW: f64 = 380.0;

/// Height of the window of time.
const HEIGHT: f64 = 520.0;

/// Room for the names, and for the times at the left.
const TOP: f64 = 34.0;
/// Room for the times.
pub const LEFT: f64 = 66.0;

/// How far from an event one may press while time passes.
const NEAR: f64 = 16.0;

/// Width and height of the picture.
pub fn size(width: f64) -> (f64, f64) {
    (width, TOP + HEIGHT + 10.0)
}

/// How far down an instant is.
pub fn y_of(chart: &Chart, time: SimTime) -> f64 {
    TOP + HEIGHT * chart.share(time)
}

/// How far to the right the line of a member is, if it is seen.
pub fn x_of(chart: &Chart, member: NodeId, width: f64) -> Option<f64> {
    let columns = chart.members.len().max(1) as f64;
    chart.column(member).map(|column| LEFT + (width - LEFT) * (column as f64 + 0.5) / columns)
}

#[derive(Clone, Properties, PartialEq)]
pub struct DrawnProps {
    pub chart: Rc<Chart>,
    pub width: f64,
    /// Time passes.
    pub passing: bool,
    pub dispatch: Callback<Order>,
}

/// What does not change while time passes within the window.
#[component]
pub fn Drawn(props: &DrawnProps) -> Html {
    let (chart, width) = (&*props.chart, props.width);
    html! {
        <>
            {columns(chart, width)}
            <g class="stretches" aria-hidden="true">{ for chart.stretches.iter().enumerate().filter_map(|(i, stretch)| stretch_mark(chart, width, i, stretch)) }</g>
            if props.passing {
                <Merged ..props.clone() />
            } else {
                <g class="strokes" aria-hidden="true">{ for chart.strokes.iter().filter_map(|stroke| stroke_mark(chart, width, stroke)) }</g>
                <g class="dots">{ for chart.dots.iter().filter_map(|dot| dot_mark(chart, width, dot, &props.dispatch)) }</g>
            }
        </>
    }
}

fn columns(chart: &Chart, width: f64) -> Html {
    let every = chart.members.len().div_ceil((width / 24.0) as usize);
    let lines = chart.members.iter().enumerate().filter_map(|(i, member)| {
        let x = format!("{:.1}", x_of(chart, *member, width)?);
        let name = if *member == chart.store { "store".to_owned() } else { member.to_string() };
        Some(html! {
            <g key={member.0}>
                <line x1={x.clone()} x2={x.clone()} y1={TOP.to_string()} y2={(TOP + HEIGHT).to_string()} />
                if i % every == 0 { <text {x} y="20">{name}</text> }
            </g>
        })
    });
    html! {
        <>
            <g class="columns" aria-hidden="true">{ for lines }</g>
            <g class="columns" aria-hidden="true">
                { for times(chart).into_iter().enumerate().map(|(i, time)| html! {
                    <text key={i} class="time" x={(LEFT - 12.0).to_string()} y={format!("{:.1}", y_of(chart, time) + 4.0)}>{seconds(time)}</text>
                }) }
            </g>
        </>
    }
}

/// Five round instants of the window.
fn times(chart: &Chart) -> Vec<SimTime> {
    let (from, to) = chart.window;
    let step = (to.since(from).as_micros() / 5).max(1);
    (0..=5).map(|i| from + Span::from_micros(step * i)).collect()
}

fn stretch_mark(chart: &Chart, width: f64, index: usize, stretch: &Stretch) -> Option<Html> {
    let x = x_of(chart, stretch.node, width)?;
    let (from, to) = (y_of(chart, stretch.span.0), y_of(chart, stretch.span.1));
    let height = (to - from).max(1.0);
    Some(html! {
        <g key={index}>
            <rect class={stretch.kind} x={format!("{:.1}", x - 5.0)} y={format!("{from:.1}")} width="10" height={format!("{height:.1}")} />
            if stretch.kind == "leader" && height > 20.0 && chart.members.len() <= 16 {
                {signs::seal(x - 18.0, from + 16.0, Token(stretch.number))}
            }
        </g>
    })
}

/// The line of a message, and the sign of its end, as paths.
fn paths(chart: &Chart, width: f64, stroke: &Stroke) -> Option<(String, String)> {
    let (x1, x2) = (x_of(chart, stroke.from.0, width)?, x_of(chart, stroke.to.0, width)?);
    let (y1, y2) = (y_of(chart, stroke.from.1), y_of(chart, stroke.to.1));
    // What leaves the window is cut off at its edges.
    let at =
        |y: f64| if (y2 - y1).abs() < 0.01 { x2 } else { x1 + (x2 - x1) * (y - y1) / (y2 - y1) };
    // A lost message breaks off half way.
    let (end_x, end_y) = if stroke.lost { (x1 + (x2 - x1) * 0.55, y2) } else { (x2, y2) };
    let (top, bottom) = (y1.max(TOP), end_y.min(TOP + HEIGHT));
    let (from_x, to_x) = if stroke.lost { (x1, end_x) } else { (at(top), at(bottom)) };
    let end = match stroke.lost {
        true => format!("M{:.1} {:.1}l8 8m0-8l-8 8", to_x - 4.0, bottom - 4.0),
        false if end_y <= TOP + HEIGHT => format!("M{to_x:.1} {bottom:.1}{POINT}"),
        false => String::new(),
    };
    Some((format!("M{from_x:.1} {top:.1}L{to_x:.1} {bottom:.1}"), end))
}

fn class_of(sign: Option<Sign>, lost: bool) -> Classes {
    classes!("stroke", sign.map(signs::class), lost.then_some("broken"))
}

fn stroke_mark(chart: &Chart, width: f64, stroke: &Stroke) -> Option<Html> {
    let (line, end) = paths(chart, width, stroke)?;
    Some(html! {
        <g key={stroke.id.0} class={class_of(stroke.sign, stroke.lost)}><path d={line} /><path class="end" d={end} /></g>
    })
}

fn dot_mark(chart: &Chart, width: f64, dot: &Dot, dispatch: &Callback<Order>) -> Option<Html> {
    let (x, y) = (x_of(chart, dot.node, width)?, y_of(chart, dot.time));
    let (id, (hollow, path)) = (dot.id, sign(dot.kind));
    Some(html! {
        <g
            key={id.0}
            class={classes!("dot", dot.kind.name())}
            transform={format!("translate({x:.1} {y:.1})")}
            data-record={id.0.to_string()}
            onclick={dispatch.reform(move |_: MouseEvent| Order::Pick(id))}
        >
            <title>{dot.text.clone()}</title>
            <circle class="reach" r="9" />
            <path class={classes!(hollow.then_some("hollow"))} d={format!("M0 0{path}")} />
        </g>
    })
}

/// All messages of one look in one part, and all events of one kind.
#[component]
fn Merged(props: &DrawnProps) -> Html {
    let (chart, width) = (&*props.chart, props.width);
    let mut strokes: BTreeMap<(bool, &str), (Classes, String, String)> = BTreeMap::new();
    for stroke in &chart.strokes {
        let Some((line, end)) = paths(chart, width, stroke) else { continue };
        let look = (stroke.lost, stroke.sign.map_or("", signs::class));
        let all = strokes
            .entry(look)
            .or_insert_with(|| (class_of(stroke.sign, stroke.lost), String::new(), String::new()));
        all.1 += &line;
        all.2 += &end;
    }
    let mut dots: BTreeMap<&str, (bool, String)> = BTreeMap::new();
    for dot in &chart.dots {
        let Some(x) = x_of(chart, dot.node, width) else { continue };
        let (hollow, path) = sign(dot.kind);
        let all = dots.entry(dot.kind.name()).or_insert((hollow, String::new()));
        all.1 += &format!("M{x:.1} {:.1}{path}", y_of(chart, dot.time));
    }
    let ground = use_node_ref();
    let onclick = {
        let (chart, ground) = (props.chart.clone(), ground.clone());
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(point) = point_of(&ground, width, &event) else { return };
            if let Some(dot) = nearest(&chart, width, point) {
                dispatch.emit(Order::Pick(dot.id));
            }
        })
    };
    html! {
        <g {onclick}>
            <rect ref={ground} class="reach" width={width.to_string()} height={size(width).1.to_string()} />
            <g class="strokes" aria-hidden="true">
                { for strokes.into_iter().map(|((lost, sign), (class, line, end))| html! {
                    <g key={format!("{sign}{lost}")} {class}><path d={line} /><path class="end" d={end} /></g>
                }) }
            </g>
            <g class="dots" aria-hidden="true">
                { for dots.into_iter().map(|(kind, (hollow, path))| html! {
                    <g key={kind} class={classes!("dot", kind)}><path class={classes!(hollow.then_some("hollow"))} d={path} /></g>
                }) }
            </g>
        </g>
    }
}

/// The point of the picture that was pressed. `ground` fills the picture.
fn point_of(ground: &NodeRef, width: f64, event: &MouseEvent) -> Option<Point> {
    let rect = ground.cast::<Element>()?.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let place = (x - rect.left(), y - rect.top());
    Some(geometry::point_behind(size(width), (rect.width(), rect.height()), place))
}

/// The event next to a point, if one is near.
fn nearest(chart: &Chart, width: f64, point: Point) -> Option<&Dot> {
    let far = |dot: &Dot| {
        let x = x_of(chart, dot.node, width)?;
        Some((x - point.x).hypot(y_of(chart, dot.time) - point.y))
    };
    let near = chart.dots.iter().filter_map(|dot| Some((far(dot)?, dot)));
    let near = near.filter(|(far, _)| *far <= NEAR);
    near.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, dot)| dot)
}

/// A point, as the end of a path that has come to its middle.
const POINT: &str = "m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0z";

/// A sign for each sort of event, told apart by shape: whether it is hollow, and its outline in
/// the same form.
fn sign(kind: EventKind) -> (bool, &'static str) {
    match kind {
        EventKind::Lead => (false, "m0-8l7 5l-3 9h-8l-3-9z"),
        EventKind::StepDown => (true, "m0-8l7 5l-3 9h-8l-3-9z"),
        EventKind::Vote => (false, "m-4.500-4.500h9v9h-9z"),
        EventKind::Refuse => (true, "m-4.500-4.500h9v9h-9zl9 9"),
        EventKind::Candidate => (true, "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z"),
        EventKind::Suspect => (false, "m0-6l6 11h-12z"),
        EventKind::Crash => (true, "m-6-6l12 12m0-12l-12 12"),
        EventKind::Restart | EventKind::Resume | EventKind::Boot => (false, "m-4-5l9 5l-9 5z"),
        EventKind::Pause => (true, "m-3-5v10m6-10v10"),
        EventKind::Cut | EventKind::Heal | EventKind::Link => (true, "m-6 0h12m-6 0v-6"),
        EventKind::WriteRefused => (true, "m-5-5h10v10h-10zm0 10l10-10"),
        EventKind::WriteAccepted => (true, "m-5-5h10v10h-10zm2 5l2 3l5-7"),
        _ => (false, POINT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::bench::Bench;
    use crate::session::{Command, REAL_TIME};
    use election_engine::scenario::Scenario;

    #[test]
    fn pressing_near_an_event_finds_it_and_far_from_all_finds_none() {
        let scenario = Scenario::parse(r#"{"version": 1, "protocol": {"raft": {}}}"#).unwrap();
        let mut bench = Bench::new(scenario, REAL_TIME);
        bench.apply(Order::Stage(Command::Seek(SimTime::from_ms(900)))).unwrap();
        let chart = Chart::of(&bench);
        let dot = &chart.dots[chart.dots.len() / 2];
        let place = |dot: &Dot| (x_of(&chart, dot.node, WIDE).unwrap(), y_of(&chart, dot.time));
        let (x, y) = place(dot);
        let found = nearest(&chart, WIDE, Point { x: x + 2.0, y }).unwrap();
        assert_eq!(place(found), (x, y));
        assert_eq!(nearest(&chart, WIDE, Point { x: 0.0, y: 0.0 }), None);
    }
}
