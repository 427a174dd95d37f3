//! The media that is forwarded: what a browser sends for 1.2 Mbit/s of VP8 and one voice.

use std::time::{Duration, SystemTime};

/// RTP payload of one video packet.
pub const VIDEO_BYTES: usize = 1150;
/// RTP payload of 20 ms of Opus.
pub const AUDIO_BYTES: usize = 80;
/// Where in a payload, behind what a forwarder may read, stands when it was sent: nanoseconds since 1970.
const STAMP: std::ops::Range<usize> = 16..24;

/// The packets of one frame (RFC 7741): the descriptor, then a frame tag whose lowest bit is clear in a keyframe.
#[must_use]
pub fn frame(packets: usize, keyframe: bool) -> Vec<Vec<u8>> {
    let packet = |index| {
        let mut payload = vec![0; VIDEO_BYTES];
        payload[0] = if index == 0 { 0x10 } else { 0 };
        payload[1] = u8::from(!keyframe);
        payload[4..7].copy_from_slice(&[0x9d, 0x01, 0x2a]);
        payload
    };
    (0..packets).map(packet).collect()
}

/// Whether a datagram is SRTP, and not SRTCP, STUN or DTLS (RFC 7983, RFC 5761).
#[must_use]
pub fn is_srtp(datagram: &[u8]) -> bool {
    let mut bytes = datagram.iter();
    let first = bytes.next().is_some_and(|byte| (128..192).contains(byte));
    first && bytes.next().is_some_and(|byte| !(64..96).contains(&(byte & 0x7f)))
}

/// The kernel's clock, by which it notes what arrives.
pub(crate) fn unix_now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970")
}

/// Writes into a payload that it is sent now.
pub(crate) fn stamp(payload: &mut [u8]) {
    payload[STAMP].copy_from_slice(&(unix_now().as_nanos() as u64).to_be_bytes());
}

/// When a payload was sent.
pub(crate) fn stamp_of(payload: &[u8]) -> Option<Duration> {
    let nanos = payload.get(STAMP)?.first_chunk()?;
    Some(Duration::from_nanos(u64::from_be_bytes(*nanos)))
}
