//! What KRaft's voters say to each other, and the timers that they keep.

use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::{Label, MessageKind, Sign};
use crate::protocols::declare::timers;

/// A message, with the epoch of its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// The sender's epoch.
    pub epoch: u32,
    /// What it says.
    pub ask: Ask,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Vote for me; my log ends here.
    Vote(LogEnd),
    /// Whether the sender does.
    Voted {
        /// It does.
        granted: bool,
        /// Whom it knows to lead the epoch.
        leader: Option<NodeId>,
    },
    /// I lead this epoch.
    Begin,
    /// I lead no longer; you are at this place among my successors, of so many.
    End {
        /// Counted from 0.
        place: u8,
        /// How many.
        of: u8,
    },
    /// What follows on this in your log?
    Fetch(LogEnd),
    /// This follows.
    Records {
        /// On what.
        base: LogEnd,
        /// Of which epoch the entries are, and how many.
        batch: (u32, u32),
        /// How many entries are committed.
        high: u32,
    },
    /// My log parts from yours.
    Diverging {
        /// Where you say that yours ends.
        base: LogEnd,
        /// Where mine ends in the epoch of your last entry, or in the one before.
        at: LogEnd,
    },
    /// Your epoch is old. This is who leads mine, if the sender knows.
    Fenced(Option<NodeId>),
}

/// The kinds of messages, in the order of [`label`].
pub const MESSAGES: &[MessageKind] = &[
    MessageKind { name: "VOTE?", sign: Sign::Request },
    MessageKind { name: "VOTE", sign: Sign::Yes },
    MessageKind { name: "NO VOTE", sign: Sign::No },
    MessageKind { name: "BEGIN QUORUM EPOCH", sign: Sign::Announcement },
    MessageKind { name: "END QUORUM EPOCH", sign: Sign::Announcement },
    MessageKind { name: "FETCH", sign: Sign::Pulse },
    MessageKind { name: "RECORDS", sign: Sign::Pulse },
    MessageKind { name: "DIVERGING EPOCH", sign: Sign::No },
    MessageKind { name: "FENCED LEADER EPOCH", sign: Sign::No },
];

/// What a message shows from outside.
pub fn label(message: &Message) -> Label {
    let kind = match message.ask {
        Ask::Vote(_) => 0,
        Ask::Voted { granted: true, .. } => 1,
        Ask::Voted { .. } => 2,
        Ask::Begin => 3,
        Ask::End { .. } => 4,
        Ask::Fetch(_) => 5,
        Ask::Records { .. } => 6,
        Ask::Diverging { .. } => 7,
        Ask::Fenced(_) => 8,
    };
    Label { kind, number: Token(u64::from(message.epoch)) }
}

timers! {
    /// The timers of a voter.
    suspicion: Silence,
    /// A follower has fetched in vain for too long.
    Silence = "fetch timeout",
    /// No leader is known, or no majority has voted.
    Election = "election",
    /// A candidate stands again.
    Backoff = "backoff",
    /// A follower fetches again.
    Fetch = "fetch",
    /// The leader says again that it leads.
    Begin = "heartbeat",
    /// The leader appends an entry.
    Write = "work",
    /// No majority has fetched from the leader for too long.
    Quorum = "quorum",
}
