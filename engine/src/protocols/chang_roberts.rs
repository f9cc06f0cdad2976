//! Chang and Roberts' election on a ring: only the highest id comes home.
//!
//! Chang and Roberts, *An Improved Algorithm for Decentralized Extrema-Finding in Circular
//! Configurations of Processes*, Communications of the ACM 22(5), 1979. The processes stand in
//! a circle, each sends to its successor only, and none knows how many there are. The paper
//! assumes that no process fails and no message is lost: nothing here steps over a node that
//! is down.
//!
//! Rules, in the order of the `match` below:
//! 1. `heartbeat`: the leader sends a heartbeat round the ring and writes to the store.
//! 2. `miss`: a node that hears nothing for an interval counts a missed heartbeat; the third
//!    makes it suspect the leader and stand.
//! 3. `again`: a node that took part and heard of no leader in time stands again.
//! 4. `pass`: a higher id comes by; take part and pass it on.
//! 5. `win`: a node's own id comes home, so it met nobody higher; the node leads, and sends
//!    ELECTED round.
//! 6. `replace`: a lower id comes by a node that has not taken part; send the own id instead.
//! 7. `extinguish`: a lower id comes by a node that has taken part; it goes no further.
//! 8. `done`: ELECTED, or a heartbeat, comes home.
//! 9. `follow`: ELECTED comes by; follow, no longer take part, pass it on.
//! 10. `heard`: the leader's heartbeat comes by; nothing is missed, pass it on.
//! 11. `refused`: the store has seen a higher number; stand, to get one that is higher still.
//! 12. `stand`: take part, and send the own id.
//!
//! Rules 1 to 3, 10, 11 and the number, which is the highest that the winner has seen plus
//! one, are ours. Without rule 3 (`retry_ms` 0) a lost message leaves the election hanging for
//! ever, as it would in the paper. A leader that takes part in an election stops leading.
//!
//! An id that is not the highest of the whole ring cannot come home, whatever the network
//! does: it would have to pass the highest node, which is either up and stops it, or down and
//! loses it. So there are never two leaders here. The price is that any node that is down
//! leaves the ring without elections.

use super::registry::{Info, Parameter, Parameters, Setting, switches};
use crate::checks::Check;
use crate::ids::{NodeId, Token};
use crate::protocol::{
    Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, RuleId, Sign, TimerKind,
};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use crate::view::{Field, Kept, NodeSet, NodeView, Role};
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
    /// How long a node that takes part waits for ELECTED; 0 for as long as it takes.
    pub retry_ms: Span,
    /// The nodes in the order of the ring; empty for the order of ids.
    pub order: Vec<u8>,
    /// Whether the leader writes to the store with each heartbeat.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with nobody.
    pub settled: bool,
    /// Whether the run begins with everybody standing at once, whatever `settled` says.
    pub start_all: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// The lowest id is passed on and the higher ones are stopped.
    KeepsMinimum = "keeps-minimum",
    /// Lower ids are passed on too, so every id comes home and everybody leads.
    NoExtinction = "no-extinction",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            heartbeat_ms: Span::new(1000),
            expect_ms: Span::new(1100),
            missed: 3,
            retry_ms: Span::new(5000),
            order: Vec::new(),
            writes: true,
            settled: true,
            start_all: false,
            broken: None,
        }
    }
}

/// As long as the longest run: where there is no bound.
const NEVER: Span = Span::new(86_400_000);

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "expect_ms" => Setting::Ms(&mut self.expect_ms),
            "missed" => Setting::Count(&mut self.missed),
            "retry_ms" => Setting::Ms(&mut self.retry_ms),
            "start_all" => Setting::Flag(&mut self.start_all),
            _ => return None,
        })
    }

    fn settles_within(&self, nodes: u8, delay: Span) -> Span {
        let lap = delay.times(u64::from(nodes));
        // A node that gives up on an election that is still under way begins another.
        if self.retry_ms <= lap.times(3) {
            return NEVER;
        }
        // Somebody notices, or gives up; then the winner's id and its announcement go round,
        // and perhaps once more for a node that gave up in between.
        let notices = self.expect_ms.times(u64::from(self.missed) + 1);
        notices + self.heartbeat_ms + self.retry_ms.times(2) + lap.times(6)
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        let named: NodeSet =
            self.order.iter().copied().filter(|id| *id < nodes).map(NodeId).collect();
        let every = self.order.len() == usize::from(nodes) && named.len() == u32::from(nodes);
        match self.order.is_empty() || every {
            true => Ok(()),
            false => Err(format!(
                "\"order\" is {:?}: expected every id from 0 to {} once, or nothing",
                self.order,
                nodes - 1
            )),
        }
    }
}

impl Config {
    fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    /// Who comes after a node.
    fn successor(&self, of: NodeId, nodes: u8) -> NodeId {
        match self.order.iter().position(|id| *id == of.0) {
            Some(place) => NodeId(self.order[(place + 1) % self.order.len()]),
            None => NodeId((of.0 + 1) % nodes),
        }
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "chang-roberts",
    title: "Ring (Chang and Roberts)",
    year: 1979,
    source: "chang-roberts-1979",
    claim: "The highest id of the ring is found, by messages between neighbours alone.",
    assumptions: &[
        "No node fails and no message is lost.",
        "Ids are unique and can be compared.",
        "Each node can reach its successor; it need not know how many nodes there are.",
    ],
    checks: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    guarantees: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    parameters: &[
        Parameter::ms("heartbeat_ms", "heartbeat interval", 1000, 10, 60_000),
        Parameter::ms("expect_ms", "counted as missed after", 1100, 10, 60_000),
        Parameter::count("missed", "missed heartbeats until suspicion", 3, 1, 100),
        Parameter::ms("retry_ms", "wait for the announcement, 0 for ever", 5000, 0, 600_000),
        Parameter::flag("start_all", "everybody stands at the start", false),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::record("a lower id that is stopped", EventKind::Refuse)
            .by("chang-roberts/extinguish"),
        Sight::record("an election that hangs", EventKind::Timer).by("chang-roberts/again"),
        Sight::record("a lost id", EventKind::Lost).of("ELECTION"),
    ],
};

/// What nodes say to their successors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// This node leads with this number, and is alive.
    Heartbeat(NodeId, Token),
    /// This is the highest id so far.
    Election(NodeId),
    /// This node leads, with this number.
    Elected(NodeId, Token),
}

/// The timers of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The leader's next heartbeat.
    Heartbeat,
    /// The next heartbeat counts as missed.
    Silence,
    /// The election that this node takes part in has not ended.
    Retry,
}

impl TimerKind for Timer {
    const ALL: &'static [Timer] = &[Timer::Heartbeat, Timer::Silence, Timer::Retry];

    fn index(self) -> usize {
        self as usize
    }

    fn name(self) -> &'static str {
        match self {
            Timer::Heartbeat => "heartbeat",
            Timer::Silence => "silence",
            Timer::Retry => "retry",
        }
    }

    fn is_suspicion(self) -> bool {
        self == Timer::Silence
    }
}

/// What survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stable {
    /// The highest number that this node has seen.
    pub highest: Token,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangRoberts {
    me: NodeId,
    next: NodeId,
    // Persistent.
    stable: Stable,
    // Volatile.
    /// Takes part in an election.
    participant: bool,
    leader: Option<NodeId>,
    number: Token,
    missed: u32,
}

const HEARTBEAT: RuleId = RuleId(0);
const MISS: RuleId = RuleId(1);
const AGAIN: RuleId = RuleId(2);
const PASS: RuleId = RuleId(3);
const WIN: RuleId = RuleId(4);
const REPLACE: RuleId = RuleId(5);
const EXTINGUISH: RuleId = RuleId(6);
const DONE: RuleId = RuleId(7);
const FOLLOW: RuleId = RuleId(8);
const HEARD: RuleId = RuleId(9);
const REFUSED: RuleId = RuleId(10);
const STAND: RuleId = RuleId(11);

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "chang-roberts-1979" }
}

const fn ours(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "" }
}

impl Protocol for ChangRoberts {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = &[
        ours("chang-roberts/heartbeat", "The leader says round the ring that it is alive."),
        ours(
            "chang-roberts/miss",
            "No heartbeat in time counts as missed; the third is a suspicion.",
        ),
        ours("chang-roberts/again", "The election did not end in time: stand again."),
        rule("chang-roberts/pass", "A higher id comes by: take part, and pass it on."),
        rule("chang-roberts/win", "The node's own id comes home: nobody is higher, it leads."),
        rule("chang-roberts/replace", "A lower id comes by: send the own, higher id instead."),
        rule(
            "chang-roberts/extinguish",
            "A lower id comes by after the own one was sent: it ends here.",
        ),
        rule("chang-roberts/done", "The message has been round the ring: everybody has had it."),
        rule("chang-roberts/follow", "The announcement comes by: follow, and pass it on."),
        ours("chang-roberts/heard", "The leader's heartbeat comes by: nothing is missed."),
        ours("chang-roberts/refused", "The store has seen a higher number: stand for a new one."),
        rule("chang-roberts/stand", "Take part: send the own id to the successor."),
    ];

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "HEARTBEAT", sign: Sign::Pulse },
        MessageKind { name: "ELECTION", sign: Sign::Request },
        MessageKind { name: "ELECTED", sign: Sign::Announcement },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut node = ChangRoberts {
            me: cx.me(),
            next: config.successor(cx.me(), cx.nodes()),
            stable,
            participant: false,
            leader: None,
            number: stable.highest,
            missed: 0,
        };
        let highest = NodeId(cx.nodes() - 1);
        if cx.is_start() && config.start_all {
            node.stand(config, cx);
        } else if !(cx.is_start() && config.settled) {
            // Whoever leads will be heard of.
            cx.set_timer(Timer::Silence, config.expect_ms);
        } else if node.me == highest {
            node.lead(config, cx);
        } else {
            node.follow(highest, Token(1), config, cx);
        }
        node
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Heartbeat) => {
                cx.cite(HEARTBEAT);
                self.pass(Message::Heartbeat(self.me, self.number), cx);
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
                    self.stand(config, cx);
                }
            }
            Event::Timer(Timer::Retry) => {
                cx.cite(AGAIN);
                self.stand(config, cx);
            }
            Event::Message { message: Message::Election(id), .. } if self.yields_to(id, config) => {
                cx.cite(PASS);
                self.take_part(config, cx);
                self.pass(Message::Election(id), cx);
            }
            Event::Message { message: Message::Election(id), .. } if id == self.me => {
                // After the first one, the others are copies.
                if self.participant {
                    cx.cite(WIN);
                    self.lead(config, cx);
                }
            }
            Event::Message { message: Message::Election(id), .. } if !self.participant => {
                cx.cite(REPLACE);
                cx.note(Note::Refuse(id, self.stable.highest));
                self.stand(config, cx);
            }
            Event::Message { message: Message::Election(id), .. } => {
                cx.cite(EXTINGUISH);
                cx.note(Note::Refuse(id, self.stable.highest));
            }
            Event::Message {
                message: Message::Elected(leader, number) | Message::Heartbeat(leader, number),
                ..
            } if leader == self.me => {
                cx.cite(DONE);
                // It may have led before it crashed with its disk lost.
                self.see(number, cx);
            }
            Event::Message { message: message @ Message::Elected(leader, number), .. } => {
                cx.cite(FOLLOW);
                self.follow(leader, number, config, cx);
                self.pass(message, cx);
            }
            Event::Message { message: message @ Message::Heartbeat(leader, number), .. } => {
                cx.cite(HEARD);
                self.follow(leader, number, config, cx);
                self.pass(message, cx);
            }
            Event::WriteAnswer(answer) => {
                self.see(answer.highest, cx);
                if !answer.accepted && self.leads() && answer.highest > self.number {
                    cx.cite(REFUSED);
                    self.stand(config, cx);
                }
            }
            Event::Command(Command::Campaign) => self.stand(config, cx),
            // Leadership follows the id here; there is nothing to hand over.
            Event::Command(Command::Transfer(_)) => {}
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        let role = match (self.leads(), self.participant) {
            (true, _) => Role::Leader,
            (false, true) => Role::Candidate,
            (false, false) => Role::Follower,
        };
        let doing = match self.participant {
            true => "takes part in an election",
            false => "takes part in none",
        };
        let follows = role == Role::Follower && self.leader.is_some();
        NodeView {
            role,
            believes: self.leader,
            number: self.number,
            ballots: None,
            log: None,
            missed: follows.then_some((self.missed, config.missed)),
            fields: vec![
                Field {
                    kept: Kept::Persistent,
                    name: "highest number seen",
                    value: self.stable.highest.to_string(),
                },
                Field { kept: Kept::Volatile, name: "election", value: doing.to_owned() },
                Field { kept: Kept::Volatile, name: "successor", value: self.next.to_string() },
            ],
        }
    }

    /// An ELECTION shows the id that it carries, which is what the election is about.
    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Heartbeat(_, number) => (0, *number),
            Message::Election(id) => (1, Token(u64::from(id.0))),
            Message::Elected(_, number) => (2, *number),
        };
        Label { kind, number }
    }
}

impl ChangRoberts {
    fn leads(&self) -> bool {
        self.leader == Some(self.me)
    }

    /// Whether another id goes on, past this node.
    fn yields_to(&self, id: NodeId, config: &Config) -> bool {
        if id == self.me {
            return false;
        }
        let higher = id > self.me;
        !config.keeps(Broken::NoExtinction) || higher == config.keeps(Broken::KeepsMinimum)
    }

    /// Sends to the successor. A node that is alone is its own, and needs no message.
    fn pass(&self, message: Message, cx: &mut Context<'_, Self>) {
        if self.next != self.me {
            cx.send(self.next, message);
        }
    }

    fn take_part(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        if self.leads() {
            cx.note(Note::StepDown(self.number));
            cx.cancel_timer(Timer::Heartbeat);
        }
        if self.leader.take().is_some() {
            cx.note(Note::Believe(None, self.number));
        }
        self.participant = true;
        self.missed = 0;
        cx.cancel_timer(Timer::Silence);
        if config.retry_ms > Span::ZERO {
            cx.set_timer(Timer::Retry, config.retry_ms);
        }
    }

    fn stand(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(STAND);
        self.take_part(config, cx);
        cx.note(Note::Candidate(self.stable.highest));
        match self.next == self.me {
            true => self.lead(config, cx),
            false => self.pass(Message::Election(self.me), cx),
        }
    }

    fn lead(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let number = self.stable.highest.next();
        self.see(number, cx);
        self.participant = false;
        self.leader = Some(self.me);
        self.number = number;
        self.missed = 0;
        cx.cancel_timer(Timer::Silence);
        cx.cancel_timer(Timer::Retry);
        cx.note(Note::Lead(number));
        cx.note(Note::Believe(self.leader, number));
        let news = match cx.is_start() && config.settled {
            true => Message::Heartbeat(self.me, number),
            false => Message::Elected(self.me, number),
        };
        self.pass(news, cx);
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
        if self.leads() {
            cx.note(Note::StepDown(self.number));
            cx.cancel_timer(Timer::Heartbeat);
        }
        self.see(number, cx);
        if (self.leader, self.number) != (Some(leader), number) {
            cx.note(Note::Believe(Some(leader), number));
        }
        self.participant = false;
        self.leader = Some(leader);
        self.number = number;
        self.missed = 0;
        cx.cancel_timer(Timer::Retry);
        cx.set_timer(Timer::Silence, config.expect_ms);
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
