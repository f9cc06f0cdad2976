//! An election that somebody else wrote, in another language: the nodes' own code runs outside
//! the engine, and what it did is kept on a tape.
//!
//! While a run is made ([`crate::trial::Live`]), the code is asked between the two halves of a
//! step and its answer is put on the tape; the process then does what the tape says. Later it
//! does the same without the code. So a run that was made is a scenario like any other: it
//! repeats exactly, can be moved through and sent to others, and opening it runs no code.
//!
//! Each turn on the tape knows what woke the node. If something else does, because somebody has
//! interfered with the run, the tape says nothing about it, and the node stands still.
//!
//! A node that leads writes to the store when it begins to, and after each of its timers.

pub mod tape;

use super::registry::{Info, Parameters, Setting};
use crate::checks::Check;
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::timers;
use crate::protocols::registry::NO_BOUND;
use crate::time::Span;
use crate::view::{Field, Kept, NodeView, Role};
use serde::{Deserialize, Serialize};
use tape::{Deed, Digest, Tape};

/// What the nodes do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Every turn of every node.
    pub tape: Tape,
}

impl Parameters for Config {
    fn field(&mut self, _name: &str) -> Option<Setting<'_>> {
        None
    }

    /// Nobody can say.
    fn settles_within(&self, _nodes: u8, _delay: Span) -> Span {
        NO_BOUND
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        self.tape.check(nodes)
    }
}

/// What the page says about it.
pub const INFO: Info = Info {
    name: "written",
    title: "An election of your own",
    year: None,
    source: "",
    claim: "Whatever its author claims.",
    assumptions: &[],
    checks: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    guarantees: &[],
    parameters: &[],
    switches: &[],
    coverage: &[],
};

/// What nodes say to each other, as far as it can be seen from outside: the kind, the number that
/// it carries, and which of the texts of the run it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message(pub u8, pub Token, pub u32);

const fn kind(name: &'static str, sign: Sign) -> MessageKind {
    MessageKind { name, sign }
}

/// The kinds that have a sign of their own. The first is for all others.
const KINDS: &[MessageKind] = &[
    kind("MESSAGE", Sign::Request),
    kind("HEARTBEAT", Sign::Pulse),
    kind("ACK", Sign::Yes),
    kind("ELECTION", Sign::Request),
    kind("OK", Sign::Yes),
    kind("COORDINATOR", Sign::Announcement),
    kind("REQUEST-VOTE", Sign::Request),
    kind("VOTE", Sign::Yes),
    kind("REFUSE", Sign::No),
    kind("ELECTED", Sign::Announcement),
    kind("TOKEN", Sign::Request),
];

impl Message {
    /// The kind of that name.
    pub fn kind_named(name: &str) -> u8 {
        KINDS.iter().position(|kind| kind.name == name).unwrap_or(0) as u8
    }

    fn is_known(self) -> bool {
        usize::from(self.0) < KINDS.len()
    }
}

timers! {
    /// The timers of a node. What they are for is up to its code.
    suspicion: Election,
    /// The next heartbeat.
    Heartbeat = "heartbeat",
    /// The leader was silent for too long.
    Election = "election",
    /// An answer should have come.
    Answer = "answer",
    /// Somebody should have announced itself.
    Wait = "wait",
    /// A lease runs out.
    Lease = "lease",
    /// Time to try again.
    Retry = "retry",
}

/// What survives a crash: a text, empty if nothing was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable(pub String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Standing {
    Follows,
    Stands,
    Leads,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Written {
    me: NodeId,
    disk: Stable,
    standing: Standing,
    number: Token,
    believes: Option<NodeId>,
    /// Why it stands still, if it does.
    stopped: Option<String>,
}

/// Which kind of thing wakes a node, in digests.
const BOOT: u8 = 0;
const MESSAGE: u8 = 1;
const TIMER: u8 = 2;
const REFUSED: u8 = 3;

/// What wakes a node with such a disk for the first time, or again.
pub fn digest_of_boot(cx: &Context<'_, Written>, stable: &Stable) -> u32 {
    Digest::new(cx.clock(), BOOT).with_text(&stable.0).get()
}

/// What wakes a running node; nothing if its code is not asked about that.
pub fn digest_of(cx: &Context<'_, Written>, event: &Event<Written>) -> Option<u32> {
    let digest = match event {
        Event::Message { from, message: Message(kind, number, text) } => {
            Digest::new(cx.clock(), MESSAGE)
                .with(u64::from(from.0))
                .with(u64::from(*kind))
                .with(number.0)
                .with(u64::from(*text))
        }
        Event::Timer(timer) => Digest::new(cx.clock(), TIMER).with(*timer as u64),
        Event::WriteAnswer(answer) if !answer.accepted => {
            Digest::new(cx.clock(), REFUSED).with(answer.highest.0)
        }
        Event::WriteAnswer(_) | Event::Command(_) => return None,
    };
    Some(digest.get())
}

impl Protocol for Written {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = &[];
    const MESSAGES: &'static [MessageKind] = KINDS;
    const READS_CLOCK: bool = true;

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let digest = digest_of_boot(cx, &stable);
        let mut process = Written {
            me: cx.me(),
            disk: stable,
            standing: Standing::Follows,
            number: Token(0),
            believes: None,
            stopped: None,
        };
        process.follow_the_tape(config, digest, cx);
        process
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        let Some(digest) = digest_of(cx, &event) else { return };
        if self.stopped.is_some() {
            return;
        }
        self.follow_the_tape(config, digest, cx);
        if matches!(event, Event::Timer(_)) && self.standing == Standing::Leads {
            cx.write(self.number);
        }
    }

    fn view(&self, _config: &Config) -> NodeView {
        let field = |kept, name, value: &str| Field { kept, name, value: value.to_owned() };
        let mut fields = vec![field(Kept::Persistent, "on its disk", &self.disk.0)];
        if let Some(stopped) = &self.stopped {
            fields.push(field(Kept::Volatile, "stands still", stopped));
        }
        NodeView {
            role: match self.standing {
                Standing::Follows => Role::Follower,
                Standing::Stands => Role::Candidate,
                Standing::Leads => Role::Leader,
            },
            believes: self.believes,
            number: self.number,
            vote: None,
            ballots: None,
            log: None,
            missed: None,
            fields,
        }
    }

    fn label(message: &Message) -> Label {
        Label { kind: message.0, number: message.1 }
    }
}

impl Written {
    fn follow_the_tape(&mut self, config: &Config, digest: u32, cx: &mut Context<'_, Self>) {
        match config.tape.turn(self.me, cx.turn(), digest) {
            Some(deeds) => deeds.iter().for_each(|deed| self.act(deed, cx)),
            None => {
                let why = "Its code was never asked about this: something else happened than when the run was made.";
                self.stopped = Some(why.to_owned());
            }
        }
    }

    fn act(&mut self, deed: &Deed, cx: &mut Context<'_, Self>) {
        let timer = |index: u8| <Timer as crate::protocol::TimerKind>::ALL[usize::from(index)];
        match deed {
            Deed::Send(to, message) => cx.send(*to, *message),
            Deed::Timer(index, after, jitter) => {
                cx.set_random_timer(timer(*index), *after, *jitter);
            }
            Deed::Cancel(index) => cx.cancel_timer(timer(*index)),
            Deed::Disk(text) => {
                self.disk = Stable(text.clone());
                cx.persist(self.disk.clone());
            }
            Deed::Stand(number) => {
                self.step_down(cx);
                (self.standing, self.number) = (Standing::Stands, *number);
                cx.note(Note::Candidate(*number));
            }
            Deed::Lead(number) => self.lead(*number, cx),
            Deed::StepDown => self.step_down(cx),
            Deed::Follow(leader, number) => {
                self.step_down(cx);
                (self.standing, self.number) = (Standing::Follows, *number);
                self.believe(*leader, cx);
            }
            Deed::Fault(why) => self.stopped = Some(why.clone()),
        }
    }

    fn lead(&mut self, number: Token, cx: &mut Context<'_, Self>) {
        if self.standing == Standing::Leads && self.number == number {
            return;
        }
        self.step_down(cx);
        (self.standing, self.number) = (Standing::Leads, number);
        cx.note(Note::Lead(number));
        self.believe(Some(self.me), cx);
        cx.write(number);
    }

    fn step_down(&mut self, cx: &mut Context<'_, Self>) {
        if self.standing == Standing::Leads {
            cx.note(Note::StepDown(self.number));
            self.believe(None, cx);
        }
        self.standing = Standing::Follows;
    }

    fn believe(&mut self, leader: Option<NodeId>, cx: &mut Context<'_, Self>) {
        if self.believes != leader {
            self.believes = leader;
            cx.note(Note::Believe(leader, self.number));
        }
    }
}
