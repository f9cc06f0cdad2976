//! What can be set and said of the Bully algorithm.

use super::told::Happens;
use crate::checks::Check;
use crate::elsewhere::Elsewhere;
use crate::protocols::registry::{Info, Parameter, Parameters, Setting};
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
    /// How long a candidate waits for an answer: two message delays and some work.
    pub answer_ms: Span,
    /// How long a node waits for the announcement after an answer.
    pub coordinator_ms: Span,
    /// Whether the leader writes to the store with each heartbeat.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with everyone starting up.
    pub settled: bool,
    /// Who decides what a node sends; never part of a file.
    #[serde(skip)]
    pub messages: Option<Elsewhere<Happens>>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            heartbeat_ms: Span::new(1000),
            expect_ms: Span::new(1100),
            missed: 3,
            answer_ms: Span::new(700),
            coordinator_ms: Span::new(2000),
            writes: true,
            settled: true,
            messages: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "expect_ms" => Setting::Ms(&mut self.expect_ms),
            "missed" => Setting::Count(&mut self.missed),
            "answer_ms" => Setting::Ms(&mut self.answer_ms),
            "coordinator_ms" => Setting::Ms(&mut self.coordinator_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, nodes: u8, delay: Span) -> Span {
        // A suspicion, and then in the worst case an election of every node, one after another.
        let election = self.answer_ms + self.coordinator_ms + delay;
        self.expect_ms.times(u64::from(self.missed) + 1) + election.times(u64::from(nodes) + 1)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "bully",
    title: "Bully",
    year: Some(1982),
    source: "garcia-molina-1982",
    claim: "The highest node that is up leads, and everyone knows it.",
    assumptions: &[
        "Messages arrive within a bounded time.",
        "A node that does not answer has failed; nodes never pause.",
        "Every node knows the ids of all the others.",
    ],
    checks: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    guarantees: &[Check::TokenOrder],
    parameters: &[
        Parameter::ms("heartbeat_ms", "heartbeat interval", 10, 60_000),
        Parameter::ms("expect_ms", "counted as missed after", 10, 60_000),
        Parameter::count("missed", "missed heartbeats until suspicion", 1, 100),
        Parameter::ms("answer_ms", "wait for an answer", 1, 60_000),
        Parameter::ms("coordinator_ms", "wait for the announcement", 1, 600_000),
    ],
    switches: &[],
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a lost OK", EventKind::Lost).of("OK"),
        Sight::record("an objection", EventKind::Deliver).by("bully/object"),
        Sight::record("an answer without a leader", EventKind::Timer).by("bully/again"),
        Sight::STORE_REFUSAL,
    ],
};
