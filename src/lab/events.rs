//! The same events in a table that arrow keys can walk, each with its rule and its source.

use super::chart::{Chart, Dot};
use super::order::Order;
use super::spacetime::walking;
use super::workbench::Bound;
use crate::stage::frame::LogLine;
use crate::words::seconds;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// How many rows there are; the others are reached by walking on.
const ROWS: usize = 120;

/// How many while time passes, when nobody walks.
const ROWS_PASSING: usize = 24;

#[derive(Properties, PartialEq)]
pub struct EventsProps {
    pub chart: Rc<Chart>,
    /// How many of the chart's events have happened.
    pub present: usize,
    /// Time passes.
    pub passing: bool,
    pub picked: Option<Rc<LogLine>>,
    pub bench: Bound,
    pub dispatch: Callback<Order>,
}

/// The table twin of the diagram.
#[component]
pub fn Events(props: &EventsProps) -> Html {
    let place = use_node_ref();
    let dots = &props.chart.dots;
    let picked = props.picked.as_ref().map(|line| line.id);
    // The rows about the present.
    let most = if props.passing { ROWS_PASSING } else { ROWS };
    let first = props.present.saturating_sub(most / 2).min(dots.len().saturating_sub(most));
    let rows: &[Dot] = &dots[first..dots.len().min(first + most)];
    // The row that Tab comes to.
    let reachable = rows.iter().position(|dot| Some(dot.id.0) == picked).unwrap_or(0);
    {
        // The focus goes with what is picked, if it is in the table.
        let place = place.clone();
        use_effect_with(picked, move |picked| {
            let Some(place) = place.cast::<HtmlElement>() else { return };
            let row = picked.and_then(|id| {
                place.query_selector(&format!("[data-record='{id}']")).ok().flatten()
            });
            let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { return };
            // Only the table scrolls, never the page.
            place.set_scroll_top(row.offset_top() - place.client_height() / 2);
            let active = web_sys::window()
                .and_then(|window| window.document())
                .and_then(|document| document.active_element());
            if active.is_some_and(|active: Element| place.contains(Some(&active))) {
                let _ = row.focus();
            }
        });
    }
    let onkeydown =
        walking(&props.bench, props.bench.0.borrow().lens(), &props.picked, &props.dispatch);
    html! {
        <div class="events">
            <h3>{"The same as a table"}</h3>
            <div class="scrolls" ref={place} {onkeydown} tabindex={ if rows.is_empty() { "0" } else { "-1" } } role="region" aria-label="Events">
                <table data-testid="events">
                    <thead><tr><th scope="col">{"When"}</th><th scope="col">{"Who"}</th><th scope="col">{"What"}</th><th scope="col">{"By which rule"}</th></tr></thead>
                    <tbody>
                        { for rows.iter().enumerate().map(|(i, dot)| {
                            let id = dot.id;
                            let is_picked = picked == Some(id.0);
                            html! {
                                <tr
                                    key={id.0}
                                    class={classes!((first + i >= props.present).then_some("ahead"))}
                                    tabindex={ if i == reachable { "0" } else { "-1" } }
                                    aria-current={is_picked.then_some("true")}
                                    data-record={id.0.to_string()}
                                    onclick={props.dispatch.reform(move |_: MouseEvent| Order::Pick(id))}
                                >
                                    <td>{seconds(dot.time)}</td>
                                    <th scope="row">{ if dot.node == props.chart.store { "store".to_owned() } else { dot.node.to_string() } }</th>
                                    <td>{dot.text.clone()}</td>
                                    <td>{rule(dot)}</td>
                                </tr>
                            }
                        }) }
                    </tbody>
                </table>
            </div>
        </div>
    }
}

fn rule(dot: &Dot) -> Html {
    let Some((text, id, source)) = dot.rule else { return html! {} };
    let (entry, place) = source.split_once(' ').unwrap_or((source, "source"));
    html! {
        <>
            <span data-rule={id}>{text}</span>
            if !entry.is_empty() { {" "}<a href={format!("#/sources/{entry}")}>{place}</a> }
        </>
    }
}
