//! Which of a publisher's layers anybody needs, so that nothing is encoded and sent for nobody.

use std::time::Instant;

use crate::limits::{LAYER_COMES_WITHIN, UNNEEDED_HOLD};

/// What a publisher has been told of the layers of one track. At first everything is wanted, because that is what a
/// sender does that was never told anything.
#[derive(Debug)]
pub(crate) struct Dynacast {
    layers: Vec<Wanted>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    is_off: bool,
    /// When it was last wanted back.
    on_since: Option<Instant>,
    unneeded_since: Option<Instant>,
    /// Bits a second when it last came, all of it.
    cost: u64,
}

impl Dynacast {
    pub(crate) fn new(layers: usize) -> Self {
        Self { layers: vec![Wanted::default(); layers] }
    }

    pub(crate) fn is_off(&self, layer: usize) -> bool {
        self.layers.get(layer).is_some_and(|layer| layer.is_off)
    }

    pub(crate) fn off_count(&self) -> usize {
        self.layers.iter().filter(|layer| layer.is_off).count()
    }

    /// Whether a layer that does not come is still to be reckoned with: it is off, or was wanted back just now. One that
    /// stays away although it is wanted cannot be had.
    pub(crate) fn may_come(&self, layer: usize, now: Instant) -> bool {
        let recent = |at: Instant| now.saturating_duration_since(at) < LAYER_COMES_WITHIN;
        self.layers.get(layer).is_some_and(|layer| layer.is_off || layer.on_since.is_some_and(recent))
    }

    /// What a layer cost when it last came; `None` if it never did.
    pub(crate) fn cost(&self, layer: usize) -> Option<u64> {
        self.layers.get(layer).map(|layer| layer.cost).filter(|&cost| 0 < cost)
    }

    pub(crate) fn costs(&mut self, layer: usize, bits_per_second: u64) {
        if let Some(layer) = self.layers.get_mut(layer) {
            layer.cost = bits_per_second;
        }
    }

    /// Bit n of `needed` is set if somebody needs layer n. Returns whether the publisher must be told something: what
    /// is needed again at once, what is not any more by [`Dynacast::expire`].
    pub(crate) fn need(&mut self, needed: u8, now: Instant) -> bool {
        let mut has_changed = false;
        for (n, layer) in self.layers.iter_mut().enumerate() {
            if needed & 1 << n == 0 {
                layer.unneeded_since.get_or_insert(now);
                continue;
            }
            layer.unneeded_since = None;
            if std::mem::take(&mut layer.is_off) {
                layer.on_since = Some(now);
                has_changed = true;
            }
        }
        has_changed
    }

    /// When something will have been unneeded for long enough to be switched off.
    pub(crate) fn due(&self) -> Option<Instant> {
        let unneeded = self.layers.iter().filter(|layer| !layer.is_off).filter_map(|layer| layer.unneeded_since);
        unneeded.min().map(|since| since + UNNEEDED_HOLD)
    }

    /// Switches off what is due. Returns whether the publisher must be told.
    pub(crate) fn expire(&mut self, now: Instant) -> bool {
        let mut has_changed = false;
        for layer in self.layers.iter_mut().filter(|layer| !layer.is_off) {
            layer.is_off = layer.unneeded_since.is_some_and(|since| since + UNNEEDED_HOLD <= now);
            has_changed |= layer.is_off;
        }
        has_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_after_a_while_and_on_at_once() {
        #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
        let start = Instant::now();
        let mut layers = Dynacast::new(3);
        assert!(!layers.need(0b001, start) && !layers.expire(start));
        assert!(!layers.need(0b101, start + UNNEEDED_HOLD / 2));
        assert_eq!(layers.due(), Some(start + UNNEEDED_HOLD));
        assert!(layers.expire(start + UNNEEDED_HOLD));
        assert_eq!([0, 1, 2].map(|layer| layers.is_off(layer)), [false, true, false]);
        assert_eq!(layers.due(), None);
        let later = start + 2 * UNNEEDED_HOLD;
        assert!(layers.may_come(1, later) && !layers.may_come(0, later));
        assert!(layers.need(0b010, later), "at once");
        assert_eq!((layers.off_count(), layers.due()), (0, Some(later + UNNEEDED_HOLD)));
        assert!(layers.may_come(1, later) && !layers.may_come(1, later + LAYER_COMES_WITHIN));
        assert!(layers.expire(later + UNNEEDED_HOLD));
        assert_eq!(layers.off_count(), 2);
        assert!(!layers.expire(later + 2 * UNNEEDED_HOLD), "told once");
    }
}
