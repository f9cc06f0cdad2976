//! What can be set, switched off and said of Kubernetes' elections.

use crate::checks::Check;
use crate::protocols::declare::switches;
use crate::protocols::electorate::Electorate;
use crate::protocols::registry::{Info, NO_BOUND, Parameter, Parameters, Setting};
use crate::swarm::Sight;
use crate::time::Span;
use crate::trace::EventKind;
use serde::{Deserialize, Serialize};

/// The parameters, with the defaults of Kubernetes' own components.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long the others leave an unchanged lease alone (`LeaseDuration`).
    pub lease_ms: Span,
    /// How long the leader tries to renew before it gives up (`RenewDeadline`).
    pub renew_ms: Span,
    /// How often the leader renews and, with a random part on top, the others look
    /// (`RetryPeriod`).
    pub retry_ms: Span,
    /// How long a request waits for its answer.
    pub request_ms: Span,
    /// How often the leader writes to the store.
    pub work_ms: Span,
    /// Whether a leader that is told to stop gives the lease back (`ReleaseOnCancel`).
    pub release_on_cancel: bool,
    /// Whether the leader writes to the store.
    pub writes: bool,
    /// Whether the run begins with node 0 leading, or with everyone starting up and no lease.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// A contender compares the renew time in the lease, written by the holder's clock, with its
    /// own clock, instead of timing the lease itself.
    TrustsTimestamps = "trusts-timestamps",
    /// A lease is released without looking who holds it by now.
    ReleasesBlindly = "releases-blindly",
    /// The API server writes whatever comes, without comparing resource versions.
    IgnoresVersions = "ignores-versions",
    /// A leader that cannot renew goes on leading.
    NeverGivesUp = "never-gives-up",
    /// The API server keeps the lease in memory only and forgets it in a crash.
    LeaseNotOnDisk = "lease-not-on-disk",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            lease_ms: Span::new(15_000),
            renew_ms: Span::new(10_000),
            retry_ms: Span::new(2000),
            request_ms: Span::new(5000),
            work_ms: Span::new(2000),
            release_on_cancel: false,
            writes: true,
            settled: true,
            broken: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "lease_ms" => Setting::Ms(&mut self.lease_ms),
            "renew_ms" => Setting::Ms(&mut self.renew_ms),
            "retry_ms" => Setting::Ms(&mut self.retry_ms),
            "request_ms" => Setting::Ms(&mut self.request_ms),
            "work_ms" => Setting::Ms(&mut self.work_ms),
            "release_on_cancel" => Setting::Flag(&mut self.release_on_cancel),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        let there_and_back = delay.times(2);
        if there_and_back >= self.request_ms || there_and_back.times(2) >= self.renew_ms {
            return NO_BOUND;
        }
        // Somebody who leads but lost the lease finds out or gives up; everybody looks at the
        // lease once; it runs out for the first of them, who takes it, or loses to another who
        // does; everybody looks once more.
        let look = self.request_ms + self.retry_ms + self.jitter() + there_and_back.times(2);
        self.retry_ms + self.renew_ms + self.lease_ms + look.times(4)
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::service(nodes, "the API server")
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        if nodes < 2 {
            return Err("expected at least 2 nodes: the last one is the API server".to_owned());
        }
        if self.lease_ms <= self.renew_ms {
            return Err("\"lease_ms\" must be longer than \"renew_ms\"".to_owned());
        }
        if self.renew_ms <= self.retry_ms + Span::from_micros(self.retry_ms.as_micros() / 5) {
            return Err("\"renew_ms\" must be longer than 1.2 times \"retry_ms\"".to_owned());
        }
        Ok(())
    }
}

impl Config {
    pub(super) fn keeps(&self, rule: Broken) -> bool {
        self.broken != Some(rule)
    }

    /// The most that chance adds when a contender waits: 1.2 times the retry period.
    pub(super) fn jitter(&self) -> Span {
        Span::from_micros(self.retry_ms.as_micros() * 6 / 5)
    }
}

/// What the gallery says about it.
pub const INFO: Info = Info {
    name: "kubernetes",
    title: "Kubernetes Lease",
    year: Some(2016),
    source: "client-go",
    claim: "One holder at a time of a lease at the API server; the others take it over when they have seen it unchanged for too long.",
    assumptions: &[
        "No clock runs faster than another by more than the lease is longer than the time after which a leader gives up.",
        "A leader is never paused between looking at its clock and acting.",
        "The API server answers, and its updates are atomic and durable.",
    ],
    checks: &[
        Check::OneLeaderPerNumber,
        Check::OneVotePerNumber,
        Check::VoteOnDisk,
        Check::TokenOrder,
        Check::OneLeaderAtATime,
    ],
    guarantees: &[
        Check::OneLeaderPerNumber,
        Check::OneVotePerNumber,
        Check::VoteOnDisk,
        Check::TokenOrder,
    ],
    parameters: &[
        Parameter::ms("lease_ms", "LeaseDuration", 100, 600_000),
        Parameter::ms("renew_ms", "RenewDeadline", 50, 600_000),
        Parameter::ms("retry_ms", "RetryPeriod", 10, 60_000),
        Parameter::ms("request_ms", "wait for the API server", 10, 60_000),
        Parameter::ms("work_ms", "time between writes", 10, 60_000),
        Parameter::flag("release_on_cancel", "ReleaseOnCancel"),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a race for the lease", EventKind::Refuse).by("kubernetes/conflict"),
        Sight::record("a leader that gives up", EventKind::StepDown).by("kubernetes/give-up"),
        Sight::record("a request without an answer", EventKind::Timer).by("kubernetes/timeout"),
        Sight::record("a lease given back", EventKind::Send).of("RELEASE"),
        Sight::record("a leader that hears of another", EventKind::Deliver).by("kubernetes/lost"),
        Sight::STORE_REFUSAL,
    ],
};
