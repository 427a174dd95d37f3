//! What one m-line of a publisher carries: its layers, who watches them, and when one was last asked for a keyframe.

use std::time::{Duration, Instant};

use crate::dynacast::Dynacast;
use crate::keyframe::Start;
use crate::layers::{Arrival, Layer, Ranking, Rung, Target};
use crate::limits::{KEYFRAME_INTERVAL, KEYFRAME_MADE_WITHIN, KEYFRAME_TRIES_MAX};
use crate::plane::MediaPacket;
use crate::speaker::Loudness;
use crate::transport::Mid;
use crate::{Source, TrackStats};

#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) mid: Mid,
    pub(crate) source: Source,
    pub(crate) is_video: bool,
    /// In the offer's order; never empty.
    pub(crate) layers: Vec<Layer>,
    pub(crate) ranking: Ranking,
    /// When the ranking is looked at again.
    ranked_until: Option<Instant>,
    pub(crate) muted: bool,
    pub(crate) viewers: Vec<Viewing>,
    /// What its sender was told.
    pub(crate) dynacast: Dynacast,
    pub(crate) loudness: Loudness,
    /// Its last packet was not among the loudest few of a large room.
    pub(crate) is_unheard: bool,
}

/// An index into the participants, and one into that participant's receiving lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Viewing {
    pub(crate) viewer: usize,
    pub(crate) line: usize,
}

impl Track {
    /// `rids` as the offer names them, none without simulcast.
    pub(crate) fn new(mid: Mid, source: Source, is_video: bool, rids: &[String]) -> Self {
        let layers: Vec<Layer> = match rids {
            [] => vec![Layer::new(None)],
            rids => rids.iter().map(|rid| Layer::new(Some(rid.clone()))).collect(),
        };
        Self {
            mid,
            source,
            is_video,
            ranking: Ranking::new(layers.len()),
            dynacast: Dynacast::new(layers.len()),
            layers,
            ranked_until: None,
            muted: false,
            viewers: Vec::new(),
            loudness: Loudness::default(),
            is_unheard: false,
        }
    }

    /// Whether it has these layers.
    pub(crate) fn has_rids(&self, rids: &[String]) -> bool {
        self.layers.iter().filter_map(|layer| layer.name.as_ref()).eq(rids)
    }

    /// Whether anything of it ever came.
    pub(crate) fn is_published(&self) -> bool {
        self.layers.iter().any(|layer| layer.seen_at.is_some())
    }

    /// The place of a packet's layer. Without simulcast, whatever comes belongs to the only one.
    pub(crate) fn layer_of(&self, packet: &MediaPacket) -> Option<usize> {
        match &self.layers[..] {
            [Layer { rid: None, .. }] => Some(0),
            layers => layers.iter().position(|layer| layer.rid == packet.rid),
        }
    }

    /// Measures a packet of one layer.
    pub(crate) fn saw(&mut self, layer: usize, packet: &MediaPacket, now: Instant) -> Arrival {
        let arrival = self.layers[layer].saw(packet, now);
        match packet.frame.start {
            Start::Keyframe => self.layers[layer].saw_keyframe(),
            Start::Opaque => self.layers[layer].opaque = true,
            Start::Other => {}
        }
        if !self.ranking.arrives(layer) || self.ranked_until.is_none_or(|until| until <= now) {
            self.rank(now);
        }
        arrival
    }

    pub(crate) fn stats(&self, now: Instant) -> TrackStats {
        TrackStats {
            mid: self.mid.to_string(),
            source: self.source,
            layers: self.layers.iter().map(|layer| layer.stats(now)).collect(),
        }
    }

    fn rank(&mut self, now: Instant) {
        self.ranked_until = Some(now + RANKING_INTERVAL);
        self.remember_costs(now);
        let arriving = self.layers.iter().enumerate().filter(|(_, layer)| layer.arrives(now));
        let (mut bits, mut first, mut last) = (0, None, None);
        for (n, layer) in arriving {
            bits |= 1 << n;
            let rate = layer.steady_rate(now);
            if first.is_none() { first = rate } else { last = rate.or(last) }
        }
        // Names tell nothing: what costs much more is more. A still screen may cost less in full size for a while.
        let descending = match first.zip(last) {
            Some((first, last)) if 2 * last < first => true,
            Some((first, last)) if 2 * first < last => false,
            Some(_) | None => self.ranking.is_descending(),
        };
        self.ranking.update(bits, descending);
    }

    /// What can be given of it now, the cheapest first. Nothing that costs more than something better is listed.
    pub(crate) fn ladder(&self, now: Instant) -> Vec<Rung> {
        let mut rungs = Vec::new();
        let count = self.layers.len();
        for (rank, layer) in self.ranking.ascending().enumerate() {
            let place = &self.layers[layer];
            if !place.arrives(now) {
                continue;
            }
            let top = place.spatial_highest();
            rungs.extend(place.costs(now).filter(|(.., cost)| 0 < *cost).map(|(spatial, temporal, cost)| Rung {
                target: Target { layer, spatial, temporal },
                bits_per_second: cost,
                height: place.height(spatial).unwrap_or_else(|| {
                    let halvings = count - 1 - rank + usize::from(top - spatial);
                    self.full_height() >> halvings
                }),
            }));
        }
        let mut better = u64::MAX;
        rungs.reverse();
        rungs.retain(|rung| {
            let is_cheaper = rung.bits_per_second < better;
            better = better.min(rung.bits_per_second);
            is_cheaper
        });
        rungs.reverse();
        rungs
    }

    /// As [`Track::ladder`], with the layers that do not come now but would if they were wanted.
    pub(crate) fn full_ladder(&self, now: Instant) -> Vec<Rung> {
        let mut rungs = self.ladder(now);
        let (comes, most) = (!rungs.is_empty(), rungs.iter().map(|rung| rung.bits_per_second).max().unwrap_or(0));
        let was_published = self.is_published();
        for (rank, layer) in self.ranking.ascending().enumerate() {
            if !was_published || self.layers[layer].arrives(now) {
                continue;
            }
            let height = self.full_height() >> (self.layers.len() - 1 - rank);
            let expected = self.dynacast.cost(layer).unwrap_or_else(|| typical_cost(height));
            // One that stays away although it is wanted may be hoped for, but nothing is kept free for it.
            let bits_per_second = if comes && !self.dynacast.may_come(layer, now) { most + 1 } else { expected };
            let target = Target { layer, spatial: u8::MAX, temporal: u8::MAX };
            rungs.push(Rung { target, bits_per_second, height });
        }
        rungs
    }

    /// Remembers what its layers cost while they come steadily: the last packets of one cost next to nothing.
    fn remember_costs(&mut self, now: Instant) {
        for (n, layer) in self.layers.iter().enumerate() {
            if let Some(rate) = layer.steady_rate(now) {
                self.dynacast.costs(n, rate);
            }
        }
    }

    /// Of the largest layer, when nothing tells.
    fn full_height(&self) -> u16 {
        match self.source {
            Source::Screen => 1080,
            Source::Camera | Source::Microphone => 720,
        }
    }
}

/// Bits a second of a picture as high as this, when nothing was measured: 130 kbit/s for 180 lines, 2 Mbit/s for 720.
fn typical_cost(height: u16) -> u64 {
    4 * u64::from(height) * u64::from(height)
}

/// How often it is looked at which layers arrive.
const RANKING_INTERVAL: Duration = Duration::from_millis(250);

/// Coalesces what viewers ask for: one request, repeated after the time that a keyframe takes to come until one comes, and
/// then none until [`KEYFRAME_INTERVAL`] after the last.
#[derive(Debug, Default)]
pub(crate) struct KeyframeRequests {
    wanted: bool,
    tries: u8,
    asked_at: Option<Instant>,
    again_at: Option<Instant>,
}

impl KeyframeRequests {
    pub(crate) fn want(&mut self) {
        self.wanted = true;
        self.tries = 0;
    }

    /// When the next request is due, if one is wanted.
    pub(crate) fn due(&self) -> Option<Instant> {
        // Without an earlier request it is due at once: any moment in the past will do, and the caller's is "now".
        self.again_at.filter(|_| self.wanted)
    }

    /// Whether to ask now. `round_trip` is the sender's.
    pub(crate) fn take(&mut self, opaque: bool, round_trip: Duration, now: Instant) -> bool {
        if !self.wanted || self.due().is_some_and(|due| now < due) {
            return false;
        }
        // What is not answered by then has got lost.
        let answered_in = round_trip + KEYFRAME_MADE_WITHIN;
        let again_in = if opaque { answered_in.max(KEYFRAME_INTERVAL) } else { answered_in }; // It may have come.
        (self.asked_at, self.again_at) = (Some(now), Some(now + again_in));
        self.tries += 1;
        let tries_max = if opaque { 2 } else { KEYFRAME_TRIES_MAX };
        self.wanted = self.tries < tries_max;
        true
    }

    pub(crate) fn satisfied(&mut self) {
        self.wanted = false;
        self.again_at = self.asked_at.map(|asked_at| asked_at + KEYFRAME_INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    /// A camera whose layers cost this much, for two seconds.
    fn camera(rates: &[u64], now: Instant) -> Track {
        let rids: Vec<String> = (0..rates.len()).map(|n| n.to_string()).collect();
        let mut track = Track::new(Mid::from("0"), Source::Camera, true, &rids);
        for tick in 0..200u32 {
            for (layer, rate) in rates.iter().enumerate() {
                let mut packet = MediaPacket::vp8(u64::from(tick), now);
                packet.payload = vec![0; (rate / 800) as usize];
                track.saw(layer, &packet, now + Duration::from_millis(10) * tick);
            }
        }
        track
    }

    #[test]
    fn a_ladder_ascends_by_cost_and_lists_what_arrives() {
        let now = start();
        let later = now + Duration::from_secs(2);
        let rungs =
            |track: Track, at| track.ladder(at).iter().map(|rung| (rung.target.layer, rung.height)).collect::<Vec<_>>();
        let ascending = camera(&[100_000, 400_000, 1_600_000], now);
        let costs = ascending.ladder(later).iter().map(|rung| rung.bits_per_second / 10_000).collect::<Vec<_>>();
        assert!(costs.iter().zip([10, 40, 160]).all(|(cost, rate)| cost.abs_diff(rate) <= rate / 10), "{costs:?}");
        assert_eq!(rungs(ascending, later), [(0, 180), (1, 360), (2, 720)]);
        let descending = camera(&[1_600_000, 400_000, 100_000], now);
        assert_eq!(rungs(descending, later), [(2, 180), (1, 360), (0, 720)], "whatever the names say");
        let still = camera(&[100_000, 80_000], now);
        assert_eq!(rungs(still, later), [(1, 720)], "larger and cheaper");
        assert_eq!(rungs(camera(&[100_000, 400_000], now), later + Duration::from_secs(2)), []);
    }

    #[test]
    fn a_layer_that_ended_is_remembered_by_what_it_cost_before_and_costs_as_much_when_it_resumes() {
        let now = start();
        let mut track = camera(&[100_000, 400_000], now);
        let mut feed = |layer: usize, rate: u64, ticks: std::ops::Range<u32>| {
            for tick in ticks {
                let mut packet = MediaPacket::vp8(u64::from(tick), now);
                packet.payload = vec![0; (rate / 800) as usize];
                track.saw(layer, &packet, now + Duration::from_millis(10) * tick);
            }
            let at = now + Duration::from_millis(5000);
            (track.dynacast.cost(layer), track.ladder(at).last().map(|rung| (rung.target.layer, rung.bits_per_second)))
        };
        feed(0, 100_000, 200..450); // Alone, long enough to notice that the other has gone.
        feed(0, 100_000, 450..500);
        let (remembered, resumed) = feed(1, 400_000, 460..500);
        assert!(remembered.is_some_and(|cost| cost.abs_diff(400_000) < 100_000), "{remembered:?}");
        let (layer, cost) = resumed.unwrap();
        assert!(layer == 1 && cost.abs_diff(400_000) < 40_000, "{layer}: {cost}");
    }

    #[test]
    fn requests_are_half_a_second_apart_and_end() {
        let now = start();
        let mut requests = KeyframeRequests::default();
        requests.want();
        let take = |requests: &mut KeyframeRequests, now| requests.take(false, Duration::from_millis(50), now);
        assert!(take(&mut requests, now));
        requests.want();
        assert!(!take(&mut requests, now + KEYFRAME_INTERVAL / 2));
        let asked = (1..100).filter(|&n| take(&mut requests, now + KEYFRAME_INTERVAL * n)).count();
        assert_eq!(asked, usize::from(KEYFRAME_TRIES_MAX));
        requests.want();
        requests.satisfied();
        assert!(!take(&mut requests, now + KEYFRAME_INTERVAL * 200));
    }

    #[test]
    fn a_distant_sender_has_time_to_answer_before_it_is_asked_again() {
        let now = start();
        let mut requests = KeyframeRequests::default();
        requests.want();
        let round_trip = Duration::from_millis(800);
        assert!(requests.take(false, round_trip, now));
        assert_eq!(requests.due(), Some(now + round_trip + KEYFRAME_MADE_WITHIN));
    }
}
