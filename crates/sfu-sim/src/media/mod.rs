//! Sound and picture that say whose they are, and the eyes and ears that judge what arrives.

mod ears;
mod encoder;
mod eyes;
mod label;

pub(crate) use ears::{Ears, MOUTH_TO_EAR_MAX};
pub(crate) use encoder::Encoder;
pub use encoder::{Video, detail_simulcast, simulcast, slides, small_simulcast, thumbnail};
pub(crate) use eyes::Eyes;
pub(crate) use label::{Label, ticks};

use std::time::Duration;

use crate::time::TICK;

/// How often a person speaks into the microphone: an Opus encoder that saves packets.
pub(crate) const SOUND_EVERY: Duration = Duration::from_nanos(TICK.as_nanos() as u64 * 32); // 1/16 s
/// How often cameras and screens may look; a [`Video`] looks at every so many of these.
pub(crate) const PICTURE_EVERY: Duration = Duration::from_nanos(TICK.as_nanos() as u64 * 32); // 1/16 s

/// Whether a datagram of the SRTP range (RFC 7983) is RTCP (RFC 5761, section 4).
pub(crate) fn is_rtcp(bytes: &[u8]) -> bool {
    bytes.get(1).is_some_and(|kind| (64..96).contains(&(kind & 0x7f)))
}

/// The header of a datagram that is RTP: payload type, sequence number and SSRC, which SRTP leaves in clear.
pub(crate) fn rtp_header(bytes: &[u8]) -> Option<(u8, u16, u32)> {
    let [128..=191, kind, seq_high, seq_low, _, _, _, _, a, b, c, d, ..] = bytes else { return None };
    (!is_rtcp(bytes))
        .then(|| (kind & 0x7f, u16::from_be_bytes([*seq_high, *seq_low]), u32::from_be_bytes([*a, *b, *c, *d])))
}
