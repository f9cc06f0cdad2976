//! Seeded randomness that will give the same numbers for ever.
//!
//! SplitMix64 (Steele, Lea, Flood 2014): small, fast, and simple enough to pin. Each concern of
//! the simulation draws from a stream of its own, so that a new draw in one place does not
//! rewrite every recorded run.

/// One stream of random numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(u64);

/// What a stream is drawn for. The numbers are part of every recorded run: never renumber.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    /// How long a message travels.
    Latency = 1,
    /// Whether a message is lost.
    Loss = 2,
    /// Whether a message arrives twice.
    Duplicate = 3,
    /// Whether a message may overtake others.
    Reorder = 4,
    /// The random part of a timer.
    Jitter = 5,
    /// Choices of whoever sets up a run: swarms, experiments.
    Setup = 6,
    /// How long a write to a disk takes.
    Disk = 7,
}

impl Rng {
    /// The stream of a seed for one concern.
    pub fn new(seed: u64, stream: Stream) -> Rng {
        // Two steps of the generator keep neighbouring seeds and streams apart.
        let mut mixer = Rng(seed ^ (stream as u64).wrapping_mul(0xd134_2543_de82_ef95));
        mixer.next_u64();
        Rng(mixer.next_u64())
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but not including `bound`; 0 if the bound is 0. The bias of the
    /// multiplication method is below bound / 2^64, far under anything a run could show.
    pub fn below(&mut self, bound: u64) -> u64 {
        let bits = self.next_u64();
        match u32::try_from(bound) {
            // The same number in halves, since WebAssembly has no wide multiplication.
            Ok(_) => ((bits >> 32) * bound + (((bits & 0xffff_ffff) * bound) >> 32)) >> 32,
            Err(_) => ((u128::from(bits) * u128::from(bound)) >> 64) as u64,
        }
    }

    /// True in `permille` of 1000 draws. Draws nothing when the answer is certain.
    pub fn chance(&mut self, permille: u16) -> bool {
        permille > 0 && self.below(1000) < u64::from(permille)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_never_change() {
        // The reference sequence of SplitMix64 from state 0.
        let mut plain = Rng(0);
        assert_eq!(plain.next_u64(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(plain.next_u64(), 0x6e78_9e6a_a1b9_65f4);
        let mut stream = Rng::new(42, Stream::Latency);
        assert_eq!([stream.below(1000), stream.below(1000), stream.below(1000)], [992, 434, 285]);
    }

    #[test]
    fn halves_give_the_same_number_as_the_whole() {
        let (mut rng, mut bits) = (Rng::new(5, Stream::Latency), Rng::new(5, Stream::Latency));
        for bound in [1, 2, 3, 1000, 65_537, u64::from(u32::MAX), 1 << 32, 1 << 40, u64::MAX] {
            for _ in 0..100 {
                let whole = (u128::from(bits.next_u64()) * u128::from(bound)) >> 64;
                assert_eq!(u128::from(rng.below(bound)), whole, "{bound}");
            }
        }
    }

    #[test]
    fn streams_of_one_seed_differ() {
        assert_ne!(Rng::new(1, Stream::Loss), Rng::new(1, Stream::Jitter));
    }

    #[test]
    fn numbers_stay_below_their_bound_and_reach_both_ends() {
        let mut rng = Rng::new(3, Stream::Setup);
        let mut seen = [false; 5];
        for _ in 0..200 {
            seen[rng.below(5) as usize] = true;
        }
        assert_eq!(seen, [true; 5]);
    }
}
