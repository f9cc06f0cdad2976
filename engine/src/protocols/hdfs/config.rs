//! What can be set, switched off and said of HDFS NameNode failover.

use crate::checks::Check;
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
    /// The session timeout that a failover controller asks ZooKeeper for.
    pub session_ms: Span,
    /// ZooKeeper's tick, the grain of its expiries.
    pub tick_ms: Span,
    /// How long the old active has to say that it is a standby: two attempts to reach it.
    pub graceful_ms: Span,
    /// How long sshfence tries to reach it.
    pub ssh_ms: Span,
    /// Whether sshfence is among the fencing methods.
    pub ssh: bool,
    /// Whether the last fencing method is one that always succeeds, `shell(/bin/true)`.
    pub last_resort: bool,
    /// How often the active writes to the edit log.
    pub write_ms: Span,
    /// Whether it writes at all.
    pub writes: bool,
    /// Whether the run begins with the highest NameNode active.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// Who has the lock becomes active without fencing whoever was active before.
    ActivatesUnfenced = "activates-unfenced",
    /// Who becomes active leaves no breadcrumb, and the next one finds nobody to fence.
    BreadcrumbNotWritten = "breadcrumb-not-written",
    /// A fencing that has failed is taken for one that has succeeded.
    FailureIsSuccess = "failure-is-success",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            session_ms: Span::new(10_000),
            tick_ms: Span::new(2000),
            graceful_ms: Span::new(40_000),
            ssh_ms: Span::new(30_000),
            ssh: true,
            last_resort: true,
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
            "session_ms" => Setting::Ms(&mut self.session_ms),
            "tick_ms" => Setting::Ms(&mut self.tick_ms),
            "graceful_ms" => Setting::Ms(&mut self.graceful_ms),
            "ssh_ms" => Setting::Ms(&mut self.ssh_ms),
            "ssh" => Setting::Flag(&mut self.ssh),
            "last_resort" => Setting::Flag(&mut self.last_resort),
            "write_ms" => Setting::Ms(&mut self.write_ms),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        if self.session().ping_after() <= delay.times(4) || self.graceful_ms <= delay.times(3) {
            return NO_BOUND;
        }
        // Old sessions expire, a fencing that is under way fails, what was killed is started
        // again, and somebody whose request was lost asks again.
        let fencing = self.graceful_ms + self.ssh_ms + super::REJOIN;
        self.session().timeout().times(4)
            + self.tick_ms
            + fencing.times(2)
            + super::REVIVE.times(2)
            + delay.times(30)
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
            0 | 1 => Err("\"hdfs\" needs 2 nodes: the last is ZooKeeper".to_owned()),
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
    name: "hdfs",
    title: "HDFS NameNode failover",
    year: Some(2012),
    source: "hdfs-ha",
    claim: "The old active is fenced before a new one takes over, and only one can write.",
    assumptions: &[
        "ZooKeeper is there and agrees with itself; its own election is not shown.",
        "For one writer: the JournalNodes refuse older epochs, which no configuration turns off.",
        "For one active at a time: every fencing method that says yes has fenced.",
    ],
    checks: &[
        Check::OneLeaderPerNumber,
        Check::TokenOrder,
        Check::Granted,
        Check::NoLateWrite,
        Check::OneLeaderAtATime,
    ],
    guarantees: &[Check::OneLeaderPerNumber, Check::TokenOrder, Check::Granted, Check::NoLateWrite],
    parameters: &[
        Parameter::ms("session_ms", "ZooKeeper session timeout", 20, 600_000),
        Parameter::ms("tick_ms", "tick of ZooKeeper", 10, 60_000),
        Parameter::ms("graceful_ms", "graceful fencing gives up after", 10, 600_000),
        Parameter::ms("ssh_ms", "sshfence gives up after", 10, 600_000),
        Parameter::flag("ssh", "fence by sshfence"),
        Parameter::flag("last_resort", "fence by shell(/bin/true) in the end"),
        Parameter::ms("write_ms", "the active writes every", 10, 60_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a session expired", EventKind::Suspect).by("hdfs/expire"),
        Sight::record("a graceful fencing", EventKind::Deliver).of("STANDBY NOW"),
        Sight::record("a fencing by ssh", EventKind::Deliver).of("KILLED"),
        Sight::record("the last resort", EventKind::Timer).by("hdfs/last-resort"),
        Sight::record("a fencing that failed", EventKind::Timer).by("hdfs/unfenced"),
        Sight::record("a release by hand", EventKind::StepDown).by("hdfs/cede"),
        Sight::record("an active without a session", EventKind::Timer).by("hdfs/neutral"),
        Sight::STORE_REFUSAL,
    ],
};
