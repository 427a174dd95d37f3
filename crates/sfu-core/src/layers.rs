//! What a track consists of: one layer for each rid, measured as it arrives, and what a viewer can be given of it.

use std::time::{Duration, Instant};

use crate::LayerStats;
use crate::descriptor::{self, Frame};
use crate::keyframe::{self, Start};
use crate::limits::{LAYER_SILENT, LAYERS_MAX, SPATIAL_LAYERS_MAX, TEMPORAL_LAYERS_MAX};
use crate::plane::MediaPacket;
use crate::track::KeyframeRequests;
use crate::transport::Rid;

/// A choice. Ordered by how much it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// The place in the track's layers: one for each rid.
    pub(crate) layer: usize,
    /// The highest spatial layer of a scalable stream (dependency descriptor); 0 without.
    pub(crate) spatial: u8,
    /// The highest temporal layer; 0 is the fewest pictures.
    pub(crate) temporal: u8,
}

impl Target {
    /// As much as there is.
    pub(crate) const HIGHEST: Self = Self { layer: usize::MAX, spatial: u8::MAX, temporal: u8::MAX };
}

/// A choice with its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) target: Target,
    /// What it costs, as measured.
    pub(crate) bits_per_second: u64,
    /// How high its picture is, in pixels: told by the dependency descriptor, else assumed from the layer's place.
    pub(crate) height: u16,
}

/// How a packet continues its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Its stream replaces another, whose numbers it does not continue.
    pub(crate) is_another_stream: bool,
    /// Nothing later has come before it.
    pub(crate) is_newest: bool,
}

/// Which layers of a track arrive, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ranking {
    /// Counts the changes.
    pub(crate) version: u32,
    /// One bit for each layer.
    pub(crate) arriving: u8,
    count: u8,
    /// The offer names the largest layer first.
    descending: bool,
}

impl Ranking {
    pub(crate) fn new(count: usize) -> Self {
        debug_assert!((1..=LAYERS_MAX).contains(&count));
        Self { version: 0, arriving: 0, count: count as u8, descending: false }
    }

    /// Takes what is known now.
    pub(crate) fn update(&mut self, arriving: u8, descending: bool) {
        if (self.arriving, self.descending) != (arriving, descending) {
            self.version = self.version.wrapping_add(1);
            (self.arriving, self.descending) = (arriving, descending);
        }
    }

    pub(crate) fn is_descending(&self) -> bool {
        self.descending
    }

    pub(crate) fn arrives(&self, layer: usize) -> bool {
        self.arriving & (1 << layer) != 0
    }

    /// The layer that serves `target`: its own, else the next below that arrives, else the next above.
    pub(crate) fn choose(&self, target: Target) -> usize {
        let count = usize::from(self.count);
        let top = if self.descending { 0 } else { count - 1 };
        let layer = if target.layer < count { target.layer } else { top };
        let rank = self.at(layer);
        let below = (0..=rank).rev().map(|rank| self.at(rank));
        let above = (rank + 1..count).map(|rank| self.at(rank));
        below.chain(above).find(|&layer| self.arrives(layer)).unwrap_or(layer)
    }

    /// All layers, the least first.
    pub(crate) fn ascending(&self) -> impl Iterator<Item = usize> {
        (0..usize::from(self.count)).map(|rank| self.at(rank))
    }

    /// The layer with this rank, and the rank of this layer.
    fn at(&self, n: usize) -> usize {
        if self.descending { usize::from(self.count) - 1 - n } else { n }
    }
}

/// One encoding of a track.
#[derive(Debug)]
pub(crate) struct Layer {
    /// RFC 8852; `None` without simulcast.
    pub(crate) rid: Option<Rid>,
    /// As the offer spells it.
    pub(crate) name: Option<String>,
    /// The stream that came last, also if nothing of it could be used yet: it is asked for keyframes.
    pub(crate) heard: Option<u32>,
    /// The stream that carries it now; `None` until the first packet that could be used.
    ssrc: Option<u32>,
    /// Its payloads are encrypted end to end and nothing else shows its keyframes.
    pub(crate) opaque: bool,
    pub(crate) keyframe: KeyframeRequests,
    pub(crate) seen_at: Option<Instant>,
    /// Since when it has come without a pause.
    steady_since: Option<Instant>,
    descriptors: descriptor::Stream,
    rates: Rates,
    counts: Counts,
}

impl Layer {
    pub(crate) fn new(name: Option<String>) -> Self {
        Self {
            rid: name.as_deref().map(Rid::from),
            name,
            heard: None,
            ssrc: None,
            opaque: false,
            keyframe: KeyframeRequests::default(),
            seen_at: None,
            steady_since: None,
            descriptors: descriptor::Stream::new(),
            rates: Rates::default(),
            counts: Counts::default(),
        }
    }

    /// Reads what the packet's dependency descriptor says, if it has one: it counts, whatever the payload shows.
    ///
    /// # Errors
    /// A descriptor that cannot be used, nor can the packet.
    pub(crate) fn describe(&mut self, packet: &mut MediaPacket) -> Result<(), descriptor::Malformed> {
        if self.heard.replace(packet.ssrc) != Some(packet.ssrc) {
            self.descriptors = descriptor::Stream::new();
        }
        let Some(bytes) = packet.descriptor_bytes() else { return Ok(()) };
        let descriptor = self.descriptors.read(bytes)?;
        let starts = descriptor.is_start && descriptor.is_keyframe();
        let Frame { spatial, temporal, .. } = descriptor.frame;
        let start = if starts { Start::Keyframe } else { Start::Other };
        packet.frame = keyframe::Frame { start, spatial, temporal, is_sync: true };
        packet.descriptor = Some(descriptor);
        Ok(())
    }

    /// Measures a packet.
    pub(crate) fn saw(&mut self, packet: &MediaPacket, now: Instant) -> Arrival {
        let former = self.ssrc.replace(packet.ssrc);
        let is_another_stream = former.is_some_and(|former| former != packet.ssrc);
        if is_another_stream {
            self.counts.another_stream();
        }
        if !self.arrives(now) {
            self.steady_since = Some(now);
            self.rates = Rates::default(); // The silence is no part of what it costs.
        }
        self.seen_at = Some(now);
        self.rates.add(packet.frame.spatial, packet.frame.temporal, packet.payload.len(), now);
        Arrival { is_another_stream, is_newest: self.counts.add(packet, now) }
    }

    pub(crate) fn saw_keyframe(&mut self) {
        self.counts.keyframes += 1;
        self.keyframe.satisfied();
    }

    /// Whether it came a moment ago.
    pub(crate) fn arrives(&self, now: Instant) -> bool {
        self.seen_at.is_some_and(|seen_at| now.saturating_duration_since(seen_at) < LAYER_SILENT)
    }

    /// What it costs, if it comes steadily: neither began nor ends just now.
    pub(crate) fn steady_rate(&self, now: Instant) -> Option<u64> {
        const STEADY_AFTER: Duration = Duration::from_secs(1);
        const ENDS_AFTER: Duration = Duration::from_millis(250);
        let since = |at: Option<Instant>| at.map(|at| now.saturating_duration_since(at));
        let is_steady = STEADY_AFTER <= since(self.steady_since)? && since(self.seen_at)? < ENDS_AFTER;
        is_steady.then(|| self.bits_per_second(now))
    }

    /// Of the last second.
    pub(crate) fn bits_per_second(&self, now: Instant) -> u64 {
        self.rates.up_to(u8::MAX, u8::MAX, Meter::SECOND, now)
    }

    /// What each combination of inner layers costs, by spatial and temporal id, those that never came left out. Measured
    /// over some seconds, so that one keyframe does not look like a change.
    pub(crate) fn costs(&self, now: Instant) -> impl Iterator<Item = (u8, u8, u64)> {
        let ids = self.rates.ids();
        ids.map(move |(spatial, temporal)| (spatial, temporal, self.rates.up_to(spatial, temporal, Meter::ALL, now)))
    }

    /// Of a spatial layer, in pixels, if the stream told.
    pub(crate) fn height(&self, spatial: u8) -> Option<u16> {
        self.descriptors.structure()?.resolution(spatial).map(|(_, height)| height)
    }

    pub(crate) fn spatial_highest(&self) -> u8 {
        self.rates.ids().map(|(spatial, _)| spatial).max().unwrap_or(0)
    }

    pub(crate) fn stats(&self, now: Instant) -> LayerStats {
        LayerStats {
            rid: self.name.clone(),
            packets: self.counts.packets,
            lost: self.counts.lost(),
            jitter: Duration::from_nanos(self.counts.jitter_ns as u64),
            bits_per_second: self.bits_per_second(now),
            keyframes: self.counts.keyframes,
        }
    }
}

/// Numbers since the first packet (RFC 3550, appendix A).
#[derive(Debug, Default)]
struct Counts {
    packets: u64,
    keyframes: u64,
    /// Of former streams of this layer.
    lost_before: u64,
    stream: Option<StreamCounts>,
    jitter_ns: f64,
}

#[derive(Debug)]
struct StreamCounts {
    first: u64,
    highest: u64,
    packets: u64,
    /// Arrival and timestamp of the newest.
    newest: (Instant, u32),
}

impl Counts {
    /// Returns whether nothing later has come before.
    fn add(&mut self, packet: &MediaPacket, now: Instant) -> bool {
        self.packets += 1;
        let sequence = packet.sequence;
        let fresh = StreamCounts { first: sequence, highest: sequence, packets: 0, newest: (now, packet.timestamp) };
        let stream = self.stream.get_or_insert(fresh);
        stream.packets += 1;
        stream.first = stream.first.min(sequence);
        let is_newest = stream.highest <= sequence;
        if stream.highest < sequence {
            stream.highest = sequence;
            // Packets of one frame leave together, so only the first of each tells something.
            let (at, timestamp) = std::mem::replace(&mut stream.newest, (now, packet.timestamp));
            let ticks = packet.timestamp.wrapping_sub(timestamp) as i32;
            let sent_apart = f64::from(ticks) * packet.format.nanoseconds_per_tick();
            let deviation = now.saturating_duration_since(at).as_nanos() as f64 - sent_apart;
            self.jitter_ns += (deviation.abs() - self.jitter_ns) / 16.0;
        }
        is_newest
    }

    fn another_stream(&mut self) {
        self.lost_before = self.lost();
        self.stream = None;
    }

    fn lost(&self) -> u64 {
        let lost = self.stream.as_ref().map(|s| (s.highest - s.first + 1).saturating_sub(s.packets));
        self.lost_before + lost.unwrap_or(0)
    }
}

/// Bit rates by inner layer.
#[derive(Debug, Default)]
struct Rates([[Option<Box<Meter>>; TEMPORAL_LAYERS_MAX]; SPATIAL_LAYERS_MAX]);

impl Rates {
    fn add(&mut self, spatial: u8, temporal: u8, bytes: usize, now: Instant) {
        let (spatial, temporal) =
            (usize::from(spatial).min(SPATIAL_LAYERS_MAX - 1), usize::from(temporal).min(TEMPORAL_LAYERS_MAX - 1));
        self.0[spatial][temporal].get_or_insert_with(|| Box::new(Meter::new(now))).add(bytes, now);
    }

    fn up_to(&self, spatial: u8, temporal: u8, window: usize, now: Instant) -> u64 {
        let spatials = self.0.iter().take(usize::from(spatial).saturating_add(1));
        let meters = spatials.flat_map(|row| row.iter().take(usize::from(temporal).saturating_add(1)));
        meters.flatten().map(|meter| meter.bits_per_second(window, now)).sum()
    }

    fn ids(&self) -> impl Iterator<Item = (u8, u8)> {
        let rows = self.0.iter().enumerate();
        rows.flat_map(|(spatial, row)| {
            let known = row.iter().enumerate().filter(|(_, meter)| meter.is_some());
            known.map(move |(temporal, _)| (spatial as u8, temporal as u8))
        })
    }
}

/// Bytes of the last seconds, in tenths.
#[derive(Debug)]
pub(crate) struct Meter {
    started: Instant,
    /// The tenth that the newest bytes belong to, counted from the start.
    newest: u64,
    tenths: [u32; Self::TENTHS],
}

impl Meter {
    /// Windows, in tenths of a second.
    pub(crate) const SECOND: usize = 10;
    pub(crate) const ALL: usize = Self::TENTHS;
    const TENTHS: usize = 30;
    const TENTH: Duration = Duration::from_millis(100);

    pub(crate) fn new(now: Instant) -> Self {
        Self { started: now, newest: 0, tenths: [0; Self::TENTHS] }
    }

    pub(crate) fn add(&mut self, bytes: usize, now: Instant) {
        let tenth = self.tenth(now);
        for passed in (self.newest + 1..=tenth).take(Self::TENTHS) {
            self.tenths[(passed % Self::TENTHS as u64) as usize] = 0;
        }
        if self.newest + (Self::TENTHS as u64) < tenth {
            self.tenths = [0; Self::TENTHS];
        }
        self.newest = self.newest.max(tenth);
        let tenth = &mut self.tenths[(tenth % Self::TENTHS as u64) as usize];
        *tenth = tenth.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    }

    pub(crate) fn bits_per_second(&self, window: usize, now: Instant) -> u64 {
        let tenth = self.tenth(now);
        let oldest = (tenth + 1).saturating_sub(window as u64);
        let within = oldest..=self.newest;
        let bytes: u64 = within.map(|n| u64::from(self.tenths[(n % Self::TENTHS as u64) as usize])).sum();
        // A stream that began a moment ago is judged by that moment.
        let measured = now.saturating_duration_since(self.started).clamp(2 * Self::TENTH, Self::TENTH * window as u32);
        bytes * 8 * 1000 / measured.as_millis() as u64
    }

    fn tenth(&self, now: Instant) -> u64 {
        (now.saturating_duration_since(self.started).as_millis() / Self::TENTH.as_millis()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_meter_shows_the_last_second() {
        let mut now = start();
        let mut meter = Meter::new(now);
        for _ in 0..300 {
            meter.add(125, now);
            now += Duration::from_millis(10);
        }
        let rate = meter.bits_per_second(Meter::SECOND, now);
        assert!((90_000..=100_000).contains(&rate), "{rate} of 100,000");
        let rate = meter.bits_per_second(Meter::ALL, now);
        assert!((90_000..=100_000).contains(&rate), "{rate} of 100,000");
        assert_eq!(meter.bits_per_second(Meter::SECOND, now + Duration::from_secs(1)), 0);
        now += Duration::from_secs(3600);
        meter.add(125, now);
        assert_eq!(meter.bits_per_second(Meter::SECOND, now), 1000);
    }

    #[test]
    fn a_stream_that_began_a_moment_ago_is_judged_by_that_moment() {
        let now = start();
        let mut meter = Meter::new(now);
        for n in 0..30 {
            meter.add(125, now + Duration::from_millis(10) * n);
        }
        let rate = meter.bits_per_second(Meter::SECOND, now + Duration::from_millis(300));
        assert!((90_000..=110_000).contains(&rate), "{rate} of 100,000");
    }

    #[test]
    fn a_target_is_served_by_the_nearest_layer_that_arrives() {
        let target = |layer| Target { layer, ..Target::HIGHEST };
        let mut ranking = Ranking::new(3);
        ranking.update(0b111, false);
        assert_eq!([0, 1, 2, usize::MAX].map(|layer| ranking.choose(target(layer))), [0, 1, 2, 2]);
        ranking.update(0b001, false);
        assert_eq!(ranking.choose(target(2)), 0);
        ranking.update(0b100, false);
        assert_eq!(ranking.choose(target(0)), 2);
        ranking.update(0b011, true);
        assert_eq!([0, 1, 2, usize::MAX].map(|layer| ranking.choose(target(layer))), [0, 1, 1, 0]);
        assert_eq!(ranking.version, 4);
    }

    #[test]
    fn what_never_came_is_lost_also_before_a_change_of_stream() {
        let now = start();
        let mut layer = Layer::new(None);
        for sequence in [10, 11, 14, 13, 20] {
            layer.saw(&MediaPacket::vp8(sequence, now), now);
        }
        assert_eq!(layer.stats(now).lost, 6);
        let mut other = MediaPacket::vp8(500, now);
        other.ssrc = 2;
        assert!(layer.saw(&other, now).is_another_stream);
        assert_eq!((layer.stats(now).lost, layer.stats(now).packets), (6, 6));
    }

    #[test]
    fn jitter_is_how_far_arrivals_deviate_from_timestamps() {
        let now = start();
        let mut layer = Layer::new(None);
        for n in 0..400u32 {
            // Every second frame comes 8 ms late.
            let at = now + Duration::from_millis(u64::from(33 * n + 8 * (n % 2)));
            let mut packet = MediaPacket::vp8(u64::from(n), at);
            packet.timestamp = n * 33 * 90;
            layer.saw(&packet, at);
        }
        let jitter = layer.stats(now).jitter;
        assert!((Duration::from_millis(7)..Duration::from_millis(9)).contains(&jitter), "{jitter:?}");
    }
}
