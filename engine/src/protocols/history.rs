//! What a server of Redis or MongoDB holds: which master took which of its writes.
//!
//! It is handed on whole, in a message, so it has a fixed size. What Kafka's logs need more, that
//! no beginning is forgotten and that they are handed on epoch by epoch, is in
//! [`epoch_log`](super::epoch_log).

use super::epoch_log::{self, Start};
use crate::ids::LogEnd;

/// How many masters a history tells apart. The writes of earlier ones count as one's.
const REIGNS: usize = 8;

/// The writes that a server holds, in order, and at which of them each epoch began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// The epoch of a master and how many writes there were before it; the earliest first.
    starts: [Start; REIGNS],
    reigns: usize,
    /// How many writes there are.
    pub len: u32,
}

impl History {
    /// A master of this epoch goes on from here.
    pub fn begin(&mut self, epoch: u32) {
        if self.reigns == REIGNS {
            self.starts.copy_within(1.., 0);
            self.starts[0].1 = 0;
            self.reigns -= 1;
        }
        self.starts[self.reigns] = (epoch, self.len);
        self.reigns += 1;
    }

    /// Where the writes of a reign end.
    fn end_of(&self, reign: usize) -> u32 {
        match reign + 1 < self.reigns {
            true => self.starts[reign + 1].1,
            false => self.len,
        }
    }

    /// Whether the other is this one and some more writes of the same master.
    pub fn is_older_than(&self, other: &History) -> bool {
        (self.starts, self.reigns) == (other.starts, other.reigns) && self.len < other.len
    }

    /// How many writes both have in common: up to the last one that the same master took in the
    /// same place.
    pub fn common(&self, other: &History) -> u32 {
        for mine in (0..self.reigns).rev() {
            let (epoch, begin) = self.starts[mine];
            let theirs = other.starts[..other.reigns].iter().position(|start| start.0 == epoch);
            let Some(theirs) = theirs else { continue };
            let end = self.end_of(mine).min(other.end_of(theirs));
            if end > begin.max(other.starts[theirs].1) {
                return end;
            }
        }
        0
    }

    /// The end of the first `len` writes.
    pub fn end_at(&self, len: u32) -> LogEnd {
        epoch_log::end_at(&self.starts[..self.reigns], len)
    }

    /// The epoch of each write, the oldest first.
    pub fn epochs(&self) -> Vec<u32> {
        epoch_log::epochs(&self.starts[..self.reigns], self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of each epoch so many writes.
    fn history(reigns: &[(u32, u32)]) -> History {
        let mut history = History::default();
        for (epoch, writes) in reigns {
            history.begin(*epoch);
            history.len += writes;
        }
        history
    }

    #[test]
    fn what_two_servers_have_in_common_ends_where_the_masters_part() {
        let old = history(&[(0, 50)]);
        let new = history(&[(0, 30), (1, 40)]);
        assert_eq!((old.common(&new), new.common(&old)), (30, 30));
        assert_eq!(new.common(&history(&[(0, 30), (1, 10), (2, 90)])), 40);
        assert_eq!(old.common(&history(&[(0, 20), (1, 20), (2, 20)])), 20);
        assert_eq!(new.common(&new), 70);
    }

    #[test]
    fn histories_whose_beginnings_are_forgotten_still_have_them_in_common() {
        let reigns: Vec<_> = (0..12).map(|epoch| (epoch, 10)).collect();
        let (short, long) = (history(&reigns[..9]), history(&reigns));
        assert_eq!((short.common(&long), long.common(&short)), (90, 90));
    }

    #[test]
    fn its_end_has_the_epoch_of_its_last_write() {
        let history = history(&[(0, 2), (3, 0), (4, 1)]);
        assert_eq!(history.end_at(2), LogEnd { term: 0, index: 2 });
        assert_eq!(history.end_at(3), LogEnd { term: 4, index: 3 });
        assert_eq!(history.epochs(), [0, 0, 4]);
    }
}
