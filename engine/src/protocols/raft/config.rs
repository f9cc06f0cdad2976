//! What can be set in a run of Raft, and what the gallery says about it.

use super::super::declare::switches;
use super::super::registry::{Info, Parameter, Parameters, Setting};
use super::tally::Tally;
use super::votes::VoteQuestion;
use crate::checks::Check;
use crate::elsewhere::Elsewhere;
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The shortest election timeout.
    pub election_min_ms: Span,
    /// The longest election timeout.
    pub election_max_ms: Span,
    /// How often the leader sends a heartbeat.
    pub heartbeat_ms: Span,
    /// Whether a node first asks if it could win, before it takes a new term.
    pub pre_vote: bool,
    /// Whether a leader that does not hear from a majority steps down, and its followers
    /// ignore candidates while they hear from it.
    pub check_quorum: bool,
    /// Whether a candidate writes its own vote to its disk while it asks for the others'
    /// (dissertation, §9.3), and not before, as Figure 2 says. Its vote must not count before it
    /// is written, so this is for disks that are quicker than two journeys and a voter's disk.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub writes_while_asking: bool,
    /// Whether the leader writes to the store with each heartbeat, and adds an entry to its log
    /// now and then.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with everyone starting up.
    pub settled: bool,
    /// The logs with which the nodes begin, as the terms of their entries, of which there are at
    /// most 32. Nodes that are not named begin with an empty one.
    pub logs: Vec<Vec<u32>>,
    /// The rule that is switched off, if one is.
    pub broken: Option<Broken>,
    /// Who answers a RequestVote in place of every node; never part of a file.
    #[serde(skip)]
    pub votes: Option<Elsewhere<VoteQuestion>>,
    /// Who counts the votes in place of every candidate; never part of a file.
    #[serde(skip)]
    pub tally: Option<Elsewhere<Tally>>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            election_min_ms: Span::new(150),
            election_max_ms: Span::new(300),
            heartbeat_ms: Span::new(50),
            pre_vote: false,
            check_quorum: false,
            writes_while_asking: false,
            writes: true,
            settled: true,
            logs: Vec::new(),
            broken: None,
            votes: None,
            tally: None,
        }
    }
}

impl Config {
    /// Whether a rule is in force.
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    /// Whether a follower remembers for a while that it has heard from a leader.
    pub(super) fn has_leases(&self) -> bool {
        self.pre_vote || self.check_quorum
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "election_min_ms" => Setting::Ms(&mut self.election_min_ms),
            "election_max_ms" => Setting::Ms(&mut self.election_max_ms),
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "pre_vote" => Setting::Flag(&mut self.pre_vote),
            "check_quorum" => Setting::Flag(&mut self.check_quorum),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    /// An election succeeds by chance, and there is no bound that holds for certain. A term
    /// takes a timeout and a few messages. Even when most votes are split and only few nodes may
    /// win at all, a run that fails sixty times in a row is a finding, provided that messages
    /// are quicker than the spread of the timeouts.
    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        let longest = self.election_max_ms.max(self.election_min_ms);
        (longest + delay.times(6)).times(60) + self.heartbeat_ms
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }
}

switches! {
    /// A node forgets its term and its vote in a crash, and votes a second time.
    VoteOnDisk = "vote-on-disk",
    /// A node gives its vote of a term to everyone who asks, and two of them win.
    OneVote = "one-vote",
    /// Half of the cluster is enough, and so is the other half.
    MoreThanHalf = "more-than-half",
    /// A candidate needs a majority of those who answer it, and wins among two of five.
    WholeCluster = "whole-cluster",
    /// A long log wins over one that is more up to date, and committed entries are lost.
    TermFirst = "term-first",
    /// Anyone can win, even with an empty log, and committed entries are lost.
    LogCompared = "log-compared",
    /// A vote that the network doubles counts twice.
    DistinctVotes = "distinct-votes",
    /// Votes of an earlier term count in this one.
    CurrentVotes = "current-votes",
    /// Who says that it would vote is counted as if it had voted.
    PreVotesApart = "pre-votes-apart",
    /// A candidate goes on although its term has a leader, and soon deposes it.
    GiveWay = "give-way",
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "raft",
    title: "Raft",
    year: Some(2014),
    source: "raft-paper",
    claim: "At most one leader a term, and it has every committed entry.",
    assumptions: &[
        "Disks keep what was written to them.",
        "The cluster's members are known, and a majority of them can talk to each other.",
        "To elect in good time, not to be safe: messages are much quicker than election timeouts.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::ms("election_min_ms", "election timeout, shortest", 5, 60_000),
        Parameter::ms("election_max_ms", "election timeout, longest", 5, 60_000),
        Parameter::ms("heartbeat_ms", "heartbeat interval", 1, 60_000),
        Parameter::flag("pre_vote", "ask before taking a new term (PreVote)"),
        Parameter::flag("check_quorum", "step down without a majority (CheckQuorum)"),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::SPLIT_VOTE,
        Sight::TWO_LEADERS,
        Sight::record("a refused vote", EventKind::Refuse).by("raft/refuse"),
        Sight::record("a refused pre-vote", EventKind::Refuse).by("raft/would-not"),
        Sight::record("a candidate ignored", EventKind::Refuse).by("raft/ignore"),
        Sight::record("a CheckQuorum step-down", EventKind::StepDown).by("raft/check-quorum"),
        Sight::record("a transfer", EventKind::Deliver).of("TIMEOUTNOW"),
        Sight::record("a log that does not fit", EventKind::Send).by("raft/mismatch"),
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
