//! The rules as they are cited and shown. What each does stands at the top of the row.

use crate::protocol::Rule;
use crate::protocols::declare::{ours, rules};

const fn paper(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "raft-paper" }
}

const fn thesis(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "raft-thesis" }
}

rules! {
    pub START = paper("raft/start", "A node that starts follows nobody and waits for a timeout."),
    pub TIMEOUT = paper("raft/timeout", "No word from a leader for a random time: suspect it."),
    pub HEARTBEAT = paper("raft/heartbeat", "The leader tells all others that it leads."),
    pub CHECK_QUORUM = thesis(
        "raft/check-quorum",
        "A leader that hears from no majority steps down.",
    ),
    pub IGNORE = thesis("raft/ignore", "Who hears a leader takes no notice of a candidate."),
    pub NEWER_TERM = paper("raft/newer-term", "A higher term: take it over and follow."),
    pub WOULD_VOTE = thesis(
        "raft/would-vote",
        "Asked for a pre-vote: it would vote, and promises nothing.",
    ),
    pub WOULD_NOT = thesis("raft/would-not", "Asked for a pre-vote: it would not vote."),
    pub PRE_COUNT = thesis(
        "raft/pre-count",
        "Count who would vote; with a majority, stand for election.",
    ),
    pub VOTE = paper(
        "raft/vote",
        "First to ask in this term, and its log is up to date: vote for it.",
    ),
    pub REFUSE = paper(
        "raft/refuse",
        "The vote is given, the log is behind or the term is old: refuse.",
    ),
    pub COUNT = paper(
        "raft/count",
        "Count the answer; the votes of a majority of the cluster elect.",
    ),
    pub STALE = paper("raft/stale", "A leader of an older term: answer with the newer one."),
    pub FOLLOW = paper("raft/follow", "The leader of this term speaks: follow it."),
    pub HEARD = paper("raft/heard", "The leader is alive: wait for a whole timeout again."),
    pub APPEND = paper("raft/append", "The log fits: take the leader's entry."),
    pub MISMATCH = paper("raft/mismatch", "The log does not fit: say so, and take nothing."),
    pub COMMIT = paper("raft/commit", "A majority has an entry of this term: it is committed."),
    pub NEXT = paper("raft/next", "The follower has that entry: send it the next."),
    pub BACK_UP = paper("raft/back-up", "A follower's log does not fit: try one entry earlier."),
    pub TIMEOUT_NOW = thesis(
        "raft/timeout-now",
        "The leader hands over: stand for election at once.",
    ),
    pub REFUSED = ours("raft/refused", "The store has seen a higher term: somebody else has led."),
    pub TRANSFER = thesis(
        "raft/transfer",
        "Bring the other node's log up to date, then hand over.",
    ),
    pub PRE_VOTE = thesis("raft/pre-vote", "Ask who would vote, before taking a new term."),
    pub STAND = paper("raft/stand", "Take a new term, vote for oneself, ask all others."),
    pub LEAD = paper("raft/lead", "A majority has voted: lead, add an empty entry, tell all."),
}
