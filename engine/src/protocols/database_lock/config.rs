//! What can be set, switched off and said of the lock in a database row.

use crate::checks::Check;
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
    /// How long the lock is held without a renewal.
    pub ttl_ms: Span,
    /// How often its holder renews it.
    pub renew_ms: Span,
    /// How often the others try to get it.
    pub retry_ms: Span,
    /// Whether the database's clock decides when it has run out, or that of whoever asks.
    pub database_clock: bool,
    /// Whether the row counts its holders, and the count goes with every write.
    pub token: bool,
    /// Whether the holder writes to the store with each renewal.
    pub writes: bool,
    /// Whether the run begins with the highest client holding the lock.
    pub settled: bool,
    /// The rule that is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

switches! {
    /// Who releases the lock frees the row, whoever holds it by then.
    ReleaseWithoutOwnerCheck = "release-without-owner-check",
    /// A holder that cannot renew goes on leading until it is told otherwise.
    LeadsPastItsDeadline = "leads-past-its-deadline",
    /// The row is taken whether or not its time has run out.
    ExpiryIgnored = "expiry-ignored",
}

impl Default for Config {
    fn default() -> Self {
        Config {
            ttl_ms: Span::new(10_000),
            renew_ms: Span::new(3000),
            retry_ms: Span::new(2000),
            database_clock: false,
            token: false,
            writes: true,
            settled: true,
            broken: None,
        }
    }
}

impl Parameters for Config {
    fn field(&mut self, name: &str) -> Option<Setting<'_>> {
        Some(match name {
            "ttl_ms" => Setting::Ms(&mut self.ttl_ms),
            "renew_ms" => Setting::Ms(&mut self.renew_ms),
            "retry_ms" => Setting::Ms(&mut self.retry_ms),
            "database_clock" => Setting::Flag(&mut self.database_clock),
            "token" => Setting::Flag(&mut self.token),
            "writes" => Setting::Flag(&mut self.writes),
            "settled" => Setting::Flag(&mut self.settled),
            _ => return None,
        })
    }

    fn settles_within(&self, _nodes: u8, delay: Span) -> Span {
        // Given that the clocks agree: clients whose clocks differ by more than the lock's time
        // take it from each other for ever. A holder that cannot renew in time loses it too.
        if self.renew_ms + delay.times(2) >= self.ttl_ms {
            return NO_BOUND;
        }
        self.ttl_ms.times(2) + self.retry_ms.times(2) + delay.times(6)
    }

    fn has_tokens(&self) -> bool {
        self.token
    }

    fn electorate(&self, nodes: u8) -> Electorate {
        Electorate::service(nodes, "the database")
    }

    fn switch_off(&mut self, rule: &str) -> bool {
        self.broken = Broken::named(rule);
        self.broken.is_some()
    }

    fn check(&self, nodes: u8) -> Result<(), String> {
        match nodes {
            0 | 1 => Err("\"database-lock\" needs 2 nodes: the last is the database".to_owned()),
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
    name: "database-lock",
    title: "Lock in a database row",
    year: None,
    source: "kleppmann-2016",
    claim: "The row names one holder at a time. With its own clock and a token, that is of use.",
    assumptions: &[
        "The database is one, and keeps what it has committed.",
        "Without the database's clock: the clocks of all clients agree.",
        "Without the token: nobody is paused or delayed between looking at the clock and writing.",
    ],
    checks: CHECKS,
    guarantees: &[Check::OneLeaderPerNumber, Check::TokenOrder, Check::Granted],
    parameters: &[
        Parameter::flag("database_clock", "expiry by the database's clock"),
        Parameter::flag("token", "a token with every write"),
        Parameter::ms("ttl_ms", "held without renewal for", 10, 600_000),
        Parameter::ms("renew_ms", "renewed every", 1, 600_000),
        Parameter::ms("retry_ms", "others try every", 10, 600_000),
    ],
    switches: SWITCHES,
    coverage: &[
        Sight::TWO_LEADERS,
        Sight::record("a row lost to another", EventKind::Deliver).by("database-lock/lost"),
        Sight::record("a deadline missed", EventKind::Timer).by("database-lock/deadline"),
        Sight::STORE_REFUSAL,
    ],
};

const CHECKS: &[Check] = &[
    Check::OneLeaderPerNumber,
    Check::TokenOrder,
    Check::Granted,
    Check::LeaseKept,
    Check::NoLateWrite,
];
