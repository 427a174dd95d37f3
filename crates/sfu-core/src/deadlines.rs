//! Who has something due, the earliest first.

use std::time::Instant;

/// A binary heap that knows where everybody's entry is: a change costs its depth, however many have one, and no memory is asked for once there is
/// room for all.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    heap: Vec<(Instant, usize)>,
    /// Where in the heap each one's entry is.
    places: Vec<Option<usize>>,
}

impl Deadlines {
    /// The earliest; of several, that of the lowest number.
    pub(crate) fn first(&self) -> Option<(Instant, usize)> {
        self.heap.first().copied()
    }

    /// Changes when something is due for `of`; `None`: never.
    pub(crate) fn set(&mut self, of: usize, at: Option<Instant>) {
        let place = self.places.get(of).copied().flatten();
        match (place, at) {
            (None, None) => {}
            (None, Some(at)) => {
                if self.places.len() <= of {
                    self.places.resize(of + 1, None);
                }
                self.heap.push((at, of));
                self.rise(self.heap.len() - 1);
            }
            (Some(place), Some(at)) => {
                self.heap[place].0 = at;
                self.sink(place);
                self.rise(place);
            }
            (Some(place), None) => {
                self.places[of] = None;
                self.heap.swap_remove(place);
                if place < self.heap.len() {
                    self.sink(place);
                    self.rise(place);
                }
            }
        }
    }

    /// Moves an entry up to where it belongs, if that is above.
    fn rise(&mut self, mut place: usize) {
        while 0 < place && self.heap[place] < self.heap[(place - 1) / 2] {
            self.heap.swap(place, (place - 1) / 2);
            self.note(place);
            place = (place - 1) / 2;
        }
        self.note(place);
    }

    /// Moves an entry down to where it belongs, if that is below.
    fn sink(&mut self, mut place: usize) {
        while let Some(below) = (2 * place + 1..self.heap.len().min(2 * place + 3)).min_by_key(|at| self.heap[*at])
            && self.heap[below] < self.heap[place]
        {
            self.heap.swap(place, below);
            self.note(place);
            place = below;
        }
        self.note(place);
    }

    fn note(&mut self, place: usize) {
        let (_, of) = self.heap[place];
        self.places[of] = Some(place);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    proptest! {
        #[test]
        fn the_first_is_always_the_earliest_whatever_changes(
            changes in proptest::collection::vec((0usize..40, proptest::option::of(0u64..50)), 1..300),
        ) {
            let start = start();
            let (mut deadlines, mut model) = (Deadlines::default(), BTreeMap::new());
            for (of, at) in changes {
                let at = at.map(|at| start + Duration::from_millis(at));
                deadlines.set(of, at);
                match at {
                    Some(at) => model.insert(of, at),
                    None => model.remove(&of),
                };
                prop_assert_eq!(deadlines.first(), model.iter().map(|(of, at)| (*at, *of)).min());
            }
            while let Some((at, of)) = deadlines.first() {
                prop_assert_eq!(model.remove(&of), Some(at));
                deadlines.set(of, None);
            }
            prop_assert!(model.is_empty());
        }
    }
}
