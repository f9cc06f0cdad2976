//! A node's own clock: it may be set wrong (skew) and run fast or slow (drift).

use crate::time::{SimTime, Span};
use serde::{Deserialize, Serialize};

/// How a clock differs from the world's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClockError {
    /// How far ahead it is set, in milliseconds; behind if negative.
    pub skew_ms: i64,
    /// How many microseconds it gains in a second of the world; loses if negative. From
    /// −900 000 to 9 000 000.
    pub drift_ppm: i64,
}

impl ClockError {
    /// The drifts that a clock may have, in parts per million.
    pub const DRIFTS_PPM: std::ops::RangeInclusive<i64> = -900_000..=9_000_000;
}

const MILLION: i128 = 1_000_000;

/// A clock that shows `shown` when the world's shows `since`, and runs on from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    since: SimTime,
    shown: i64,
    /// How far ahead it is set, in microseconds.
    skew: i64,
    drift_ppm: i64,
}

impl Clock {
    /// What it shows at an instant of the world. Never before zero.
    pub fn read(&self, now: SimTime) -> SimTime {
        SimTime(u64::try_from(self.hand(now)).unwrap_or(0))
    }

    /// What it has counted since the run began, however it was set in between: what programs
    /// call the monotonic clock.
    pub fn counted(&self, now: SimTime) -> SimTime {
        SimTime(u64::try_from(self.hand(now) - self.skew).unwrap_or(0))
    }

    /// Where the hand stands, in microseconds; before zero if it is set far back.
    fn hand(&self, now: SimTime) -> i64 {
        let passed = now.since(self.since).as_micros() as i64;
        let gained = match self.drift_ppm {
            0 => passed,
            ppm => (i128::from(passed) * (MILLION + i128::from(ppm)) / MILLION) as i64,
        };
        self.shown + gained
    }

    /// How long the world takes while this clock counts `span`, rounded up so that a timer
    /// never fires before its time.
    pub fn in_the_world(&self, span: Span) -> Span {
        if self.drift_ppm == 0 {
            return span;
        }
        let rate = MILLION + i128::from(self.drift_ppm);
        let micros = (i128::from(span.as_micros()) * MILLION + rate - 1) / rate;
        Span::from_micros(micros as u64)
    }

    /// How much this clock counts while the world takes `span`.
    pub fn counts(&self, span: Span) -> Span {
        let rate = MILLION + i128::from(self.drift_ppm);
        Span::from_micros((i128::from(span.as_micros()) * rate / MILLION) as u64)
    }

    /// Gives it another error from now on: it jumps by the difference in skew, and runs at the
    /// new rate.
    pub fn set(&mut self, now: SimTime, before: ClockError, after: ClockError) {
        let shown = self.hand(now) + (after.skew_ms - before.skew_ms) * 1000;
        let skew = after.skew_ms * 1000;
        *self = Clock { since: now, shown, skew, drift_ppm: after.drift_ppm };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_runs_its_timers_early() {
        let mut clock = Clock::default();
        let fast = ClockError { skew_ms: 100, drift_ppm: 500_000 };
        clock.set(SimTime::ZERO, ClockError::default(), fast);
        assert_eq!(clock.read(SimTime::from_ms(1000)), SimTime::from_ms(1600));
        assert_eq!(clock.in_the_world(Span::new(1500)), Span::new(1000));
        assert_eq!(clock.counts(Span::new(1000)), Span::new(1500));
    }

    #[test]
    fn a_new_drift_keeps_what_was_counted_so_far() {
        let mut clock = Clock::default();
        let slow = ClockError { skew_ms: 0, drift_ppm: -500_000 };
        clock.set(SimTime::ZERO, ClockError::default(), slow);
        clock.set(SimTime::from_ms(1000), slow, ClockError::default());
        assert_eq!(clock.read(SimTime::from_ms(2000)), SimTime::from_ms(1500));
    }

    #[test]
    fn what_a_clock_has_counted_does_not_jump_when_it_is_set() {
        let mut clock = Clock::default();
        let behind = ClockError { skew_ms: -5000, drift_ppm: 0 };
        clock.set(SimTime::from_ms(1000), ClockError::default(), behind);
        assert_eq!(clock.read(SimTime::from_ms(2000)), SimTime::ZERO);
        assert_eq!(clock.counted(SimTime::from_ms(2000)), SimTime::from_ms(2000));
        clock.set(SimTime::from_ms(2000), behind, ClockError::default());
        assert_eq!(clock.read(SimTime::from_ms(3000)), SimTime::from_ms(3000));
    }
}
