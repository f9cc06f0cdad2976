//! What can be set, switched off and said of KRaft.

use crate::checks::Check;
use crate::protocols::declare::switches;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters, with Kafka's defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long a follower fetches in vain before it stands (`controller.quorum.fetch.timeout.ms`).
    pub fetch_timeout_ms: Span,
    /// How long an election may take at least; chance adds as much again at most
    /// (`controller.quorum.election.timeout.ms`).
    pub election_timeout_ms: Span,
    /// The most that a candidate waits before it stands again
    /// (`controller.quorum.election.backoff.max.ms`).
    pub backoff_max_ms: Span,
    /// How long a follower waits when there is nothing new (`MAX_FETCH_WAIT_MS`).
    pub fetch_ms: Span,
    /// How often the leader appends an entry.
    pub write_ms: Span,
    /// Whether it then writes to the store as well, with its epoch.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with everyone starting up.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// A voter forgets its epoch and its vote in a crash, and votes a second time.
    VoteOnDisk = "vote-on-disk",
    /// A voter gives its vote of an epoch to everyone who asks, and two of them win.
    OneVote = "one-vote",
    /// Anyone can win, even with an empty log, and committed entries are lost.
    LogCompared = "log-compared",
    /// Who knows the leader of an epoch still votes in it, for another.
    RefusesBesideLeader = "refuses-beside-leader",
    /// A leader from whom no majority fetches goes on.
    CheckQuorum = "check-quorum",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            fetch_timeout_ms: Span::new(2000),
            election_timeout_ms: Span::new(1000),
            backoff_max_ms: Span::new(1000),
            fetch_ms: Span::new(500),
            write_ms: Span::new(1000),
            writes: true,
            settled: true,
            broken: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "fetch_timeout_ms" => Setting::Ms(&mut self.fetch_timeout_ms),
            "election_timeout_ms" => Setting::Ms(&mut self.election_timeout_ms),
            "backoff_max_ms" => Setting::Ms(&mut self.backoff_max_ms),
            "fetch_ms" => Setting::Ms(&mut self.fetch_ms),
            "write_ms" => Setting::Ms(&mut self.write_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    /// As in Raft there is no bound that holds for certain. A run that fails to elect thirty
    /// times in a row is a finding.
    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        let round_trip = self.fetch_ms + delay.times(4);
        if self.fetch_timeout_ms <= round_trip || self.backoff_max_ms <= delay.times(4) {
            return NO_BOUND;
        }
        let round = self.election_timeout_ms.times(2) + self.backoff_max_ms + delay.times(6);
        self.fetch_timeout_ms.times(2) + round.times(30)
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

    /// How long a leader does without the fetches of a majority.
    pub(super) fn check_quorum(&self) -> Span {
        self.fetch_timeout_ms + self.fetch_timeout_ms.half()
    }

    /// The most that a candidate waits that has stood so many times in a row.
    pub(super) fn backoff(&self, retries: u32) -> Span {
        let steps = (2_u64 << retries.saturating_sub(1).min(20)) - 1;
        super::BACKOFF_BASE.times(steps).min(self.backoff_max_ms)
    }

    /// How long a follower waits that is at this place among the successors.
    pub(super) fn succession(&self, place: u8, of: u8) -> Span {
        match place.checked_sub(1) {
            None => Span::ZERO,
            Some(doublings) => {
                let base = self.backoff_max_ms.as_micros() >> of.saturating_sub(1).min(63);
                Span::from_micros(base).times(1 << doublings.min(20)).min(self.backoff_max_ms)
            }
        }
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "kraft",
    title: "KRaft",
    year: Some(2020),
    source: "kafka-code",
    claim: "At most one leader an epoch, and it has every committed entry.",
    assumptions: &[
        "Disks keep what was written to them.",
        "The voters are known, and a majority of them can talk to each other.",
        "To elect in good time, not to be safe: a fetch takes much less than the fetch timeout.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::ms("fetch_timeout_ms", "fetch timeout", 10, 60_000),
        Parameter::ms("election_timeout_ms", "election timeout, shortest", 5, 60_000),
        Parameter::ms("backoff_max_ms", "wait before standing again, at most", 1, 60_000),
        Parameter::ms("fetch_ms", "wait between two fetches", 1, 60_000),
        Parameter::ms("write_ms", "the leader appends every", 10, 60_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::SPLIT_VOTE,
        Sight::TWO_LEADERS,
        Sight::record("a refused vote", EventKind::Refuse).by("kraft/refuse"),
        Sight::record("a vote refused beside a leader", EventKind::Refuse).by("kraft/led"),
        Sight::record("a candidate that backs off", EventKind::Deliver).by("kraft/back-off"),
        Sight::record("a leader without a majority", EventKind::StepDown).by("kraft/check-quorum"),
        Sight::record("a succession", EventKind::Deliver).of("END QUORUM EPOCH"),
        Sight::record("a log cut back", EventKind::Deliver).by("kraft/truncate"),
        Sight::STORE_REFUSAL,
    ],
};

const CHECKS: &[Check] = &[
    Check::OneLeaderPerNumber,
    Check::OneVotePerNumber,
    Check::NumbersGrow,
    Check::VoteOnDisk,
    Check::MajorityVoted,
    Check::LeaderUpToDate,
    Check::TokenOrder,
];
