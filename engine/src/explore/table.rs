//! Finding again what was seen before: open addressing from a hash to an index.
//!
//! A slot holds 32 bits of the hash and the index, so that most misses are told without looking
//! at what is stored and a table grows without hashing anything again. Whatever has the same 32
//! bits is compared in full: two things that differ are never taken for one.

use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

/// Indices by hash.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The upper half of the hash above the index plus one; 0 if free.
    slots: Vec<u64>,
    len: usize,
}

impl Table {
    /// The index under this hash of which `is_it` says that it is meant; otherwise `new` is
    /// entered, and nothing is returned.
    pub fn find_or_add(
        &mut self,
        hash: u64,
        new: u32,
        mut is_it: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        if self.is_full() {
            self.grow();
        }
        let tag = hash >> 32;
        let mut place = self.place(tag);
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                self.slots[place] = tag << 32 | u64::from(new + 1);
                self.len += 1;
                return None;
            }
            if slot >> 32 == tag && is_it(slot as u32 - 1) {
                return Some(slot as u32 - 1);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// Where a tag belongs, if nothing else is there.
    fn place(&self, tag: u64) -> usize {
        // The tag has 32 bits; the multiplication spreads them over the upper half.
        (tag.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24) as usize & (self.slots.len() - 1)
    }

    /// Whether it grows before it takes another index.
    pub fn is_full(&self) -> bool {
        (self.len + 1) * 5 > self.slots.len() * 4
    }

    /// How many bytes it takes besides its own while it grows.
    pub fn larger(&self) -> usize {
        (self.slots.len() * 2).max(64) * size_of::<u64>()
    }

    /// Takes twice the room.
    pub fn grow(&mut self) {
        let larger = vec![0; (self.slots.len() * 2).max(64)];
        for slot in std::mem::replace(&mut self.slots, larger) {
            if slot == 0 {
                continue;
            }
            let mut place = self.place(slot >> 32);
            while self.slots[place] != 0 {
                place = (place + 1) & (self.slots.len() - 1);
            }
            self.slots[place] = slot;
        }
    }

    /// How many indices there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The memory that it takes.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }
}

/// Values by number: each distinct one is kept once, numbered in the order of appearance.
#[derive(Clone, Debug)]
pub struct Numbered<T> {
    values: Vec<T>,
    table: Table,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { values: Vec::new(), table: Table::default() }
    }
}

impl<T: Hash + Eq> Numbered<T> {
    /// The number of a value.
    pub fn number(&mut self, value: T) -> u32 {
        let new = u32::try_from(self.values.len()).expect("fewer than 2^32 values");
        let hash = BuildHasherDefault::<Mixer>::default().hash_one(&value);
        let values = &self.values;
        let known = self.table.find_or_add(hash, new, |index| values[index as usize] == value);
        known.unwrap_or_else(|| {
            self.values.push(value);
            new
        })
    }

    /// The value of a number.
    pub fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// The memory that it takes, except what the values point to.
    pub fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<T>() + self.table.bytes()
    }
}

/// A quick hash of words, for tables only: nothing that is found depends on it, except how long
/// it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixer(u64);

impl Mixer {
    /// The hash of some bytes.
    pub fn hash_bytes(bytes: &[u8]) -> u64 {
        let mut mixer = Mixer::default();
        mixer.write(bytes);
        mixer.finish()
    }

    // One multiplication of 64 bits: one of 128, which WebAssembly lacks, would be many.
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(29) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let last = rest.iter().fold(bytes.len() as u64, |last, byte| last << 8 | u64::from(*byte));
        self.mix(last);
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn finish(&self) -> u64 {
        // Products are good in their upper bits, and tables look at the lower ones as well.
        (self.0 ^ self.0 >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_number_and_others_do_not() {
        let mut numbered = Numbered::default();
        let first: Vec<u32> = (0..1000u32).map(|value| numbered.number(value * 7)).collect();
        let again: Vec<u32> = (0..1000u32).map(|value| numbered.number(value * 7)).collect();
        assert_eq!(first, (0..1000).collect::<Vec<_>>());
        assert_eq!(first, again);
        assert_eq!(*numbered.get(999), 999 * 7);
    }

    #[test]
    fn equal_hashes_do_not_make_things_equal() {
        let mut table = Table::default();
        let stored = ["a", "b", "c"];
        for (index, text) in stored.iter().enumerate() {
            assert_eq!(
                table.find_or_add(7 << 32, index as u32, |i| stored[i as usize] == *text),
                None
            );
        }
        assert_eq!(table.find_or_add(7 << 32, 9, |index| stored[index as usize] == "b"), Some(1));
    }
}
