//! What can be set, switched off and said of a MongoDB replica set.

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
    /// How often a member tells every other one that it is there.
    pub heartbeat_ms: Span,
    /// How long a member hears nothing of a primary before it stands, and a primary nothing of a
    /// majority before it steps down. Up to 15 % are added by chance before an election.
    pub election_timeout_ms: Span,
    /// Whether a member with a higher id is preferred as primary. Without it all are alike.
    pub priorities: bool,
    /// Whether the first member is an arbiter: it votes and holds nothing.
    pub arbiter: bool,
    /// How many members, the first ones that are no arbiters, have priority 0 and never stand.
    pub passive: u32,
    /// How long a member that has more than a new primary leaves it the time to fetch that.
    pub catch_up_takeover_ms: Span,
    /// How long a new primary takes to fetch one entry that it lacks.
    pub catch_up_entry_ms: Span,
    /// Whether clients are told that a write is done only when a majority has it.
    pub majority: bool,
    /// How often clients write to the primary.
    pub write_ms: Span,
    /// Whether clients write at all: to the oplog, and with the term to the protected store.
    pub writes: bool,
    /// Whether the run begins with the highest member as primary, or with everyone starting up.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// A member takes a new term before it knows that anybody would vote for it.
    NoDryRun = "no-dry-run",
    /// A member gives its vote of a term to everybody who asks.
    VotesTwice = "votes-twice",
    /// A member forgets in a crash for whom it has voted.
    VoteNotOnDisk = "vote-not-on-disk",
    /// A member votes for one whose oplog is older than its own.
    OlderOplogAccepted = "older-oplog-accepted",
    /// A member refuses its vote to one that has a lower priority than itself.
    PriorityDecidesVotes = "priority-decides-votes",
    /// An arbiter votes for a member that does not hear a sound primary.
    ArbiterVotesForAll = "arbiter-votes-for-all",
    /// A member with priority 0 stands all the same.
    PriorityZeroStands = "priority-zero-stands",
    /// A new primary takes writes at once, and drops what others have that it lacks.
    NoCatchUp = "no-catch-up",
    /// A primary that hears from no majority goes on.
    LeadsWithoutMajority = "leads-without-majority",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            heartbeat_ms: Span::new(2000),
            election_timeout_ms: Span::new(10_000),
            priorities: false,
            arbiter: false,
            passive: 0,
            catch_up_takeover_ms: Span::new(30_000),
            catch_up_entry_ms: Span::ZERO,
            majority: true,
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
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "election_timeout_ms" => Setting::Ms(&mut self.election_timeout_ms),
            "priorities" => Setting::Flag(&mut self.priorities),
            "arbiter" => Setting::Flag(&mut self.arbiter),
            "passive" => Setting::Count(&mut self.passive),
            "catch_up_takeover_ms" => Setting::Ms(&mut self.catch_up_takeover_ms),
            "catch_up_entry_ms" => Setting::Ms(&mut self.catch_up_entry_ms),
            "majority" => Setting::Flag(&mut self.majority),
            "write_ms" => Setting::Ms(&mut self.write_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    /// As in Raft there is no bound that holds for certain: votes may be split again and again.
    /// The random part is short, so that slow messages split them for ever.
    fn settles_within(&self, nodes: u8, delay: Span) -> Span {
        if self.heartbeat_ms + delay.times(4) >= self.election_timeout_ms || delay > self.offset() {
            return NO_BOUND;
        }
        let attempt = self.election_timeout_ms + self.offset() + delay.times(8);
        // Those who are preferred take over one after another.
        let takeovers = if self.priorities { u64::from(nodes) * 2 } else { 0 };
        attempt.times(40 + takeovers) + self.heartbeat_ms
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

    /// The most that chance adds before an election: 15 % of the timeout.
    pub(super) fn offset(&self) -> Span {
        Span::from_micros(self.election_timeout_ms.as_micros() * 15 / 100)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "mongodb",
    title: "MongoDB replica set",
    year: Some(2015),
    source: "mongodb-repl",
    claim: "At most one primary a term, and it has every write that a majority has.",
    assumptions: &[
        "What a member has written to its disk survives.",
        "To elect: a majority of the voting members can talk to each other.",
        "For no lost writes: clients wait until a majority has the write.",
    ],
    checks: &[
        Check::OneLeaderPerNumber,
        Check::OneVotePerNumber,
        Check::NumbersGrow,
        Check::VoteOnDisk,
        Check::MajorityVoted,
        Check::LeaderUpToDate,
        Check::TokenOrder,
        Check::WritesKept,
    ],
    guarantees: &[
        Check::OneLeaderPerNumber,
        Check::OneVotePerNumber,
        Check::NumbersGrow,
        Check::VoteOnDisk,
        Check::MajorityVoted,
        Check::LeaderUpToDate,
        Check::TokenOrder,
    ],
    parameters: &[
        Parameter::ms("heartbeat_ms", "heartbeat interval", 10, 60_000),
        Parameter::ms("election_timeout_ms", "election timeout", 50, 600_000),
        Parameter::flag("priorities", "prefer higher ids as primary"),
        Parameter::flag("arbiter", "the first member is an arbiter"),
        Parameter::count("passive", "members with priority 0", 0, 100),
        Parameter::ms("catch_up_takeover_ms", "catch-up takeover after", 10, 600_000),
        Parameter::ms("catch_up_entry_ms", "catching up, for each entry", 0, 600_000),
        Parameter::flag("majority", "acknowledge when a majority has it"),
        Parameter::ms("write_ms", "clients write every", 10, 60_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::SPLIT_VOTE,
        Sight::TWO_LEADERS,
        Sight::record("a dry run refused", EventKind::Refuse).by("mongodb/would-not"),
        Sight::record("a vote refused", EventKind::Refuse).by("mongodb/refuse"),
        Sight::record("a priority takeover", EventKind::Timer).by("mongodb/takeover"),
        Sight::record("an arbiter that protects its primary", EventKind::Refuse)
            .by("mongodb/arbiter"),
        Sight::record("a catch-up", EventKind::Deliver).by("mongodb/caught-up"),
        Sight::record("a rollback", EventKind::Deliver).by("mongodb/rollback"),
        Sight::record("no majority heard", EventKind::StepDown).by("mongodb/no-majority"),
        Sight::record("a handover", EventKind::Deliver).of("STEP UP"),
        Sight::STORE_REFUSAL,
    ],
};
