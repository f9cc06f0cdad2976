//! What can be set, switched off and said of a single node.

use crate::checks::Check;
use crate::protocols::declare::switches;
use crate::protocols::electorate::Electorate;
use crate::protocols::registry::{Info, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long the program takes from its start until it works.
    pub start_ms: Span,
    /// How often a client asks for something.
    pub ask_ms: Span,
    /// How often the program writes to the store.
    pub write_ms: Span,
    /// Whether the number of its start goes with every write.
    pub token: bool,
    /// Whether it writes to the store.
    pub writes: bool,
    /// Whether it works when the run begins.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// The number of a start is kept in memory only and forgotten in a crash.
    NumberNotOnDisk = "number-not-on-disk",
    /// A start takes the round of the one before.
    RoundNotRaised = "round-not-raised",
    /// A copy that the store refuses goes on.
    RefusalIgnored = "refusal-ignored",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            start_ms: Span::new(1000),
            ask_ms: Span::new(1000),
            write_ms: Span::new(1000),
            token: false,
            writes: true,
            settled: true,
            broken: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "start_ms" => Setting::Ms(&mut self.start_ms),
            "ask_ms" => Setting::Ms(&mut self.ask_ms),
            "write_ms" => Setting::Ms(&mut self.write_ms),
            "token" => Setting::Flag(&mut self.token),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        // Nobody elects, so the nodes need not agree. In this time everybody starts and asks.
        (self.start_ms + self.ask_ms + self.write_ms + delay.times(2)).times(10)
    }

    fn has_tokens(&self) -> bool {
        self.token
    }

    fn electorate(&self, _nodes: u8) -> Electorate {
        Electorate::Nobody
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "single-node",
    title: "A single node",
    year: None,
    source: "kleppmann-2016",
    claim: "One node does the work, and nobody elects it. Nobody replaces it either.",
    assumptions: &[
        "Nobody starts a second copy while the first may live.",
        "What the node has written to its disk survives.",
        "To go on after a crash: somebody starts it again.",
    ],
    checks: &[
        Check::OneLeaderPerNumber,
        Check::TokenOrder,
        Check::NumbersGrow,
        Check::OneLeaderAtATime,
        Check::NoLateWrite,
    ],
    guarantees: &[Check::OneLeaderPerNumber, Check::TokenOrder, Check::NumbersGrow],
    parameters: &[
        Parameter::flag("token", "the start's number with every write"),
        Parameter::ms("start_ms", "works after its start in", 1, 600_000),
        Parameter::ms("ask_ms", "clients ask every", 10, 600_000),
        Parameter::ms("write_ms", "writes every", 10, 600_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a question to a dead node", EventKind::Lost).of("ASK"),
        Sight::record("a planned move", EventKind::Deliver).by("single-node/moved"),
        Sight::STORE_REFUSAL,
    ],
};
