//! What can be set, switched off and said of Paxos.

use crate::checks::Check;
use crate::protocols::declare::switches;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long a node that has just started waits before it proposes.
    pub start_ms: Span,
    /// The most that chance adds to that.
    pub spread_ms: Span,
    /// How long a node waits for answers before it proposes again: four message delays and
    /// some work.
    pub retry_ms: Span,
    /// The most that chance adds to every wait but the first. Without it duels need not end.
    pub back_off_ms: Span,
    /// How often the leader sends a heartbeat.
    pub heartbeat_ms: Span,
    /// How long a follower waits before it counts a heartbeat as missed.
    pub expect_ms: Span,
    /// How many missed heartbeats make a follower suspect the leader.
    pub missed: u32,
    /// Whether the leader writes to the store with each heartbeat.
    pub writes: bool,
    /// Whether the highest node is chosen before the run begins.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// A proposer proposes itself, whatever was accepted before.
    AcceptedValueIgnored = "accepted-value-ignored",
    /// A promise is kept in memory only and forgotten in a crash.
    PromiseNotOnDisk = "promise-not-on-disk",
    /// An accepted value is kept in memory only and forgotten in a crash.
    VoteNotOnDisk = "vote-not-on-disk",
    /// An acceptor accepts at any ballot, whatever it has promised.
    AcceptsBelowPromise = "accepts-below-promise",
    /// Half of the cluster is taken for a majority.
    HalfIsEnough = "half-is-enough",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            start_ms: Span::new(500),
            spread_ms: Span::new(3000),
            retry_ms: Span::new(2000),
            back_off_ms: Span::new(3000),
            heartbeat_ms: Span::new(1000),
            expect_ms: Span::new(1100),
            missed: 3,
            writes: true,
            settled: false,
            broken: None,
        }
    }
}

/// More attempts than a duel between nodes that back off takes, but once in a very long time.
const ATTEMPTS: u64 = 20;

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "start_ms" => Setting::Ms(&mut self.start_ms),
            "spread_ms" => Setting::Ms(&mut self.spread_ms),
            "retry_ms" => Setting::Ms(&mut self.retry_ms),
            "back_off_ms" => Setting::Ms(&mut self.back_off_ms),
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "expect_ms" => Setting::Ms(&mut self.expect_ms),
            "missed" => Setting::Count(&mut self.missed),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        // An attempt takes four delays. It needs a pause of the others that is as long, and
        // chance must be able to give one easily.
        let attempt = delay.times(4);
        if self.retry_ms <= attempt || self.back_off_ms < attempt.times(2) {
            return NO_BOUND;
        }
        self.start_ms
            + self.spread_ms
            + (self.retry_ms + self.back_off_ms).times(ATTEMPTS)
            + self.heartbeat_ms
            + attempt
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

    /// How many nodes must agree.
    pub(super) fn quorum(&self, nodes: u8) -> u32 {
        match self.keeps(Broken::HalfIsEnough) {
            true => u32::from(nodes) / 2 + 1,
            false => u32::from(nodes).div_ceil(2),
        }
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "paxos",
    title: "Paxos (one decision)",
    year: Some(2001),
    source: "paxos-simple",
    claim: "At most one leader is ever chosen, whatever the network does, and it is for good.",
    assumptions: &[
        "What a node has written to its disk survives.",
        "To choose at all: a majority can talk, and one proposer is left alone for long enough.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::ms("start_ms", "wait before the first proposal", 0, 600_000),
        Parameter::ms("spread_ms", "at most so much longer, by chance", 0, 600_000),
        Parameter::ms("retry_ms", "wait for answers", 1, 600_000),
        Parameter::ms("back_off_ms", "back-off, at most", 0, 600_000),
        Parameter::ms("heartbeat_ms", "heartbeat interval", 10, 60_000),
        Parameter::ms("expect_ms", "counted as missed after", 10, 60_000),
        Parameter::count("missed", "missed heartbeats until suspicion", 1, 100),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::DUEL,
        Sight::record("a promise refused", EventKind::Refuse).by("paxos/refuse"),
        Sight::record("a ballot abandoned", EventKind::Deliver).by("paxos/abandon"),
        Sight::record("a choice heard of late", EventKind::Lead).by("paxos/learn"),
    ],
};

const CHECKS: &[Check] = &[
    Check::OneValueChosen,
    Check::OneVotePerNumber,
    Check::VoteOnDisk,
    Check::MajorityVoted,
    Check::OneLeaderPerNumber,
    Check::TokenOrder,
];
