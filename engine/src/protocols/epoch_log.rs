//! A log as Kafka keeps it: how many entries there are, and where those of each epoch begin.
//!
//! The leader epoch cache of `storage/internals/epoch`, and what `raft/` does with it: an entry
//! is known by its place and by the epoch of the leader that appended it. Two logs that have an
//! entry of the same epoch at the same place are the same up to there.

use crate::ids::LogEnd;

/// An epoch that has entries, and how many entries come before its first.
pub type Start = (u32, u32);

/// Where the first `len` entries of a log end whose epochs begin there.
pub(super) fn end_at(starts: &[Start], len: u32) -> LogEnd {
    let of = starts.iter().rev().find(|(_, start)| *start < len);
    LogEnd { term: of.map_or(0, |(epoch, _)| *epoch), index: len }
}

/// The epoch of each of the first `len` entries, the oldest first.
pub(super) fn epochs(starts: &[Start], len: u32) -> Vec<u32> {
    (1..=len).map(|len| end_at(starts, len).term).collect()
}

/// A log, counted from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EpochLog {
    starts: Vec<Start>,
    len: u32,
}

impl EpochLog {
    /// A log with one entry of each of these epochs, in this order.
    pub fn of(epochs: &[u32]) -> EpochLog {
        let mut log = EpochLog::default();
        for epoch in epochs {
            log.push(*epoch, 1);
        }
        log
    }

    /// How many entries it has.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where it ends.
    pub fn end(&self) -> LogEnd {
        self.end_at(self.len)
    }

    /// Where its first `len` entries end.
    pub fn end_at(&self, len: u32) -> LogEnd {
        end_at(&self.starts, len)
    }

    /// The highest epoch that it has up to this one, and where its entries end.
    pub fn end_of(&self, epoch: u32) -> LogEnd {
        let after = self.starts.iter().find(|(of, _)| *of > epoch);
        self.end_at(after.map_or(self.len, |(_, start)| *start))
    }

    /// Appends so many entries of an epoch, which is not lower than that of the last one.
    pub fn push(&mut self, epoch: u32, count: u32) {
        if count > 0 && self.end().term != epoch {
            self.starts.push((epoch, self.len));
        }
        self.len += count;
    }

    /// For a log that ends there: nothing if it is the beginning of this one, otherwise where
    /// this one's entries of that epoch, or of the one before, end.
    pub fn diverges(&self, end: LogEnd) -> Option<LogEnd> {
        let own = self.end_of(end.term);
        (own.term != end.term || own.index < end.index).then_some(own)
    }

    /// Drops what cannot be in a log whose entries of an epoch end there.
    pub fn truncate_to(&mut self, theirs: LogEnd) {
        let own = self.end_of(theirs.term);
        self.truncate(match own.term == theirs.term {
            true => own.index.min(theirs.index),
            false => own.index,
        });
    }

    fn truncate(&mut self, len: u32) {
        self.len = self.len.min(len);
        self.starts.retain(|(_, start)| *start < len);
    }

    /// The entries of one epoch that come after the first `len`: of which, and how many.
    pub fn batch_after(&self, len: u32) -> (u32, u32) {
        let next = self.end_at(len + 1).term;
        let end = self.end_of(next).index.min(self.len);
        (next, end.saturating_sub(len))
    }

    /// The epoch of each entry, the oldest first.
    pub fn epochs(&self) -> Vec<u32> {
        epochs(&self.starts, self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(term: u32, index: u32) -> LogEnd {
        LogEnd { term, index }
    }

    #[test]
    fn it_knows_where_each_epoch_ends() {
        let log = EpochLog::of(&[1, 1, 4, 4, 4, 6]);
        assert_eq!((log.end(), log.end_at(2), log.end_at(0)), (end(6, 6), end(1, 2), end(0, 0)));
        let ends = [0, 1, 3, 4, 5, 6, 9].map(|epoch| log.end_of(epoch));
        let expected = [(0, 0), (1, 2), (1, 2), (4, 5), (4, 5), (6, 6), (6, 6)];
        assert_eq!(ends, expected.map(|(term, index)| end(term, index)));
        assert_eq!(log.epochs(), [1, 1, 4, 4, 4, 6]);
    }

    #[test]
    fn it_is_handed_on_epoch_by_epoch() {
        let log = EpochLog::of(&[1, 1, 4, 4, 6]);
        let batches = [0, 1, 2, 4, 5].map(|len| log.batch_after(len));
        assert_eq!(batches, [(1, 2), (1, 1), (4, 2), (6, 1), (6, 0)]);
    }

    /// Asks and truncates until the follower's log is the beginning of the leader's.
    fn follow(mut follower: EpochLog, leader: &EpochLog) -> Vec<u32> {
        while let Some(at) = leader.diverges(follower.end()) {
            let before = follower.len();
            follower.truncate_to(at);
            assert!(follower.len() < before);
        }
        follower.epochs()
    }

    #[test]
    fn a_follower_drops_what_its_leader_has_not_and_nothing_else() {
        let leader = EpochLog::of(&[1, 1, 3, 3, 3]);
        assert_eq!(follow(EpochLog::of(&[1, 1, 3]), &leader), [1, 1, 3]);
        assert_eq!(follow(EpochLog::of(&[1, 1, 1, 1]), &leader), [1, 1]);
        assert_eq!(follow(EpochLog::of(&[1, 1, 2, 2]), &leader), [1, 1]);
        assert_eq!(follow(EpochLog::of(&[1, 2, 2, 4]), &leader), [1]);
        assert_eq!(follow(EpochLog::of(&[2, 2]), &leader), [0_u32; 0]);
        assert_eq!(follow(EpochLog::default(), &leader), [0_u32; 0]);
        assert_eq!(follow(EpochLog::of(&[1]), &EpochLog::default()), [0_u32; 0]);
    }
}
