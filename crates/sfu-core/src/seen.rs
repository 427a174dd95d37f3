//! Which numbers of a stream have been marked, as far back as anything may still come: nothing is opened, taken or sealed
//! twice, and what is left out of a count stays out.

/// How far behind the newest of its stream a packet may come: as libwebrtc, and as far as a viewer's numbers reach back.
pub(crate) const WINDOW: u64 = 1024;
const WORDS: usize = (WINDOW / 64) as usize;

/// One bit for each number of the window, at the number modulo the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    newest: u64,
    bits: [u64; WORDS],
}

impl Marks {
    /// Nothing is marked up to `newest`.
    pub(crate) fn new(newest: u64) -> Self {
        Self { newest, bits: [0; WORDS] }
    }

    pub(crate) fn newest(&self) -> u64 {
        self.newest
    }

    /// Not so far behind the newest that nobody knows any more.
    pub(crate) fn reaches(&self, number: u64) -> bool {
        number <= self.newest && self.newest - number < WINDOW
    }

    /// Whether a number that the window [reaches](Self::reaches) is marked.
    pub(crate) fn has(&self, number: u64) -> bool {
        self.bits[Self::word(number)] & Self::bit(number) != 0
    }

    /// Marks the newest, or one that the window reaches.
    pub(crate) fn mark(&mut self, number: u64) {
        self.bits[Self::word(number)] |= Self::bit(number);
    }

    /// The window moves on to a newer one; all that it passes is unmarked.
    pub(crate) fn advance(&mut self, number: u64) {
        if WINDOW <= number - self.newest {
            self.bits = [0; WORDS];
        } else {
            for passed in self.newest + 1..=number {
                self.bits[Self::word(passed)] &= !Self::bit(passed);
            }
        }
        self.newest = number;
    }

    fn word(number: u64) -> usize {
        (number / 64) as usize % WORDS
    }

    fn bit(number: u64) -> u64 {
        1 << (number % 64)
    }
}

/// The numbers that were seen.
#[derive(Debug)]
pub(crate) struct Window(Marks);

impl Window {
    /// Nothing was seen yet; `first` may come, and what is behind it.
    pub(crate) fn before(first: u64) -> Self {
        Self(Marks::new(first))
    }

    pub(crate) fn starting_with(first: u64) -> Self {
        let mut window = Self::before(first);
        window.record(first);
        window
    }

    pub(crate) fn newest(&self) -> u64 {
        self.0.newest()
    }

    pub(crate) fn is_fresh(&self, number: u64) -> bool {
        self.newest() < number || self.0.reaches(number) && !self.0.has(number)
    }

    pub(crate) fn record(&mut self, number: u64) {
        if self.newest() < number {
            self.0.advance(number);
        }
        self.0.mark(number);
    }

    /// Records a number; false if it was seen before, or may have been.
    pub(crate) fn take(&mut self, number: u64) -> bool {
        let is_fresh = self.is_fresh(number);
        if is_fresh {
            self.record(number);
        }
        is_fresh
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_seen_is_never_fresh_again_and_what_was_not_stays_fresh_within_the_window(
            first in 0u64..1 << 40, steps in proptest::collection::vec((-1100i64..40, 0u64..300), 1..300),
        ) {
            let mut window = Window::starting_with(first);
            let mut seen = BTreeSet::from([first]);
            for (ahead, jump) in steps {
                let newest = *seen.last().unwrap();
                // Now and then a gap that is larger than the window.
                let ahead = if jump == 0 { 5 * WINDOW as i64 } else { ahead };
                let index = newest.saturating_add_signed(ahead);
                let expected = !seen.contains(&index) && newest < index + WINDOW;
                prop_assert_eq!(window.is_fresh(index), expected, "{} after {}", index, newest);
                if expected {
                    window.record(index);
                    seen.insert(index);
                }
            }
        }
    }
}
