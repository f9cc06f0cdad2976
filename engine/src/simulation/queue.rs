//! What happens next, timers apart: a heap ordered by time, then by the order in which things
//! were asked for.

use super::timers::Key;
use crate::time::SimTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The order in which two things at the same instant happen. Also names a queue entry: a
/// thing that was moved or cancelled has another sequence, and its old entry is ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sequence(pub u64);

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The message in this slot of the mail.
    Message(u32),
    /// The script's entry with this index.
    Script(u32),
    /// The start of this node's process.
    Boot(u32),
}

/// One entry, packed so that comparing two is comparing two numbers: time, then sequence,
/// then what it is about (which never decides, because sequences are unique).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u128);

const SLOT_BITS: u32 = 22;
const KIND_BITS: u32 = 2;

impl Entry {
    fn new(time: SimTime, sequence: Sequence, due: Due) -> Entry {
        let (kind, slot) = match due {
            Due::Message(slot) => (0, slot),
            Due::Script(slot) => (1, slot),
            Due::Boot(slot) => (2, slot),
        };
        debug_assert!(slot < 1 << SLOT_BITS);
        let low = sequence.0 << (SLOT_BITS + KIND_BITS) | u64::from(slot) << KIND_BITS | kind;
        Entry(u128::from(time.0) << 64 | u128::from(low))
    }

    fn time(self) -> SimTime {
        SimTime((self.0 >> 64) as u64)
    }

    fn sequence(self) -> Sequence {
        Sequence(self.0 as u64 >> (SLOT_BITS + KIND_BITS))
    }

    fn unpack(self) -> (SimTime, Sequence, Due) {
        let low = self.0 as u64;
        let slot = (low >> KIND_BITS) as u32 & ((1 << SLOT_BITS) - 1);
        let due = match low & 3 {
            0 => Due::Message(slot),
            1 => Due::Script(slot),
            _ => Due::Boot(slot),
        };
        (self.time(), self.sequence(), due)
    }
}

/// The queue of a simulation.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    taken: u64,
}

impl Sequence {
    /// At one instant, first boots ...
    pub fn of_boot(node: u32) -> Sequence {
        Sequence(u64::from(node))
    }

    /// ... then the script, in its own order, so that an entry that is added while a run goes
    /// on happens exactly when it would have happened had it been there from the start ...
    pub fn of_script(index: u32) -> Sequence {
        Sequence(256 + u64::from(index))
    }

    /// After everything else at its instant.
    pub const LAST: Sequence = Sequence(u64::MAX);

    /// ... then everything else.
    const FIRST_OF_THE_REST: u64 = 1 << 20;
}

impl Queue {
    /// Forgets everything, the sequences that were taken included.
    pub fn clear(&mut self) {
        self.heap.clear();
        self.taken = 0;
    }

    /// How many slots of the mail entries can tell apart.
    pub const SLOTS: usize = 1 << SLOT_BITS;

    /// A sequence that nothing else has.
    pub fn sequence(&mut self) -> Sequence {
        self.taken += 1;
        Sequence(Sequence::FIRST_OF_THE_REST + self.taken)
    }

    /// Puts an entry under a sequence that was taken before.
    pub fn push(&mut self, time: SimTime, sequence: Sequence, due: Due) {
        self.heap.push(Reverse(Entry::new(time, sequence, due)));
    }

    /// Takes the first entry, if it comes before `limit`.
    pub fn pop_before(&mut self, limit: Key) -> Option<(SimTime, Sequence, Due)> {
        let Reverse(first) = self.heap.peek()?;
        if Key::new(first.time(), first.sequence()) >= limit {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| entry.unpack())
    }

    /// How many entries it holds, those that are out of date included.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Forgets the script's entries from this index on.
    pub fn forget_script_from(&mut self, first: u32) {
        self.heap.retain(|Reverse(entry)| match entry.unpack().2 {
            Due::Script(index) => index < first,
            _ => true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_first_then_first_asked() {
        let mut queue = Queue::default();
        let (a, b, c) = (queue.sequence(), queue.sequence(), queue.sequence());
        queue.push(SimTime(5), b, Due::Boot(7));
        queue.push(SimTime(5), a, Due::Message(9));
        queue.push(SimTime(4), c, Due::Script(1));
        assert_eq!(queue.pop_before(Key::new(SimTime(4), c)), None);
        let order: Vec<_> =
            std::iter::from_fn(|| queue.pop_before(Key::new(SimTime(9), a))).collect();
        assert_eq!(
            order,
            [
                (SimTime(4), c, Due::Script(1)),
                (SimTime(5), a, Due::Message(9)),
                (SimTime(5), b, Due::Boot(7)),
            ]
        );
    }
}
