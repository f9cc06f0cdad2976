//! What Raft's nodes say to each other, and the timers that they keep.

use crate::ids::{LogEnd, Token};
use crate::protocol::{Label, MessageKind, Sign};
use crate::protocols::declare::timers;

/// A message, with the term of its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// The sender's term; for [`Ask::PreVote`] and a yes to it, the term that would be taken.
    pub term: u32,
    /// What it says.
    pub ask: Ask,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Would you vote for me in this term?
    PreVote {
        /// Where the sender's log ends.
        last: LogEnd,
    },
    /// Whether the sender would.
    PreVoted(bool),
    /// Vote for me.
    Vote {
        /// Where the sender's log ends.
        last: LogEnd,
        /// The leader itself asked the sender to take over.
        by_transfer: bool,
    },
    /// Whether the sender did.
    Voted(bool),
    /// I lead (AppendEntries).
    Append {
        /// Where the log ends to which the entry is to be added.
        previous: LogEnd,
        /// The term of the entry; nothing in a heartbeat.
        entry: Option<u32>,
        /// How many entries the sender knows to be committed.
        committed: u8,
    },
    /// The sender has the leader's log up to this index.
    Appended(u8),
    /// The sender does not have an entry of that term at this index, or its term is higher.
    Mismatch(u8),
    /// Hold an election at once.
    TimeoutNow,
}

/// The kinds of messages, in the order of [`label`].
pub const MESSAGES: &[MessageKind] = &[
    MessageKind { name: "PREVOTE", sign: Sign::Request },
    MessageKind { name: "WOULD-VOTE", sign: Sign::Yes },
    MessageKind { name: "WOULD-NOT", sign: Sign::No },
    MessageKind { name: "REQUESTVOTE", sign: Sign::Request },
    MessageKind { name: "VOTE", sign: Sign::Yes },
    MessageKind { name: "NO-VOTE", sign: Sign::No },
    MessageKind { name: "HEARTBEAT", sign: Sign::Pulse },
    MessageKind { name: "APPEND", sign: Sign::Announcement },
    MessageKind { name: "APPENDED", sign: Sign::Pulse },
    MessageKind { name: "MISMATCH", sign: Sign::No },
    MessageKind { name: "TIMEOUTNOW", sign: Sign::Request },
];

/// What a message shows from outside.
pub fn label(message: &Message) -> Label {
    let kind = match message.ask {
        Ask::PreVote { .. } => 0,
        Ask::PreVoted(true) => 1,
        Ask::PreVoted(false) => 2,
        Ask::Vote { .. } => 3,
        Ask::Voted(true) => 4,
        Ask::Voted(false) => 5,
        Ask::Append { entry: None, .. } => 6,
        Ask::Append { entry: Some(_), .. } => 7,
        Ask::Appended(_) => 8,
        Ask::Mismatch(_) => 9,
        Ask::TimeoutNow => 10,
    };
    Label { kind, number: Token(u64::from(message.term)) }
}

timers! {
    /// The timers of a node.
    suspicion: Election,
    /// No word from a leader, or no majority of votes.
    Election = "election",
    /// The leader's next heartbeat.
    Heartbeat = "heartbeat",
    /// It is no longer recent that a leader was heard.
    Lease = "lease",
    /// The leader looks whether it has heard from a majority.
    Quorum = "quorum",
    /// The transfer of leadership has failed.
    Transfer = "transfer",
}
