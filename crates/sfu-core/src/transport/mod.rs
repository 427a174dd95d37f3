//! The only module that names the session engine (str0m), behind two boundaries.
//!
//! [`Session`] is SDP, ICE-lite, DTLS and data channels of one participant. [`MediaPlane`] is how media goes through it:
//! today the engine's RTP mode. Another plane can take its place without a change above this module, but never beside
//! it: two planes that protect with one key would reuse nonces.

mod described;
mod dtls;
mod red;
mod session;
mod srtp;
mod stun;

use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::format::{Codec, PayloadParams};
use str0m::rtp::{ExtensionValues, Vp8Descriptor, Vp8Patch};

use self::described::DescriptorBytes;
pub use self::dtls::{dtls_for_simulation, seed_handshakes_for_simulation};
pub(crate) use self::session::{Credentials, Identity, Polled, Received, Session, SessionEvent};
pub(crate) use self::stun::BindingRequest;
use crate::descriptor::Descriptor;
use crate::keyframe::Frame;
use crate::rewriter::Position;

pub(crate) use str0m::media::{Mid, Rid};

/// How media leaves and enters a session.
pub(crate) trait MediaPlane {
    /// The form in which the m-line `mid` takes what arrived as `format`; `None` if it was not negotiated there.
    fn delivery(&self, mid: Mid, format: &Format) -> Option<Delivery>;

    /// Queues a packet on the stream `ssrc`. It leaves with the session's next step.
    fn write(&mut self, ssrc: u32, packet: Outgoing<'_>);

    /// Asks the sender of the stream `ssrc` for a keyframe (RFC 4585, PLI). It leaves with the session's next step.
    fn request_keyframe(&mut self, ssrc: u32);
}

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
    pub(crate) payload: Arc<[u8]>,
    /// When the sender captured it, on this end's clock: alike for all streams of one sender, for lip sync and for going
    /// on from one layer to another.
    pub(crate) captured_at: Instant,
    /// Whether a sender report told so. Without, it is when the packet came.
    pub(crate) is_reported: bool,
    pub(crate) vp8_ids: Option<Vp8Ids>,
    /// What its dependency descriptor says, once it is read.
    pub(crate) descriptor: Option<Descriptor>,
    extensions: ExtensionValues,
}

impl MediaPacket {
    /// The loudness in -dBov of RFC 6464: 0 is the loudest, 127 is silence.
    pub(crate) fn level(&self) -> Option<u8> {
        self.extensions.audio_level.map(i8::unsigned_abs)
    }

    /// Its dependency descriptor as it came.
    pub(crate) fn descriptor_bytes(&self) -> Option<&[u8]> {
        self.extensions.user_values.get::<DescriptorBytes>().map(DescriptorBytes::get)
    }

    /// A VP8 packet with this sequence number.
    #[cfg(test)]
    pub(crate) fn vp8(sequence: u64, now: Instant) -> Self {
        use str0m::format::{CodecSpec, FormatParams};
        use str0m::media::Frequency;

        let spec = CodecSpec {
            codec: Codec::Vp8,
            clock_rate: Frequency::NINETY_KHZ,
            channels: None,
            format: FormatParams::default(),
        };
        let payload: [u8; 10] = [0x90, 0x80, 0x80, sequence as u8, 0x11, 0, 0, 0, 0, 0];
        Self {
            mid: Mid::from("0"),
            rid: None,
            ssrc: 1,
            format: Format { params: PayloadParams::new(96.into(), None, spec), payload_type: 96 },
            frame: Frame::of(Codec::Vp8, &payload),
            sequence,
            timestamp: sequence as u32,
            marker: false,
            payload: Arc::from(&payload[..]),
            captured_at: now,
            is_reported: false,
            vp8_ids: Vp8Ids::of(Codec::Vp8, &payload),
            descriptor: None,
            extensions: ExtensionValues::default(),
        }
    }

    fn vp8_patch(&self, ids: Vp8Ids) -> Option<Vp8Patch> {
        let mut patch = Vp8Descriptor::parse(&self.payload).ok()?.patch().picture_id(ids.picture);
        if let Some(base_layer) = ids.base_layer {
            patch = patch.tl0_pic_idx(base_layer);
        }
        if let Some(key) = ids.key {
            patch = patch.key_idx(key);
        }
        patch.build().ok()
    }
}

/// Counters in a VP8 payload descriptor that a decoder expects to go on without a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vp8Ids {
    /// 15 bits.
    pub(crate) picture: u16,
    pub(crate) base_layer: Option<u8>,
    /// 5 bits.
    pub(crate) key: Option<u8>,
}

impl Vp8Ids {
    /// From a payload descriptor, which stays clear under end-to-end encryption (RFC 7741, section 4.2). `None` with a
    /// picture id of seven bits: there is no room for ours in it, and it does not tell which of many pictures is meant.
    fn of(codec: Codec, payload: &[u8]) -> Option<Self> {
        const LONG: u8 = 0x80; // The bit M, before a picture id of 15 bits.
        let descriptor = Vp8Descriptor::parse(payload).ok().filter(|_| codec == Codec::Vp8)?;
        payload.get(2).filter(|first| **first & LONG != 0)?;
        Some(Self {
            picture: descriptor.picture_id()?,
            base_layer: descriptor.tl0_pic_idx(),
            key: descriptor.key_idx(),
        })
    }
}

/// The codec of a packet, as its sender negotiated it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    params: PayloadParams,
    payload_type: u8,
}

impl Format {
    pub(crate) fn codec(&self) -> Codec {
        self.params.spec().codec
    }

    /// The payload type on the sender's side; names the format within the sender's session.
    pub(crate) fn payload_type(&self) -> u8 {
        self.payload_type
    }

    /// Ticks of the RTP timestamp in `duration`.
    pub(crate) fn ticks(&self, duration: Duration) -> u32 {
        let rate = u128::from(self.params.spec().clock_rate.get());
        u32::try_from(duration.as_micros() * rate / 1_000_000 % (1 << 32)).unwrap_or(0)
    }

    pub(crate) fn nanoseconds_per_tick(&self) -> f64 {
        1e9 / f64::from(self.params.spec().clock_rate.get())
    }

    fn is_redundant(&self) -> bool {
        self.params.red().is_some_and(|red| *red == self.payload_type)
    }
}

/// How a viewer takes a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    payload_type: u8,
    redundancy: Redundancy,
    /// The m-line takes dependency descriptors.
    is_described: bool,
}

/// What becomes of RFC 2198 redundancy on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Redundancy {
    /// There is none, or it passes untouched.
    Pass,
    /// It passes; the payload types of the blocks inside change.
    Retag { from: u8, to: u8 },
    /// The viewer does not know it: only the primary block goes.
    Strip,
}

/// A packet for a viewer.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) packet: &'a MediaPacket,
    pub(crate) delivery: Delivery,
    pub(crate) position: Position,
}

pub(crate) use str0m::format::Codec as CodecKind;
