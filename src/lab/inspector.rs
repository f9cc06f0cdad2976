//! A node's state, timers and waiting mail.

use crate::diagram::describe_store;
use crate::session::Command;
use crate::words::seconds;
use election_engine::ids::NodeId;
use election_engine::snapshot::{NodeSnapshot, Snapshot};
use election_engine::view::{Field, Kept};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct InspectorProps {
    pub snapshot: Rc<Snapshot>,
    pub selected: Option<NodeId>,
    pub dispatch: Callback<Command>,
}

/// Everything that is known of the chosen node.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    if props.selected == Some(props.snapshot.store_id()) {
        return store(&props.snapshot);
    }
    let Some(node) = props.selected.and_then(|id| props.snapshot.node(id)) else {
        return html! { <p class="hint">{"Choose a node in the picture to see what it keeps on disk, what it only remembers, its timers and what waits for it."}</p> };
    };
    let view = node.view.as_ref();
    let fields = |kept: Kept| {
        view.map_or_else(Vec::new, |view| {
            view.fields.iter().filter(|field| field.kept == kept).cloned().collect::<Vec<Field>>()
        })
    };
    html! {
        <div class="inspector" data-testid="inspector">
            <section><h3>{format!("Node {}: on its disk", node.id)}</h3>{list(&fields(Kept::Persistent), "Nothing: a crash takes all that it knows.")}</section>
            <section><h3>{"In its memory"}</h3>{list(&fields(Kept::Volatile), "Nothing.")}</section>
            <section><h3>{"Its clock and timers"}</h3>{timers(node)}</section>
            <section><h3>{"Its mail"}</h3>{mail(&props.snapshot, node)}</section>
        </div>
    }
}

fn store(snapshot: &Snapshot) -> Html {
    let store = &snapshot.store;
    let content = store.content.map_or_else(
        || "nothing yet".to_owned(),
        |(writer, number)| match number.0 {
            0 => format!("a write of node {writer} without a token"),
            number => format!("a write of node {writer} with token {number}"),
        },
    );
    html! {
        <div class="inspector" data-testid="inspector">
            <section>
                <h3>{"The store"}</h3>
                <p>{describe_store(store, snapshot.store_status)}</p>
                <dl class="fields">
                    <dt>{"it holds"}</dt><dd>{content}</dd>
                    <dt>{"highest token seen"}</dt><dd>{store.highest.to_string()}</dd>
                    <dt>{"writes applied"}</dt><dd>{store.accepted}</dd>
                    <dt>{"writes refused"}</dt><dd>{store.refused}</dd>
                    <dt>{"old writes that got in"}</dt><dd>{snapshot.late_writes}</dd>
                </dl>
            </section>
        </div>
    }
}

fn list(fields: &[Field], none: &'static str) -> Html {
    if fields.is_empty() {
        return html! { <p>{none}</p> };
    }
    html! { <dl class="fields">{ for fields.iter().map(|field| html! { <><dt>{field.name}</dt><dd>{field.value.clone()}</dd></> }) }</dl> }
}

fn timers(node: &NodeSnapshot) -> Html {
    let error = node.clock_error;
    html! {
        <dl class="fields">
            <dt>{"its clock shows"}</dt><dd>{seconds(node.clock)}</dd>
            if let Some(counted) = node.counted {
                <dt>{"it has counted"}</dt><dd>{seconds(counted)}</dd>
            }
            <dt>{"set ahead by, gains"}</dt><dd>{format!("{} ms, {} µs a second", error.skew_ms, error.drift_ppm)}</dd>
            { for node.timers.iter().map(|timer| html! {
                <><dt>{format!("{}{}", timer.name, if timer.is_suspicion { " (suspicion)" } else { "" })}</dt><dd>{format!("set {}, runs out {}", seconds(timer.set_at), seconds(timer.fires_at))}</dd></>
            }) }
        </dl>
    }
}

fn mail(snapshot: &Snapshot, node: &NodeSnapshot) -> Html {
    let coming = snapshot.flights.iter().filter(|flight| flight.to == node.id);
    html! {
        <>
            <p>{format!("{} messages and timers wait for it to go on.", node.waiting)}</p>
            <ul>{ for coming.take(12).map(|flight| html! {
                <li key={flight.id.0}>{format!("{} from {}, due {}", flight.name, flight.from, seconds(flight.due))}</li>
            }) }</ul>
        </>
    }
}
