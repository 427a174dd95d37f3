//! The media that is forwarded: what a browser sends for 1.2 Mbit/s of VP8 and one voice.

/// RTP payload of one video packet.
pub const VIDEO_BYTES: usize = 1150;
/// RTP payload of 20 ms of Opus.
pub const AUDIO_BYTES: usize = 80;

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
