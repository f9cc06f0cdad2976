//! An acceptor: what it has promised, and what it has accepted. It does not know what the values
//! are good for, so whatever decides by Paxos has the same one.

use crate::ids::{NodeId, Token};

/// The ballot of a node in a round: the order of the numbers is that of the pairs.
pub fn ballot(round: u64, node: NodeId) -> Token {
    Token(round * 1000 + u64::from(node.0))
}

/// The round of a ballot.
pub(in crate::protocols) fn round_of(ballot: Token) -> u64 {
    ballot.0 / 1000
}

/// A value that was accepted, and at which ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Accepted<V> {
    /// At this ballot.
    pub ballot: Token,
    /// The value.
    pub value: V,
}

/// What an acceptor must not forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Acceptor<V> {
    /// The highest ballot that it has promised, its own ones included.
    pub promised: Token,
    /// What it has accepted at the highest ballot.
    pub accepted: Option<Accepted<V>>,
}

impl<V> Default for Acceptor<V> {
    fn default() -> Self {
        Acceptor { promised: Token(0), accepted: None }
    }
}

impl<V: Copy + PartialEq> Acceptor<V> {
    /// Promises a ballot that is higher than all before. True if it is.
    pub fn promise(&mut self, ballot: Token) -> bool {
        let is_higher = ballot > self.promised;
        self.promised = self.promised.max(ballot);
        is_higher
    }

    /// Whether no higher ballot was promised.
    pub fn may_accept(&self, ballot: Token) -> bool {
        ballot >= self.promised
    }

    /// Accepts a value, and promises its ballot with it. True if that changes anything.
    pub fn accept(&mut self, ballot: Token, value: V) -> bool {
        let accepted = Some(Accepted { ballot, value });
        self.promised = self.promised.max(ballot);
        std::mem::replace(&mut self.accepted, accepted) != accepted
    }
}

/// Of two accepted values the one with the higher ballot.
pub(in crate::protocols) fn later<V>(
    one: Option<Accepted<V>>,
    other: Option<Accepted<V>>,
) -> Option<Accepted<V>> {
    match (one, other) {
        (Some(a), Some(b)) if a.ballot >= b.ballot => Some(a),
        (a, b) => b.or(a),
    }
}
