//! What every synthetic packet carries: enough to tell, wherever it turns up, whether it may be there and what it needs to be decoded.
//!
//! A picture is VP8 by its payload descriptor and its keyframe bit (RFC 7741), and a [`Label`] and a [`Picture`] for the rest; a sound is a label.

use std::time::Duration;

use sfu_core::{ParticipantId, Source};

use crate::time::TICK;

/// Whose it is, and when it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) publisher: ParticipantId,
    pub(crate) room: u64,
    pub(crate) source: Source,
    /// Counts the packets of a microphone, and the frames of one layer.
    pub(crate) number: u32,
    /// When it was taken, in [`TICK`]s since the beginning.
    pub(crate) at: u32,
}

/// Which part of which frame a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) height: u16,
    /// The frame of the same layer that it needs; its own number if it needs none.
    pub(crate) reference: u32,
    pub(crate) part: u8,
    pub(crate) parts: u8,
}

/// The fields of a VP8 payload descriptor (RFC 7741, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vp8 {
    pub(crate) picture_id: u16,
    /// `TL0PICIDX` and `TID`, where there are temporal layers.
    pub(crate) temporal: Option<(u8, u8)>,
}

const MAGIC: [u8; 4] = *b"sim2";
const LABEL_BYTES: usize = 29;
const PICTURE_BYTES: usize = 8;
/// What a VP8 keyframe begins with (RFC 6386, section 9.1): not predicted, the start code, and a size that nobody reads. Here each part begins so.
const KEYFRAME_HEADER: [u8; HEADER_BYTES] = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
const HEADER_BYTES: usize = 10;
/// What Opus takes for 1/16 s at 16 kbit/s, less the label.
const SOUND_FILL: usize = 96;
/// The largest part of a frame: with its header, extensions and tag it stays below 1,200 bytes.
pub(crate) const PART_BYTES_MAX: usize = 1_050;

/// `at` on the clock of labels.
pub(crate) fn ticks(at: Duration) -> u32 {
    u32::try_from(at.as_nanos() / TICK.as_nanos()).unwrap_or(u32::MAX)
}

impl Label {
    fn write(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&MAGIC);
        to.extend_from_slice(&self.publisher.0.to_be_bytes());
        to.extend_from_slice(&self.room.to_be_bytes());
        to.push(self.source as u8);
        to.extend_from_slice(&self.number.to_be_bytes());
        to.extend_from_slice(&self.at.to_be_bytes());
    }

    fn read(from: &[u8]) -> Option<(Self, &[u8])> {
        let (label, rest) = from.split_at_checked(LABEL_BYTES)?;
        let sources = [Source::Microphone, Source::Camera, Source::Screen];
        let source = sources.into_iter().find(|source| *source as u8 == label[20])?;
        let short = |from: usize| u32::try_from(number(&label[from..from + 4])).unwrap_or(0);
        let publisher = ParticipantId(number(&label[4..12]));
        (label[..4] == MAGIC)
            .then(|| (Self { publisher, room: number(&label[12..20]), source, number: short(21), at: short(25) }, rest))
    }

    /// When it was taken.
    pub(crate) fn taken_at(self) -> Duration {
        TICK * self.at
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

    /// One packet of a frame, with so many bytes that mean nothing. What is `sealed` shows nothing but its payload descriptor.
    pub(crate) fn picture(self, vp8: Vp8, picture: Picture, fill: usize, sealed: bool) -> Vec<u8> {
        let mut payload = Vec::with_capacity(8 + HEADER_BYTES + LABEL_BYTES + PICTURE_BYTES + fill);
        vp8.write(picture.part == 0, &mut payload);
        payload.extend_from_slice(&match (sealed, picture.reference == self.number) {
            (false, true) => KEYFRAME_HEADER,
            (false, false) => [0x01; HEADER_BYTES],
            (true, _) => [self.number.wrapping_mul(0x9e37_79b9).to_be_bytes()[0]; HEADER_BYTES], // Noise, of one kind for a frame.
        });
        self.write(&mut payload);
        payload.extend_from_slice(&picture.height.to_be_bytes());
        payload.extend_from_slice(&picture.reference.to_be_bytes());
        payload.extend_from_slice(&[picture.part, picture.parts]);
        payload.resize(payload.len() + fill, 0);
        payload
    }

    pub(crate) fn of_picture(payload: &[u8]) -> Option<(Self, Vp8, Picture)> {
        let (vp8, rest) = Vp8::read(payload)?;
        let (label, rest) = Self::read(rest.get(HEADER_BYTES..)?)?;
        let picture = Picture {
            height: u16::from_be_bytes([*rest.first()?, *rest.get(1)?]),
            reference: u32::try_from(number(rest.get(2..6)?)).unwrap_or(0),
            part: *rest.get(6)?,
            parts: *rest.get(7)?,
        };
        Some((label, vp8, picture))
    }
}

impl Vp8 {
    fn write(self, starts: bool, to: &mut Vec<u8>) {
        let [high, low] = (self.picture_id & 0x7fff).to_be_bytes();
        to.push(0x80 | if starts { 0x10 } else { 0 }); // X, S.
        to.push(if self.temporal.is_some() { 0x80 | 0x40 | 0x20 } else { 0x80 }); // I, L, T.
        to.extend_from_slice(&[0x80 | high, low]); // M.
        if let Some((base, layer)) = self.temporal {
            to.extend_from_slice(&[base, layer << 6 | 0x20]); // Y: needs the base layer only.
        }
    }

    fn read(payload: &[u8]) -> Option<(Self, &[u8])> {
        let (_, [flags, high, low, rest @ ..]) = payload.split_first()? else { return None };
        let picture_id = u16::from_be_bytes([high & 0x7f, *low]);
        match (flags & 0x60, rest) {
            (0, rest) => Some((Self { picture_id, temporal: None }, rest)),
            (0x60, [base, layer, rest @ ..]) => Some((Self { picture_id, temporal: Some((*base, layer >> 6)) }, rest)),
            _ => None,
        }
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let label =
            Label { publisher: ParticipantId(u64::MAX), room: 3, source: Source::Microphone, number: 70_000, at: 9 };
        assert_eq!(Label::of_sound(&label.sound()), Some(label));
        let label = Label { source: Source::Screen, ..label };
        for temporal in [None, Some((200, 1))] {
            let vp8 = Vp8 { picture_id: 0x7ffe, temporal };
            let picture = Picture { height: 720, reference: 69_999, part: 1, parts: 3 };
            for sealed in [false, true] {
                assert_eq!(Label::of_picture(&label.picture(vp8, picture, 40, sealed)), Some((label, vp8, picture)));
            }
        }
        assert_eq!(Label::of_picture(&[0; 60]), None);
    }
}
