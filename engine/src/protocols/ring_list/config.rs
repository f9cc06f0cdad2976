//! What can be set, switched off and said of the ring that collects a list.

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
    /// How often the leader sends a heartbeat.
    pub heartbeat_ms: Span,
    /// How long a follower waits before it counts a heartbeat as missed.
    pub expect_ms: Span,
    /// How many missed heartbeats make a follower suspect the leader.
    pub missed: u32,
    /// How long a node waits for its successor to acknowledge: two message delays and some
    /// work.
    pub ack_ms: Span,
    /// How long a node that signed waits for the announcement: two rounds.
    pub coordinator_ms: Span,
    /// Whether the leader writes to the store with each heartbeat.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with everyone starting up.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// Whoever began the list crowns itself, whatever the list says.
    CrownsItself = "crowns-itself",
    /// A message that has been here before is passed on once more, and again, for ever.
    KeepsOrphans = "keeps-orphans",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            heartbeat_ms: Span::new(1000),
            expect_ms: Span::new(1100),
            missed: 3,
            ack_ms: Span::new(700),
            coordinator_ms: Span::new(5000),
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
            "expect_ms" => Setting::Ms(&mut self.expect_ms),
            "missed" => Setting::Count(&mut self.missed),
            "ack_ms" => Setting::Ms(&mut self.ack_ms),
            "coordinator_ms" => Setting::Ms(&mut self.coordinator_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, nodes: u8, delay: Span) -> Span {
        // Everybody may hold an election. Each node passes on one message at a time, which
        // takes there and back, so a list and its announcement take four laps of delays.
        let election = delay.times(4 * u64::from(nodes));
        // Who is told first hears nothing until the leader is told and its heartbeat is due.
        let patience = self.expect_ms.times(u64::from(self.missed));
        if self.ack_ms <= delay.times(2)
            || self.coordinator_ms <= election
            || patience <= self.heartbeat_ms + election
        {
            return NO_BOUND;
        }
        // What is left over from before goes first; each of two messages a node may wait for
        // an acknowledgement that never comes.
        let leftovers = (self.ack_ms + delay.times(2)).times(2 * u64::from(nodes));
        patience + self.heartbeat_ms + self.coordinator_ms.times(2) + leftovers + election.times(2)
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
    name: "ring-list",
    title: "Ring (collected list)",
    year: Some(2002),
    source: "distributed-systems-book",
    claim: "The highest node that is up leads, once a list of all that are up has gone round.",
    assumptions: &[
        "Messages arrive within a bounded time.",
        "A node that does not acknowledge has failed; nodes never pause.",
        "Every node knows the ids of all the others and can reach each of them.",
    ],
    checks: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    guarantees: &[Check::TokenOrder],
    parameters: &[
        Parameter::ms("heartbeat_ms", "heartbeat interval", 10, 60_000),
        Parameter::ms("expect_ms", "counted as missed after", 10, 60_000),
        Parameter::count("missed", "missed heartbeats until suspicion", 1, 100),
        Parameter::ms("ack_ms", "wait for an acknowledgement", 1, 60_000),
        Parameter::ms("coordinator_ms", "wait for the announcement", 1, 600_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a successor stepped over", EventKind::Timer).by("ring-list/skip"),
        Sight::record("an orphan token", EventKind::Deliver).by("ring-list/orphan"),
        Sight::record("a newer leader", EventKind::Deliver).by("ring-list/newer"),
        Sight::STORE_REFUSAL,
    ],
};
