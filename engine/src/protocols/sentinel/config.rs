//! What can be set, switched off and said of Redis Sentinel.

use super::detector::Silence;
use super::told::Outlook;
use crate::checks::Check;
use crate::elsewhere::Elsewhere;
use crate::ids::NodeId;
use crate::protocols::declare::switches;
use crate::protocols::electorate::Electorate;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many of the nodes are Sentinels, the first ones; the last node never is. The others
    /// are Redis servers.
    pub sentinels: u32,
    /// How many Sentinels must take the master for down before one of them acts.
    pub quorum: u32,
    /// How long a Sentinel hears nothing of a server before it takes it for down.
    pub down_after_ms: Span,
    /// Half of the time between two attempts, and how long one may take.
    pub failover_timeout_ms: Span,
    /// How many replicas must have been heard lately for the master to take writes.
    pub min_replicas_to_write: u32,
    /// How long ago "lately" may be.
    pub min_replicas_max_lag_ms: Span,
    /// How often clients write to whoever takes itself for the master.
    pub write_ms: Span,
    /// Whether the master then writes to the protected store as well, without a number: a server
    /// has none.
    pub writes: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// Who decides what a Sentinel does next about a master that is down; never part of a file.
    #[serde(skip)]
    pub next_step: Option<Elsewhere<Outlook>>,
    /// Who decides whom a Sentinel suspects; never part of a file.
    #[serde(skip)]
    pub suspects: Option<Elsewhere<Silence>>,
}

switches! {
    /// As many votes as the quorum make a Sentinel lead the failover.
    QuorumIsEnough = "quorum-is-enough",
    /// A Sentinel forgets in a crash for whom it has voted.
    VoteNotOnDisk = "vote-not-on-disk",
    /// A Sentinel votes for everybody who asks.
    VotesForEveryone = "votes-for-everyone",
    /// The replica with the lowest id is promoted, whatever it lacks.
    OffsetIgnored = "offset-ignored",
    /// A Sentinel that was stopped acts on the time that it has missed.
    NoTilt = "no-tilt",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            sentinels: 3,
            quorum: 2,
            down_after_ms: Span::new(30_000),
            failover_timeout_ms: Span::new(180_000),
            min_replicas_to_write: 0,
            min_replicas_max_lag_ms: Span::new(10_000),
            write_ms: Span::new(1000),
            writes: false,
            broken: None,
            next_step: None,
            suspects: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "sentinels" => Setting::Count(&mut self.sentinels),
            "quorum" => Setting::Count(&mut self.quorum),
            "down_after_ms" => Setting::Ms(&mut self.down_after_ms),
            "failover_timeout_ms" => Setting::Ms(&mut self.failover_timeout_ms),
            "min_replicas_to_write" => Setting::Count(&mut self.min_replicas_to_write),
            "min_replicas_max_lag_ms" => Setting::Ms(&mut self.min_replicas_max_lag_ms),
            "write_ms" => Setting::Ms(&mut self.write_ms),
            "writes" => Setting::Flag(&mut self.writes),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        // A healthy master whose answers are too slow is deposed again and again.
        if self.down_after_ms <= super::PING + delay.times(4) {
            return NO_BOUND;
        }
        // A failover that is under way ends, and one more may follow, if only because a stray
        // order has made a replica of the master. Then the Sentinels tell the servers what they
        // are.
        let attempt = self.failover_timeout_ms.times(2) + super::DESYNC + super::ELECTION;
        let denied = self.down_after_ms + super::DENIAL;
        let waits = super::ROLE_WAIT.times(2) + super::TILT + delay.times(20);
        self.down_after_ms + denied + attempt + waits
    }

    fn has_tokens(&self) -> bool {
        false
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::Only(0..self.count(nodes), "Sentinels")
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

    /// How many of so many nodes are Sentinels: the last one is always a server.
    fn count(&self, nodes: u8) -> u8 {
        self.sentinels.min(u32::from(nodes) - 1) as u8
    }

    /// The nodes that are Sentinels.
    pub(super) fn sentinels(&self, nodes: u8) -> impl Iterator<Item = NodeId> + use<> {
        NodeId::all(self.count(nodes))
    }

    /// The nodes that are Redis servers.
    pub(super) fn servers(&self, nodes: u8) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (self.count(nodes)..nodes).map(NodeId)
    }

    /// How many votes of so many Sentinels make one lead a failover.
    pub(super) fn votes_needed(&self, sentinels: usize) -> u32 {
        match self.keeps(Broken::QuorumIsEnough) {
            true => self.quorum.max(sentinels as u32 / 2 + 1),
            false => self.quorum,
        }
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "sentinel",
    title: "Redis Sentinel",
    year: Some(2012),
    source: "sentinel-docs",
    claim: "At most one Sentinel leads the failover of an epoch, and the last one decides.",
    assumptions: &[
        "What a Sentinel has written to its disk survives.",
        "To fail over at all: a majority of all Sentinels ever seen, and the quorum, can talk.",
        "For no lost writes: none. Replication is asynchronous.",
    ],
    checks: &[
        Check::OneLeaderPerNumber,
        Check::OneVotePerNumber,
        Check::VoteOnDisk,
        Check::WritesKept,
        Check::NoLateWrite,
    ],
    guarantees: &[Check::OneLeaderPerNumber, Check::OneVotePerNumber, Check::VoteOnDisk],
    parameters: &[
        Parameter::count("sentinels", "Sentinels among the nodes", 1, 100),
        Parameter::count("quorum", "quorum to take the master for down", 1, 100),
        Parameter::ms("down_after_ms", "down after", 10, 600_000),
        Parameter::ms("failover_timeout_ms", "failover timeout", 10, 3_600_000),
        Parameter::count("min_replicas_to_write", "replicas needed for a write", 0, 100),
        Parameter::ms("min_replicas_max_lag_ms", "heard at most so long ago", 1, 600_000),
        Parameter::ms("write_ms", "clients write every", 10, 60_000),
        Parameter::flag("writes", "the master writes to the store too"),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::SPLIT_VOTE,
        Sight::record("a vote refused", EventKind::Refuse),
        Sight::record("a server told its role", EventKind::Deliver).by("sentinel/follow"),
        Sight::record("a clock that has jumped", EventKind::Timer).by("sentinel/tilt"),
        Sight::record("writes dropped", EventKind::Log).by("sentinel/replicate"),
    ],
};
