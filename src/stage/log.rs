//! What happened, the latest first, each with the rule that fired.

use super::frame::History;
use crate::words::{Weight, seconds};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct EventLogProps {
    pub history: Rc<History>,
}

/// The list. Routine is left out unless it is asked for.
#[component]
pub fn EventLog(props: &EventLogProps) -> Html {
    let all = use_state_eq(|| false);
    let ontoggle = {
        let all = all.clone();
        Callback::from(move |_: Event| all.set(!*all))
    };
    html! {
        <div class="panel event-log">
            <div class="panel-head">
                <h3>{"What happened"}</h3>
                <label><input type="checkbox" checked={*all} onchange={ontoggle} />{" heartbeats too"}</label>
            </div>
            <ol data-testid="event-log" tabindex="0" aria-label="Events, the latest first" reversed={true}>
                { for props.history.latest(*all).map(|line| html! {
                    <li key={line.id} class={(line.weight == Weight::Loud).then_some("loud")}>
                        <time>{seconds(line.time)}</time>
                        <span>
                            {line.text.clone()}
                            if let Some((rule, id)) = line.rule {
                                <small class="rule" data-rule={id}>{rule}</small>
                            }
                        </span>
                    </li>
                }) }
            </ol>
        </div>
    }
}
