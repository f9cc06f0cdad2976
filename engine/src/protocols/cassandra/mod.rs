//! Cassandra: nobody leads. A row changes on condition by Paxos, and any node may propose.
//!
//! DataStax documentation, *Lightweight transactions*, and Apache Cassandra's `StorageProxy`: the
//! first variant of its Paxos. Version 4.1 brought a second one, which one has to ask for and which
//! joins the first two of the four round trips. There is one row of
//! one partition, and every node is a replica of it, a coordinator, and a client. The client's
//! update is `UPDATE … SET version = v + 1, by = me IF version = v`, where v is what it has seen
//! last: of two that have seen the same version one is applied.
//!
//! Paxos decides here what the next version of the row is, and not who leads. A coordinator is a
//! proposer for one update; the next update may come from anywhere, several at once.
//!
//! Rules, in the order of the `match` below. Of a coordinator:
//! 1. `ask`: a client wants to change the row, if it still is as the client has seen it.
//! 2. `prepare`: take a ballot above all that this node has promised or heard of, and ask all
//!    replicas to promise it.
//! 3. `back-off`: the wait is over, try again.
//! 4. `count`: an answer, but no majority yet.
//! 5. `finish`: a majority has promised, and one of them has accepted an update that is not
//!    committed: propose that first, whoever's it is.
//! 6. `repair`: some of them lack the latest commit: send it to them and begin again.
//! 7. `read`: read the row at a majority.
//! 8. `not-applied`: the condition does not hold: tell the client what the row is.
//! 9. `propose`: it holds: ask all to accept the update.
//! 10. `contend`: somebody has promised a higher ballot: wait for a random time below
//!     `back_off_ms`, and prepare again.
//! 11. `chosen`: a majority has accepted: the update is the next version. Commit it.
//! 12. `count`, as above.
//! 13. `applied`: a majority has committed: tell the client. If it was another's update, begin
//!     again with one's own.
//! 14. `unknown`: no end within `timeout_ms`, or too many refuse an update that others have
//!     accepted: tell the client that nobody knows whether it was applied or will be.
//!
//! Of a replica:
//! 15. `promise`: a ballot higher than all before: promise it, on disk, and tell what was
//!     accepted and what is committed.
//! 16. `refuse`: a higher one was promised; say which.
//! 17. `row`: answer with the row.
//! 18. `accept`: accept, on disk, unless a higher ballot was promised.
//! 19. `commit`: write the row, unless it was written at a higher ballot.
//!
//! Ours: a ballot is a round and a node as in [`super::paxos`], where Cassandra has a time and a
//! random part; the acceptor is the same. An update keeps the ballot at which it was first
//! proposed, so that it can be recognised when another finishes it. Every node is a replica,
//! where Cassandra keeps a partition on as many as the replication factor says. Clients do not
//! read: who is told that the condition does not hold learns the version.

mod config;
mod coordinator;
mod replica;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use replica::Replica;

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{rules, timers};
use crate::protocols::paxos::{Accepted, round_of};
use crate::view::{Field, Kept, NodeView, Role};
use coordinator::{Coordinator, Phase, Told};

/// A change of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Update {
    /// The version that it makes.
    pub version: u32,
    /// Whose client has made it.
    pub by: NodeId,
    /// The ballot at which it was first proposed.
    pub first_ballot: Token,
}

/// What coordinators and replicas say to each other. Each carries the ballot that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Promise to accept nothing below this ballot.
    Prepare(Token),
    /// Promised.
    Promise {
        /// The ballot.
        ballot: Token,
        /// What was accepted at the highest ballot.
        accepted: Option<Accepted<Update>>,
        /// The row.
        row: Option<Accepted<Update>>,
    },
    /// Not at this ballot: the second one was promised.
    Nack(Token, Token),
    /// What is the row?
    Read(Token),
    /// This.
    Row(Token, Option<Accepted<Update>>),
    /// Accept this update.
    Propose(Token, Update),
    /// Accepted.
    Voted(Token),
    /// It is chosen: write it.
    Commit(Accepted<Update>),
    /// Written.
    Ack(Token),
}

timers! {
    /// The timers of a coordinator. Nobody is suspected of anything.
    suspicion: Timeout,
    /// The client wants to change the row.
    Client = "client",
    /// Another was faster; try again.
    BackOff = "back-off",
    /// The update takes too long.
    Timeout = "timeout",
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cassandra {
    replica: Replica,
    coordinator: Coordinator,
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "datastax-lwt" }
}

const fn code(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "cassandra-code" }
}

rules! {
    ASK = rule("cassandra/ask", "A client wants to change the row, if it is as it has seen it."),
    PREPARE = rule("cassandra/prepare", "Ask all replicas to promise a new, higher ballot."),
    BACK_OFF = code("cassandra/back-off", "The wait is over: try again with a higher ballot."),
    COUNT = rule("cassandra/count", "An answer that counts, but it takes a majority."),
    FINISH = code("cassandra/finish", "Another's update is half done: propose that first."),
    REPAIR = code("cassandra/repair", "Some replicas lack the latest commit: send it to them."),
    READ = rule("cassandra/read", "A majority has promised: read the row at a majority."),
    NOT_APPLIED = rule("cassandra/not-applied", "The row has changed since: nothing is done."),
    PROPOSE = rule("cassandra/propose", "The condition holds: ask all to accept the update."),
    CONTEND = code("cassandra/contend", "A higher ballot was promised: wait, and try again."),
    CHOSEN = rule("cassandra/chosen", "A majority has accepted: commit this as the next version."),
    APPLIED = rule("cassandra/applied", "A majority has written it: the client is told so."),
    UNKNOWN = code("cassandra/unknown", "Outbid, or too late: nobody knows whether it is applied."),
    PROMISE = rule("cassandra/promise", "The highest ballot so far: promise it, on disk."),
    REFUSE = rule("cassandra/refuse", "A higher ballot was promised: refuse, and say which."),
    ROW = rule("cassandra/row", "The replica tells what it has in the row."),
    ACCEPT = rule("cassandra/accept", "No higher ballot was promised: accept, on disk."),
    COMMIT = rule("cassandra/commit", "The update is chosen: write it into the row."),
}

impl Protocol for Cassandra {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Replica;

    const ELECTS: bool = false;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "PREPARE", sign: Sign::Request },
        MessageKind { name: "PROMISE", sign: Sign::Yes },
        MessageKind { name: "NACK", sign: Sign::No },
        MessageKind { name: "READ", sign: Sign::Request },
        MessageKind { name: "ROW", sign: Sign::Yes },
        MessageKind { name: "PROPOSE", sign: Sign::Request },
        MessageKind { name: "VOTED", sign: Sign::Yes },
        MessageKind { name: "COMMIT", sign: Sign::Announcement },
        MessageKind { name: "ACK", sign: Sign::Yes },
    ];

    fn boot(config: &Config, stable: Replica, cx: &mut Context<'_, Self>) -> Self {
        let replica = stable.boot(cx);
        let coordinator = Coordinator::boot(replica.version(), config, cx);
        Cassandra { replica, coordinator }
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Client) | Event::Command(Command::Campaign) => {
                self.ask(config, cx);
            }
            Event::Timer(Timer::BackOff) => {
                cx.cite(BACK_OFF);
                self.prepare(config, cx);
            }
            Event::Message { from, message: Message::Promise { ballot, accepted, row } } => {
                if ballot == self.coordinator.mine {
                    self.promised(from, accepted, row, config, cx);
                }
            }
            Event::Message { from, message: Message::Row(ballot, row) } => {
                if ballot == self.coordinator.mine {
                    self.row(from, row, config, cx);
                }
            }
            Event::Message { from, message: Message::Nack(ballot, promised) } => {
                if ballot == self.coordinator.mine {
                    self.refused(from, promised, config, cx);
                }
            }
            Event::Message { from, message: Message::Voted(ballot) } => {
                if ballot == self.coordinator.mine {
                    self.voted(from, config, cx);
                }
            }
            Event::Message { from, message: Message::Ack(ballot) } => {
                if ballot == self.coordinator.mine {
                    self.acked(from, config, cx);
                }
            }
            Event::Timer(Timer::Timeout) => self.give_up(config, cx),
            Event::Message { from, message } => self.serve(from, message, config, cx),
            // There is nothing to hand over, and no store to write to.
            Event::Command(Command::Transfer(_)) | Event::WriteAnswer(_) => {}
        }
    }

    fn view(&self, _: &Config) -> NodeView {
        let Replica { acceptor, row } = self.replica;
        let Told { applied, not_applied, unknown } = self.coordinator.told;
        let is_idle = self.coordinator.phase == Phase::Idle;
        let field = |kept, name, value| Field { kept, name, value };
        NodeView {
            // Who coordinates an update stands for nothing.
            role: Role::Follower,
            believes: None,
            number: if is_idle { acceptor.promised } else { self.coordinator.mine },
            vote: acceptor.accepted.map(|accepted| accepted.value.by),
            ballots: (!is_idle).then_some(self.coordinator.ballots),
            missed: None,
            log: None,
            fields: vec![
                field(Kept::Persistent, "row", Replica::words(row)),
                field(Kept::Persistent, "promised", acceptor.promised.to_string()),
                field(Kept::Persistent, "accepted", Replica::words(acceptor.accepted)),
                field(Kept::Volatile, "coordinator", self.doing()),
                field(Kept::Volatile, "its client has seen", self.coordinator.seen.to_string()),
                field(
                    Kept::Volatile,
                    "its client was told",
                    format!("applied {applied}, not applied {not_applied}, unknown {unknown}"),
                ),
            ],
        }
    }

    fn round(number: Token) -> u64 {
        round_of(number)
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Prepare(ballot) => (0, *ballot),
            Message::Promise { ballot, .. } => (1, *ballot),
            // What was promised instead is what the coordinator needs to know.
            Message::Nack(_, promised) => (2, *promised),
            Message::Read(ballot) => (3, *ballot),
            Message::Row(ballot, _) => (4, *ballot),
            Message::Propose(ballot, _) => (5, *ballot),
            Message::Voted(ballot) => (6, *ballot),
            Message::Commit(commit) => (7, commit.ballot),
            Message::Ack(ballot) => (8, *ballot),
        };
        Label { kind, number }
    }
}

impl Cassandra {
    /// What a replica is asked for.
    fn serve(
        &mut self,
        from: NodeId,
        message: Message,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let promised = self.replica.acceptor.promised;
        match message {
            Message::Prepare(ballot) if ballot > promised => {
                cx.cite(PROMISE);
                self.replica.promise(ballot, config, cx);
                let Replica { acceptor, row } = self.replica;
                cx.send(from, Message::Promise { ballot, accepted: acceptor.accepted, row });
            }
            Message::Propose(ballot, update) if ballot >= promised => {
                cx.cite(ACCEPT);
                self.replica.accept(ballot, update, config, cx);
                cx.send(from, Message::Voted(ballot));
            }
            // What was promised already comes again only as a copy.
            Message::Prepare(ballot) | Message::Propose(ballot, _) if ballot < promised => {
                cx.cite(REFUSE);
                cx.note(Note::Refuse(from, ballot));
                cx.send(from, Message::Nack(ballot, promised));
            }
            Message::Read(ballot) => {
                cx.cite(ROW);
                cx.send(from, Message::Row(ballot, self.replica.row));
            }
            Message::Commit(commit) => {
                cx.cite(COMMIT);
                self.replica.commit(commit, cx);
                cx.send(from, Message::Ack(commit.ballot));
            }
            // Answers are for the coordinator.
            _ => {}
        }
    }
}
