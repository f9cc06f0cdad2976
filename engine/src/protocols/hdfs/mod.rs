//! Failover of HDFS NameNodes: a lock in ZooKeeper, and the old active is fenced before a new
//! one takes over.
//!
//! Apache Hadoop, *HDFS High Availability Using the Quorum Journal Manager*, and its source:
//! `ActiveStandbyElector.java`, `ZKFailoverController.java`, `FailoverController.java`,
//! `Journal.java`, `core-default.xml`. Each node but the last is a machine with a NameNode and its
//! failover controller; the last one is ZooKeeper, whose own election is not shown. The
//! protected store plays the JournalNodes: a quorum of them keeps the edit log and refuses a
//! writer with an older epoch.
//!
//! Rules, in the order of the `match` below. Of a NameNode and its controller:
//! 1. `connect`: open a session, or come back to it.
//! 2. `join`: try to create the ephemeral lock. All try when it goes.
//! 3. `standby`: another has the lock: be a standby, and watch the lock.
//! 4. `read`: the lock is its own: read the breadcrumb, which says who was active last.
//! 5. `fence`: that was another one: ask it to be a standby. If it does not answer, try again
//!    (`again`), and give up after 20 s each. Without a breadcrumb, or if it is its own, nobody has
//!    to be fenced.
//! 6. `ssh`: no answer: log in to that machine and kill the process; it takes 30 s to give up.
//! 7. `last-resort`: that has failed too, and the last method in the list always says yes.
//! 8. `unfenced`: no method has succeeded: do not become active. Give up the session, wait 1 s,
//!    and queue again.
//! 9. `breadcrumb`: the old active is fenced: write its own name. It stays when the session ends.
//! 10. `active`: become active, with a new epoch at the JournalNodes.
//! 11. `write`: the active writes to the edit log.
//! 12. `heard`: a heartbeat or its answer.
//! 13. `neutral`: nothing was heard of ZooKeeper for two thirds of the timeout. An active stays
//!     active: that it will be fenced is what the others rely on.
//! 14. `expired`: the session is over. An active stays active, and tries to get the lock.
//! 15. `obey`: told to be a standby by one that has the lock later, be one, and say so.
//! 16. `killed`: the NameNode is killed, and its controller leaves the election.
//! 17. `cede`: asked to hand over, the active becomes a standby, deletes its breadcrumb and ends
//!     its session, so that nobody needs to fence it.
//! 18. `refused`: the JournalNodes have promised a later epoch: the NameNode exits.
//!
//! Of ZooKeeper:
//! 19. `session`, `serve`: open a session; do what a client with a session asks for.
//! 20. `expire`: at each tick, end the sessions that were silent for their timeout, by what
//!     ZooKeeper's clock has counted, and with one of them the lock. The breadcrumb stays.
//!
//! Simplified, and so ours: the controller shares the fate of its NameNode, so there is no
//! health check, and a crash or a pause is one of the machine, on which sshd does not answer
//! either. The czxid of the lock serves as the epoch; in HDFS the JournalNodes count the epochs
//! themselves. A failed wish for the lock leaves a watch, where there is a second call; the
//! session and its heartbeats are those of the ZooKeeper row. A killed NameNode is started again
//! after 10 s. To be asked takes a connection, and here the question is the connection: what costs
//! 20 s twice is a machine that does not answer at all (`ipc.client.connect.timeout`, and one retry
//! by `FailoverController.java`). If the network says that it cannot be reached, HDFS is quicker;
//! and a process that hangs on a machine that is well costs the 5 s of
//! `graceful-fence.rpc-timeout`. Who hands over stays out for 10 s, and any standby may be the next. Orders of one
//! that had the lock earlier are ignored, where TCP would have dropped them. There is no default
//! for the fencing methods; those here are sshfence, and after it one that always succeeds, as
//! the documentation advises.

mod config;
mod fencing;
mod name_node;
mod zookeeper;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use zookeeper::{Lock, Stable};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::Span;
use crate::view::NodeView;
use name_node::NameNode;
use zookeeper::ZooKeeper;

/// How long one that could not fence stays out.
const REJOIN: Span = Span::new(1000);
/// How long one that has ceded stays out: twice the 5 s that a connected NameNode has to obey.
const CEDE: Span = Span::new(10_000);
/// When a killed NameNode is started again.
const REVIVE: Span = Span::new(10_000);
/// The most that a controller waits before it connects again.
const RECONNECT: Span = Span::new(1000);

/// What NameNodes, ZooKeeper and each other's controllers say. The number in those to and from
/// ZooKeeper is the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Open a session (0), or let me come back to this one.
    Connect(u32),
    /// You are connected.
    Connected(u32),
    /// The session is over.
    Expired(u32),
    /// I am there, and watch the lock with this czxid (0 if none).
    Ping(u32, Token),
    /// So am I.
    Pong(u32),
    /// Create the lock.
    CreateLock(u32),
    /// It is yours, and has this czxid.
    LockCreated(u32, Token),
    /// It is another's.
    LockExists(u32, Lock),
    /// It is gone.
    LockGone(u32),
    /// Who was active last?
    ReadBreadcrumb(u32),
    /// That one.
    Breadcrumb(u32, Option<NodeId>),
    /// I am active from now on.
    WriteBreadcrumb(u32),
    /// It is written.
    BreadcrumbWritten(u32),
    /// I am no longer active, and need not be fenced.
    DeleteBreadcrumb(u32),
    /// End my session.
    Close(u32),
    /// Be a standby: I have the lock, with this czxid.
    BeStandby(Token),
    /// I am one.
    StandbyNow(Token),
    /// To the machine: kill the NameNode.
    Kill(Token),
    /// It is dead.
    Killed(Token),
    /// Hand over.
    Cede,
}

impl Message {
    /// The session, of what is said to and by ZooKeeper.
    fn session(&self) -> Option<u32> {
        match *self {
            Message::Connect(session)
            | Message::Connected(session)
            | Message::Expired(session)
            | Message::Ping(session, _)
            | Message::Pong(session)
            | Message::CreateLock(session)
            | Message::LockCreated(session, _)
            | Message::LockExists(session, _)
            | Message::LockGone(session)
            | Message::ReadBreadcrumb(session)
            | Message::Breadcrumb(session, _)
            | Message::WriteBreadcrumb(session)
            | Message::BreadcrumbWritten(session)
            | Message::DeleteBreadcrumb(session)
            | Message::Close(session) => Some(session),
            _ => None,
        }
    }
}

timers! {
    /// The timers.
    suspicion: Silence,
    /// A controller's next heartbeat.
    Ping = "heartbeat",
    /// Nothing was heard of ZooKeeper for too long.
    Silence = "silence",
    /// Time to connect, or to queue again.
    Connect = "connect",
    /// A fencing method has taken too long.
    Fencing = "fencing",
    /// The active writes.
    Write = "work",
    /// ZooKeeper's next tick.
    Tick = "tick",
}

/// One node: a NameNode with its controller, or ZooKeeper.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hdfs(Part);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    NameNode(NameNode),
    ZooKeeper(ZooKeeper),
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "hdfs-ha" }
}

const fn code(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "hadoop-code" }
}

rules! {
    CONNECT = rule("hdfs/connect", "The controller opens a session, or comes back to its own."),
    JOIN = rule("hdfs/join", "Try to create the lock; it ends with the session."),
    STANDBY = rule("hdfs/standby", "Another has the lock: be a standby, and watch it."),
    READ = code("hdfs/read", "The lock is its own. Before all else: who was active last?"),
    FENCE = rule("hdfs/fence", "Another was active: it has to be fenced. Ask it politely first."),
    SSH = rule("hdfs/ssh", "No answer: log in to its machine and kill the process."),
    LAST_RESORT = rule(
        "hdfs/last-resort",
        "No answer again; the last method always says yes. Rely on the JournalNodes.",
    ),
    UNFENCED = code(
        "hdfs/unfenced",
        "Nothing has fenced it: do not become active, give the lock back.",
    ),
    BREADCRUMB = code("hdfs/breadcrumb", "Nobody else is active: leave a breadcrumb for the next."),
    ACTIVE = rule("hdfs/active", "Active, with a new epoch at the JournalNodes."),
    WRITE = rule("hdfs/write", "The active writes to the edit log."),
    HEARD = rule("hdfs/heard", "A heartbeat or its answer: the session is kept."),
    NEUTRAL = code(
        "hdfs/neutral",
        "ZooKeeper is silent. Stay what you are, and try to reach it.",
    ),
    EXPIRED = code("hdfs/expired", "The session is over: open another, and join again."),
    OBEY = rule("hdfs/obey", "One that has the lock says so: be a standby, and answer."),
    KILLED = rule("hdfs/killed", "The NameNode is killed, and its session ends."),
    CEDE_RULE = code(
        "hdfs/cede",
        "Hand over: be a standby, take the breadcrumb away, end the session.",
    ),
    REFUSED = rule("hdfs/refused", "The JournalNodes refuse an older epoch: the NameNode exits."),
    SESSION = rule("hdfs/session", "A session is opened, or its client is back in time."),
    SERVE = rule("hdfs/serve", "ZooKeeper answers, and the session is kept."),
    EXPIRE = rule("hdfs/expire", "A tick: sessions silent for too long end, and so does a lock."),
    REVIVED = ours("hdfs/revived", "The NameNode is started again, as a standby."),
    AGAIN = code("hdfs/again", "No answer: try once more to reach it."),
}

impl Protocol for Hdfs {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "CONNECT", sign: Sign::Request },
        MessageKind { name: "CONNECTED", sign: Sign::Yes },
        MessageKind { name: "EXPIRED", sign: Sign::No },
        MessageKind { name: "PING", sign: Sign::Pulse },
        MessageKind { name: "PONG", sign: Sign::Pulse },
        MessageKind { name: "CREATE LOCK", sign: Sign::Request },
        MessageKind { name: "LOCK CREATED", sign: Sign::Yes },
        MessageKind { name: "LOCK EXISTS", sign: Sign::No },
        MessageKind { name: "LOCK GONE", sign: Sign::Announcement },
        MessageKind { name: "READ BREADCRUMB", sign: Sign::Request },
        MessageKind { name: "BREADCRUMB", sign: Sign::Yes },
        MessageKind { name: "WRITE BREADCRUMB", sign: Sign::Request },
        MessageKind { name: "WRITTEN", sign: Sign::Yes },
        MessageKind { name: "DELETE BREADCRUMB", sign: Sign::Request },
        MessageKind { name: "CLOSE", sign: Sign::Request },
        MessageKind { name: "BE STANDBY", sign: Sign::Announcement },
        MessageKind { name: "STANDBY NOW", sign: Sign::Yes },
        MessageKind { name: "KILL", sign: Sign::Announcement },
        MessageKind { name: "KILLED", sign: Sign::Yes },
        MessageKind { name: "CEDE", sign: Sign::Request },
    ];
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        Hdfs(match cx.me().0 + 1 == cx.nodes() {
            true => Part::ZooKeeper(ZooKeeper::boot(config, stable, cx)),
            false => Part::NameNode(NameNode::boot(config, cx)),
        })
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match &mut self.0 {
            Part::NameNode(node) => name_node_does(node, config, event, cx),
            Part::ZooKeeper(zookeeper) => zookeeper_does(zookeeper, config, event, cx),
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        match &self.0 {
            Part::NameNode(node) => node.view(),
            Part::ZooKeeper(zookeeper) => zookeeper.view(config),
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Connect(_) => (0, Token(0)),
            Message::Connected(_) => (1, Token(0)),
            Message::Expired(_) => (2, Token(0)),
            Message::Ping(..) => (3, Token(0)),
            Message::Pong(_) => (4, Token(0)),
            Message::CreateLock(_) => (5, Token(0)),
            Message::LockCreated(_, czxid) => (6, *czxid),
            Message::LockExists(_, lock) => (7, lock.czxid),
            Message::LockGone(_) => (8, Token(0)),
            Message::ReadBreadcrumb(_) => (9, Token(0)),
            Message::Breadcrumb(..) => (10, Token(0)),
            Message::WriteBreadcrumb(_) => (11, Token(0)),
            Message::BreadcrumbWritten(_) => (12, Token(0)),
            Message::DeleteBreadcrumb(_) => (13, Token(0)),
            Message::Close(_) => (14, Token(0)),
            Message::BeStandby(by) => (15, *by),
            Message::StandbyNow(by) => (16, *by),
            Message::Kill(by) => (17, *by),
            Message::Killed(by) => (18, *by),
            Message::Cede => (19, Token(0)),
        };
        Label { kind, number }
    }
}

fn name_node_does(
    node: &mut NameNode,
    config: &Config,
    event: Event<Hdfs>,
    cx: &mut Context<'_, Hdfs>,
) {
    match event {
        Event::Timer(Timer::Connect) => node.retry(config, cx),
        Event::Timer(Timer::Fencing) => node.fencing_failed(config, cx),
        Event::Timer(Timer::Write) => node.write(config, cx),
        Event::Timer(Timer::Ping) => {
            cx.cite(HEARD);
            node.ping(config, cx);
        }
        Event::Timer(Timer::Silence) => node.silence(config, cx),
        Event::Message { from, message: Message::BeStandby(by) } => node.obey(from, by, config, cx),
        Event::Message { from, message: Message::Kill(by) } => node.kill(from, by, cx),
        Event::Message { message: Message::StandbyNow(by) | Message::Killed(by), .. } => {
            node.fenced(by, config, cx);
        }
        Event::Message { message: Message::Cede, .. } | Event::Command(Command::Transfer(_)) => {
            node.cede(cx);
        }
        Event::Message { message, .. } => node.on_answer(message, config, cx),
        Event::Command(Command::Campaign) => node.ask_to_cede(cx),
        Event::WriteAnswer(answer) => {
            if !answer.accepted {
                node.refused(answer, cx);
            }
        }
        Event::Timer(Timer::Tick) => {}
    }
}

fn zookeeper_does(
    zookeeper: &mut ZooKeeper,
    config: &Config,
    event: Event<Hdfs>,
    cx: &mut Context<'_, Hdfs>,
) {
    match event {
        Event::Message { from, message } => zookeeper.on_message(from, message, cx),
        Event::Timer(Timer::Tick) => {
            cx.cite(EXPIRE);
            zookeeper.tick(config, cx);
        }
        // ZooKeeper takes no part in the election.
        Event::Timer(_) | Event::WriteAnswer(_) | Event::Command(_) => {}
    }
}
