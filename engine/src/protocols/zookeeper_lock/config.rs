//! What can be set, switched off and said of the lock in ZooKeeper.

use super::told::Queue;
use crate::checks::Check;
use crate::elsewhere::Elsewhere;
use crate::protocols::declare::switches;
use crate::protocols::electorate::Electorate;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::protocols::zookeeper_session::SessionTimes;
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether clients queue in sequential nodes, each watching the one before it. Without it
    /// they all rush for one node.
    pub recipe: bool,
    /// The ensemble's tick, the grain of its expiries.
    pub tick_ms: Span,
    /// The session timeout that clients ask for. They get at least 2 ticks and at most 20.
    pub session_ms: Span,
    /// The most that a client waits before it connects again.
    pub reconnect_ms: Span,
    /// Whether the leader writes to the store with each of its session's heartbeats.
    pub writes: bool,
    /// Whether the run begins with sessions and nodes in place, the highest client leading.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// Who decides whom a client watches; never part of a file.
    #[serde(skip)]
    pub watch: Option<Elsewhere<Queue>>,
}

switches! {
    /// Everybody watches the leader's node, and its end wakes them all.
    WatchesTheLeader = "watches-the-leader",
    /// A client whose watched node is gone leads without reading the children again.
    LeadsOnAnyDeletion = "leads-on-any-deletion",
    /// A leader goes on while it is disconnected, until it hears that its session expired.
    LeadsWhileDisconnected = "leads-while-disconnected",
    /// The ensemble counts a session's timeout from the time on the client's clock.
    ExpiryByClientClock = "expiry-by-client-clock",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            recipe: true,
            tick_ms: Span::new(2000),
            session_ms: Span::new(10_000),
            reconnect_ms: Span::new(1000),
            writes: true,
            settled: true,
            broken: None,
            watch: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "recipe" => Setting::Flag(&mut self.recipe),
            "tick_ms" => Setting::Ms(&mut self.tick_ms),
            "session_ms" => Setting::Ms(&mut self.session_ms),
            "reconnect_ms" => Setting::Ms(&mut self.reconnect_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        if self.session().ping_after() <= delay.times(4) {
            return NO_BOUND;
        }
        // Old sessions expire, clients that are cut off notice it and come back, and somebody
        // whose request was lost asks again.
        self.session().timeout().times(3)
            + self.tick_ms
            + self.reconnect_ms.times(2)
            + delay.times(12)
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::service(nodes, "the ensemble")
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn needs(&self, claim: Check) -> Option<&'static str> {
        (claim == Check::OneWoken).then_some("recipe")
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        match nodes {
            0 | 1 => Err("\"zookeeper-lock\" needs 2 nodes: the last is the ensemble".to_owned()),
            _ => Ok(()),
        }
    }
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    /// The times of its sessions.
    pub(super) fn session(&self) -> SessionTimes {
        SessionTimes { asked: self.session_ms, tick: self.tick_ms }
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "zookeeper-lock",
    title: "ZooKeeper lock",
    year: Some(2010),
    source: "zookeeper-recipes",
    claim: "By the ensemble's record, at most one live session owns the lead at any time.",
    assumptions: &[
        "The ensemble is there and agrees with itself; its own election is not shown.",
        "For one leader at a time: a client that is cut off notices it before its session expires.",
        "For harmless old leaders: what they write to compares the node's czxid.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::flag("recipe", "queue, watching the one before"),
        Parameter::ms("tick_ms", "tick of the ensemble", 10, 60_000),
        Parameter::ms("session_ms", "session timeout asked for", 20, 600_000),
        Parameter::ms("reconnect_ms", "wait before connecting again, at most", 1, 60_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a session expired", EventKind::Suspect).by("zookeeper-lock/expire"),
        Sight::record("a client that is disconnected", EventKind::Timer)
            .by("zookeeper-lock/disconnected"),
        Sight::record("one that is woken", EventKind::Deliver).by("zookeeper-lock/wake"),
        Sight::STORE_REFUSAL,
    ],
};

const CHECKS: &[Check] = &[
    Check::OneLeaderPerNumber,
    Check::TokenOrder,
    Check::Granted,
    Check::LeaseKept,
    Check::NoLateWrite,
    Check::OneWoken,
];
