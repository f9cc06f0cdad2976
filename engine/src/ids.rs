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

/// Where a log ends: the term of its last entry, and how many entries it has.
///
/// Raft §5.4.1: of two logs the one with the later last term is more up to date; if the terms
/// are the same, the longer one. That is the order of this type. ZooKeeper's zxid, an epoch
/// followed by a counter, has the same shape and the same order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct LogEnd {
    /// The term of the last entry; 0 for an empty log.
    pub term: u32,
    /// How many entries the log has.
    pub index: u32,
}

impl LogEnd {
    /// Both in one number, in the same order: the term in the upper half.
    pub fn packed(self) -> Token {
        Token(u64::from(self.term) << 32 | u64::from(self.index))
    }

    /// The two halves of a packed number.
    pub fn unpacked(number: Token) -> LogEnd {
        LogEnd { term: (number.0 >> 32) as u32, index: number.0 as u32 }
    }
}

impl fmt::Display for LogEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries, the last of term {}", self.index, self.term)
    }
}
