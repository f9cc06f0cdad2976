//! etcd: an election among keys that are bound to leases.
//!
//! Package `concurrency` of etcd's client, version 3, with the defaults of its sessions, over
//! etcd's leases. The last node is etcd, the others are clients. etcd stands for its whole
//! cluster: what it has written survives, how its members agree is not simulated. An operator's
//! `campaign` at that node stands for a change of leader inside etcd.
//!
//! A session is a lease that its client keeps alive. To campaign, a client creates a key bound
//! to that lease; the key's create revision is its place in line, and its token once it leads.
//! When a lease runs out, by etcd's clock, etcd deletes the key. A client notices on its own
//! that it has lost its lease when a whole TTL has passed by its clock since the last answer.
//! Nothing keeps the two apart: etcd counts from when it renews the lease and the client from
//! when it hears of it, and each looks only now and then. A leader that is cut off can believe
//! in itself for a second longer than etcd does.
//!
//! Rules of etcd, in the order of the `match` in `server.rs`:
//! 1. `grant`: a client asks for a lease; it lives for its TTL from now.
//! 2. `enter`: if there is no key for that lease yet, create one at the next revision.
//! 3. `look`: tell which key is the newest of those created before the sender's.
//! 4. `watch`: remember who wants to hear when a key is deleted, or tell at once that it is.
//! 5. `keepalive`: the lease lives for its TTL from now; one that has run out stays so.
//! 6. `proclaim`: the leader writes its value, if its key is still the one that was created.
//! 7. `resign`: delete the key, under the same condition.
//! 8. `expire`: every lease that has run out goes, with its key, and who watches it is told.
//! 9. `promote`: a new leader of etcd does not know when leases were renewed last, and extends
//!    all of them to their full TTL and an election timeout more.
//!
//! Rules of a client, in the order of the `match` in `client.rs`:
//! 10. `session`: with a lease, keep it alive and create a key.
//! 11. `campaign`: with a key, look for the newest key before it.
//! 12. `lead`: there is none before it: lead, and proclaim.
//! 13. `wait`: there is one: watch that one only.
//! 14. `woken`: the key is gone: look again, for the client before may just have given up.
//! 15. `alive`: a keepalive is answered: the next is due in a third of the TTL.
//! 16. `lost`: etcd knows no such lease or key, or no keepalive was answered for a TTL: the
//!     session is over. Stop leading and ask for another lease.
//! 17. `observe`: hear who leads.
//! 18. `renew`: send a keepalive, and again while it is not answered.
//! 19. `retry`: another request was not answered; send it again.
//! 20. `work`: the leader writes to the store.
//! 21. `refused`: the store has seen a higher number: give the session up.
//! 22. `give-way`: told to campaign, a leader resigns and gets in line again; who waits keeps its
//!     place.
//! 23. `start`: a client that starts asks for a lease, whatever it held before. etcd starts (`serve`)
//!     with what it has on disk.
//! 24. `too-late`: with a `margin`, the leader leaves out a write that may not be over before the
//!     lease is, counted from when it asked for the lease and by the slowest that its clock may be.
//!
//! Ours: rules 19 to 21 and 24, that an answer to a keepalive says which one it answers, that a client waits no longer for the answer to its first keepalive
//! than for later ones, and that a keepalive names what its client watches, so that a watch that
//! the network broke is set up again (etcd's client resumes the stream). A client that observes
//! is sent one message for each leader, where etcd's client reads and watches the first key. A
//! lease's id begins with a number of the member that granted it, here one of three; that is
//! why the order of keys says nothing about who came first.

mod client;
mod config;
mod guard;
mod lease;
mod server;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use guard::{Heard, Margin, WriteInTime};
pub use lease::{Lease, LeaseId, Revision, Stable};

use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::SimTime;
use crate::view::NodeView;
use client::Client;
use server::Server;

/// Requests to etcd and its answers, which name the call that they answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// A lease, please.
    Grant(u32),
    /// Here it is.
    Granted(u32, LeaseId),
    /// A key for this lease, if it has none.
    Put(u32, LeaseId),
    /// It has one, created at this revision.
    Created(u32, LeaseId, Revision),
    /// The newest of the keys before mine, which I made with this lease at this revision.
    Before(u32, LeaseId, Revision),
    /// It was created at this revision, if there is one.
    Last(u32, LeaseId, Option<Revision>),
    /// Tell me when the key is deleted that was created at this revision.
    Watch(Revision),
    /// It is.
    Deleted(Revision),
    /// This lease is needed.
    Keepalive(Keepalive),
    /// It lives, as the keepalive asked that its client sent at this time by its own clock.
    Alive(LeaseId, SimTime),
    /// It does not live; or the key is not there any more.
    Gone(LeaseId),
    /// The leader's value, if its key is the one created at this revision.
    Proclaim(LeaseId, Revision),
    /// Delete the key of this lease, if it was created at this revision.
    Resign(u32, LeaseId, Revision),
    /// It is deleted.
    Resigned(u32),
    /// Who leads, with which create revision: nobody if it is 0.
    Leader(NodeId, Revision),
}

/// What a keepalive says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Keepalive {
    /// Which lease.
    pub lease: LeaseId,
    /// The key whose end the client waits for.
    pub watches: Option<Revision>,
    /// The create revision of the leader's key, as far as the client knows.
    pub leader: Revision,
    /// The client's clock. etcd only gives it back, unless it is broken.
    pub clock: SimTime,
}

timers! {
    /// The timers: the first is etcd's, the others a client's.
    suspicion: Expiry,
    /// The next lease runs out.
    Expiry = "expiry",
    /// The next keepalive is due.
    Keepalive = "keepalive",
    /// No keepalive was answered for a TTL.
    Deadline = "TTL",
    /// No answer to another request.
    Request = "request",
    /// The leader's next write to the store.
    Work = "work",
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Etcd {
    /// The last one.
    Server(Server),
    /// Any other.
    Client(Client),
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "etcd-concurrency" }
}

const fn of_lease(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "etcd-lease" }
}

rules! {
    GRANT = of_lease("etcd/grant", "etcd grants a lease, which lives for its TTL."),
    ENTER = rule("etcd/enter", "A key is created for the lease, at the next revision."),
    LOOK = rule("etcd/look", "etcd tells which key is the newest before the client's own."),
    WATCH = rule("etcd/watch", "The client wants to hear when that key is deleted."),
    KEEPALIVE = of_lease("etcd/keepalive", "The lease lives for its TTL from now."),
    PROCLAIM = rule("etcd/proclaim", "The leader's value is written, if its key is still there."),
    RESIGN = rule("etcd/resign", "The leader gives up its key."),
    EXPIRE = of_lease("etcd/expire", "A lease has run out by etcd's clock: its key is deleted."),
    PROMOTE = of_lease("etcd/promote", "A new leader of etcd extends every lease to its full TTL."),
    SESSION = rule("etcd/session", "With a lease the client can enter the election."),
    CAMPAIGN = rule("etcd/campaign", "With a key, the client looks who is before it."),
    LEAD = rule("etcd/lead", "No key is older: the client leads."),
    WAIT = rule("etcd/wait", "An older key lives: wait for that one to be deleted."),
    WOKEN = rule("etcd/woken", "The key before is gone: look again who is first."),
    ALIVE = of_lease(
        "etcd/alive",
        "The lease is renewed; the next keepalive is due in a third of the TTL.",
    ),
    LOST = of_lease("etcd/lost", "The session is over: stop leading, ask for another lease."),
    OBSERVE = rule("etcd/observe", "The client hears who leads."),
    RENEW = of_lease("etcd/renew", "The client keeps its lease alive."),
    RETRY = ours("etcd/retry", "No answer in time: ask again."),
    WORK = ours("etcd/work", "The leader writes to the store."),
    REFUSED = ours("etcd/refused", "The store has seen a higher number: somebody else has led."),
    GIVE_WAY = rule("etcd/give-way", "The leader resigns; it gets in line again, at the end."),
    START = rule("etcd/start", "A client that starts asks for a lease."),
    TOO_LATE = ours("etcd/too-late", "The lease may be over before the write is: leave it."),
    SERVE = rule("etcd/serve", "etcd starts with the leases and keys that it has on disk."),
}

impl Protocol for Etcd {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "GRANT", sign: Sign::Request },
        MessageKind { name: "GRANTED", sign: Sign::Yes },
        MessageKind { name: "PUT", sign: Sign::Request },
        MessageKind { name: "CREATED", sign: Sign::Yes },
        MessageKind { name: "BEFORE", sign: Sign::Request },
        MessageKind { name: "LAST", sign: Sign::Yes },
        MessageKind { name: "WATCH", sign: Sign::Request },
        MessageKind { name: "DELETED", sign: Sign::Announcement },
        MessageKind { name: "KEEPALIVE", sign: Sign::Pulse },
        MessageKind { name: "ALIVE", sign: Sign::Yes },
        MessageKind { name: "GONE", sign: Sign::No },
        MessageKind { name: "PROCLAIM", sign: Sign::Announcement },
        MessageKind { name: "RESIGN", sign: Sign::Request },
        MessageKind { name: "RESIGNED", sign: Sign::Yes },
        MessageKind { name: "LEADER", sign: Sign::Announcement },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        match cx.me() == etcd(cx) {
            true => Etcd::Server(Server::boot(config, stable, cx)),
            false => Etcd::Client(Client::boot(config, cx)),
        }
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match self {
            Etcd::Server(server) => server.on_event(config, event, cx),
            Etcd::Client(client) => client.on_event(config, event, cx),
        }
    }

    fn view(&self, _: &Config) -> NodeView {
        match self {
            Etcd::Server(server) => server.view(),
            Etcd::Client(client) => client.view(),
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match *message {
            Message::Grant(_) => (0, 0),
            Message::Granted(..) => (1, 0),
            Message::Put(..) => (2, 0),
            Message::Created(.., revision) => (3, revision),
            Message::Before(..) => (4, 0),
            Message::Last(.., revision) => (5, revision.unwrap_or(0)),
            Message::Watch(revision) => (6, revision),
            Message::Deleted(revision) => (7, revision),
            Message::Keepalive(_) => (8, 0),
            Message::Alive(..) => (9, 0),
            Message::Gone(_) => (10, 0),
            Message::Proclaim(_, revision) => (11, revision),
            Message::Resign(_, _, revision) => (12, revision),
            Message::Resigned(_) => (13, 0),
            Message::Leader(_, revision) => (14, revision),
        };
        Label { kind, number: Token(number) }
    }
}

/// The node that is etcd.
fn etcd(cx: &Context<'_, Etcd>) -> NodeId {
    NodeId(cx.nodes() - 1)
}
