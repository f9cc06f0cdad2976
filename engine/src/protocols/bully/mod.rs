//! The Bully algorithm: the highest id that is up leads.
//!
//! Garcia-Molina, *Elections in a Distributed Computing System*, IEEE Transactions on
//! Computers C-31(1), 1982, in the three-message form in which textbooks teach it (Tanenbaum and van Steen;
//! Coulouris and others). The original assumes that messages arrive within a bounded time and
//! that nodes never pause, so that a timeout proves a failure. Nothing here checks that.
//!
//! Rules, in the order of the `match` below:
//! 1. `heartbeat`: the leader sends a heartbeat every interval and writes to the store.
//! 2. `miss`: a follower that hears nothing for an interval counts a missed heartbeat; the third
//!    makes it suspect the leader and hold an election.
//! 3. `win`: nobody higher answered in time; the candidate leads and announces it.
//! 4. `again`: somebody higher answered but no leader was announced in time; hold another
//!    election.
//! 5. `answer`: asked by a lower node, answer OK and hold an election, unless one is running. A
//!    sitting leader tells the asker who leads instead.
//! 6. `give-way`: a higher node answered; wait for it to announce itself.
//! 7. `accept`: a node at least as high announces itself; follow it.
//! 8. `object`: a lower node claims to lead; hold an election. A leader that leads with a higher
//!    number has nothing to win: it just tells a node that announces itself.
//! 9. `heard`: the leader's heartbeat arrives; nothing is missed.
//! 10. `refused`: the store has seen a higher number, so somebody else has led; hold an election.
//! 11. `start`: a node that starts holds an election, whatever its id.
//! 12. `election`: ask every higher id. The highest id of all announces itself at once.
//!
//! What a node sends by rules 2 to 8 can be decided elsewhere (`told.rs`).
//!
//! Rules 1, 2, 9 and 10, what sitting leaders say in rules 5 and 8, and the number are ours: the
//! paper leaves detection to its timeouts and has no fencing. The number is the highest seen
//! plus one. Two sides of a partition can arrive at the same one, and so can a node that was
//! down while others led.

mod config;
mod told;

pub use config::{Config, INFO};
pub use told::{Happens, Kind, Say, What};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::view::{Field, Kept, NodeView, Role};

/// What nodes say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// I lead, and I am alive.
    Heartbeat(Token),
    /// I stand for election. Does anybody higher live?
    Election,
    /// I do, and I take over.
    Ok,
    /// I lead.
    Coordinator(Token),
}

timers! {
    /// The timers of a node.
    suspicion: Silence,
    /// The leader's next heartbeat.
    Heartbeat = "heartbeat",
    /// The next heartbeat counts as missed.
    Silence = "silence",
    /// No higher node has answered.
    Answer = "answer",
    /// No leader was announced.
    Coordinator = "coordinator",
}

/// What survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The highest number that this node has seen.
    pub highest: Token,
}

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Following, or leading.
    Normal,
    /// It has asked every higher node.
    AwaitingAnswer,
    /// A higher node has answered.
    AwaitingCoordinator,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bully {
    me: NodeId,
    nodes: u8,
    // Persistent.
    stable: Stable,
    // Volatile.
    phase: Phase,
    leader: Option<NodeId>,
    number: Token,
    missed: u32,
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "garcia-molina-1982" }
}

rules! {
    HEARTBEAT = ours("bully/heartbeat", "The leader says that it is alive, and writes."),
    MISS = ours("bully/miss", "No heartbeat in time counts as missed; the third is a suspicion."),
    WIN = rule("bully/win", "Nobody higher answered in time: the candidate leads."),
    AGAIN = rule("bully/again", "A higher node answered but never announced itself: ask again."),
    ANSWER = rule("bully/answer", "A lower node asks: answer OK and take over."),
    GIVE_WAY = rule("bully/give-way", "A higher node lives: leave the election to it."),
    ACCEPT = rule("bully/accept", "A node at least as high announces itself: follow it."),
    OBJECT = rule("bully/object", "A lower node claims to lead: hold an election."),
    HEARD = ours("bully/heard", "The leader's heartbeat arrives: nothing is missed."),
    REFUSED = ours("bully/refused", "The store has seen a higher number: somebody else has led."),
    START = rule("bully/start", "A node that starts holds an election."),
    ELECTION = rule(
        "bully/election",
        "Ask every higher node; the highest announces itself at once.",
    ),
}

impl Protocol for Bully {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "HEARTBEAT", sign: Sign::Pulse },
        MessageKind { name: "ELECTION", sign: Sign::Request },
        MessageKind { name: "OK", sign: Sign::Yes },
        MessageKind { name: "COORDINATOR", sign: Sign::Announcement },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut node = Bully {
            me: cx.me(),
            nodes: cx.nodes(),
            stable,
            phase: Phase::Normal,
            leader: None,
            number: stable.highest,
            missed: 0,
        };
        if cx.is_start() && config.settled {
            node.begin_settled(config, cx);
        } else {
            cx.cite(START);
            node.hold_election(config, cx);
        }
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
                    if let Some(leader) = self.leader {
                        cx.note(Note::Suspect(leader));
                    }
                    if !self.is_told(What::Timeout, config, cx) {
                        self.hold_election(config, cx);
                    }
                }
            }
            Event::Timer(Timer::Answer) => {
                cx.cite(WIN);
                if !self.is_told(What::Timeout, config, cx) {
                    self.lead(config, cx);
                }
            }
            Event::Timer(Timer::Coordinator) => {
                cx.cite(AGAIN);
                if !self.is_told(What::Timeout, config, cx) {
                    self.hold_election(config, cx);
                }
            }
            Event::Message { from, message: Message::Election } => {
                cx.cite(ANSWER);
                if !self.leads() && self.is_told(What::Election(from), config, cx) {
                    return;
                }
                cx.send(from, Message::Ok);
                if self.leads() {
                    cx.send(from, Message::Coordinator(self.number));
                } else if self.phase == Phase::Normal {
                    self.hold_election(config, cx);
                }
            }
            Event::Message { from, message: Message::Ok } => {
                if self.phase == Phase::AwaitingAnswer {
                    cx.cite(GIVE_WAY);
                    let told = self.told(What::Ok(from), config);
                    self.phase = Phase::AwaitingCoordinator;
                    cx.cancel_timer(Timer::Answer);
                    cx.set_timer(Timer::Coordinator, config.coordinator_ms);
                    self.say_as_told(told.unwrap_or_default(), config, cx);
                }
            }
            Event::Message { from, message: Message::Coordinator(number) } if from >= self.me => {
                cx.cite(ACCEPT);
                let told = self.told(What::Coordinator(from), config);
                self.follow(from, number, config, cx);
                self.say_as_told(told.unwrap_or_default(), config, cx);
            }
            Event::Message {
                from,
                message: message @ (Message::Coordinator(number) | Message::Heartbeat(number)),
            } if from < self.me => {
                self.see(number, cx);
                if self.leads() && number < self.number {
                    // A heartbeat needs no answer: this leader's own next one is the answer.
                    if matches!(message, Message::Coordinator(_)) {
                        cx.cite(OBJECT);
                        cx.send(from, Message::Coordinator(self.number));
                    }
                } else if self.phase == Phase::Normal {
                    self.hear_a_lower(from, number, config, cx);
                }
            }
            Event::Message { from, message: Message::Heartbeat(number) } => {
                if self.leader == Some(from) && self.phase == Phase::Normal {
                    cx.cite(HEARD);
                    self.see(number, cx);
                    self.number = number;
                    self.missed = 0;
                    cx.set_timer(Timer::Silence, config.expect_ms);
                } else if self.leader.is_none_or(|leader| from > leader) {
                    // A leader of whom this node has not heard: as good as its announcement.
                    cx.cite(ACCEPT);
                    self.follow(from, number, config, cx);
                }
            }
            Event::Message { message: Message::Coordinator(_), .. } => {}
            Event::WriteAnswer(answer) => {
                self.see(answer.highest, cx);
                if !answer.accepted && self.leads() && answer.highest > self.number {
                    cx.cite(REFUSED);
                    self.hold_election(config, cx);
                }
            }
            Event::Command(Command::Campaign) => self.hold_election(config, cx),
            // Leadership follows the id here; there is nothing to hand over.
            Event::Command(Command::Transfer(_)) => {}
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        let role = match (self.phase, self.leads()) {
            (Phase::Normal, true) => Role::Leader,
            (Phase::Normal, false) => Role::Follower,
            _ => Role::Candidate,
        };
        let doing = match self.phase {
            Phase::Normal => "normal",
            Phase::AwaitingAnswer => "waiting for an answer",
            Phase::AwaitingCoordinator => "waiting for the announcement",
        };
        let follows = role == Role::Follower && self.leader.is_some();
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
                Field { kept: Kept::Volatile, name: "doing", value: doing.to_owned() },
                Field {
                    kept: Kept::Volatile,
                    name: "heartbeats missed",
                    value: self.missed.to_string(),
                },
            ],
        }
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Heartbeat(number) => (0, *number),
            Message::Election => (1, Token(0)),
            Message::Ok => (2, Token(0)),
            Message::Coordinator(number) => (3, *number),
        };
        Label { kind, number }
    }
}

impl Bully {
    fn leads(&self) -> bool {
        self.leader == Some(self.me)
    }

    fn highest(&self) -> NodeId {
        NodeId(self.nodes - 1)
    }

    /// Everybody knows from the start that the highest node leads, with number 1.
    fn begin_settled(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let highest = self.highest();
        if self.me == highest {
            self.lead(config, cx);
        } else {
            self.follow(highest, Token(1), config, cx);
        }
    }

    /// Rule 8. That a lower node leads may be told by its heartbeat as well.
    fn hear_a_lower(
        &mut self,
        from: NodeId,
        number: Token,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        match self.told(What::Coordinator(from), config) {
            // Who has nothing to say to it obeys.
            Some(says) if says.is_empty() => {
                cx.cite(ACCEPT);
                self.follow(from, number, config, cx);
            }
            Some(says) => {
                cx.cite(OBJECT);
                self.say_as_told(says, config, cx);
            }
            None => {
                cx.cite(OBJECT);
                self.hold_election(config, cx);
            }
        }
    }

    fn hold_election(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(ELECTION);
        self.stop_leading(cx);
        if self.me == self.highest() {
            self.lead(config, cx);
        } else {
            self.ask((self.me.0 + 1..self.nodes).map(NodeId), config, cx);
        }
    }

    /// Stands for election, and asks these whether they live.
    fn ask(
        &mut self,
        others: impl Iterator<Item = NodeId>,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        self.phase = Phase::AwaitingAnswer;
        self.leader = None;
        cx.note(Note::Candidate(self.stable.highest));
        cx.note(Note::Believe(None, self.number));
        for other in others {
            cx.send(other, Message::Election);
        }
        cx.cancel_timer(Timer::Silence);
        cx.cancel_timer(Timer::Coordinator);
        cx.set_timer(Timer::Answer, config.answer_ms);
    }

    fn lead(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let settles = cx.is_start() && config.settled;
        self.lead_and_tell(config, cx, |number, cx| {
            cx.broadcast(match settles {
                true => Message::Heartbeat(number),
                false => Message::Coordinator(number),
            });
        });
    }

    fn lead_and_tell<'a>(
        &mut self,
        config: &Config,
        cx: &mut Context<'a, Self>,
        tell: impl FnOnce(Token, &mut Context<'a, Self>),
    ) {
        let number = self.stable.highest.next();
        self.see(number, cx);
        self.phase = Phase::Normal;
        self.leader = Some(self.me);
        self.number = number;
        self.missed = 0;
        cx.cancel_timer(Timer::Silence);
        cx.cancel_timer(Timer::Answer);
        cx.cancel_timer(Timer::Coordinator);
        cx.note(Note::Lead(number));
        cx.note(Note::Believe(self.leader, number));
        tell(number, cx);
        self.write(config, cx);
        cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
    }

    fn follow(
        &mut self,
        leader: NodeId,
        number: Token,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        self.stop_leading(cx);
        self.see(number, cx);
        self.phase = Phase::Normal;
        self.leader = Some(leader);
        self.number = number;
        self.missed = 0;
        cx.note(Note::Believe(self.leader, number));
        cx.cancel_timer(Timer::Answer);
        cx.cancel_timer(Timer::Coordinator);
        cx.set_timer(Timer::Silence, config.expect_ms);
    }

    fn stop_leading(&mut self, cx: &mut Context<'_, Self>) {
        if self.leads() {
            self.leader = None;
            cx.note(Note::StepDown(self.number));
            cx.cancel_timer(Timer::Heartbeat);
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
