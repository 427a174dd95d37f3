//! The rewriting that makes whatever a viewer's line carries one continuous stream.
//!
//! A stream that a viewer receives never changes its SSRC, whoever is in the slot and whichever layer is chosen. So
//! sequence numbers, timestamps, VP8 picture ids and frame numbers go on where the last publisher's or layer's stopped, and
//! what is left out on purpose leaves no gap. Sequence numbers start below 65,536, because a viewer who joins late cannot
//! know how often the publisher's has wrapped (RFC 3711, section 3.3.1). A sequence number is never used twice: with
//! AES-GCM that would give away the key.

use std::time::{Duration, Instant};

use crate::descriptor::{self, Selected, Selector, Written};
use crate::keyframe::Start;
use crate::layers::Target;
use crate::limits::KEYFRAME_WAIT_MAX;
use crate::numbers::Numbers;
use crate::plane::MediaPacket;
use crate::vp8::Vp8Ids;

/// Where a packet goes in the viewer's stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) vp8_ids: Option<Vp8Ids>,
    pub(crate) descriptor: Option<Written>,
    /// It is the last of its picture, for this viewer.
    pub(crate) marker: bool,
    /// Only its number goes: it was left out, but came so late that its place had been kept.
    pub(crate) is_filler: bool,
}

#[derive(Debug)]
pub(crate) struct Rewriter {
    /// The first sequence number ever.
    start: u16,
    mapping: Option<Mapping>,
    last: Option<Last>,
    /// There is no mapping, but the next is of the same sender.
    is_same_clock: bool,
    /// Since when a keyframe has been awaited.
    waiting_since: Option<Instant>,
    /// Whether the stream has dependency descriptors; then these two choose.
    is_described: bool,
    selector: Selector,
    descriptors: descriptor::Rewriter,
}

/// How one stream's numbers become the viewer's.
#[derive(Debug)]
struct Mapping {
    layer: usize,
    sequence: Numbers,
    timestamp_offset: u32,
    vp8: Option<Vp8Mapping>,
}

/// The newest that was sent.
#[derive(Clone, Copy, Debug)]
struct Last {
    sequence: u64,
    timestamp: u32,
    at: Instant,
    captured_at: Instant,
    clock_reading: Option<u32>,
    vp8_ids: Option<Vp8Ids>,
}

impl Rewriter {
    pub(crate) fn new(start: u16) -> Self {
        Self {
            start: start / 2,
            mapping: None,
            last: None,
            is_same_clock: false,
            waiting_since: None,
            is_described: false,
            selector: Selector::new(),
            descriptors: descriptor::Rewriter::new(start),
        }
    }

    /// The next packet belongs to another stream, or comes after a pause: continue without a gap.
    pub(crate) fn restart(&mut self) {
        self.mapping = None;
        self.is_same_clock = false;
        self.waiting_since = None;
        self.selector.restart();
        self.descriptors.restart();
    }

    /// Some of the stream was left out on purpose, and what comes next is of the same sender: continue without a gap.
    pub(crate) fn skip(&mut self) {
        let is_same_clock = self.mapping.is_some() || self.is_same_clock;
        self.restart();
        self.is_same_clock = is_same_clock;
    }

    /// Whether it is in the midst of `layer`.
    pub(crate) fn is_within(&self, layer: usize) -> bool {
        self.mapping.as_ref().is_some_and(|mapping| mapping.layer == layer)
    }

    /// For how long a keyframe has been awaited.
    pub(crate) fn waiting(&self, now: Instant) -> Duration {
        self.waiting_since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// Whether the viewer can only get what it is to have after a keyframe.
    pub(crate) fn needs_keyframe(&self) -> bool {
        self.waiting_since.is_some() || self.is_described && self.selector.needs_keyframe()
    }

    /// Where `packet` goes; `None` if it must not go at all.
    pub(crate) fn place(
        &mut self,
        packet: &MediaPacket,
        layer: usize,
        target: Target,
        opaque: bool,
        now: Instant,
    ) -> Option<Position> {
        if packet.payload.is_empty() && self.mapping.is_none() {
            return None;
        }
        let is_same_clock = self.mapping.is_some() || self.is_same_clock;
        // After a leap nothing in between can be repaired any more: it is a pause, not loss.
        let ends = |mapping: &Mapping| mapping.layer != layer || mapping.sequence.is_leap(packet.sequence);
        if self.mapping.as_ref().is_some_and(ends) {
            self.restart();
        }
        self.is_described = packet.descriptor.is_some();
        let selected = packet.descriptor.as_ref().map(|descriptor| {
            self.selector.aim(target.spatial, target.temporal);
            self.selector.select(descriptor, packet.timestamp)
        });
        if self.mapping.is_none() {
            let waits = match selected {
                Some(selected) => !selected.goes,
                None => self.must_wait(packet, opaque, now),
            };
            if waits {
                self.waiting_since.get_or_insert(now);
                return None;
            }
            self.mapping = Some(self.map(packet, layer, is_same_clock, now));
            self.is_same_clock = false;
            self.waiting_since = None;
        }
        let chosen = self.choose(packet, selected, target);
        let mapping = self.mapping.as_mut()?;
        let Some(chosen) = chosen else {
            if mapping.sequence.skip(packet.sequence) {
                return None;
            }
            let sequence = mapping.sequence.keep(packet.sequence)?;
            let timestamp = packet.timestamp.wrapping_add(mapping.timestamp_offset);
            if let Some(last) = &mut self.last {
                last.sequence = last.sequence.max(sequence);
            }
            let (vp8_ids, descriptor, marker) = (None, None, false);
            return Some(Position { sequence, timestamp, vp8_ids, descriptor, marker, is_filler: true });
        };
        let sequence = mapping.sequence.keep(packet.sequence)?;
        let timestamp = packet.timestamp.wrapping_add(mapping.timestamp_offset);
        let vp8_ids = packet.vp8_ids.map(|ids| mapping.vp8.as_ref().map_or(ids, |vp8| vp8.apply(ids, chosen.picture)));
        if self.last.is_none_or(|last| last.sequence < sequence) {
            let MediaPacket { captured_at, clock_reading, .. } = *packet;
            self.last = Some(Last { sequence, timestamp, at: now, captured_at, clock_reading, vp8_ids });
        }
        Some(Position {
            sequence,
            timestamp,
            vp8_ids: vp8_ids.filter(|_| vp8_ids != packet.vp8_ids), // Unchanged ids need no patch.
            descriptor: chosen.descriptor,
            marker: packet.marker || chosen.ends_picture,
            is_filler: false,
        })
    }

    /// Whether the viewer gets the packet's frame, and how.
    fn choose(&mut self, packet: &MediaPacket, selected: Option<Selected>, target: Target) -> Option<Chosen> {
        if packet.payload.is_empty() {
            return None; // Only padding.
        }
        let vp8 = packet.vp8_ids.zip(self.mapping.as_mut()?.vp8.as_mut());
        let picture = vp8.map(|(ids, vp8)| match selected {
            Some(selected) => vp8.count(ids.picture, selected.goes),
            None => vp8.choose(packet, ids, target.temporal),
        });
        if picture == Some(None) {
            return None;
        }
        let mut chosen = Chosen { picture: picture.flatten(), descriptor: None, ends_picture: false };
        if let Some((descriptor, selected)) = packet.descriptor.as_ref().zip(selected) {
            if !selected.goes {
                return None;
            }
            chosen.descriptor = Some(self.descriptors.rewrite(descriptor, selected.active)?);
            chosen.ends_picture = selected.ends_picture;
        }
        Some(chosen)
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
    fn map(&self, packet: &MediaPacket, layer: usize, is_same_clock: bool, now: Instant) -> Mapping {
        let ids = packet.vp8_ids;
        let Some(last) = self.last else {
            let vp8 = ids.map(|ids| Vp8Mapping::continuing(None, ids));
            let sequence = Numbers::new(packet.sequence, self.start.into());
            return Mapping { layer, sequence, timestamp_offset: 0, vp8 };
        };
        let is_reported = packet.clock_reading.is_some() && packet.clock_reading == last.clock_reading;
        let elapsed = if is_same_clock && is_reported {
            packet.captured_at.saturating_duration_since(last.captured_at)
        } else {
            now.saturating_duration_since(last.at)
        };
        let timestamp = last.timestamp.wrapping_add(packet.format.ticks(elapsed).max(1));
        Mapping {
            layer,
            sequence: Numbers::new(packet.sequence, last.sequence + 1),
            timestamp_offset: timestamp.wrapping_sub(packet.timestamp),
            vp8: ids.map(|ids| Vp8Mapping::continuing(last.vp8_ids, ids)),
        }
    }
}

/// What goes of a packet's frame.
struct Chosen {
    /// Its VP8 picture id for the viewer, if it has one.
    picture: Option<u16>,
    descriptor: Option<Written>,
    ends_picture: bool,
}

/// How one stream's VP8 ids become the viewer's, and how many of its temporal layers go.
#[derive(Debug)]
struct Vp8Mapping {
    pictures: Numbers,
    base_layer: u8,
    key: u8,
    /// The highest temporal layer that goes.
    temporal: u8,
}

impl Vp8Mapping {
    fn continuing(last: Option<Vp8Ids>, first: Vp8Ids) -> Self {
        let next = |last: Option<u8>, first: Option<u8>| match (last, first) {
            (Some(last), Some(first)) => last.wrapping_add(1).wrapping_sub(first),
            (Some(_) | None, _) => 0,
        };
        let out = last.map_or(first.picture, |last| last.picture.wrapping_add(1));
        Self {
            // One turn ahead of zero, so that what came before the first has a number as well.
            pictures: Numbers::new(u64::from(first.picture) + PICTURES, u64::from(out)),
            base_layer: next(last.and_then(|last| last.base_layer), first.base_layer),
            key: next(last.and_then(|last| last.key), first.key),
            temporal: u8::MAX,
        }
    }

    /// The number of a picture for the viewer; `None` if it is left out.
    fn count(&mut self, picture: u16, goes: bool) -> Option<u16> {
        let number = self.extend(picture);
        let out = if goes || !self.pictures.skip(number) { self.pictures.keep(number)? } else { return None };
        Some((out % PICTURES) as u16)
    }

    /// As [`Vp8Mapping::count`], by temporal layers: less at once, more where a layer can be taken up.
    fn choose(&mut self, packet: &MediaPacket, ids: Vp8Ids, wanted: u8) -> Option<u16> {
        let frame = &packet.frame;
        if self.pictures.newest() < self.extend(ids.picture) {
            self.temporal = self.temporal.min(wanted);
            let takes_up = frame.is_sync && frame.temporal == self.temporal.saturating_add(1);
            if frame.start == Start::Keyframe {
                self.temporal = wanted;
            } else if takes_up && frame.temporal <= wanted {
                self.temporal = frame.temporal;
            }
        }
        self.count(ids.picture, frame.temporal <= self.temporal)
    }

    /// The number nearest to the newest that has these lowest 15 bits.
    fn extend(&self, picture: u16) -> u64 {
        let newest = self.pictures.newest();
        let ahead = u64::from(picture).wrapping_sub(newest) % PICTURES;
        let behind = if ahead < PICTURES / 2 { 0 } else { PICTURES };
        (newest + ahead).saturating_sub(behind)
    }

    fn apply(&self, ids: Vp8Ids, picture: Option<u16>) -> Vp8Ids {
        Vp8Ids {
            picture: picture.unwrap_or(ids.picture),
            base_layer: ids.base_layer.map(|id| id.wrapping_add(self.base_layer)),
            key: ids.key.map(|id| id.wrapping_add(self.key) & 0x1f),
        }
    }
}

/// Picture ids have 15 bits.
const PICTURES: u64 = 1 << 15;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// What can happen to a viewer's line.
    #[derive(Clone, Debug)]
    enum Happens {
        /// A packet of the layer in use arrives: so far ahead of the newest, or behind it, of this temporal layer.
        Packet(i64, u8),
        /// Another publisher takes the slot, whose sequence numbers start here.
        Restart(u64),
        /// Another layer is switched to.
        Switch(usize),
        /// The allocator wants so many temporal layers.
        Temporal(u8),
        Pause(u16),
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            20 => (-5i64..6, 0u8..3).prop_map(|(ahead, temporal)| Happens::Packet(ahead, temporal)),
            1 => (0u64..1 << 40).prop_map(Happens::Restart),
            2 => (0usize..3).prop_map(Happens::Switch),
            2 => (0u8..3).prop_map(Happens::Temporal),
            1 => any::<u16>().prop_map(Happens::Pause),
        ]
    }

    fn target(temporal: u8) -> Target {
        Target { temporal, ..Target::HIGHEST }
    }

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    /// A packet that is a picture of its own.
    fn picture(sequence: u64, temporal: u8, now: Instant) -> MediaPacket {
        let mut packet = MediaPacket::vp8(sequence, now);
        packet.vp8_ids =
            Some(Vp8Ids { picture: (sequence % PICTURES) as u16, base_layer: Some(sequence as u8), key: None });
        packet.timestamp = (sequence as u32).wrapping_mul(3000);
        packet.frame.temporal = temporal;
        packet.frame.start = Start::Other;
        packet
    }

    proptest! {
        #[test]
        fn numbers_go_on_without_a_gap_whatever_happens(
            seed: u16, first in 0u64..1 << 40, events in proptest::collection::vec(happens(), 1..400),
        ) {
            let mut now = start();
            let mut rewriter = Rewriter::new(seed);
            let mut streams = [first, first / 2, first / 3].map(|newest| (newest, std::collections::BTreeSet::new()));
            let (mut used, mut layer, mut temporal, mut placed) = (BTreeMap::new(), 0, 2, None);
            for event in events {
                now += Duration::from_millis(1);
                match event {
                    Happens::Pause(millis) => now += Duration::from_millis(millis.into()),
                    Happens::Restart(at) => {
                        rewriter.restart();
                        streams = [at, at / 2, at / 3].map(|newest| (newest, std::collections::BTreeSet::new()));
                        placed = None;
                    }
                    Happens::Switch(to) => layer = to,
                    Happens::Temporal(wanted) => temporal = wanted,
                    Happens::Packet(ahead, of) => {
                        let switches = placed != Some(layer);
                        let (newest, arrived) = &mut streams[layer];
                        // Switches happen at a keyframe that is the newest of its layer.
                        let sequence = newest.saturating_add_signed(if switches { ahead.abs() + 1 } else { ahead });
                        *newest = (*newest).max(sequence);
                        if !arrived.insert(sequence) {
                            continue; // The media plane has dropped a replay before.
                        }
                        let mut packet = picture(sequence, if switches { 0 } else { of }, now);
                        if switches {
                            packet.frame.start = Start::Keyframe;
                        }
                        let expected = used.last_key_value().map(|(last, _)| last + 1).filter(|_| switches);
                        let Some(position) = rewriter.place(&packet, layer, target(temporal), false, now) else {
                            prop_assert!(!switches, "a keyframe goes");
                            continue;
                        };
                        placed = Some(layer);
                        prop_assert!(!used.is_empty() || position.sequence < 65_536);
                        prop_assert!(expected.is_none_or(|next| next == position.sequence), "a gap");
                        let ids = position.vp8_ids.or(packet.vp8_ids);
                        let former = used.insert(position.sequence, (position.timestamp, ids, position.is_filler));
                        prop_assert!(former.is_none(), "{} twice", position.sequence);
                    }
                }
            }
            let sent: Vec<_> = used.values().filter(|(.., is_filler)| !is_filler).collect();
            for pair in sent.windows(2) {
                let (before, after) = (pair[0].1.unwrap().picture, pair[1].1.unwrap().picture);
                let ahead = after.wrapping_sub(before) & 0x7fff;
                prop_assert!(0 < ahead && ahead < 0x4000, "pictures {before} and {after}");
                let ahead = pair[1].0.wrapping_sub(pair[0].0);
                prop_assert!(0 < ahead && ahead < 1 << 31, "timestamps {} and {}", pair[0].0, pair[1].0);
            }
        }

        #[test]
        fn without_loss_nothing_is_missing_whatever_is_chosen(
            seed: u16, events in proptest::collection::vec((0u8..3, any::<bool>(), 0usize..3, 0u8..20), 1..400),
        ) {
            let mut now = start();
            let mut rewriter = Rewriter::new(seed);
            let (mut next, mut layer) = ([70_000u64, 200, 9_000_000], 0);
            let (mut sent, mut is_first) = (Vec::new(), true);
            for (temporal, is_sync, to, chance) in events {
                now += Duration::from_millis(33);
                let switches = is_first || (chance == 0 && to != layer);
                layer = if switches { to } else { layer };
                let mut packet = picture(next[layer], if switches { 0 } else { temporal }, now);
                next[layer] += 1;
                packet.frame.is_sync = is_sync;
                packet.frame.start = if switches { Start::Keyframe } else { Start::Other };
                let wanted = target((chance / 7).min(2));
                if let Some(position) = rewriter.place(&packet, layer, wanted, false, now) {
                    sent.push((position.sequence, position.vp8_ids.or(packet.vp8_ids).unwrap().picture));
                }
                is_first = false;
            }
            prop_assert!(sent.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0), "{sent:?}");
            prop_assert!(sent.windows(2).all(|pair| (pair[0].1 + 1) & 0x7fff == pair[1].1), "{sent:?}");
        }
    }

    #[test]
    fn after_a_leap_the_numbers_go_on_with_a_keyframe() {
        let now = start();
        let mut rewriter = Rewriter::new(0);
        let mut place = |sequence, start| {
            let mut packet = picture(sequence, 0, now);
            packet.frame.start = start;
            rewriter.place(&packet, 0, Target::HIGHEST, false, now).map(|position| position.sequence)
        };
        let first = place(100, Start::Keyframe).unwrap();
        assert_eq!(place(1_123, Start::Other), Some(first + 1_023), "what is missing may still come");
        assert_eq!(place(2_147, Start::Other), None, "a decoder can do nothing with it");
        assert_eq!(place(2_148, Start::Keyframe), Some(first + 1_024));
    }

    #[test]
    fn temporal_layers_go_at_once_and_come_back_where_they_can_be_taken_up() {
        let now = start();
        let mut rewriter = Rewriter::new(0);
        let mut gone = Vec::new();
        // 0-2-1-2, and each first of its layer after a base picture needs only that one.
        for (n, (temporal, is_sync)) in [(0, true), (2, true), (1, true), (2, false)].repeat(6).into_iter().enumerate()
        {
            let mut packet = picture(n as u64 + 500, temporal, now);
            packet.frame.is_sync = is_sync;
            if n == 0 {
                packet.frame.start = Start::Keyframe;
            }
            let wanted = target(match n {
                0..6 => 2,
                6..14 => 0,
                _ => 2,
            });
            gone.push(rewriter.place(&packet, 0, wanted, false, now).is_some());
        }
        let expected = [
            [true, true, true, true],
            [true, true, false, false],
            [true, false, false, false],
            [true, false, true, false],
            [true, true, true, true],
            [true, true, true, true],
        ];
        assert_eq!(gone, expected.concat());
    }

    #[test]
    fn another_layer_goes_on_in_the_time_of_the_publisher() {
        let now = start();
        let mut rewriter = Rewriter::new(0);
        let mut place = |sequence, layer, timestamp, (reading, captured): (u32, u64), arrives: u64| {
            let mut packet = picture(sequence, 0, now);
            packet.frame.start = Start::Keyframe;
            packet.timestamp = timestamp;
            packet.captured_at = now + Duration::from_millis(captured);
            packet.clock_reading = Some(reading);
            rewriter
                .place(&packet, layer, Target::HIGHEST, false, now + Duration::from_millis(arrives))
                .unwrap()
                .timestamp
        };
        let first = place(1, 0, 1000, (1, 0), 5);
        assert_eq!(place(900, 1, 77_000, (1, 100), 300), first + 9000, "captured 100 ms later, whenever it came");
        assert_eq!(place(5, 0, 1000 + 18_000, (1, 90), 310), first + 9001, "never backwards");
        assert_eq!(place(910, 1, 80_000, (2, 4000), 320), first + 9901, "by arrival, after the clock was set");
    }
}
