//! One viewer's eyes on one camera or screen: a decoder that needs every part of a frame, and the frame that it refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::label::{Label, Picture};

/// A decoder and its jitter buffer.
#[derive(Debug, Default)]
pub(crate) struct Eyes {
    /// By RTP timestamp, which is the order in which a viewer gets to see them.
    waiting: BTreeMap<u64, Waiting>,
    /// Of the last keyframe's layer since that keyframe.
    decoded: BTreeSet<u32>,
    height: u16,
    shown: Option<u64>,
    stuck_since: Option<Duration>,
    asked_at: Option<Duration>,
}

/// A frame that is not shown yet.
#[derive(Debug)]
struct Waiting {
    number: u32,
    reference: u32,
    height: u16,
    seen: [u128; 2], // Parts, as bits.
    parts: u8,
}

/// Frames that a viewer keeps while one before them is missing: four seconds of them.
const WAITING_MAX: usize = 64;
/// Frames of the past that a decoder can be referred to.
const DECODED_MAX: usize = 32;
/// A decoder asks for a keyframe when it has been stuck for so long; retransmission was to help until then.
const PATIENCE: Duration = Duration::from_millis(400);

impl Eyes {
    /// Takes one packet. Gives the heights of the frames that can be shown now.
    pub(crate) fn see(&mut self, label: Label, picture: Picture, time: u64, now: Duration) -> Vec<u16> {
        if self.shown.is_none_or(|shown| shown < time) {
            let Picture { height, reference, part, parts } = picture;
            let fresh = || Waiting { number: label.number, reference, height, seen: [0; 2], parts };
            let waiting = self.waiting.entry(time).or_insert_with(fresh);
            waiting.seen[usize::from(part / 128)] |= 1 << (part % 128);
            while WAITING_MAX < self.waiting.len() {
                self.waiting.pop_first();
            }
        }
        self.decode(now)
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

    fn decode(&mut self, now: Duration) -> Vec<u16> {
        let mut heights = Vec::new();
        while let Some(time) = self.decodable() {
            let later = self.waiting.split_off(&(time + 1));
            let frame = std::mem::replace(&mut self.waiting, later).remove(&time).expect("it was just found");
            if frame.reference == frame.number {
                self.decoded.clear();
            }
            self.decoded.insert(frame.number);
            if DECODED_MAX < self.decoded.len() {
                self.decoded.pop_first();
            }
            self.height = frame.height;
            self.shown = Some(time);
            self.stuck_since = None;
            heights.push(frame.height);
        }
        if self.waiting.is_empty() {
            self.stuck_since = None;
        } else if self.stuck_since.is_none() {
            self.stuck_since = Some(now);
        }
        heights
    }

    fn decodable(&self) -> Option<u64> {
        let is_whole =
            |frame: &Waiting| frame.seen.iter().map(|seen| seen.count_ones()).sum::<u32>() == u32::from(frame.parts);
        let has_all = |frame: &Waiting| {
            frame.reference == frame.number || frame.height == self.height && self.decoded.contains(&frame.reference)
        };
        self.waiting.iter().find(|(_, frame)| is_whole(frame) && has_all(frame)).map(|(time, _)| *time)
    }
}

#[cfg(test)]
mod tests {
    use sfu_core::{ParticipantId, Source};

    use super::*;

    /// Shows parts of frame `number`, which refers to `reference`, in two parts.
    fn show(eyes: &mut Eyes, number: u32, reference: u32, parts: &[u8], now: u64) -> (usize, bool) {
        let now = Duration::from_millis(now);
        let label = Label { publisher: ParticipantId(7), room: 3, source: Source::Camera, number, at: 0 };
        let picture = |part| Picture { height: 180, reference, part, parts: 2 };
        let shown = parts.iter().map(|part| eyes.see(label, picture(*part), u64::from(number), now).len()).sum();
        (shown, eyes.wants_keyframe(now))
    }

    #[test]
    fn a_missing_part_freezes_the_picture_until_it_or_a_keyframe_comes() {
        let mut eyes = Eyes::default();
        assert_eq!(show(&mut eyes, 1, 0, &[0, 1], 0), (0, false), "nothing to start from");
        assert_eq!(show(&mut eyes, 2, 2, &[0, 1], 100), (1, false));
        assert_eq!(show(&mut eyes, 3, 2, &[1], 200), (0, false));
        assert_eq!(show(&mut eyes, 4, 3, &[0, 1], 300), (0, false));
        assert_eq!(show(&mut eyes, 4, 3, &[], 700), (0, true), "retransmission has had its time");
        assert_eq!(show(&mut eyes, 3, 2, &[0], 800), (2, false), "the late part frees both frames");
        assert_eq!(show(&mut eyes, 6, 5, &[0, 1], 900), (0, false));
        assert_eq!(show(&mut eyes, 7, 7, &[0, 1], 1000), (1, false));
    }

    #[test]
    fn a_frame_that_none_needs_may_be_missing() {
        let mut eyes = Eyes::default();
        assert_eq!(show(&mut eyes, 0, 0, &[0, 1], 0).0, 1);
        assert_eq!(show(&mut eyes, 1, 0, &[0], 60).0, 0);
        assert_eq!(show(&mut eyes, 2, 0, &[0, 1], 120).0, 1);
    }

    #[test]
    fn a_frame_of_very_many_parts_is_shown_when_it_is_whole() {
        let mut eyes = Eyes::default();
        let label = Label { publisher: ParticipantId(7), room: 3, source: Source::Screen, number: 1, at: 0 };
        let picture = |part| Picture { height: 1_080, reference: 1, part, parts: 200 };
        let shown = (0..200).map(|part| eyes.see(label, picture(part), 1, Duration::ZERO).len());
        assert_eq!(shown.collect::<Vec<_>>().iter().position(|frames| *frames == 1), Some(199));
    }

    #[test]
    fn another_layer_is_of_no_use_without_a_keyframe() {
        let mut eyes = Eyes::default();
        assert_eq!(show(&mut eyes, 5, 5, &[0, 1], 0).0, 1);
        let label = Label { publisher: ParticipantId(7), room: 3, source: Source::Camera, number: 6, at: 0 };
        let higher = Picture { height: 360, reference: 5, part: 0, parts: 1 };
        assert_eq!(eyes.see(label, higher, 6, Duration::ZERO), [0; 0]);
        let keyframe = Picture { reference: 6, ..higher };
        assert_eq!(eyes.see(label, keyframe, 7, Duration::ZERO), [360]);
    }
}
