//! The states that a search has seen: their bytes, where each came from, and a table to find
//! them again. They are kept in the order in which they were found, which is the queue of a
//! breadth-first search as well. A state goes by its place among the bytes.

use super::table::{Mixer, Table};

/// The bytes are in pieces of this size, so that growing never copies them.
const CHUNK: usize = 1 << 20;
/// How many bytes stand before those of a state: the place of the state that it came from.
const PARENT: usize = 4;

/// Stands where a state has no parent.
pub const NO_PARENT: u32 = u32::MAX;

/// All states seen so far.
#[derive(Clone, Debug)]
pub struct States {
    chunks: Vec<Vec<u8>>,
    table: Table,
    /// The most bytes that they may take, growing included.
    pub limit: usize,
}

/// Why a state could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl Default for States {
    fn default() -> Self {
        States { chunks: Vec::new(), table: Table::default(), limit: usize::MAX }
    }
}

impl States {
    /// Keeps a state; false if it was there already.
    ///
    /// # Errors
    /// When it would take more than the limit, or more than four gigabytes of states, which is as
    /// far as a place is counted.
    pub fn add(&mut self, bytes: &[u8], parent: u32) -> Result<bool, Full> {
        let length = PARENT + bytes.len();
        if self.chunks.last().is_none_or(|chunk| CHUNK - chunk.len() < length) {
            self.allow(CHUNK)?;
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        if self.table.is_full() {
            self.allow(self.table.larger())?;
            self.table.grow();
        }
        let last = self.chunks.len() - 1;
        let place = (last << 20 | self.chunks[last].len()) as u32;
        let chunks = &self.chunks;
        let is_it = |place| is_at(chunks, place, bytes);
        if self.table.find_or_add(Mixer::hash_bytes(bytes), place, is_it).is_some() {
            return Ok(false);
        }
        let chunk = &mut self.chunks[last];
        chunk.extend_from_slice(&parent.to_le_bytes());
        chunk.extend_from_slice(bytes);
        Ok(true)
    }

    /// Whether so many more bytes may be taken.
    fn allow(&self, more: usize) -> Result<(), Full> {
        let fits = self.chunks.len() < 1 << 12 && self.bytes().saturating_add(more) <= self.limit;
        if fits { Ok(()) } else { Err(Full) }
    }

    /// A state's bytes, and whatever follows them: an encoding says itself where it ends.
    pub fn get(&self, place: u32) -> &[u8] {
        at(&self.chunks, place)
    }

    /// The place of the state that was kept after the one at `place`, which takes so many bytes.
    pub fn following(&self, place: u32, length: usize) -> u32 {
        let (chunk, end) = (place as usize >> 20, (place as usize & (CHUNK - 1)) + PARENT + length);
        // The next chunk begins where this one has no room for another state.
        if end < self.chunks[chunk].len() {
            place + (PARENT + length) as u32
        } else {
            (chunk as u32 + 1) << 20
        }
    }

    /// From the first state to this one.
    pub fn path_to(&self, place: u32) -> Vec<u32> {
        let parent = |place: &u32| {
            let place = *place as usize;
            let stored = &self.chunks[place >> 20][place & (CHUNK - 1)..][..PARENT];
            let parent = u32::from_le_bytes(stored.try_into().expect("four bytes"));
            (parent != NO_PARENT).then_some(parent)
        };
        let mut path: Vec<u32> = std::iter::successors(Some(place), parent).collect();
        path.reverse();
        path
    }

    /// How many states there are.
    pub fn len(&self) -> u32 {
        self.table.len() as u32
    }

    /// The memory that they take.
    pub fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK + self.table.bytes()
    }
}

fn at(chunks: &[Vec<u8>], place: u32) -> &[u8] {
    let place = place as usize;
    &chunks[place >> 20][(place & (CHUNK - 1)) + PARENT..]
}

/// Whether the state at a place has these bytes. No encoding is the beginning of another one, so
/// what begins with these bytes is them.
fn is_at(chunks: &[Vec<u8>], place: u32, bytes: &[u8]) -> bool {
    let there = at(chunks, place);
    // Word by word: the comparison of slices is a call, and in WebAssembly a slow one.
    let Some(there) = there.get(..bytes.len()) else { return false };
    let (words, rest) = bytes.as_chunks::<8>();
    let (words_there, rest_there) = there.as_chunks::<8>();
    let same =
        |(one, other): (&[u8; 8], &[u8; 8])| u64::from_le_bytes(*one) == u64::from_le_bytes(*other);
    words.iter().zip(words_there).all(same) && rest.iter().zip(rest_there).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_kept_once_and_knows_the_way_to_it() {
        let mut states = States::default();
        let first = 0;
        assert_eq!(states.add(&[2, 7, 7], NO_PARENT), Ok(true));
        assert_eq!(states.add(&[1, 7], first), Ok(true));
        let second = states.following(first, 3);
        assert_eq!(states.add(&[2, 7, 7], second), Ok(false));
        assert_eq!(states.add(&[1, 8], second), Ok(true));
        let third = states.following(second, 2);
        assert_eq!(states.len(), 3);
        assert_eq!(states.path_to(third), [first, second, third]);
        assert!(states.get(first).starts_with(&[2, 7, 7]));
    }

    #[test]
    fn they_never_take_more_than_the_limit() {
        for limit in [3 << 20, 8 << 20, 21 << 20] {
            let mut states = States { limit, ..States::default() };
            let mut number = 0_u32;
            loop {
                let (before, table) = (states.bytes(), states.table.bytes());
                if states.add(&number.to_le_bytes(), NO_PARENT).is_err() {
                    break;
                }
                number += 1;
                // While a table grows, there are two of them.
                let grown = states.table.bytes() > table;
                assert!(before + if grown { states.table.bytes() } else { 0 } <= limit);
                assert!(states.bytes() <= limit);
            }
            assert_eq!(states.len(), number);
            assert!(states.bytes() > limit / 3, "{} of {limit}", states.bytes());
        }
    }

    #[test]
    fn states_of_many_chunks_are_found_again() {
        let mut states = States::default();
        let state = |n: u32| [&[200][..], &n.to_le_bytes(), &[7; 195]].concat();
        for n in 0..20_000 {
            assert_eq!(states.add(&state(n), NO_PARENT), Ok(true));
        }
        assert!(states.bytes() > 4_000_000);
        let mut place = 0;
        for n in 0..20_000 {
            assert_eq!(states.add(&state(n), NO_PARENT), Ok(false));
            assert!(states.get(place).starts_with(&state(n)));
            place = states.following(place, 200);
        }
    }
}
