//! What can be set, switched off and said of Redlock.

use crate::checks::Check;
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
    /// How many of the nodes are Redis masters, the last ones; two nodes at least are clients.
    pub masters: u32,
    /// How long a key lives.
    pub ttl_ms: Span,
    /// How long a client waits for answers.
    pub answer_ms: Span,
    /// The longest that a client waits at random before it tries again.
    pub retry_ms: Span,
    /// How often the holder extends the lock.
    pub extend_ms: Span,
    /// Whether a master has a key on its disk before it answers.
    pub fsync: bool,
    /// Whether the masters count the holders, and the count goes with every write.
    pub token: bool,
    /// Whether the holder writes to the store with each extension.
    pub writes: bool,
    /// Whether the run begins with the highest client holding the lock.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// A master deletes the key for everybody who asks, whoever has set it.
    ReleaseWithoutOwnerCheck = "release-without-owner-check",
    /// A client counts only the masters that answer.
    MajorityOfReachable = "majority-of-reachable",
    /// A client does not ask how long its keys have lived already when the answers are in.
    ValidityIgnored = "validity-ignored",
    /// A master that has forgotten its key in a crash grants the next one at once.
    RestartWithoutDelay = "restart-without-delay",
    /// A client takes the next count without asking a majority whether it is still free.
    CountNotRaised = "count-not-raised",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            masters: 5,
            ttl_ms: Span::new(10_000),
            answer_ms: Span::new(500),
            retry_ms: Span::new(2000),
            extend_ms: Span::new(3000),
            fsync: false,
            token: false,
            writes: true,
            settled: true,
            broken: None,
        }
    }
}

/// More attempts than it takes two clients to miss each other, but once in a very long time.
const ATTEMPTS: u64 = 20;

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "masters" => Setting::Count(&mut self.masters),
            "ttl_ms" => Setting::Ms(&mut self.ttl_ms),
            "answer_ms" => Setting::Ms(&mut self.answer_ms),
            "retry_ms" => Setting::Ms(&mut self.retry_ms),
            "extend_ms" => Setting::Ms(&mut self.extend_ms),
            "fsync" => Setting::Flag(&mut self.fsync),
            "token" => Setting::Flag(&mut self.token),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        // Answers must be in time, extensions too, and chance must be able to keep two clients
        // apart for an attempt.
        let round = delay.times(2);
        let too_slow = round >= self.answer_ms || self.retry_ms < round.times(4);
        if too_slow || self.extend_ms + round + self.drift() >= self.ttl_ms {
            return NO_BOUND;
        }
        // A key of somebody who is gone, a master that is silent after a restart, and then the
        // attempts; the last master is set with an extension.
        let attempt = self.retry_ms + self.answer_ms.times(2);
        self.ttl_ms.times(3) + attempt.times(ATTEMPTS) + self.extend_ms.times(2) + delay.times(6)
    }

    fn has_tokens(&self) -> bool {
        self.token
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::Asked(self.clients(nodes)..nodes, "masters")
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        match nodes {
            0..=2 => Err("\"redlock\" needs 3 nodes: two clients and a master".to_owned()),
            _ => Ok(()),
        }
    }
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    /// How many of so many nodes are clients.
    fn clients(&self, nodes: u8) -> u8 {
        u32::from(nodes).saturating_sub(self.masters).max(2) as u8
    }

    /// The nodes that are masters.
    pub(super) fn masters(&self, nodes: u8) -> impl Iterator<Item = NodeId> + use<> {
        (self.clients(nodes)..nodes).map(NodeId)
    }

    /// Who holds the lock when the run begins settled: the highest client.
    pub(super) fn first_holder(&self, nodes: u8) -> NodeId {
        NodeId(self.clients(nodes) - 1)
    }

    /// How many masters must agree, of all.
    pub(super) fn majority(&self, nodes: u8) -> u32 {
        u32::from(nodes - self.clients(nodes)) / 2 + 1
    }

    /// How many may refuse before no majority can agree any more.
    pub(super) fn spare(&self, nodes: u8) -> u32 {
        u32::from(nodes - self.clients(nodes)) - self.majority(nodes)
    }

    /// What is taken off a key's life because clocks differ: a hundredth and 2 ms.
    pub(super) fn drift(&self) -> Span {
        Span::from_micros(self.ttl_ms.as_micros() / 100) + Span::new(2)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "redlock",
    title: "Redlock",
    year: Some(2014),
    source: "redlock-docs",
    claim: "At any moment at most one client holds the lock, if time behaves.",
    assumptions: &[
        "Clocks run at about the same rate and are never set.",
        "Nobody is paused or delayed between looking at the clock and writing.",
        "A master that forgets its keys in a crash stays away for their whole life.",
        "With the token, for no late write: none of these, but a store that compares it.",
    ],
    checks: &[
        Check::OneLeaderPerNumber,
        Check::TokenOrder,
        Check::OneLeaderAtATime,
        Check::NoLateWrite,
    ],
    guarantees: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    parameters: &[
        Parameter::flag("token", "a token with every write"),
        Parameter::flag("fsync", "keys on disk"),
        Parameter::count("masters", "masters among the nodes", 1, 99),
        Parameter::ms("ttl_ms", "a key lives for", 10, 600_000),
        Parameter::ms("answer_ms", "wait for answers", 1, 60_000),
        Parameter::ms("retry_ms", "try again after at most", 1, 600_000),
        Parameter::ms("extend_ms", "extended every", 1, 600_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("an attempt that failed", EventKind::Deliver).by("redlock/retry"),
        Sight::record("a deadline missed", EventKind::Timer).by("redlock/deadline"),
        Sight::record("a master that keeps silent", EventKind::Deliver).by("redlock/silent"),
        Sight::record("a count that is taken", EventKind::Deliver).by("redlock/taken"),
        Sight::STORE_REFUSAL,
    ],
};
