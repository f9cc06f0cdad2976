//! The parameters of a run, and what the gallery says about the algorithm.

use crate::checks::Check;
use crate::ids::LogEnd;
use crate::protocols::declare::switches;
use crate::protocols::registry::{Info, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters. The defaults are ZooKeeper's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The unit of the two limits. The leader pings twice a tick.
    pub tick_ms: Span,
    /// How many ticks a stage of the activation may take.
    pub init_limit: u32,
    /// How many ticks leader and follower may not hear each other.
    pub sync_limit: u32,
    /// How long a server waits for a better vote once a majority agrees.
    pub finalize_ms: Span,
    /// After how long a server that hears nothing tells all again, at first.
    pub resend_ms: Span,
    /// And at most, after doubling.
    pub resend_max_ms: Span,
    /// Whether the leader writes to the store with each ping.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with everyone looking.
    pub settled: bool,
    /// The zxid of each node at the start, by id; nothing for an empty history. A cluster with
    /// histories of its own begins with everyone looking, and the latest epoch of them accepted
    /// by everyone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<LogEnd>,
    /// A rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            tick_ms: Span::new(2000),
            init_limit: 10,
            sync_limit: 5,
            finalize_ms: Span::new(200),
            resend_ms: Span::new(200),
            resend_max_ms: Span::new(60_000),
            writes: true,
            settled: true,
            logs: Vec::new(),
            broken: None,
        }
    }
}

switches! {
    /// The highest id wins the vote, however old its history is.
    ZxidFirst = "zxid-first",
    /// Servers join a leader of which others speak, though it does not say itself that it leads.
    LeadersWord = "leaders-word",
    /// Who wins the vote leads at once, with an epoch that nobody has accepted.
    Activation = "activation",
    /// A server that crashed may accept an epoch again, from another leader.
    EpochOnDisk = "epoch-on-disk",
    /// A follower accepts the epoch of a leader whose history is older than its own.
    RefuseOlder = "refuse-older",
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    pub(super) fn half_tick(&self) -> Span {
        Span::from_micros(self.tick_ms.as_micros() / 2)
    }

    pub(super) fn init_time(&self) -> Span {
        self.tick_ms.times(u64::from(self.init_limit))
    }

    pub(super) fn sync_time(&self) -> Span {
        self.tick_ms.times(u64::from(self.sync_limit))
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "tick_ms" => Setting::Ms(&mut self.tick_ms),
            "init_limit" => Setting::Count(&mut self.init_limit),
            "sync_limit" => Setting::Count(&mut self.sync_limit),
            "finalize_ms" => Setting::Ms(&mut self.finalize_ms),
            "resend_ms" => Setting::Ms(&mut self.resend_ms),
            "resend_max_ms" => Setting::Ms(&mut self.resend_max_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _: u8, delay: Span) -> Span {
        // Servers that were alone tell all again only after the longest wait. Then some follow
        // a server that does not lead, and it takes a whole activation until they know.
        let activation = self.sync_time() + self.init_time().times(3);
        let election = self.finalize_ms.times(2) + self.resend_ms.times(4) + delay.times(20);
        self.resend_max_ms.times(2) + (activation + election).times(2)
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule).or(self.broken);
        Broken::named(rule).is_some()
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "zab",
    title: "ZooKeeper",
    year: Some(2010),
    source: "zookeeper-internals",
    claim: "At most one server leads in an epoch, and nobody in its majority had a newer history.",
    assumptions: &[
        "A majority of the configured servers can reach each other, for a leader to be found.",
        "Disks keep what was written to them.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::ms("tick_ms", "tick", 2, 60_000),
        Parameter::count("init_limit", "ticks for a stage of the activation", 1, 100),
        Parameter::count("sync_limit", "ticks without a word until suspicion", 1, 100),
        Parameter::ms("finalize_ms", "wait for a better vote", 0, 10_000),
        Parameter::ms("resend_ms", "first wait before telling all again", 1, 60_000),
        Parameter::ms("resend_max_ms", "longest wait before telling all again", 1, 600_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a later round joined", EventKind::Deliver).by("zab/join-round"),
        Sight::record("a vote of an earlier round", EventKind::Deliver).by("zab/lagging"),
        Sight::record("a refused epoch", EventKind::Refuse),
        Sight::record("an activation given up", EventKind::Timer).by("zab/give-up"),
        Sight::STORE_REFUSAL,
    ],
};

const CHECKS: &[Check] = &[
    Check::OneLeaderPerNumber,
    Check::TokenOrder,
    Check::OneVotePerNumber,
    Check::NumbersGrow,
    Check::VoteOnDisk,
    Check::MajorityVoted,
    Check::LeaderUpToDate,
];
