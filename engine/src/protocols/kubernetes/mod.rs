//! Kubernetes: a Lease object at the API server, by the rules of client-go.
//!
//! Package `leaderelection` of client-go, with the defaults of Kubernetes' own components. The
//! last node is the API server, the others are contenders. The API server stands for all its
//! replicas and the etcd behind them: what it has written survives, how it agrees is not
//! simulated.
//!
//! The API server only stores the lease and compares versions; it does not know what a lease
//! is, and its clock plays no part. Each contender times the lease by its own clock from the
//! moment at which it saw the record change. So clocks may be set to anything; what must not
//! differ much is how fast they run.
//!
//! Rules of the API server:
//! 1. `read`: answer with the lease and its resource version.
//! 2. `write`: write if the sender has seen the version that is stored, or creates the first.
//! 3. `keep`: the same for a renewal by the holder.
//! 4. `conflict`: otherwise refuse.
//!
//! Rules of a contender, in the order of the `match` in `contender.rs`:
//! 5. `try`: every 2 to 4.4 s (retry period plus up to 1.2 times as much by chance) read the
//!    lease.
//! 6. `renew`: the leader writes a new renew time every retry period, without reading first.
//! 7. `expired`: the lease has not changed for its duration, by this node's clock: suspect its
//!    holder. Rule 12 acts on it at the next try.
//! 8. `give-up`: a leader that could not renew for the renew deadline stops leading.
//! 9. `timeout`: a request is not answered. The leader reads the lease and tries again; who does
//!    not lead waits for its next try.
//! 10. The lease was read; if it has changed at all, it is timed from now. `held`: the holder is
//!     the same as before, and the lease has not expired: wait.
//! 11. `observe`: there is another holder: wait too.
//! 12. `take`: nobody holds it, or it has expired: write the own name, with one more leader
//!     transition. Who is the holder already just renews.
//! 13. `lead`: the write went through: lead, and renew at once.
//! 14. `renewed`: the renewal went through; the next is due a retry period from now.
//! 15. `lost`: somebody else wrote first. The leader reads the lease, the others wait.
//! 16. `work`: the leader writes to the store.
//! 17. `refused`: the store has seen a higher number: stop leading.
//! 18. `cancel`: told to stop, a leader stops and, if so configured, releases the lease.
//! 19. `start`: a node that starts has seen no lease and begins to try. The API server starts
//!     (`serve`) with what it has on disk.
//!
//! Rules 9 to 12 are the same for a leader: one that reads that another holds the lease goes on
//! leading, and trying, until its renew deadline. The source does not stop it earlier.
//!
//! Ours: rules 16, 17 and the number. client-go says itself that it does not fence: it hands no
//! token to the resource. The lease's `leaderTransitions` grows with every new holder, so the
//! store here is given that, plus one because the first holder has 0. A process that stops
//! leading exits and is started again, as Kubernetes' components do: it comes back as a new
//! candidate that has seen no lease. An identity is a node and when it started, where components
//! append a random id. A release is tried once; client-go reads again on a conflict. Requests
//! are given up after half of the renew deadline, which is how components set up their client.

mod api_server;
mod config;
mod contender;

pub use config::{Broken, Config, INFO, SWITCHES};

use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::{SimTime, Span};
use crate::view::NodeView;
use api_server::ApiServer;
use contender::Contender;

/// Who holds a lease: another process after every start, though on the same node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The node.
    pub node: NodeId,
    /// When it started, by what its own clock had counted.
    pub since: SimTime,
}

/// What the lease says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseRecord {
    /// Who holds it; nobody if it was released.
    pub holder: Option<Identity>,
    /// For how long it is to be left alone after a change.
    pub duration: Span,
    /// When it was taken, by the holder's clock.
    pub acquired: SimTime,
    /// When it was renewed, by the holder's clock.
    pub renewed: SimTime,
    /// How often it has changed hands.
    pub transitions: u32,
}

impl LeaseRecord {
    /// The number that its holder writes with.
    pub fn number(self) -> Token {
        Token(u64::from(self.transitions) + 1)
    }
}

/// The lease as the API server stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// Changes with every write.
    pub version: u64,
    /// What it says.
    pub record: LeaseRecord,
}

impl Lease {
    /// The lease of a run that begins with node 0 leading.
    fn settled(config: &Config) -> Lease {
        let holder = Identity { node: NodeId(0), since: SimTime::ZERO };
        let record = LeaseRecord {
            holder: Some(holder),
            duration: config.lease_ms,
            acquired: SimTime::ZERO,
            renewed: SimTime::ZERO,
            transitions: 0,
        };
        Lease { version: 1, record }
    }
}

/// What survives a crash: the lease, at the API server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The lease.
    pub lease: Option<Lease>,
}

/// Requests to the API server and its answers, which name the call that they answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Read the lease.
    Get {
        /// Which call.
        call: u32,
    },
    /// Here it is, if there is one.
    Lease {
        /// Which call.
        call: u32,
        /// The lease.
        lease: Option<Lease>,
    },
    /// Write the first lease.
    Create {
        /// Which call.
        call: u32,
        /// What it is to say.
        record: LeaseRecord,
    },
    /// Write the lease if it still has this version.
    Update {
        /// Which call.
        call: u32,
        /// The version that the sender has seen.
        version: u64,
        /// What it is to say.
        record: LeaseRecord,
    },
    /// It is written.
    Done {
        /// Which call.
        call: u32,
        /// Its new version.
        version: u64,
    },
    /// It has another version.
    Conflict {
        /// Which call.
        call: u32,
    },
}

timers! {
    /// The timers of a contender.
    suspicion: Lease,
    /// The next try or renewal.
    Retry = "retry",
    /// No answer to a request.
    Request = "request",
    /// The leader has tried to renew for too long.
    Deadline = "renew deadline",
    /// The lease has not changed for its duration.
    Lease = "lease",
    /// The leader's next write to the store.
    Work = "work",
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kubernetes {
    /// The last one.
    ApiServer(ApiServer),
    /// Any other.
    Contender(Contender),
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "client-go" }
}

rules! {
    READ = rule("kubernetes/read", "The API server answers with the lease and its version."),
    WRITE = rule(
        "kubernetes/write",
        "The writer has seen the stored version: the lease is written.",
    ),
    KEEP = rule("kubernetes/keep", "The holder renews the lease: it is written."),
    CONFLICT = rule("kubernetes/conflict", "The lease has changed since it was read: refused."),
    TRY = rule("kubernetes/try", "Who does not lead reads the lease now and then."),
    RENEW = rule("kubernetes/renew", "The leader writes a new renew time into the lease."),
    EXPIRED = rule(
        "kubernetes/expired",
        "By this node's clock the lease has not changed for too long.",
    ),
    GIVE_UP = rule(
        "kubernetes/give-up",
        "The leader could not renew for too long and stops leading.",
    ),
    TIMEOUT = rule("kubernetes/timeout", "The API server has not answered in time."),
    HELD = rule(
        "kubernetes/held",
        "Another holds the lease: wait, and time it anew if it changed.",
    ),
    OBSERVE = rule(
        "kubernetes/observe",
        "Somebody else holds the lease than before: time it from now.",
    ),
    TAKE = rule(
        "kubernetes/take",
        "Nobody holds the lease, or it has expired: write the own name.",
    ),
    LEAD = rule("kubernetes/lead", "The lease is written: its holder leads."),
    RENEWED = rule("kubernetes/renewed", "The lease is renewed; again in a retry period."),
    LOST = rule("kubernetes/lost", "Somebody else has written the lease first."),
    WORK = ours("kubernetes/work", "The leader writes to the store."),
    REFUSED = ours(
        "kubernetes/refused",
        "The store has seen a higher number: somebody else has led.",
    ),
    CANCEL = rule("kubernetes/cancel", "The leader is told to stop, and stops."),
    START = rule("kubernetes/start", "A node that starts has seen no lease and begins to try."),
    SERVE = rule("kubernetes/serve", "The API server starts with the lease that it has on disk."),
}

impl Protocol for Kubernetes {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "GET", sign: Sign::Request },
        MessageKind { name: "LEASE", sign: Sign::Announcement },
        MessageKind { name: "CREATE", sign: Sign::Request },
        MessageKind { name: "ACQUIRE", sign: Sign::Request },
        MessageKind { name: "RENEW", sign: Sign::Pulse },
        MessageKind { name: "RELEASE", sign: Sign::Request },
        MessageKind { name: "UPDATED", sign: Sign::Yes },
        MessageKind { name: "CONFLICT", sign: Sign::No },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        match cx.me() == api_server(cx) {
            true => Kubernetes::ApiServer(ApiServer::boot(config, stable, cx)),
            false => Kubernetes::Contender(Contender::boot(config, cx)),
        }
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match self {
            Kubernetes::Contender(contender) => contender.on_event(config, event, cx),
            Kubernetes::ApiServer(server) => {
                // It has no timers, writes nothing to the store and takes no commands.
                if let Event::Message { from, message } = event {
                    server.on_message(from, message, config, cx);
                }
            }
        }
    }

    fn view(&self, _: &Config) -> NodeView {
        match self {
            Kubernetes::ApiServer(server) => server.view(),
            Kubernetes::Contender(contender) => contender.view(),
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Get { .. } => (0, Token(0)),
            Message::Lease { lease, .. } => {
                (1, lease.map_or(Token(0), |lease| lease.record.number()))
            }
            Message::Create { record, .. } => (2, record.number()),
            Message::Update { record, .. } => match record.holder {
                None => (5, record.number()),
                Some(_) if record.renewed != record.acquired => (4, record.number()),
                Some(_) => (3, record.number()),
            },
            Message::Done { .. } => (6, Token(0)),
            Message::Conflict { .. } => (7, Token(0)),
        };
        Label { kind, number }
    }
}

/// The node that is the API server.
fn api_server(cx: &Context<'_, Kubernetes>) -> NodeId {
    NodeId(cx.nodes() - 1)
}
