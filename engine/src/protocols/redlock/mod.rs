//! Redlock: a lock is a key with a short life at most of several Redis masters that know nothing
//! of each other.
//!
//! Redis documentation, *Distributed Locks with Redis*, and the client redlock-rb; what is wrong
//! with it in Kleppmann, *How to do distributed locking*, 2016. The last nodes of the cluster are
//! the masters, the others are clients: two at least, so that five masters take seven nodes.
//!
//! Rules, in the order of the `match` below. Of a client:
//! 1. `try`: ask all masters to set the key to a value of one's own, for `ttl_ms`, unless it is
//!    set already.
//! 2. `look`: the same of a client that knows of a holder. Only its purpose differs.
//! 3. `count`: an answer, but no majority of all masters yet.
//! 4. `late`: a majority has set the key, but asking took so long that its life is over: what is
//!    left is the key's life, less the time since the client began to ask, less a hundredth and
//!    2 ms for clocks that differ.
//! 5. `raise`: with `token`, ask a majority for the count after the highest that was heard.
//! 6. `lead`: a majority has set the key, and there is time left. Lead that long.
//! 7. `retry` (`wait` of a client that knows of a holder): no majority, or not in time: delete
//!    the key everywhere, and try again after a random time.
//! 8. `extend`: every `extend_ms` ask all masters to set the key anew, and write to the store.
//! 9. `extended`: a majority did: lead on, for the life of a key from when it was asked.
//! 10. `lost`: too many masters have somebody else's value: stop leading.
//! 11. `deadline`: not extended in time: stop leading.
//! 12. `release`: asked to hand over: delete the key everywhere.
//! 13. `refused`: the store has seen a higher token: stop leading.
//!
//! Of a master:
//! 14. `grant` (`prolong` of an extension): the key is not set, is gone by this master's clock,
//!     or has this value: set it.
//! 15. `held`: it has another value: refuse, and say which.
//! 16. `free` (`foreign` otherwise): delete the key if it has the sender's value.
//! 17. `raised` (`taken` otherwise): the count is higher than any before: keep it, on disk.
//! 18. `silent`: restarted without its keys, answer nobody for as long as a key lives.
//! 19. `back`: that time is over.
//!
//! There is no number in this that only grows: the values are random, and a store that gets two
//! writes cannot tell which holder is the later one. `token` adds one, and so is ours: each
//! master keeps a count, and a client takes the next one from a majority. That is what phase 1 of
//! Paxos does, and why Kleppmann says that tokens need consensus. It helps only where the store
//! compares it.
//!
//! Ours too: the value is made from the client's clock and its id, so that a run can be told
//! again. A refusal names the holder (Redis can do so since 7.0), for a client to know whom to
//! believe in. The documentation asks the masters with timeouts of 5 to 50 ms, and redlock-rb
//! tries three times with pauses of 200 to 250 ms; here one tries for ever, waits longer and asks
//! all at once. That a key is set anew where it is missing is redlock-rb's default. When to
//! extend is left to the program; here it is about a third of a key's life.

mod client;
mod config;
mod master;

pub use client::Client;
pub use config::{Broken, Config, INFO, SWITCHES};
pub use master::{Key, Master, Stable};

use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::SimTime;
use crate::view::{NodeView, Role};

/// What clients and masters say to each other. Each names the value of the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Set the key to this value, if it is not set to another.
    Set {
        /// The value.
        value: Token,
        /// What the client's clock had counted when it asked.
        asked: SimTime,
        /// The client leads with it already.
        extends: bool,
    },
    /// It is set.
    Ok {
        /// The value.
        value: Token,
        /// As in the request.
        asked: SimTime,
        /// As in the request.
        extends: bool,
        /// The highest count that the master knows.
        count: Token,
    },
    /// It is set to another.
    Nil {
        /// The value that was asked for.
        value: Token,
        /// As in the request.
        asked: SimTime,
        /// The value that it has.
        holder: Token,
        /// The highest count that the master knows.
        count: Token,
    },
    /// Delete it, if it has this value.
    Del(Token),
    /// Let this be the count of the holder.
    Raise {
        /// The value of the attempt.
        value: Token,
        /// The count.
        count: Token,
    },
    /// It is.
    Raised {
        /// The value of the attempt.
        value: Token,
        /// The count.
        count: Token,
    },
    /// There was one as high.
    Taken {
        /// The value of the attempt.
        value: Token,
        /// The one that there was.
        count: Token,
    },
}

timers! {
    /// The timers of a client, and one of a master.
    suspicion: Deadline,
    /// Try to get the lock.
    Try = "try",
    /// No majority has answered.
    Answers = "answers",
    /// Extend the lock.
    Extend = "extend",
    /// It was not extended in time.
    Deadline = "deadline",
    /// A master that has restarted answers again.
    Back = "back",
}

/// One node: a client, or a master.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Redlock {
    /// A client.
    Client(Client),
    /// A master.
    Master(Master),
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "redlock-docs" }
}

rules! {
    TRY = rule("redlock/try", "Ask all masters to set the key to a value of one's own."),
    LOOK = rule("redlock/look", "Somebody holds the lock: ask whether the key is still set."),
    COUNT = rule("redlock/count", "An answer, but it takes a majority of all masters."),
    LATE = rule("redlock/late", "A majority has set the key, but its life is as good as over."),
    RAISE = ours("redlock/raise", "Ask a majority for the next count of holders: the token."),
    LEAD = rule("redlock/lead", "A majority has set the key in time: lead while it lives."),
    RETRY = rule("redlock/retry", "No majority: delete the key everywhere, and try again later."),
    WAIT = rule("redlock/wait", "Somebody holds the lock: take back what was set, and wait."),
    EXTEND = rule("redlock/extend", "The holder writes, and asks for the key's life anew."),
    EXTENDED = rule("redlock/extended", "A majority has set the key anew: lead on."),
    LOST = rule("redlock/lost", "Too many masters have another value: stop leading."),
    DEADLINE = rule("redlock/deadline", "Not extended in time: stop leading."),
    RELEASE = rule("redlock/release", "Asked to hand over: delete the key everywhere."),
    REFUSED = ours("redlock/refused", "The store has seen a higher token: stop leading."),
    GRANT = rule("redlock/grant", "The key is not set, or gone by this clock: set it."),
    PROLONG = rule("redlock/prolong", "The holder's own key, or none: it lives anew."),
    HELD = rule("redlock/held", "The key has another value: refuse."),
    FREE = rule("redlock/free", "The key has the sender's value: delete it."),
    FOREIGN = rule("redlock/foreign", "The key is not the sender's: leave it."),
    RAISED = ours("redlock/raised", "The count is higher than any before: keep it, on disk."),
    TAKEN = ours("redlock/taken", "There was a count as high: refuse."),
    SILENT = rule("redlock/silent", "Restarted without its keys, the master answers nobody."),
    BACK = rule("redlock/back", "Every key that it may have had is gone: answer again."),
}

impl Protocol for Redlock {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "SET", sign: Sign::Request },
        MessageKind { name: "EXTEND", sign: Sign::Pulse },
        MessageKind { name: "OK", sign: Sign::Yes },
        MessageKind { name: "EXTENDED", sign: Sign::Pulse },
        MessageKind { name: "NIL", sign: Sign::No },
        MessageKind { name: "DEL", sign: Sign::Request },
        MessageKind { name: "RAISE", sign: Sign::Request },
        MessageKind { name: "RAISED", sign: Sign::Yes },
        MessageKind { name: "TAKEN", sign: Sign::No },
    ];
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        match config.masters(cx.nodes()).any(|master| master == cx.me()) {
            true => Redlock::Master(Master::boot(stable, config, cx)),
            false => Redlock::Client(Client::boot(config, cx)),
        }
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match self {
            Redlock::Client(client) => client.on_event(config, event, cx),
            Redlock::Master(master) => master.on_event(config, event, cx),
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        match self {
            Redlock::Client(client) => client.view(config),
            Redlock::Master(master) => master.view(config),
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Set { value, extends: false, .. } => (0, *value),
            Message::Set { value, .. } => (1, *value),
            Message::Ok { value, extends: false, .. } => (2, *value),
            Message::Ok { value, .. } => (3, *value),
            // Whose it is instead is what the client needs to know.
            Message::Nil { holder, .. } => (4, *holder),
            Message::Del(value) => (5, *value),
            Message::Raise { count, .. } => (6, *count),
            Message::Raised { count, .. } => (7, *count),
            Message::Taken { count, .. } => (8, *count),
        };
        Label { kind, number }
    }
}

/// The value of an attempt: when it began, in milliseconds from 1, and who made it.
fn value(began: SimTime, client: NodeId) -> Token {
    Token((began.as_ms() + 1) * 1000 + u64::from(client.0))
}

/// Whose attempt has this value.
fn client_of(value: Token) -> NodeId {
    NodeId((value.0 % 1000) as u8)
}

/// The value of the attempt by which the lock is held when the run begins.
fn first_value(config: &Config, cx: &Context<'_, Redlock>) -> Token {
    value(SimTime::ZERO, config.first_holder(cx.nodes()))
}

fn plain_view(role: Role, believes: Option<NodeId>, number: Token) -> NodeView {
    NodeView {
        role,
        believes,
        number,
        vote: None,
        ballots: None,
        missed: None,
        log: None,
        fields: Vec::new(),
    }
}
