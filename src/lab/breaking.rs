//! What can be done to clocks, links and leaders, besides what every stage offers.

use super::number::{Number, use_number};
use crate::session::Command;
use crate::stage::transport::selected_value;
use election_engine::action::{Action, ClockChange, LinkChange, Way};
use election_engine::ids::NodeId;
use election_engine::simulation::clock::ClockError;
use election_engine::simulation::network::NetworkConfig;
use election_engine::snapshot::Snapshot;
use election_engine::time::Span;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BreakingProps {
    pub snapshot: Rc<Snapshot>,
    pub selected: Option<NodeId>,
    pub network: NetworkConfig,
    pub could: Callback<Action, bool>,
    pub dispatch: Callback<Command>,
}

/// How far ahead a clock is set.
pub const AHEAD: Number = Number {
    testid: "skew",
    label: "ahead, ms",
    what: "How far ahead, in ms,",
    range: (-86_400_000, 86_400_000),
    first: 500,
};

/// How fast a clock runs.
pub const GAINS: Number = Number {
    testid: "drift",
    label: "gains, µs a second",
    what: "What it gains, in µs a second,",
    range: (*ClockError::DRIFTS_PPM.start(), *ClockError::DRIFTS_PPM.end()),
    first: 50_000,
};

/// How much longer a message takes.
pub const SLOWER: Number = Number {
    testid: "slower",
    label: "slower by, ms",
    what: "How much slower, in ms,",
    range: (0, 60_000),
    first: 200,
};

/// How many messages are lost.
pub const LOST: Number = Number {
    testid: "lossy",
    label: "lost, of 1000",
    what: "How many are lost, of 1000,",
    range: (0, 1000),
    first: 300,
};

/// Clocks and links of the chosen node, elections and transfers.
#[component]
pub fn Breaking(props: &BreakingProps) -> Html {
    let (ahead, gains) = (use_number(&AHEAD), use_number(&GAINS));
    let (slower, lost) = (use_number(&SLOWER), use_number(&LOST));
    let from = use_state_eq(|| NodeId(0));
    let to = use_state_eq(|| NodeId(1));
    let members = props.snapshot.nodes.len() as u8 + 1;
    let store = props.snapshot.store_id();
    let node = props.selected.filter(|node| *node != store).unwrap_or(NodeId(0));
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
    let clock = ahead
        .value
        .zip(gains.value)
        .map(|(skew_ms, drift_ppm)| Action::Clock(ClockChange { node, skew_ms, drift_ppm }));
    let right = Action::Clock(ClockChange { node, skew_ms: 0, drift_ppm: 0 });
    let loss = lost.value.and_then(|permille| u16::try_from(permille).ok());
    let delay = slower.value.and_then(|ms| u64::try_from(ms).ok()).map(Span::new);
    let link = delay.zip(loss).map(|(delay_ms, loss_permille)| {
        Action::Link(LinkChange { from: *from, to: *to, delay_ms, loss_permille })
    });
    let way = Way { from: *from, to: *to };
    let everywhere = loss.map(|loss_permille| {
        Action::Network(NetworkConfig { loss_permille, ..props.network.clone() })
    });
    html! {
        <div class="breaking">
            <fieldset>
                <legend>{format!("The clock of node {node}")}</legend>
                <div class="row">
                    {ahead.html}
                    {gains.html}
                    {button(props, "set-clock", "Set it wrong", clock)}
                    {button(props, "right-clock", "Set it right", Some(right))}
                    {button(props, "campaign", "Ask it to hold an election", Some(Action::Campaign(node)))}
                </div>
            </fieldset>
            <fieldset>
                <legend>{"One direction between two"}</legend>
                <div class="row">
                    {end("from", "way-from", &from)}
                    {end("to", "way-to", &to)}
                    {slower.html}
                    {lost.html}
                    {button(props, "change-link", "Change the link", link)}
                    {button(props, "cut-link", "Cut", Some(Action::Cut(way)))}
                    {button(props, "mend-link", "Mend", Some(Action::Mend(way)))}
                    {button(props, "lose-everywhere", "Lose so many on every link", everywhere)}
                    {button(props, "network-as-set-up", "All links as set up", Some(Action::Network(props.network.clone())))}
                    {button(props, "transfer", "Hand leadership over", Some(Action::Transfer(way)))}
                </div>
                <p class="hint">{"Only a leader can hand over, where the algorithm knows how; in some it only gives up, and nobody chooses who follows."}</p>
            </fieldset>
        </div>
    }
}

fn button(
    props: &BreakingProps,
    testid: &'static str,
    label: &'static str,
    action: Option<Action>,
) -> Html {
    action_button(testid.to_owned(), label, action, &props.could, &props.dispatch)
}

/// A button for an action, greyed where there is none or it would change nothing; it keeps the
/// focus then.
pub fn action_button(
    testid: String,
    label: &'static str,
    action: Option<Action>,
    could: &Callback<Action, bool>,
    dispatch: &Callback<Command>,
) -> Html {
    let action = action.filter(|action| could.emit(action.clone()));
    let enabled = action.is_some();
    let dispatch = dispatch.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(action) = action.clone() {
            dispatch.emit(Command::Act(action));
        }
    });
    html! { <button type="button" class="button" data-testid={testid} aria-disabled={(!enabled).to_string()} {onclick}>{label}</button> }
}
