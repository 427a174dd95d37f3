//! One receiving m-line of a viewer, and the rewriting that makes whatever it carries one continuous stream.
//!
//! A stream that a viewer receives never changes its SSRC, whoever is in the slot. So sequence numbers, timestamps and
//! VP8 picture ids go on where the last publisher's stopped. They start below 65,536, because a viewer who joins late
//! cannot know how often the publisher's sequence number has wrapped (RFC 3711, section 3.3.1). A sequence number is
//! never used twice: with AES-GCM that would give away the key.

use std::time::Instant;

use crate::keyframe::Start;
use crate::layers::{Ranking, Target};
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
    /// How much of it the viewer is to be given at most: see [`Line::aim`].
    target: Option<Target>,
    /// The layer of the track that the viewer gets now.
    layer: Option<usize>,
    /// The one that takes its place at its next keyframe, and since when that has been awaited.
    next: Option<(usize, Instant)>,
    /// Which layer serves the target, as long as the ranking stays.
    chosen: Option<(u32, usize)>,
    pub(crate) rewriter: Rewriter,
    /// How the last format seen is delivered here: asked once, not for each packet.
    pub(crate) delivery: Option<(u8, Option<Delivery>)>,
}

/// What becomes of a packet on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Selected {
    pub(crate) goes: bool,
    /// A layer whose keyframe is needed.
    pub(crate) asks: Option<usize>,
}

impl Line {
    pub(crate) fn new(
        mid: Mid,
        name: String,
        is_video: bool,
        (ssrc, repair_ssrc): (u32, Option<u32>),
        start: u16,
    ) -> Self {
        Self {
            mid,
            name,
            is_video,
            ssrc,
            repair_ssrc,
            feed: None,
            target: Some(Target::HIGHEST),
            layer: None,
            next: None,
            chosen: None,
            rewriter: Rewriter::new(start),
            delivery: None,
        }
    }

    /// Says how much of the track to give from now on: at most the target, or nothing. More comes with the next keyframe
    /// of another layer, less inside a layer at once. Of a higher simulcast layer the viewer gets more until the lower
    /// one's keyframe comes; when there is no room for that, [`Line::cut`] it.
    pub(crate) fn aim(&mut self, target: Option<Target>) {
        if self.target != target {
            self.target = target;
            self.chosen = None;
            if target.is_none() {
                self.restart();
            }
        }
    }

    /// As [`Line::aim`], but a layer that is not the target's stops now. The picture stands until the keyframe.
    pub(crate) fn cut(&mut self, target: Option<Target>) {
        self.aim(target);
        if self.layer != target.map(|target| target.layer) {
            self.restart();
        }
    }

    /// Another track, or the same after a pause: its next packet goes on where the viewer's stream stopped.
    pub(crate) fn restart(&mut self) {
        self.layer = None;
        self.next = None;
        self.chosen = None;
        self.rewriter.restart();
    }

    pub(crate) fn target(&self) -> Option<Target> {
        self.target
    }

    /// The layer that the viewer gets now; `None` while nothing comes or is wanted.
    pub(crate) fn showing(&self) -> Option<usize> {
        self.layer
    }

    /// The layer that the viewer gets now or next; `None` while it is paused.
    pub(crate) fn chooses(&mut self, ranking: &Ranking) -> Option<usize> {
        let target = self.target?;
        Some(match self.chosen {
            Some((version, layer)) if version == ranking.version => layer,
            Some(_) | None => self.chosen.insert((ranking.version, ranking.choose(target))).1,
        })
    }

    /// Whether a packet of `layer` goes to the viewer. This is where layers change.
    pub(crate) fn select(&mut self, ranking: &Ranking, layer: usize, arrived: &Arrived, now: Instant) -> Selected {
        const DROPPED: Selected = Selected { goes: false, asks: None };
        let Some(chosen) = self.chooses(ranking) else { return DROPPED };
        let is_keyframe = arrived.start == Start::Keyframe;
        let Some(current) = self.layer else {
            if layer != chosen {
                return DROPPED;
            }
            self.layer = Some(layer);
            return Selected { goes: true, asks: (!is_keyframe && self.is_video).then_some(layer) };
        };
        if current == chosen {
            self.next = None;
            return Selected { goes: layer == current, asks: None };
        }
        let (next, since) = self.next.filter(|(next, _)| *next == chosen).unwrap_or((chosen, now));
        let asks = (self.next != Some((next, since))).then_some(next);
        self.next = Some((next, since));
        // A keyframe whose first packet comes late has had packets dropped already: wait for another.
        let shows_keyframe = is_keyframe && arrived.is_newest;
        let hides_keyframe = arrived.opaque && KEYFRAME_WAIT_MAX <= now.saturating_duration_since(since);
        if layer != next || !(shows_keyframe || hides_keyframe) {
            let asks = asks.or((layer == next && is_keyframe).then_some(next));
            return Selected { goes: layer == current, asks };
        }
        self.layer = Some(next);
        self.next = None;
        Selected { goes: true, asks: None }
    }
}

/// What must be known of a packet to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) start: Start,
    pub(crate) is_newest: bool,
    /// Its layer hides its keyframes.
    pub(crate) opaque: bool,
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

/// How one stream's numbers become the viewer's.
#[derive(Clone, Copy, Debug)]
struct Mapping {
    layer: usize,
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
    captured_at: Instant,
    is_reported: bool,
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
    pub(crate) fn place(&mut self, packet: &MediaPacket, layer: usize, opaque: bool, now: Instant) -> Option<Position> {
        let ids = packet.vp8_ids();
        let mapping = match self.mapping {
            Some(mapping) if mapping.layer == layer => mapping,
            Some(_) => *self.mapping.insert(self.map(packet, layer, ids, true, now)),
            None => {
                if self.must_wait(packet, opaque, now) {
                    return None;
                }
                *self.mapping.insert(self.map(packet, layer, ids, false, now))
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
            let MediaPacket { captured_at, is_reported, .. } = *packet;
            self.last = Some(Last { sequence, timestamp, at: now, captured_at, is_reported, vp8_ids });
        }
        // Unchanged ids need no patch.
        Some(Position { vp8_ids: position.vp8_ids.filter(|_| mapping.vp8_offset.is_some()), ..position })
    }

    /// A decoder that has another stream's pictures would show a mixture until the keyframe. One that has none shows
    /// nothing, so it gets everything from the start.
    fn must_wait(&mut self, packet: &MediaPacket, opaque: bool, now: Instant) -> bool {
        let is_video = packet.format.codec().is_video();
        if !is_video || self.last.is_none() || opaque || packet.frame.start == Start::Keyframe {
            return false;
        }
        let since = *self.waiting_since.get_or_insert(now);
        now.saturating_duration_since(since) < KEYFRAME_WAIT_MAX
    }

    /// `is_same_clock`: it goes on with another layer of the same publisher.
    fn map(
        &self,
        packet: &MediaPacket,
        layer: usize,
        ids: Option<Vp8Ids>,
        is_same_clock: bool,
        now: Instant,
    ) -> Mapping {
        let Some(last) = self.last else {
            return Mapping {
                layer,
                first_in: packet.sequence,
                first_out: self.start.into(),
                timestamp_offset: 0,
                vp8_offset: None,
            };
        };
        let elapsed = if is_same_clock && last.is_reported && packet.is_reported {
            packet.captured_at.saturating_duration_since(last.captured_at)
        } else {
            now.saturating_duration_since(last.at)
        };
        let timestamp = last.timestamp.wrapping_add(packet.format.ticks(elapsed).max(1));
        Mapping {
            layer,
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
                        let mut packet = MediaPacket::vp8(sequence, now);
                        packet.frame.start = Start::Keyframe;
                        let Some(position) = rewriter.place(&packet, 0, false, now) else { continue };
                        prop_assert!(used.is_empty().then_some(position.sequence).is_none_or(|first| first < 65_536));
                        prop_assert!(expected_first.take().is_none_or(|first| first == position.sequence), "a gap");
                        prop_assert!(used.insert(position.sequence), "{} twice", position.sequence);
                    }
                }
            }
        }
    }
}
