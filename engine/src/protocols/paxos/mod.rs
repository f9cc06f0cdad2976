//! Paxos: one value is chosen, once. Here the value is who leads.
//!
//! Lamport, *Paxos Made Simple*, ACM SIGACT News 32(4), 2001, the algorithm for a single
//! decision, at second hand. Every node is a proposer, an acceptor and a learner. A ballot is
//! a round and the id of its proposer, so that no two proposers share one. It is written as
//! round · 1000 + id: 2004 is the second round of node 4.
//!
//! Rules, in the order of the `match` below:
//! 1. `prepare` (phase 1a): take a ballot above all that this node has promised and ask
//!    everybody to promise it.
//! 2. `promise` (phase 1b): promise a ballot that is higher than all promised before, on disk,
//!    and tell which value was accepted at the highest ballot, if any was.
//! 3. `abandon`: a higher ballot is under way; give up the own one.
//! 4. `propose` (phase 2a): a majority has promised; ask everybody to accept the value that was
//!    accepted at the highest ballot among the answers, and only if there is none, this node.
//! 5. `accept` (phase 2b): accept, on disk, unless a higher ballot was promised.
//! 6. `refuse`: a higher ballot was promised; say so.
//! 7. `count`: somebody promised or accepted, but it is no majority yet.
//! 8. `chosen`: a majority has accepted at this ballot; the value is chosen, tell everybody.
//! 9. `learn`: hear which value was chosen. The node that it names leads.
//! 10. `heartbeat`: the leader sends a heartbeat to all and writes to the store with its ballot.
//! 11. `heard`: the leader's heartbeat arrives; nothing is missed.
//! 12. `miss`: a node that hears nothing for an interval counts a missed heartbeat; the third
//!     makes it suspect the leader. Nothing follows: what is chosen stays chosen.
//!
//! Rules 10 to 12 are ours, and so is when a node proposes: after `start_ms` and a random part
//! of `spread_ms`; again if `retry_ms` pass without an answer, or without news of the proposer
//! whose ballot it promised; and after a random part of `back_off_ms` when it abandons its
//! ballot. The paper asks for one distinguished proposer, and for randomness or time to pick
//! it. With `back_off_ms` 0 two proposers can go on for ever, each promised just before the
//! other's value arrives. The message that other texts call ACCEPTED is named VOTED, because
//! the store answers ACCEPTED to a write.
//!
//! This decides once. It does not replace a leader that dies, and the value that survives may
//! be a node that is dead already. Multi-Paxos runs one such decision for each entry of a log
//! and does phase 1 once for all that follow: leading means holding a ballot that a majority
//! has promised, and a new leader is whoever gets a higher one.

mod acceptor;
mod config;

pub use acceptor::{Accepted, Acceptor, ballot};
pub(super) use acceptor::{later, round_of};
pub use config::{Broken, Config, INFO, SWITCHES};

use crate::ids::{NodeId, Token};
use crate::protocol::{Command, Context, Event, Label, MessageKind, Note, Protocol, Rule, Sign};
use crate::protocols::declare::{ours, rules, timers};
use crate::time::Span;
use crate::view::{Ballots, Field, Kept, NodeSet, NodeView, Role};

/// What nodes say to each other. Each carries the ballot that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Phase 1a. Promise to accept nothing below this ballot.
    Prepare(Token),
    /// Phase 1b. Promised; and this is what was accepted at the highest ballot.
    Promise(Token, Option<Accepted<NodeId>>),
    /// Phase 2a. Accept that this node leads.
    Accept(Token, NodeId),
    /// Phase 2b. Accepted.
    Voted(Token),
    /// Not at this ballot: the second one was promised.
    Nack(Token, Token),
    /// It is chosen that this node leads.
    Chosen(Token, NodeId),
    /// I lead, and I am alive.
    Heartbeat(Token),
}

timers! {
    /// The timers of a node.
    suspicion: Silence,
    /// Time to propose.
    Propose = "propose",
    /// The leader's next heartbeat.
    Heartbeat = "heartbeat",
    /// The next heartbeat counts as missed.
    Silence = "silence",
}

/// What survives a crash: what the acceptor has promised, and that it has accepted a node as
/// leader.
pub type Stable = Acceptor<NodeId>;

/// What a proposer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It has no ballot under way.
    Idle,
    /// It asks for promises, and this is the best that was accepted so far.
    Preparing(Option<Accepted<NodeId>>),
    /// It asks to accept that this node leads.
    Proposing(NodeId),
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Paxos {
    me: NodeId,
    // Persistent.
    stable: Stable,
    // Volatile.
    phase: Phase,
    /// The ballot of its current proposal.
    mine: Token,
    /// The highest ballot that others were heard to have promised.
    heard: Token,
    ballots: Ballots,
    chosen: Option<Accepted<NodeId>>,
    missed: u32,
}

const fn rule(id: &'static str, text: &'static str) -> Rule {
    Rule { id, text, source: "paxos-simple" }
}

rules! {
    PREPARE = rule("paxos/prepare", "Take a new, higher ballot and ask everybody to promise it."),
    PROMISE = rule(
        "paxos/promise",
        "The highest ballot so far: promise it, and tell what was accepted.",
    ),
    ABANDON = rule("paxos/abandon", "A higher ballot is under way: give up the own one."),
    PROPOSE = rule(
        "paxos/propose",
        "A majority promised: propose what was accepted last, if anything.",
    ),
    ACCEPT = rule("paxos/accept", "No higher ballot was promised: accept, on disk, and say so."),
    REFUSE = rule("paxos/refuse", "A higher ballot was promised: refuse this one, and say which."),
    COUNT = rule("paxos/count", "An answer that counts, but it takes a majority."),
    CHOSEN = rule("paxos/chosen", "A majority accepted at this ballot: the value is chosen."),
    LEARN = rule("paxos/learn", "The chosen value is heard of. It will never change."),
    HEARTBEAT = ours(
        "paxos/heartbeat",
        "The leader says that it is alive, and writes with its ballot.",
    ),
    HEARD = ours("paxos/heard", "The leader's heartbeat arrives: nothing is missed."),
    MISS = ours(
        "paxos/miss",
        "A heartbeat is missed. A suspicion changes nothing: chosen is chosen.",
    ),
}

impl Protocol for Paxos {
    type Config = Config;
    type Message = Message;
    type Timer = Timer;
    type Stable = Stable;

    const RULES: &'static [Rule] = RULES;

    const MESSAGES: &'static [MessageKind] = &[
        MessageKind { name: "PREPARE", sign: Sign::Request },
        MessageKind { name: "PROMISE", sign: Sign::Yes },
        MessageKind { name: "ACCEPT", sign: Sign::Request },
        MessageKind { name: "VOTED", sign: Sign::Yes },
        MessageKind { name: "NACK", sign: Sign::No },
        MessageKind { name: "CHOSEN", sign: Sign::Announcement },
        MessageKind { name: "HEARTBEAT", sign: Sign::Pulse },
    ];

    fn boot(config: &Config, stable: Stable, cx: &mut Context<'_, Self>) -> Self {
        let mut node = Paxos {
            me: cx.me(),
            stable,
            phase: Phase::Idle,
            mine: Token(0),
            heard: Token(0),
            ballots: Ballots::default(),
            chosen: None,
            missed: 0,
        };
        if cx.is_start() && config.settled {
            let leader = NodeId(cx.nodes() - 1);
            let ballot = ballot(1, leader);
            node.vote(ballot, leader, config, cx);
            node.learn(ballot, leader, config, cx);
        } else {
            cx.set_random_timer(Timer::Propose, config.start_ms, config.spread_ms);
        }
        node
    }

    fn on_event(&mut self, config: &Config, event: Event<Self>, cx: &mut Context<'_, Self>) {
        match event {
            Event::Timer(Timer::Propose) | Event::Command(Command::Campaign) => {
                self.prepare(config, cx);
            }
            Event::Message { from, message: Message::Prepare(ballot) }
                if ballot > self.stable.promised =>
            {
                cx.cite(PROMISE);
                self.promise(ballot, config, cx);
                cx.send(from, Message::Promise(ballot, self.stable.accepted));
                self.give_way(ballot, config, cx);
            }
            Event::Message { message: Message::Nack(ballot, promised), .. } => {
                if ballot == self.mine && self.phase != Phase::Idle {
                    self.heard = self.heard.max(promised);
                    self.give_way(promised, config, cx);
                }
            }
            Event::Message { from, message: Message::Promise(ballot, accepted) } => {
                if let Phase::Preparing(best) = self.phase
                    && ballot == self.mine
                {
                    self.phase = Phase::Preparing(later(best, accepted));
                    self.ballots.have.insert(from);
                    self.propose(config, cx);
                }
            }
            Event::Message { from, message: Message::Accept(ballot, leader) }
                if self.stable.may_accept(ballot) || !config.keeps(Broken::AcceptsBelowPromise) =>
            {
                cx.cite(ACCEPT);
                self.vote(ballot, leader, config, cx);
                cx.send(from, Message::Voted(ballot));
                self.give_way(ballot, config, cx);
            }
            Event::Message {
                from,
                message: Message::Prepare(ballot) | Message::Accept(ballot, _),
            } => {
                // What was promised already comes again only as a copy.
                if ballot < self.stable.promised {
                    cx.cite(REFUSE);
                    cx.note(Note::Refuse(from, ballot));
                    cx.send(from, Message::Nack(ballot, self.stable.promised));
                }
            }
            Event::Message { from, message: Message::Voted(ballot) } => {
                if let Phase::Proposing(leader) = self.phase
                    && ballot == self.mine
                {
                    self.ballots.have.insert(from);
                    self.choose(leader, config, cx);
                }
            }
            Event::Message { message: Message::Chosen(ballot, leader), .. } => {
                cx.cite(LEARN);
                self.learn(ballot, leader, config, cx);
            }
            Event::Timer(Timer::Heartbeat) => {
                cx.cite(HEARTBEAT);
                self.beat(config, cx);
            }
            Event::Message { from, message: Message::Heartbeat(ballot) } => {
                cx.cite(HEARD);
                self.learn(ballot, from, config, cx);
            }
            Event::Timer(Timer::Silence) => {
                cx.cite(MISS);
                self.missed += 1;
                match self.chosen {
                    Some(Accepted { value: leader, .. }) if self.missed >= config.missed => {
                        cx.note(Note::Suspect(leader));
                    }
                    _ => cx.set_timer(Timer::Silence, config.expect_ms),
                }
            }
            // No other node is ever chosen, so there is nobody to give way to.
            Event::WriteAnswer(_) => {}
            // What is chosen cannot be handed over.
            Event::Command(Command::Transfer(_)) => {}
        }
    }

    fn view(&self, config: &Config) -> NodeView {
        let role = match (self.leads(), self.phase) {
            (true, _) => Role::Leader,
            (false, Phase::Idle) => Role::Follower,
            (false, _) => Role::Candidate,
        };
        let doing = match self.phase {
            Phase::Idle => "nothing under way".to_owned(),
            Phase::Preparing(_) => format!("preparing {}", self.mine),
            Phase::Proposing(leader) => format!("proposing node {leader} at {}", self.mine),
        };
        let value = |value: Option<Accepted<NodeId>>| match value {
            Some(Accepted { ballot, value }) => format!("node {value} leads, at {ballot}"),
            None => "nothing".to_owned(),
        };
        let number = match (role, self.chosen) {
            (Role::Candidate, _) => self.mine,
            (_, Some(chosen)) => chosen.ballot,
            (_, None) => self.stable.promised,
        };
        let follows = role == Role::Follower && self.chosen.is_some();
        NodeView {
            role,
            believes: self.chosen.map(|chosen| chosen.value),
            number,
            vote: self.stable.accepted.map(|accepted| accepted.value),
            ballots: (self.phase != Phase::Idle).then_some(self.ballots),
            log: None,
            missed: follows.then_some((self.missed.min(config.missed), config.missed)),
            fields: vec![
                Field {
                    kept: Kept::Persistent,
                    name: "promised",
                    value: self.stable.promised.to_string(),
                },
                Field {
                    kept: Kept::Persistent,
                    name: "accepted",
                    value: value(self.stable.accepted),
                },
                Field { kept: Kept::Volatile, name: "proposer", value: doing },
                Field { kept: Kept::Volatile, name: "chosen", value: value(self.chosen) },
            ],
        }
    }

    fn round(number: Token) -> u64 {
        round_of(number)
    }

    fn label(message: &Message) -> Label {
        let (kind, number) = match message {
            Message::Prepare(ballot) => (0, *ballot),
            Message::Promise(ballot, _) => (1, *ballot),
            Message::Accept(ballot, _) => (2, *ballot),
            Message::Voted(ballot) => (3, *ballot),
            // What was promised instead is what the proposer needs to know.
            Message::Nack(_, promised) => (4, *promised),
            Message::Chosen(ballot, _) => (5, *ballot),
            Message::Heartbeat(ballot) => (6, *ballot),
        };
        Label { kind, number }
    }
}

impl Paxos {
    fn leads(&self) -> bool {
        self.chosen.is_some_and(|chosen| chosen.value == self.me)
    }

    /// Begins a ballot of its own, which its own acceptor promises at once.
    fn prepare(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        cx.cite(PREPARE);
        let highest = self.stable.promised.max(self.heard);
        self.mine = ballot(round_of(highest) + 1, self.me);
        self.promise(self.mine, config, cx);
        self.phase = Phase::Preparing(self.stable.accepted);
        cx.note(Note::Candidate(self.mine));
        cx.broadcast(Message::Prepare(self.mine));
        self.begin_count(config, cx);
        self.propose(config, cx);
    }

    /// Counts the answers from here on, beginning with its own.
    fn begin_count(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let have = NodeSet::from_iter([self.me]);
        let needed = config.quorum(cx.nodes());
        self.ballots = Ballots { have, refused: NodeSet::EMPTY, needed };
        cx.set_random_timer(Timer::Propose, config.retry_ms, config.back_off_ms);
    }

    fn has_quorum(&self) -> bool {
        self.ballots.have.len() >= self.ballots.needed
    }

    fn promise(&mut self, ballot: Token, config: &Config, cx: &mut Context<'_, Self>) {
        if self.stable.promise(ballot) && config.keeps(Broken::PromiseNotOnDisk) {
            cx.persist(self.stable);
        }
    }

    /// Another proposer is at work with this ballot: leave it some time.
    fn give_way(&mut self, to: Token, config: &Config, cx: &mut Context<'_, Self>) {
        if self.phase != Phase::Idle && to > self.mine {
            cx.cite(ABANDON);
            self.phase = Phase::Idle;
            match config.back_off_ms {
                Span::ZERO => self.prepare(config, cx),
                most => cx.set_random_timer(Timer::Propose, Span::ZERO, most),
            }
        } else if self.phase == Phase::Idle && self.chosen.is_none() {
            cx.set_random_timer(Timer::Propose, config.retry_ms, config.back_off_ms);
        }
    }

    /// Phase 2a, if a majority has promised.
    fn propose(&mut self, config: &Config, cx: &mut Context<'_, Self>) {
        let Phase::Preparing(best) = self.phase else { return };
        if !self.has_quorum() {
            return cx.cite(COUNT);
        }
        cx.cite(PROPOSE);
        let leader = match best {
            Some(accepted) if config.keeps(Broken::AcceptedValueIgnored) => accepted.value,
            _ => self.me,
        };
        self.phase = Phase::Proposing(leader);
        self.vote(self.mine, leader, config, cx);
        cx.broadcast(Message::Accept(self.mine, leader));
        self.begin_count(config, cx);
        self.choose(leader, config, cx);
    }

    /// The acceptor accepts.
    fn vote(&mut self, ballot: Token, leader: NodeId, config: &Config, cx: &mut Context<'_, Self>) {
        if self.stable.accept(ballot, leader) {
            cx.note(Note::Vote(leader, ballot));
            if config.keeps(Broken::VoteNotOnDisk) {
                cx.persist(self.stable);
            }
        }
    }

    /// The value is chosen, if a majority has accepted it.
    fn choose(&mut self, leader: NodeId, config: &Config, cx: &mut Context<'_, Self>) {
        if !self.has_quorum() {
            return cx.cite(COUNT);
        }
        cx.cite(CHOSEN);
        cx.broadcast(Message::Chosen(self.mine, leader));
        self.learn(self.mine, leader, config, cx);
    }

    fn learn(
        &mut self,
        ballot: Token,
        leader: NodeId,
        config: &Config,
        cx: &mut Context<'_, Self>,
    ) {
        let led = self.leads();
        let known = self.chosen.map_or(Token(0), |chosen| chosen.ballot);
        if ballot > known {
            // Only a broken rule can make it another one.
            if led && leader != self.me {
                cx.note(Note::StepDown(known));
                cx.cancel_timer(Timer::Heartbeat);
            }
            self.chosen = Some(Accepted { ballot, value: leader });
            self.phase = Phase::Idle;
            cx.cancel_timer(Timer::Propose);
            if self.leads() {
                cx.note(Note::Lead(ballot));
            }
            cx.note(Note::Believe(Some(leader), ballot));
        }
        self.missed = 0;
        if self.leads() {
            cx.cancel_timer(Timer::Silence);
            if !led {
                self.beat(config, cx);
            }
        } else {
            cx.set_timer(Timer::Silence, config.expect_ms);
        }
    }

    fn beat(&self, config: &Config, cx: &mut Context<'_, Self>) {
        if let Some(Accepted { ballot, .. }) = self.chosen {
            cx.broadcast(Message::Heartbeat(ballot));
            if config.writes {
                cx.write(ballot);
            }
            cx.set_timer(Timer::Heartbeat, config.heartbeat_ms);
        }
    }
}
