//! A media packet between its publisher's plane and those of its viewers.

use std::time::Instant;

use crate::descriptor::Descriptor;
use crate::keyframe::Frame;
use crate::negotiate::Format;
use crate::transport::{Mid, Rid};
use crate::vp8::Vp8Ids;

/// A media packet that arrived and was authentic. Shared by all viewers of its track.
#[derive(Debug)]
pub(crate) struct MediaPacket {
    pub(crate) mid: Mid,
    /// Which of the m-line's layers; `None` without simulcast.
    pub(crate) rid: Option<Rid>,
    pub(crate) ssrc: u32,
    pub(crate) format: Format,
    pub(crate) frame: Frame,
    /// Extended: never wraps.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    /// Nothing in a packet that is only padding: it stands for its number.
    pub(crate) payload: Vec<u8>,
    /// When the sender captured it, on this end's clock: alike for all streams of one sender, for lip sync and for going
    /// on from one layer to another.
    pub(crate) captured_at: Instant,
    /// Which reading of the sender's clock told so: times of two readings do not compare. `None`: without a report, it
    /// is when the packet came.
    pub(crate) clock_reading: Option<u32>,
    pub(crate) vp8_ids: Option<Vp8Ids>,
    /// What its dependency descriptor says, once it is read.
    pub(crate) descriptor: Option<Descriptor>,
    pub(crate) extensions: Extensions,
}

/// What its header extensions say that is meant for viewers, as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    /// RFC 6464: the voice bit and the level.
    pub(crate) audio_level: Option<u8>,
    /// A phone's rotation (3GPP TS 26.114, section 7.4.5).
    pub(crate) orientation: Option<u8>,
    /// A dependency descriptor.
    pub(crate) descriptor: Option<Box<[u8]>>,
}

impl MediaPacket {
    /// The loudness in -dBov of RFC 6464: 0 is the loudest, 127 is silence.
    pub(crate) fn level(&self) -> Option<u8> {
        self.extensions.audio_level.map(|level| level & 0x7f)
    }

    /// Its dependency descriptor as it came.
    pub(crate) fn descriptor_bytes(&self) -> Option<&[u8]> {
        self.extensions.descriptor.as_deref()
    }

    /// A VP8 packet with this sequence number.
    #[cfg(test)]
    pub(crate) fn vp8(sequence: u64, now: Instant) -> Self {
        use crate::negotiate::Codec;

        let payload: [u8; 10] = [0x90, 0x80, 0x80, sequence as u8, 0x11, 0, 0, 0, 0, 0];
        Self {
            mid: Mid::from("0"),
            rid: None,
            ssrc: 1,
            format: Format::vp8(),
            frame: Frame::of(Codec::Vp8, &payload),
            sequence,
            timestamp: sequence as u32,
            marker: false,
            payload: payload.to_vec(),
            captured_at: now,
            clock_reading: None,
            vp8_ids: Vp8Ids::of(Codec::Vp8, &payload),
            descriptor: None,
            extensions: Extensions::default(),
        }
    }
}
