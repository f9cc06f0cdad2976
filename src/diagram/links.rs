//! What lies between members: threads of belief, and cuts.

use super::geometry::Layout;
use election_engine::ids::NodeId;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ThreadsProps {
    pub layout: Layout,
    /// Who believes in whom.
    pub beliefs: Vec<(NodeId, NodeId)>,
}

/// A thread from each node to the one that it believes leads.
#[component]
pub fn Threads(props: &ThreadsProps) -> Html {
    let thread = |(from, to): &(NodeId, NodeId)| {
        let (a, b) = props.layout.line(*from, *to);
        format!("M{:.1} {:.1}L{:.1} {:.1}", a.x, a.y, b.x, b.y)
    };
    // One part for all of them: most of them change together, when somebody else leads.
    let threads = props.beliefs.iter().map(thread).collect::<String>();
    html! { <path class="threads" aria-hidden="true" d={threads} /> }
}

#[derive(Properties, PartialEq)]
pub struct CutsProps {
    pub layout: Layout,
    pub cuts: Vec<(NodeId, NodeId)>,
}

/// A gap with two bars for each pair that is cut; one bar if only one direction is.
#[component]
pub fn Cuts(props: &CutsProps) -> Html {
    html! {
        <g class="cuts" aria-hidden="true">
            { for props.cuts.iter().map(|(from, to)| {
                let (a, b) = props.layout.line(*from, *to);
                let angle = (b.y - a.y).atan2(b.x - a.x).to_degrees();
                // Each direction has its bar on the sender's side of the middle.
                let (x, y) = (a.x + (b.x - a.x) * 0.47, a.y + (b.y - a.y) * 0.47);
                html! {
                    <g key={format!("{from}-{to}")}>
                        <line
                            class="wire"
                            x1={format!("{:.1}", a.x)}
                            y1={format!("{:.1}", a.y)}
                            x2={format!("{x:.1}")}
                            y2={format!("{y:.1}")}
                        />
                        <path class="bar" transform={format!("translate({x:.1} {y:.1}) rotate({angle:.1})")} d="M0-11V11" />
                    </g>
                }
            }) }
        </g>
    }
}
