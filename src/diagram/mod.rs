//! The picture of a cluster: a pure function of a snapshot.

mod crowd;
mod cut_line;
mod digits;
pub mod geometry;
mod links;
mod messages;
mod node;
pub mod signs;
mod store;

use cut_line::{CutLine, use_cut_line};
use election_engine::action::Way;
use election_engine::ids::NodeId;
use election_engine::snapshot::{NodeSnapshot, Snapshot};
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
    /// A line was drawn across links. Without it there is no such line.
    #[prop_or_default]
    pub on_cut: Option<Callback<Vec<Way>>>,
    /// A finger draws such a line instead of scrolling the page.
    #[prop_or_default]
    pub armed: bool,
}

/// The picture.
#[component]
pub fn Diagram(props: &DiagramProps) -> Html {
    let snapshot = &props.snapshot;
    let nodes = snapshot.nodes.len() as u8;
    let layout = Layout::new(nodes, props.shape);
    let (width, height) = layout.size();
    let CutLine { svg, press, move_on, release, abandon, preview } =
        use_cut_line(layout, props.armed, &props.on_cut);
    let two_leaders = snapshot.leaders().count() > 1;
    html! {
        <svg
            class={classes!("diagram", two_leaders.then_some("split"), layout.is_compact().then_some("compact"), props.armed.then_some("armed"))}
            ref={svg}
            data-testid="diagram"
            viewBox={format!("0 0 {width} {height}")}
            role="group"
            aria-label="The cluster"
            onpointerdown={press}
            onpointermove={move_on}
            onpointerup={release}
            onpointercancel={abandon}
        >
            <signs::Patterns />
            <Cuts layout={layout} cuts={snapshot.cuts.clone()} />
            <Threads layout={layout} beliefs={beliefs(snapshot)} />
            <StoreMark
                layout={layout}
                store={snapshot.store.clone()}
                damaged={snapshot.late_writes > 0}
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
                    snapshot={snapshot.clone()}
                    id={node.id}
                    compact={layout.is_compact()}
                    selected={props.selected == Some(node.id)}
                    on_select={&props.on_select}
                />
            }) }
            {preview}
        </svg>
    }
}

/// Each node that believes in another, with that other.
fn beliefs(snapshot: &Snapshot) -> Vec<(NodeId, NodeId)> {
    let belief = |node: &NodeSnapshot| Some((node.id, node.view.as_ref()?.believes?));
    snapshot.nodes.iter().filter_map(belief).filter(|(node, leader)| node != leader).collect()
}

pub use node::describe as describe_node;
pub use store::describe as describe_store;
