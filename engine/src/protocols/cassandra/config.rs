//! What can be set, switched off and said of Cassandra's lightweight transactions.

use crate::checks::Check;
use crate::protocols::declare::switches;
use crate::protocols::registry::{Info, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The longest that a client waits at random before its next update; 0 if there are none
    /// but those that are asked for.
    pub every_ms: Span,
    /// How long a coordinator tries before it tells its client that it does not know.
    pub timeout_ms: Span,
    /// The longest that it waits at random when another coordinator was faster.
    pub back_off_ms: Span,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// A coordinator does not finish what another has left half done.
    UnfinishedIgnored = "unfinished-ignored",
    /// An update is proposed whether or not its condition holds.
    ConditionIgnored = "condition-ignored",
    /// A promise is kept in memory only and forgotten in a crash.
    PromiseNotOnDisk = "promise-not-on-disk",
    /// What a replica has accepted is kept in memory only and forgotten in a crash.
    VoteNotOnDisk = "vote-not-on-disk",
    /// Half of the replicas are taken for a majority.
    HalfIsEnough = "half-is-enough",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            every_ms: Span::new(2000),
            timeout_ms: Span::new(1000),
            back_off_ms: Span::new(100),
            broken: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "every_ms" => Setting::Ms(&mut self.every_ms),
            "timeout_ms" => Setting::Ms(&mut self.timeout_ms),
            "back_off_ms" => Setting::Ms(&mut self.back_off_ms),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, _delay: Span) -> Span {
        // Nobody leads, so nobody is ever settled on. In this time some updates come to an end.
        self.timeout_ms.times(10)
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

    /// How many replicas must agree.
    pub(super) fn quorum(&self, nodes: u8) -> u32 {
        match self.keeps(Broken::HalfIsEnough) {
            true => u32::from(nodes) / 2 + 1,
            false => u32::from(nodes).div_ceil(2),
        }
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "cassandra",
    title: "Cassandra (nobody leads)",
    year: Some(2013),
    source: "datastax-lwt",
    claim: "A row that is changed only on condition goes through one history, the same everywhere.",
    assumptions: &[
        "What a replica has written to its disk survives.",
        "Every change of the row is a conditional one.",
        "To change it at all: a majority of the replicas can talk, and one coordinator is left \
         alone for long enough.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::ms("every_ms", "a client updates again within", 0, 600_000),
        Parameter::ms("timeout_ms", "a coordinator gives up after", 1, 600_000),
        Parameter::ms("back_off_ms", "back-off, at most", 0, 60_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::record("a condition that does not hold", EventKind::Deliver)
            .by("cassandra/not-applied"),
        Sight::record("an update finished for another", EventKind::Deliver).by("cassandra/finish"),
        Sight::record("a replica that missed an update", EventKind::Deliver).by("cassandra/repair"),
        Sight::record("a coordinator outbid", EventKind::Deliver).by("cassandra/contend"),
        Sight::record("an outcome that nobody knows", EventKind::Timer).by("cassandra/unknown"),
    ],
};

const CHECKS: &[Check] = &[
    Check::OneUpdatePerVersion,
    Check::WritesKept,
    Check::OneVotePerNumber,
    Check::VoteOnDisk,
    Check::NumbersGrow,
];
