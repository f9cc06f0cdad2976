//! Looking at a simulation without touching it.

use super::clock::ClockError;
use super::mail::{Body, Envelope};
use super::network::{Link, NetworkConfig};
use super::timers::{Key, Setting};
use super::{Member, Simulation, Status, Waiting};
use crate::ids::{NodeId, Token};
use crate::protocol::{Protocol, Sign, TimerKind};
use crate::snapshot::{Broken, Flight, NodeSnapshot, Snapshot, TimerView};
use crate::time::SimTime;
use crate::view::{NodeView, Role};
use std::marker::PhantomData;

/// The names behind the numbers in a record.
pub struct Names<P>(PhantomData<P>);

impl<P: Protocol> Names<P> {
    /// Names from here on are those of timers.
    pub const FIRST_TIMER: u8 = 128;
    const WRITE: u8 = 120;
    const ACCEPTED: u8 = 121;
    const REFUSED: u8 = 122;
    const REGISTER: u8 = 123;

    /// The number of a message's name, and what the message carries.
    pub(crate) fn of(body: &Body<P::Message>) -> (u8, Token) {
        match body {
            Body::Peer(message) => {
                let label = P::label(message);
                (label.kind, label.number)
            }
            Body::Write(token) => (Self::WRITE, *token),
            Body::Answer(answer) if answer.accepted => (Self::ACCEPTED, answer.token),
            Body::Answer(answer) => (Self::REFUSED, answer.token),
            Body::Register(token) => (Self::REGISTER, *token),
        }
    }

    /// The name of a message or a timer; empty if there is none.
    pub fn message(name: u8) -> &'static str {
        match name {
            Self::WRITE => "WRITE",
            Self::ACCEPTED => "ACCEPTED",
            Self::REFUSED => "REFUSED",
            Self::REGISTER => "REGISTER",
            timer if timer >= Self::FIRST_TIMER => P::Timer::ALL
                .get(usize::from(timer - Self::FIRST_TIMER))
                .map_or("", |timer| timer.name()),
            kind => P::MESSAGES.get(usize::from(kind)).map_or("", |kind| kind.name),
        }
    }

    /// The shape of a message.
    pub fn sign(name: u8) -> Sign {
        match name {
            Self::WRITE => Sign::Write,
            Self::ACCEPTED => Sign::Yes,
            Self::REFUSED => Sign::No,
            Self::REGISTER => Sign::Announcement,
            kind => P::MESSAGES.get(usize::from(kind)).map_or(Sign::Pulse, |kind| kind.sign),
        }
    }
}

impl<P: Protocol> Simulation<P> {
    /// What can be seen at the instant `at`, which must not be before the last thing that
    /// happened nor after the next one. How many writes came late up to then is for whoever has
    /// watched the past to say.
    pub fn snapshot(&self, at: SimTime, late_writes: usize) -> Snapshot {
        let shown_for = crate::snapshot::BROKEN_SHOWN;
        let mut flights: Vec<Flight> = self
            .mail
            .iter()
            .map(|envelope| {
                let (name, number) = Names::<P>::of(&envelope.body);
                Flight {
                    id: envelope.id,
                    name: Names::<P>::message(name),
                    sign: Names::<P>::sign(name),
                    number,
                    from: envelope.from,
                    to: envelope.to,
                    sent: envelope.sent,
                    due: envelope.due,
                    at: envelope.at,
                    lost: envelope.lost,
                    refused_for: match envelope.body {
                        Body::Answer(answer) if !answer.accepted => Some(answer.highest),
                        _ => None,
                    },
                }
            })
            .collect();
        flights.sort_by_key(|flight| flight.id);
        let silent = self.links().filter(|(from, to)| self.network.passes_nothing(*from, *to));
        let (cuts, lossy) = silent.partition(|(from, to)| self.network.link(*from, *to).cut);
        Snapshot {
            at,
            nodes: NodeId::all(self.nodes).map(|node| self.node_snapshot(node, at)).collect(),
            store: self.store.clone(),
            store_status: self.members[self.store_id().index()].status,
            late_writes,
            flights,
            broken: self
                .broken
                .iter()
                .filter(|broken| at.since(broken.at) <= shown_for)
                .cloned()
                .collect(),
            cuts,
            lossy,
        }
    }

    fn node_snapshot(&self, node: NodeId, at: SimTime) -> NodeSnapshot {
        let member = &self.members[node.index()];
        let timers = P::Timer::ALL
            .iter()
            .filter_map(|kind| {
                let timer = self.timer_slot(node, *kind);
                self.timers.fires_at(timer).map(|fires_at| TimerView {
                    name: kind.name(),
                    is_suspicion: kind.is_suspicion(),
                    set_at: self.timers.setting(timer).at,
                    fires_at,
                })
            })
            .collect();
        NodeSnapshot {
            id: node,
            status: member.status,
            view: member.process.as_ref().map(|process| process.view(&self.config)),
            timers,
            clock: member.clock.read(at),
            counted: P::READS_CLOCK.then(|| member.clock.counted(at)),
            clock_error: member.clock_error,
            waiting: member.waiting.len(),
        }
    }

    /// About how many bytes a copy of the simulation takes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.members.len() * size_of::<Member<P>>()
            + self.members.iter().map(|member| member.waiting.len()).sum::<usize>()
                * size_of::<Waiting>()
            + self.timers.len() * size_of::<(Key, Setting)>()
            + self.network.links() * size_of::<Link>()
            + self.mail.slots() * size_of::<Option<Envelope<P::Message>>>()
            + self.queue.len() * size_of::<(u64, u64)>()
            + self.broken.len() * size_of::<Broken>()
    }

    /// Whether everybody runs, the store included, and no clock is wrong.
    pub fn all_run(&self) -> bool {
        let sound = ClockError::default();
        self.members
            .iter()
            .all(|member| member.status == Status::Running && member.clock_error == sound)
    }

    /// Whether nothing is wrong with the network: no link is impaired, and it loses, doubles and
    /// reorders nothing.
    pub fn all_arrives(&self) -> bool {
        let NetworkConfig { loss_permille, duplicate_permille, reorder_permille, .. } =
            self.network.config();
        let chances = [loss_permille, duplicate_permille, reorder_permille];
        chances.iter().all(|permille| **permille == 0)
            && self.links().all(|(from, to)| !self.network.link(from, to).is_impaired())
    }

    /// The leader in whom all nodes believe, if there is one, it takes itself for the leader,
    /// and nobody else does.
    pub fn settled_on(&self) -> Option<NodeId> {
        let views =
            || NodeId::all(self.nodes).map(|node| Some(self.process(node)?.view(&self.config)));
        let leader = views().next()??.believes?;
        let agrees = |(node, view): (usize, Option<NodeView>)| {
            view.is_some_and(|view| {
                let leads = view.role == Role::Leader;
                view.believes == Some(leader) && leads == (node == leader.index())
            })
        };
        views().enumerate().all(agrees).then_some(leader)
    }

    /// Whether a member runs.
    pub fn status(&self, member: NodeId) -> Status {
        self.members[member.index()].status
    }
}
