//! The timers of all nodes.
//!
//! A heartbeat sets a timer anew far more often than any timer fires. So a timer that is moved
//! later keeps its old entry in the queue; when that comes up, the entry is put back at the
//! right time. The order of events is the same as if every change had gone through the queue.

use super::queue::{Due, Queue, Sequence};
use crate::time::SimTime;
use crate::trace::RecordId;

/// One timer of one node.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timer {
    /// When it fires, and in which order; nothing while it is not running.
    pub armed: Option<(SimTime, Sequence)>,
    /// When it was set.
    pub set_at: SimTime,
    /// What it was set because of.
    pub cause: Option<RecordId>,
    /// Its entry in the queue, if that is still to be heeded.
    queued: Option<(SimTime, Sequence)>,
}

impl Timer {
    /// Lets it fire at `at`.
    pub fn arm(&mut self, at: SimTime, slot: u32, queue: &mut Queue) {
        let key = (at, queue.sequence());
        self.armed = Some(key);
        if self.queued.is_none_or(|queued| key < queued) {
            self.enqueue(key, slot, queue);
        }
    }

    /// Stops it.
    pub fn cancel(&mut self) {
        self.armed = None;
    }

    /// Its entry comes up in the queue. True if it fires now.
    pub fn comes_up(&mut self, entry: (SimTime, Sequence), slot: u32, queue: &mut Queue) -> bool {
        if self.queued != Some(entry) {
            return false;
        }
        self.queued = None;
        match self.armed {
            Some(key) if key == entry => {
                self.armed = None;
                true
            }
            Some(key) => {
                self.enqueue(key, slot, queue);
                false
            }
            None => false,
        }
    }

    fn enqueue(&mut self, key: (SimTime, Sequence), slot: u32, queue: &mut Queue) {
        self.queued = Some(key);
        queue.push(key.0, key.1, Due::Timer(slot));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(timer: &mut Timer, queue: &mut Queue) -> Vec<u64> {
        let mut fired = Vec::new();
        while let Some((time, sequence, _)) = queue.pop_until(SimTime(100)) {
            if timer.comes_up((time, sequence), 0, queue) {
                fired.push(time.0);
            }
        }
        fired
    }

    #[test]
    fn a_timer_set_later_fires_once_at_its_last_time() {
        let (mut timer, mut queue) = (Timer::default(), Queue::default());
        for at in [10, 20, 30] {
            timer.arm(SimTime(at), 0, &mut queue);
        }
        assert_eq!(run(&mut timer, &mut queue), [30]);
    }

    #[test]
    fn a_timer_set_earlier_fires_once_at_the_earlier_time() {
        let (mut timer, mut queue) = (Timer::default(), Queue::default());
        timer.arm(SimTime(30), 0, &mut queue);
        timer.arm(SimTime(10), 0, &mut queue);
        assert_eq!(run(&mut timer, &mut queue), [10]);
    }

    #[test]
    fn a_cancelled_timer_never_fires_even_if_set_again() {
        let (mut timer, mut queue) = (Timer::default(), Queue::default());
        timer.arm(SimTime(10), 0, &mut queue);
        timer.cancel();
        timer.arm(SimTime(15), 0, &mut queue);
        timer.cancel();
        assert_eq!(run(&mut timer, &mut queue), [0_u64; 0]);
    }
}
