//! The space-time diagram: processes across, time down, messages between.

use super::chart::{Chart, Kinds, Lens, Stretch, Stroke, WINDOWS, neighbour, pages};
use super::order::Order;
use super::search::Query;
use super::workbench::Bound;
use crate::diagram::geometry::{MOST_ON_RING, Shape};
use crate::diagram::signs;
use crate::session::Command;
use crate::stage::frame::LogLine;
use crate::stage::transport::selected_value;
use crate::words::seconds;
use election_engine::ids::{NodeId, Token};
use election_engine::time::{SimTime, Span};
use election_engine::trace::{EventKind, RecordId};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement, SubmitEvent};
use yew::prelude::*;

/// Width of the picture, beside much room and on a phone.
const WIDE: f64 = 760.0;
const NARROW: f64 = 380.0;

/// Height of the window of time.
const HEIGHT: f64 = 520.0;

/// Room for the names, and for the times at the left.
const TOP: f64 = 34.0;
const LEFT: f64 = 66.0;

#[derive(Properties, PartialEq)]
pub struct SpaceTimeProps {
    pub chart: Rc<Chart>,
    pub lens: Lens,
    pub now: SimTime,
    pub picked: Option<Rc<LogLine>>,
    pub shape: Shape,
    pub bench: Bound,
    pub dispatch: Callback<Order>,
}

/// The diagram with what can be chosen about it.
#[component]
pub fn SpaceTime(props: &SpaceTimeProps) -> Html {
    let chart = &props.chart;
    let width = if props.shape == Shape::Wide { WIDE } else { NARROW };
    let onkeydown = walking(&props.bench, &props.lens, &props.picked, &props.dispatch);
    let y = TOP + HEIGHT * chart.share(props.now).clamp(0.0, 1.0);
    let picked =
        props.picked.as_ref().and_then(|line| chart.dots.iter().find(|dot| dot.id.0 == line.id));
    html! {
        <div class="space-time">
            <h3>{"Space and time"}</h3>
            <Looks lens={props.lens.clone()} members={chart.store.0 + 1} dispatch={&props.dispatch} />
            <Search bench={props.bench.clone()} dispatch={&props.dispatch} />
            <svg
                viewBox={format!("0 0 {width} {}", TOP + HEIGHT + 10.0)}
                tabindex="0"
                role="group"
                aria-label="Space-time diagram. Up and down arrow keys walk the events; the table below holds the same."
                data-testid="space-time"
                data-from={chart.window.0.as_ms().to_string()}
                data-to={chart.window.1.as_ms().to_string()}
                {onkeydown}
            >
                <Drawn chart={chart.clone()} {width} dispatch={&props.dispatch} />
                <g class="present" aria-hidden="true">
                    <line x1={LEFT.to_string()} x2={width.to_string()} y1={format!("{y:.1}")} y2={format!("{y:.1}")} />
                    if let Some(dot) = picked {
                        if let Some(x) = x_of(chart, dot.node, width) {
                            <circle class="picked" cx={format!("{x:.1}")} cy={format!("{:.1}", TOP + HEIGHT * chart.share(dot.time))} r="11" />
                        }
                    }
                </g>
            </svg>
            <p class="picked-text" aria-live="polite" data-testid="picked" data-record={props.picked.as_ref().map_or_else(String::new, |line| line.id.to_string())}>
                if let Some(line) = &props.picked {
                    <b>{seconds(line.time)}</b>{" "}{line.text.clone()}
                    if let Some((rule, _)) = line.rule { {" "}<span class="rule">{rule}</span> }
                } else {
                    {"Press an event, or walk with the arrow keys."}
                }
            </p>
            if chart.left_out > 0 {
                <p class="hint">{format!("{} events of this window are left out. Zoom in or show fewer kinds.", chart.left_out)}</p>
            }
        </div>
    }
}

/// Arrow keys that walk from event to event.
pub fn walking(
    bench: &Bound,
    lens: &Lens,
    picked: &Option<Rc<LogLine>>,
    dispatch: &Callback<Order>,
) -> Callback<KeyboardEvent> {
    let (bench, lens, dispatch) = (bench.clone(), lens.clone(), dispatch.clone());
    let picked = picked.as_ref().map(|line| line.id as usize);
    Callback::from(move |event: KeyboardEvent| {
        let back = match event.key().as_str() {
            "ArrowUp" | "ArrowLeft" => true,
            "ArrowDown" | "ArrowRight" => false,
            _ => return,
        };
        event.prevent_default();
        let found = {
            let bench = bench.0.borrow();
            let now = bench.run().records().len();
            // The last record of the past is next to nothing that is picked.
            let from = picked.unwrap_or(if back { now } else { now.saturating_sub(1) });
            neighbour(bench.run(), &lens, from, back)
        };
        match found {
            Some(id) => dispatch.emit(Order::Pick(id)),
            None if !back => dispatch.emit(Order::Stage(Command::StepForward)),
            None => {}
        }
    })
}

fn x_of(chart: &Chart, member: NodeId, width: f64) -> Option<f64> {
    let columns = chart.members.len().max(1) as f64;
    chart.column(member).map(|column| LEFT + (width - LEFT) * (column as f64 + 0.5) / columns)
}

#[derive(Properties, PartialEq)]
struct DrawnProps {
    chart: Rc<Chart>,
    width: f64,
    dispatch: Callback<Order>,
}

/// What does not change while time passes within the window.
#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let (chart, width) = (&*props.chart, props.width);
    let every = chart.members.len().div_ceil((width / 24.0) as usize);
    let y = |time: SimTime| TOP + HEIGHT * chart.share(time);
    html! {
        <>
            <g class="columns" aria-hidden="true">
                { for chart.members.iter().enumerate().filter_map(|(i, member)| Some((i, member, x_of(chart, *member, width)?))).map(|(i, member, x)| html! {
                    <g key={member.0}>
                        <line x1={format!("{x:.1}")} x2={format!("{x:.1}")} y1={TOP.to_string()} y2={(TOP + HEIGHT).to_string()} />
                        if i % every == 0 {
                            <text x={format!("{x:.1}")} y="20">{ if *member == chart.store { "store".to_owned() } else { member.to_string() } }</text>
                        }
                    </g>
                }) }
            </g>
            <g class="columns" aria-hidden="true">
                { for times(chart).into_iter().map(|time| html! {
                    <text key={time.0} class="time" x={(LEFT - 12.0).to_string()} y={format!("{:.1}", y(time) + 4.0)}>{seconds(time)}</text>
                }) }
            </g>
            <g class="stretches" aria-hidden="true">{ for chart.stretches.iter().enumerate().filter_map(|(i, stretch)| stretch_mark(chart, width, i, stretch)) }</g>
            <g class="strokes" aria-hidden="true">{ for chart.strokes.iter().filter_map(|stroke| stroke_mark(chart, width, stroke)) }</g>
            <g class="dots">
                { for chart.dots.iter().filter_map(|dot| {
                    let x = x_of(chart, dot.node, width)?;
                    let id = dot.id;
                    Some(html! {
                        <g
                            key={id.0}
                            class={classes!("dot", dot.kind.name())}
                            transform={format!("translate({x:.1} {:.1})", y(dot.time))}
                            data-record={id.0.to_string()}
                            onclick={props.dispatch.reform(move |_: MouseEvent| Order::Pick(id))}
                        ><title>{dot.text.clone()}</title><circle class="reach" r="9" />{sign(dot.kind)}</g>
                    })
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
    let (from, to) =
        (TOP + HEIGHT * chart.share(stretch.span.0), TOP + HEIGHT * chart.share(stretch.span.1));
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

fn stroke_mark(chart: &Chart, width: f64, stroke: &Stroke) -> Option<Html> {
    let (x1, x2) = (x_of(chart, stroke.from.0, width)?, x_of(chart, stroke.to.0, width)?);
    let (y1, y2) =
        (TOP + HEIGHT * chart.share(stroke.from.1), TOP + HEIGHT * chart.share(stroke.to.1));
    // What leaves the window is cut off at its edges.
    let at =
        |y: f64| if (y2 - y1).abs() < 0.01 { x2 } else { x1 + (x2 - x1) * (y - y1) / (y2 - y1) };
    // A lost message breaks off half way.
    let (end_x, end_y) = if stroke.lost { (x1 + (x2 - x1) * 0.55, y2) } else { (x2, y2) };
    let (top, bottom) = (y1.max(TOP), end_y.min(TOP + HEIGHT));
    let (from_x, to_x) = if stroke.lost { (x1, end_x) } else { (at(top), at(bottom)) };
    let class = classes!("stroke", stroke.sign.map(signs::class), stroke.lost.then_some("broken"),);
    Some(html! {
        <g key={stroke.id.0} {class}>
            <line x1={format!("{from_x:.1}")} y1={format!("{top:.1}")} x2={format!("{to_x:.1}")} y2={format!("{bottom:.1}")} />
            if stroke.lost {
                <path d={format!("M{:.1} {:.1}l8 8m0-8l-8 8", to_x - 4.0, bottom - 4.0)} />
            } else if end_y <= TOP + HEIGHT {
                <circle cx={format!("{to_x:.1}")} cy={format!("{bottom:.1}")} r="2.5" />
            }
        </g>
    })
}

/// A sign for each sort of event, told apart by shape.
fn sign(kind: EventKind) -> Html {
    match kind {
        EventKind::Lead => html! { <path d="M0-8L7-3L4 6H-4L-7-3Z" /> },
        EventKind::StepDown => html! { <path class="hollow" d="M0-8L7-3L4 6H-4L-7-3Z" /> },
        EventKind::Vote => html! { <rect x="-4.500" y="-4.500" width="9" height="9" /> },
        EventKind::Refuse => {
            html! { <path class="hollow" d="M-4.500-4.500H4.500V4.500H-4.500ZM-4.500-4.500L4.500 4.500" /> }
        }
        EventKind::Candidate => html! { <circle class="hollow" r="6" /> },
        EventKind::Suspect => html! { <path d="M0-6L6 5H-6Z" /> },
        EventKind::Crash => html! { <path class="hollow" d="M-6-6L6 6M6-6L-6 6" /> },
        EventKind::Restart | EventKind::Resume | EventKind::Boot => {
            html! { <path d="M-4-5L5 0L-4 5Z" /> }
        }
        EventKind::Pause => html! { <path class="hollow" d="M-3-5V5M3-5V5" /> },
        EventKind::Cut | EventKind::Heal | EventKind::Link => {
            html! { <path class="hollow" d="M-6 0H6M0-6V6" /> }
        }
        EventKind::WriteRefused => html! { <path class="hollow" d="M-5-5H5V5H-5ZM-5 5L5-5" /> },
        EventKind::WriteAccepted => {
            html! { <path class="hollow" d="M-5-5H5V5H-5ZM-3 0L-1 3L4-3" /> }
        }
        _ => html! { <circle r="2.5" /> },
    }
}

#[derive(Properties, PartialEq)]
struct LooksProps {
    lens: Lens,
    members: u8,
    dispatch: Callback<Order>,
}

/// Zoom, kinds and members.
#[component]
fn Looks(props: &LooksProps) -> Html {
    let lens = &props.lens;
    let look = |lens: Lens| props.dispatch.reform(move |_: MouseEvent| Order::Look(lens.clone()));
    let now = lens.window.as_micros() / 1000;
    let onkinds = {
        let lens = lens.clone();
        props.dispatch.reform(move |event: Event| {
            let name = selected_value(&event);
            let found = Kinds::ALL.iter().find(|(_, other)| *other == name);
            Order::Look(Lens {
                kinds: found.map_or(Kinds::All, |(kinds, _)| *kinds),
                ..lens.clone()
            })
        })
    };
    let onwindow = {
        let lens = lens.clone();
        props.dispatch.reform(move |event: Event| {
            let ms = selected_value(&event).parse().unwrap_or(1000);
            Order::Look(Lens { window: Span::new(ms), ..lens.clone() })
        })
    };
    // A list that somebody chose from follows no attribute any more.
    let page = use_node_ref();
    let in_sight = NodeId::all(props.members).find(|node| !lens.hidden.contains(*node));
    {
        let page = page.clone();
        use_effect_with(in_sight, move |first| {
            if let (Some(list), Some(first)) = (page.cast::<HtmlSelectElement>(), first) {
                list.set_value(&first.to_string());
            }
        });
    }
    let onpage = {
        let (lens, nodes) = (lens.clone(), props.members - 1);
        props.dispatch.reform(move |event: Event| {
            let first = NodeId(selected_value(&event).parse().unwrap_or(0));
            Order::Look(lens.clone().showing(first, nodes))
        })
    };
    html! {
        <div class="row looks-of-chart">
            <button type="button" class="button" data-testid="zoom-in" aria-disabled={(now == WINDOWS[0]).to_string()} onclick={look(lens.zoomed(true))}>{"Closer"}</button>
            <label>{"Window"}
                <select data-testid="window" onchange={onwindow}>
                    { for WINDOWS.iter().map(|window| html! { <option value={window.to_string()} selected={*window == now}>{Span::new(*window).to_string()}</option> }) }
                </select>
            </label>
            <button type="button" class="button" data-testid="zoom-out" aria-disabled={(now == WINDOWS[WINDOWS.len() - 1]).to_string()} onclick={look(lens.zoomed(false))}>{"Farther"}</button>
            <label>{"Show"}
                <select data-testid="kinds" onchange={onkinds}>
                    { for Kinds::ALL.iter().map(|(kinds, name)| html! { <option value={*name} selected={*kinds == lens.kinds}>{*name}</option> }) }
                </select>
            </label>
            if props.members > MOST_ON_RING + 1 {
                <label>{"Nodes"}
                    <select ref={page} data-testid="page" onchange={onpage}>
                        { for pages(props.members - 1).map(|page| {
                            let shown = !lens.hidden.contains(NodeId(page.start));
                            html! { <option value={page.start.to_string()} selected={shown}>{format!("{} to {}", page.start, page.end - 1)}</option> }
                        }) }
                    </select>
                </label>
            } else {
                <div class="chips" role="group" aria-label="Whose events">
                    { for NodeId::all(props.members).map(|member| {
                        let shown = !lens.hidden.contains(member);
                        let mut next = lens.clone();
                        if shown { next.hidden.insert(member); } else { next.hidden.remove(member); }
                        let name = if member.0 + 1 == props.members { "store".to_owned() } else { member.to_string() };
                        html! { <button key={member.0} type="button" class="chip" aria-pressed={shown.to_string()} data-testid={format!("show-{name}")} onclick={look(next)}>{name}</button> }
                    }) }
                </div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SearchProps {
    bench: Bound,
    dispatch: Callback<Order>,
}

/// A line of words that finds an event.
#[component]
fn Search(props: &SearchProps) -> Html {
    let answer = use_state_eq(|| None::<String>);
    let field = use_node_ref();
    let onsubmit = {
        let (bench, dispatch) = (props.bench.clone(), props.dispatch.clone());
        let (answer, field) = (answer.setter(), field.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(text) = field.cast::<HtmlInputElement>().map(|field| field.value()) else {
                return;
            };
            let found = search(&bench, &text);
            match found {
                Ok(id) => {
                    answer.set(None);
                    dispatch.emit(Order::Pick(id));
                }
                Err(sentence) => answer.set(Some(sentence)),
            }
        })
    };
    html! {
        <form class="row search" role="search" {onsubmit}>
            <label>{"Find"}<input ref={field} type="text" data-testid="search" placeholder="first time node 2 voted" /></label>
            <button type="submit" class="button" data-testid="find">{"Find"}</button>
            <span aria-live="polite" data-testid="search-answer">{ (*answer).clone().unwrap_or_default() }</span>
        </form>
    }
}

fn search(bench: &Bound, text: &str) -> Result<RecordId, String> {
    let bench = bench.0.borrow();
    let run = bench.run();
    let query = Query::parse(text, NodeId(run.scenario().cluster.nodes))?;
    let now = run.records().len();
    if let Some(id) = query.find(run, now) {
        return Ok(id);
    }
    Err(match query.looks_ahead() && bench.branch().farthest() < run.end() {
        true => format!(
            "Not up to {}, as far as this branch was played. Play on and look again.",
            seconds(bench.branch().farthest())
        ),
        false => "Nothing fits in this branch.".to_owned(),
    })
}
