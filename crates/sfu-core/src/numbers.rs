//! Numbers that count on while some of what they number is left out: sequence numbers of packets, ids of pictures.
//!
//! What is left out on purpose (a temporal layer that the viewer does not take) must not look like loss, so its numbers
//! are taken out of the count. What is missing may still come, so its number is kept.

use crate::seen::{Marks, WINDOW};

/// From the numbers of one stream to those of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    first_in: u64,
    first_out: u64,
    /// How many were left out of all up to the newest.
    skipped: u64,
    /// Which of the newest were left out.
    out: Marks,
}

impl Numbers {
    /// `first_in` is the first that may be kept, and becomes `first_out`.
    pub(crate) fn new(first_in: u64, first_out: u64) -> Self {
        Self { first_in, first_out, skipped: 0, out: Marks::new(first_in) }
    }

    pub(crate) fn newest(&self) -> u64 {
        self.out.newest()
    }

    /// Whether it is so far ahead that nothing in between would find its place any more.
    pub(crate) fn is_leap(&self, number: u64) -> bool {
        self.newest().saturating_add(WINDOW) <= number
    }

    /// The number of what is sent on. `None` if it comes too late, belongs to before the first, was skipped, or is so far
    /// ahead that there is no number for it.
    pub(crate) fn keep(&mut self, number: u64) -> Option<u64> {
        let unskipped = self.first_out.checked_add(number.checked_sub(self.first_in)?)?;
        if self.newest() < number {
            self.out.advance(number);
        } else if !self.is_in_window(number) || self.out.has(number) {
            return None;
        }
        let since = (self.newest() - number).min(WINDOW);
        let skipped_since = (0..since).filter(|back| self.out.has(self.newest() - back)).count() as u64;
        Some(unskipped - (self.skipped - skipped_since))
    }

    /// Takes the newest out of the count; true if it is out. What is not the newest has had its number kept for it, and
    /// should rather be sent.
    pub(crate) fn skip(&mut self, number: u64) -> bool {
        if self.newest() < number {
            self.out.advance(number);
            self.out.mark(number);
            self.skipped += 1;
            return true;
        }
        self.is_in_window(number) && self.out.has(number)
    }

    fn is_in_window(&self, number: u64) -> bool {
        self.first_in <= number && self.out.reaches(number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_left_out_leaves_no_gap_and_what_is_missing_keeps_its_place() {
        let mut numbers = Numbers::new(100, 7);
        assert_eq!(numbers.keep(100), Some(7));
        assert!(numbers.skip(101));
        assert_eq!(numbers.keep(102), Some(8));
        assert_eq!(numbers.keep(104), Some(10));
        assert!(numbers.skip(105));
        assert_eq!(numbers.keep(103), Some(9), "late");
        assert_eq!(numbers.keep(106), Some(11));
        assert_eq!(numbers.keep(101), None, "skipped");
        assert!(!numbers.skip(103), "its number was kept");
        assert_eq!(numbers.keep(99), None, "before the first");
        assert_eq!(numbers.keep(106 + 5 * WINDOW), Some(11 + 5 * WINDOW));
        assert_eq!(numbers.keep(106 + 4 * WINDOW), None, "too late");
    }

    #[test]
    fn what_has_no_number_changes_nothing() {
        let mut numbers = Numbers::new(5, 600);
        assert_eq!(numbers.keep(5), Some(600));
        assert_eq!(numbers.keep(u64::MAX - 535), None);
        assert_eq!(numbers.keep(6), Some(601));
    }

    proptest! {
        #[test]
        fn order_is_kept_and_no_number_is_used_twice(
            steps in proptest::collection::vec((-40i64..6, any::<bool>()), 1..400),
        ) {
            let mut numbers = Numbers::new(1000, 5);
            let mut out = BTreeMap::new();
            let (mut newest, mut seen) = (1000u64, std::collections::BTreeSet::new());
            for (ahead, keeps) in steps {
                let number = newest.saturating_add_signed(ahead);
                if !seen.insert(number) {
                    continue;
                }
                newest = newest.max(number);
                if keeps || !numbers.skip(number) {
                    out.extend(numbers.keep(number).map(|at| (number, at)));
                }
            }
            let given: Vec<u64> = out.into_values().collect();
            prop_assert!(given.windows(2).all(|pair| pair[0] < pair[1]), "{given:?}");
        }

        #[test]
        fn without_loss_there_is_no_gap(keeps in proptest::collection::vec(any::<bool>(), 1..3000)) {
            let mut numbers = Numbers::new(50, 9);
            let mut out = vec![numbers.keep(50)];
            for (number, keeps) in (51..).zip(keeps) {
                if keeps {
                    out.push(numbers.keep(number));
                } else {
                    prop_assert!(numbers.skip(number));
                }
            }
            prop_assert!(out.iter().zip(9u64..).all(|(out, expected)| *out == Some(expected)));
        }
    }
}
