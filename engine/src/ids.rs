//! Names for the things that must never be mixed up.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A process of the cluster, counted from 0. The protected store has the id that follows the
/// last node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u8);

impl NodeId {
    /// The id as an index into per-node vectors.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The id of the node at an index. Clusters are limited to [`crate::scenario::MAX_NODES`].
    pub fn from_index(index: usize) -> NodeId {
        NodeId(u8::try_from(index).expect("a cluster has at most 255 members"))
    }

    /// All ids of a cluster of `count` nodes, in order.
    pub fn all(count: u8) -> impl DoubleEndedIterator<Item = NodeId> {
        (0..count).map(NodeId)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One message on its way. Unique within a run; duplicates get ids of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub u32);

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number that a leader attaches to its writes and that the store compares.
///
/// Raft's term, ZooKeeper's epoch and Bully's epoch all serve as one.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Token(pub u64);

impl Token {
    /// The number after this one.
    pub fn next(self) -> Token {
        Token(self.0 + 1)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
