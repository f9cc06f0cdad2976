//! The replicated log, as small as elections need it: an entry is the term that made it.

use crate::ids::LogEnd;

/// A log of a few entries, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Log {
    terms: [u32; Log::ROOM],
    len: u8,
}

impl Default for Log {
    fn default() -> Log {
        Log { terms: [0; Log::ROOM], len: 0 }
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.terms().fmt(f)
    }
}

impl Log {
    /// The most entries that it holds.
    pub const ROOM: usize = 32;

    /// A log with an entry of each of these terms; those for which there is no room are left out.
    pub fn of(terms: &[u32]) -> Log {
        let mut log = Log::default();
        for term in terms.iter().take(Log::ROOM) {
            log.push(*term);
        }
        log
    }

    /// The term of each entry, the oldest first.
    pub fn terms(&self) -> &[u32] {
        &self.terms[..usize::from(self.len)]
    }

    /// The index of the last entry, which is how many it has.
    pub fn last(&self) -> u8 {
        self.len
    }

    /// Whether one more entry fits.
    pub fn has_room(&self) -> bool {
        usize::from(self.len) < Log::ROOM
    }

    /// Where it ends.
    pub fn end(&self) -> LogEnd {
        self.end_at(self.len)
    }

    /// Where it would end if it had only `index` entries, of those that it has.
    pub fn end_at(&self, index: u8) -> LogEnd {
        let term = self.term(index).unwrap_or(0);
        LogEnd { term, index: u32::from(index) }
    }

    /// The term of the entry at an index; nothing if there is none, as for index 0.
    pub fn term(&self, index: u8) -> Option<u32> {
        self.terms().get(usize::from(index).checked_sub(1)?).copied()
    }

    /// Whether it has everything up to there: an entry of that term at that index.
    pub fn reaches(&self, end: LogEnd) -> bool {
        u32::from(self.len) >= end.index && self.end_at(end.index as u8) == end
    }

    /// Adds an entry, for which there must be room.
    pub fn push(&mut self, term: u32) {
        self.terms[usize::from(self.len)] = term;
        self.len += 1;
    }

    /// Forgets what comes after an index.
    pub fn truncate(&mut self, index: u8) {
        // What lies behind the end stays zero, so that equal logs are equal in memory.
        self.terms[usize::from(index)..].fill(0);
        self.len = self.len.min(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_count_from_one_and_an_empty_log_reaches_its_beginning() {
        let log = Log::of(&[1, 1, 4]);
        assert_eq!(
            (log.term(0), log.term(1), log.term(3), log.term(4)),
            (None, Some(1), Some(4), None)
        );
        assert_eq!(log.end(), LogEnd { term: 4, index: 3 });
        assert!(log.reaches(LogEnd { term: 1, index: 2 }));
        assert!(!log.reaches(LogEnd { term: 2, index: 2 }));
        assert!(!log.reaches(LogEnd { term: 4, index: 4 }));
        assert!(Log::default().reaches(LogEnd::default()));
    }

    #[test]
    fn what_was_cut_off_leaves_no_trace() {
        let mut log = Log::of(&[1, 2, 3]);
        log.truncate(1);
        assert_eq!(log, Log::of(&[1]));
        assert_eq!(Log::of(&[7; 40]).last(), 32);
        assert!(!Log::of(&[7; 40]).has_room());
    }
}
