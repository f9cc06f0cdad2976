//! Chance, again and again: does a claim fall in any of so many runs of a swarm?
//!
//! For algorithms that go by their clocks, which a search of every order of events does not have.
//! Unlike a search, a hunt that finds nothing says little.

use super::Swarm;
use crate::checks::Check;
use crate::explore::plural;
use crate::protocols::registry::ProtocolConfig;
use crate::scenario::Scenario;
use crate::store::TokenCheck;
use serde::{Deserialize, Serialize};

/// The most runs of a hunt.
pub const MOST_RUNS: u32 = 100_000;

/// What is hunted, and for how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hunt {
    /// The algorithm. Its times, counts and rules that are switched off are kept, and the flag
    /// that the claim needs; other flags, the size of the cluster, the network and the faults
    /// are drawn for each run.
    pub protocol: ProtocolConfig,
    /// The claim that may fall.
    pub claim: Check,
    /// What the store does with the token of a write.
    #[serde(default)]
    pub store: TokenCheck,
    /// After how many runs it is given up, at most [`MOST_RUNS`].
    pub runs: u32,
}

impl Hunt {
    /// Checks what the types cannot say.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn validate(&self) -> Result<(), String> {
        if !(1..=MOST_RUNS).contains(&self.runs) {
            return Err(format!("{} runs: a hunt takes 1 to {MOST_RUNS}", self.runs));
        }
        if self.store == TokenCheck::Equal {
            return Err("a hunt knows the store's checks \"highest\" and \"off\"".to_owned());
        }
        self.protocol.may_be_asked(self.claim)?;
        self.protocol.validate(5)
    }
}

/// A hunt under way.
#[derive(Clone, Debug)]
pub struct Hunter {
    hunt: Hunt,
    swarm: Swarm,
    /// How many runs have been looked at.
    tried: u32,
    caught: Option<Scenario>,
}

impl Hunter {
    /// Begins a hunt.
    ///
    /// # Errors
    /// A sentence that says what was expected of it.
    pub fn new(hunt: Hunt) -> Result<Hunter, String> {
        hunt.validate()?;
        let swarm = Swarm::against(hunt.protocol.clone(), hunt.claim, hunt.store);
        Ok(Hunter { hunt, swarm, tried: 0, caught: None })
    }

    /// Looks at the next run, and makes it as small as it gets if the claim falls in it. False
    /// when the hunt is over.
    pub fn advance(&mut self) -> bool {
        if !self.is_running() {
            return false;
        }
        self.tried += 1;
        self.caught = self.swarm.shrink(u64::from(self.tried));
        self.is_running()
    }

    /// Whether there is more to look at.
    pub fn is_running(&self) -> bool {
        self.caught.is_none() && self.tried < self.hunt.runs
    }

    /// How many runs it has looked at.
    pub fn tried(&self) -> u32 {
        self.tried
    }

    /// The run that was found, as small as it gets.
    pub fn caught(&self) -> Option<&Scenario> {
        self.caught.as_ref()
    }

    /// What came of it, or how far it is, in a sentence.
    pub fn sentence(&self) -> String {
        let (claim, tried) = (self.hunt.claim.name(), self.tried);
        match &self.caught {
            Some(_) => {
                format!("{claim} falls in run {tried}. What is not needed for it was taken out.")
            }
            None if self.is_running() => {
                let runs = self.hunt.runs;
                format!("{tried} of {runs} run{} …", plural(runs.into()))
            }
            None => {
                let s = plural(tried.into());
                format!("{claim} fell in none of {tried} run{s}. That is no proof.")
            }
        }
    }
}

/// A hunt worth going on.
#[derive(Clone, Debug, PartialEq)]
pub struct Famous {
    /// Its name in addresses and tests.
    pub slug: &'static str,
    /// What it asks, for people.
    pub title: &'static str,
    /// The hunt.
    pub hunt: Hunt,
}

fn famous(
    slug: &'static str,
    title: &'static str,
    (protocol, broken): (&str, Option<&str>),
    (claim, store): (Check, TokenCheck),
) -> Famous {
    let mut protocol = ProtocolConfig::named(protocol).expect("it is in the registry");
    if let Some(rule) = broken {
        assert!(protocol.switch_off(rule), "{rule} can be switched off");
    }
    Famous { slug, title, hunt: Hunt { protocol, claim, store, runs: 2000 } }
}

impl Famous {
    fn with(mut self, parameter: &str, value: u64) -> Famous {
        self.hunt.protocol.set(parameter, value);
        self
    }
}

/// All of them.
pub fn famous_ones() -> Vec<Famous> {
    use TokenCheck::{Highest, Off};
    vec![
        famous(
            "lease-unfenced",
            "Kubernetes: a holder that was paused writes after its successor",
            ("kubernetes", None),
            (Check::TokenOrder, Off),
        ),
        famous(
            "lease-fenced",
            "Kubernetes: the same, and the store compares tokens",
            ("kubernetes", None),
            (Check::TokenOrder, Highest),
        ),
        famous(
            "sentinel-quorum",
            "Sentinel: a quorum of one is taken for a majority",
            ("sentinel", Some("quorum-is-enough")),
            (Check::OneLeaderPerNumber, Highest),
        )
        .with("quorum", 1),
        famous(
            "zookeeper-naive",
            "ZooKeeper without its recipe: one deletion wakes everybody",
            ("zookeeper-lock", None),
            (Check::OneWoken, Highest),
        )
        .with("recipe", 0),
        famous(
            "zookeeper-recipe",
            "ZooKeeper: the same with its recipe, a queue",
            ("zookeeper-lock", None),
            (Check::OneWoken, Highest),
        ),
        famous(
            "sentinel-loses",
            "Sentinel by default: writes that were acknowledged are lost",
            ("sentinel", None),
            (Check::WritesKept, Highest),
        ),
        famous(
            "kafka-unclean",
            "Kafka: an unclean election loses writes that were acknowledged",
            ("kafka-partition", None),
            (Check::WritesKept, Highest),
        ),
    ]
}
