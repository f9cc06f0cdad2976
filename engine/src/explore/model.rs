//! The untimed model: what can happen in a state, and what comes of it.
//!
//! The code of the processes is [`Protocol`]'s own, the one that runs under the animation. There
//! is no clock: a message in flight may arrive at any time or never, and a timer that is set may
//! run out at any time. A process depends on nothing but its own state and the event, so each
//! pair of these is computed once and looked up from then on.

use super::flat::Flat;
use super::node::{BOOT, CRASH, LETTERS, Local, PAUSE, RESTART, RESUME, Transition, WIPE};
use super::question::{Faults, Question};
use super::steps::Step;
use super::table::{Mixer, Numbered};
use crate::checks::Monitor;
use crate::ids::{NodeId, Token};
use crate::protocol::{Effect, Note, Protocol, TimerKind, WriteAnswer};
use crate::simulation::Status;
use crate::simulation::mail::Body;
use crate::store::{Store, TokenCheck};
use crate::time::SimTime;
use crate::trace::{EventKind, Record};
use crate::view::NodeSet;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Letter<M> {
    /// From here.
    pub from: NodeId,
    /// To here.
    pub to: NodeId,
    /// What it says.
    pub body: Body<M>,
}

/// What is outside the nodes and the messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct World {
    /// What may still go wrong.
    pub left: Faults,
    /// One side of the cut; empty if there is none.
    pub side: NodeSet,
    /// The highest token that the store has seen.
    pub highest: Token,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The claim does not hold any more.
    pub violated: bool,
    /// The highest term, epoch or ballot that somebody took.
    pub number: Token,
    /// Somebody stood for election.
    pub stood: bool,
    /// Somebody was elected.
    pub led: bool,
}

/// Stands for a monitor whose claim does not hold.
const VIOLATED: u32 = u32::MAX;

type Memo = HashMap<u64, u32, BuildHasherDefault<Mixer>>;

/// Everything about a cluster that does not change while its states are searched, and everything
/// that was computed on the way.
pub struct Model<P: Protocol> {
    pub(super) config: P::Config,
    pub(super) question: Question,
    pub(super) locals: Numbered<Local<P>>,
    /// Status and timers of each local state, which are asked for all the time.
    pub(super) glances: Vec<(Status, u16)>,
    pub(super) letters: Numbered<Letter<P::Message>>,
    batches: Numbered<Vec<Record>>,
    monitors: Numbered<Monitor>,
    worlds: Numbered<World>,
    pub(super) transitions: Vec<Transition>,
    pub(super) known: Memo,
    pub(super) sent: Vec<u32>,
    judged: Memo,
    pub(super) effects: Vec<Effect<P>>,
}

impl<P: Protocol> Model<P> {
    /// A cluster before anything has happened.
    pub fn new(config: P::Config, question: Question) -> Model<P> {
        assert!(P::Timer::ALL.len() <= CRASH as usize, "a node has at most 16 timers");
        let mut model = Model {
            config,
            question,
            locals: Numbered::default(),
            glances: Vec::new(),
            letters: Numbered::default(),
            batches: Numbered::default(),
            monitors: Numbered::default(),
            worlds: Numbered::default(),
            transitions: Vec::new(),
            known: Memo::default(),
            sent: Vec::new(),
            judged: Memo::default(),
            effects: Vec::new(),
        };
        // The empty batch is number 0.
        model.batches.number(Vec::new());
        model
    }

    /// The parameters of the search.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The number of a message.
    pub fn number_of(&mut self, from: NodeId, to: NodeId, body: Body<P::Message>) -> u32 {
        self.letters.number(Letter { from, to, body })
    }

    /// A message.
    pub fn letter(&self, letter: u32) -> &Letter<P::Message> {
        self.letters.get(letter)
    }

    /// What is outside the nodes and the messages of a state.
    pub fn world(&self, state: &Flat) -> &World {
        self.worlds.get(state.world)
    }

    /// Whether a node runs in one of its states, and which timers are set there, a bit each.
    pub fn glance(&self, local: u32) -> (Status, u16) {
        self.glances[local as usize]
    }

    /// The state right after everybody has started.
    pub fn start(&mut self) -> (Flat, Outcome) {
        let nodes = self.question.nodes;
        let monitor = Monitor::new(&[self.question.claim], nodes);
        let world = World { left: self.question.faults, ..World::default() };
        let mut state = Flat {
            locals: Vec::new(),
            monitor: self.monitors.number(monitor),
            world: self.worlds.number(world),
            letters: Vec::new(),
        };
        for node in NodeId::all(nodes) {
            let asleep = Local {
                node,
                status: Status::Crashed,
                process: None,
                stable: P::Stable::default(),
                timers: 0,
            };
            let asleep = self.local(asleep);
            state.locals.push(asleep);
        }
        let mut outcome = Outcome::default();
        for node in NodeId::all(nodes) {
            outcome = outcome.and(self.wake(&mut state, node, BOOT));
        }
        (state, outcome)
    }

    /// Does one step from `state`, into `next`.
    pub fn apply(&mut self, state: &Flat, step: Step, next: &mut Flat) -> Outcome {
        next.copy(state);
        match step {
            Step::Boot => Outcome::default(),
            Step::Deliver(letter) => {
                next.take(letter);
                let Letter { from, to, body } = *self.letters.get(letter);
                match body {
                    Body::Write(token) => self.write(next, from, token),
                    _ => self.wake(next, to, LETTERS + letter),
                }
            }
            Step::Fire(node, timer) => self.wake(next, node, u32::from(timer)),
            Step::Crash(node) => {
                self.spend(next, |left| &mut left.crashes);
                self.wake(next, node, CRASH)
            }
            Step::Restart(node) => {
                self.spend(next, |left| &mut left.restarts);
                self.wake(next, node, RESTART)
            }
            Step::Wipe(node) => {
                self.spend(next, |left| &mut left.wipes);
                self.wake(next, node, WIPE)
            }
            Step::Pause(node) => {
                self.spend(next, |left| &mut left.pauses);
                self.wake(next, node, PAUSE)
            }
            Step::Resume(node) => self.wake(next, node, RESUME),
            Step::Drop(letter) => {
                next.take(letter);
                self.spend(next, |left| &mut left.drops);
                Outcome::default()
            }
            Step::Duplicate(letter) => {
                next.post(letter);
                self.spend(next, |left| &mut left.duplicates);
                Outcome::default()
            }
            Step::Part(side) => {
                self.spend(next, |left| &mut left.partitions);
                self.change_world(next, |world| world.side = side);
                let letters = &self.letters;
                next.letters.retain(|letter| !is_cut(side, letters.get(*letter)));
                Outcome::default()
            }
            Step::Heal => {
                self.change_world(next, |world| world.side = NodeSet::EMPTY);
                Outcome::default()
            }
        }
    }

    fn spend(&mut self, state: &mut Flat, what: fn(&mut Faults) -> &mut u8) {
        self.change_world(state, |world| *what(&mut world.left) -= 1);
    }

    fn change_world(&mut self, state: &mut Flat, change: impl FnOnce(&mut World)) {
        let mut world = *self.worlds.get(state.world);
        change(&mut world);
        state.world = self.worlds.number(world);
    }

    /// A write reaches the store, which answers.
    fn write(&mut self, state: &mut Flat, from: NodeId, token: Token) -> Outcome {
        let World { highest, .. } = *self.worlds.get(state.world);
        let mut store = Store { check: self.question.store, highest, ..Store::default() };
        debug_assert!(store.check != TokenCheck::Equal, "a question is validated");
        let accepted = store.write(from, token);
        self.change_world(state, |world| world.highest = store.highest);
        let store_id = NodeId(self.question.nodes);
        let answer = WriteAnswer { token, accepted, highest: store.highest };
        let letter = Letter { from: store_id, to: from, body: Body::Answer(answer) };
        state.post(self.letters.number(letter));
        if !accepted {
            return Outcome::default();
        }
        let record = Record::new(SimTime::ZERO, EventKind::WriteAccepted, store_id);
        let batch = self.batch(vec![record.with_peer(from).with_number(token)]);
        Outcome { violated: self.judge(state, batch), ..Outcome::default() }
    }

    /// Something happens to a node.
    fn wake(&mut self, state: &mut Flat, node: NodeId, what: u32) -> Outcome {
        let local = state.locals[node.index()];
        let key = u64::from(local) << 32 | u64::from(what);
        let known = self.known.get(&key).copied();
        let transition = known.unwrap_or_else(|| self.compute(local, what, key));
        let Transition { local, first, count, batch, mut outcome } =
            self.transitions[transition as usize];
        state.locals[node.index()] = local;
        if count > 0 {
            let side = self.worlds.get(state.world).side;
            for index in first..first + count {
                let letter = self.sent[index as usize];
                if side.is_empty() || !is_cut(side, self.letters.get(letter)) {
                    state.post(letter);
                }
            }
        }
        outcome.violated = self.judge(state, batch);
        outcome
    }

    /// True if the claim does not hold any more.
    fn judge(&mut self, state: &mut Flat, batch: u32) -> bool {
        if batch == 0 {
            return false;
        }
        let key = u64::from(state.monitor) << 32 | u64::from(batch);
        let judged = self.judged.get(&key).copied().unwrap_or_else(|| {
            let mut monitor = self.monitors.get(state.monitor).clone();
            let after = match monitor.heed(self.batches.get(batch)) {
                true => VIOLATED,
                false => self.monitors.number(monitor),
            };
            self.judged.insert(key, after);
            after
        });
        if judged != VIOLATED {
            state.monitor = judged;
        }
        judged == VIOLATED
    }

    /// The number of what the claim heeds of these records.
    pub(super) fn batch(&mut self, mut records: Vec<Record>) -> u32 {
        records.retain(|record| self.question.claim.heeds(record.kind));
        self.batches.number(records)
    }

    /// The memory that everything known takes, roughly.
    pub fn bytes(&self) -> usize {
        let memo = |memo: &Memo| memo.capacity() * (size_of::<(u64, u32)>() + 1) * 8 / 7;
        self.locals.bytes()
            + self.letters.bytes()
            + self.batches.bytes()
            + self.monitors.bytes() * 3
            + self.worlds.bytes()
            + self.transitions.capacity() * size_of::<Transition>()
            + memo(&self.known)
            + memo(&self.judged)
            + self.sent.capacity() * size_of::<u32>()
    }

    /// How many states a single node was seen in.
    pub fn local_states(&self) -> usize {
        self.locals.len()
    }
}

/// Whether a message crosses the cut. The store is on no side: it can be reached from both.
pub fn is_cut<M>(side: NodeSet, letter: &Letter<M>) -> bool {
    let between_nodes = !matches!(letter.body, Body::Write(_) | Body::Answer(_));
    between_nodes && side.contains(letter.from) != side.contains(letter.to)
}

impl Outcome {
    fn and(self, other: Outcome) -> Outcome {
        Outcome {
            violated: self.violated || other.violated,
            number: self.number.max(other.number),
            stood: self.stood || other.stood,
            led: self.led || other.led,
        }
    }

    /// A node tells something.
    pub(super) fn hear(&mut self, note: Note) {
        match note {
            Note::Candidate(number) | Note::Lead(number) | Note::Vote(_, number) => {
                self.number = self.number.max(number);
                self.stood |= matches!(note, Note::Candidate(_));
                self.led |= matches!(note, Note::Lead(_));
            }
            _ => {}
        }
    }
}
