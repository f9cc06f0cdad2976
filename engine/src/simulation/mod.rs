//! The world in which the processes run: one clock, one queue, a network and a store.
//!
//! A step has two halves: [`Simulation::wake`] says which process wakes and with what, and
//! [`Simulation::commit`] does what the process then wishes. [`Simulation::step`] runs the
//! process in between. For one that lives elsewhere the step is taken apart: it is asked after
//! the first half, its answer goes to where its stand-in finds it, and [`Simulation::finish`]
//! does the rest.

mod actions;
pub mod clock;
mod commit;
pub(crate) mod mail;
pub mod network;
mod observe;
mod queue;
mod start;
mod timers;

pub use observe::Names;

use crate::action::Action;
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Effect, Event, Protocol, RuleId, TimerKind, WriteAnswer};
use crate::rng::Rng;
use crate::scenario::Scripted;
use crate::snapshot::Broken;
use crate::store::Store;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};
use clock::{Clock, ClockError};
use mail::{Body, Envelope, Mail};
use network::{Latency, Network};
use queue::{Due, Queue, Sequence};
use std::collections::VecDeque;
use std::rc::Rc;
use timers::{Key, Timers};

/// Whether a member runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It runs.
    Running,
    /// It has stopped without knowing it.
    Paused,
    /// It is gone, until it is started again.
    Crashed,
}

impl Status {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Status::Running => "running",
            Status::Paused => "paused",
            Status::Crashed => "crashed",
        }
    }
}

/// Something that came while its receiver was paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    /// The message in this slot of the mail, if it is still the one with this sequence.
    Message(u32, Sequence),
    /// The timer with this number has run out.
    Timer(usize),
}

/// A node or the store.
#[derive(Clone, Debug)]
struct Member<P: Protocol> {
    status: Status,
    /// Nothing while crashed, and always for the store.
    process: Option<P>,
    stable: P::Stable,
    clock: Clock,
    clock_error: ClockError,
    /// What came while it was paused.
    waiting: VecDeque<Waiting>,
    /// How many times its process was woken, over all crashes.
    turns: u32,
}

/// How long writes to disks take.
#[derive(Clone, Debug)]
struct Disk {
    latency: Latency,
    rng: Rng,
}

/// When a message leaves (after the writes to disk that come before it), because of what, and by
/// which rule.
#[derive(Clone, Copy, Debug)]
struct Sending {
    leaves: SimTime,
    cause: Option<RecordId>,
    rule: RuleId,
}

/// A running cluster.
#[derive(Clone, Debug)]
pub struct Simulation<P: Protocol> {
    config: P::Config,
    nodes: u8,
    now: SimTime,
    queue: Queue,
    members: Vec<Member<P>>,
    timers: Timers,
    mail: Mail<P::Message>,
    network: Network,
    store: Store,
    register_delay: Span,
    /// The token that the lock service granted last.
    granted: Token,
    jitter: Rng,
    disk: Option<Disk>,
    script: Rc<Vec<Scripted>>,
    next_message: u32,
    broken: VecDeque<Broken>,
    effects: Vec<Effect<P>>,
}

/// The first half of a step: what happens now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wake<P: Protocol> {
    /// A process starts for the first time; the second half is due.
    Boot(NodeId, Option<RecordId>),
    /// A process starts again after a crash; the second half is due.
    Restart(NodeId, Option<RecordId>),
    /// Something happens to a process; the second half is due.
    Process(NodeId, Event<P>, Option<RecordId>),
    /// Something happened that no process takes part in; the step is over.
    World,
}

impl<P: Protocol> Wake<P> {
    /// Whose turn it is, if anybody's.
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Wake::Boot(node, _) | Wake::Restart(node, _) | Wake::Process(node, ..) => Some(*node),
            Wake::World => None,
        }
    }

    fn cause(&self) -> Option<RecordId> {
        match self {
            Wake::Boot(_, cause) | Wake::Restart(_, cause) | Wake::Process(_, _, cause) => *cause,
            Wake::World => None,
        }
    }
}

impl<P: Protocol> Simulation<P> {
    /// Follows this script from now on. It may differ from the one before only in what lies
    /// ahead.
    pub fn set_script(&mut self, script: &[Scripted]) {
        if *self.script == script {
            return;
        }
        let same = self.script.iter().zip(script).take_while(|(old, new)| old == new).count();
        self.queue.forget_script_from(same as u32);
        self.script = Rc::new(script.to_vec());
        self.queue_script_from(same);
    }

    /// The instant of the last thing that happened.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// How many nodes the cluster is configured with.
    pub fn nodes(&self) -> u8 {
        self.nodes
    }

    /// The id of the protected store.
    pub fn store_id(&self) -> NodeId {
        NodeId(self.nodes)
    }

    /// The protected store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The process of a node; nothing while it is crashed.
    pub fn process(&self, node: NodeId) -> Option<&P> {
        self.members[node.index()].process.as_ref()
    }

    /// The parameters of the protocol.
    pub fn config(&self) -> &P::Config {
        &self.config
    }

    /// The same, for whoever decides elsewhere what a process does and leaves it there.
    pub fn config_mut(&mut self) -> &mut P::Config {
        &mut self.config
    }

    /// What a node's disk holds.
    pub fn stable(&self, node: NodeId) -> &P::Stable {
        &self.members[node.index()].stable
    }

    /// How many messages are on their way.
    pub fn in_flight(&self) -> usize {
        self.mail.iter().count()
    }

    /// The number of whoever began to lead last; 0 if nobody has.
    pub fn latest_leadership(&self) -> Token {
        self.granted
    }

    /// Both halves of a step, if anything happens at or before `limit`; false otherwise.
    pub fn step<T: Tracer>(&mut self, limit: SimTime, tracer: &mut T) -> bool {
        let Some(wake) = self.wake(limit, tracer) else { return false };
        self.finish(wake, tracer);
        true
    }

    /// Does something to the cluster now, besides its script.
    pub fn act<T: Tracer>(&mut self, action: &Action, tracer: &mut T) {
        let wake = self.perform(action, tracer);
        self.finish(wake, tracer);
    }

    /// What a process is told besides the event when it is woken now.
    pub fn context<'a>(
        &self,
        wake: &Wake<P>,
        effects: &'a mut Vec<Effect<P>>,
    ) -> Option<Context<'a, P>> {
        let node = wake.node()?;
        let member = &self.members[node.index()];
        let start = matches!(wake, Wake::Boot(..));
        let cx = Context::new(node, self.nodes, member.clock.read(self.now), start, effects);
        Some(cx.with_counted(member.clock.counted(self.now)).with_turn(member.turns))
    }

    /// The second half of a step, with the process in between.
    pub fn finish<T: Tracer>(&mut self, wake: Wake<P>, tracer: &mut T) {
        let mut effects = std::mem::take(&mut self.effects);
        let Some(mut cx) = self.context(&wake, &mut effects) else {
            self.effects = effects;
            return;
        };
        let node = cx.me();
        let cause = wake.cause();
        let member = &mut self.members[node.index()];
        member.turns += 1;
        match wake {
            Wake::Boot(..) | Wake::Restart(..) => {
                member.process = Some(P::boot(&self.config, member.stable.clone(), &mut cx));
            }
            Wake::Process(_, event, _) => {
                if let Some(process) = &mut member.process {
                    process.on_event(&self.config, event, &mut cx);
                }
            }
            Wake::World => {}
        }
        self.commit(node, cause, &mut effects, tracer);
        self.effects = effects;
    }

    /// Does all that happens at or before `until`.
    pub fn run_until<T: Tracer>(&mut self, until: SimTime, tracer: &mut T) {
        while self.step(until, tracer) {}
    }

    /// The first half of a step: takes the next thing that happens, if it is not after `limit`.
    pub fn wake<T: Tracer>(&mut self, limit: SimTime, tracer: &mut T) -> Option<Wake<P>> {
        let limit = Key::new(limit, Sequence::LAST);
        loop {
            let bound = self.timers.bound();
            let Some((time, sequence, due)) = self.queue.pop_before(bound.min(limit)) else {
                if bound >= limit {
                    return None;
                }
                if let Some(timer) = self.timers.at_bound() {
                    return Some(self.timer_fires(timer, bound.time(), tracer));
                }
                continue;
            };
            let wake = match due {
                Due::Message(slot) => self.message_comes_up(time, sequence, slot, tracer),
                Due::Script(index) => {
                    self.now = time;
                    let script = Rc::clone(&self.script);
                    Some(self.perform(&script[index as usize].action, tracer))
                }
                Due::Boot(node) => {
                    let node = NodeId::from_index(node as usize);
                    let cause = tracer.record(Record::new(time, EventKind::Boot, node));
                    Some(Wake::Boot(node, cause))
                }
            };
            if wake.is_some() {
                return wake;
            }
        }
    }

    fn timer_fires<T: Tracer>(&mut self, timer: usize, time: SimTime, tracer: &mut T) -> Wake<P> {
        self.timers.cancel(timer);
        let kinds = P::Timer::ALL;
        let node = NodeId::from_index(timer / kinds.len());
        let kind = timer % kinds.len();
        let member = &mut self.members[node.index()];
        self.now = time;
        if member.status == Status::Paused {
            member.waiting.push_back(Waiting::Timer(timer));
            return Wake::World;
        }
        let record = Record::new(time, EventKind::Timer, node)
            .because(self.timers.setting(timer).cause)
            .with_message(Record::NO_MESSAGE, Names::<P>::FIRST_TIMER + kind as u8);
        let cause = tracer.record(record);
        Wake::Process(node, Event::Timer(kinds[kind]), cause)
    }

    fn message_comes_up<T: Tracer>(
        &mut self,
        time: SimTime,
        sequence: Sequence,
        slot: u32,
        tracer: &mut T,
    ) -> Option<Wake<P>> {
        let found = self.mail.get(slot, sequence)?;
        let receiver = &mut self.members[found.to.index()];
        self.now = time;
        if receiver.status == Status::Paused && !found.lost {
            receiver.waiting.push_back(Waiting::Message(slot, sequence));
            return Some(Wake::World);
        }
        let is_lost = found.lost || receiver.status == Status::Crashed;
        let envelope = self.mail.take(slot)?;
        if is_lost {
            self.lose(&envelope, tracer);
            return Some(Wake::World);
        }
        let cause = match T::ON {
            true => tracer.record(self.record_of(&envelope, EventKind::Deliver)),
            false => None,
        };
        let Envelope { from, to, .. } = envelope;
        match envelope.body {
            Body::Peer(message) => {
                let event = Event::Message { from, message };
                Some(Wake::Process(to, event, cause))
            }
            Body::Answer(answer) => Some(Wake::Process(to, Event::WriteAnswer(answer), cause)),
            Body::Write(token) => {
                self.write(from, token, cause, tracer);
                Some(Wake::World)
            }
            Body::Register(token) => {
                self.store.registered = token;
                let record = Record::new(time, EventKind::Register, to);
                tracer.record(record.because(cause).with_peer(from).with_number(token));
                Some(Wake::World)
            }
        }
    }

    fn write<T: Tracer>(
        &mut self,
        from: NodeId,
        token: Token,
        cause: Option<RecordId>,
        tracer: &mut T,
    ) {
        let accepted = self.store.write(from, token);
        let kind = match accepted {
            true => EventKind::WriteAccepted,
            false => EventKind::WriteRefused,
        };
        let store = self.store_id();
        let record = Record::new(self.now, kind, store).because(cause);
        let cause = tracer.record(record.with_peer(from).with_number(token));
        let answer = WriteAnswer { token, accepted, highest: self.store.highest };
        let why = Sending { leaves: self.now, cause, rule: RuleId::NONE };
        self.send(store, from, Body::Answer(answer), why, tracer);
    }
}
