//! What can be set, switched off and said of Kafka's controller through ZooKeeper.

use crate::checks::Check;
use crate::protocols::declare::switches;
use crate::protocols::electorate::Electorate;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::protocols::zookeeper_session::SessionTimes;
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters, with the defaults of Kafka and ZooKeeper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The session timeout that brokers ask for (`zookeeper.session.timeout.ms`). They get at
    /// least 2 ticks and at most 20.
    pub session_ms: Span,
    /// The ensemble's tick, the grain of its expiries.
    pub tick_ms: Span,
    /// The most that a broker waits before it connects again.
    pub reconnect_ms: Span,
    /// How often something changes of which the controller tells the brokers.
    pub work_ms: Span,
    /// Whether the controller then writes to the store too, with its epoch.
    pub writes: bool,
    /// Whether the run begins with node 0 as the controller, or with everyone starting up.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// A broker does what any controller says, however old its epoch.
    EpochNotChecked = "epoch-not-checked",
    /// The epoch is written without comparing its version, and two controllers get the same.
    VersionNotChecked = "version-not-checked",
    /// A controller whose session has expired goes on.
    GoesOnAfterExpiry = "goes-on-after-expiry",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            session_ms: Span::new(18_000),
            tick_ms: Span::new(2000),
            reconnect_ms: Span::new(1000),
            work_ms: Span::new(2000),
            writes: true,
            settled: true,
            broken: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "session_ms" => Setting::Ms(&mut self.session_ms),
            "tick_ms" => Setting::Ms(&mut self.tick_ms),
            "reconnect_ms" => Setting::Ms(&mut self.reconnect_ms),
            "work_ms" => Setting::Ms(&mut self.work_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        if self.session().ping_after() <= delay.times(4) {
            return NO_BOUND;
        }
        // Old sessions expire, who was cut off comes back, and a request that was lost goes out
        // again with the next heartbeat.
        let session = self.session().timeout().times(3) + self.tick_ms;
        session + self.reconnect_ms.times(2) + self.work_ms + delay.times(12)
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::service(nodes, "ZooKeeper")
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        match nodes {
            0 | 1 => Err("\"kafka-controller\" needs 2 nodes: the last is ZooKeeper".to_owned()),
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
    name: "kafka-controller",
    title: "Kafka controller in ZooKeeper",
    year: Some(2013),
    source: "kafka-code",
    claim: "By ZooKeeper's record, at most one broker is the controller, with an epoch of its own.",
    assumptions: &[
        "ZooKeeper is there and agrees with itself; its own election is another row.",
        "For harmless old controllers: brokers refuse older controller epochs, and they do.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::ms("session_ms", "session timeout asked for", 20, 600_000),
        Parameter::ms("tick_ms", "tick of ZooKeeper", 10, 60_000),
        Parameter::ms("reconnect_ms", "wait before connecting again, at most", 1, 60_000),
        Parameter::ms("work_ms", "the controller tells the brokers every", 10, 60_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a session expired", EventKind::Suspect).by("kafka-controller/expire"),
        Sight::record("one that came too late", EventKind::Deliver).of("NODE EXISTS"),
        Sight::record("an epoch that has moved on", EventKind::Deliver).of("BAD VERSION"),
        Sight::record("an old controller refused", EventKind::Send).by("kafka-controller/stale"),
        Sight::STORE_REFUSAL,
    ],
};

const CHECKS: &[Check] = &[
    Check::OneLeaderPerNumber,
    Check::NumbersGrow,
    Check::TokenOrder,
    Check::Granted,
    Check::LeaseKept,
    Check::NoLateWrite,
];
