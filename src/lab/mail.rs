//! The messages in flight: lose, hurry, double or delay this one.

use super::breaking::action_button;
use super::number::{Number, use_number};
use crate::hooks::use_focus_kept;
use crate::session::Command;
use crate::words::seconds;
use election_engine::action::{Action, MessageDelay};
use election_engine::ids::NodeId;
use election_engine::snapshot::{Flight, Snapshot};
use election_engine::time::Span;
use std::rc::Rc;
use yew::prelude::*;

/// How many are listed; the rest are counted.
const LISTED: usize = 24;

/// By how much a message is put off.
pub const DELAY: Number = Number {
    testid: "delay-by",
    label: "delay by, ms",
    what: "The delay, in ms,",
    range: (1, 600_000),
    first: 3,
};

#[derive(Properties, PartialEq)]
pub struct MailProps {
    pub snapshot: Rc<Snapshot>,
    pub could: Callback<Action, bool>,
    pub dispatch: Callback<Command>,
}

/// A row a message.
#[component]
pub fn Mail(props: &MailProps) -> Html {
    let delay = use_number(&DELAY);
    let by = delay.value.and_then(|ms| u64::try_from(ms).ok()).map(Span::new);
    let (place, onfocusin) = use_focus_kept();
    let flights = &props.snapshot.flights;
    let store = props.snapshot.store_id();
    html! {
        <fieldset ref={place} {onfocusin} tabindex="-1" class="mail" data-testid="mail" data-count={flights.len().to_string()}>
            <legend>{format!("In flight: {}", flights.len())}</legend>
            <div class="row">{delay.html}</div>
            if flights.is_empty() {
                <p class="hint">{"Nothing is on its way at this instant. Step on until something is."}</p>
            } else {
                <div class="scrolls" tabindex="0" role="region" aria-label="Messages in flight">
                    <table>
                        <thead><tr><th scope="col">{"Message"}</th><th scope="col">{"Way"}</th><th scope="col">{"Arrives"}</th><th scope="col">{"What happens to it"}</th></tr></thead>
                        <tbody>{ for flights.iter().take(LISTED).map(|flight| row(props, flight, store, by)) }</tbody>
                    </table>
                </div>
                if flights.len() > LISTED {
                    <p class="hint">{format!("And {} more.", flights.len() - LISTED)}</p>
                }
            }
        </fieldset>
    }
}

fn row(props: &MailProps, flight: &Flight, store: NodeId, delay: Option<Span>) -> Html {
    let name = |id: NodeId| if id == store { "store".to_owned() } else { id.to_string() };
    let id = flight.id;
    let later = delay.map(|by_ms| Action::Delay(MessageDelay { message: id, by_ms }));
    let number = if flight.number.0 == 0 { String::new() } else { format!(" {}", flight.number) };
    let button = |what: &str, label, action| {
        action_button(format!("{what}-{id}"), label, action, &props.could, &props.dispatch)
    };
    html! {
        <tr key={id.0} data-testid={format!("flight-{id}")}>
            <th scope="row">{format!("{}{number}", flight.name)}</th>
            <td>{format!("{} → {}", name(flight.from), name(flight.to))}</td>
            <td>{ if flight.lost { "never".to_owned() } else { seconds(flight.at) } }</td>
            <td class="buttons">
                {button("drop", "Lose", Some(Action::Drop(id)))}
                {button("deliver", "Now", Some(Action::Deliver(id)))}
                {button("double", "Double", Some(Action::Duplicate(id)))}
                {button("delay", "Delay", later)}
            </td>
        </tr>
    }
}
