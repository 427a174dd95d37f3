//! The VP8 payload descriptor (RFC 7741, section 4.2), which stays clear under end-to-end encryption.

use crate::negotiate::Codec;

/// Counters that a decoder expects to go on without a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vp8Ids {
    /// 15 bits.
    pub(crate) picture: u16,
    pub(crate) base_layer: Option<u8>,
    /// 5 bits.
    pub(crate) key: Option<u8>,
}

/// Where they are in a payload.
struct Places {
    picture: usize,
    base_layer: Option<usize>,
    key: Option<usize>,
}

impl Places {
    /// `None` with a picture id of seven bits: there is no room for ours in it, and it does not tell which of many
    /// pictures is meant.
    fn of(payload: &[u8]) -> Option<Self> {
        const EXTENDED: u8 = 0x80; // X, in the first byte.
        const LONG: u8 = 0x80; // M, before a picture id of 15 bits.
        let [first, present, picture, ..] = *payload else { return None };
        if first & EXTENDED == 0 || present & 0x80 == 0 || picture & LONG == 0 {
            return None;
        }
        let mut next = 4;
        let mut optional = |is_present: bool| {
            next += usize::from(is_present);
            is_present.then(|| next - 1)
        };
        let base_layer = optional(present & 0x40 != 0); // L
        let key = optional(present & 0x30 != 0).filter(|_| present & 0x10 != 0); // T and K share a byte.
        payload.get(next..).map(|_| Self { picture: 2, base_layer, key })
    }
}

impl Vp8Ids {
    pub(crate) fn of(codec: Codec, payload: &[u8]) -> Option<Self> {
        let places = Places::of(payload).filter(|_| codec == Codec::Vp8)?;
        let [high, low, ..] = *payload.get(places.picture..)? else { return None };
        Some(Self {
            picture: u16::from_be_bytes([high & 0x7f, low]),
            base_layer: places.base_layer.map(|at| payload[at]),
            key: places.key.map(|at| payload[at] & 0x1f),
        })
    }

    /// Writes them over those of a payload that [`Vp8Ids::of`] has read.
    pub(crate) fn patch(self, payload: &mut [u8]) {
        let Some(places) = Places::of(payload) else { return };
        payload[places.picture..places.picture + 2].copy_from_slice(&(self.picture | 0x8000).to_be_bytes());
        if let Some((at, id)) = places.base_layer.zip(self.base_layer) {
            payload[at] = id;
        }
        if let Some((at, id)) = places.key.zip(self.key) {
            payload[at] = payload[at] & 0xe0 | id & 0x1f;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_patched_reads_back_and_nothing_else_changes() {
        for present in 0x80..=0xff_u8 {
            let payload = [0x90, present, 0x81, 2, 3, 0xe4, 5, 6, 7];
            let Some(ids) = Vp8Ids::of(Codec::Vp8, &payload) else { panic!("{present:x}") };
            let new = Vp8Ids { picture: 0x7fff, base_layer: ids.base_layer.map(|_| 200), key: ids.key.map(|_| 31) };
            let mut patched = payload;
            new.patch(&mut patched);
            assert_eq!(Vp8Ids::of(Codec::Vp8, &patched), Some(new), "{present:x}");
            ids.patch(&mut patched);
            assert_eq!(patched, payload, "{present:x}");
        }
    }

    #[test]
    fn short_ids_and_short_payloads_have_none() {
        let payload = [0x90, 0xf0, 0x81, 2, 3, 4];
        assert_eq!(Vp8Ids::of(Codec::Vp8, &[0x90, 0x80, 0x01, 2, 3]), None, "seven bits");
        assert_eq!(Vp8Ids::of(Codec::Vp9, &payload), None);
        for length in 0..payload.len() {
            assert_eq!(Vp8Ids::of(Codec::Vp8, &payload[..length]), None, "{length}");
        }
        assert!(Vp8Ids::of(Codec::Vp8, &payload).is_some());
    }
}
