//! What the members of a replica set say to each other, and the timers that they keep.

use crate::ids::{LogEnd, Token};
use crate::protocol::{Label, MessageKind, Sign};
use crate::protocols::declare::timers;
use crate::protocols::history::History;

/// A message, with the term of its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// The latest term that the sender knows.
    pub term: u32,
    /// What it says.
    pub says: Says,
}

/// What a member is and has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Status {
    /// Whether it is the primary of its term.
    pub is_primary: bool,
    /// Where its oplog ends.
    pub end: LogEnd,
    /// How many of the entries it knows to be on a majority.
    pub committed: u32,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Says {
    /// I am there; and you?
    Heartbeat(Status),
    /// So am I.
    HeartbeatAnswer(Status),
    /// Vote for me, or would you?
    RequestVotes {
        /// Where the sender's oplog ends.
        end: LogEnd,
        /// It only wants to know.
        dry: bool,
    },
    /// The answer to that.
    Vote {
        /// Whether the sender votes, or would.
        yes: bool,
        /// Whether it was asked what it would do.
        dry: bool,
    },
    /// I have the oplog up to here; send what comes next when you have it.
    Fetch(LogEnd),
    /// This is mine.
    Oplog {
        /// The whole of it.
        oplog: History,
        /// How many of its entries are known to be on a majority.
        committed: u32,
    },
    /// Stand for election at once: I have stepped down.
    StepUp,
}

/// The kinds of messages, in the order of [`label`].
pub const MESSAGES: &[MessageKind] = &[
    MessageKind { name: "HEARTBEAT", sign: Sign::Pulse },
    MessageKind { name: "ALIVE", sign: Sign::Pulse },
    MessageKind { name: "WOULD YOU VOTE?", sign: Sign::Request },
    MessageKind { name: "WOULD VOTE", sign: Sign::Yes },
    MessageKind { name: "WOULD NOT", sign: Sign::No },
    MessageKind { name: "VOTE?", sign: Sign::Request },
    MessageKind { name: "VOTE", sign: Sign::Yes },
    MessageKind { name: "NO VOTE", sign: Sign::No },
    MessageKind { name: "FETCH", sign: Sign::Pulse },
    MessageKind { name: "OPLOG", sign: Sign::Pulse },
    MessageKind { name: "STEP UP", sign: Sign::Request },
];

/// What a message shows from outside.
pub fn label(message: &Message) -> Label {
    let kind = match message.says {
        Says::Heartbeat(_) => 0,
        Says::HeartbeatAnswer(_) => 1,
        Says::RequestVotes { dry: true, .. } => 2,
        Says::Vote { dry: true, yes: true } => 3,
        Says::Vote { dry: true, yes: false } => 4,
        Says::RequestVotes { .. } => 5,
        Says::Vote { yes: true, .. } => 6,
        Says::Vote { .. } => 7,
        Says::Fetch(_) => 8,
        Says::Oplog { .. } => 9,
        Says::StepUp => 10,
    };
    Label { kind, number: Token(u64::from(message.term)) }
}

timers! {
    /// The timers of a member.
    suspicion: Election,
    /// No word of a primary, or no majority of votes.
    Election = "election",
    /// A dry run takes too long.
    Attempt = "attempt",
    /// The next heartbeats.
    Heartbeat = "heartbeat",
    /// A member that is preferred to the primary, or has more than it, takes over.
    Takeover = "takeover",
    /// The primary has heard too few members for too long.
    Liveness = "liveness",
    /// A client writes.
    Write = "write",
    /// What a new primary lacked is there.
    CatchUp = "catch-up",
}
