//! What is searched for, and how far.

use crate::checks::Check;
use crate::protocols::registry::ProtocolConfig;
use crate::store::TokenCheck;
use serde::{Deserialize, Serialize};

/// The most nodes that a search takes.
pub const MAX_NODES: u8 = 9;

/// The least and the most of each number of a question that anybody may ask: so much, a browser
/// can search. Whoever runs a search natively knows better, and may go on.
pub mod limits {
    /// How many nodes.
    pub const NODES: (u64, u64) = (1, super::MAX_NODES as u64);
    /// How often each thing may go wrong.
    pub const FAULTS: (u64, u64) = (0, 9);
    /// [`super::Bounds::depth`].
    pub const DEPTH: (u64, u64) = (1, 1000);
    /// [`super::Bounds::number`].
    pub const NUMBER: (u64, u64) = (1, 100);
    /// [`super::Bounds::in_flight`].
    pub const IN_FLIGHT: (u64, u64) = (1, 100);
    /// [`super::Bounds::states`].
    pub const STATES: (u64, u64) = (1, 50_000_000);
    /// [`super::Bounds::memory`], in units of 2^20 bytes.
    pub const MEMORY: (u64, u64) = (8, 2048);
}

/// Can it ever happen?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The algorithm and its parameters. Times do not matter to a search; flags, counts and
    /// rules that are switched off do.
    pub protocol: ProtocolConfig,
    /// How many nodes, from 1 to [`MAX_NODES`].
    pub nodes: u8,
    /// The claim that may fall.
    pub claim: Check,
    /// What the store does with the token of a write.
    #[serde(default)]
    pub store: TokenCheck,
    /// What may go wrong, and how often.
    #[serde(default)]
    pub faults: Faults,
    /// Whether every message arrives before any timer runs out, as in a network whose delays
    /// are bounded and known. Otherwise a message may take any time.
    #[serde(default)]
    pub prompt: bool,
    /// How far the search goes.
    #[serde(default)]
    pub bounds: Bounds,
}

/// How often each thing may go wrong in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// A node dies.
    pub crashes: u8,
    /// A dead node starts again with its disk.
    pub restarts: u8,
    /// A dead node starts again with an empty disk.
    pub wipes: u8,
    /// A message is lost.
    pub drops: u8,
    /// A message is doubled.
    pub duplicates: u8,
    /// A node stops without knowing it; it may go on at any time.
    pub pauses: u8,
    /// The network falls into two parts, whichever; it may heal at any time. At most one cut is
    /// there at a time.
    pub partitions: u8,
}

impl Faults {
    /// Each with its name.
    fn all(&self) -> [(&'static str, u8); 7] {
        let Faults { crashes, restarts, wipes, drops, duplicates, pauses, partitions } = *self;
        [
            ("crashes", crashes),
            ("restarts", restarts),
            ("wipes", wipes),
            ("drops", drops),
            ("duplicates", duplicates),
            ("pauses", pauses),
            ("partitions", partitions),
        ]
    }
}

/// How far a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bounds {
    /// The most events of a run.
    pub depth: u32,
    /// The most states.
    pub states: u32,
    /// The most memory, in bytes.
    pub memory: u64,
    /// The highest term, epoch or round; a run that goes beyond it is left.
    pub number: u64,
    /// The most messages in flight; a run that has more is left.
    pub in_flight: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { depth: 100, states: 2_000_000, memory: 512 << 20, number: 2, in_flight: 8 }
    }
}

impl Question {
    /// A question about an algorithm in which everybody has just started, nobody writes to the
    /// store and nothing goes wrong.
    pub fn new(mut protocol: ProtocolConfig, nodes: u8, claim: Check) -> Question {
        protocol.set("settled", 0);
        protocol.set("writes", u64::from(claim == Check::TokenOrder));
        Question {
            protocol,
            nodes,
            claim,
            store: TokenCheck::default(),
            faults: Faults::default(),
            prompt: false,
            bounds: Bounds::default(),
        }
    }

    /// Checks what the types cannot say, and that it keeps to the [`limits`].
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn validate(&self) -> Result<(), String> {
        self.makes_sense()?;
        let Bounds { depth, states, memory, number, in_flight } = self.bounds;
        let faults = self.faults.all().map(|(name, times)| (name, times.into(), limits::FAULTS));
        let bounds = [
            ("depth", depth.into(), limits::DEPTH),
            ("number", number, limits::NUMBER),
            ("in_flight", in_flight.into(), limits::IN_FLIGHT),
            ("states", states.into(), limits::STATES),
        ];
        for (name, value, (least, most)) in faults.into_iter().chain(bounds) {
            if !(least..=most).contains(&value) {
                return Err(format!("\"{name}\" is {value}: expected {least} to {most}"));
            }
        }
        let (least, most) = (limits::MEMORY.0 << 20, limits::MEMORY.1 << 20);
        if !(least..=most).contains(&memory) {
            return Err(format!("\"memory\" is {memory}: expected {least} to {most} bytes"));
        }
        Ok(())
    }

    /// Checks what the types cannot say.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn makes_sense(&self) -> Result<(), String> {
        if !(1..=MAX_NODES).contains(&self.nodes) {
            return Err(format!("{} nodes: a search takes 1 to {MAX_NODES}", self.nodes));
        }
        if self.protocol.reads_clock() {
            let title = self.protocol.info().title;
            return Err(format!("{title} goes by its clocks, and a search has no time"));
        }
        if self.store == TokenCheck::Equal {
            return Err("a search knows the store's checks \"highest\" and \"off\"".to_owned());
        }
        self.protocol.may_be_asked(self.claim)?;
        self.protocol.validate(self.nodes)
    }
}
