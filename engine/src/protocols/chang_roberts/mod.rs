//! Chang and Roberts' election on a ring: only the highest id comes home.
//!
//! Chang and Roberts, *An Improved Algorithm for Decentralized Extrema-Finding in Circular
//! Configurations of Processes*, Communications of the ACM 22(5), 1979. The processes stand in
//! a circle, each sends to its successor only, and none knows how many there are. The paper
//! assumes that no process fails and no message is lost: nothing here steps over a node that
//! is down. Of the paper we have read the abstract; its rules are as textbooks give them, and
//! the counts that follow from them are tested over every ring.
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
//! 8. `done`: ELECTED comes home; everybody has had it.
//! 9. `follow`: ELECTED comes by; follow, no longer take part, pass it on.
//! 10. `heard`: the leader's heartbeat comes by; nothing is missed, pass it on, until it
//!     comes home.
//! 11. `refused`: the store has seen a higher number; stand, to get one that is higher still.
//! 12. `stand`: take part, and send the own id.
//!
//! What a node does by rules 4 to 9 can be decided elsewhere (`told.rs`).
//!
//! Rules 1 to 3, 10, 11 and the number, which is the highest that the winner has seen plus
//! one, are ours. Without rule 3 (`retry_ms` 0) a lost message leaves the election hanging for
//! ever, as it would in the paper. A leader that takes part in an election stops leading.
//!
//! An id that is not the highest of the whole ring cannot come home, whatever the network
//! does: it would have to pass the highest node, which is either up and stops it, or down and
//! loses it. So there are never two leaders here. The price is that any node that is down
//! leaves the ring without elections.

mod config;
mod told;

pub use config::{Broken, Config, INFO, SWITCHES};
pub use told::{ComesBy, Kind, News, Onward};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::Span;
use crate::view::{Field, Kept, NodeView, Role};

/// What nodes say to their successors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// This node leads with this number, and is alive.
    Heartbeat(NodeId, Token),
    /// This is the highest id so far.
    Election(NodeId),
    /// This node leads, with this number.
    Elected(NodeId, Token),
}

timers! {
    /// The timers of a node.
    suspicion: Silence,
    /// The leader's next heartbeat.
    Heartbeat = "heartbeat",
    /// The next heartbeat counts as missed.
    Silence = "silence",
    /// The election that this node takes part in has not ended.
    Retry = "retry",
}

/// What survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// The highest number that this node has seen.
    pub highest: Token,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "chang-roberts-1979" }
}

rules! {
    HEARTBEAT = ours("chang-roberts/heartbeat", "The leader says round the ring that it is alive."),
    MISS = ours(
        "chang-roberts/miss",
        "No heartbeat in time counts as missed; the third is a suspicion.",
    ),
    AGAIN = ours("chang-roberts/again", "The election did not end in time: stand again."),
    PASS = rule("chang-roberts/pass", "A higher id comes by: take part, and pass it on."),
    WIN = rule("chang-roberts/win", "The node's own id comes home: nobody is higher, it leads."),
    REPLACE = rule(
        "chang-roberts/replace",
        "A lower id comes by: send the own, higher id instead.",
    ),
    EXTINGUISH = rule(
        "chang-roberts/extinguish",
        "A lower id comes by after the own one was sent: it ends here.",
    ),
    DONE = rule("chang-roberts/done", "The announcement comes home: everybody has had it."),
    FOLLOW = rule("chang-roberts/follow", "The announcement comes by: follow, and pass it on."),
    HEARD = ours("chang-roberts/heard", "The leader's heartbeat comes by: nothing is missed."),
    REFUSED = ours(
        "chang-roberts/refused",
        "The store has seen a higher number: stand for a new one.",
    ),
    STAND = rule("chang-roberts/stand", "Take part: send the own id to the successor."),
}

impl Protocol for ChangRoberts {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = RULES;

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
        if let Event::Message { message, .. } = event
            && self.is_told(message, config, cx)
        {
            return;
        }
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
            Event::Message { message: Message::Elected(leader, _), .. } if leader == self.me => {
                cx.cite(DONE);
            }
            Event::Message { message: message @ Message::Elected(leader, number), .. } => {
                cx.cite(FOLLOW);
                self.follow(leader, number, config, cx);
                self.pass(message, cx);
            }
            Event::Message { message: message @ Message::Heartbeat(leader, number), .. } => {
                cx.cite(HEARD);
                if leader != self.me {
                    self.follow(leader, number, config, cx);
                    self.pass(message, cx);
                }
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
