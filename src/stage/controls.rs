//! Breaking the cluster, by pointer and by keyboard alike.

use super::transport::selected_value;
use crate::diagram;
use crate::session::Command;
use election_engine::action::{Action, Way};
use election_engine::ids::NodeId;
use election_engine::simulation::Status;
use election_engine::snapshot::{NodeSnapshot, Snapshot};
use election_engine::store::TokenCheck;
use std::rc::Rc;
use yew::prelude::*;

/// The member that is looked at closely, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    text: String,
    fields: Vec<(&'static str, String)>,
}

/// What there is to say about a member.
pub fn about(snapshot: &Snapshot, selected: Option<NodeId>) -> Option<Rc<About>> {
    let member = selected?;
    let about = match snapshot.node(member) {
        Some(node) => About {
            text: diagram::describe_node(node),
            fields: clock(node)
                .into_iter()
                .chain(node.view.iter().flat_map(|view| {
                    view.fields.iter().map(|field| (field.name, field.value.clone()))
                }))
                .collect(),
        },
        None => About {
            text: diagram::describe_store(&snapshot.store, snapshot.store_status),
            fields: Vec::new(),
        },
    };
    Some(Rc::new(about))
}

/// What its clock says, where what it knows runs out by that clock.
fn clock(node: &NodeSnapshot) -> Option<(&'static str, String)> {
    node.view.as_ref()?;
    let (shown, counted) = (node.clock, node.counted?);
    let text = match shown == counted {
        true => format!("has counted {counted}"),
        false => format!("has counted {counted}, and shows {shown}"),
    };
    Some(("its clock", text))
}

#[derive(Properties, PartialEq)]
pub struct ControlsProps {
    /// Of each node, and of the store at the end.
    pub statuses: Vec<Status>,
    pub cuts: Vec<(NodeId, NodeId)>,
    pub check: TokenCheck,
    pub selected: Option<NodeId>,
    pub about: Option<Rc<About>>,
    pub dispatch: Callback<Command>,
}

/// The panel for the chosen member, and one for the network.
#[component]
pub fn Controls(props: &ControlsProps) -> Html {
    html! {
        <div class="panel controls">
            <div class="panel-head"><h3>{"Break it"}</h3></div>
            <Members count={props.statuses.len()} selected={props.selected} dispatch={&props.dispatch} />
            { match props.selected {
                Some(member) => member_panel(props, member),
                None => html! { <p class="hint">{"Choose a node here or in the picture, then stop it or cut it off."}</p> },
            } }
            <Network key={props.statuses.len()} nodes={props.statuses.len() as u8 - 1} any_cut={!props.cuts.is_empty()} dispatch={&props.dispatch} />
            {store_check(props)}
        </div>
    }
}

/// The name of one of `count` members, of whom the store is the last.
fn name(count: usize, member: NodeId) -> String {
    if member.index() + 1 == count { "store".to_owned() } else { member.to_string() }
}

#[derive(Properties, PartialEq)]
struct MembersProps {
    count: usize,
    selected: Option<NodeId>,
    dispatch: Callback<Command>,
}

/// A chip for each member.
#[component]
fn Members(props: &MembersProps) -> Html {
    html! {
        <div class="chips" role="group" aria-label="Whom to look at">
            { for (0..props.count).map(NodeId::from_index).map(|member| {
                let chosen = props.selected == Some(member);
                let next = (!chosen).then_some(member);
                html! {
                    <button
                        key={member.0}
                        type="button"
                        class="chip"
                        aria-pressed={chosen.to_string()}
                        data-testid={format!("choose-{}", name(props.count, member))}
                        onclick={props.dispatch.reform(move |_: MouseEvent| Command::Select(next))}
                    >{name(props.count, member)}</button>
                }
            }) }
        </div>
    }
}

fn member_panel(props: &ControlsProps, member: NodeId) -> Html {
    let status = props.statuses[member.index()];
    let actions = [
        ("crash", "Crash", Action::Crash(member), status != Status::Crashed),
        ("restart", "Restart", Action::Restart(member), status == Status::Crashed),
        (
            "restart-without-disk",
            "Restart, disk lost",
            Action::RestartWithoutDisk(member),
            status == Status::Crashed,
        ),
        ("pause", "Pause", Action::Pause(member), status == Status::Running),
        ("resume", "Resume", Action::Resume(member), status == Status::Paused),
    ];
    let is_node = member.index() + 1 < props.statuses.len();
    html! {
        <div class="member">
            if let Some(about) = &props.about {
                <p class="about">{about.text.clone()}</p>
                if !about.fields.is_empty() {
                    <dl class="fields">
                        { for about.fields.iter().map(|(name, value)| html! { <><dt>{*name}</dt><dd>{value.clone()}</dd></> }) }
                    </dl>
                }
            }
            <div class="buttons" role="group" aria-label="What happens to it">
                { for actions.into_iter().filter(|(_, _, action, _)| is_node || !matches!(action, Action::RestartWithoutDisk(_))).map(|(id, label, action, enabled)| html! {
                    <ActionButton key={id} testid={format!("action-{id}")} {label} {action} {enabled} dispatch={&props.dispatch} />
                }) }
            </div>
            <Links count={props.statuses.len()} {member} cuts={props.cuts.clone()} dispatch={&props.dispatch} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct LinksProps {
    count: usize,
    member: NodeId,
    cuts: Vec<(NodeId, NodeId)>,
    dispatch: Callback<Command>,
}

/// A member's links, both directions of each.
#[component]
fn Links(props: &LinksProps) -> Html {
    let LinksProps { count, member, .. } = *props;
    html! {
        <table class="links">
            <caption>{"Its links"}</caption>
            <tbody>
                { for (0..count).map(NodeId::from_index).filter(|other| *other != member).map(|other| html! {
                    <tr key={other.0}>
                        <th scope="row">{name(count, other)}</th>
                        <td>{link_button(props, member, other)}</td>
                        <td>{link_button(props, other, member)}</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

fn link_button(props: &LinksProps, from: NodeId, to: NodeId) -> Html {
    let cut = props.cuts.contains(&(from, to));
    let way = Way { from, to };
    let action = if cut { Action::Mend(way) } else { Action::Cut(way) };
    let label = format!("{} → {}", name(props.count, from), name(props.count, to));
    let state = if cut { "cut" } else { "open" };
    html! {
        <button
            type="button"
            class="link-toggle"
            aria-pressed={cut.to_string()}
            data-testid={format!("link-{}-{}", name(props.count, from), name(props.count, to))}
            onclick={props.dispatch.reform(move |_: MouseEvent| Command::Act(action.clone()))}
        >{label}<small>{state}</small></button>
    }
}

#[derive(Properties, PartialEq)]
struct ActionButtonProps {
    testid: AttrValue,
    label: AttrValue,
    action: Action,
    enabled: bool,
    dispatch: Callback<Command>,
}

/// Greyed where it would change nothing; it keeps the focus then.
#[component]
fn ActionButton(props: &ActionButtonProps) -> Html {
    let onclick = {
        let (enabled, action, dispatch) =
            (props.enabled, props.action.clone(), props.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            if enabled {
                dispatch.emit(Command::Act(action.clone()));
            }
        })
    };
    html! {
        <button type="button" class="button" data-testid={props.testid.clone()} aria-disabled={(!props.enabled).to_string()} {onclick}>{props.label.clone()}</button>
    }
}

#[derive(Properties, PartialEq)]
struct NetworkProps {
    nodes: u8,
    any_cut: bool,
    dispatch: Callback<Command>,
}

/// Splits the cluster in two. Everyone keeps the store.
#[component]
fn Network(props: &NetworkProps) -> Html {
    let nodes = props.nodes;
    let side = use_state(|| (0..nodes).map(|node| node <= nodes / 2).collect::<Vec<bool>>());
    let groups = || {
        let of = |which: bool| {
            NodeId::all(nodes).filter(|node| side[node.index()] == which).collect::<Vec<_>>()
        };
        vec![of(true), of(false)]
    };
    let split = groups().iter().all(|group| !group.is_empty());
    html! {
        <fieldset class="network">
            <legend>{"Cut the cluster in two"}</legend>
            <div class="chips">
                { for (0..nodes).map(|node| {
                    let onchange = {
                        let side = side.clone();
                        Callback::from(move |_: Event| {
                            let mut next = (*side).clone();
                            next[usize::from(node)] = !next[usize::from(node)];
                            side.set(next);
                        })
                    };
                    let checked = side[usize::from(node)];
                    html! {
                        <label key={node} class="chip">
                            <input type="checkbox" {checked} {onchange} data-testid={format!("side-{node}")} />
                            {node}
                        </label>
                    }
                }) }
            </div>
            <p class="hint">{"Ticked on one side, the rest on the other. Everyone still reaches the store."}</p>
            <div class="buttons">
                <ActionButton testid="partition" label="Cut between the sides" action={Action::Partition(groups())} enabled={split} dispatch={&props.dispatch} />
                <ActionButton testid="heal" label="Heal all links" action={Action::Heal} enabled={props.any_cut} dispatch={&props.dispatch} />
            </div>
        </fieldset>
    }
}

/// What the store can do with a token: its name in hooks, and what it means.
const CHECKS: [(TokenCheck, &str, &str); 3] = [
    (TokenCheck::Highest, "highest", "refuses less than the highest seen"),
    (TokenCheck::Equal, "equal", "accepts only the registered token"),
    (TokenCheck::Off, "off", "off: accepts everything"),
];

/// The check that was chosen from a list of them.
pub fn chosen(event: &Event) -> TokenCheck {
    let value = selected_value(event);
    let found = CHECKS.iter().find(|(_, name, _)| *name == value);
    found.map_or(TokenCheck::Highest, |(check, ..)| *check)
}

/// The entries of a list of checks.
pub fn checks(now: TokenCheck) -> Html {
    CHECKS
        .iter()
        .map(|(check, value, text)| {
            html! { <option key={*value} value={*value} selected={*check == now}>{*text}</option> }
        })
        .collect()
}

fn store_check(props: &ControlsProps) -> Html {
    let onchange =
        props.dispatch.reform(|event: Event| Command::Act(Action::StoreCheck(chosen(&event))));
    html! {
        <label class="store-check">
            {"The store's check "}
            <select data-testid="store-check" {onchange}>
                {checks(props.check)}
            </select>
        </label>
    }
}
