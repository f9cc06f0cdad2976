//! Kafka's controller, elected through ZooKeeper: whoever creates `/controller` is it.
//!
//! Apache Kafka before version 4.0, `KafkaZkClient` (`registerControllerAndIncrementControllerEpoch`),
//! `KafkaController` and `ReplicaManager`, with the session timeout of that version; ZooKeeper's
//! sessions as in [`super::zookeeper_lock`]. The last node of the cluster is the ensemble, which
//! stands for all its members; the others are brokers.
//!
//! Rules, in the order of the `match` below. Of a broker:
//! 1. `connect`: open a session, or come back to it.
//! 2. `read`: read `/controller` and `/controller_epoch`, and watch the first.
//! 3. `elect`: there is no controller. In one transaction create the ephemeral `/controller` and
//!    set `/controller_epoch` to the next epoch, if it still has the version that was read. Who
//!    is refused, because the node exists or the version is another, reads again.
//! 4. `lead`: the transaction went through: be the controller, with the new epoch.
//! 5. `follow`: somebody else is the controller; whoever was stops.
//! 6. `changed`: `/controller` was created or deleted: read again.
//! 7. `work`: every `work_ms` the controller tells all brokers something, with its epoch. `obey`:
//!    a broker does what it says and remembers the epoch. `stale`: the epoch is older than one
//!    that it knows, refuse.
//! 8. `heartbeat`: every third of the session timeout, say that it is there. `heard`: it is.
//! 9. `disconnected`: nothing was heard for two thirds of it. Come back; a controller goes on.
//! 10. `expired`: the ensemble says that the session is over: stop, and open another.
//!
//! Of the ensemble:
//! 11. `session`: open a session, or keep it. To ask for a connection does not keep it.
//! 12. `serve`: do what a broker with a session asks for.
//! 13. `expire`: at each tick, end the sessions that were silent for their timeout. `/controller`
//!     goes with its session, and who watches it is told.
//!
//! And `resign` (14): asked to hand over, the controller deletes `/controller`.
//!
//! That a controller goes on while it is disconnected, and after brokers have refused it, is the
//! source's: it learns from ZooKeeper, and from nothing else, that it is none. A broker keeps the
//! highest epoch in memory; that it obeys nobody until it has read the epoch is ours, and stands
//! for the broker epochs (KIP-380) by which Kafka shuts out controllers that do not know of its
//! restart. Ours too: both nodes are read at once; the version of `/controller_epoch` is the
//! epoch, since it is set nowhere else; the answer to a heartbeat names the latest change, where
//! TCP would repeat a watch that was lost; what the controller has to say, every 2 s, is nothing
//! in particular, and it writes to the protected store with it. What brokers register and what
//! else a controller writes to ZooKeeper, with the same check of the epoch, is left out.

mod broker;
mod config;
mod ensemble;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use ensemble::Stable;

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{rules, timers};
use crate::view::NodeView;
use broker::Broker;
use ensemble::Ensemble;

/// Whose `/controller` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The broker.
    pub broker: NodeId,
    /// The session with which the node ends.
    pub session: u32,
}

/// What ZooKeeper holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    /// `/controller`, if it is there.
    pub controller: Option<Owner>,
    /// `/controller_epoch`, and its version.
    pub epoch: u32,
    /// How often `/controller` was created or deleted.
    pub change: u32,
}

impl Record {
    /// Node 0 was the first controller.
    fn settled() -> Record {
        let controller = Owner { broker: NodeId(0), session: settled_session(NodeId(0)) };
        Record { controller: Some(controller), epoch: 1, change: 1 }
    }
}

/// The session of a broker when the run begins settled: one after another.
fn settled_session(broker: NodeId) -> u32 {
    u32::from(broker.0) + 1
}

/// What brokers say to the ensemble and to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Open a session (0), or let me come back to this one.
    Connect(u32),
    /// You are connected, with this session.
    Connected(u32),
    /// The session is over.
    Expired(u32),
    /// The session is alive.
    Ping(u32),
    /// So it is.
    Pong {
        /// The session.
        session: u32,
        /// The latest change of `/controller`.
        change: u32,
    },
    /// Who is the controller? Tell me of the next change.
    Get(u32),
    /// That is what the nodes say.
    Data {
        /// The session.
        session: u32,
        /// They.
        record: Record,
    },
    /// Create `/controller` and set the epoch to the next one.
    Multi {
        /// The session.
        session: u32,
        /// The version of the epoch that I have seen.
        version: u32,
    },
    /// Both are done.
    Done {
        /// The session.
        session: u32,
        /// The new epoch.
        epoch: u32,
    },
    /// Neither is: there is a controller.
    NodeExists(u32),
    /// Neither is: the epoch has another version.
    BadVersion(u32),
    /// `/controller` has changed.
    Changed {
        /// The session.
        session: u32,
        /// How often it has by now.
        change: u32,
    },
    /// Delete my `/controller`.
    Delete {
        /// The session.
        session: u32,
        /// The epoch of mine.
        version: u32,
    },
    /// Do this; I am the controller of this epoch.
    Update(u32),
    /// It is done.
    Accepted(u32),
    /// I have seen this epoch, which is higher.
    Stale(u32),
}

impl Message {
    /// The session that it belongs to; 0 if it goes from broker to broker.
    fn session(&self) -> u32 {
        match *self {
            Message::Connect(session)
            | Message::Connected(session)
            | Message::Expired(session)
            | Message::Ping(session)
            | Message::Pong { session, .. }
            | Message::Get(session)
            | Message::Data { session, .. }
            | Message::Multi { session, .. }
            | Message::Done { session, .. }
            | Message::NodeExists(session)
            | Message::BadVersion(session)
            | Message::Changed { session, .. }
            | Message::Delete { session, .. } => session,
            Message::Update(_) | Message::Accepted(_) | Message::Stale(_) => 0,
        }
    }
}

timers! {
    /// The timers.
    suspicion: Silence,
    /// A broker's next heartbeat.
    Ping = "heartbeat",
    /// The broker is disconnected.
    Silence = "silence",
    /// Time to connect again.
    Connect = "connect",
    /// The controller has something to say.
    Work = "work",
    /// The ensemble's next tick.
    Tick = "tick",
}

/// One node: a broker, or the ensemble.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KafkaController(Part);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Broker(Broker),
    Ensemble(Ensemble),
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "kafka-code" }
}

const fn sessions(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "zookeeper-recipes" }
}

rules! {
    CONNECT = sessions(
        "kafka-controller/connect",
        "A broker opens a session, or comes back to its own.",
    ),
    READ = rule("kafka-controller/read", "Read who is the controller, and watch for a change."),
    ELECT = rule(
        "kafka-controller/elect",
        "Nobody is: create /controller and raise the epoch, both at once or neither.",
    ),
    LEAD = rule("kafka-controller/lead", "Both are done: be the controller of the new epoch."),
    FOLLOW = rule("kafka-controller/follow", "Another is the controller: follow it."),
    CHANGED = rule("kafka-controller/changed", "/controller has changed: look again."),
    WORK = rule("kafka-controller/work", "The controller gives orders, with its epoch."),
    OBEY = rule("kafka-controller/obey", "No higher epoch is known: do it."),
    STALE = rule("kafka-controller/stale", "A higher controller epoch is known: refuse."),
    HEARTBEAT = sessions("kafka-controller/heartbeat", "The broker keeps its session."),
    HEARD = sessions("kafka-controller/heard", "A heartbeat or its answer: the session is kept."),
    DISCONNECTED = rule(
        "kafka-controller/disconnected",
        "ZooKeeper is silent: go back to it. A controller goes on.",
    ),
    EXPIRED = rule("kafka-controller/expired", "The session is over: stop, and open another."),
    SESSION = sessions("kafka-controller/session", "A session is opened, or goes on."),
    SERVE = sessions("kafka-controller/serve", "ZooKeeper answers, and the session is kept."),
    EXPIRE = Rule {
        id: "kafka-controller/expire",
        text: "A tick: sessions silent for too long end, and /controller with its own.",
        source: "zookeeper-expiry",
    },
    RESIGN = rule("kafka-controller/resign", "The controller deletes /controller and is none."),
}

impl Protocol for KafkaController {
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
        MessageKind { name: "GET", sign: Sign::Request },
        MessageKind { name: "DATA", sign: Sign::Yes },
        MessageKind { name: "CREATE AND RAISE", sign: Sign::Request },
        MessageKind { name: "DONE", sign: Sign::Yes },
        MessageKind { name: "NODE EXISTS", sign: Sign::No },
        MessageKind { name: "BAD VERSION", sign: Sign::No },
        MessageKind { name: "CHANGED", sign: Sign::Announcement },
        MessageKind { name: "DELETE", sign: Sign::Request },
        MessageKind { name: "UPDATE METADATA", sign: Sign::Announcement },
        MessageKind { name: "UPDATED", sign: Sign::Pulse },
        MessageKind { name: "STALE CONTROLLER EPOCH", sign: Sign::No },
    ];
    const TRANSFERS: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        KafkaController(match cx.me().0 + 1 == cx.nodes() {
            true => Part::Ensemble(Ensemble::boot(config, stable, cx)),
            false => Part::Broker(Broker::boot(config, cx)),
        })
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match &mut self.0 {
            Part::Broker(broker) => broker_does(broker, config, event, cx),
            Part::Ensemble(ensemble) => ensemble_does(ensemble, config, event, cx),
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        match &self.0 {
            Part::Broker(broker) => broker.view(),
            Part::Ensemble(ensemble) => ensemble.view(config),
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match *message {
            Message::Connect(_) => (0, 0),
            Message::Connected(_) => (1, 0),
            Message::Expired(_) => (2, 0),
            Message::Ping(_) => (3, 0),
            Message::Pong { .. } => (4, 0),
            Message::Get(_) => (5, 0),
            Message::Data { record, .. } => (6, record.epoch),
            Message::Multi { version, .. } => (7, version + 1),
            Message::Done { epoch, .. } => (8, epoch),
            Message::NodeExists(_) => (9, 0),
            Message::BadVersion(_) => (10, 0),
            Message::Changed { .. } => (11, 0),
            Message::Delete { version, .. } => (12, version),
            Message::Update(epoch) => (13, epoch),
            Message::Accepted(epoch) => (14, epoch),
            Message::Stale(epoch) => (15, epoch),
        };
        Label { kind, number: Token(u64::from(number)) }
    }
}

fn broker_does(
    broker: &mut Broker,
    config: &Config,
    event: Event<KafkaController>,
    cx: &mut Context<'_, KafkaController>,
) {
    if let Event::Message { message, .. } = &event
        && broker.is_session(message.session())
    {
        broker.hear(config, cx);
    }
    match event {
        Event::Timer(Timer::Connect) => broker.connect(config, cx),
        Event::Message { message: Message::Connected(session), .. } => {
            broker.connected(config, session, cx);
        }
        Event::Timer(Timer::Work) => {
            cx.cite(WORK);
            broker.work(config, cx);
        }
        Event::Message { from, message: Message::Update(epoch) } => {
            broker.update(config, from, epoch, cx);
        }
        Event::Message { message: Message::Accepted(_), .. } => cx.cite(HEARD),
        // Only ZooKeeper can tell a controller that it is none.
        Event::Message { message: Message::Stale(_), .. } => cx.cite(STALE),
        // What belongs to a session that is over no longer counts.
        Event::Message { message, .. } if !broker.is_session(message.session()) => {}
        Event::Message { message: Message::Data { record, .. }, .. } => {
            broker.data(config, record, cx);
        }
        Event::Message { message: Message::Done { epoch, .. }, .. } => {
            broker.done(config, epoch, cx);
        }
        Event::Message { message: Message::NodeExists(_) | Message::BadVersion(_), .. } => {
            broker.too_late(cx);
        }
        Event::Message { message: Message::Changed { change, .. }, .. } => {
            cx.cite(CHANGED);
            broker.changed(change, cx);
        }
        Event::Timer(Timer::Ping) => {
            cx.cite(HEARTBEAT);
            broker.ping(config, cx);
        }
        Event::Message { message: Message::Pong { change, .. }, .. } => {
            cx.cite(HEARD);
            broker.changed(change, cx);
        }
        Event::Timer(Timer::Silence) => broker.disconnected(config, cx),
        Event::Message { message: Message::Expired(_), .. } => broker.expired(config, cx),
        Event::Command(Command::Transfer(_)) => broker.resign(config, cx),
        Event::Command(Command::Campaign) => broker.campaign(cx),
        Event::Message { .. } | Event::Timer(Timer::Tick) | Event::WriteAnswer(_) => {}
    }
}

fn ensemble_does(
    ensemble: &mut Ensemble,
    config: &Config,
    event: Event<KafkaController>,
    cx: &mut Context<'_, KafkaController>,
) {
    match event {
        Event::Message { from, message } => {
            cx.cite(match message {
                Message::Connect(_) => SESSION,
                Message::Ping(_) => HEARD,
                _ => SERVE,
            });
            if ensemble.admits(from, &message, cx) {
                ensemble.serve(config, from, message, cx);
            }
        }
        Event::Timer(Timer::Tick) => ensemble.tick(config, cx),
        // The ensemble takes no part in the election.
        Event::Timer(_) | Event::WriteAnswer(_) | Event::Command(_) => {}
    }
}
