//! What an observer may know of a process, the same for every protocol.

use crate::ids::{NodeId, Token};

/// A process as it can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// What it takes itself for.
    pub role: Role,
    /// Who it believes leads.
    pub believes: Option<NodeId>,
    /// Its term, epoch or ballot: the number that its next write would carry if it led.
    pub number: Token,
    /// Whom it has given its vote of this term.
    pub vote: Option<NodeId>,
    /// Votes or answers in its current candidacy, if it has one.
    pub ballots: Option<Ballots>,
    /// How many heartbeats it has missed, and how many it takes to suspect.
    pub missed: Option<(u32, u32)>,
    /// Its log, if the protocol has one.
    pub log: Option<LogView>,
    /// The rest of its state, for the inspector.
    pub fields: Vec<Field>,
}

/// A log as it can be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogView {
    /// The term of each entry, the oldest first.
    pub terms: Vec<u32>,
    /// How many of them the process knows to be committed.
    pub committed: usize,
}

/// What a process takes itself for. It may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It follows, or waits.
    Follower,
    /// It stands for election.
    Candidate,
    /// It believes that it leads.
    Leader,
    /// It takes no part in elections and keeps what the others agree by: an API server, an
    /// ensemble, a database.
    Service,
}

impl Role {
    /// Lower-case name, as in `data-role`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Follower => "follower",
            Role::Candidate => "candidate",
            Role::Leader => "leader",
            Role::Service => "service",
        }
    }
}

/// The answers that a candidate has collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ballots {
    /// Who said yes.
    pub have: NodeSet,
    /// Who said no.
    pub refused: NodeSet,
    /// How many must say yes.
    pub needed: u32,
}

/// One line of the inspector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Whether it survives a crash.
    pub kept: Kept,
    /// The source's name for it.
    pub name: &'static str,
    /// Its value in words.
    pub value: String,
}

/// Where a piece of state lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// On disk.
    Persistent,
    /// In memory, lost in a crash.
    Volatile,
}

/// A set of nodes, small enough to copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeSet(u128);

impl NodeSet {
    /// No nodes.
    pub const EMPTY: NodeSet = NodeSet(0);

    /// Adds a node; true if it was not in the set.
    pub fn insert(&mut self, node: NodeId) -> bool {
        let before = self.0;
        self.0 |= 1 << node.0;
        self.0 != before
    }

    /// Takes a node out.
    pub fn remove(&mut self, node: NodeId) {
        self.0 &= !(1 << node.0);
    }

    /// Whether a node is in the set.
    pub fn contains(self, node: NodeId) -> bool {
        self.0 >> node.0 & 1 == 1
    }

    /// How many nodes it holds.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether it holds none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its members in the order of ids.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        (0..128).map(NodeId).filter(move |node| self.contains(*node))
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> NodeSet {
        let mut set = NodeSet::EMPTY;
        for node in nodes {
            set.insert(node);
        }
        set
    }
}
