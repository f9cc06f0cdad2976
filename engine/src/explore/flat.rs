//! A state as a few numbers, and as bytes.

/// A state of the whole cluster. Everything in it is the number of something that is kept once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flat {
    /// The state of each node.
    pub locals: Vec<u32>,
    /// What the claim remembers of the history.
    pub monitor: u32,
    /// The store, the network's cut and what may still go wrong.
    pub world: u32,
    /// The messages in flight, in ascending order; as often as there are copies.
    pub letters: Vec<u32>,
}

impl Flat {
    /// Becomes a copy of another state, in the memory that it has.
    pub fn copy(&mut self, other: &Flat) {
        refill(&mut self.locals, &other.locals);
        refill(&mut self.letters, &other.letters);
        (self.monitor, self.world) = (other.monitor, other.world);
    }

    /// Puts a message under way.
    pub fn post(&mut self, letter: u32) {
        self.letters.push(letter);
        let mut place = self.letters.len() - 1;
        while place > 0 && self.letters[place - 1] > letter {
            self.letters[place] = self.letters[place - 1];
            place -= 1;
        }
        self.letters[place] = letter;
    }

    /// Takes one copy of a message off the network.
    pub fn take(&mut self, letter: u32) {
        if let Ok(place) = self.letters.binary_search(&letter) {
            self.letters.remove(place);
        }
    }

    /// Writes the state: how many messages, then each number in as few bytes as it needs, the
    /// messages by how far apart they are. The number of nodes is the same for all states.
    pub fn encode(&self, into: &mut Vec<u8>) {
        into.clear();
        write(self.letters.len() as u32, into);
        for local in &self.locals {
            write(*local, into);
        }
        write(self.monitor, into);
        write(self.world, into);
        let mut before = 0;
        for letter in &self.letters {
            write(letter - before, into);
            before = *letter;
        }
    }

    /// Reads the state of so many nodes from the beginning of `bytes`, and says how many it takes.
    pub fn decode(&mut self, nodes: u8, mut bytes: &[u8]) -> usize {
        let all = bytes.len();
        let letters = read(&mut bytes);
        self.locals.clear();
        self.locals.extend((0..nodes).map(|_| read(&mut bytes)));
        self.monitor = read(&mut bytes);
        self.world = read(&mut bytes);
        self.letters.clear();
        let mut letter = 0;
        for _ in 0..letters {
            letter += read(&mut bytes);
            self.letters.push(letter);
        }
        all - bytes.len()
    }
}

/// Copies a few numbers, one by one: there are too few of them for what copies many at once.
fn refill(into: &mut Vec<u32>, from: &[u32]) {
    into.clear();
    for number in from {
        into.push(*number);
    }
}

/// Seven bits a byte; the eighth says that more follow.
fn write(mut number: u32, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

fn read(from: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = from[0];
        *from = &from[1..];
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut flat =
            Flat { locals: vec![0, 127, 128], monitor: 3, world: 70_000, letters: vec![] };
        for letter in [900, 5, 5, u32::MAX - 1] {
            flat.post(letter);
        }
        assert_eq!(flat.letters, [5, 5, 900, u32::MAX - 1]);
        let (mut bytes, mut again) = (Vec::new(), Flat::default());
        flat.encode(&mut bytes);
        bytes.extend([1, 2, 3]);
        assert_eq!(again.decode(3, &bytes), bytes.len() - 3);
        assert_eq!(again, flat);
        flat.take(5);
        assert_eq!(flat.letters, [5, 900, u32::MAX - 1]);
    }
}
