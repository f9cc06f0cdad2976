//! Jumping through time: to the next leader change, or until something happens.

use super::order::{Condition, Order, Side};
use super::past::Mark;
use crate::stage::transport::selected_value;
use election_engine::ids::NodeId;
use election_engine::predicate::EventPattern;
use election_engine::trace::EventKind;
use yew::prelude::*;

/// The kinds of events that a run can be played on to.
pub const KINDS: [EventKind; 14] = [
    EventKind::Suspect,
    EventKind::Candidate,
    EventKind::Vote,
    EventKind::Refuse,
    EventKind::Lead,
    EventKind::StepDown,
    EventKind::Believe,
    EventKind::Send,
    EventKind::Deliver,
    EventKind::Lost,
    EventKind::Timer,
    EventKind::Persist,
    EventKind::WriteAccepted,
    EventKind::WriteRefused,
];

/// A pattern of a kind, anywhere or at a node.
pub fn pattern(kind: EventKind, node: Option<NodeId>) -> EventPattern {
    EventPattern { kind, node, peer: None, message: None, number: None, rule: None }
}

#[derive(Properties, PartialEq)]
pub struct TimePanelProps {
    pub nodes: u8,
    pub dispatch: Callback<Order>,
}

/// Buttons for marks, and a form for conditions.
#[component]
pub fn TimePanel(props: &TimePanelProps) -> Html {
    let leader = use_state_eq(|| NodeId(0));
    let kind = use_state_eq(|| EventKind::Vote);
    let at = use_state_eq(|| None::<NodeId>);
    let jump = |mark: Mark, side: Side| {
        let (word, sign) = match side {
            Side::Before => ("previous", "‹"),
            Side::After => ("next", "›"),
        };
        let label = match side {
            Side::Before => format!("{sign} {}", mark.name()),
            Side::After => format!("{} {sign}", mark.name()),
        };
        html! {
            <button
                type="button"
                class="button"
                aria-label={format!("{word} {}", mark.name())}
                data-testid={format!("{word}-{}", mark.id())}
                onclick={props.dispatch.reform(move |_: MouseEvent| Order::Jump(mark, side))}
            >{label}</button>
        }
    };
    let until = |testid: &'static str, label: &'static str, condition: Condition| {
        html! {
            <button type="button" class="button" data-testid={testid} onclick={props.dispatch.reform(move |_: MouseEvent| Order::Until(condition.clone()))}>{label}</button>
        }
    };
    let onleader = {
        let leader = leader.clone();
        Callback::from(move |event: Event| {
            leader.set(NodeId(selected_value(&event).parse().unwrap_or(0)));
        })
    };
    let onkind = {
        let kind = kind.clone();
        Callback::from(move |event: Event| {
            let name = selected_value(&event);
            kind.set(KINDS.into_iter().find(|kind| kind.name() == name).unwrap_or(EventKind::Vote));
        })
    };
    let onat = {
        let at = at.clone();
        Callback::from(move |event: Event| at.set(selected_value(&event).parse().ok().map(NodeId)))
    };
    html! {
        <div class="time-panel">
            <fieldset>
                <legend>{"Jump"}</legend>
                { for Mark::ALL.iter().map(|mark| html! {
                    <div key={mark.id()} class="row">{jump(*mark, Side::Before)}{jump(*mark, Side::After)}</div>
                }) }
            </fieldset>
            <fieldset>
                <legend>{"Play on until"}</legend>
                <div class="row">
                    {until("until-leader-changes", "the leader changes", Condition::LeaderChanges)}
                    {until("until-violation", "a claim does not hold", Condition::Violation)}
                </div>
                <div class="row">
                    <label>{"node"}
                        <select data-testid="until-node" onchange={onleader}>
                            { for NodeId::all(props.nodes).map(|id| html! { <option value={id.to_string()} selected={id == *leader}>{id.0}</option> }) }
                        </select>
                    </label>
                    {until("until-leads", "leads", Condition::Leads(*leader))}
                </div>
                <div class="row">
                    <label>{"event"}
                        <select data-testid="until-kind" onchange={onkind}>
                            { for KINDS.into_iter().map(|other| html! { <option value={other.name()} selected={other == *kind}>{other.name()}</option> }) }
                        </select>
                    </label>
                    <label>{"at"}
                        <select data-testid="until-at" onchange={onat}>
                            <option value="" selected={at.is_none()}>{"anyone"}</option>
                            { for NodeId::all(props.nodes + 1).map(|id| html! {
                                <option value={id.to_string()} selected={Some(id) == *at}>{ if id.0 == props.nodes { "store".to_owned() } else { format!("node {id}") } }</option>
                            }) }
                        </select>
                    </label>
                    {until("until-event", "happens", Condition::Event(pattern(*kind, *at)))}
                </div>
            </fieldset>
        </div>
    }
}
