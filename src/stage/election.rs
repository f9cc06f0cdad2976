//! What just happened and by which rule, and how far the latest election has come.

use super::frame::History;
use crate::session::Command;
use crate::words::seconds;
use election_engine::trace::Stage;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ElectionProps {
    pub history: Rc<History>,
    pub dispatch: Callback<Command>,
}

/// A caption for the latest event, and the five stages that every election has.
#[component]
pub fn Election(props: &ElectionProps) -> Html {
    let latest = &props.history.election;
    html! {
        <div class="election">
            <p class="now" data-testid="now">
                if let Some(line) = props.history.now() {
                    <b>{line.text.clone()}</b>
                    if let Some((rule, id)) = line.rule {
                        {" "}<span data-rule={id}>{rule}</span>
                    }
                }
            </p>
            <ol class="stages" aria-label="The latest election">
                { for Stage::ALL.iter().map(|stage| {
                    let reached = latest.iter().find(|(_, reached)| reached == stage).map(|(time, _)| *time);
                    html! {
                        <li key={stage.name()} class={classes!("stage-mark", stage.name(), reached.is_some().then_some("reached"))}>
                            if let Some(time) = reached {
                                <button
                                    type="button"
                                    data-testid={format!("stage-{}", stage.name())}
                                    onclick={props.dispatch.reform(move |_: MouseEvent| Command::Seek(time))}
                                >{stage.name()}<small>{seconds(time)}</small></button>
                            } else {
                                <span>{stage.name()}</span>
                            }
                        </li>
                    }
                }) }
            </ol>
        </div>
    }
}
