//! A node: what it takes itself for, whom it believes, how much of its patience is left.

use super::digits;
use super::geometry::{NODE, Point};
use super::signs;
use crate::keys::activates;
use election_engine::ids::NodeId;
use election_engine::simulation::Status;
use election_engine::snapshot::{NodeSnapshot, Snapshot};
use election_engine::view::Role;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties)]
pub struct NodeProps {
    pub place: Point,
    pub scale: f64,
    pub snapshot: Rc<Snapshot>,
    pub id: NodeId,
    /// One of so many that only the outline, the rim and the number can be seen.
    pub compact: bool,
    pub selected: bool,
    pub on_select: Callback<NodeId>,
}

impl NodeProps {
    fn node(&self) -> &NodeSnapshot {
        &self.snapshot.nodes[self.id.index()]
    }

    /// How much of its patience is left, of 100, as finely as it can be seen.
    fn patience(&self) -> Option<f64> {
        let timer = self.node().timers.iter().find(|timer| timer.is_suspicion)?;
        let whole = timer.fires_at.since(timer.set_at).as_micros().max(1);
        let left = timer.fires_at.since(self.snapshot.at).as_micros().min(whole);
        let share = 100.0 * left as f64 / whole as f64;
        Some(if self.compact {
            (share / 20.0).ceil() * 20.0
        } else {
            (share * 10.0).round() / 10.0
        })
    }
}

/// Drawn again only when something about it looks different.
impl PartialEq for NodeProps {
    fn eq(&self, other: &NodeProps) -> bool {
        let (node, before) = (self.node(), other.node());
        let same_view = match (&node.view, &before.view) {
            (Some(view), Some(before)) => {
                (view.role, view.believes, view.number, view.vote, view.ballots, view.missed)
                    == (
                        before.role,
                        before.believes,
                        before.number,
                        before.vote,
                        before.ballots,
                        before.missed,
                    )
                    && (self.compact || view.log == before.log)
            }
            (view, before) => view.is_none() && before.is_none(),
        };
        same_view
            && (self.place, self.scale, self.id, self.compact, self.selected, node.status)
                == (
                    other.place,
                    other.scale,
                    other.id,
                    other.compact,
                    other.selected,
                    before.status,
                )
            && self.on_select == other.on_select
            && self.patience() == other.patience()
    }
}

/// A node that can be chosen by pointer and by keyboard.
#[component]
pub fn Node(props: &NodeProps) -> Html {
    let node = props.node();
    let id = node.id;
    let role = node.view.as_ref().map_or(Role::Follower, |view| view.role);
    let token = node.view.as_ref().map_or(0, |view| view.number.0);
    let believes = node.view.as_ref().and_then(|view| view.believes);
    let onclick = props.on_select.reform(move |_: MouseEvent| id);
    let onkeydown = {
        let on_select = props.on_select.clone();
        Callback::from(move |event: KeyboardEvent| {
            if activates(&event) {
                on_select.emit(id);
            }
        })
    };
    let missing =
        node.view.as_ref().and_then(|view| view.missed).is_some_and(|(missed, _)| missed > 0);
    let class = classes!(
        "node",
        role.name(),
        node.status.name(),
        props.selected.then_some("selected"),
        missing.then_some("missing"),
    );
    html! {
        <g
            {class}
            transform={match props.scale {
                1.0 => format!("translate({:.1} {:.1})", props.place.x, props.place.y),
                scale => format!("translate({:.1} {:.1}) scale({scale:.2})", props.place.x, props.place.y),
            }}
        >
            <g
                role="button"
                tabindex="0"
                aria-pressed={props.selected.to_string()}
                aria-label={describe(node)}
                data-testid={format!("node-{id}")}
                data-role={role.name()}
                data-alive={(node.status != Status::Crashed).to_string()}
                data-status={node.status.name()}
                data-token={token.to_string()}
                data-believes={believes.map_or_else(|| "none".to_owned(), |leader| leader.to_string())}
                {onclick}
                {onkeydown}
            >
                {outline("halo", NODE + 9.0, role)}
                {outline("body", NODE, role)}
            </g>
            // What the label of the button says in words.
            <g class="face" aria-hidden="true">
                if node.status == Status::Crashed {
                    <circle class="hatched" r={NODE.to_string()} fill="url(#hatch)" />
                    <path class="struck" d="M-24 24L24-24" />
                }
                if role != Role::Service {
                    {rim(props.patience())}
                }
                <text class="id" dy="0.36em">{id.0}</text>
                if !props.compact {
                    {misses(node)}
                    {term(node)}
                    {ballots(node)}
                    {log(node)}
                }
                if role == Role::Leader {
                    {signs::seal(24.0, -24.0, node.view.as_ref().map_or_else(Default::default, |view| view.number))}
                }
                if node.status == Status::Paused {
                    {signs::hourglass(-28.0, -24.0)}
                }
            </g>
        </g>
    }
}

/// Nodes are round; services have corners.
fn outline(class: &'static str, reach: f64, role: Role) -> Html {
    if role == Role::Service {
        let (from, size) = ((-reach).to_string(), (2.0 * reach).to_string());
        return html! { <rect {class} x={from.clone()} y={from} width={size.clone()} height={size} rx="12" /> };
    }
    html! { <circle {class} r={reach.to_string()} /> }
}

/// The rim: whole while all is well, running down as silence grows, dashed in a candidacy.
fn rim(patience: Option<f64>) -> Html {
    let left = patience.unwrap_or(100.0);
    let radius = NODE + 5.0;
    // A circle that begins at the top.
    let circle = format!(
        "M0-{radius}a{radius} {radius} 0 0 1 0 {0}a{radius} {radius} 0 0 1 0-{0}",
        2.0 * radius
    );
    html! { <path class="rim" d={circle} pathLength="100" stroke-dasharray={format!("{left:.1} 100")} /> }
}

/// One mark for each heartbeat that may be missed, filled when it is.
fn misses(node: &NodeSnapshot) -> Html {
    let Some(view) = &node.view else { return html! {} };
    let Some((missed, most)) = view.missed else { return html! {} };
    let first = -6.0 * (f64::from(most) - 1.0);
    // Where a ballot stands inside the node, they stand below it.
    let y = if view.vote.is_some() { NODE + 16.0 } else { 22.0 };
    html! {
        <g class="misses" transform={format!("translate({first:.1} {y})")}>
            { for (0..most.min(9)).map(|i| html! {
                <circle class={classes!((i < missed).then_some("missed"))} cx={(12 * i).to_string()} r="3.4" />
            }) }
        </g>
    }
}

/// The term or the ballot, where votes are counted, and beside it the vote of that term.
fn term(node: &NodeSnapshot) -> Html {
    let Some(view) = node.view.as_ref().filter(|view| view.log.is_some() || view.vote.is_some())
    else {
        return html! {};
    };
    let letter = if view.log.is_some() { 't' } else { 'b' };
    html! {
        <>
            <text class="term" y="23">{format!("{letter}{}", view.number)}</text>
            if let Some(choice) = view.vote {
                <g class="vote">
                    <rect x="-36" y="16" width="18" height="18" />
                    <path class="digits" d={digits::path(u64::from(choice.0), -27.0, 25.0)} />
                </g>
            }
        </>
    }
}

/// A candidate's ballots: filled for yes, struck for no, empty while awaited.
fn ballots(node: &NodeSnapshot) -> Html {
    let Some(ballots) = node.view.as_ref().and_then(|view| view.ballots) else { return html! {} };
    let refused = ballots.refused.len();
    let shown = ballots.needed.max(ballots.have.len() + refused).min(7);
    let first = -5.0 * (f64::from(shown) - 1.0);
    html! {
        <g class="ballots" transform={format!("translate({first:.1} -20)")}>
            { for (0..shown).map(|i| {
                let x = 10 * i;
                let is_refusal = i >= shown - refused.min(shown);
                html! {
                    <>
                        <rect class={classes!((i < ballots.have.len()).then_some("have"))} x={format!("{}", f64::from(x) - 4.0)} y="-4" width="8" height="8" />
                        if is_refusal { <path d={format!("M{} -4l8 8", f64::from(x) - 4.0)} /> }
                    </>
                }
            }) }
        </g>
    }
}

/// The end of the log: a square an entry, filled once it is committed.
fn log(node: &NodeSnapshot) -> Html {
    const SHOWN: usize = 6;
    let Some(log) = node.view.as_ref().and_then(|view| view.log.as_ref()) else { return html! {} };
    let hidden = log.terms.len().saturating_sub(SHOWN);
    let shown = &log.terms[hidden..];
    let committed = log.committed.saturating_sub(hidden).min(shown.len());
    let (left, top) = (-7.0 * shown.len() as f64, NODE + 13.0);
    let x = |i: usize| left + 14.0 * i as f64;
    // One part for all squares of a kind: every entry of every log changes when a run is scrubbed.
    let squares = |places: Range<usize>| {
        places.map(|i| format!("M{} {top}h12v13h-12z", x(i))).collect::<String>()
    };
    let terms = shown
        .iter()
        .enumerate()
        .map(|(i, term)| digits::path(u64::from(*term), x(i) + 6.0, top + 6.5));
    html! {
        <g class="log">
            <path d={squares(committed..shown.len())} />
            <path class="committed" d={squares(0..committed)} />
            <path class="digits" d={terms.collect::<String>()} />
        </g>
    }
}

/// The node in words.
pub fn describe(node: &NodeSnapshot) -> String {
    let id = node.id;
    let Some(view) = &node.view else { return format!("Node {id}, crashed") };
    let paused = if node.status == Status::Paused { ", paused" } else { "" };
    let belief = match (view.role, view.believes) {
        (Role::Leader, _) if view.number.0 == 0 => "leads, without a token".to_owned(),
        (Role::Leader, _) => format!("leads with token {}", view.number),
        (Role::Service, _) => "a service".to_owned(),
        (Role::Candidate, _) => "stands for election".to_owned(),
        (Role::Follower, Some(leader)) => format!("follows node {leader}"),
        (Role::Follower, None) => "knows of no leader".to_owned(),
    };
    let missed = match view.missed {
        Some((missed, most)) if missed > 0 => format!(", {missed} of {most} heartbeats missed"),
        _ => String::new(),
    };
    let votes = view.ballots.map_or_else(String::new, |ballots| {
        format!(", {} of {} votes", ballots.have.len(), ballots.needed)
    });
    format!("Node {id}{paused}, {belief}{missed}{votes}")
}
