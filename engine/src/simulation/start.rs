//! How a run begins: in new memory, or in that of a run that is over.

use super::clock::{Clock, ClockError};
use super::mail::Mail;
use super::network::Network;
use super::queue::{Due, Queue, Sequence};
use super::timers::Timers;
use super::{Disk, Member, Simulation, Status};
use crate::ids::Token;
use crate::protocol::{Protocol, TimerKind};
use crate::rng::{Rng, Stream};
use crate::scenario::{Cluster, Scripted};
use crate::store::Store;
use crate::time::{SimTime, Span};
use std::collections::VecDeque;
use std::rc::Rc;

impl<P: Protocol> Simulation<P> {
    /// A cluster and what will be done to it, before anything has happened.
    pub fn new(config: P::Config, cluster: &Cluster, script: &[Scripted]) -> Simulation<P> {
        let mut simulation = Simulation {
            config,
            nodes: 0,
            now: SimTime::ZERO,
            queue: Queue::default(),
            members: Vec::new(),
            timers: Timers::default(),
            mail: Mail::default(),
            network: Network::default(),
            store: Store::default(),
            register_delay: Span::ZERO,
            granted: Token(0),
            jitter: Rng::new(cluster.seed, Stream::Jitter),
            disk: None,
            script: Rc::default(),
            next_message: 0,
            broken: VecDeque::new(),
            effects: Vec::new(),
        };
        simulation.begin_again(cluster, script);
        simulation
    }

    /// Begins another run of the same parameters, in the memory of the one before.
    pub fn begin_again(&mut self, cluster: &Cluster, script: &[Scripted]) {
        let Cluster { nodes, seed, network, disk, store, clocks } = cluster;
        let members = usize::from(*nodes) + 1;
        self.nodes = *nodes;
        self.now = SimTime::ZERO;
        self.queue.clear();
        self.members.truncate(members);
        self.members.iter_mut().for_each(Member::begin_again);
        self.members.resize_with(members, Member::new);
        self.timers.restart(usize::from(*nodes) * P::Timer::ALL.len());
        self.mail.clear();
        self.network.restart(network, members, *seed);
        self.store =
            Store { check: store.check, elsewhere: store.elsewhere.clone(), ..Store::default() };
        self.register_delay = store.register_delay_ms;
        self.granted = Token(0);
        self.jitter = Rng::new(*seed, Stream::Jitter);
        let rng = || Rng::new(*seed, Stream::Disk);
        self.disk = disk.clone().map(|latency| Disk { latency, rng: rng() });
        self.next_message = 0;
        self.broken.clear();
        self.effects.clear();
        for change in clocks {
            let member = &mut self.members[change.node.index()];
            member.clock.set(SimTime::ZERO, member.clock_error, change.error());
            member.clock_error = change.error();
        }
        for node in 0..u32::from(*nodes) {
            self.queue.push(SimTime::ZERO, Sequence::of_boot(node), Due::Boot(node));
        }
        self.begin_script(script);
    }

    /// Follows this script and nothing of the one before.
    fn begin_script(&mut self, script: &[Scripted]) {
        let own = Rc::make_mut(&mut self.script);
        own.clear();
        own.extend_from_slice(script);
        self.queue_script_from(0);
    }

    /// Puts the script's entries from this index on into the queue.
    pub(super) fn queue_script_from(&mut self, first: usize) {
        for (index, entry) in self.script.iter().enumerate().skip(first) {
            let index = u32::try_from(index).expect("scripts are short");
            self.queue.push(entry.at_ms, Sequence::of_script(index), Due::Script(index));
        }
    }
}

impl<P: Protocol> Member<P> {
    fn new() -> Member<P> {
        Member {
            status: Status::Running,
            process: None,
            stable: P::Stable::default(),
            clock: Clock::default(),
            clock_error: ClockError::default(),
            waiting: VecDeque::new(),
            turns: 0,
        }
    }

    /// Becomes a new one where it stands: moving one costs more than all that it forgets.
    fn begin_again(&mut self) {
        let Member { status, process, stable, clock, clock_error, waiting, turns } = self;
        *status = Status::Running;
        *process = None;
        *stable = P::Stable::default();
        (*clock, *clock_error) = (Clock::default(), ClockError::default());
        waiting.clear();
        *turns = 0;
    }
}
