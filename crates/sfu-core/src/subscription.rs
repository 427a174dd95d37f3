//! One receiving m-line of a viewer, and the rewriting that makes whatever it carries one continuous stream.
//!
//! A stream that a viewer receives never changes its SSRC, whoever is in the slot. So sequence numbers, timestamps and
//! VP8 picture ids go on where the last publisher's stopped. They start below 65,536, because a viewer who joins late
//! cannot know how often the publisher's sequence number has wrapped (RFC 3711, section 3.3.1). A sequence number is
//! never used twice: with AES-GCM that would give away the key.

use std::time::Instant;

use crate::keyframe::Start;
use crate::limits::KEYFRAME_WAIT_MAX;
use crate::transport::{Delivery, MediaPacket, Mid, Vp8Ids};

/// One receiving m-line.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) mid: Mid,
    pub(crate) name: String,
    pub(crate) is_video: bool,
    /// What this end sends on.
    pub(crate) ssrc: u32,
    pub(crate) repair_ssrc: Option<u32>,
    /// Whose track it carries.
    pub(crate) feed: Option<Feed>,
    pub(crate) rewriter: Rewriter,
    /// How the last format seen is delivered here: asked once, not for each packet.
    pub(crate) delivery: Option<(u8, Option<Delivery>)>,
}

/// A publisher's track. Sessions are counted, so that the track of a new session is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    pub(crate) publisher: usize,
    pub(crate) session: u64,
    pub(crate) track: usize,
}

/// Where a packet goes in the viewer's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) vp8_ids: Option<Vp8Ids>,
}

#[derive(Debug)]
pub(crate) struct Rewriter {
    /// The first sequence number ever.
    start: u16,
    mapping: Option<Mapping>,
    last: Option<Last>,
    /// Since when a keyframe has been awaited.
    waiting_since: Option<Instant>,
}

/// How one publisher's numbers become the viewer's.
#[derive(Clone, Copy, Debug)]
struct Mapping {
    first_in: u64,
    first_out: u64,
    timestamp_offset: u32,
    vp8_offset: Option<Vp8Offset>,
}

#[derive(Clone, Copy, Debug)]
struct Vp8Offset {
    picture: u16,
    base_layer: u8,
    key: u8,
}

/// The newest that was sent.
#[derive(Clone, Copy, Debug)]
struct Last {
    sequence: u64,
    timestamp: u32,
    at: Instant,
    vp8_ids: Option<Vp8Ids>,
}

impl Rewriter {
    pub(crate) fn new(start: u16) -> Self {
        Self { start: start / 2, mapping: None, last: None, waiting_since: None }
    }

    /// The next packet belongs to another stream, or comes after a pause: continue without a gap.
    pub(crate) fn restart(&mut self) {
        self.mapping = None;
        self.waiting_since = None;
    }

    /// Where `packet` goes; `None` if it must not go at all.
    pub(crate) fn place(&mut self, packet: &MediaPacket, start: Start, opaque: bool, now: Instant) -> Option<Position> {
        let ids = packet.vp8_ids();
        let mapping = match self.mapping {
            Some(mapping) => mapping,
            None => {
                if self.must_wait(packet, start, opaque, now) {
                    return None;
                }
                *self.mapping.insert(self.map(packet, ids, now))
            }
        };
        // What is older than the first may carry numbers that the previous stream has used.
        let distance = packet.sequence.checked_sub(mapping.first_in)?;
        let position = Position {
            sequence: mapping.first_out + distance,
            timestamp: packet.timestamp.wrapping_add(mapping.timestamp_offset),
            vp8_ids: ids.map(|ids| mapping.vp8_offset.map_or(ids, |offset| offset.apply(ids))),
        };
        if self.last.is_none_or(|last| last.sequence < position.sequence) {
            let Position { sequence, timestamp, vp8_ids } = position;
            self.last = Some(Last { sequence, timestamp, at: now, vp8_ids });
        }
        // Unchanged ids need no patch.
        Some(Position { vp8_ids: position.vp8_ids.filter(|_| mapping.vp8_offset.is_some()), ..position })
    }

    /// A decoder that has another stream's pictures would show a mixture until the keyframe. One that has none shows
    /// nothing, so it gets everything from the start.
    fn must_wait(&mut self, packet: &MediaPacket, start: Start, opaque: bool, now: Instant) -> bool {
        if !packet.format.codec().is_video() || self.last.is_none() || opaque || start == Start::Keyframe {
            return false;
        }
        let since = *self.waiting_since.get_or_insert(now);
        now.saturating_duration_since(since) < KEYFRAME_WAIT_MAX
    }

    fn map(&self, packet: &MediaPacket, ids: Option<Vp8Ids>, now: Instant) -> Mapping {
        let Some(last) = self.last else {
            return Mapping {
                first_in: packet.sequence,
                first_out: self.start.into(),
                timestamp_offset: 0,
                vp8_offset: None,
            };
        };
        let elapsed = packet.format.ticks(now.saturating_duration_since(last.at)).max(1);
        let timestamp = last.timestamp.wrapping_add(elapsed);
        Mapping {
            first_in: packet.sequence,
            first_out: last.sequence + 1,
            timestamp_offset: timestamp.wrapping_sub(packet.timestamp),
            vp8_offset: last.vp8_ids.zip(ids).map(|(last, first)| Vp8Offset::continuing(last, first)),
        }
    }
}

impl Vp8Offset {
    fn continuing(last: Vp8Ids, first: Vp8Ids) -> Self {
        let next = |last: Option<u8>, first: Option<u8>| match (last, first) {
            (Some(last), Some(first)) => last.wrapping_add(1).wrapping_sub(first),
            (Some(_) | None, _) => 0,
        };
        Self {
            picture: last.picture.wrapping_add(1).wrapping_sub(first.picture),
            base_layer: next(last.base_layer, first.base_layer),
            key: next(last.key, first.key),
        }
    }

    fn apply(self, ids: Vp8Ids) -> Vp8Ids {
        Vp8Ids {
            picture: ids.picture.wrapping_add(self.picture) & 0x7fff,
            base_layer: ids.base_layer.map(|id| id.wrapping_add(self.base_layer)),
            key: ids.key.map(|id| id.wrapping_add(self.key) & 0x1f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// What can happen to a viewer's line.
    #[derive(Clone, Debug)]
    enum Happens {
        /// A packet arrives: so far ahead of the newest, or behind it.
        Packet(i64),
        /// Another publisher takes the slot, whose sequence numbers start here.
        Restart(u64),
        Pause(u16),
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            8 => (-5i64..6).prop_map(Happens::Packet),
            1 => (0u64..1 << 40).prop_map(Happens::Restart),
            1 => any::<u16>().prop_map(Happens::Pause),
        ]
    }

    proptest! {
        #[test]
        fn no_sequence_number_is_used_twice_whatever_happens(
            seed: u16, first in 0u64..1 << 40, events in proptest::collection::vec(happens(), 1..300),
        ) {
            #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
            let mut now = Instant::now();
            let mut rewriter = Rewriter::new(seed);
            let (mut newest, mut arrived, mut used) = (first, BTreeSet::new(), BTreeSet::new());
            let mut expected_first = None;
            for event in events {
                now += Duration::from_millis(1);
                match event {
                    Happens::Pause(millis) => now += Duration::from_millis(millis.into()),
                    Happens::Restart(at) => {
                        rewriter.restart();
                        (newest, arrived) = (at, BTreeSet::new());
                        expected_first = used.last().map(|last| last + 1);
                    }
                    Happens::Packet(ahead) => {
                        let sequence = newest.saturating_add_signed(ahead);
                        newest = newest.max(sequence);
                        if !arrived.insert(sequence) {
                            continue; // The session engine has dropped a replay before.
                        }
                        let packet = MediaPacket::vp8(sequence, now);
                        let Some(position) = rewriter.place(&packet, Start::Keyframe, false, now) else { continue };
                        prop_assert!(used.is_empty().then_some(position.sequence).is_none_or(|first| first < 65_536));
                        prop_assert!(expected_first.take().is_none_or(|first| first == position.sequence), "a gap");
                        prop_assert!(used.insert(position.sequence), "{} twice", position.sequence);
                    }
                }
            }
        }
    }
}
