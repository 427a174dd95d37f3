//! Which packets of a peer have been seen (RFC 3711, section 3.3.2), and the roll-over counter of those to come
//! (section 3.3.1 and appendix A).
//!
//! A packet is looked up before it is authentic, and recorded only after.

use super::{INDEX_MAX, Refused};
use crate::limits::SSRCS_MAX;
use crate::seen::Window;

/// Chromium probes a new network on ssrc 0, beside all that it has offered.
pub(super) const STREAMS_MAX: usize = SSRCS_MAX + 1;

/// The streams of one session. A list, because a session has a handful.
pub(super) struct Streams(Vec<(u32, Window)>);

impl Streams {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// The index that an RTP packet must have, if it is authentic.
    pub(super) fn estimate(&self, ssrc: u32, sequence: u16) -> Result<u64, Refused> {
        let index = match self.window(ssrc)? {
            Some(window) => extend(window.newest(), sequence).ok_or(Refused::Replayed)?,
            None => u64::from(sequence),
        };
        self.check(ssrc, index).map(|()| index)
    }

    /// Whether a packet may still come, if it is authentic.
    pub(super) fn check(&self, ssrc: u32, index: u64) -> Result<(), Refused> {
        let is_fresh = self.window(ssrc)?.is_none_or(|window| window.is_fresh(index));
        if is_fresh { Ok(()) } else { Err(Refused::Replayed) }
    }

    /// An authentic packet that may come has come.
    pub(super) fn record(&mut self, ssrc: u32, index: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == ssrc) {
            Some((_, window)) => window.record(index),
            None => self.0.push((ssrc, Window::starting_with(index))),
        }
    }

    /// `Ok(None)` of a new stream that there is room for.
    fn window(&self, ssrc: u32) -> Result<Option<&Window>, Refused> {
        match self.0.iter().find(|(known, _)| *known == ssrc) {
            Some((_, window)) => Ok(Some(window)),
            None if self.0.len() < STREAMS_MAX => Ok(None),
            None => Err(Refused::TooManyStreams),
        }
    }
}

/// RFC 3711, appendix A: the index nearest to `newest`. `None` before the first and after the last that there can be.
fn extend(newest: u64, sequence: u16) -> Option<u64> {
    const HALF: u64 = 1 << 15;
    let (counter, last, sequence) = (newest >> 16, newest & 0xffff, u64::from(sequence));
    let counter = if last < HALF && last + HALF < sequence {
        counter.checked_sub(1)?
    } else if sequence + HALF < last {
        counter + 1
    } else {
        counter
    };
    Some(counter << 16 | sequence).filter(|index| *index <= INDEX_MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_index_is_the_nearest_and_never_below_zero() {
        assert_eq!(extend(65_535, 0), Some(65_536));
        assert_eq!(extend(65_536, 65_535), Some(65_535));
        assert_eq!(extend(3, 65_535), None, "before the first");
        assert_eq!(extend(INDEX_MAX, 0xfff0), Some(INDEX_MAX - 15));
        assert_eq!(extend(INDEX_MAX, 0), None, "after the last");
    }

    proptest! {
        #[test]
        fn an_index_within_half_of_the_numbers_is_found(newest in 0..=INDEX_MAX, ahead in -32_767i64..=32_767) {
            let index = newest.checked_add_signed(ahead).filter(|index| *index <= INDEX_MAX);
            let sequence = newest.wrapping_add_signed(ahead) as u16;
            prop_assert_eq!(extend(newest, sequence), index);
        }
    }
}
