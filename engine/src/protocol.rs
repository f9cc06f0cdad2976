//! The seam: a protocol is a state machine, an event in and effects out.
//!
//! A protocol holds no randomness, no clock and no network. It says what it wants; the
//! simulation decides when and whether it happens. The same code therefore runs under the
//! animation, the swarm and the exhaustive search.

use crate::ids::{LogEnd, NodeId, Token};
use crate::time::{SimTime, Span};
use crate::view::NodeView;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::fmt::Debug;
use std::hash::Hash;

/// An election algorithm as one of its processes runs it.
pub trait Protocol: Clone + Debug + Eq + Hash + 'static {
    /// The parameters of a run, the same for all nodes.
    type Config: Clone + Debug + PartialEq + Serialize + DeserializeOwned + 'static;
    /// What processes say to each other.
    type Message: Copy + Debug + Eq + Hash + 'static;
    /// The timers that a process may have running, one of each at most.
    type Timer: TimerKind;
    /// What survives a crash because it was written to disk.
    type Stable: Clone + Debug + Default + Eq + Hash + 'static;

    /// The rules in the order of the source, cited by [`Context::cite`].
    const RULES: &'static [Rule];
    /// The kinds of messages, in the order of [`Label::kind`].
    const MESSAGES: &'static [MessageKind];

    /// Whether a process reads its clock. Then it cannot be searched exhaustively, because a
    /// search has no time.
    const READS_CLOCK: bool = false;

    /// Whether the nodes come to agree on a leader when they are left alone for long enough.
    /// Where they need not, a swarm does not ask for it.
    const ELECTS: bool = true;

    /// Whether a leader that is asked to hand the lead over does anything about it.
    const TRANSFERS: bool = false;

    /// A process starts: at the beginning of the run ([`Context::is_start`]) or after a crash,
    /// with what its disk holds.
    fn boot(config: &Self::Config, stable: Self::Stable, cx: &mut Context<'_, Self>) -> Self;

    /// Something happens to a running process.
    fn on_event(&mut self, config: &Self::Config, event: Event<Self>, cx: &mut Context<'_, Self>);

    /// What an observer may know of the process.
    fn view(&self, config: &Self::Config) -> NodeView;

    /// What a message shows from outside.
    fn label(message: &Self::Message) -> Label;

    /// The part of a term, epoch or ballot that grows from election to election: how far an
    /// exhaustive search goes is counted in these.
    fn round(number: Token) -> u64 {
        number.0
    }
}

/// The timers of a protocol: a fieldless enum.
pub trait TimerKind: Copy + Debug + PartialEq + 'static {
    /// All of them, in the order of [`TimerKind::index`].
    const ALL: &'static [Self];

    /// Position in [`TimerKind::ALL`].
    fn index(self) -> usize;

    /// What the page calls it.
    fn name(self) -> &'static str;

    /// True if its running out means that someone is suspected (drawn as the node's rim).
    fn is_suspicion(self) -> bool;
}

/// What happens to a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<P: Protocol> {
    /// A message arrives.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: P::Message,
    },
    /// A timer runs out.
    Timer(P::Timer),
    /// The protected store answers a write.
    WriteAnswer(WriteAnswer),
    /// Somebody outside asks for something.
    Command(Command),
}

/// The protected store's answer to a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WriteAnswer {
    /// The token that the write carried.
    pub token: Token,
    /// Whether the write was applied.
    pub accepted: bool,
    /// The highest token that the store has seen.
    pub highest: Token,
}

/// What an operator may ask of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Hold an election now, as if the leader had just been suspected.
    Campaign,
    /// Hand leadership to another node, where the protocol can.
    Transfer(NodeId),
}

/// What a process wants done. Applied in order by the simulation.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect<P: Protocol> {
    /// Send to one node.
    Send(NodeId, P::Message),
    /// Send to every other node, in the order of ids.
    Broadcast(P::Message),
    /// Start a timer, or start it anew: it runs out after `after` plus a random part of
    /// `jitter`, by the node's own clock.
    SetTimer {
        /// Which one.
        timer: P::Timer,
        /// The certain part.
        after: Span,
        /// The most that chance may add.
        jitter: Span,
    },
    /// Stop a timer; it will not fire.
    CancelTimer(P::Timer),
    /// Write to disk before anything that follows.
    Persist(P::Stable),
    /// Write to the protected store with this token.
    Write(Token),
    /// The effects that follow happen by this rule.
    Cite(RuleId),
    /// Tell the observers something that no message shows.
    Note(Note),
}

/// A fact about a process that observers and checkers need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// It suspects a node of having failed.
    Suspect(NodeId),
    /// It stands for election with this number.
    Candidate(Token),
    /// It gives its vote of this term to a node, itself included. In Paxos: it accepts, at this
    /// ballot, that the node leads. To be told before the disk is written and the vote answered.
    Vote(NodeId, Token),
    /// It refuses a node its vote.
    Refuse(NodeId, Token),
    /// It leads from now on, with this number.
    Lead(Token),
    /// It no longer leads.
    StepDown(Token),
    /// It believes that this node leads (or knows of none), with this number.
    Believe(Option<NodeId>, Token),
    /// Its log ends here from now on; to be told at every start too.
    Log(LogEnd),
}

/// Index of a rule in [`Protocol::RULES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleId(pub u8);

impl RuleId {
    /// No rule was cited.
    pub const NONE: RuleId = RuleId(u8::MAX);
}

/// One rule of an algorithm, as its source has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `protocol/name`, used in traces and tours.
    pub id: &'static str,
    /// The rule in one sentence, with `{node}`, `{peer}` and `{number}` filled in when shown.
    pub text: &'static str,
    /// Where it comes from: an id of the course's sources, and the place in it.
    pub source: &'static str,
}

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageKind {
    /// The field's name for it, in capitals.
    pub name: &'static str,
    /// What it is for, which decides its shape.
    pub sign: Sign,
}

/// What a message shows from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Index in [`Protocol::MESSAGES`].
    pub kind: u8,
    /// The term, ballot or token that it carries; 0 if none.
    pub number: Token,
}

/// The shapes of messages in the picture language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A heartbeat: a small dot.
    Pulse,
    /// Asks for something: a triangle.
    Request,
    /// Agrees: a dot with a tick.
    Yes,
    /// Refuses: a dot with a cross.
    No,
    /// Announces a leader: a pennant.
    Announcement,
    /// Writes to the store: a sheet with its number.
    Write,
}

/// What a process is told besides the event, and where it puts its wishes.
pub struct Context<'a, P: Protocol> {
    me: NodeId,
    nodes: u8,
    clock: SimTime,
    counted: SimTime,
    read_clock: Cell<bool>,
    start: bool,
    turn: u32,
    effects: &'a mut Vec<Effect<P>>,
}

impl<'a, P: Protocol> Context<'a, P> {
    /// A context for the process `me` of `nodes`, whose own clock shows `clock`. `start` is
    /// true only while the whole cluster boots for the first time.
    pub fn new(
        me: NodeId,
        nodes: u8,
        clock: SimTime,
        start: bool,
        effects: &'a mut Vec<Effect<P>>,
    ) -> Self {
        let read_clock = Cell::new(false);
        Context { me, nodes, clock, counted: clock, read_clock, start, turn: 0, effects }
    }

    /// With what the process's clock has counted, if that is not what it shows.
    pub fn with_counted(self, counted: SimTime) -> Self {
        Context { counted, ..self }
    }

    /// With how many times the process was woken before.
    pub fn with_turn(self, turn: u32) -> Self {
        Context { turn, ..self }
    }

    /// The id of this process.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// How many nodes the cluster is configured with, reachable or not.
    pub fn nodes(&self) -> u8 {
        self.nodes
    }

    /// The smallest number of nodes that is more than half of the configured cluster.
    pub fn majority(&self) -> u32 {
        u32::from(self.nodes) / 2 + 1
    }

    /// This node's own clock, which may be wrong.
    pub fn clock(&self) -> SimTime {
        self.read_clock.set(true);
        self.clock
    }

    /// Whether the process has looked at its clock.
    pub(crate) fn has_read_clock(&self) -> bool {
        self.read_clock.get()
    }

    /// What this node's own clock has counted, however it was set in between: what programs
    /// call the monotonic clock. It may run fast or slow.
    pub fn counted(&self) -> SimTime {
        self.read_clock.set(true);
        self.counted
    }

    /// How many times this process was woken before, over all crashes: for one that is played
    /// back. An algorithm has no business to know.
    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// True while the whole cluster boots for the first time, false on a restart.
    pub fn is_start(&self) -> bool {
        self.start
    }

    /// The effects that follow happen by this rule.
    pub fn cite(&mut self, rule: RuleId) {
        self.effects.push(Effect::Cite(rule));
    }

    /// Send to one node.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.effects.push(Effect::Send(to, message));
    }

    /// Send to every other node.
    pub fn broadcast(&mut self, message: P::Message) {
        self.effects.push(Effect::Broadcast(message));
    }

    /// Start a timer, or start it anew.
    pub fn set_timer(&mut self, timer: P::Timer, after: Span) {
        self.set_random_timer(timer, after, Span::ZERO);
    }

    /// Start a timer that runs out after `after` plus a random part of `jitter`.
    pub fn set_random_timer(&mut self, timer: P::Timer, after: Span, jitter: Span) {
        self.effects.push(Effect::SetTimer { timer, after, jitter });
    }

    /// Stop a timer.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.effects.push(Effect::CancelTimer(timer));
    }

    /// Write to disk before anything that follows.
    pub fn persist(&mut self, stable: P::Stable) {
        self.effects.push(Effect::Persist(stable));
    }

    /// Write to the protected store.
    pub fn write(&mut self, token: Token) {
        self.effects.push(Effect::Write(token));
    }

    /// Tell the observers.
    pub fn note(&mut self, note: Note) {
        self.effects.push(Effect::Note(note));
    }
}
