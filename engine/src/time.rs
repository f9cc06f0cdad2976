//! Simulated time: whole microseconds, never floats, never the wall clock.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Add, Sub};

/// An instant, in microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of time, in microseconds. In files that people read it is written in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl SimTime {
    /// The instant at which every run begins.
    pub const ZERO: SimTime = SimTime(0);

    /// The instant `ms` milliseconds after the start.
    pub const fn from_ms(ms: u64) -> SimTime {
        SimTime(ms * 1000)
    }

    /// Whole milliseconds since the start, rounded down.
    pub const fn as_ms(self) -> u64 {
        self.0 / 1000
    }

    /// How long after `earlier` this is; nothing if it is not.
    pub fn since(self, earlier: SimTime) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A length of whole milliseconds.
    pub const fn new(ms: u64) -> Span {
        Span(ms * 1000)
    }

    /// A length of microseconds, for what is shorter than a millisecond.
    pub const fn from_micros(us: u64) -> Span {
        Span(us)
    }

    /// The length in microseconds.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Half of it, rounded down.
    pub const fn half(self) -> Span {
        Span(self.0 / 2)
    }

    /// This length `times` over.
    pub const fn times(self, times: u64) -> Span {
        Span(self.0 * times)
    }
}

impl Add<Span> for SimTime {
    type Output = SimTime;
    fn add(self, span: Span) -> SimTime {
        SimTime(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for SimTime {
    type Output = SimTime;
    fn sub(self, span: Span) -> SimTime {
        SimTime(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

/// `1234.567 ms`, without trailing zeros.
fn write_ms(micros: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match micros % 1000 {
        0 => write!(f, "{} ms", micros / 1000),
        rest => {
            let digits = format!("{rest:03}");
            write!(f, "{}.{} ms", micros / 1000, digits.trim_end_matches('0'))
        }
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ms(self.0, f)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ms(self.0, f)
    }
}

/// The largest time that a file may name: ten years, so that no sum can overflow.
const MOST_MS: f64 = 10.0 * 365.0 * 86_400_000.0;

fn read_ms<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    if !from.is_human_readable() {
        return u64::deserialize(from);
    }
    // A float only on the way in from a file; the rounded microseconds are exact from here on.
    let ms = f64::deserialize(from)?;
    if !(0.0..=MOST_MS).contains(&ms) {
        return Err(serde::de::Error::custom(format!(
            "{ms} is not a time in milliseconds between 0 and ten years"
        )));
    }
    Ok((ms * 1000.0).round() as u64)
}

fn write_ms_number<S: Serializer>(micros: u64, to: S) -> Result<S::Ok, S::Error> {
    if !to.is_human_readable() {
        to.serialize_u64(micros)
    } else if micros.is_multiple_of(1000) {
        to.serialize_u64(micros / 1000)
    } else {
        to.serialize_f64(micros as f64 / 1000.0)
    }
}

macro_rules! milliseconds_in_files {
    ($name:ident) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                read_ms(from).map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                write_ms_number(self.0, to)
            }
        }
    };
}

milliseconds_in_files!(SimTime);
milliseconds_in_files!(Span);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hold_milliseconds_and_keep_microseconds() {
        let read: Span = serde_json::from_str("0.25").unwrap();
        assert_eq!(read, Span::from_micros(250));
        assert_eq!(serde_json::to_string(&read).unwrap(), "0.25");
        assert_eq!(serde_json::to_string(&Span::new(1000)).unwrap(), "1000");
    }

    #[test]
    fn a_negative_or_endless_time_is_refused() {
        assert!(serde_json::from_str::<Span>("-1").is_err());
        assert!(serde_json::from_str::<SimTime>("1e300").is_err());
    }

    #[test]
    fn times_read_as_people_write_them() {
        assert_eq!(SimTime(1_234_500).to_string(), "1234.5 ms");
        assert_eq!(Span::new(7).to_string(), "7 ms");
    }
}
