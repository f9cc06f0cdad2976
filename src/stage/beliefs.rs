//! Who each node believes leads, in a table: the picture for those who read it. Where there are
//! too many nodes for a row each, those of one mind share a row.

use crate::diagram::geometry::MOST_ON_RING;
use crate::words::ranges;
use election_engine::ids::NodeId;
use election_engine::simulation::Status;
use election_engine::snapshot::{NodeSnapshot, Snapshot};
use election_engine::view::Role;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BeliefsProps {
    pub snapshot: Rc<Snapshot>,
}

/// A row for each node, and what the store has seen.
#[component]
pub fn Beliefs(props: &BeliefsProps) -> Html {
    let mut rows: Vec<Row> = Vec::new();
    let compact = props.snapshot.nodes.len() > usize::from(MOST_ON_RING);
    for row in props.snapshot.nodes.iter().map(Row::of) {
        match rows.iter_mut().find(|other| compact && other.mind() == row.mind()) {
            Some(same) => same.ids.extend(row.ids),
            None => rows.push(row),
        }
    }
    let store = &props.snapshot.store;
    let store = (store.highest.0, store.accepted, store.refused, props.snapshot.late_writes);
    html! { <Table rows={Rc::new(rows)} {store} /> }
}

#[derive(Clone, PartialEq)]
struct Row {
    ids: Vec<NodeId>,
    state: &'static str,
    role: &'static str,
    believes: String,
    token: u64,
}

impl Row {
    fn of(node: &NodeSnapshot) -> Row {
        let view = node.view.as_ref();
        Row {
            ids: vec![node.id],
            state: match node.status {
                Status::Running => "runs",
                Status::Paused => "paused",
                Status::Crashed => "crashed",
            },
            role: match view.map(|view| view.role) {
                Some(Role::Leader) => "leader",
                Some(Role::Service) => "service",
                Some(Role::Candidate) => "candidate",
                Some(Role::Follower) => "follower",
                None => "–",
            },
            believes: view
                .and_then(|view| view.believes)
                .map_or_else(|| "nobody".to_owned(), |leader| format!("node {leader}")),
            token: view.map_or(0, |view| view.number.0),
        }
    }

    /// Everything but who it is.
    fn mind(&self) -> (&str, &str, &str, u64) {
        (self.state, self.role, &self.believes, self.token)
    }
}

#[derive(Properties, PartialEq)]
struct TableProps {
    rows: Rc<Vec<Row>>,
    store: (u64, u32, u32, usize),
}

/// Drawn again only when a belief changes.
#[component]
fn Table(props: &TableProps) -> Html {
    let (highest, accepted, refused, stale) = props.store;
    html! {
        <div class="beliefs">
            <table>
                <caption>{"Who leads? Ask each node."}</caption>
                <thead>
                    <tr><th scope="col">{"Node"}</th><th scope="col">{"State"}</th><th scope="col">{"Role"}</th><th scope="col">{"Believes in"}</th><th scope="col">{"Token"}</th></tr>
                </thead>
                <tbody>
                    { for props.rows.iter().map(|row| html! {
                        <tr key={row.ids[0].0} class={row.role}>
                            <th scope="row">{ranges(&row.ids)}</th>
                            <td>{row.state}</td>
                            <td>{row.role}</td>
                            <td>{row.believes.clone()}</td>
                            <td>{row.token}</td>
                        </tr>
                    }) }
                </tbody>
            </table>
            <dl class="store-facts" data-testid="store" data-highest={highest.to_string()} data-accepted={accepted.to_string()} data-refused={refused.to_string()}>
                <dt>{"Highest token at the store"}</dt><dd>{highest}</dd>
                <dt>{"Writes accepted"}</dt><dd>{accepted}</dd>
                <dt>{"Writes refused"}</dt><dd>{refused}</dd>
                if stale > 0 {
                    <dt class="damage">{"Old writes that got in"}</dt><dd class="damage">{stale}</dd>
                }
            </dl>
        </div>
    }
}
