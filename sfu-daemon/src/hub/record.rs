//! What is noted of a consultation while it lasts, for its record: the clock, the people, and the worst of its connections.

use std::time::Duration;

use sfu_core::{ParticipantStats, SubscriptionStats, TrackStats};
use tokio::time::Instant;

use crate::store::{Consultation, MediaConnection, Quality};

/// Packets of a stream before its losses say anything.
const PACKETS_MIN: u64 = 200;

/// One consultation's.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) number: [u8; 8],
    /// When sound and picture could pass first: by both clocks.
    began: Option<(Instant, i64)>,
    held_since: Option<Instant>,
    held: Duration,
    people: u32,
    quality: Quality,
}

impl Record {
    /// `number` is random.
    pub(super) fn new(number: [u8; 8]) -> Self {
        Self { number, began: None, held_since: None, held: Duration::ZERO, people: 0, quality: Quality::default() }
    }

    /// Sound and picture may pass from now on, or may not any more.
    pub(super) fn gate(&mut self, is_open: bool, now: Instant, now_ms: i64) {
        if is_open {
            self.began.get_or_insert((now, now_ms));
            self.held += self.held_since.take().map_or(Duration::ZERO, |since| now - since);
        } else if self.began.is_some() {
            self.held_since.get_or_insert(now);
        }
    }

    /// So many people are connected.
    pub(super) fn people(&mut self, count: usize) {
        self.people = self.people.max(u32::try_from(count).unwrap_or(u32::MAX));
    }

    pub(super) fn measured(&mut self, of: &ParticipantStats, sends: &[TrackStats], receives: &[SubscriptionStats]) {
        let Quality { lost_per_mille, round_trip_ms, jitter_ms, kbit_per_second, freezes } = &mut self.quality;
        for layer in sends.iter().flat_map(|track| &track.layers).filter(|layer| PACKETS_MIN <= layer.packets) {
            let of_all = layer.packets + layer.lost;
            raise(lost_per_mille, small(layer.lost * 1_000 / of_all.max(1)));
            raise(jitter_ms, small(layer.jitter.as_millis()));
        }
        if !of.round_trip.is_zero() {
            raise(round_trip_ms, small(of.round_trip.as_millis()));
        }
        if of.estimate != 0 {
            let now = small(of.estimate / 1_000);
            *kbit_per_second = Some(kbit_per_second.map_or(now, |least| least.min(now)));
        }
        let stood: u64 = receives.iter().map(|line| line.freezes).sum();
        *freezes = small(stood).max(*freezes);
    }

    /// The whole of it; `None` if it never began.
    pub(super) fn close(mut self, area: u32, now: Instant) -> Option<Consultation> {
        let (began, began_ms) = self.began?;
        self.held += self.held_since.take().map_or(Duration::ZERO, |since| now - since);
        Some(Consultation {
            number: self.number,
            area,
            began_ms,
            seconds: small((now - began).as_secs()),
            held_seconds: small(self.held.as_secs()),
            people: self.people,
            quality: self.quality,
        })
    }
}

/// A connection of a consultation while it lasts, for the log.
#[derive(Debug)]
pub(super) struct Connecting {
    began: Instant,
    began_ms: i64,
    came_up: bool,
    is_lost: bool,
    outages: u32,
}

impl Connecting {
    /// A page has asked for it.
    pub(super) fn new(now: Instant, now_ms: i64) -> Self {
        Self { began: now, began_ms: now_ms, came_up: false, is_lost: false, outages: 0 }
    }

    /// It is up, or lost. What comes back was an outage; what does not, the end.
    pub(super) fn turned(&mut self, is_up: bool) {
        self.outages += u32::from(is_up && self.is_lost);
        self.came_up |= is_up;
        self.is_lost = !is_up;
    }

    pub(super) fn close(
        self,
        consultation: [u8; 8],
        area: u32,
        side: &'static str,
        ending: &'static str,
        now: Instant,
    ) -> MediaConnection {
        let Self { began, began_ms, came_up, is_lost: _, outages } = self;
        let seconds = small((now - began).as_secs());
        MediaConnection {
            consultation,
            area,
            side: side.into(),
            began_ms,
            seconds,
            came_up,
            outages,
            ending: ending.into(),
        }
    }
}

fn raise(most: &mut Option<u32>, now: u32) {
    *most = Some(most.map_or(now, |most| most.max(now)));
}

fn small(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use sfu_core::{LayerStats, Source};

    use super::*;

    #[test]
    fn a_record_has_the_time_the_holds_the_people_and_the_worst_of_the_connection() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut record = Record::new([1; 8]);
        record.gate(false, at(0), 0);
        record.people(1);
        record.gate(true, at(10), 10_000);
        record.people(2);
        record.gate(false, at(70), 70_000);
        record.gate(false, at(75), 75_000);
        record.gate(true, at(90), 90_000);
        record.people(1);
        let layer =
            |packets, lost| LayerStats { packets, lost, jitter: Duration::from_millis(lost), ..LayerStats::default() };
        let track = |layers| TrackStats { mid: "0".to_owned(), source: Source::Camera, layers };
        let stats = |estimate, ms| ParticipantStats {
            estimate,
            round_trip: Duration::from_millis(ms),
            ..ParticipantStats::default()
        };
        record.measured(&stats(900_000, 40), &[track(vec![layer(990, 10)]), track(vec![layer(100, 90)])], &[]);
        record.measured(&stats(2_000_000, 30), &[track(vec![layer(1_000, 0)])], &[]);
        record.measured(&stats(0, 0), &[], &[]);
        record.gate(false, at(100), 100_000);
        let quality = Quality {
            lost_per_mille: Some(10),
            round_trip_ms: Some(40),
            jitter_ms: Some(10),
            kbit_per_second: Some(900),
            freezes: 0,
        };
        let closed = record.close(3, at(130)).unwrap();
        assert_eq!(
            closed,
            Consultation {
                number: [1; 8],
                area: 3,
                began_ms: 10_000,
                seconds: 120,
                held_seconds: 50,
                people: 2,
                quality
            }
        );
        assert_eq!(Record::new([1; 8]).close(3, at(1)), None, "it never began");
    }
}
