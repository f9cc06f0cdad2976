//! The rules as they are cited and shown. What each does stands at the top of the row.

use crate::protocol::Rule;
use crate::protocols::declare::{ours, rules};

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "mongodb-repl" }
}

rules! {
    pub START = rule("mongodb/start", "A member that starts is a secondary and looks for a primary."),
    pub TIMEOUT = rule("mongodb/timeout", "No word of a primary for too long: suspect it."),
    pub TAKEOVER = rule(
        "mongodb/takeover",
        "The primary has a lower priority: ask who would vote for oneself.",
    ),
    pub CATCH_UP_TAKEOVER = rule(
        "mongodb/catch-up-takeover",
        "The primary still fetches what one has oneself: ask who would vote for oneself.",
    ),
    pub GIVE_UP = ours(
        "mongodb/give-up",
        "Too few have said that they would vote: go on as before.",
    ),
    pub HEARTBEAT = rule("mongodb/heartbeat", "Tell every member that one is there."),
    pub NO_MAJORITY = rule(
        "mongodb/no-majority",
        "The primary has not heard a majority for too long: it steps down.",
    ),
    pub WRITE = rule("mongodb/write", "A client writes to the primary."),
    pub NEWER_TERM = rule("mongodb/newer-term", "A higher term: take it over, and be a secondary."),
    pub HEARD = rule("mongodb/heard", "The other member is there."),
    pub FOLLOW = rule("mongodb/follow", "The primary of this term speaks: follow it."),
    pub WOULD_VOTE = rule(
        "mongodb/would-vote",
        "A dry run: it would vote, and promises nothing.",
    ),
    pub WOULD_NOT = rule("mongodb/would-not", "A dry run: it would not vote."),
    pub VOTE = rule(
        "mongodb/vote",
        "The first to ask in this term, with no older oplog: vote for it, on disk first.",
    ),
    pub REFUSE = rule(
        "mongodb/refuse",
        "The vote is given, the oplog or the term is older: refuse.",
    ),
    pub ARBITER = rule(
        "mongodb/arbiter",
        "An arbiter that hears a primary votes for nobody who is not preferred to it.",
    ),
    pub COUNT = rule("mongodb/count", "Count the answer; it takes a majority of all members."),
    pub SERVE = rule("mongodb/serve", "Send the oplog to who lacks something of it."),
    pub REPLICATE = rule("mongodb/replicate", "Take over the primary's new entries, and say so."),
    pub ROLLBACK = rule(
        "mongodb/rollback",
        "Drop the entries that the primary does not have, then take over its own.",
    ),
    pub COMMIT = rule("mongodb/commit", "A majority has the entry: it stays, whoever leads."),
    pub STEP_UP = rule("mongodb/step-up", "The primary hands over: stand without a dry run."),
    pub REFUSED = ours("mongodb/refused", "The store has seen a higher term: step down."),
    pub HAND_OVER = rule(
        "mongodb/hand-over",
        "The other member has everything: step down, and tell it to stand.",
    ),
    pub DRY_RUN = rule("mongodb/dry-run", "Ask who would vote, before taking a new term."),
    pub STAND = rule("mongodb/stand", "Take a new term, vote for oneself, ask all others."),
    pub LEAD = rule("mongodb/lead", "A majority has voted: primary, but not writable yet."),
    pub CATCH_UP = rule("mongodb/catch-up", "Another member has more: fetch it first."),
    pub CAUGHT_UP = rule("mongodb/caught-up", "What a reachable member has is there: go on."),
    pub WRITABLE = rule("mongodb/writable", "Nobody has more: add an entry and take writes."),
}
