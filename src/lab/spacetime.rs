//! The space-time diagram: processes across, time down, messages between.

use super::chart::{Chart, Kinds, Lens, WINDOWS, neighbour, pages};
use super::drawn::{self, Drawn, LEFT, NARROW, WIDE, x_of, y_of};
use super::order::Order;
use super::search::{Found, search};
use super::workbench::Bound;
use crate::diagram::geometry::{MOST_ON_RING, Shape};
use crate::session::Command;
use crate::stage::frame::LogLine;
use crate::stage::transport::selected_value;
use crate::words::seconds;
use election_engine::ids::NodeId;
use election_engine::time::{SimTime, Span};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement, SubmitEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct SpaceTimeProps {
    pub chart: Rc<Chart>,
    pub lens: Lens,
    pub now: SimTime,
    /// Time passes.
    pub passing: bool,
    pub picked: Option<Rc<LogLine>>,
    pub selected: Option<NodeId>,
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
    let (top, bottom) = (y_of(chart, chart.window.0), y_of(chart, chart.window.1));
    let y = y_of(chart, props.now).clamp(top, bottom);
    let picked =
        props.picked.as_ref().and_then(|line| chart.dots.iter().find(|dot| dot.id.0 == line.id));
    html! {
        <div class="space-time">
            <h3>{"Space and time"}</h3>
            <Looks lens={props.lens.clone()} members={chart.store.0 + 1} dispatch={&props.dispatch} />
            <Search bench={props.bench.clone()} dispatch={&props.dispatch} />
            <svg
                viewBox={format!("0 0 {width} {}", drawn::size(width).1)}
                tabindex="0"
                role="group"
                aria-label="Space-time diagram. Up and down arrow keys walk the events; the table below holds the same."
                data-testid="space-time"
                data-from={chart.window.0.as_ms().to_string()}
                data-to={chart.window.1.as_ms().to_string()}
                {onkeydown}
            >
                <Drawn chart={chart.clone()} {width} passing={props.passing} dispatch={&props.dispatch} />
                <g class="present" aria-hidden="true">
                    if let Some(x) = props.selected.and_then(|member| x_of(chart, member, width)) {
                        <line class="chosen" x1={format!("{x:.1}")} x2={format!("{x:.1}")} y1={format!("{top:.1}")} y2={format!("{bottom:.1}")} />
                    }
                    <line x1={LEFT.to_string()} x2={width.to_string()} y1={format!("{y:.1}")} y2={format!("{y:.1}")} />
                    if let Some(dot) = picked {
                        if let Some(x) = x_of(chart, dot.node, width) {
                            <circle class="picked" cx={format!("{x:.1}")} cy={format!("{:.1}", y_of(chart, dot.time))} r="11" />
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
            let now = bench.run().records();
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
            let found = {
                let bench = bench.0.borrow();
                search(bench.run(), bench.branch().farthest(), &text)
            };
            match found {
                Ok(Found::Record(id)) => {
                    answer.set(None);
                    dispatch.emit(Order::Pick(id));
                }
                Ok(Found::Instant(at)) => {
                    answer.set(Some(format!("At {}.", seconds(at))));
                    dispatch.emit(Order::Stage(Command::Seek(at)));
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
