//! What every row over ZooKeeper shares: how long a session lives, and when the ensemble looks.
//!
//! The ensemble grants what was asked for within 2 to 20 of its ticks, and counts sessions over
//! only at a tick (*zookeeper-recipes*). A client pings after a third of the timeout, and takes
//! itself for disconnected after two thirds without a word.

use crate::time::{SimTime, Span};

/// The times of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionTimes {
    /// What the clients ask for.
    pub asked: Span,
    /// The ensemble's tick.
    pub tick: Span,
}

impl SessionTimes {
    /// The session timeout that the ensemble grants.
    pub fn timeout(self) -> Span {
        self.asked.clamp(self.tick.times(2), self.tick.times(20))
    }

    /// How long a client hears nothing before it takes itself for disconnected.
    pub fn silence(self) -> Span {
        Span::from_micros(self.timeout().as_micros() * 2 / 3)
    }

    /// How often a client says that it is there.
    pub fn ping_after(self) -> Span {
        Span::from_micros(self.timeout().as_micros() / 3)
    }

    /// How long it is from `now` to the first tick after the earliest timeout, if sessions were
    /// heard at these instants. Ticks are the multiples of the tick on the ensemble's clock.
    pub fn until_tick(self, now: SimTime, heard: impl Iterator<Item = SimTime>) -> Span {
        let due = (heard.min().unwrap_or(now) + self.timeout()).max(now);
        let tick = self.tick.as_micros();
        SimTime((due.0 / tick + 1) * tick).since(now)
    }
}
