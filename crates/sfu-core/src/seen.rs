//! Which numbers of a stream have been seen: nothing is opened, taken or sealed twice.

/// How far behind the newest of its stream a packet may come: as libwebrtc, and as far as a viewer's numbers reach back.
pub(crate) const WINDOW: u64 = 1024;
const WORDS: usize = (WINDOW / 64) as usize;

/// The newest number and those behind it.
#[derive(Debug)]
pub(crate) struct Window {
    newest: u64,
    /// One bit for each index of the window, at its index modulo the window: whether it was seen.
    seen: [u64; WORDS],
}

impl Window {
    pub(crate) fn starting_with(index: u64) -> Self {
        let mut window = Self { newest: index, seen: [0; WORDS] };
        window.record(index);
        window
    }

    /// Nothing was seen yet; `first` may come, and what is behind it.
    pub(crate) fn before(first: u64) -> Self {
        Self { newest: first, seen: [0; WORDS] }
    }

    pub(crate) fn newest(&self) -> u64 {
        self.newest
    }

    pub(crate) fn is_fresh(&self, index: u64) -> bool {
        self.newest < index || (self.newest - index < WINDOW && self.seen[Self::word(index)] & Self::bit(index) == 0)
    }

    pub(crate) fn record(&mut self, index: u64) {
        if self.newest + WINDOW <= index {
            self.seen = [0; WORDS];
        } else {
            for passed in self.newest + 1..=index {
                self.seen[Self::word(passed)] &= !Self::bit(passed);
            }
        }
        self.newest = self.newest.max(index);
        self.seen[Self::word(index)] |= Self::bit(index);
    }

    fn word(index: u64) -> usize {
        (index / 64) as usize % WORDS
    }

    fn bit(index: u64) -> u64 {
        1 << (index % 64)
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
