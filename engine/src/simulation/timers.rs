//! The timers of all nodes.
//!
//! A heartbeat sets a timer anew far more often than any timer fires, and there are few of
//! them. So they are not in the queue but in a flat list. Setting and stopping one costs next to
//! nothing; only when nothing else happens before the earliest time that any of them had is the
//! list searched for the first.

use super::queue::Sequence;
use crate::time::SimTime;
use crate::trace::RecordId;

/// When a timer fires, and in which order among all that happens at that instant: in one
/// number, so that to compare two is quick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u128);

impl Key {
    /// Later than anything that happens.
    pub const NEVER: Key = Key(u128::MAX);

    /// The place of a sequence at an instant.
    pub fn new(time: SimTime, sequence: Sequence) -> Key {
        Key(u128::from(time.0) << 64 | u128::from(sequence.0))
    }

    /// The instant.
    pub fn time(self) -> SimTime {
        SimTime((self.0 >> 64) as u64)
    }

    /// The place among all that happens at that instant.
    fn sequence(self) -> Sequence {
        Sequence(self.0 as u64)
    }
}

/// What is known about a timer besides when it fires.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// When it was set.
    pub at: SimTime,
    /// What it was set because of.
    pub cause: Option<RecordId>,
}

/// Stands for a timer that does not run.
const STOPPED: SimTime = SimTime(u64::MAX);

/// All timers, by number.
#[derive(Clone, Debug)]
pub struct Timers {
    /// When each fires, apart from the order among those that fire at one instant: the list is
    /// searched for its first all the time, and times alone are half as long.
    times: Vec<SimTime>,
    sequences: Vec<Sequence>,
    settings: Vec<Setting>,
    /// No timer fires before this.
    bound: Key,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers { times: Vec::new(), sequences: Vec::new(), settings: Vec::new(), bound: Key::NEVER }
    }
}

impl Timers {
    /// So many timers from now on, none of them running.
    pub fn restart(&mut self, count: usize) {
        self.times.clear();
        self.times.resize(count, STOPPED);
        self.sequences.resize(count, Sequence::LAST);
        self.settings.clear();
        self.settings.resize(count, Setting::default());
        self.bound = Key::NEVER;
    }

    /// Lets a timer fire at `key`.
    pub fn arm(&mut self, timer: usize, key: Key) {
        self.times[timer] = key.time();
        self.sequences[timer] = key.sequence();
        self.bound = self.bound.min(key);
    }

    /// Remembers when and because of what a timer is set.
    pub fn describe(&mut self, timer: usize, setting: Setting) {
        self.settings[timer] = setting;
    }

    /// Stops a timer.
    pub fn cancel(&mut self, timer: usize) {
        self.times[timer] = STOPPED;
    }

    /// No timer fires before this.
    pub fn bound(&self) -> Key {
        self.bound
    }

    /// The timer that fires at the bound. If none does, because it was stopped or moved, the
    /// bound goes to the timer that fires first.
    pub fn at_bound(&mut self) -> Option<usize> {
        let time = self.times.iter().copied().min().filter(|time| *time != STOPPED);
        let Some(time) = time else {
            self.bound = Key::NEVER;
            return None;
        };
        let at_once = (0..self.times.len()).filter(|timer| self.times[*timer] == time);
        let timer = at_once.min_by_key(|timer| self.sequences[*timer])?;
        let key = Key::new(time, self.sequences[timer]);
        let before = std::mem::replace(&mut self.bound, key);
        (before == key).then_some(timer)
    }

    /// When a timer fires; nothing if it is not running.
    pub fn fires_at(&self, timer: usize) -> Option<SimTime> {
        Some(self.times[timer]).filter(|time| *time != STOPPED)
    }

    /// How a timer was set.
    pub fn setting(&self, timer: usize) -> Setting {
        self.settings[timer]
    }

    /// How many timers there are, running or not.
    pub fn len(&self) -> usize {
        self.times.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order in which timers fire that are set one after another; times of 0 cancel.
    fn order(settings: &[(usize, u64)]) -> Vec<(usize, u64)> {
        let mut timers = Timers::default();
        timers.restart(4);
        for (sequence, (timer, at)) in settings.iter().enumerate() {
            match at {
                0 => timers.cancel(*timer),
                at => timers.arm(*timer, Key::new(SimTime(*at), Sequence(sequence as u64))),
            }
            // Whether or not somebody has looked must make no difference.
            if sequence % 2 == 0 {
                timers.at_bound();
            }
        }
        let mut fired = Vec::new();
        while timers.bound() != Key::NEVER {
            if let Some(timer) = timers.at_bound() {
                fired.push((timer, timers.bound().time().0));
                timers.cancel(timer);
            }
        }
        fired
    }

    #[test]
    fn earlier_first_then_first_set() {
        assert_eq!(
            order(&[(2, 30), (0, 10), (3, 10), (1, 20)]),
            [(0, 10), (3, 10), (1, 20), (2, 30)]
        );
    }

    #[test]
    fn a_timer_that_is_set_again_fires_once_at_its_last_time() {
        assert_eq!(order(&[(0, 10), (1, 15), (0, 20)]), [(1, 15), (0, 20)]);
        assert_eq!(order(&[(0, 20), (1, 15), (0, 10)]), [(0, 10), (1, 15)]);
    }

    #[test]
    fn a_cancelled_timer_does_not_fire() {
        assert_eq!(order(&[(0, 10), (1, 15), (0, 0)]), [(1, 15)]);
        assert_eq!(order(&[(0, 10), (0, 0)]), []);
    }
}
