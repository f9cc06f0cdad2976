//! Who decides who leads.

use crate::ids::NodeId;
use std::ops::Range;

/// The nodes of which more than half decide who leads, by their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Electorate {
    /// All of the configured cluster elect one of themselves.
    Everybody,
    /// Only these, and one of themselves. With what they are called, in the plural.
    Only(Range<u8>, &'static str),
    /// These do not lead: whoever wants to lead asks them. With what they are called; one of
    /// them alone is a service.
    Asked(Range<u8>, &'static str),
    /// Nobody: there is no election.
    Nobody,
}

impl Electorate {
    /// The last node of a cluster, a service that all others ask.
    pub fn service(nodes: u8, name: &'static str) -> Electorate {
        Electorate::Asked(nodes.saturating_sub(1)..nodes, name)
    }

    /// Who decides, in a cluster of so many nodes.
    pub fn members(&self, nodes: u8) -> Range<u8> {
        match self {
            Electorate::Everybody => 0..nodes,
            Electorate::Only(members, _) | Electorate::Asked(members, _) => members.clone(),
            Electorate::Nobody => 0..0,
        }
    }

    /// Whether this node may come to lead, or to direct a change of leaders.
    pub fn stands(&self, node: NodeId) -> bool {
        match self {
            Electorate::Everybody => true,
            Electorate::Only(members, _) => members.contains(&node.0),
            Electorate::Asked(members, _) => !members.contains(&node.0),
            Electorate::Nobody => false,
        }
    }
}
