//! Doing things to a running cluster.

use super::mail::{Body, Envelope};
use super::queue::Due;
use super::timers::Key;
use super::{Simulation, Status, Waiting, Wake};
use crate::action::{Action, ClockChange, LinkChange, TimerChange};
use crate::ids::{MessageId, NodeId};
use crate::protocol::{Command, Event, Protocol, TimerKind};
use crate::time::{SimTime, Span};
use crate::trace::{EventKind, Record, RecordId, Tracer};

impl<P: Protocol> Simulation<P> {
    /// Whether an action would change anything now. What would not can be offered greyed out.
    pub fn would_change(&self, action: &Action) -> bool {
        let status = |node: &NodeId| self.members[node.index()].status;
        let flight = |id: &MessageId| self.mail.iter().find(|envelope| envelope.id == *id);
        match action {
            Action::Crash(node) => status(node) != Status::Crashed,
            Action::Restart(node) | Action::RestartWithoutDisk(node) => {
                status(node) == Status::Crashed
            }
            Action::Pause(node) => status(node) == Status::Running,
            Action::Resume(node) => status(node) == Status::Paused,
            Action::Cut(way) => !self.network.link(way.from, way.to).cut,
            Action::CutAll(ways) => ways.iter().any(|way| !self.network.link(way.from, way.to).cut),
            Action::Mend(way) => self.network.link(way.from, way.to).is_impaired(),
            Action::Partition(groups) => {
                across(groups).iter().any(|(from, to)| !self.network.link(*from, *to).cut)
            }
            Action::Heal => {
                self.links().any(|(from, to)| self.network.link(from, to).is_impaired())
            }
            Action::Link(change) => {
                let link = self.network.link(change.from, change.to);
                (link.delay, link.loss_permille) != (change.delay_ms, change.loss_permille)
            }
            Action::Network(config) => self.network.config() != config,
            Action::Clock(change) => {
                self.members[change.node.index()].clock_error != change.error()
            }
            Action::StoreCheck(check) => self.store.check != *check,
            Action::Campaign(node) => status(node) == Status::Running,
            Action::Transfer(way) => status(&way.from) == Status::Running && way.from != way.to,
            Action::Drop(id) | Action::Duplicate(id) => flight(id).is_some(),
            Action::Deliver(id) => flight(id).is_some_and(|envelope| self.can_arrive(envelope)),
            Action::Delay(delay) => flight(&delay.message).is_some() && delay.by_ms != Span::ZERO,
            Action::Timer(change) => self
                .timer_named(change)
                .and_then(|timer| self.timers.fires_at(timer))
                .is_some_and(|fires_at| fires_at != self.now + change.in_ms),
        }
    }

    /// A message can be let through unless its link is cut or it has arrived at a paused
    /// receiver already.
    fn can_arrive(&self, envelope: &Envelope<P::Message>) -> bool {
        let waits = self.members[envelope.to.index()].status == Status::Paused
            && envelope.at <= self.now
            && !envelope.lost;
        !waits && !self.network.link(envelope.from, envelope.to).cut
    }

    /// Does it, if it changes anything. A command wakes a process.
    pub(super) fn perform<T: Tracer>(&mut self, action: &Action, tracer: &mut T) -> Wake<P> {
        if !self.would_change(action) {
            return Wake::World;
        }
        match action {
            Action::Crash(node) => self.crash(*node, tracer),
            Action::Restart(node) => return self.restart(*node, tracer),
            Action::RestartWithoutDisk(node) => {
                self.members[node.index()].stable = P::Stable::default();
                if *node == self.store_id() {
                    self.store.forget();
                }
                return self.restart(*node, tracer);
            }
            Action::Pause(node) => {
                self.members[node.index()].status = Status::Paused;
                self.tell(EventKind::Pause, *node, tracer);
            }
            Action::Resume(node) => self.resume(*node, tracer),
            Action::Cut(way) => self.cut(way.from, way.to, tracer),
            Action::CutAll(ways) => {
                for way in ways {
                    self.cut(way.from, way.to, tracer);
                }
            }
            Action::Mend(way) => self.mend(way.from, way.to, tracer),
            Action::Partition(groups) => {
                for (from, to) in across(groups) {
                    self.cut(from, to, tracer);
                }
            }
            Action::Heal => {
                for (from, to) in self.links().collect::<Vec<_>>() {
                    self.mend(from, to, tracer);
                }
            }
            Action::Link(change) => self.change_link(change, tracer),
            Action::Network(config) => {
                self.network.set_config(config.clone());
                self.tell(EventKind::Network, self.store_id(), tracer);
            }
            Action::Clock(change) => self.change_clock(change, tracer),
            Action::StoreCheck(check) => {
                self.store.check = *check;
                // The lock service has known all along who was granted what.
                self.store.registered = self.granted;
                self.tell(EventKind::StoreCheck, self.store_id(), tracer);
            }
            Action::Campaign(node) => return self.command(*node, Command::Campaign, tracer),
            Action::Transfer(way) => {
                return self.command(way.from, Command::Transfer(way.to), tracer);
            }
            Action::Drop(id) => self.reroute(*id, self.now, true),
            Action::Deliver(id) => self.reroute(*id, self.now, false),
            Action::Duplicate(id) => {
                if let Some((_, envelope)) = self.mail.find(*id) {
                    let original = *envelope;
                    self.double(original, tracer);
                }
            }
            Action::Delay(delay) => {
                if let Some((_, envelope)) = self.mail.find(delay.message) {
                    // What waits for a paused receiver has arrived before now.
                    let (due, lost) = (envelope.at.max(self.now), envelope.lost);
                    self.reroute(delay.message, due + delay.by_ms, lost);
                }
            }
            Action::Timer(change) => {
                if let Some(timer) = self.timer_named(change) {
                    let key = Key::new(self.now + change.in_ms, self.queue.sequence());
                    self.timers.arm(timer, key);
                }
            }
        }
        Wake::World
    }

    fn timer_named(&self, change: &TimerChange) -> Option<usize> {
        let named = P::Timer::ALL.iter().find(|timer| timer.name() == change.timer)?;
        (change.node.0 < self.nodes).then(|| self.timer_slot(change.node, *named))
    }

    fn tell<T: Tracer>(
        &mut self,
        kind: EventKind,
        node: NodeId,
        tracer: &mut T,
    ) -> Option<RecordId> {
        tracer.record(Record::new(self.now, kind, node))
    }

    pub(super) fn links(&self) -> impl Iterator<Item = (NodeId, NodeId)> + use<P> {
        let members = self.nodes + 1;
        NodeId::all(members)
            .flat_map(move |from| NodeId::all(members).map(move |to| (from, to)))
            .filter(|(from, to)| from != to)
    }

    fn crash<T: Tracer>(&mut self, node: NodeId, tracer: &mut T) {
        self.tell(EventKind::Crash, node, tracer);
        let member = &mut self.members[node.index()];
        member.status = Status::Crashed;
        member.process = None;
        let waiting = std::mem::take(&mut member.waiting);
        if node.0 < self.nodes {
            for timer in timers_of::<P>(node) {
                self.timers.cancel(timer);
            }
        }
        for waiting in waiting {
            if let Waiting::Message(slot, sequence) = waiting
                && self.mail.get(slot, sequence).is_some()
                && let Some(envelope) = self.mail.take(slot)
            {
                self.lose(&envelope, tracer);
            }
        }
    }

    fn restart<T: Tracer>(&mut self, node: NodeId, tracer: &mut T) -> Wake<P> {
        let record = self.tell(EventKind::Restart, node, tracer);
        self.members[node.index()].status = Status::Running;
        match node == self.store_id() {
            true => Wake::World,
            false => Wake::Restart(node, record),
        }
    }

    /// What waited happens now, in the order in which it came.
    fn resume<T: Tracer>(&mut self, node: NodeId, tracer: &mut T) {
        self.tell(EventKind::Resume, node, tracer);
        self.members[node.index()].status = Status::Running;
        for waiting in std::mem::take(&mut self.members[node.index()].waiting) {
            let sequence = self.queue.sequence();
            match waiting {
                Waiting::Timer(timer) => self.timers.arm(timer, Key::new(self.now, sequence)),
                Waiting::Message(slot, before) => {
                    if let Some(envelope) = self.mail.get_mut(slot, before) {
                        envelope.sequence = sequence;
                        self.queue.push(self.now, sequence, Due::Message(slot));
                    }
                }
            }
        }
    }

    fn cut<T: Tracer>(&mut self, from: NodeId, to: NodeId, tracer: &mut T) {
        let link = self.network.link_mut(from, to);
        if std::mem::replace(&mut link.cut, true) {
            return;
        }
        link.forget_arrivals();
        tracer.record(Record::new(self.now, EventKind::Cut, from).with_peer(to));
        // What is on the link breaks where it is. The lock service does not use it.
        let doomed: Vec<MessageId> = self
            .mail
            .iter()
            .filter(|envelope| (envelope.from, envelope.to) == (from, to) && !envelope.lost)
            .filter(|envelope| envelope.at > self.now)
            .filter(|envelope| !matches!(envelope.body, Body::Register(_)))
            .map(|envelope| envelope.id)
            .collect();
        for id in doomed {
            self.reroute(id, self.now, true);
        }
    }

    fn mend<T: Tracer>(&mut self, from: NodeId, to: NodeId, tracer: &mut T) {
        let link = self.network.link_mut(from, to);
        let before = link.clone();
        link.mend();
        if before.cut {
            tracer.record(Record::new(self.now, EventKind::Heal, from).with_peer(to));
        } else if before.is_impaired() {
            tracer.record(Record::new(self.now, EventKind::Link, from).with_peer(to));
        }
    }

    fn change_link<T: Tracer>(&mut self, change: &LinkChange, tracer: &mut T) {
        let link = self.network.link_mut(change.from, change.to);
        link.delay = change.delay_ms;
        link.loss_permille = change.loss_permille;
        tracer.record(Record::new(self.now, EventKind::Link, change.from).with_peer(change.to));
    }

    /// The clock changes, and what is left on its running timers is counted by the new one.
    fn change_clock<T: Tracer>(&mut self, change: &ClockChange, tracer: &mut T) {
        self.tell(EventKind::Clock, change.node, tracer);
        let member = &mut self.members[change.node.index()];
        let before = member.clock;
        member.clock.set(self.now, member.clock_error, change.error());
        let same_rate = member.clock_error.drift_ppm == change.drift_ppm;
        member.clock_error = change.error();
        if change.node.0 >= self.nodes || same_rate {
            return;
        }
        for timer in timers_of::<P>(change.node) {
            if let Some(fires_at) = self.timers.fires_at(timer) {
                let left = before.counts(fires_at.since(self.now));
                let at = self.now + member.clock.in_the_world(left);
                self.timers.arm(timer, Key::new(at, self.queue.sequence()));
            }
        }
    }

    fn command<T: Tracer>(&mut self, node: NodeId, command: Command, tracer: &mut T) -> Wake<P> {
        let cause = self.tell(EventKind::Command, node, tracer);
        Wake::Process(node, Event::Command(command), cause)
    }

    /// Gives a message another time of arrival, or lets it break at that time.
    fn reroute(&mut self, id: MessageId, at: SimTime, lost: bool) {
        let sequence = self.queue.sequence();
        let Some((slot, envelope)) = self.mail.find(id) else { return };
        // If it has arrived at a paused receiver, it no longer waits there.
        let held = Waiting::Message(slot, envelope.sequence);
        self.members[envelope.to.index()].waiting.retain(|entry| *entry != held);
        *envelope = Envelope { at, lost, sequence, ..*envelope };
        if !lost {
            envelope.due = at;
        }
        self.queue.push(at, sequence, Due::Message(slot));
    }
}

fn timers_of<P: Protocol>(node: NodeId) -> std::ops::Range<usize> {
    let count = <P::Timer as crate::protocol::TimerKind>::ALL.len();
    node.index() * count..(node.index() + 1) * count
}

/// Every ordered pair of members of different groups.
fn across(groups: &[Vec<NodeId>]) -> Vec<(NodeId, NodeId)> {
    let mut pairs = Vec::new();
    for (i, group) in groups.iter().enumerate() {
        for (j, other) in groups.iter().enumerate() {
            if i != j {
                pairs
                    .extend(group.iter().flat_map(|from| other.iter().map(move |to| (*from, *to))));
            }
        }
    }
    pairs
}
