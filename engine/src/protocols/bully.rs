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
//! Rules 1, 2, 9 and 10, what sitting leaders say in rules 5 and 8, and the number are ours: the
//! paper leaves detection to its timeouts and has no fencing. The number is the highest seen
//! plus one. Two sides of a partition can arrive at the same one, and so can a node that was
//! down while others led.

use super::registry::{Info, Parameter, Parameters, Setting};
use crate::checks::Check;
use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use crate::view::{Field, Kept, NodeView, Role};
use serde::{Deserialize, Serialize};

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How often the leader sends a heartbeat.
    pub heartbeat_ms: Span,
    /// How long a follower waits before it counts a heartbeat as missed.
    pub expect_ms: Span,
    /// How many missed heartbeats make a follower suspect the leader.
    pub missed: u32,
    /// How long a candidate waits for an answer: two message delays and some work.
    pub answer_ms: Span,
    /// How long a node waits for the announcement after an answer.
    pub coordinator_ms: Span,
    /// Whether the leader writes to the store with each heartbeat.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with everyone starting up.
    pub settled: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            heartbeat_ms: Span::new(1000),
            expect_ms: Span::new(1100),
            missed: 3,
            answer_ms: Span::new(700),
            coordinator_ms: Span::new(2000),
            writes: true,
            settled: true,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "expect_ms" => Setting::Ms(&mut self.expect_ms),
            "missed" => Setting::Count(&mut self.missed),
            "answer_ms" => Setting::Ms(&mut self.answer_ms),
            "coordinator_ms" => Setting::Ms(&mut self.coordinator_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, nodes: u8, delay: Span) -> Span {
        // A suspicion, and then in the worst case an election of every node, one after another.
        let election = self.answer_ms + self.coordinator_ms + delay;
        self.expect_ms.times(u64::from(self.missed) + 1) + election.times(u64::from(nodes) + 1)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "bully",
    title: "Bully",
    year: 1982,
    source: "garcia-molina-1982",
    claim: "The highest node that is up leads, and everyone knows it.",
    assumptions: &[
        "Messages arrive within a bounded time.",
        "A node that does not answer has failed; nodes never pause.",
        "Every node knows the ids of all the others.",
    ],
    checks: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    guarantees: &[Check::TokenOrder],
    parameters: &[
        Parameter::ms("heartbeat_ms", "heartbeat interval", 10, 60_000),
        Parameter::ms("expect_ms", "counted as missed after", 10, 60_000),
        Parameter::count("missed", "missed heartbeats until suspicion", 1, 100),
        Parameter::ms("answer_ms", "wait for an answer", 1, 60_000),
        Parameter::ms("coordinator_ms", "wait for the announcement", 1, 600_000),
    ],
    switches: &[],
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a lost OK", EventKind::Lost).of("OK"),
        Sight::record("an objection", EventKind::Deliver).by("bully/object"),
        Sight::record("an answer without a leader", EventKind::Timer).by("bully/again"),
        Sight::STORE_REFUSAL,
    ],
};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
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
                    self.hold_election(config, cx);
                }
            }
            Event::Timer(Timer::Answer) => {
                cx.cite(WIN);
                self.lead(config, cx);
            }
            Event::Timer(Timer::Coordinator) => {
                cx.cite(AGAIN);
                self.hold_election(config, cx);
            }
            Event::Message { from, message: Message::Election } => {
                cx.cite(ANSWER);
                cx.send(from, Message::Ok);
                if self.leads() {
                    cx.send(from, Message::Coordinator(self.number));
                } else if self.phase == Phase::Normal {
                    self.hold_election(config, cx);
                }
            }
            Event::Message { message: Message::Ok, .. } => {
                if self.phase == Phase::AwaitingAnswer {
                    cx.cite(GIVE_WAY);
                    self.phase = Phase::AwaitingCoordinator;
                    cx.cancel_timer(Timer::Answer);
                    cx.set_timer(Timer::Coordinator, config.coordinator_ms);
                }
            }
            Event::Message { from, message: Message::Coordinator(number) } if from >= self.me => {
                cx.cite(ACCEPT);
                self.follow(from, number, config, cx);
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
                    cx.cite(OBJECT);
                    self.hold_election(config, cx);
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

    fn hold_election(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(ELECTION);
        self.stop_leading(cx);
        if self.me == self.highest() {
            self.lead(config, cx);
            return;
        }
        self.phase = Phase::AwaitingAnswer;
        self.leader = None;
        cx.note(Note::Candidate(self.stable.highest));
        cx.note(Note::Believe(None, self.number));
        for higher in self.me.0 + 1..self.nodes {
            cx.send(NodeId(higher), Message::Election);
        }
        cx.cancel_timer(Timer::Silence);
        cx.cancel_timer(Timer::Coordinator);
        cx.set_timer(Timer::Answer, config.answer_ms);
    }

    fn lead(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
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
        cx.broadcast(match cx.is_start() && config.settled {
            true => Message::Heartbeat(number),
            false => Message::Coordinator(number),
        });
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
