//! The network: how long a message takes, and whether it arrives at all.

use crate::ids::NodeId;
use crate::rng::{Rng, Stream};
use crate::time::{SimTime, Span};
use serde::{Deserialize, Serialize};

/// How the network treats every message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// How long a message travels.
    pub latency: Latency,
    /// How many of 1000 messages are lost.
    pub loss_permille: u16,
    /// How many of 1000 messages arrive twice.
    pub duplicate_permille: u16,
    /// How many of 1000 messages may overtake those sent before them on the same link. The
    /// others keep their order, as on a TCP connection.
    pub reorder_permille: u16,
}

impl NetworkConfig {
    /// Checks what the types cannot say.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what was expected.
    pub fn validate(&self) -> Result<(), String> {
        self.latency.validate()?;
        [self.loss_permille, self.duplicate_permille, self.reorder_permille]
            .into_iter()
            .try_for_each(check_permille)
    }
}

/// Checks a share of 1000.
///
/// # Errors
/// A sentence that says what was expected.
pub fn check_permille(permille: u16) -> Result<(), String> {
    match permille > 1000 {
        true => Err(format!("{permille} of 1000: expected 0 to 1000")),
        false => Ok(()),
    }
}

impl Default for NetworkConfig {
    fn default() -> Self {
        NetworkConfig {
            latency: Latency::Uniform { min_ms: Span::new(10), max_ms: Span::new(15) },
            loss_permille: 0,
            duplicate_permille: 0,
            reorder_permille: 0,
        }
    }
}

/// How long a message travels one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Latency {
    /// Always the same, in milliseconds.
    Fixed(Span),
    /// Anything between the two, each as likely.
    Uniform {
        /// The shortest.
        min_ms: Span,
        /// The longest.
        max_ms: Span,
    },
    /// Like `uniform`, but some messages take much longer.
    Spiky {
        /// The shortest.
        min_ms: Span,
        /// The longest of the ordinary ones.
        max_ms: Span,
        /// How many of 1000 messages are slow.
        slow_permille: u16,
        /// The longest of the slow ones.
        slow_max_ms: Span,
    },
}

impl Latency {
    /// Checks what the types cannot say.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what was expected.
    pub fn validate(&self) -> Result<(), String> {
        let (shortest, longest) = self.bounds();
        let (ordinary, slow_permille) = match *self {
            Latency::Spiky { max_ms, slow_permille, .. } => (max_ms, slow_permille),
            _ => (longest, 0),
        };
        if shortest > ordinary || ordinary > longest {
            return Err("a latency's shortest time is longer than its longest".to_owned());
        }
        check_permille(slow_permille)
    }

    /// The shortest and the longest that it can be.
    pub fn bounds(&self) -> (Span, Span) {
        match *self {
            Latency::Fixed(span) => (span, span),
            Latency::Uniform { min_ms, max_ms } => (min_ms, max_ms),
            Latency::Spiky { min_ms, slow_max_ms, .. } => (min_ms, slow_max_ms),
        }
    }

    /// One journey.
    pub fn draw(&self, rng: &mut Rng) -> Span {
        match *self {
            Latency::Fixed(span) => span,
            Latency::Uniform { min_ms, max_ms } => between(min_ms, max_ms, rng),
            Latency::Spiky { min_ms, max_ms, slow_permille, slow_max_ms } => {
                match rng.chance(slow_permille) {
                    true => between(max_ms, slow_max_ms, rng),
                    false => between(min_ms, max_ms, rng),
                }
            }
        }
    }
}

fn between(min: Span, max: Span, rng: &mut Rng) -> Span {
    min + Span::from_micros(rng.below((max - min).as_micros() + 1))
}

/// The state of the link from one member to another. The way back is a link of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Nothing passes.
    pub cut: bool,
    /// Added to the latency.
    pub delay: Span,
    /// Lost on this link, of 1000, besides what the network loses everywhere.
    pub loss_permille: u16,
    last_arrival: SimTime,
}

impl Link {
    /// Whether anything was done to it.
    pub fn is_impaired(&self) -> bool {
        self.cut || self.delay != Span::ZERO || self.loss_permille > 0
    }

    /// Nothing is on it any more that a later message would have to wait for.
    pub fn forget_arrivals(&mut self) {
        self.last_arrival = SimTime::ZERO;
    }

    /// Ends everything that was done to it.
    pub fn mend(&mut self) {
        self.cut = false;
        self.delay = Span::ZERO;
        self.loss_permille = 0;
    }
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// When it arrives, or breaks.
    pub at: SimTime,
    /// When it would arrive if nothing stopped it.
    pub due: SimTime,
    /// It breaks on its way.
    pub lost: bool,
}

/// All links, and the chances that decide over messages.
#[derive(Clone, Debug)]
pub struct Network {
    config: NetworkConfig,
    members: usize,
    links: Vec<Link>,
    latency: Rng,
    loss: Rng,
    duplicate: Rng,
    reorder: Rng,
}

impl Default for Network {
    /// A network of nobody.
    fn default() -> Network {
        Network {
            config: NetworkConfig::default(),
            members: 0,
            links: Vec::new(),
            latency: Rng::new(0, Stream::Latency),
            loss: Rng::new(0, Stream::Loss),
            duplicate: Rng::new(0, Stream::Duplicate),
            reorder: Rng::new(0, Stream::Reorder),
        }
    }
}

impl Network {
    /// Healthy links between `members` members from now on.
    pub fn restart(&mut self, config: &NetworkConfig, members: usize, seed: u64) {
        self.config.clone_from(config);
        self.members = members;
        self.links.clear();
        self.links.resize(members * members, Link::default());
        self.latency = Rng::new(seed, Stream::Latency);
        self.loss = Rng::new(seed, Stream::Loss);
        self.duplicate = Rng::new(seed, Stream::Duplicate);
        self.reorder = Rng::new(seed, Stream::Reorder);
    }

    /// How it treats every message.
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// Treats every message like this from now on.
    pub fn set_config(&mut self, config: NetworkConfig) {
        self.config = config;
    }

    fn index(&self, from: NodeId, to: NodeId) -> usize {
        from.index() * self.members + to.index()
    }

    /// How many links there are.
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// Whether every message from one member to another is lost.
    pub fn passes_nothing(&self, from: NodeId, to: NodeId) -> bool {
        let link = self.link(from, to);
        link.cut || self.config.loss_permille == 1000 || link.loss_permille == 1000
    }

    /// The link from one member to another.
    pub fn link(&self, from: NodeId, to: NodeId) -> &Link {
        &self.links[self.index(from, to)]
    }

    /// The same, to change it.
    pub fn link_mut(&mut self, from: NodeId, to: NodeId) -> &mut Link {
        let index = self.index(from, to);
        &mut self.links[index]
    }

    /// Decides over a message that is sent now.
    pub fn route(&mut self, now: SimTime, from: NodeId, to: NodeId) -> Fate {
        let index = self.index(from, to);
        let link = &mut self.links[index];
        let travel = self.config.latency.draw(&mut self.latency) + link.delay;
        let lost = link.cut
            || self.loss.chance(self.config.loss_permille)
            || self.loss.chance(link.loss_permille);
        if lost {
            // Breaks half way, where it can be seen.
            let at = now + Span::from_micros(travel.as_micros() / 2);
            return Fate { at, due: now + travel, lost };
        }
        let mut at = now + travel;
        if !self.reorder.chance(self.config.reorder_permille) {
            at = at.max(link.last_arrival);
            link.last_arrival = at;
        }
        Fate { at, due: at, lost }
    }

    /// Whether a message that is sent now is doubled.
    pub fn doubles(&mut self) -> bool {
        self.duplicate.chance(self.config.duplicate_permille)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: NodeId = NodeId(0);
    const B: NodeId = NodeId(1);

    fn network(config: NetworkConfig) -> Network {
        let mut network = Network::default();
        network.restart(&config, 2, 7);
        network
    }

    fn arrivals(config: NetworkConfig, messages: u64) -> Vec<Fate> {
        let mut network = network(config);
        (0..messages).map(|i| network.route(SimTime::from_ms(i), A, B)).collect()
    }

    #[test]
    fn messages_of_one_link_keep_their_order_unless_reordered() {
        let latency = Latency::Uniform { min_ms: Span::new(1), max_ms: Span::new(100) };
        let ordered = NetworkConfig { latency, ..NetworkConfig::default() };
        assert!(arrivals(ordered.clone(), 200).is_sorted_by_key(|fate| fate.at));
        let shuffled = NetworkConfig { reorder_permille: 300, ..ordered };
        assert!(!arrivals(shuffled, 200).is_sorted_by_key(|fate| fate.at));
    }

    #[test]
    fn loss_takes_its_share() {
        let config = NetworkConfig { loss_permille: 100, ..NetworkConfig::default() };
        let lost = arrivals(config, 10_000).iter().filter(|fate| fate.lost).count();
        assert!((900..1100).contains(&lost), "{lost} of 10 000");
    }

    #[test]
    fn a_cut_goes_one_way() {
        let mut network = network(NetworkConfig::default());
        network.link_mut(A, B).cut = true;
        assert!(network.route(SimTime::ZERO, A, B).lost);
        assert!(!network.route(SimTime::ZERO, B, A).lost);
    }
}
