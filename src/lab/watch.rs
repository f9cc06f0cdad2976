//! Claims that do not hold, each with the two events that make it.

use super::order::Order;
use super::view::Violations;
use crate::hooks::use_focus_kept;
use crate::stage::frame::LogLine;
use crate::words::seconds;
use election_engine::trace::RecordId;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct WatchProps {
    pub violations: Rc<Violations>,
    pub stops: bool,
    pub dispatch: Callback<Order>,
}

/// The latest violations, and whether one stops the run.
#[component]
pub fn Watch(props: &WatchProps) -> Html {
    let onchange = props.dispatch.reform(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Order::StopAtViolation(input.checked())
    });
    let (place, onfocusin) = use_focus_kept();
    let Violations { told, before, ahead, .. } = &*props.violations;
    html! {
        <div ref={place} {onfocusin} tabindex="-1" class="watch-list">
            <label class="flag"><input type="checkbox" data-testid="stop-at-violation" checked={props.stops} {onchange} />{"Stop at a violation"}</label>
            <div aria-live="polite">
                { for told.iter().rev().map(|told| html! {
                    <div key={told.at.id} class="violation" data-testid="violation" data-check={told.check.name()} data-ahead={told.ahead.to_string()}>
                        <svg class="octagon" viewBox="-12 -12 24 24" aria-hidden="true"><path d="M-5-11H5L11-5V5L5 11H-5L-11 5V-5Z" /></svg>
                        <div>
                            <p>
                                if told.ahead { {"Ahead of the instant in view, at "}{seconds(told.at.time)}{": "} }
                                {told.text.clone()}
                            </p>
                            <p class="buttons">
                                // What contradicts nothing earlier is one event.
                                if told.with.id == told.at.id {
                                    {event("There: ", "violation-at", &told.at, props)}
                                } else {
                                    {event("First: ", "violation-with", &told.with, props)}
                                    {event("Then: ", "violation-at", &told.at, props)}
                                }
                            </p>
                        </div>
                    </div>
                }) }
                if *before > 0 {
                    <p>{format!("And {before} before.")}</p>
                }
                if *ahead > 0 {
                    <p>{format!("And {ahead} ahead.")}</p>
                }
            </div>
        </div>
    }
}

fn event(label: &str, testid: &'static str, line: &LogLine, props: &WatchProps) -> Html {
    let id = RecordId(line.id);
    html! {
        <button type="button" class="button quiet" data-testid={testid} onclick={props.dispatch.reform(move |_: MouseEvent| Order::Pick(id))}>
            {format!("{label}{} {}", seconds(line.time), line.text)}
        </button>
    }
}
