//! Sound and picture that say whose they are, and the eyes and ears that judge what arrives.
//!
//! A picture is VP8 by its payload descriptor and its keyframe bit (RFC 7741), and a [`Label`] for the rest; a sound is a label.

use std::collections::BTreeMap;
use std::time::Duration;

use sfu_core::ParticipantId;

/// What every synthetic packet carries: enough to tell, wherever it turns up, whether it may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) publisher: ParticipantId,
    pub(crate) room: u64,
    pub(crate) number: u32,
}

const MAGIC: [u8; 4] = *b"sim1";
const LABEL_BYTES: usize = 24;

impl Label {
    fn write(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&MAGIC);
        to.extend_from_slice(&self.publisher.0.to_be_bytes());
        to.extend_from_slice(&self.room.to_be_bytes());
        to.extend_from_slice(&self.number.to_be_bytes());
    }

    fn read(from: &[u8]) -> Option<(Self, &[u8])> {
        let (label, rest) = from.split_at_checked(LABEL_BYTES)?;
        let number =
            |range: std::ops::Range<usize>| label[range].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let publisher = ParticipantId(number(4..12));
        (label[..4] == MAGIC).then(|| {
            (Self { publisher, room: number(12..20), number: u32::try_from(number(20..24)).unwrap_or(0) }, rest)
        })
    }

    /// One packet's worth of sound. It repeats the two before it, as browsers do with Opus (RED, RFC 2198).
    pub(crate) fn sound(self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(LABEL_BYTES + SOUND_FILL);
        self.write(&mut payload);
        payload.resize(LABEL_BYTES + SOUND_FILL, 0);
        payload
    }

    pub(crate) fn of_sound(payload: &[u8]) -> Option<Self> {
        Self::read(payload).map(|(label, _)| label)
    }

    /// One frame, as VP8 payloads.
    pub(crate) fn picture(self, kind: Frame) -> Vec<Vec<u8>> {
        let parts = match kind {
            Frame::Key => KEYFRAME_PACKETS,
            Frame::Delta => DELTA_PACKETS,
        };
        (0..parts).map(|part| self.picture_part(kind, part, parts)).collect()
    }

    fn picture_part(self, kind: Frame, part: u8, parts: u8) -> Vec<u8> {
        let start_of_partition = if part == 0 { 0x10 } else { 0 };
        let picture_id = (self.number & 0x7fff).to_be_bytes();
        let not_key = u8::from(kind == Frame::Delta); // The P bit of the frame's first byte; in later packets it is just a byte.
        let mut payload = vec![0x80 | start_of_partition, 0x80, 0x80 | picture_id[2], picture_id[3], not_key];
        self.write(&mut payload);
        payload.extend_from_slice(&[part, parts]);
        payload.resize(payload.len() + PICTURE_FILL, 0);
        payload
    }

    fn of_picture(payload: &[u8]) -> Option<(Self, Frame, u8, u8)> {
        let kind = if payload.get(4)? & 1 == 0 { Frame::Key } else { Frame::Delta };
        let (label, rest) = Self::read(payload.get(5..)?)?;
        Some((label, kind, *rest.first()?, *rest.get(1)?))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Key,
    Delta,
}

/// How often a person speaks into the microphone: two steps of an Opus encoder that saves packets.
pub(crate) const SOUND_EVERY: Duration = Duration::from_nanos(1_953_125 * 32); // 1/16 s
/// How often a camera looks. Slow, so that a thousand simulated visits fit into a minute; nothing in the core depends on the rate.
pub(crate) const PICTURE_EVERY: Duration = Duration::from_nanos(1_953_125 * 64); // 1/8 s
const KEYFRAME_PACKETS: u8 = 3;
const DELTA_PACKETS: u8 = 2;
const SOUND_FILL: usize = 60;
const PICTURE_FILL: usize = 600;

/// One viewer's eyes on one publisher: a decoder that needs every frame in order, or a keyframe.
#[derive(Debug, Default)]
pub(crate) struct Eyes {
    next: Option<u32>,
    waiting: BTreeMap<u32, (Frame, u8, u8)>, // Parts seen as bits, parts in all.
    stuck_since: Option<Duration>,
    asked_at: Option<Duration>,
    pub(crate) frames: u64,
    pub(crate) last_frame_at: Option<Duration>,
}

/// Frames that a viewer keeps while one before them is missing: four seconds of them.
const WAITING_MAX: usize = 32;
/// A decoder asks for a keyframe when it has been stuck for so long; retransmission was to help until then.
const PATIENCE: Duration = Duration::from_millis(400);

impl Eyes {
    /// Takes one payload; the label, if it is one of ours.
    pub(crate) fn see(&mut self, payload: &[u8], now: Duration) -> Option<Label> {
        let (label, kind, part, parts) = Label::of_picture(payload)?;
        if self.next.is_none_or(|next| next <= label.number) {
            let frame = self.waiting.entry(label.number).or_insert((kind, 0, parts));
            frame.1 |= 1 << part.min(7);
            if part == 0 {
                frame.0 = kind;
            }
            while WAITING_MAX < self.waiting.len() {
                self.waiting.pop_first();
            }
            self.decode(now);
        }
        Some(label)
    }

    /// Whether to ask for a keyframe now.
    pub(crate) fn wants_keyframe(&mut self, now: Duration) -> bool {
        let stuck = self.stuck_since.is_some_and(|since| since + PATIENCE <= now);
        let asks = stuck && self.asked_at.is_none_or(|at| at + PATIENCE * 2 <= now);
        if asks {
            self.asked_at = Some(now);
        }
        asks
    }

    fn decode(&mut self, now: Duration) {
        while let Some(number) = self.decodable() {
            self.waiting = self.waiting.split_off(&(number + 1));
            self.next = Some(number + 1);
            self.frames += 1;
            self.last_frame_at = Some(now);
            self.stuck_since = None;
        }
        if self.waiting.is_empty() {
            self.stuck_since = None;
        } else if self.stuck_since.is_none() {
            self.stuck_since = Some(now);
        }
    }

    fn decodable(&self) -> Option<u32> {
        let is_whole = |(_, seen, parts): &(Frame, u8, u8)| seen.count_ones() == u32::from(*parts);
        let follows = self.next.filter(|next| self.waiting.get(next).is_some_and(is_whole));
        let restarts = || {
            self.waiting.iter().find(|(_, frame)| frame.0 == Frame::Key && is_whole(frame)).map(|(number, _)| *number)
        };
        follows.or_else(restarts)
    }
}

/// One viewer's ears on one publisher.
#[derive(Debug, Default)]
pub(crate) struct Ears {
    heard: std::collections::BTreeSet<u32>,
    pub(crate) packets: u64,
}

/// Numbers remembered to tell what comes twice: half a minute of them.
const HEARD_MAX: u32 = 512;
/// Packets before it that each packet of sound repeats.
const SOUND_REPEATS: u32 = 2;

impl Ears {
    pub(crate) fn hear(&mut self, payload: &[u8]) -> Option<Label> {
        let label = Label::of_sound(payload)?;
        for number in label.number.saturating_sub(SOUND_REPEATS)..=label.number {
            if self.heard.last().is_none_or(|last| *last < number + HEARD_MAX) && self.heard.insert(number) {
                self.packets += 1;
            }
        }
        while HEARD_MAX < self.heard.last().copied().unwrap_or(0) - self.heard.first().copied().unwrap_or(0) {
            self.heard.pop_first();
        }
        Some(label)
    }
}

/// Whose picture a payload is part of.
pub(crate) fn publisher_of_picture(payload: &[u8]) -> Option<ParticipantId> {
    Label::of_picture(payload).map(|(label, ..)| label.publisher)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u32, kind: Frame) -> Vec<Vec<u8>> {
        Label { publisher: ParticipantId(7), room: 3, number }.picture(kind)
    }

    #[test]
    fn what_is_written_is_read() {
        let label = Label { publisher: ParticipantId(u64::MAX), room: 3, number: 70_000 };
        assert_eq!(Label::of_sound(&label.sound()), Some(label));
        let parts = label.picture(Frame::Key);
        assert_eq!(Label::of_picture(&parts[1]), Some((label, Frame::Key, 1, KEYFRAME_PACKETS)));
        assert_eq!(Label::of_picture(&[0; 40]), None);
    }

    #[test]
    fn a_missing_part_freezes_the_picture_until_it_or_a_keyframe_comes() {
        let mut eyes = Eyes::default();
        let at = Duration::from_millis;
        let mut show = |payloads: &[Vec<u8>], now| {
            for payload in payloads {
                eyes.see(payload, now).expect("it is ours");
            }
            (eyes.frames, eyes.wants_keyframe(now))
        };
        assert_eq!(show(&frame(0, Frame::Delta), at(0)), (0, false), "nothing to start from");
        assert_eq!(show(&frame(1, Frame::Key), at(100)), (1, false));
        assert_eq!(show(&frame(2, Frame::Delta)[1..], at(200)), (1, false));
        assert_eq!(show(&frame(3, Frame::Delta), at(300)), (1, false));
        assert_eq!(show(&[], at(700)), (1, true), "retransmission has had its time");
        assert_eq!(show(&frame(2, Frame::Delta)[..1], at(800)), (3, false), "the late part frees both frames");
        assert_eq!(show(&frame(5, Frame::Delta), at(900)), (3, false));
        assert_eq!(show(&frame(6, Frame::Key), at(1000)), (4, false));
    }
}
