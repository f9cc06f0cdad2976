//! What can be done to clocks, links and leaders, besides what every stage offers.

use crate::session::Command;
use crate::stage::transport::selected_value;
use election_engine::action::{Action, ClockChange, LinkChange, Way};
use election_engine::ids::NodeId;
use election_engine::simulation::network::NetworkConfig;
use election_engine::snapshot::Snapshot;
use election_engine::time::Span;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BreakingProps {
    pub snapshot: Rc<Snapshot>,
    pub selected: Option<NodeId>,
    pub network: NetworkConfig,
    pub could: Callback<Action, bool>,
    pub dispatch: Callback<Command>,
}

/// The numbers that are typed in.
#[derive(Clone, Copy, PartialEq)]
struct Numbers {
    skew_ms: i64,
    drift_ppm: i64,
    delay_ms: i64,
    loss_permille: i64,
}

/// Clocks and links of the chosen node, elections and transfers.
#[component]
pub fn Breaking(props: &BreakingProps) -> Html {
    let numbers = use_state(|| Numbers {
        skew_ms: 500,
        drift_ppm: 50_000,
        delay_ms: 200,
        loss_permille: 300,
    });
    let from = use_state_eq(|| NodeId(0));
    let to = use_state_eq(|| NodeId(1));
    let members = props.snapshot.nodes.len() as u8 + 1;
    let store = props.snapshot.store_id();
    let node = props.selected.filter(|node| *node != store).unwrap_or(NodeId(0));
    let of = |name: &'static str, testid: &'static str, value: i64, set: fn(&mut Numbers, i64)| {
        let numbers = numbers.clone();
        let oninput = Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Ok(value) = input.value().parse() {
                let mut next = *numbers;
                set(&mut next, value);
                numbers.set(next);
            }
        });
        html! { <label>{name}<input type="number" data-testid={testid} value={value.to_string()} {oninput} /></label> }
    };
    let end = |name: &'static str, testid: &'static str, state: &UseStateHandle<NodeId>| {
        let now = **state;
        let state = state.clone();
        let onchange = Callback::from(move |event: Event| {
            if let Ok(id) = selected_value(&event).parse() {
                state.set(NodeId(id));
            }
        });
        html! {
            <label>{name}
                <select data-testid={testid} {onchange}>
                    { for NodeId::all(members).map(|id| html! {
                        <option value={id.to_string()} selected={id == now}>{ if id == store { "store".to_owned() } else { id.to_string() } }</option>
                    }) }
                </select>
            </label>
        }
    };
    let positive = |number: i64| u64::try_from(number).unwrap_or(0);
    let clock = ClockChange { node, skew_ms: numbers.skew_ms, drift_ppm: numbers.drift_ppm };
    let right = ClockChange { node, skew_ms: 0, drift_ppm: 0 };
    let link = LinkChange {
        from: *from,
        to: *to,
        delay_ms: Span::new(positive(numbers.delay_ms)),
        loss_permille: positive(numbers.loss_permille).min(1000) as u16,
    };
    let way = Way { from: *from, to: *to };
    let everywhere = NetworkConfig { loss_permille: link.loss_permille, ..props.network.clone() };
    html! {
        <div class="breaking">
            <fieldset>
                <legend>{format!("The clock of node {node}")}</legend>
                <div class="row">
                    {of("ahead, ms", "skew", numbers.skew_ms, |n, v| n.skew_ms = v)}
                    {of("gains, µs a second", "drift", numbers.drift_ppm, |n, v| n.drift_ppm = v)}
                    {button(props, "set-clock", "Set it wrong", Action::Clock(clock))}
                    {button(props, "right-clock", "Set it right", Action::Clock(right))}
                    {button(props, "campaign", "Ask it to hold an election", Action::Campaign(node))}
                </div>
            </fieldset>
            <fieldset>
                <legend>{"One direction between two"}</legend>
                <div class="row">
                    {end("from", "way-from", &from)}
                    {end("to", "way-to", &to)}
                    {of("slower by, ms", "slower", numbers.delay_ms, |n, v| n.delay_ms = v)}
                    {of("lost, of 1000", "lossy", numbers.loss_permille, |n, v| n.loss_permille = v)}
                    {button(props, "change-link", "Change the link", Action::Link(link))}
                    {button(props, "cut-link", "Cut", Action::Cut(way))}
                    {button(props, "mend-link", "Mend", Action::Mend(way))}
                    {button(props, "lose-everywhere", "Lose so many on every link", Action::Network(everywhere))}
                    {button(props, "network-as-set-up", "All links as set up", Action::Network(props.network.clone()))}
                    {button(props, "transfer", "Hand leadership over", Action::Transfer(way))}
                </div>
            </fieldset>
        </div>
    }
}

fn button(
    props: &BreakingProps,
    testid: &'static str,
    label: &'static str,
    action: Action,
) -> Html {
    action_button(testid.to_owned(), label, action, &props.could, &props.dispatch)
}

/// A button for an action, greyed where it would change nothing; it keeps the focus then.
pub fn action_button(
    testid: String,
    label: &'static str,
    action: Action,
    could: &Callback<Action, bool>,
    dispatch: &Callback<Command>,
) -> Html {
    let enabled = could.emit(action.clone());
    let dispatch = dispatch.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if enabled {
            dispatch.emit(Command::Act(action.clone()));
        }
    });
    html! { <button type="button" class="button" data-testid={testid} aria-disabled={(!enabled).to_string()} {onclick}>{label}</button> }
}
