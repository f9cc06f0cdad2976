//! A node in a search: what it does when something happens to it, computed once by its process's
//! own code and looked up from then on.

use super::flat::Flat;
use super::model::{Letter, Model, Outcome};
use super::steps::Step;
use crate::ids::NodeId;
use crate::protocol::{Context, Effect, Event, Protocol, TimerKind};
use crate::simulation::Status;
use crate::simulation::mail::Body;
use crate::time::SimTime;
use crate::trace::{EventKind, Record};

/// A node, with all that decides what it does next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Local<P: Protocol> {
    /// Its id.
    pub node: NodeId,
    /// Whether it runs.
    pub status: Status,
    /// Nothing while crashed.
    pub process: Option<P>,
    /// What its disk holds.
    pub stable: P::Stable,
    /// The timers that are set, a bit each.
    pub timers: u16,
}

/// What a node does when something happens to it.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The node's state after it.
    pub local: u32,
    /// Its messages in `sent`.
    pub first: u32,
    /// How many there are.
    pub count: u32,
    /// What the claim heeds of it.
    pub batch: u32,
    /// What an observer makes of it.
    pub outcome: Outcome,
}

/// What can happen to a node: its timers come first, then these, then messages.
pub const CRASH: u32 = 16;
pub const RESTART: u32 = 17;
pub const WIPE: u32 = 18;
pub const PAUSE: u32 = 19;
pub const RESUME: u32 = 20;
pub const BOOT: u32 = 21;
pub const LETTERS: u32 = 22;

impl<P: Protocol> Model<P> {
    /// The number of a node's state.
    pub fn local(&mut self, local: Local<P>) -> u32 {
        let glance = (local.status, local.timers);
        let number = self.locals.number(local);
        if number as usize == self.glances.len() {
            self.glances.push(glance);
        }
        number
    }

    /// Runs the process's own code, and keeps what comes of it.
    pub fn compute(&mut self, local: u32, what: u32, key: u64) -> u32 {
        let mut local = self.locals.get(local).clone();
        let mut effects = std::mem::take(&mut self.effects);
        let transition = self.run(&mut local, what, &mut effects);
        effects.clear();
        self.effects = effects;
        let transition = Transition { local: self.local(local), ..transition };
        let number = self.transitions.len() as u32;
        self.transitions.push(transition);
        self.known.insert(key, number);
        number
    }

    fn run(&mut self, local: &mut Local<P>, what: u32, effects: &mut Vec<Effect<P>>) -> Transition {
        let node = local.node;
        let mut cx = Context::new(node, self.question.nodes, SimTime::ZERO, what == BOOT, effects);
        let mut records = Vec::new();
        match what {
            CRASH => {
                (local.status, local.process, local.timers) = (Status::Crashed, None, 0);
                records.push(Record::new(SimTime::ZERO, EventKind::Crash, node));
            }
            PAUSE => local.status = Status::Paused,
            RESUME => local.status = Status::Running,
            BOOT | RESTART | WIPE => {
                if what == WIPE {
                    local.stable = P::Stable::default();
                }
                local.status = Status::Running;
                local.process = Some(P::boot(&self.config, local.stable.clone(), &mut cx));
            }
            _ => {
                let event = match what {
                    letter if letter >= LETTERS => {
                        let Letter { from, body, .. } = *self.letters.get(letter - LETTERS);
                        match body {
                            Body::Peer(message) => Event::Message { from, message },
                            Body::Answer(answer) => Event::WriteAnswer(answer),
                            Body::Write(_) | Body::Register(_) => {
                                unreachable!("only the store gets these")
                            }
                        }
                    }
                    timer => {
                        local.timers &= !(1 << timer);
                        Event::Timer(P::Timer::ALL[timer as usize])
                    }
                };
                if let Some(process) = &mut local.process {
                    process.on_event(&self.config, event, &mut cx);
                }
            }
        }
        assert!(!cx.has_read_clock(), "a protocol that reads its clock says so: READS_CLOCK");
        self.commit(local, effects, records)
    }

    /// Does what a process wishes, in order.
    fn commit(
        &mut self,
        local: &mut Local<P>,
        effects: &[Effect<P>],
        mut records: Vec<Record>,
    ) -> Transition {
        let node = local.node;
        let first = self.sent.len() as u32;
        let mut outcome = Outcome::default();
        for effect in effects {
            match effect {
                Effect::Send(to, message) => {
                    self.send(node, *to, Body::Peer(*message), &mut records);
                }
                Effect::Broadcast(message) => {
                    for to in NodeId::all(self.question.nodes).filter(|to| *to != node) {
                        self.send(node, to, Body::Peer(*message), &mut records);
                    }
                }
                Effect::Write(token) => {
                    let store = NodeId(self.question.nodes);
                    self.send(node, store, Body::Write(*token), &mut records);
                }
                Effect::SetTimer { timer, .. } => local.timers |= 1 << timer.index(),
                Effect::CancelTimer(timer) => local.timers &= !(1 << timer.index()),
                Effect::Persist(stable) => {
                    local.stable = stable.clone();
                    records.push(Record::new(SimTime::ZERO, EventKind::Persist, node));
                }
                Effect::Cite(_) => {}
                Effect::Note(note) => {
                    outcome.hear(*note);
                    records.push(Record::of_note(SimTime::ZERO, node, *note));
                }
            }
        }
        let count = self.sent.len() as u32 - first;
        Transition { local: 0, first, count, batch: self.batch(records), outcome }
    }

    fn send(
        &mut self,
        from: NodeId,
        to: NodeId,
        body: Body<P::Message>,
        records: &mut Vec<Record>,
    ) {
        let letter = self.number_of(from, to, body);
        self.sent.push(letter);
        records.push(Record::new(SimTime::ZERO, EventKind::Send, from).with_peer(to));
    }

    /// The effects of a step on the node that it wakes, computed anew.
    pub fn effects_of(&mut self, state: &Flat, step: Step) -> Vec<Effect<P>> {
        let (node, what) = match step {
            Step::Deliver(letter) => (self.letters.get(letter).to, LETTERS + letter),
            Step::Fire(node, timer) => (node, u32::from(timer)),
            Step::Restart(node) => (node, RESTART),
            Step::Wipe(node) => (node, WIPE),
            _ => return Vec::new(),
        };
        self.effects_on(state.locals.get(node.index()).copied(), what)
    }

    /// The effects of everybody's start, node by node.
    pub fn effects_of_start(&mut self, node: NodeId) -> Vec<Effect<P>> {
        // The first local states are those of the nodes before their start.
        self.effects_on(Some(u32::from(node.0)), BOOT)
    }

    fn effects_on(&mut self, local: Option<u32>, what: u32) -> Vec<Effect<P>> {
        let Some(local) = local else { return Vec::new() };
        let mut local = self.locals.get(local).clone();
        let mut effects = Vec::new();
        self.run(&mut local, what, &mut effects);
        effects
    }
}
