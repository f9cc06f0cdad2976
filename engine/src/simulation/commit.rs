//! The second half of a step: what a woken process wishes is done, in order, and messages get
//! under way.

use super::mail::{Body, Envelope};
use super::queue::Due;
use super::timers::{Key, Setting};
use super::{Names, Sending, Simulation};
use crate::ids::{MessageId, NodeId, Token};
use crate::protocol::{Effect, Note, Protocol, RuleId, TimerKind};
use crate::snapshot::{BROKEN_SHOWN, Broken};
use crate::store::TokenCheck;
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};

impl<P: Protocol> Simulation<P> {
    /// The second half of a step: does what the woken process wishes, in order.
    pub fn commit<T: Tracer>(
        &mut self,
        node: NodeId,
        cause: Option<RecordId>,
        effects: &mut Vec<Effect<P>>,
        tracer: &mut T,
    ) {
        let mut why = Sending { leaves: self.now, cause, rule: RuleId::NONE };
        // By reference: an effect may hold all that a node writes to its disk.
        for effect in effects.iter() {
            match effect {
                Effect::Send(to, message) => {
                    self.send(node, *to, Body::Peer(*message), why, tracer);
                }
                Effect::Broadcast(message) => {
                    for to in NodeId::all(self.nodes).filter(|to| *to != node) {
                        self.send(node, to, Body::Peer(*message), why, tracer);
                    }
                }
                Effect::SetTimer { timer, after, jitter } => {
                    self.set_timer(node, *timer, *after, *jitter, cause);
                }
                Effect::CancelTimer(timer) => {
                    let slot = self.timer_slot(node, *timer);
                    self.timers.cancel(slot);
                }
                Effect::Persist(stable) => {
                    self.members[node.index()].stable.clone_from(stable);
                    if let Some(disk) = &mut self.disk {
                        why.leaves = why.leaves + disk.latency.draw(&mut disk.rng);
                    }
                    if T::ON {
                        let record = Record::new(self.now, EventKind::Persist, node);
                        tracer.record(record.because(cause).with_rule(why.rule));
                    }
                }
                Effect::Write(token) => {
                    let store = self.store_id();
                    self.send(node, store, Body::Write(*token), why, tracer);
                }
                Effect::Cite(cited) => {
                    if why.rule == RuleId::NONE {
                        tracer.set_rule(cause, *cited);
                    }
                    why.rule = *cited;
                }
                Effect::Note(note) => self.note(node, *note, cause, why.rule, tracer),
            }
        }
        effects.clear();
    }

    pub(super) fn timer_slot(&self, node: NodeId, timer: P::Timer) -> usize {
        node.index() * P::Timer::ALL.len() + timer.index()
    }

    fn set_timer(
        &mut self,
        node: NodeId,
        timer: P::Timer,
        after: Span,
        jitter: Span,
        cause: Option<RecordId>,
    ) {
        let random = match jitter {
            Span::ZERO => 0,
            most => self.jitter.below(most.as_micros() + 1),
        };
        let local = after + Span::from_micros(random);
        let at = self.now + self.members[node.index()].clock.in_the_world(local);
        let slot = self.timer_slot(node, timer);
        self.timers.arm(slot, Key::new(at, self.queue.sequence()));
        self.timers.describe(slot, Setting { at: self.now, cause });
    }

    fn note<T: Tracer>(
        &mut self,
        node: NodeId,
        note: Note,
        cause: Option<RecordId>,
        rule: RuleId,
        tracer: &mut T,
    ) {
        let record = Record::of_note(self.now, node, note);
        let id = tracer.record(record.because(cause).with_rule(rule));
        if let Note::Lead(number) = note {
            self.granted = number;
            if self.store.check == TokenCheck::Equal {
                self.register(node, number, id);
            }
        }
    }

    /// Lets the lock service tell the store that this leader's token is now the current one.
    fn register(&mut self, leader: NodeId, token: Token, cause: Option<RecordId>) {
        // A cluster that begins with a leader begins with a store that knows it.
        let delay = if self.now == SimTime::ZERO { Span::ZERO } else { self.register_delay };
        let at = self.now + delay;
        let envelope = Envelope {
            id: self.message_id(),
            from: leader,
            to: self.store_id(),
            sent: self.now,
            at,
            due: at,
            lost: false,
            body: Body::Register(token),
            cause,
            sequence: self.queue.sequence(),
        };
        self.post(envelope);
    }

    pub(super) fn send<T: Tracer>(
        &mut self,
        from: NodeId,
        to: NodeId,
        body: Body<P::Message>,
        why: Sending,
        tracer: &mut T,
    ) {
        let Sending { leaves, cause, rule } = why;
        let fate = self.network.route(leaves, from, to);
        let mut envelope = Envelope {
            id: self.message_id(),
            from,
            to,
            sent: leaves,
            at: fate.at,
            due: fate.due,
            lost: fate.lost,
            body,
            cause: None,
            sequence: self.queue.sequence(),
        };
        if T::ON {
            let mut record = self.record_of(&envelope, EventKind::Send);
            record = record.because(cause).with_rule(rule);
            envelope.cause = tracer.record(record);
        }
        self.post(envelope);
        if !fate.lost && self.network.doubles() {
            self.double(envelope, tracer);
        }
    }

    fn message_id(&mut self) -> MessageId {
        self.next_message += 1;
        MessageId(self.next_message)
    }

    fn post(&mut self, envelope: Envelope<P::Message>) {
        let slot = self.mail.insert(envelope);
        self.queue.push(envelope.at, envelope.sequence, Due::Message(slot));
    }

    /// Makes a second copy, which arrives right after the first.
    pub(super) fn double<T: Tracer>(&mut self, original: Envelope<P::Message>, tracer: &mut T) {
        let mut copy = Envelope {
            id: self.message_id(),
            sequence: self.queue.sequence(),
            // The original may wait for a paused receiver.
            at: original.at.max(self.now),
            ..original
        };
        if T::ON {
            let record = self.record_of(&copy, EventKind::Duplicate);
            copy.cause = tracer.record(record.because(original.cause));
        }
        self.post(copy);
    }

    pub(super) fn lose<T: Tracer>(&mut self, envelope: &Envelope<P::Message>, tracer: &mut T) {
        let now = self.now;
        while self.broken.front().is_some_and(|first| now.since(first.at) > BROKEN_SHOWN) {
            self.broken.pop_front();
        }
        let (name, number) = Names::<P>::of(&envelope.body);
        self.broken.push_back(Broken {
            id: envelope.id,
            name: Names::<P>::message(name),
            sign: Names::<P>::sign(name),
            number,
            from: envelope.from,
            to: envelope.to,
            sent: envelope.sent,
            due: envelope.due,
            at: now,
        });
        if T::ON {
            tracer.record(self.record_of(envelope, EventKind::Lost));
        }
    }

    /// The record of what happens to a message: to the sender when it is sent or doubled, to
    /// the receiver when it arrives or is lost.
    pub(super) fn record_of(&self, envelope: &Envelope<P::Message>, kind: EventKind) -> Record {
        let (name, number) = Names::<P>::of(&envelope.body);
        let (node, peer) = match kind {
            EventKind::Send | EventKind::Duplicate => (envelope.from, envelope.to),
            _ => (envelope.to, envelope.from),
        };
        Record::new(self.now, kind, node)
            .because(envelope.cause)
            .with_peer(peer)
            .with_number(number)
            .with_message(envelope.id, name)
    }
}
