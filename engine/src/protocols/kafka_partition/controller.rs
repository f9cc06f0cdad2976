//! The controller's part: which brokers are alive, who is in sync, who leads.

use super::config::{Broken, Config};
use super::{
    ALTER, ELECT, FENCE, FENCED_EPOCH, KafkaPartition, Message, NO_LEADER, PREFERRED, Partition,
    REGISTER, RETURN, Stable, Timer, UNCLEAN,
};
use crate::ids::{NodeId, Token};
use crate::protocol::{Context, Note};
use crate::time::SimTime;
use crate::view::{Field, Kept, NodeSet, NodeView, Role};

/// What the controller has on its disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Book {
    /// The partition.
    pub partition: Partition,
    /// The brokers, in the order of ids.
    pub brokers: Vec<Broker>,
}

/// A broker as the controller knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Broker {
    /// Since when the process runs that has registered last, by its own clock.
    pub since: Option<SimTime>,
    /// It was heard in time: it may lead.
    pub alive: bool,
}

/// The controller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Controller {
    book: Book,
    /// When each broker was heard last, by the controller's clock.
    heard: Vec<SimTime>,
}

type Cx<'a, 'b> = &'a mut Context<'b, KafkaPartition>;

impl Controller {
    pub fn boot(config: &Config, book: Book, cx: Cx<'_, '_>) -> Controller {
        let brokers = cx.nodes() - 1;
        let heard = vec![cx.counted(); usize::from(brokers)];
        let mut controller = Controller { book, heard };
        if controller.book.brokers.is_empty() {
            let settled = config.settled && cx.is_start();
            let since = settled.then_some(SimTime::ZERO);
            controller.book.brokers = vec![Broker { since, alive: settled }; usize::from(brokers)];
            controller.book.partition = match settled {
                true => Partition::settled(brokers),
                false => Partition { leader: None, ..Partition::settled(brokers) },
            };
            controller.persist(cx);
        }
        controller.tell_observers(cx);
        controller.wait(config, cx);
        controller
    }

    fn persist(&self, cx: Cx<'_, '_>) {
        cx.persist(Stable::Controller(self.book.clone()));
    }

    fn tell_observers(&self, cx: Cx<'_, '_>) {
        cx.note(Note::Believe(self.book.partition.leader, self.book.partition.number()));
    }

    /// Waits until the first of the brokers may have been silent for too long.
    fn wait(&self, config: &Config, cx: Cx<'_, '_>) {
        let alive = NodeId::all(cx.nodes() - 1).filter(|broker| self.is_alive(*broker));
        match alive.map(|broker| self.heard[broker.index()]).min() {
            Some(heard) => {
                let due = heard + config.session_ms;
                cx.set_timer(Timer::Session, due.since(cx.counted()));
            }
            None => cx.cancel_timer(Timer::Session),
        }
    }

    fn is_alive(&self, broker: NodeId) -> bool {
        self.book.brokers[broker.index()].alive
    }

    /// Rule 1: a process has started. What the one before it was is over.
    pub fn register(&mut self, config: &Config, from: NodeId, since: SimTime, cx: Cx<'_, '_>) {
        let broker = &mut self.book.brokers[from.index()];
        if broker.since.is_some_and(|known| known > since) {
            return;
        }
        cx.cite(REGISTER);
        if broker.since != Some(since) {
            broker.since = Some(since);
            self.fence(config, from, cx);
        }
        let partition = self.book.partition;
        cx.send(from, Message::Registered { since, partition });
    }

    /// Rule 2.
    pub fn heartbeat(&mut self, config: &Config, from: NodeId, since: SimTime, cx: Cx<'_, '_>) {
        if self.book.brokers[from.index()].since != Some(since) {
            return;
        }
        self.heard[from.index()] = cx.counted();
        if !self.is_alive(from) {
            cx.cite(RETURN);
            self.book.brokers[from.index()].alive = true;
            self.elect(config, self.book.partition.isr, cx);
            self.wait(config, cx);
        }
        cx.send(from, Message::Metadata(self.book.partition));
    }

    /// Rule 3: who was silent for the session timeout is fenced.
    pub fn look(&mut self, config: &Config, cx: Cx<'_, '_>) {
        let now = cx.counted();
        for broker in NodeId::all(cx.nodes() - 1) {
            if self.is_alive(broker) && now.since(self.heard[broker.index()]) >= config.session_ms {
                cx.cite(FENCE);
                cx.note(Note::Suspect(broker));
                self.fence(config, broker, cx);
            }
        }
        self.wait(config, cx);
    }

    /// A broker may no longer lead, and is not in sync. The last one of the ISR stays in it: only
    /// that one has all of the writes.
    fn fence(&mut self, config: &Config, broker: NodeId, cx: Cx<'_, '_>) {
        self.book.brokers[broker.index()].alive = false;
        let mut isr = self.book.partition.isr;
        isr.remove(broker);
        self.elect(config, if isr.is_empty() { self.book.partition.isr } else { isr }, cx);
    }

    /// Rule 4: who leads stays, if it is alive and in sync; otherwise the first in the order of
    /// the assignment that is.
    fn elect(&mut self, config: &Config, isr: NodeSet, cx: Cx<'_, '_>) {
        let picks_from_isr = config.keeps(Broken::IsrIgnored);
        let valid =
            |broker: &NodeId| self.is_alive(*broker) && (isr.contains(*broker) || !picks_from_isr);
        let mut brokers = NodeId::all(cx.nodes() - 1);
        let clean = self.book.partition.leader.filter(valid).or_else(|| brokers.find(valid));
        let may = config.unclean && clean.is_none();
        let any = NodeId::all(cx.nodes() - 1).find(|broker| may && self.is_alive(*broker));
        let leader = clean.or(any);
        if leader != self.book.partition.leader {
            cx.cite(match (clean, leader) {
                (Some(_), _) => ELECT,
                (None, Some(_)) => UNCLEAN,
                (None, None) => NO_LEADER,
            });
        }
        let behind = leader.filter(|leader| !isr.contains(*leader));
        self.change(leader, behind.map_or(isr, |only| NodeSet::from_iter([only])), cx);
    }

    /// Writes down what is known of the brokers and the partition, and tells everybody if there
    /// is a change of the latter. A change of the leader is a new leader epoch,
    /// any change a new partition epoch.
    fn change(&mut self, leader: Option<NodeId>, isr: NodeSet, cx: Cx<'_, '_>) {
        let partition = &mut self.book.partition;
        let is_new = partition.leader != leader;
        let changes = is_new || partition.isr != isr;
        (partition.leader, partition.isr) = (leader, isr);
        partition.leader_epoch += u32::from(is_new);
        partition.partition_epoch += u32::from(changes);
        self.persist(cx);
        if !changes {
            return;
        }
        if is_new {
            self.tell_observers(cx);
        }
        cx.broadcast(Message::Metadata(self.book.partition));
    }

    /// Rule 5: the leader wants another ISR.
    pub fn alter(&mut self, config: &Config, from: NodeId, wanted: Partition, cx: Cx<'_, '_>) {
        let partition = self.book.partition;
        if config.keeps(Broken::EpochsNotChecked) {
            if wanted.leader_epoch < partition.leader_epoch {
                cx.cite(FENCED_EPOCH);
                cx.send(from, Message::FencedEpoch(partition.leader_epoch));
                return;
            }
            if wanted.partition_epoch < partition.partition_epoch {
                cx.send(from, Message::Metadata(partition));
                return;
            }
        }
        cx.cite(ALTER);
        let added = wanted.isr.iter().filter(|broker| !partition.isr.contains(*broker));
        let eligible = added.into_iter().all(|broker| self.is_alive(broker));
        if eligible {
            self.change(partition.leader, wanted.isr, cx);
        } else {
            // A copy of this wish that comes later is refused too.
            self.book.partition.partition_epoch += 1;
            self.persist(cx);
            cx.broadcast(Message::Metadata(self.book.partition));
        }
    }

    /// Rule 6: somebody asks for the preferred leader, the first of the assignment.
    pub fn prefer(&mut self, cx: Cx<'_, '_>) {
        let Partition { leader, isr, .. } = self.book.partition;
        let preferred = NodeId(0);
        if leader != Some(preferred) && isr.contains(preferred) && self.is_alive(preferred) {
            cx.cite(PREFERRED);
            self.change(Some(preferred), isr, cx);
        }
    }

    pub fn view(&self, config: &Config) -> NodeView {
        let Partition { leader, leader_epoch, partition_epoch, isr } = self.book.partition;
        let fenced = (0..self.book.brokers.len()).map(NodeId::from_index);
        let fenced: NodeSet = fenced.filter(|broker| !self.is_alive(*broker)).collect();
        let sessions: Vec<String> = (0..self.heard.len())
            .map(NodeId::from_index)
            .filter(|broker| self.is_alive(*broker))
            .map(|broker| {
                format!("node {broker} after {}", self.heard[broker.index()] + config.session_ms)
            })
            .collect();
        let field = |kept, name, value| Field { kept, name, value };
        NodeView {
            role: Role::Service,
            believes: leader,
            number: Token(u64::from(leader_epoch)),
            vote: None,
            ballots: None,
            missed: None,
            log: None,
            fields: vec![
                field(Kept::Persistent, "in sync (ISR)", super::list(isr)),
                field(Kept::Persistent, "leader epoch", leader_epoch.to_string()),
                field(Kept::Persistent, "partition epoch", partition_epoch.to_string()),
                field(Kept::Persistent, "fenced", super::list(fenced)),
                field(Kept::Volatile, "sessions end by this clock", sessions.join(", ")),
            ],
        }
    }
}
