//! What can be set, switched off and said of Chang and Roberts' election.

use super::told::ComesBy;
use crate::checks::Check;
use crate::elsewhere::Elsewhere;
use crate::ids::NodeId;
use crate::protocols::declare::switches;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use crate::view::NodeSet;
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
    /// How long a node that takes part waits for ELECTED; 0 for as long as it takes.
    pub retry_ms: Span,
    /// The nodes in the order of the ring; empty for the order of ids.
    pub order: Vec<u8>,
    /// Whether the leader writes to the store with each heartbeat.
    pub writes: bool,
    /// Whether the run begins with the highest node leading, or with nobody.
    pub settled: bool,
    /// Whether the run begins with everybody standing at once, whatever `settled` says.
    pub start_all: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// Who decides what goes on to the neighbour; never part of a file.
    #[serde(skip)]
    pub onward: Option<Elsewhere<ComesBy>>,
}

switches! {
    /// The lowest id is passed on and the higher ones are stopped.
    KeepsMinimum = "keeps-minimum",
    /// Lower ids are passed on too, so every id comes home and everybody leads.
    NoExtinction = "no-extinction",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            heartbeat_ms: Span::new(1000),
            expect_ms: Span::new(1100),
            missed: 3,
            retry_ms: Span::new(5000),
            order: Vec::new(),
            writes: true,
            settled: true,
            start_all: false,
            broken: None,
            onward: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "expect_ms" => Setting::Ms(&mut self.expect_ms),
            "missed" => Setting::Count(&mut self.missed),
            "retry_ms" => Setting::Ms(&mut self.retry_ms),
            "start_all" => Setting::Flag(&mut self.start_all),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, nodes: u8, delay: Span) -> Span {
        let lap = delay.times(u64::from(nodes));
        let patience = self.expect_ms.times(u64::from(self.missed));
        // A node that gives up on an election that is still under way begins another, and so
        // does one that gives up on a heartbeat that is still under way.
        if self.retry_ms <= lap.times(3) || patience <= self.heartbeat_ms + lap {
            return NO_BOUND;
        }
        // Somebody notices, or gives up; then the winner's id and its announcement go round,
        // and perhaps once more for a node that gave up in between.
        patience + self.heartbeat_ms + self.retry_ms.times(2) + lap.times(6)
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        let named: NodeSet =
            self.order.iter().copied().filter(|id| *id < nodes).map(NodeId).collect();
        let every = self.order.len() == usize::from(nodes) && named.len() == u32::from(nodes);
        match self.order.is_empty() || every {
            true => Ok(()),
            false => Err(format!(
                "\"order\" is {:?}: expected every id from 0 to {} once, or nothing",
                self.order,
                nodes - 1
            )),
        }
    }
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    /// Who comes after a node.
    pub(super) fn successor(&self, of: NodeId, nodes: u8) -> NodeId {
        match self.order.iter().position(|id| *id == of.0) {
            Some(place) => NodeId(self.order[(place + 1) % self.order.len()]),
            None => NodeId((of.0 + 1) % nodes),
        }
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "chang-roberts",
    title: "Ring (Chang and Roberts)",
    year: Some(1979),
    source: "chang-roberts-1979",
    claim: "The highest id of the ring is found, by messages between neighbours alone.",
    assumptions: &[
        "No node fails and no message is lost.",
        "Ids are unique and can be compared.",
        "Each node can reach its successor; it need not know how many nodes there are.",
    ],
    checks: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    guarantees: &[Check::OneLeaderPerNumber, Check::TokenOrder],
    parameters: &[
        Parameter::ms("heartbeat_ms", "heartbeat interval", 10, 60_000),
        Parameter::ms("expect_ms", "counted as missed after", 10, 60_000),
        Parameter::count("missed", "missed heartbeats until suspicion", 1, 100),
        Parameter::ms("retry_ms", "wait for the announcement, 0 for ever", 0, 600_000),
        Parameter::flag("start_all", "everybody stands at the start"),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::record("a lower id stopped", EventKind::Refuse).by("chang-roberts/extinguish"),
        Sight::record("an election that hangs", EventKind::Timer).by("chang-roberts/again"),
        Sight::record("a lost id", EventKind::Lost).of("ELECTION"),
    ],
};
