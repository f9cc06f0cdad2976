//! The rules as they are cited and shown. What each does stands at the top of the row.

use crate::protocol::Rule;
use crate::protocols::declare::{ours, rules};

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "kafka-code" }
}

rules! {
    pub START = rule("kraft/start", "A voter starts with what its disk says of the epoch."),
    pub FETCH_TIMEOUT = rule("kraft/fetch-timeout", "The leader does not answer: suspect it."),
    pub TIMEOUT = rule("kraft/timeout", "No leader has shown up for a random time: stand."),
    pub STAND = rule("kraft/stand", "Take a new epoch, vote for oneself, ask all others."),
    pub BACK_OFF = rule(
        "kraft/back-off",
        "This election is lost: wait for a random time, then stand again.",
    ),
    pub NEWER = rule("kraft/newer", "A higher epoch: take it over, without a vote."),
    pub VOTE = rule("kraft/vote", "First to ask, and its log is up to date: vote for it."),
    pub REFUSE = rule("kraft/refuse", "The vote is given or the log is behind: refuse."),
    pub LED = rule("kraft/led", "This epoch has a leader: refuse everybody else."),
    pub COUNT = rule("kraft/count", "Count the answer; a majority of all voters elects."),
    pub LEAD = rule("kraft/lead", "A majority has voted: lead, append an entry, tell all."),
    pub HEARTBEAT = rule("kraft/heartbeat", "The leader says again that it leads."),
    pub FOLLOW = rule("kraft/follow", "The leader of the epoch is known: fetch from it."),
    pub HEARD = rule("kraft/heard", "Nothing new."),
    pub APPEND = rule("kraft/append", "The leader appends an entry."),
    pub FETCH = rule("kraft/fetch", "The follower asks for what follows on its log."),
    pub SERVE = rule("kraft/serve", "The leader answers, and sees how far the other is."),
    pub REPLICATE = rule("kraft/replicate", "The follower appends the leader's entries."),
    pub TRUNCATE = rule("kraft/truncate", "The leader's log parts from this one: cut back."),
    pub FENCED = rule("kraft/fenced", "An older epoch: answer with the newer one."),
    pub CHECK_QUORUM = rule(
        "kraft/check-quorum",
        "No majority has fetched for one and a half fetch timeouts: resign.",
    ),
    pub RESIGN = rule("kraft/resign", "The leader resigns, and names its successors in order."),
    pub SUCCEED = rule("kraft/succeed", "The leader resigns: stand at once, or after the others."),
    pub REFUSED = ours("kraft/refused", "The store has seen a higher epoch: resign."),
}
