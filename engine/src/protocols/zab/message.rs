//! What servers say to each other, and their timers.

use crate::ids::{LogEnd, NodeId, Token};
use crate::protocols::declare::timers;

/// Whom a server proposes, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vote {
    /// The proposed leader.
    pub leader: NodeId,
    /// Where the history of that server ended when it proposed itself.
    pub zxid: LogEnd,
    /// The round of the election, the source's `electionEpoch`: a logical clock of the servers,
    /// not the epoch of a leader.
    pub round: u64,
    /// The current epoch of that server when it proposed itself, and the leader's own epoch
    /// once it leads.
    pub peer_epoch: Token,
}

impl Default for Vote {
    fn default() -> Vote {
        Vote { leader: NodeId(0), zxid: LogEnd::default(), round: 0, peer_epoch: Token(0) }
    }
}

impl Vote {
    /// The zxid as people write it: epoch and counter.
    pub fn zxid(&self) -> String {
        format!("{}.{}", self.zxid.term, self.zxid.index)
    }
}

/// What the sender of a vote is doing. The order is that of the kinds of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerState {
    /// The vote is a proposal.
    Looking,
    /// The vote was decided, and went to another server.
    Following,
    /// The vote was decided, and went to the sender.
    Leading,
}

/// A vote and what its sender does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notification {
    /// What the sender does.
    pub state: PeerState,
    /// Its vote.
    pub vote: Vote,
}

impl Notification {
    /// Whether the vote is a proposal.
    pub fn is_looking(&self) -> bool {
        self.state == PeerState::Looking
    }

    /// Whether two servers vote alike. Servers that have decided may have come to the same
    /// leader with different votes, so of theirs only leader and epoch are compared.
    pub fn agrees(&self, other: &Notification) -> bool {
        let (mine, theirs) = (&self.vote, &other.vote);
        if self.is_looking() || other.is_looking() {
            return mine == theirs;
        }
        (mine.leader, mine.peer_epoch) == (theirs.leader, theirs.peer_epoch)
    }
}

/// What servers say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// My vote.
    Notification(Notification),
    /// I follow you; this is the greatest epoch that I have accepted.
    FollowerInfo(Token),
    /// I propose this epoch.
    LeaderInfo {
        /// The epoch.
        epoch: Token,
        /// Where the leader's history ends.
        zxid: LogEnd,
    },
    /// I have accepted no greater epoch.
    AckEpoch {
        /// The epoch.
        epoch: Token,
        /// Whether it was greater than any before, so that the acceptance counts.
        counts: bool,
    },
    /// Here is my history; take it over.
    NewLeader(Token),
    /// I have your history.
    Ack(Token),
    /// I lead.
    UpToDate(Token),
    /// I am here.
    Ping(Token),
}

timers! {
    /// The timers of a server.
    suspicion: Silence,
    /// Nothing was heard in the election.
    Resend = "resend",
    /// No better vote came.
    Finalize = "finalize",
    /// A follower has no answer from its leader yet.
    Register = "register",
    /// A follower does not hear its leader.
    Silence = "suspicion",
    /// A majority does not follow.
    Activate = "activate",
    /// The leader's next ping.
    Heartbeat = "heartbeat",
}
