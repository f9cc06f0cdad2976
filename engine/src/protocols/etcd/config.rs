//! What can be set, switched off and said of etcd's elections.

use super::guard::{Margin, WriteInTime};
use crate::checks::Check;
use crate::elsewhere::Elsewhere;
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
    /// How long a lease lives without being renewed.
    pub ttl_ms: Span,
    /// How long a client waits before it sends a keepalive that was not answered again.
    pub again_ms: Span,
    /// How long a client waits for the answer to any other request before it asks again.
    pub request_ms: Span,
    /// By how much etcd extends every lease when it changes its own leader: the election
    /// timeout.
    pub extend_ms: Span,
    /// How often the leader writes to the store.
    pub work_ms: Span,
    /// Whether clients also watch who leads.
    pub observe: bool,
    /// Whether the leader writes to the store.
    pub writes: bool,
    /// Whether the run begins with node 0 leading and the others waiting in the order of ids,
    /// or with everyone starting up.
    pub settled: bool,
    /// If the leader looks at its clock before each write, how careful it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<Margin>,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// Who decides whether a leader that looks at its clock may write; never part of a file.
    #[serde(skip)]
    pub may_write: Option<Elsewhere<WriteInTime>>,
}

switches! {
    /// The lowest key leads, as text, instead of the key that was created first.
    ComparesKeys = "compares-keys",
    /// A lease expires at the time by the client's clock that its last keepalive named.
    ClientClock = "client-clock",
    /// Everybody waits for the first key to go, so that everybody wakes up when it does.
    Herd = "herd",
    /// A client leads as soon as the key before its own is gone, without looking again.
    AssumesTheLead = "assumes-the-lead",
    /// A leader whose keepalives are not answered goes on leading.
    NeverGivesUp = "never-gives-up",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            ttl_ms: Span::new(60_000),
            again_ms: Span::new(500),
            request_ms: Span::new(5000),
            extend_ms: Span::new(1000),
            work_ms: Span::new(5000),
            observe: true,
            writes: true,
            settled: true,
            margin: None,
            broken: None,
            may_write: None,
        }
    }
}

/// How often etcd looks for leases that have run out.
pub(super) const EXPIRY_LOOK: Span = Span::new(500);
/// How often a client looks whether its own has.
pub(super) const DEADLINE_LOOK: Span = Span::new(1000);

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "ttl_ms" => Setting::Ms(&mut self.ttl_ms),
            "again_ms" => Setting::Ms(&mut self.again_ms),
            "request_ms" => Setting::Ms(&mut self.request_ms),
            "extend_ms" => Setting::Ms(&mut self.extend_ms),
            "work_ms" => Setting::Ms(&mut self.work_ms),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        let there_and_back = delay.times(2);
        let keepalive = self.keepalive() + self.again_ms + there_and_back;
        if !self.observe || there_and_back >= self.request_ms || keepalive >= self.ttl_ms {
            return NO_BOUND;
        }
        // Leases that nobody renews any more run out. Who has lost its own hears of it with its
        // next keepalive, and so does who has missed that a key is gone, or who leads. Then
        // come a new lease, a key, a look at the queue and a watch, each asked for again if an
        // old request is still open.
        let expiry = self.ttl_ms + self.extend_ms + EXPIRY_LOOK;
        let joining = (self.request_ms + there_and_back).times(4);
        expiry + keepalive.times(2) + joining + delay.times(4)
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::service(nodes, "etcd")
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        match nodes < 2 {
            true => Err("expected at least 2 nodes: the last one is etcd".to_owned()),
            false => Ok(()),
        }
    }
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    /// How long after an answer the next keepalive is due.
    pub(super) fn keepalive(&self) -> Span {
        Span::from_micros(self.ttl_ms.as_micros() / 3)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "etcd",
    title: "etcd election",
    year: Some(2016),
    source: "etcd-concurrency",
    claim: "Of all live leases in etcd, the one whose key was created first holds the election, and the rest wait in line.",
    assumptions: &[
        "No client's clock runs slower than etcd's.",
        "A leader is never paused, and gives up before etcd does; with the defaults it may be almost a second late.",
        "etcd answers, and its transactions are atomic and durable.",
    ],
    checks: &[
        Check::OneLeaderPerNumber,
        Check::OneVotePerNumber,
        Check::VoteOnDisk,
        Check::TokenOrder,
        Check::Granted,
        Check::LeaseKept,
        Check::NoLateWrite,
        Check::OneLeaderAtATime,
    ],
    guarantees: &[
        Check::OneLeaderPerNumber,
        Check::OneVotePerNumber,
        Check::VoteOnDisk,
        Check::TokenOrder,
        // Not `Granted`: one that waits and sleeps past its lease has no key any more when all
        // before it are gone, and the source does not look.
        Check::LeaseKept,
    ],
    parameters: &[
        Parameter::ms("ttl_ms", "lease TTL", 2000, 600_000),
        Parameter::ms("again_ms", "keepalive again after", 10, 60_000),
        Parameter::ms("request_ms", "request again after", 10, 60_000),
        Parameter::ms("extend_ms", "extension when etcd changes its leader", 0, 60_000),
        Parameter::ms("work_ms", "time between writes", 10, 60_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a lease that runs out", EventKind::Suspect).by("etcd/expire"),
        Sight::record("a session lost", EventKind::StepDown).by("etcd/lost"),
        Sight::record("a leader that resigns", EventKind::StepDown).by("etcd/give-way"),
        Sight::record("a change of leader in etcd", EventKind::Command).by("etcd/promote"),
        Sight::record("a place in line", EventKind::Deliver).by("etcd/wait"),
        Sight::STORE_REFUSAL,
    ],
};
