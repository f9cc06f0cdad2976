//! The messages in flight: lose, hurry, double or delay this one.

use super::breaking::action_button;
use crate::hooks::use_focus_kept;
use crate::session::Command;
use crate::words::seconds;
use election_engine::action::{Action, MessageDelay};
use election_engine::ids::NodeId;
use election_engine::snapshot::{Flight, Snapshot};
use election_engine::time::Span;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// How many are listed; the rest are counted.
const LISTED: usize = 24;

#[derive(Properties, PartialEq)]
pub struct MailProps {
    pub snapshot: Rc<Snapshot>,
    pub could: Callback<Action, bool>,
    pub dispatch: Callback<Command>,
}

/// A row a message.
#[component]
pub fn Mail(props: &MailProps) -> Html {
    let delay = use_state_eq(|| 3_u64);
    let oninput = {
        let delay = delay.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Ok(ms) = input.value().parse::<u64>() {
                delay.set(ms.min(600_000));
            }
        })
    };
    let (place, onfocusin) = use_focus_kept();
    let flights = &props.snapshot.flights;
    let store = props.snapshot.store_id();
    html! {
        <fieldset ref={place} {onfocusin} tabindex="-1" class="mail" data-testid="mail" data-count={flights.len().to_string()}>
            <legend>{format!("In flight: {}", flights.len())}</legend>
            <label class="row">{"A delay is"}<input type="number" min="1" data-testid="delay-by" value={delay.to_string()} {oninput} />{"ms"}</label>
            if flights.is_empty() {
                <p class="hint">{"Nothing is on its way at this instant. Step on until something is."}</p>
            } else {
                <div class="scrolls" tabindex="0" role="region" aria-label="Messages in flight">
                    <table>
                        <thead><tr><th scope="col">{"Message"}</th><th scope="col">{"Way"}</th><th scope="col">{"Arrives"}</th><th scope="col">{"What happens to it"}</th></tr></thead>
                        <tbody>{ for flights.iter().take(LISTED).map(|flight| row(props, flight, store, *delay)) }</tbody>
                    </table>
                </div>
                if flights.len() > LISTED {
                    <p class="hint">{format!("And {} more.", flights.len() - LISTED)}</p>
                }
            }
        </fieldset>
    }
}

fn row(props: &MailProps, flight: &Flight, store: NodeId, delay: u64) -> Html {
    let name = |id: NodeId| if id == store { "store".to_owned() } else { id.to_string() };
    let id = flight.id;
    let later = Action::Delay(MessageDelay { message: id, by_ms: Span::new(delay) });
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
                {button("drop", "Lose", Action::Drop(id))}
                {button("deliver", "Now", Action::Deliver(id))}
                {button("double", "Double", Action::Duplicate(id))}
                {button("delay", "Delay", later)}
            </td>
        </tr>
    }
}
