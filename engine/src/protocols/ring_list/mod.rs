//! The ring election that collects a list: every live node signs, the highest one leads.
//!
//! In the form in which van Steen and Tanenbaum's *Distributed Systems* teaches it (first
//! edition 2002). Unlike Chang and Roberts' nodes, these know all ids and can step over a
//! successor that does not answer; and unlike there, no message is stopped on its way.
//!
//! Rules, in the order of the `match` below:
//! 1. `heartbeat`: the leader sends a heartbeat to all and writes to the store.
//! 2. `miss`: a follower that hears nothing for an interval counts a missed heartbeat; the third
//!    makes it suspect the leader and hold an election.
//! 3. `skip`: the successor did not acknowledge in time; take it for dead and try the next one.
//! 4. `again`: no leader was announced in time; hold another election.
//! 5. `acknowledged`: the successor has the message; send it the next one, if there is one.
//! 6. `sign`: an ELECTION with somebody else's list comes by; add the own id and pass it on.
//! 7. `announce`: the own list comes home; its highest id leads, and COORDINATOR goes round.
//! 8. `told`: COORDINATOR comes by; believe it if it is not older than what is known, and pass
//!    it on.
//! 9. `lead`: COORDINATOR names this node; lead.
//! 10. `done`: the own COORDINATOR comes home; everybody has had it.
//! 11. `orphan`: a message comes by a second time, or comes home to a node that does not wait
//!     for it; drop it. Whoever sent it has failed.
//! 12. `heard`: the leader's heartbeat arrives; nothing is missed.
//! 13. `newer`: a leader with a higher number, or as high a number and a higher id, is heard of
//!     by its heartbeat; follow it.
//! 14. `refused`: the store has seen a higher number; hold an election, to get one that is
//!     higher still.
//! 15. `start`: a node that starts holds an election.
//! 16. `election`: begin a list with the own id and send it to the successor.
//!
//! Rules 6 to 10, 16 and the stepping over are the textbook's. Detection, acknowledgements and
//! their timeout, the two other timeouts, what becomes of orphans, and the number are ours.
//! ELECTION collects the highest number that the signers have seen; the new one is higher by one,
//! unless the same leader has a higher one by another list already. A node passes on one message
//! at a time and keeps the others waiting.
//!
//! Nothing counts how many signed. Each side of a partition steps over the other, closes its
//! own ring and has its own leader, and both may mint the same number.

mod config;

pub use config::{Broken, Config, INFO, SWITCHES};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::view::{Field, Kept, NodeSet, NodeView, Role};
use std::collections::VecDeque;

/// What nodes say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// I lead, and I am alive.
    Heartbeat(Token),
    /// Sign, or take note, and pass it on.
    Round(Round),
    /// I have it.
    Ack(RoundId),
}

/// A message that goes round the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Round {
    /// Who began it and takes it off the ring.
    pub initiator: NodeId,
    /// Who has had it.
    pub list: NodeSet,
    /// What it is for.
    pub purpose: Purpose,
}

/// What goes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// ELECTION: who is up, and what is the highest number that they have seen?
    Collect(Token),
    /// COORDINATOR: this node leads, with this number, and these are up.
    Announce(NodeId, Token, NodeSet),
}

/// Tells the messages apart that may wait at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoundId {
    initiator: NodeId,
    announces: bool,
}

impl Round {
    fn id(&self) -> RoundId {
        let announces = matches!(self.purpose, Purpose::Announce(..));
        RoundId { initiator: self.initiator, announces }
    }
}

timers! {
    /// The timers of a node.
    suspicion: Silence,
    /// The leader's next heartbeat.
    Heartbeat = "heartbeat",
    /// The next heartbeat counts as missed.
    Silence = "silence",
    /// The successor has not acknowledged.
    Ack = "ack",
    /// No leader was announced.
    Coordinator = "coordinator",
}

/// What survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The highest number that this node has seen.
    pub highest: Token,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RingList {
    me: NodeId,
    nodes: u8,
    // Persistent.
    stable: Stable,
    // Volatile.
    /// Waits for the list that it has begun.
    list_is_out: bool,
    /// Signed somebody else's list and waits for the announcement.
    signed: bool,
    leader: Option<NodeId>,
    number: Token,
    missed: u32,
    /// What is to be passed on. The first one is with `trying`.
    outbox: VecDeque<Round>,
    /// Whose acknowledgement is awaited.
    trying: Option<NodeId>,
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "distributed-systems-book" }
}

rules! {
    HEARTBEAT = ours("ring-list/heartbeat", "The leader says that it is alive, and writes."),
    MISS = ours(
        "ring-list/miss",
        "No heartbeat in time counts as missed; the third is a suspicion.",
    ),
    SKIP = rule("ring-list/skip", "The successor does not acknowledge: step over it."),
    AGAIN = ours("ring-list/again", "No leader was announced in time: begin another list."),
    ACKNOWLEDGED = ours(
        "ring-list/acknowledged",
        "The successor has it: this node's part is done.",
    ),
    SIGN = rule("ring-list/sign", "A list comes by: add the own id and pass it on."),
    ANNOUNCE = rule(
        "ring-list/announce",
        "The list comes home: its highest id leads. Tell everybody.",
    ),
    TOLD = rule("ring-list/told", "The announcement comes by: take note and pass it on."),
    LEAD = rule("ring-list/lead", "The announcement names this node: it leads."),
    DONE = rule("ring-list/done", "The announcement comes home: everybody has had it."),
    ORPHAN = ours(
        "ring-list/orphan",
        "This message has been here, and its sender is gone: drop it.",
    ),
    HEARD = ours("ring-list/heard", "The leader's heartbeat arrives: nothing is missed."),
    NEWER = ours(
        "ring-list/newer",
        "A leader with a higher number, or a higher id, is alive: follow it.",
    ),
    REFUSED = ours(
        "ring-list/refused",
        "The store has seen a higher number: somebody else has led.",
    ),
    START = ours("ring-list/start", "A node that starts holds an election."),
    ELECTION = rule("ring-list/election", "Begin a list with the own id and send it round."),
}

impl Protocol for RingList {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "HEARTBEAT", sign: Sign::Pulse },
        MessageKind { name: "ELECTION", sign: Sign::Request },
        MessageKind { name: "COORDINATOR", sign: Sign::Announcement },
        MessageKind { name: "ACK", sign: Sign::Yes },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut node = RingList {
            me: cx.me(),
            nodes: cx.nodes(),
            stable,
            list_is_out: false,
            signed: false,
            leader: None,
            number: stable.highest,
            missed: 0,
            outbox: VecDeque::new(),
            trying: None,
        };
        if cx.is_start() && config.settled {
            node.believe(NodeId(cx.nodes() - 1), Token(1), config, cx);
        } else {
            cx.cite(START);
            node.hold_election(config, cx);
        }
        node.post(config, cx);
        node
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Heartbeat) => {
                cx.cite(HEARTBEAT);
                cx.broadcast(Message::Heartbeat(self.number));
                self.write(config, cx);
                cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
            }
            Event::Timer(Timer::Silence) => {
                cx.cite(MISS);
                self.missed += 1;
                if self.missed < config.missed {
                    cx.set_timer(Timer::Silence, config.expect_ms);
                } else {
                    if let Some(leader) = self.leader.take() {
                        cx.note(Note::Suspect(leader));
                        cx.note(Note::Believe(None, self.number));
                    }
                    self.hold_election(config, cx);
                }
            }
            Event::Timer(Timer::Ack) => {
                cx.cite(SKIP);
                if let Some(silent) = self.trying.take() {
                    cx.note(Note::Suspect(silent));
                    self.offer(self.after(silent), config, cx);
                }
            }
            Event::Timer(Timer::Coordinator) => {
                cx.cite(AGAIN);
                self.hold_election(config, cx);
            }
            Event::Message { from, message: Message::Ack(id) } => {
                let awaited = self.outbox.front().is_some_and(|round| round.id() == id);
                if self.trying == Some(from) && awaited {
                    cx.cite(ACKNOWLEDGED);
                    self.outbox.pop_front();
                    self.trying = None;
                    cx.cancel_timer(Timer::Ack);
                }
            }
            Event::Message { from, message: Message::Round(round) } => {
                cx.send(from, Message::Ack(round.id()));
                self.receive(round, config, cx);
            }
            Event::Message { from, message: Message::Heartbeat(number) } => {
                if (self.leader, self.number) == (Some(from), number) {
                    cx.cite(HEARD);
                    self.believe(from, number, config, cx);
                } else if self.is_news(from, number) {
                    cx.cite(NEWER);
                    self.believe(from, number, config, cx);
                }
            }
            Event::WriteAnswer(answer) => {
                self.see(answer.highest, cx);
                let refused = !answer.accepted && answer.highest > self.number;
                if refused && self.leads() && !self.list_is_out {
                    cx.cite(REFUSED);
                    self.hold_election(config, cx);
                }
            }
            Event::Command(Command::Campaign) => self.hold_election(config, cx),
            // Leadership follows the id here; there is nothing to hand over.
            Event::Command(Command::Transfer(_)) => {}
        }
        self.post(config, cx);
    }

    fn view(&self, config: &Config) -> NodeView {
        let role = match (self.leads(), self.list_is_out) {
            (true, _) => Role::Leader,
            (false, true) => Role::Candidate,
            (false, false) => Role::Follower,
        };
        let doing = match (self.list_is_out, self.signed) {
            (true, _) => "waiting for its list",
            (false, true) => "waiting for the announcement",
            (false, false) => "normal",
        };
        let follows = role == Role::Follower && self.leader.is_some();
        let volatile = |name, value| Field { kept: Kept::Volatile, name, value };
        NodeView {
            role,
            believes: self.leader,
            number: self.number,
            vote: None,
            ballots: None,
            log: None,
            missed: follows.then_some((self.missed, config.missed)),
            fields: vec![
                Field {
                    kept: Kept::Persistent,
                    name: "highest number seen",
                    value: self.stable.highest.to_string(),
                },
                volatile("doing", doing.to_owned()),
                volatile("heartbeats missed", self.missed.to_string()),
                volatile(
                    "waits for an acknowledgement of",
                    self.trying.map_or("nobody".to_owned(), |node| format!("node {node}")),
                ),
                volatile("list to pass on", self.outbox.front().map_or(String::new(), names)),
            ],
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Heartbeat(number) => (0, *number),
            Message::Round(Round { purpose: Purpose::Collect(_), .. }) => (1, Token(0)),
            Message::Round(Round { purpose: Purpose::Announce(_, number, _), .. }) => (2, *number),
            Message::Ack(_) => (3, Token(0)),
        };
        Label { kind, number }
    }
}

/// The nodes that have signed a list, or that an announcement names.
fn names(round: &Round) -> String {
    let list = match round.purpose {
        Purpose::Collect(_) => round.list,
        Purpose::Announce(_, _, members) => members,
    };
    let ids: Vec<String> = list.iter().map(|node| node.to_string()).collect();
    ids.join(", ")
}

impl RingList {
    fn leads(&self) -> bool {
        self.leader == Some(self.me)
    }

    fn after(&self, node: NodeId) -> NodeId {
        NodeId((node.0 + 1) % self.nodes)
    }

    /// A message that goes round has reached this node.
    fn receive(&mut self, mut round: Round, config: &Config, cx: &mut Context<'_, Self>) {
        let Round { initiator, list, purpose } = round;
        let been_here = list.contains(self.me) && config.keeps(Broken::KeepsOrphans);
        match purpose {
            Purpose::Collect(highest) if initiator != self.me && !been_here => {
                cx.cite(SIGN);
                round.list.insert(self.me);
                round.purpose = Purpose::Collect(highest.max(self.stable.highest));
                self.queue(round);
                if !self.leads() && !self.signed && !self.list_is_out {
                    self.signed = true;
                    cx.cancel_timer(Timer::Silence);
                    cx.set_timer(Timer::Coordinator, config.coordinator_ms);
                }
            }
            Purpose::Collect(highest) if initiator == self.me && self.list_is_out => {
                cx.cite(ANNOUNCE);
                self.list_is_out = false;
                self.announce(list, highest, config, cx);
            }
            Purpose::Announce(leader, number, _) if initiator != self.me && !been_here => {
                cx.cite(if leader == self.me { LEAD } else { TOLD });
                if self.is_news(leader, number) {
                    self.believe(leader, number, config, cx);
                }
                round.list.insert(self.me);
                self.queue(round);
            }
            Purpose::Announce(..) if initiator == self.me => cx.cite(DONE),
            _ => cx.cite(ORPHAN),
        }
    }

    /// Whether that leader is to be believed rather than the one that is known.
    fn is_news(&self, leader: NodeId, number: Token) -> bool {
        let known = (self.number, self.leader.map(|leader| leader.0));
        number >= self.stable.highest && (number, Some(leader.0)) > known
    }

    fn hold_election(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(ELECTION);
        cx.note(Note::Candidate(self.stable.highest));
        self.list_is_out = true;
        cx.cancel_timer(Timer::Silence);
        cx.set_timer(Timer::Coordinator, config.coordinator_ms);
        let list = NodeSet::from_iter([self.me]);
        let purpose = Purpose::Collect(self.stable.highest);
        self.queue(Round { initiator: self.me, list, purpose });
    }

    fn announce(
        &mut self,
        members: NodeSet,
        highest: Token,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let leader = match config.keeps(Broken::CrownsItself) {
            true => members.iter().max().unwrap_or(self.me),
            false => self.me,
        };
        // Another list may have had this outcome already.
        let number = match self.leader == Some(leader) && self.number > highest {
            true => self.number,
            false => highest.max(self.stable.highest).next(),
        };
        self.believe(leader, number, config, cx);
        let list = NodeSet::from_iter([self.me]);
        let purpose = Purpose::Announce(leader, number, members);
        self.queue(Round { initiator: self.me, list, purpose });
    }

    /// Puts a message in line, in place of an older one of the same kind by the same node.
    fn queue(&mut self, round: Round) {
        let in_flight = usize::from(self.trying.is_some());
        match self.outbox.iter_mut().skip(in_flight).find(|other| other.id() == round.id()) {
            Some(older) => *older = round,
            None => self.outbox.push_back(round),
        }
    }

    /// Sends the first message in line, unless one is on its way.
    fn post(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        while self.trying.is_none() && !self.outbox.is_empty() {
            self.offer(self.after(self.me), config, cx);
        }
    }

    /// Offers the first message in line to a node. If that is this node itself, nobody else
    /// answers, and the message has been round.
    fn offer(&mut self, to: NodeId, config: &Config, cx: &mut Context<'_, Self>) {
        if to == self.me {
            if let Some(round) = self.outbox.pop_front() {
                self.receive(round, config, cx);
            }
        } else if let Some(round) = self.outbox.front() {
            cx.send(to, Message::Round(*round));
            self.trying = Some(to);
            cx.set_timer(Timer::Ack, config.ack_ms);
        }
    }

    /// Takes a node, perhaps this one, for the leader.
    fn believe(
        &mut self,
        leader: NodeId,
        number: Token,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let is_new = (self.leader, self.number) != (Some(leader), number);
        if self.leads() && leader != self.me {
            cx.note(Note::StepDown(self.number));
            cx.cancel_timer(Timer::Heartbeat);
        }
        self.see(number, cx);
        self.leader = Some(leader);
        self.number = number;
        self.missed = 0;
        self.signed = false;
        if is_new && self.leads() {
            cx.note(Note::Lead(number));
        }
        if is_new {
            cx.note(Note::Believe(self.leader, number));
        }
        // A heartbeat of the leader that is known does not call off an election.
        let elects = self.list_is_out && !is_new;
        if !elects {
            cx.cancel_timer(Timer::Coordinator);
        }
        if self.leads() {
            cx.cancel_timer(Timer::Silence);
            // Its first heartbeat leaves the announcement time to go round.
            if cx.is_start() {
                cx.broadcast(Message::Heartbeat(number));
            }
            self.write(config, cx);
            cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
        } else if !elects {
            cx.set_timer(Timer::Silence, config.expect_ms);
        }
    }

    /// Remembers the highest number, on disk, before anything is said about it.
    fn see(&mut self, number: Token, cx: &mut Context<'_, Self>) {
        if number > self.stable.highest {
            self.stable.highest = number;
            cx.persist(self.stable);
        }
    }
    fn write(&self, config: &Config, cx: &mut Context<'_, Self>) {
        if config.writes {
            cx.write(self.number);
        }
    }
}
