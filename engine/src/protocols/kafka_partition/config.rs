//! What can be set, switched off and said of the leader of a Kafka partition.

use crate::checks::Check;
use crate::protocols::declare::switches;
use crate::protocols::electorate::Electorate;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters, with Kafka's defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long a broker may be silent before the controller fences it
    /// (`broker.session.timeout.ms`).
    pub session_ms: Span,
    /// How often a broker says that it is there (`broker.heartbeat.interval.ms`).
    pub heartbeat_ms: Span,
    /// How long a replica may lack something before its leader wants it out of the ISR
    /// (`replica.lag.time.max.ms`).
    pub lag_ms: Span,
    /// How long a follower waits when there is nothing new (`replica.fetch.wait.max.ms`).
    pub fetch_ms: Span,
    /// How often a client writes.
    pub write_ms: Span,
    /// How many replicas must be in sync for a write to be taken (`min.insync.replicas`).
    pub min_insync: u32,
    /// Whether a replica that is not in sync may lead if no other can
    /// (`unclean.leader.election.enable`).
    pub unclean: bool,
    /// Whether the leader writes to the store as well, with its epoch, for each client's write.
    pub writes: bool,
    /// Whether the run begins with node 0 leading, or with everyone starting up.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// The controller picks the first replica that is alive, in sync or not.
    IsrIgnored = "isr-ignored",
    /// Nobody compares epochs: what an old leader or a late message says counts.
    EpochsNotChecked = "epochs-not-checked",
    /// A leader drops a replica that lags without asking the controller.
    ShrinksAlone = "shrinks-alone",
    /// A leader tells its clients that a write is done before the others have it.
    AcknowledgesAtOnce = "acknowledges-at-once",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            session_ms: Span::new(9000),
            heartbeat_ms: Span::new(2000),
            lag_ms: Span::new(30_000),
            fetch_ms: Span::new(500),
            write_ms: Span::new(1000),
            min_insync: 1,
            unclean: false,
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
            "heartbeat_ms" => Setting::Ms(&mut self.heartbeat_ms),
            "lag_ms" => Setting::Ms(&mut self.lag_ms),
            "fetch_ms" => Setting::Ms(&mut self.fetch_ms),
            "write_ms" => Setting::Ms(&mut self.write_ms),
            "min_insync" => Setting::Count(&mut self.min_insync),
            "unclean" => Setting::Flag(&mut self.unclean),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        if self.session_ms <= self.heartbeat_ms + delay.times(2) {
            return NO_BOUND;
        }
        // Who is silent is fenced, who is back registers, and everybody is told again with the
        // answer to a heartbeat.
        self.session_ms.times(2) + self.heartbeat_ms.times(6) + delay.times(12)
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::service(nodes, "the controller")
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn waives(&self, check: Check) -> bool {
        self.unclean && check == Check::WritesKept
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        match nodes {
            0 | 1 => {
                Err("\"kafka-partition\" needs 2 nodes: the last is the controller".to_owned())
            }
            _ => Ok(()),
        }
    }
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "kafka-partition",
    title: "Kafka partition leader",
    year: Some(2013),
    source: "kafka-code",
    claim: "At most one leader an epoch; with clean elections it has every acknowledged write.",
    assumptions: &[
        "The controller is there and agrees with itself; its own election is another row.",
        "Disks keep what was written to them. Kafka writes to memory first and relies on the others.",
        "For kept writes: acks=all, and no unclean election.",
    ],
    checks: CHECKS,
    guarantees: CHECKS,
    parameters: &[
        Parameter::ms("session_ms", "session timeout of a broker", 10, 600_000),
        Parameter::ms("heartbeat_ms", "heartbeat of a broker", 1, 60_000),
        Parameter::ms("lag_ms", "a replica may lag for", 10, 600_000),
        Parameter::ms("fetch_ms", "wait between two fetches", 1, 60_000),
        Parameter::ms("write_ms", "clients write every", 10, 60_000),
        Parameter::count("min_insync", "replicas in sync for a write", 1, 100),
        Parameter::flag("unclean", "unclean elections"),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a broker fenced", EventKind::Suspect).by("kafka-partition/fence"),
        Sight::record("an unclean election", EventKind::Believe).by("kafka-partition/unclean"),
        Sight::record("an ISR that shrinks", EventKind::Send).by("kafka-partition/shrink"),
        Sight::record("an ISR that grows", EventKind::Send).by("kafka-partition/expand"),
        Sight::record("an old epoch refused", EventKind::Send).by("kafka-partition/fenced-epoch"),
        Sight::record("a log cut back", EventKind::Deliver).by("kafka-partition/truncate"),
        Sight::STORE_REFUSAL,
    ],
};

const CHECKS: &[Check] = &[
    Check::OneLeaderPerNumber,
    Check::NumbersGrow,
    Check::TokenOrder,
    Check::Granted,
    Check::NoLateWrite,
    Check::WritesKept,
];
