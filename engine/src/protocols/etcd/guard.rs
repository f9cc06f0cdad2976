//! Whether the leader may still write: a look at its own clock before each write.

use super::config::Config;
use crate::elsewhere::Question;
use crate::time::{SimTime, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How careful a leader is before it writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Margin {
    /// By how much its clock may be slow, in millionths: while it counts 1 s, 1 s and so many
    /// microseconds may pass.
    pub drift_ppm: u32,
    /// How long a write may take.
    pub write_ms: Span,
}

/// What a client knows of its lease, by its own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Heard {
    /// When it asked for the lease to be renewed.
    pub asked: SimTime,
    /// When it heard that it was.
    pub answered: SimTime,
}

/// The leader is about to write: all that may decide on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WriteInTime {
    /// The lease as it was renewed last; nothing if it was not.
    pub lease: Option<Heard>,
    /// How long a lease lives.
    pub ttl: Span,
    /// See [`Margin::drift_ppm`].
    pub drift_ppm: u32,
    /// What the leader's clock shows.
    pub now: SimTime,
    /// How long the write may take.
    pub write: Span,
}

impl WriteInTime {
    pub(super) fn new(
        lease: Option<Heard>,
        now: SimTime,
        margin: Margin,
        config: &Config,
    ) -> WriteInTime {
        let Margin { drift_ppm, write_ms } = margin;
        WriteInTime { lease, ttl: config.ttl_ms, drift_ppm, now, write: write_ms }
    }

    /// The lease lives at least from when it was asked for, and the clock may be slow. One that
    /// was set back proves nothing.
    pub(super) fn is_sure(&self) -> bool {
        let Some(lease) = self.lease.filter(|lease| self.now >= lease.asked) else { return false };
        let million = 1_000_000;
        let counted = u128::from(self.now.since(lease.asked).as_micros());
        let passed = counted * (million + u128::from(self.drift_ppm));
        let [write, ttl] = [self.write, self.ttl].map(|span| u128::from(span.as_micros()));
        passed + write * million < ttl * million
    }
}

/// `mayWrite(lease, now, writeTime)`.
impl Question for WriteInTime {
    type Decision = bool;

    const OTHERWISE: &'static str = "that counts as a no";

    fn arguments(&self) -> Value {
        let lease = self.lease.map(|lease| {
            json!({
                "askedAt": lease.asked,
                "answeredAt": lease.answered,
                "duration": self.ttl,
                "drift": f64::from(self.drift_ppm) / 1e6,
            })
        });
        json!([lease, self.now, self.write])
    }

    fn hear(&self, answer: &Value) -> Option<bool> {
        answer.as_bool()
    }

    fn otherwise(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(now: u64, drift_ppm: u32) -> WriteInTime {
        let lease = Heard { asked: SimTime::from_ms(1000), answered: SimTime::from_ms(1400) };
        WriteInTime {
            lease: Some(lease),
            ttl: Span::new(5000),
            drift_ppm,
            now: SimTime::from_ms(now),
            write: Span::new(100),
        }
    }

    #[test]
    fn it_is_asked_and_answered_in_the_words_of_the_challenge() {
        let lease = json!({"askedAt": 1000, "answeredAt": 1400, "duration": 5000, "drift": 0.25});
        assert_eq!(question(2000, 250_000).arguments(), json!([lease, 2000, 100]));
        let without = WriteInTime { lease: None, ..question(2000, 0) };
        assert_eq!(without.arguments()[0], Value::Null);
        assert_eq!(without.hear(&json!(true)), Some(true));
        assert_eq!(without.hear(&json!("true")), None);
    }

    #[test]
    fn a_write_must_be_over_before_the_lease_is() {
        assert!(question(5899, 0).is_sure());
        assert!(!question(5900, 0).is_sure(), "it would end with the lease");
        assert!(!question(5899, 250_000).is_sure(), "the clock may be slow");
        assert!(!question(999, 0).is_sure(), "the clock was set back");
        assert!(!WriteInTime { lease: None, ..question(1000, 0) }.is_sure());
    }
}
