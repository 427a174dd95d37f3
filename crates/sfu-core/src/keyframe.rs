//! What a packet shows of its frame, as far as a forwarder can and may see.

use crate::negotiate::Codec;

/// The frame that a packet belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) start: Start,
    /// Inside a scalable stream; 0 without.
    pub(crate) spatial: u8,
    /// 0 is the fewest pictures.
    pub(crate) temporal: u8,
    /// It needs nothing of its own temporal layer: a viewer that has had the lower ones may take this one up here.
    pub(crate) is_sync: bool,
}

impl Frame {
    pub(crate) fn of(codec: Codec, payload: &[u8]) -> Self {
        // Only VP8 tells it outside of header extensions.
        let (temporal, is_sync) = if codec == Codec::Vp8 { vp8_temporal(payload) } else { (0, true) };
        Self { start: start(codec, payload), spatial: 0, temporal, is_sync }
    }
}

/// What a packet shows of its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// A keyframe starts here.
    Keyframe,
    /// Nothing of the kind.
    Other,
    /// This cannot be a clear payload of its codec: it is encrypted end to end, and its keyframes are hidden.
    Opaque,
}

/// Reads a payload's first bytes. AV1 (aggregation header) and VP9 (payload descriptor) tell in bytes that stay clear
/// under end-to-end encryption; H264 in the types of its units; VP8 only inside the frame.
pub(crate) fn start(codec: Codec, payload: &[u8]) -> Start {
    let is_keyframe = match codec {
        Codec::Vp8 => return vp8(payload),
        Codec::Vp9 => vp9(payload),
        Codec::Av1 => payload.first().is_some_and(|header| header & 0x08 != 0), // N: a new coded video sequence.
        Codec::H264 => h264(payload),
        Codec::Opus => false,
    };
    if is_keyframe { Start::Keyframe } else { Start::Other }
}

/// TID and Y of RFC 7741, section 4.2.
fn vp8_temporal(payload: &[u8]) -> (u8, bool) {
    let [first, extension, rest @ ..] = payload else { return (0, true) };
    if first & 0x80 == 0 || extension & 0x20 == 0 {
        return (0, true);
    }
    let mut at = 0;
    if extension & 0x80 != 0 {
        at += if rest.first().is_some_and(|id| id & 0x80 != 0) { 2 } else { 1 };
    }
    at += usize::from(extension & 0x40 != 0);
    rest.get(at).map_or((0, true), |layer| (layer >> 6, layer & 0x20 != 0))
}

/// RFC 7741, sections 4.2 and 4.3.
fn vp8(payload: &[u8]) -> Start {
    let Some(&first) = payload.first() else { return Start::Other };
    if first & 0x17 != 0x10 {
        return Start::Other; // Not the first packet of a frame (S and partition 0).
    }
    let mut at = 1;
    if first & 0x80 != 0 {
        let Some(&extension) = payload.get(at) else { return Start::Other };
        at += 1;
        if extension & 0x80 != 0 {
            at += if payload.get(at).is_some_and(|id| id & 0x80 != 0) { 2 } else { 1 };
        }
        at += usize::from(extension & 0x40 != 0) + usize::from(extension & 0x30 != 0);
    }
    match payload.get(at..) {
        Some([frame, ..]) if frame & 0x01 != 0 => Start::Other,
        Some([_, _, _, 0x9d, 0x01, 0x2a, ..]) => Start::Keyframe,
        Some([_, _, _, _, _, _, ..]) => Start::Opaque, // "Keyframe" without its start code.
        _ => Start::Other,
    }
}

/// RFC 9628, section 4.2: the first packet of a frame (B) that refers to no other (not P), on the lowest spatial layer.
fn vp9(payload: &[u8]) -> bool {
    let Some(&first) = payload.first() else { return false };
    if first & 0x48 != 0x08 {
        return false;
    }
    if first & 0x20 == 0 {
        return true; // No layers.
    }
    let mut at = 1;
    if first & 0x80 != 0 {
        at += if payload.get(at).is_some_and(|id| id & 0x80 != 0) { 2 } else { 1 };
    }
    payload.get(at).is_some_and(|layer| layer & 0x0e == 0)
}

/// RFC 6184, section 5.2: a parameter set or an IDR slice, alone, aggregated or as the start of a fragment.
fn h264(payload: &[u8]) -> bool {
    const IDR: u8 = 5;
    const PARAMETERS: u8 = 7;
    const AGGREGATE: u8 = 24;
    const FRAGMENT: u8 = 28;
    let starts = |unit: u8| matches!(unit & 0x1f, IDR | PARAMETERS);
    let Some(&first) = payload.first() else { return false };
    match first & 0x1f {
        AGGREGATE => {
            let mut rest = &payload[1..];
            while let [high, low, unit, ..] = *rest {
                if starts(unit) {
                    return true;
                }
                let size = usize::from(u16::from_be_bytes([high, low]));
                rest = rest.get(2 + size..).unwrap_or_default();
            }
            false
        }
        FRAGMENT => payload.get(1).is_some_and(|&header| header & 0x80 != 0 && starts(header)),
        _ => starts(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyframe_is_seen_where_each_codec_shows_it() {
        let cases: [(&str, Codec, &[u8], Start); 17] = [
            ("vp8 key", Codec::Vp8, &[0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0], Start::Keyframe),
            ("vp8 key, picture id", Codec::Vp8, &[0x90, 0x80, 0x81, 2, 0x10, 0, 0, 0x9d, 1, 0x2a], Start::Keyframe),
            ("vp8 key, all ids", Codec::Vp8, &[0x90, 0xf0, 0x81, 2, 9, 0x20, 0, 0, 0, 0x9d, 1, 0x2a], Start::Keyframe),
            ("vp8 delta", Codec::Vp8, &[0x10, 0x11, 0, 0, 0, 0, 0, 0], Start::Other),
            ("vp8 later packet", Codec::Vp8, &[0x00, 0x10, 0, 0, 0x9d, 0x01, 0x2a], Start::Other),
            ("vp8 encrypted", Codec::Vp8, &[0x10, 0x10, 7, 7, 7, 7, 7, 7], Start::Opaque),
            ("vp8 empty", Codec::Vp8, &[], Start::Other),
            ("vp9 key", Codec::Vp9, &[0x8a, 0x81, 2, 0], Start::Keyframe),
            ("vp9 delta", Codec::Vp9, &[0xca, 0x81, 2, 0], Start::Other),
            ("vp9 key, base layer", Codec::Vp9, &[0xa8, 0x01, 0x00], Start::Keyframe),
            ("vp9 key, upper layer", Codec::Vp9, &[0xa8, 0x01, 0x02], Start::Other),
            ("av1 key", Codec::Av1, &[0x18, 0], Start::Keyframe),
            ("av1 delta", Codec::Av1, &[0x10, 0], Start::Other),
            ("h264 idr", Codec::H264, &[0x65, 0], Start::Keyframe),
            ("h264 aggregate with sps", Codec::H264, &[0x78, 0, 1, 0x09, 0, 1, 0x67], Start::Keyframe),
            ("h264 idr fragment", Codec::H264, &[0x7c, 0x85, 0], Start::Keyframe),
            ("h264 slice", Codec::H264, &[0x61, 0], Start::Other),
        ];
        for (name, codec, payload, expected) in cases {
            assert_eq!(start(codec, payload), expected, "{name}");
        }
    }

    #[test]
    fn vp8_tells_its_temporal_layers_in_clear() {
        let cases: [(&[u8], (u8, bool)); 6] = [
            (&[0x10, 0x10, 0], (0, true)),
            (&[0x90, 0x80, 0x81, 2, 0x10], (0, true)),
            (&[0x90, 0xe0, 0x81, 2, 9, 0x40, 0x11], (1, false)),
            (&[0x90, 0xe0, 0x01, 9, 0xa0, 0x11], (2, true)),
            (&[0x90, 0x20, 0x80, 0x11], (2, false)),
            (&[0x90, 0xe0, 0x81, 2, 9], (0, true)),
        ];
        for (payload, expected) in cases {
            assert_eq!(vp8_temporal(payload), expected, "{payload:x?}");
        }
    }

    #[test]
    fn no_payload_makes_the_reader_stumble() {
        for codec in [Codec::Vp8, Codec::Vp9, Codec::Av1, Codec::H264, Codec::Opus] {
            for first in 0..=255 {
                for length in 0..6 {
                    let mut payload = vec![first; length];
                    Frame::of(codec, &payload);
                    payload.push(0xff);
                    Frame::of(codec, &payload);
                }
            }
        }
    }
}
