//! Fault programs: what is done to a cluster, drawn from a seed.
//!
//! Everything is measured in timeouts of the algorithm, so that a program troubles one that
//! waits seconds as much as one that waits milliseconds.

use crate::action::{Action, ClockChange, Way};
use crate::ids::NodeId;
use crate::rng::{Rng, Stream};
use crate::scenario::Scripted;
use crate::simulation::network::{Latency, NetworkConfig};
use crate::time::{SimTime, Span};
use serde::{Deserialize, Serialize};

/// All is well again after so many hundredths of a timeout ...
const MENDED: u64 = 1100;
/// ... and to begin a fault much later than this would leave it no time.
const LATEST: u64 = 900;
/// When the partition without a majority comes, with which some programs end.
const SPLIT: u64 = 1200;

/// Writes the script of one seed.
pub struct Program {
    rng: Rng,
    nodes: u8,
    timeout: Span,
    /// The network as it is when nothing is wrong.
    sound: NetworkConfig,
    /// The network with all that is wrong so far.
    network: NetworkConfig,
    disk: Option<Latency>,
    script: Vec<Scripted>,
}

macro_rules! faults {
    ($($(#[doc = $text:literal])+ $name:ident $write:ident,)*) => {
        /// Something that can go wrong, for some time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Fault { $($(#[doc = $text])+ $name,)* }

        impl Program {
            fn fault(&mut self, fault: Fault) {
                match fault { $(Fault::$name => self.$write(),)* }
            }
        }
    };
}

faults! {
    /// Messages are lost.
    Loss loss,
    /// Messages arrive twice.
    Duplication duplication,
    /// Messages are late and overtake each other.
    Reordering reordering,
    /// A link is cut in one direction.
    OneWayCut one_way_cut,
    /// The cluster falls into two sides, one with a majority.
    TwoSides two_sides,
    /// The cluster falls into groups without a majority.
    ThreeSides three_sides,
    /// A node stands still without knowing it.
    Pause pause,
    /// A node crashes and comes back.
    Crash crash,
    /// A node crashes and comes back, again and again.
    Flapping flapping,
    /// A node comes back without its disk.
    CrashWithoutDisk crash_without_disk,
    /// Everybody crashes.
    Blackout blackout,
    /// A clock goes wrong.
    WrongClock wrong_clock,
    /// Many links are cut and mended one by one.
    Clog clog,
    /// Elections and transfers are ordered by hand.
    Commands commands,
}

/// What goes wrong in a swarm. Each seed draws from this list, so its order is part of every run.
const FAULTS: [Fault; 16] = [
    Fault::Loss,
    Fault::Duplication,
    Fault::Reordering,
    Fault::OneWayCut,
    Fault::TwoSides,
    Fault::ThreeSides,
    Fault::Pause,
    Fault::Pause,
    Fault::Crash,
    Fault::Crash,
    Fault::Flapping,
    Fault::CrashWithoutDisk,
    Fault::Blackout,
    Fault::WrongClock,
    Fault::Clog,
    Fault::Commands,
];

impl Program {
    /// Nothing wrong yet. `bears` says whether the algorithm settles within some time among so
    /// many nodes whose messages take so long.
    pub fn new(seed: u64, timeout: Span, bears: impl Fn(u8, Span) -> bool) -> Program {
        let mut rng = Rng::new(seed, Stream::Setup);
        let nodes = *pick(&mut rng, &[5, 5, 5, 5, 5, 5, 3, 4, 6, 7]);
        let part = |of: u64| Span::from_micros(timeout.as_micros() / of);
        // Where disks are slow, a message waits for two writes at most.
        let bearable = |delay: &Span| bears(nodes, delay.times(3));
        let slowest = [30, 60, 120, 240].map(part).into_iter().find(bearable);
        let slowest = slowest.unwrap_or(part(500));
        let sound =
            NetworkConfig { latency: latency(&mut rng, slowest), ..NetworkConfig::default() };
        let disk = rng.chance(250).then(|| latency(&mut rng, slowest));
        let network = sound.clone();
        Program { rng, nodes, timeout, network, sound, disk, script: Vec::new() }
    }

    /// How many nodes.
    pub fn nodes(&self) -> u8 {
        self.nodes
    }

    /// The network as it is when nothing is wrong.
    pub fn network(&self) -> NetworkConfig {
        self.sound.clone()
    }

    /// How long disks take; in most programs no time.
    pub fn disk(&self) -> Option<Latency> {
        self.disk.clone()
    }

    /// A throw of a coin.
    pub fn coin(&mut self) -> bool {
        self.rng.chance(500)
    }

    /// One to four faults, then the end of all of them; for one in eight, if `split`, the
    /// cluster then falls into groups without a majority.
    pub fn script(mut self, split: bool) -> Vec<Scripted> {
        self.go_wrong(&FAULTS);
        if split && self.rng.chance(125) {
            let groups = self.groups_without_majority();
            self.add(SPLIT, Action::Partition(groups));
        }
        self.sorted()
    }

    /// One to four of these faults, then the end of all of them; nothing if there are none.
    pub fn script_of(mut self, faults: &[Fault]) -> Vec<Scripted> {
        if !faults.is_empty() {
            self.go_wrong(faults);
        }
        self.sorted()
    }

    fn go_wrong(&mut self, faults: &[Fault]) {
        for _ in 0..1 + self.rng.below(4) {
            let fault = *pick(&mut self.rng, faults);
            self.fault(fault);
        }
        self.mend();
    }

    fn sorted(mut self) -> Vec<Scripted> {
        self.script.sort_by_key(|entry| entry.at_ms);
        self.script
    }

    fn mend(&mut self) {
        self.add(MENDED, Action::Heal);
        if self.network != self.sound {
            self.add(MENDED, Action::Network(self.sound.clone()));
        }
    }

    /// Does something after so many hundredths of a timeout, to a whole millisecond.
    fn add(&mut self, hundredths: u64, action: Action) {
        let ms = self.timeout.as_micros() * hundredths / 100_000;
        self.script.push(Scripted { at_ms: SimTime::from_ms(ms), action });
    }

    /// Does something, and undoes it no later than all is mended.
    fn add_for(&mut self, begin: u64, lasts: u64, action: Action, undo: Action) {
        self.add(begin, action);
        self.add((begin + lasts).min(MENDED), undo);
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.rng.below(most - least + 1)
    }

    /// At the very start, soon after it, or at any time.
    fn begin(&mut self) -> u64 {
        let latest = *pick(&mut self.rng, &[0, 50, LATEST, LATEST, LATEST]);
        self.rng.below(latest + 1)
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.rng.below(u64::from(self.nodes)) as u8)
    }

    fn loss(&mut self) {
        self.network.loss_permille = 100;
        self.change_network();
    }

    fn duplication(&mut self) {
        self.network.duplicate_permille = 300;
        self.change_network();
    }

    /// Messages overtake each other only if some are slower than others.
    fn reordering(&mut self) {
        let (min_ms, max_ms) = self.sound.latency.bounds();
        let slow_max_ms = max_ms + self.timeout;
        self.network.latency = Latency::Spiky { min_ms, max_ms, slow_permille: 100, slow_max_ms };
        self.network.reorder_permille = 500;
        self.change_network();
    }

    fn change_network(&mut self) {
        let begin = self.begin();
        self.add(begin, Action::Network(self.network.clone()));
    }

    fn one_way_cut(&mut self) {
        let way = self.way();
        self.cut_for(way);
    }

    fn way(&mut self) -> Way {
        let from = self.node();
        // The store counts as a receiver and a sender too.
        let to = NodeId(self.rng.below(u64::from(self.nodes)) as u8);
        match from == to {
            true => Way { from, to: NodeId(self.nodes) },
            false => Way { from, to },
        }
    }

    fn cut_for(&mut self, way: Way) {
        let (begin, lasts) = (self.begin(), self.between(50, 400));
        self.add_for(begin, lasts, Action::Cut(way), Action::Mend(way));
    }

    /// Most nodes on one side, the others on the other; the store on either or on both.
    fn two_sides(&mut self) {
        let mut nodes = self.shuffled();
        let mut other = nodes.split_off(usize::from(self.nodes) / 2 + 1);
        match self.rng.below(3) {
            0 => nodes.push(NodeId(self.nodes)),
            1 => other.push(NodeId(self.nodes)),
            _ => {}
        }
        self.partition_for(vec![nodes, other]);
    }

    fn three_sides(&mut self) {
        let groups = self.groups_without_majority();
        self.partition_for(groups);
    }

    fn partition_for(&mut self, groups: Vec<Vec<NodeId>>) {
        let (begin, lasts) = (self.begin(), self.between(50, 700));
        self.add_for(begin, lasts, Action::Partition(groups), Action::Heal);
    }

    /// Two groups as large as can be without a majority, and the rest: 2|2|1 of five.
    fn groups_without_majority(&mut self) -> Vec<Vec<NodeId>> {
        let nodes = self.shuffled();
        let size = (usize::from(self.nodes) - 1) / 2;
        nodes.chunks(size).map(<[NodeId]>::to_vec).collect()
    }

    fn shuffled(&mut self) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = NodeId::all(self.nodes).collect();
        for last in (1..nodes.len()).rev() {
            nodes.swap(last, self.rng.below(last as u64 + 1) as usize);
        }
        nodes
    }

    fn pause(&mut self) {
        let (node, begin, lasts) = (self.node(), self.begin(), self.between(100, 300));
        self.add_for(begin, lasts, Action::Pause(node), Action::Resume(node));
    }

    fn crash(&mut self) {
        let (node, begin, lasts) = (self.node(), self.begin(), self.between(0, 300));
        self.add_for(begin, lasts, Action::Crash(node), Action::Restart(node));
    }

    /// A node crashes and comes back, again and again.
    fn flapping(&mut self) {
        let (node, mut at) = (self.node(), self.begin());
        for _ in 0..self.between(3, 12) {
            let (up, down) = (self.between(1, 20), self.between(1, 20));
            let crash = (at + up).min(MENDED);
            self.add_for(crash, down, Action::Crash(node), Action::Restart(node));
            at = crash + down;
        }
    }

    fn crash_without_disk(&mut self) {
        let (node, begin, lasts) = (self.node(), self.begin(), self.between(0, 300));
        self.add_for(begin, lasts, Action::Crash(node), Action::RestartWithoutDisk(node));
    }

    /// Everybody crashes, and comes back one after another.
    fn blackout(&mut self) {
        let begin = self.begin();
        for node in NodeId::all(self.nodes) {
            let lasts = self.between(0, 300);
            self.add_for(begin, lasts, Action::Crash(node), Action::Restart(node));
        }
    }

    /// Half as fast again, or half as fast.
    fn wrong_clock(&mut self) {
        let (node, begin, lasts) = (self.node(), self.begin(), self.between(100, 600));
        let drift_ppm = if self.coin() { 500_000 } else { -500_000 };
        let wrong = ClockChange { node, skew_ms: 0, drift_ppm };
        let right = ClockChange { node, skew_ms: 0, drift_ppm: 0 };
        self.add_for(begin, lasts, Action::Clock(wrong), Action::Clock(right));
    }

    /// Links are cut one by one, and released in another order.
    fn clog(&mut self) {
        let begin = self.begin();
        let links = self.between(2, 3 * u64::from(self.nodes));
        for _ in 0..links {
            let way = self.way();
            let (later, lasts) = (self.between(0, 100), self.between(100, 400));
            self.add_for(begin + later, lasts, Action::Cut(way), Action::Mend(way));
        }
    }

    /// Several nodes are asked to hold an election at nearly the same time, or one to hand over.
    fn commands(&mut self) {
        let begin = self.begin();
        for _ in 0..self.between(1, 4) {
            // Two of them may be the same node, whose first election is then still running.
            let node = self.node();
            self.add(begin, Action::Campaign(node));
        }
        for _ in 0..u64::from(self.nodes) {
            let way = self.way();
            if way.to.0 < self.nodes {
                let later = self.between(0, 200);
                self.add(begin + later, Action::Transfer(way));
            }
        }
    }
}

/// How long messages travel: always as long, about as long, or anything up to that.
fn latency(rng: &mut Rng, slowest: Span) -> Latency {
    let part = |of: u64| Span::from_micros(slowest.as_micros() / of);
    match rng.below(3) {
        0 => Latency::Fixed(part(3)),
        1 => Latency::Uniform { min_ms: part(3), max_ms: part(2) },
        _ => Latency::Uniform { min_ms: part(30), max_ms: slowest },
    }
}

fn pick<'a, T>(rng: &mut Rng, from: &'a [T]) -> &'a T {
    &from[rng.below(from.len() as u64) as usize]
}
