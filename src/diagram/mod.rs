//! The picture of a cluster: a pure function of a snapshot.

pub mod geometry;
mod links;
mod messages;
mod node;
pub mod signs;
mod store;

use election_engine::ids::NodeId;
use election_engine::snapshot::Snapshot;
use geometry::{Layout, Shape};
use links::{Cuts, Threads};
use messages::Messages;
use node::Node;
use std::rc::Rc;
use store::StoreMark;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DiagramProps {
    /// What is shown.
    pub snapshot: Rc<Snapshot>,
    /// Beside or under.
    pub shape: Shape,
    /// Messages stay where they are, with the way that they take.
    pub still: bool,
    /// The member that is looked at closely.
    pub selected: Option<NodeId>,
    /// A member was chosen.
    pub on_select: Callback<NodeId>,
}

/// The picture.
#[component]
pub fn Diagram(props: &DiagramProps) -> Html {
    let snapshot = &props.snapshot;
    let nodes = snapshot.nodes.len() as u8;
    let layout = Layout::new(nodes, props.shape);
    let (width, height) = layout.size();
    let two_leaders = snapshot.leaders().count() > 1;
    html! {
        <svg
            class={classes!("diagram", two_leaders.then_some("split"), layout.is_compact().then_some("compact"))}
            data-testid="diagram"
            viewBox={format!("0 0 {width} {height}")}
            role="group"
            aria-label="The cluster"
        >
            <signs::Patterns />
            <Cuts layout={layout} cuts={snapshot.cuts.clone()} />
            <Threads layout={layout} snapshot={snapshot.clone()} />
            <StoreMark
                layout={layout}
                store={snapshot.store.clone()}
                status={snapshot.store_status}
                selected={props.selected == Some(snapshot.store_id())}
                on_select={props.on_select.reform({
                    let id = snapshot.store_id();
                    move |()| id
                })}
            />
            // Below the nodes, so that mail which waits at a rim hides no seal.
            <Messages layout={layout} snapshot={snapshot.clone()} still={props.still} />
            { for snapshot.nodes.iter().map(|node| html! {
                <Node
                    key={node.id.0}
                    place={layout.place(node.id)}
                    scale={layout.scale()}
                    node={Rc::new(node.clone())}
                    now={snapshot.at}
                    selected={props.selected == Some(node.id)}
                    on_select={&props.on_select}
                />
            }) }
        </svg>
    }
}

pub use node::describe as describe_node;
pub use store::describe as describe_store;
