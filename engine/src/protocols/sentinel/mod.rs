//! Redis Sentinel: watchers that agree on who replaces a master, and servers that know nothing
//! of it.
//!
//! Redis documentation, *High availability with Redis Sentinel*, and `sentinel.c`. The first
//! `sentinels` nodes of the cluster, but never the last, are Sentinels, all others are Redis
//! servers; the last one is the master when the run begins. Who is drawn as a leader is a server that takes itself for
//! the master. A Sentinel is drawn as a service, and as a candidate while it runs a failover.
//! What is at stake are the writes in the servers' logs, one each `write_ms` by clients who still
//! reach the server, acknowledged at once. With `writes` the master also writes to the protected
//! store, where nothing tells an old master from the new one: servers know no epoch.
//!
//! Rules, in the order of the `match` below. Of a Sentinel:
//! 1. `ping`: once a second, ask every server how it is.
//! 2. `sdown`: the master has not answered for `down_after_ms`: subjectively down. So it is
//!    (`denies`) if its answers say that it is a replica, for 20 s more than that.
//! 3. `ask`: while it is down, ask the other Sentinels every second what they think, and for
//!    their vote if a failover is under way.
//! 4. `opinion`: say whether it takes the master for down too.
//! 5. `try`: objectively down, because at least `quorum` of them think so: stand for the
//!    failover in a new epoch, unless it has stood or voted within twice `failover_timeout_ms`.
//! 6. `vote`: one vote an epoch, to the first who asks; on disk before the answer.
//! 7. `refuse`: it has voted in this epoch, or knows a higher one; say for whom.
//! 8. `count`: to lead takes a majority of all Sentinels, and at least the quorum.
//! 9. `elected`: promote the replica that was heard within 5 s and has most of the writes, and
//!    of equals the one with the lowest id.
//! 10. `promoted`: it says that it is a master: switch to it, and tell all servers.
//! 11. `hello`: every 2 s, tell the Sentinels which master of which epoch is the current one.
//! 12. `switch`: somebody knows a master of a higher epoch: switch to it.
//! 13. `fix`: a server that has been wrong about its role for 8 s is told.
//! 14. `abort`: not elected within 10 s, or the replica does not change: give up.
//!
//! Of a server:
//! 15. `heard`: answer a Sentinel.
//! 16. `write`: take a write if enough replicas were heard lately, and acknowledge it at once.
//! 17. `replicate`: a replica reports every second and takes over whatever its master has.
//! 18. `lead`: told to be the master, be it.
//! 19. `follow`: told to follow another server, do so, and drop what that one does not have.
//!
//! Of a Sentinel again:
//! 20. `tilt`: if its clock has jumped, by more than 2 s or back, because it was set or the process
//!     was stopped, act on nothing for 30 s: go on asking the servers, say to others that the
//!     master is not down, vote, and follow a higher epoch.
//!
//! Simplified, and so ours: PING and INFO are one message. Sentinels know each other from the
//! start and speak directly, not through a channel on the servers. The time of the vote of the
//! candidate itself is that of the first count. All replicas have the same priority, and all are
//! told of the new master at once. The silence of a master is counted from its last answer, as
//! Sentinel does once the connection is closed; while it is open Sentinel counts from the first
//! PING without an answer (`act_ping_time`), so that it notices a pause or a cut up to a second
//! later than here. That a server is asked to be a master carries the epoch, for
//! observers only. A server's writes survive its restart, which is not Redis's default. The age
//! of a replica's link is left out. A Sentinel looks at its clock whenever something happens to it,
//! not ten times a second.

mod config;
mod detector;
mod failover;
mod server;
mod tilt;
mod told;
mod watcher;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use detector::{Heartbeat, Silence};
pub use server::Data;
pub use told::{Outlook, Step};
pub use watcher::Opinion;

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{rules, timers};
use crate::protocols::history::History;
use crate::time::Span;
use crate::view::NodeView;
use server::Server;
use watcher::Watcher;

/// How often a Sentinel asks a server how it is, and a replica reports.
const PING: Span = Span::new(1000);
/// How often a Sentinel asks the others about a master that is down.
const ASK_EVERY: Span = Span::new(1000);
/// How often a Sentinel tells the others its configuration.
const HELLO_EVERY: Span = Span::new(2000);
/// How long what others say is taken for true.
const VALID: Span = Span::new(5000);
/// How long a candidate waits for its election.
const ELECTION: Span = Span::new(10_000);
/// The most that chance adds to the wait between two attempts.
const DESYNC: Span = Span::new(999);
/// How long a server may be wrong about its role: four times the time between two hellos.
const ROLE_WAIT: Span = Span::new(8000);
/// More than this between two things that happen to a Sentinel is too much.
const TILT_TRIGGER: Span = Span::new(2000);
/// How long a Sentinel then acts on nothing.
const TILT: Span = Span::new(30_000);

/// How much longer than `down_after_ms` a master may say that it is a replica: twice the time
/// between two INFO of Redis.
const DENIAL: Span = Span::new(20_000);

/// What Sentinels and servers say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// How are you?
    Ping,
    /// I am up.
    Info {
        /// Whom I follow; nobody if I am a master.
        follows: Option<NodeId>,
        /// How many writes I have.
        len: u32,
    },
    /// Is this master down? Do I have your vote?
    Ask {
        /// The master.
        master: NodeId,
        /// My epoch.
        epoch: Token,
        /// Whether I ask for a vote.
        stands: bool,
    },
    /// What I think.
    Answer {
        /// The master is down.
        is_down: bool,
        /// For whom I have voted, and when; nothing if I was not asked.
        vote: Option<(NodeId, Token)>,
    },
    /// Be the master.
    Promote(Token),
    /// Follow this server.
    ReplicaOf(NodeId, Token),
    /// My configuration.
    Hello {
        /// The highest epoch that I have seen.
        epoch: Token,
        /// The master.
        master: NodeId,
        /// Since which epoch.
        config_epoch: Token,
    },
    /// I follow you.
    Ack,
    /// These are my writes.
    Stream(History),
}

timers! {
    /// The timers.
    suspicion: Silence,
    /// A Sentinel asks the servers.
    Ping = "heartbeat",
    /// The master has not answered for too long.
    Silence = "silence",
    /// A Sentinel asks the others.
    Ask = "ask",
    /// A Sentinel tells the others.
    Hello = "heartbeat",
    /// A failover may be tried again.
    Retry = "retry",
    /// A failover takes too long.
    Abort = "abort",
    /// A client writes.
    Write = "write",
    /// A replica reports.
    Replicate = "heartbeat",
}

/// What a node has on its disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stable {
    /// Nothing yet.
    #[default]
    Empty,
    /// Of a Sentinel.
    Sentinel(Opinion),
    /// Of a server.
    Server(Data),
}

/// One node: a Sentinel, or a Redis server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sentinel(Part);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Watcher(Watcher),
    Server(Server),
}

/// The master when the run begins: the last node.
fn first_master(cx: &Context<'_, Sentinel>) -> NodeId {
    NodeId(cx.nodes() - 1)
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "sentinel-docs" }
}

rules! {
    PING_RULE = rule("sentinel/ping", "The Sentinel asks every server how it is."),
    SDOWN = rule("sentinel/sdown", "No answer for too long: subjectively down, one opinion."),
    DENIES = rule(
        "sentinel/denies",
        "The master has said for too long that it is a replica: as good as down.",
    ),
    ASK = rule("sentinel/ask", "The Sentinel asks the others what they think of the master."),
    OPINION = rule("sentinel/opinion", "A Sentinel says whether it takes the master for down too."),
    TRY = rule("sentinel/try", "The quorum takes the master for down: stand for the failover."),
    VOTE = rule("sentinel/vote", "The first who asks in an epoch gets the vote, on disk first."),
    REFUSE = rule("sentinel/refuse", "The vote of this epoch is given; say to whom."),
    COUNT = rule("sentinel/count", "To lead the failover takes a majority of all Sentinels."),
    ELECTED = rule("sentinel/elected", "Elected: promote the replica that has most of the writes."),
    PROMOTED = rule(
        "sentinel/promoted",
        "The replica is a master now: all others are to follow it.",
    ),
    HELLO = rule("sentinel/hello", "The Sentinel tells the others who is master, and since when."),
    SWITCH = rule("sentinel/switch", "A master of a higher epoch is known: switch to it."),
    FIX = rule(
        "sentinel/fix",
        "A server has had the wrong role for too long: tell it the right one.",
    ),
    ABORT = rule("sentinel/abort", "The failover takes too long: give it up."),
    INFO_RULE = rule("sentinel/heard", "The server answers: it is up, and this is its role."),
    WRITE = rule("sentinel/write", "A client writes and is told at once that it is done."),
    REPLICATE = rule("sentinel/replicate", "The replica takes over what its master has."),
    LEAD = rule("sentinel/lead", "Told to be the master, the server is it."),
    FOLLOW = rule(
        "sentinel/follow",
        "Told to follow another, the server does, and loses what is its own.",
    ),
    TILT_RULE = rule(
        "sentinel/tilt",
        "The clock has jumped: the Sentinel acts on nothing for 30 s.",
    ),
}

impl Protocol for Sentinel {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "PING", sign: Sign::Pulse },
        MessageKind { name: "INFO", sign: Sign::Pulse },
        MessageKind { name: "IS DOWN?", sign: Sign::Request },
        MessageKind { name: "VOTE?", sign: Sign::Request },
        MessageKind { name: "UP", sign: Sign::No },
        MessageKind { name: "DOWN", sign: Sign::Yes },
        MessageKind { name: "VOTED", sign: Sign::Yes },
        MessageKind { name: "PROMOTE", sign: Sign::Announcement },
        MessageKind { name: "REPLICAOF", sign: Sign::Announcement },
        MessageKind { name: "HELLO", sign: Sign::Pulse },
        MessageKind { name: "ACK", sign: Sign::Pulse },
        MessageKind { name: "STREAM", sign: Sign::Pulse },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        Sentinel(match stable {
            Stable::Sentinel(opinion) => Part::Watcher(Watcher::boot(config, Some(opinion), cx)),
            Stable::Server(data) => Part::Server(Server::boot(config, Some(data), cx)),
            Stable::Empty if config.sentinels(cx.nodes()).any(|it| it == cx.me()) => {
                Part::Watcher(Watcher::boot(config, None, cx))
            }
            Stable::Empty => Part::Server(Server::boot(config, None, cx)),
        })
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match &mut self.0 {
            Part::Watcher(watcher) => watches(watcher, config, event, cx),
            Part::Server(server) => serves(server, config, event, cx),
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        match &self.0 {
            Part::Watcher(watcher) => watcher.view(config),
            Part::Server(server) => server.view(),
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Ping => (0, Token(0)),
            Message::Info { .. } => (1, Token(0)),
            Message::Ask { stands: false, epoch, .. } => (2, *epoch),
            Message::Ask { epoch, .. } => (3, *epoch),
            Message::Answer { vote: Some((_, epoch)), .. } => (6, *epoch),
            Message::Answer { is_down: false, .. } => (4, Token(0)),
            Message::Answer { .. } => (5, Token(0)),
            Message::Promote(epoch) => (7, *epoch),
            Message::ReplicaOf(_, epoch) => (8, *epoch),
            Message::Hello { config_epoch, .. } => (9, *config_epoch),
            Message::Ack => (10, Token(0)),
            Message::Stream(history) => (11, Token(u64::from(history.len))),
        };
        Label { kind, number }
    }
}

fn watches(
    watcher: &mut Watcher,
    config: &Config,
    event: Event<Sentinel>,
    cx: &mut Context<'_, Sentinel>,
) {
    watcher.look_at_clock(config, cx);
    if watcher.puts_off(&event, cx) {
        return;
    }
    match event {
        Event::Timer(Timer::Ping) => {
            cx.cite(PING_RULE);
            watcher.ping(config, cx);
        }
        Event::Message { from, message: Message::Info { follows, len } } => {
            watcher.info(from, follows, len, config, cx);
        }
        Event::Timer(Timer::Silence) => watcher.silent(config, cx),
        Event::Timer(Timer::Ask) => watcher.ask(config, cx),
        Event::Message { from, message: Message::Ask { master, epoch, stands } } => {
            watcher.asked(from, (master, epoch), stands, config, cx);
        }
        Event::Timer(Timer::Retry) => watcher.may_try(config, cx),
        Event::Message { from, message: Message::Answer { is_down, vote } } => {
            watcher.answered(from, is_down, vote, config, cx);
        }
        Event::Timer(Timer::Hello) => {
            cx.cite(HELLO);
            watcher.hello(config, cx);
        }
        Event::Message { message: Message::Hello { epoch, master, config_epoch }, .. } => {
            watcher.heard(epoch, (master, config_epoch), config, cx);
        }
        Event::Timer(Timer::Abort) => watcher.abort(cx),
        // A failover by hand does not ask whether the master is down. Redis needs no votes for it.
        Event::Command(Command::Campaign) if !watcher.tilts() => watcher.stand(config, cx),
        Event::Message { .. } | Event::Timer(_) | Event::WriteAnswer(_) | Event::Command(_) => {}
    }
}

fn serves(
    server: &mut Server,
    config: &Config,
    event: Event<Sentinel>,
    cx: &mut Context<'_, Sentinel>,
) {
    match event {
        Event::Message { from, message: Message::Ping } => server.info(from, cx),
        Event::Timer(Timer::Write) => server.write(config, cx),
        Event::Timer(Timer::Replicate) => server.report(cx),
        Event::Message { from, message: Message::Ack } => server.acked(from, cx),
        Event::Message { from, message: Message::Stream(history) } => {
            server.stream(from, history, cx);
        }
        Event::Message { message: Message::Promote(epoch), .. } => {
            server.promote(epoch, config, cx);
        }
        Event::Message { message: Message::ReplicaOf(master, epoch), .. } => {
            server.replica_of(master, epoch, cx);
        }
        // Servers decide nothing.
        Event::Message { .. } | Event::Timer(_) | Event::WriteAnswer(_) | Event::Command(_) => {}
    }
}
