//! The only randomness of a simulation.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Dice that fall the same way for the same seed and purpose.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// Dice for one purpose, so that one more throw there moves nothing here.
    #[must_use]
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(purpose);
        Self(rng)
    }

    /// A number below `end`, which must not be 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end // The bias of 2^-40 or so is no concern of a test.
    }

    /// True in that many of 100 throws. Always takes one throw.
    pub fn percent(&mut self, percent: u8) -> bool {
        self.below(100) < u64::from(percent)
    }

    /// One of these, which must not be none.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let index = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of[index]
    }

    /// 32 bytes, to seed what wants that many.
    pub fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.0.fill_bytes(&mut seed);
        seed
    }
}
