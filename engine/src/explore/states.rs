//! The states that a search has seen: their bytes, where each came from, and a table to find
//! them again. They are kept in the order in which they were found, which is the queue of a
//! breadth-first search as well.

use super::table::{Mixer, Table};

/// The bytes are in pieces of this size, so that growing never copies them.
const CHUNK: usize = 1 << 20;

/// Stands where a state has no parent.
pub const NO_PARENT: u32 = u32::MAX;

/// All states seen so far.
#[derive(Clone, Debug, Default)]
pub struct States {
    chunks: Vec<Vec<u8>>,
    entries: Vec<Entry>,
    table: Table,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The chunk in the upper bits, the place in it in the lower.
    start: u32,
    parent: u32,
}

/// Why a state could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl States {
    /// Keeps a state; false if it was there already.
    ///
    /// # Errors
    /// When four gigabytes of states are kept, which is as far as a place is counted.
    pub fn add(&mut self, bytes: &[u8], parent: u32) -> Result<bool, Full> {
        if self.chunks.len() >= 1 << 12 || self.entries.len() >= NO_PARENT as usize - 1 {
            return Err(Full);
        }
        let new = self.entries.len() as u32;
        let (chunks, entries) = (&self.chunks, &self.entries);
        let hash = Mixer::hash_bytes(bytes);
        let known = self
            .table
            .find_or_add(hash, new, |index| starts_with(chunks, entries[index as usize], bytes));
        if known.is_some() {
            return Ok(false);
        }
        let room = self.chunks.last().map_or(0, |chunk| CHUNK - chunk.len());
        if room < bytes.len() {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let chunk = self.chunks.len() - 1;
        let start = (chunk << 20 | self.chunks[chunk].len()) as u32;
        self.chunks[chunk].extend_from_slice(bytes);
        self.entries.push(Entry { start, parent });
        Ok(true)
    }

    /// A state's bytes, and whatever follows them: an encoding says itself where it ends.
    pub fn get(&self, index: u32) -> &[u8] {
        let start = self.entries[index as usize].start as usize;
        &self.chunks[start >> 20][start & (CHUNK - 1)..]
    }

    /// From the first state to this one.
    pub fn path_to(&self, index: u32) -> Vec<u32> {
        let parent = |index: &u32| {
            let parent = self.entries[*index as usize].parent;
            (parent != NO_PARENT).then_some(parent)
        };
        let mut path: Vec<u32> = std::iter::successors(Some(index), parent).collect();
        path.reverse();
        path
    }

    /// How many states there are.
    pub fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// The memory that they take.
    pub fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK
            + self.entries.capacity() * size_of::<Entry>()
            + self.table.bytes()
    }
}

/// No encoding is the beginning of another one, so what begins with these bytes is them.
fn starts_with(chunks: &[Vec<u8>], entry: Entry, bytes: &[u8]) -> bool {
    let start = entry.start as usize;
    chunks[start >> 20][start & (CHUNK - 1)..].starts_with(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_kept_once_and_knows_the_way_to_it() {
        let mut states = States::default();
        assert_eq!(states.add(&[2, 7, 7], NO_PARENT), Ok(true));
        assert_eq!(states.add(&[1, 7], 0), Ok(true));
        assert_eq!(states.add(&[2, 7, 7], 1), Ok(false));
        assert_eq!(states.add(&[1, 8], 1), Ok(true));
        assert_eq!(states.len(), 3);
        assert_eq!(states.path_to(2), [0, 1, 2]);
        assert!(states.get(0).starts_with(&[2, 7, 7]));
    }

    #[test]
    fn states_of_many_chunks_are_found_again() {
        let mut states = States::default();
        let state = |n: u32| [&[200][..], &n.to_le_bytes(), &[7; 195]].concat();
        for n in 0..20_000 {
            assert_eq!(states.add(&state(n), NO_PARENT), Ok(true));
        }
        assert!(states.bytes() > 4_000_000);
        for n in 0..20_000 {
            assert_eq!(states.add(&state(n), NO_PARENT), Ok(false));
            assert!(states.get(n).starts_with(&state(n)));
        }
    }
}
