//! The leader of a partition in Kafka: nobody votes, the controller picks from the replicas that
//! are in sync.
//!
//! Apache Kafka, `PartitionChangeBuilder`, `ReplicationControlManager`, `BrokerHeartbeatManager`
//! and `Partition.scala`, with the defaults of that version. The last node of the cluster is the
//! controller, all others are brokers with a replica each, assigned in the order of ids. How
//! controllers elect one of themselves is in [`super::kafka_controller`] and [`super::kraft`];
//! here the controller is one node that keeps what it has written.
//!
//! A write is acknowledged when all replicas in sync (the ISR) have it: `acks=all`. How far that
//! is, the high watermark, is what is told to the observers as the log of a node, so that a node
//! whose log goes back has dropped what a client was told is safe.
//!
//! Rules, in the order of the `match` below. Of the controller:
//! 1. `register`: a broker has started. Its process before is over, and it is not in sync.
//! 2. `return`: a heartbeat of a broker that was fenced: it may lead again. The answer to every
//!    heartbeat says who leads.
//! 3. `fence`: a broker was silent for `session_ms`, by the controller's clock: it is neither in
//!    sync nor alive. The last one of the ISR stays in it.
//! 4. `elect`: the leader stays if it is alive and in sync. Otherwise the first in the order of
//!    the assignment that is leads, with the next leader epoch. `unclean`: if there is none and
//!    that is allowed, the first that is alive, and the ISR is that one alone. `no-leader`: if it
//!    is not allowed, nobody leads until one of the ISR is back.
//! 5. `alter`: the leader may change the ISR, if both its epochs are the current ones.
//! 6. `preferred`: asked for an election, make the first replica the leader if it is valid.
//!
//! Of a broker:
//! 7. `heartbeat`: say every `heartbeat_ms` that it is there.
//! 8. `metadata`: take what the controller says, unless something newer is known. `follow`: fetch
//!    from the leader.
//! 9. `lead`: be the leader; its leader epoch is its number.
//! 10. `append`: a client writes every `write_ms`. `too-few`: refuse if fewer than `min_insync`
//!     replicas are in sync.
//! 11. What all in the ISR have is acknowledged, those included that the leader wants in it.
//! 12. `fetch`: say where the own log ends. `serve`: answer with the entries of one epoch that
//!     follow. `fenced-epoch`: refuse who asks with an older leader epoch.
//! 13. `expand`: a follower has all that is acknowledged and all that the leader began with: ask
//!     for an ISR with it.
//! 14. `shrink`: looked at every half of `lag_ms`, one has lacked something for longer than
//!     `lag_ms`: ask for an ISR without it, and go on waiting for it until the controller agrees.
//! 15. `replicate`: append the leader's entries.
//! 16. `truncate`: the leader's log parts from this one: drop what it has not.
//!
//! Simplified, and so ours: the controller sends what changes to all brokers, and with the answer
//! to each heartbeat, where brokers fetch a log of metadata. A follower asks again after
//! `fetch_ms`, where the leader holds the answer back for that time. A process is known by when
//! it has started, where Kafka has a random id and a broker epoch. A wish for an ISR with a
//! broker that is fenced counts as a change, so that a copy of it is refused too; Kafka sends one
//! at a time over one connection. The high watermark and every entry are on disk at once, where
//! Kafka leaves them in memory for a while. That a leader waits for a replica that is about to
//! join, eligible leader replicas (KIP-966), controlled shutdown and the recovery state after an
//! unclean election are left out. Leader epochs are counted from 1. The writes to the protected
//! store are ours: Kafka hands its epoch to its own brokers only. And a heartbeat counts here
//! whether or not its answer is heard, so that a broker which the controller hears and cannot
//! answer stays; over TCP its later heartbeats would not arrive, and it would be fenced.

mod config;
mod controller;
mod replica;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use controller::{Book, Broker};
pub use replica::Disk;

use crate::ids::{LogEnd, NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Protocol, Rule, Sign};
use crate::protocols::declare::{rules, timers};
use crate::time::SimTime;
use crate::view::{NodeSet, NodeView};
use controller::Controller;
use replica::Replica;

/// What the controller decides about the partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Partition {
    /// Who leads.
    pub leader: Option<NodeId>,
    /// Grows with every change of the leader.
    pub leader_epoch: u32,
    /// Grows with every change.
    pub partition_epoch: u32,
    /// Who is in sync.
    pub isr: NodeSet,
}

impl Partition {
    /// All are in sync and the first leads.
    fn settled(brokers: u8) -> Partition {
        let isr = NodeId::all(brokers).collect();
        Partition { leader: Some(NodeId(0)), leader_epoch: 1, partition_epoch: 1, isr }
    }

    /// The number that its leader leads with.
    pub fn number(self) -> Token {
        Token(u64::from(self.leader_epoch))
    }
}

/// What brokers and the controller say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// A process that runs since then is there.
    Register(SimTime),
    /// It is known, and this is the partition.
    Registered {
        /// Which process.
        since: SimTime,
        /// What was decided.
        partition: Partition,
    },
    /// The process is still there.
    Heartbeat(SimTime),
    /// This is the partition.
    Metadata(Partition),
    /// Make the first replica the leader.
    Prefer,
    /// Change the ISR to this; the epochs are those that I know.
    Alter(Partition),
    /// Your leader epoch is old; this is the current one.
    FencedEpoch(u32),
    /// My log ends here; what follows?
    Fetch {
        /// The leader epoch that I know.
        epoch: u32,
        /// Where.
        end: LogEnd,
    },
    /// This follows.
    Records {
        /// The leader epoch.
        epoch: u32,
        /// On what.
        base: LogEnd,
        /// Of which epoch the entries are, and how many.
        batch: (u32, u32),
        /// How many entries are acknowledged.
        high: u32,
    },
    /// My log parts from yours.
    Diverging {
        /// The leader epoch.
        epoch: u32,
        /// From where you say that yours ends.
        base: LogEnd,
        /// Where mine ends in the epoch of your last entry, or in the one before.
        at: LogEnd,
    },
}

timers! {
    /// The timers.
    suspicion: Session,
    /// The first session at the controller may be over.
    Session = "session",
    /// A broker's next heartbeat.
    Heartbeat = "heartbeat",
    /// A follower fetches again.
    Fetch = "fetch",
    /// A client writes.
    Write = "write",
    /// The leader looks who lags.
    Lag = "lag",
}

/// What a node has on its disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stable {
    /// Nothing yet.
    #[default]
    Empty,
    /// Of the controller.
    Controller(Book),
    /// Of a broker.
    Replica(Disk),
}

/// One node: a broker, or the controller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KafkaPartition(Part);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Replica(Replica),
    Controller(Controller),
}

/// Nodes in words.
fn list(nodes: NodeSet) -> String {
    let nodes: Vec<String> = nodes.iter().map(|node| format!("node {node}")).collect();
    if nodes.is_empty() { "none".to_owned() } else { nodes.join(", ") }
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "kafka-code" }
}

rules! {
    REGISTER = rule("kafka-partition/register", "A broker has started; what it was before is over."),
    RETURN = rule("kafka-partition/return", "A fenced broker is heard again: it may lead again."),
    FENCE = rule("kafka-partition/fence", "A broker is silent for its session: fence it."),
    ELECT = rule(
        "kafka-partition/elect",
        "The first replica that is alive and in sync is to lead, with the next epoch.",
    ),
    UNCLEAN = rule(
        "kafka-partition/unclean",
        "Nobody in sync is alive: one that lacks writes is to lead.",
    ),
    NO_LEADER = rule("kafka-partition/no-leader", "Nobody in sync is alive: nobody leads."),
    ALTER = rule("kafka-partition/alter", "The leader knows the current epochs: the ISR changes."),
    PREFERRED = rule("kafka-partition/preferred", "The first replica is valid: it is to lead."),
    HEARTBEAT = rule("kafka-partition/heartbeat", "The broker says that it is there."),
    METADATA = rule("kafka-partition/metadata", "What the controller says is newer: take it."),
    FOLLOW = rule("kafka-partition/follow", "Another leads: fetch from it."),
    LEAD = rule("kafka-partition/lead", "The controller says so: lead with the new epoch."),
    APPEND = rule("kafka-partition/append", "A client writes to the leader's log."),
    TOO_FEW = rule("kafka-partition/too-few", "Too few replicas are in sync: refuse the write."),
    FETCH = rule("kafka-partition/fetch", "The follower asks for what follows on its log."),
    SERVE = rule("kafka-partition/serve", "The leader answers, and sees how far the other is."),
    FENCED_EPOCH = rule("kafka-partition/fenced-epoch", "An older leader epoch: refuse."),
    EXPAND = rule("kafka-partition/expand", "A follower has caught up: ask for it to be in sync."),
    SHRINK = rule(
        "kafka-partition/shrink",
        "A follower has lagged for too long: ask to be without it.",
    ),
    REPLICATE = rule("kafka-partition/replicate", "The follower appends the leader's entries."),
    TRUNCATE = rule("kafka-partition/truncate", "The leader's log parts from this one: cut back."),
}

impl Protocol for KafkaPartition {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const READS_CLOCK: bool = true;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "REGISTER", sign: Sign::Request },
        MessageKind { name: "REGISTERED", sign: Sign::Yes },
        MessageKind { name: "HEARTBEAT", sign: Sign::Pulse },
        MessageKind { name: "METADATA", sign: Sign::Announcement },
        MessageKind { name: "ELECT PREFERRED", sign: Sign::Request },
        MessageKind { name: "ALTER PARTITION", sign: Sign::Request },
        MessageKind { name: "FENCED LEADER EPOCH", sign: Sign::No },
        MessageKind { name: "FETCH", sign: Sign::Pulse },
        MessageKind { name: "RECORDS", sign: Sign::Pulse },
        MessageKind { name: "DIVERGING EPOCH", sign: Sign::No },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let is_controller = cx.me().0 + 1 == cx.nodes();
        KafkaPartition(match stable {
            Stable::Controller(book) => Part::Controller(Controller::boot(config, book, cx)),
            Stable::Replica(disk) => Part::Replica(Replica::boot(config, disk, cx)),
            Stable::Empty if is_controller => {
                Part::Controller(Controller::boot(config, Book::default(), cx))
            }
            Stable::Empty => Part::Replica(Replica::boot(config, Disk::default(), cx)),
        })
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match &mut self.0 {
            Part::Controller(controller) => controls(controller, config, event, cx),
            Part::Replica(replica) => replicates(replica, config, event, cx),
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        match &self.0 {
            Part::Controller(controller) => controller.view(config),
            Part::Replica(replica) => replica.view(),
        }
    }

    fn label(message: &Message) -> Label {
        let epoch = |epoch: &u32| Token(u64::from(*epoch));
        let (kind, number) = match message {
            Message::Register(_) => (0, Token(0)),
            Message::Registered { partition, .. } => (1, partition.number()),
            Message::Heartbeat(_) => (2, Token(0)),
            Message::Metadata(partition) => (3, partition.number()),
            Message::Prefer => (4, Token(0)),
            Message::Alter(partition) => (5, partition.number()),
            Message::FencedEpoch(of) => (6, epoch(of)),
            Message::Fetch { epoch: of, .. } => (7, epoch(of)),
            Message::Records { epoch: of, .. } => (8, epoch(of)),
            Message::Diverging { epoch: of, .. } => (9, epoch(of)),
        };
        Label { kind, number }
    }
}

fn controls(
    controller: &mut Controller,
    config: &Config,
    event: Event<KafkaPartition>,
    cx: &mut Context<'_, KafkaPartition>,
) {
    match event {
        Event::Message { from, message: Message::Register(since) } => {
            controller.register(config, from, since, cx);
        }
        Event::Message { from, message: Message::Heartbeat(since) } => {
            cx.cite(HEARTBEAT);
            controller.heartbeat(config, from, since, cx);
        }
        Event::Timer(Timer::Session) => controller.look(config, cx),
        Event::Message { from, message: Message::Alter(wanted) } => {
            controller.alter(config, from, wanted, cx);
        }
        Event::Message { message: Message::Prefer, .. } | Event::Command(Command::Campaign) => {
            controller.prefer(cx);
        }
        Event::Message { .. }
        | Event::Timer(_)
        | Event::WriteAnswer(_)
        | Event::Command(Command::Transfer(_)) => {}
    }
}

fn replicates(
    replica: &mut Replica,
    config: &Config,
    event: Event<KafkaPartition>,
    cx: &mut Context<'_, KafkaPartition>,
) {
    match event {
        Event::Timer(Timer::Heartbeat) => {
            cx.cite(HEARTBEAT);
            replica.heartbeat(config, cx);
        }
        Event::Message { message: Message::Registered { since, partition }, .. } => {
            replica.registered(config, since, partition, cx);
        }
        Event::Message { message: Message::Metadata(partition), .. } => {
            cx.cite(HEARTBEAT);
            replica.metadata(config, partition, cx);
        }
        Event::Timer(Timer::Write) => replica.append(config, cx),
        Event::Timer(Timer::Fetch) => {
            cx.cite(FETCH);
            replica.fetch(config, cx);
        }
        Event::Message { from, message: Message::Fetch { epoch, end } } => {
            replica.serve(config, from, (epoch, end), cx);
        }
        Event::Timer(Timer::Lag) => replica.shrink(config, cx),
        Event::Message { message: Message::Records { epoch, base, batch, high }, .. } => {
            replica.records(config, (epoch, base), batch, high, cx);
        }
        Event::Message { message: Message::Diverging { epoch, base, at }, .. } => {
            replica.diverging(config, (epoch, base), at, cx);
        }
        Event::Message { message: Message::FencedEpoch(_), .. } => cx.cite(FENCED_EPOCH),
        Event::Command(Command::Campaign) => {
            cx.cite(PREFERRED);
            cx.send(NodeId(cx.nodes() - 1), Message::Prefer);
        }
        // A leader learns from the controller that it is none, and from nobody else.
        Event::Message { .. }
        | Event::Timer(Timer::Session)
        | Event::WriteAnswer(_)
        | Event::Command(Command::Transfer(_)) => {}
    }
}
