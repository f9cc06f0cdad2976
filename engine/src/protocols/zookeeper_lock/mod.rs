//! The lock in ZooKeeper: whoever owns the lowest ephemeral node leads.
//!
//! *ZooKeeper Recipes and Solutions*, the section on leader election, and the *Programmer's
//! Guide*, the section on sessions. The last node of the cluster is the ensemble and all others
//! are its clients. What goes on inside the ensemble, with an election of its own, is not
//! simulated: it is one node whose disk and memory are those of a majority.
//!
//! With `recipe` every client creates a sequential node, and the lowest leads; each of the
//! others watches the node just before its own. Without it all try to create one and the same
//! node, and those who come too late watch it: at its end all of them rush.
//!
//! Rules, in the order of the `match` below. Of a client:
//! 1. `connect`: open a session, or come back to it.
//! 2. `create`: create an ephemeral node. It ends with the session.
//! 3. `read`: read the children of the election node.
//! 4. `lead`: its own node is the lowest, or the lock is its own; the node's czxid is its number.
//! 5. `watch`: watch the node just before its own, or the lock.
//! 6. `wake`: the watched node is gone. That does not mean that its own is the lowest: read
//!    again. Without the recipe: try to create again.
//! 7. `heartbeat`: every third of the timeout, say that it is there; the leader writes.
//! 8. `heard`: a heartbeat reaches the ensemble, or its answer the client.
//! 9. `disconnected`: nothing was heard for two thirds of the timeout. The session may still
//!    be there, but stop leading, because nobody will tell when it is not.
//! 10. `expired`: the ensemble says that the session is over; open another.
//! 11. `resign`: asked to hand over, the leader deletes its node and queues anew.
//!
//! Of the ensemble:
//! 12. `session`: open a session. A client that comes back to one in time keeps it.
//! 13. `serve`: do what a client with a session asks for. Whatever it says over a connection
//!     keeps the session; to ask for a connection does not, because who never hears the answer has
//!     none.
//! 14. `expire`: at each tick, end the sessions that were silent for their timeout, by what the
//!     ensemble's own clock has counted, however it is set. Their nodes go, and those who watch
//!     them are told.
//!
//! And `refused`, ours: the store has seen a higher number, so the leader stops and asks.
//!
//! A session's silence is counted from the last word of the client and rounded up to the next
//! tick, as in `ExpiryQueue.java`; thirds and two thirds are those of the Java client, at second
//! hand. Ours: how often the leader writes; that a list of children carries only the entries
//! that its reader looks at; that the answer to a heartbeat names the lowest node, where a program
//! that wants to know who leads would read it now and then; that a session has one node at most,
//! where the recipe puts a unique id in the name and looks for it after a lost answer; and that
//! heartbeats repeat the request
//! that is without an answer and name the watch that the client counts on, where TCP would
//! repeat what was lost or break the connection. The czxid is counted without the ensemble's
//! epoch. The default timeout of 10 s is ours: every client must name one.

mod client;
mod config;
mod ensemble;
mod told;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use ensemble::{Stable, Znode};
pub use told::{Name, Queue, Told};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::SimTime;
use crate::view::NodeView;
use client::Client;
use ensemble::Ensemble;

/// A node under the election node, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// Whose.
    pub client: NodeId,
    /// The zxid of its creation.
    pub czxid: Token,
}

/// What a client looks at in the list of children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Children {
    /// The lowest.
    pub lowest: Option<Owner>,
    /// The one just before its own.
    pub before: Option<Owner>,
    /// Its own.
    pub mine: Option<Token>,
    /// What it does about it, if that is decided elsewhere.
    pub told: Option<Told>,
}

/// What clients and the ensemble say to each other. The first field is always the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Open a session (0), or let me come back to this one.
    Connect(u32),
    /// You are connected.
    Connected(u32),
    /// The session is over.
    Expired(u32),
    /// There is no such connection; come back to the session.
    Closed(u32),
    /// I am there.
    Ping {
        /// The session.
        session: u32,
        /// The node whose end the client waits for; 0 if none.
        watch: Token,
        /// The client's clock. A sound ensemble does not look at it.
        clock: SimTime,
    },
    /// So am I.
    Pong {
        /// The session.
        session: u32,
        /// Whose node is the lowest.
        lowest: Option<Owner>,
    },
    /// Create my node.
    Create(u32),
    /// It is there.
    Created {
        /// The session.
        session: u32,
        /// The node's number.
        czxid: Token,
    },
    /// Somebody has created it before.
    NodeExists(u32),
    /// Which nodes are there?
    GetChildren(u32),
    /// These.
    Children {
        /// The session.
        session: u32,
        /// What the client looks at.
        children: Children,
    },
    /// Is this node there? If so, tell me when it ends. 0 is the lock.
    Exists {
        /// The session.
        session: u32,
        /// Which.
        node: Token,
    },
    /// It is, and is watched.
    Found {
        /// The session.
        session: u32,
        /// Which, and whose.
        owner: Owner,
    },
    /// It is not.
    NoNode(u32),
    /// The node that you watch is gone.
    Deleted {
        /// The session.
        session: u32,
        /// Which.
        node: Token,
    },
    /// Delete this node of mine.
    Delete(u32, Token),
    /// It is gone.
    Removed(u32, Token),
}

impl Message {
    fn session(&self) -> u32 {
        match *self {
            Message::Connect(session)
            | Message::Connected(session)
            | Message::Expired(session)
            | Message::Closed(session)
            | Message::Ping { session, .. }
            | Message::Pong { session, .. }
            | Message::Create(session)
            | Message::Created { session, .. }
            | Message::NodeExists(session)
            | Message::GetChildren(session)
            | Message::Children { session, .. }
            | Message::Exists { session, .. }
            | Message::Found { session, .. }
            | Message::NoNode(session)
            | Message::Deleted { session, .. }
            | Message::Delete(session, _)
            | Message::Removed(session, _) => session,
        }
    }
}

timers! {
    /// The timers.
    suspicion: Silence,
    /// A client's next heartbeat.
    Ping = "heartbeat",
    /// The client is disconnected.
    Silence = "silence",
    /// Time to connect again.
    Connect = "connect",
    /// The ensemble's next tick.
    Tick = "tick",
}

/// One node: a client, or the ensemble.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZookeeperLock(Part);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Client(Client),
    Ensemble(Ensemble),
}

/// The session of a client when the run begins settled: one after another.
fn settled_session(client: NodeId) -> u32 {
    u32::from(client.0) + 1
}

/// The czxid of a client's node then. The highest client was the first.
fn settled_czxid(client: NodeId, clients: u8) -> Token {
    Token(2 * u64::from(clients) - u64::from(client.0))
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "zookeeper-recipes" }
}

const fn code(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "zookeeper-expiry" }
}

rules! {
    CONNECT = rule("zookeeper-lock/connect", "A client opens a session, or comes back to its own."),
    CREATE = rule("zookeeper-lock/create", "Create an ephemeral node; it ends with the session."),
    READ = rule("zookeeper-lock/read", "Read which nodes are there, and where its own stands."),
    LEAD = rule("zookeeper-lock/lead", "The lowest node is its own: the client leads."),
    WATCH = rule(
        "zookeeper-lock/watch",
        "Another node is first: watch the one in front, and wait.",
    ),
    WAKE = rule(
        "zookeeper-lock/wake",
        "The watched node is gone. That is no lead yet: look again.",
    ),
    HEARTBEAT = rule(
        "zookeeper-lock/heartbeat",
        "The client keeps its session; a leader also writes.",
    ),
    HEARD = rule("zookeeper-lock/heard", "A heartbeat or its answer: the session is kept."),
    DISCONNECTED = rule(
        "zookeeper-lock/disconnected",
        "The ensemble is silent: stop leading, and go back.",
    ),
    EXPIRED = rule(
        "zookeeper-lock/expired",
        "The session is over, and so is the lead: begin anew.",
    ),
    RESIGN = rule("zookeeper-lock/resign", "The leader deletes its node; the next in line leads."),
    SESSION = rule("zookeeper-lock/session", "A session is opened, or its client is back in time."),
    SERVE = rule("zookeeper-lock/serve", "The ensemble answers, and the session is kept."),
    EXPIRE = code(
        "zookeeper-lock/expire",
        "A tick: sessions silent for too long end, with their nodes.",
    ),
    REFUSED = ours(
        "zookeeper-lock/refused",
        "The store has seen a higher number: stop, and ask again.",
    ),
}

impl Protocol for ZookeeperLock {
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
        MessageKind { name: "CLOSED", sign: Sign::No },
        MessageKind { name: "PING", sign: Sign::Pulse },
        MessageKind { name: "PONG", sign: Sign::Pulse },
        MessageKind { name: "CREATE", sign: Sign::Request },
        MessageKind { name: "CREATED", sign: Sign::Yes },
        MessageKind { name: "NODE EXISTS", sign: Sign::No },
        MessageKind { name: "GET CHILDREN", sign: Sign::Request },
        MessageKind { name: "CHILDREN", sign: Sign::Yes },
        MessageKind { name: "EXISTS", sign: Sign::Request },
        MessageKind { name: "FOUND", sign: Sign::Yes },
        MessageKind { name: "NO NODE", sign: Sign::No },
        MessageKind { name: "DELETED", sign: Sign::Announcement },
        MessageKind { name: "DELETE", sign: Sign::Request },
        MessageKind { name: "REMOVED", sign: Sign::Yes },
    ];
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        ZookeeperLock(match cx.me().0 + 1 == cx.nodes() {
            true => Part::Ensemble(Ensemble::boot(config, stable, cx)),
            false => Part::Client(Client::boot(config, cx)),
        })
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match &mut self.0 {
            Part::Client(client) => client_does(client, config, event, cx),
            Part::Ensemble(ensemble) => ensemble_does(ensemble, config, event, cx),
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        match &self.0 {
            Part::Client(client) => client.view(),
            Part::Ensemble(ensemble) => ensemble.view(config),
        }
    }

    fn label(message: &Message) -> Label {
        let czxid = |owner: Option<Owner>| owner.map_or(Token(0), |owner| owner.czxid);
        let (kind, number) = match message {
            Message::Connect(_) => (0, Token(0)),
            Message::Connected(_) => (1, Token(0)),
            Message::Expired(_) => (2, Token(0)),
            Message::Closed(_) => (3, Token(0)),
            Message::Ping { .. } => (4, Token(0)),
            Message::Pong { .. } => (5, Token(0)),
            Message::Create(_) => (6, Token(0)),
            Message::Created { czxid, .. } => (7, *czxid),
            Message::NodeExists(_) => (8, Token(0)),
            Message::GetChildren(_) => (9, Token(0)),
            Message::Children { children, .. } => (10, czxid(children.lowest)),
            Message::Exists { node, .. } => (11, *node),
            Message::Found { owner, .. } => (12, owner.czxid),
            Message::NoNode(_) => (13, Token(0)),
            Message::Deleted { node, .. } => (14, *node),
            Message::Delete(..) => (15, Token(0)),
            Message::Removed(..) => (16, Token(0)),
        };
        Label { kind, number }
    }
}

fn client_does(
    client: &mut Client,
    config: &Config,
    event: Event<ZookeeperLock>,
    cx: &mut Context<'_, ZookeeperLock>,
) {
    if let Event::Message { message, .. } = &event
        && client.is_session(message.session())
    {
        client.hear(config, cx);
    }
    match event {
        Event::Timer(Timer::Connect) => client.retry(config, cx),
        Event::Message { message: Message::Connected(session), .. } => {
            client.connected(session, config, cx);
        }
        // What belongs to a session that is over no longer counts.
        Event::Message { message, .. } if !client.is_session(message.session()) => {}
        Event::Message { message: Message::Created { czxid, .. }, .. } => {
            client.created(czxid, config, cx);
        }
        Event::Message { message: Message::NodeExists(_), .. } => client.node_exists(cx),
        Event::Message { message: Message::Children { children, .. }, .. } => {
            client.children(children, config, cx);
        }
        Event::Message { message: Message::Found { owner, .. }, .. } => {
            client.found(owner, config, cx);
        }
        Event::Message { message: Message::NoNode(_), .. } => client.no_node(config, cx),
        Event::Message { message: Message::Deleted { node, .. }, .. } => {
            client.deleted(node, config, cx);
        }
        Event::Timer(Timer::Ping) => {
            cx.cite(HEARTBEAT);
            client.ping(config, cx);
            client.write(config, cx);
        }
        Event::Message { message: Message::Pong { lowest, .. }, .. } => {
            cx.cite(HEARD);
            client.glance(lowest, cx);
        }
        Event::Message { message: Message::Removed(_, node), .. } => client.removed(node, cx),
        Event::Timer(Timer::Silence) => client.silence(config, cx),
        Event::Message { message: Message::Closed(_), .. } => client.disconnect(config, cx),
        Event::Message { message: Message::Expired(_), .. } => client.expired(config, cx),
        Event::Command(Command::Transfer(_)) => client.resign(config, cx),
        Event::Command(Command::Campaign) => client.campaign(config, cx),
        Event::WriteAnswer(answer) => {
            if !answer.accepted && client.leads() {
                cx.cite(REFUSED);
                client.disconnect(config, cx);
            }
        }
        Event::Message { .. } | Event::Timer(Timer::Tick) => {}
    }
}

fn ensemble_does(
    ensemble: &mut Ensemble,
    config: &Config,
    event: Event<ZookeeperLock>,
    cx: &mut Context<'_, ZookeeperLock>,
) {
    match event {
        Event::Message { from, message } => {
            cx.cite(match message {
                Message::Connect(_) => SESSION,
                Message::Ping { .. } => HEARD,
                _ => SERVE,
            });
            if ensemble.admits(config, from, &message, cx) {
                match message {
                    Message::Connect(session) => ensemble.connect(config, from, session, cx),
                    message => ensemble.serve(config, from, message, cx),
                }
            }
        }
        Event::Timer(Timer::Tick) => {
            cx.cite(EXPIRE);
            ensemble.tick(config, cx);
        }
        // The ensemble takes no part in the election.
        Event::Timer(_) | Event::WriteAnswer(_) | Event::Command(_) => {}
    }
}
