//! The rules as they are cited and shown. What each does stands at the top of the row.

use crate::protocol::{Rule, RuleId};

pub const START: RuleId = RuleId(0);
pub const TIMEOUT: RuleId = RuleId(1);
pub const HEARTBEAT: RuleId = RuleId(2);
pub const CHECK_QUORUM: RuleId = RuleId(3);
pub const IGNORE: RuleId = RuleId(4);
pub const NEWER_TERM: RuleId = RuleId(5);
pub const WOULD_VOTE: RuleId = RuleId(6);
pub const WOULD_NOT: RuleId = RuleId(7);
pub const PRE_COUNT: RuleId = RuleId(8);
pub const VOTE: RuleId = RuleId(9);
pub const REFUSE: RuleId = RuleId(10);
pub const COUNT: RuleId = RuleId(11);
pub const STALE: RuleId = RuleId(12);
pub const FOLLOW: RuleId = RuleId(13);
pub const HEARD: RuleId = RuleId(14);
pub const APPEND: RuleId = RuleId(15);
pub const MISMATCH: RuleId = RuleId(16);
pub const COMMIT: RuleId = RuleId(17);
pub const NEXT: RuleId = RuleId(18);
pub const BACK_UP: RuleId = RuleId(19);
pub const TIMEOUT_NOW: RuleId = RuleId(20);
pub const REFUSED: RuleId = RuleId(21);
pub const TRANSFER: RuleId = RuleId(22);
pub const PRE_VOTE: RuleId = RuleId(23);
pub const STAND: RuleId = RuleId(24);
pub const LEAD: RuleId = RuleId(25);

const fn paper(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "raft-paper" }
}

const fn thesis(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "raft-thesis" }
}

const fn ours(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "" }
}

/// The rules, in the order of the numbers above.
pub const RULES: &[Rule] = &[
    paper("raft/start", "A node that starts follows nobody and waits for a timeout."),
    paper("raft/timeout", "No word from a leader for a random time: suspect it."),
    paper("raft/heartbeat", "The leader tells all others that it leads."),
    thesis("raft/check-quorum", "A leader that hears from no majority steps down."),
    thesis("raft/ignore", "Who hears a leader takes no notice of a candidate."),
    paper("raft/newer-term", "A higher term: take it over and follow."),
    thesis("raft/would-vote", "Asked for a pre-vote: it would vote, and promises nothing."),
    thesis("raft/would-not", "Asked for a pre-vote: it would not vote."),
    thesis("raft/pre-count", "Count who would vote; with a majority, stand for election."),
    paper("raft/vote", "First to ask in this term, and its log is up to date: vote for it."),
    paper("raft/refuse", "The vote is given, the log is behind or the term is old: refuse."),
    paper("raft/count", "Count the answer; the votes of a majority of the cluster elect."),
    paper("raft/stale", "A leader of an older term: answer with the newer one."),
    paper("raft/follow", "The leader of this term speaks: follow it."),
    paper("raft/heard", "The leader is alive: wait for a whole timeout again."),
    paper("raft/append", "The log fits: take the leader's entry."),
    paper("raft/mismatch", "The log does not fit: say so, and take nothing."),
    paper("raft/commit", "A majority has an entry of this term: it is committed."),
    paper("raft/next", "The follower has that entry: send it the next."),
    paper("raft/back-up", "A follower's log does not fit: try one entry earlier."),
    thesis("raft/timeout-now", "The leader hands over: stand for election at once."),
    ours("raft/refused", "The store has seen a higher term: somebody else has led."),
    thesis("raft/transfer", "Bring the other node's log up to date, then hand over."),
    thesis("raft/pre-vote", "Ask who would vote, before taking a new term."),
    paper("raft/stand", "Take a new term, vote for oneself, ask all others."),
    paper("raft/lead", "A majority has voted: lead, add an empty entry, tell all."),
];
