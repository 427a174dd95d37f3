//! Probes: for some tens of milliseconds more is sent than usual, to see whether it comes through.
//!
//! Media that leaves in that time counts; padding fills up what is missing. One at a time, because two would share a queue.

use std::time::{Duration, Instant};

use super::PACKET_BYTES;
use super::loss::Excess;

/// Packets of a probe: fewer do not make a rate.
const PACKETS: u32 = 5;

/// The shortest probe: jitter of some milliseconds must not decide.
pub(super) const LASTS_MIN: Duration = Duration::from_millis(40);

/// How long a test lasts of whether loss depends on the rate: it counts packets, so it needs more of them.
const TRIAL_MIN: Duration = Duration::from_millis(150);
const TRIAL_MAX: Duration = Duration::from_millis(300);
const TRIAL_PACKETS: u32 = 25;

/// Before that it fills the queue, or takes what a token bucket has saved up: what comes through then means nothing.
const TRIAL_SETTLES: Duration = Duration::from_millis(80);

/// How far ahead padding is handed out. Finer would wake the embedder more often than timers are good for.
const SLICE: Duration = Duration::from_millis(5);

/// So many slices are handed out at once at most: an embedder that was held up must not make up for it in one burst.
const SLICES_MAX: u32 = 4;

/// A probe comes through if it arrives with that share of the rate it was sent with: as in libwebrtc less some jitter.
const COMES_THROUGH: f64 = 0.85;

/// Beyond what gets lost anyway, a probe that loses more has filled the bottleneck; with few packets it may be bad luck.
const LOST_MAX: f64 = 0.15;
const LUCK: f64 = 0.5;

/// A probe that was stretched by less may have met jitter.
const DOUBTFUL: Duration = Duration::from_millis(30);

/// The share of a probe that feedback must speak of: some of it gets lost as well.
const TOLD_MIN: f64 = 0.6;

#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// Is there room for more?
    Search { lasts: Duration },
    /// Does the loss depend on the rate?
    Trial(Excess),
}

/// What came of a probe.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    /// Too little was sent or heard of.
    Nothing,
    Measured(Measured),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// Bits a second that arrived.
    pub(super) received: f64,
    /// Bits a second with which they were sent.
    pub(super) sent: f64,
    /// Bits a second with which all of it was sent, what got lost as well.
    pub(super) offered: f64,
    /// The share of bytes that got lost.
    pub(super) lost: f64,
    /// It arrived as fast as it was sent, and no more of it got lost than of anything.
    pub(super) comes_through: bool,
    /// It did not come through, but that may have been jitter.
    pub(super) is_doubtful: bool,
}

#[derive(Debug)]
pub(super) struct Probe {
    pub(super) purpose: Purpose,
    pub(super) target: f64,
    began: Instant,
    counts_from: Instant,
    lasts: Duration,
    ended: Option<Instant>,
    next_slice: Instant,
    numbers: Option<(u64, u64)>,
    /// Bytes that were sent, and of these what is counted.
    sent_bytes: u64,
    counted_bytes: u64,
    lost_bytes: u64,
    arrived: Option<Arrived>,
}

/// Sums over what arrived.
#[derive(Clone, Copy, Debug)]
struct Arrived {
    packets: u32,
    bytes: u64,
    /// Of the packet that was sent first and of the one that came last: they lie outside of the spans.
    last_sent_bytes: u32,
    first_arrived_bytes: u32,
    sent: (Instant, Instant),
    arrived: (i64, i64),
}

impl Probe {
    pub(super) fn new(purpose: Purpose, target: f64, now: Instant) -> Self {
        let packets = |count: u32| Duration::from_secs_f64(f64::from(count) * PACKET_BYTES as f64 * 8.0 / target);
        let (settles, lasts) = match purpose {
            Purpose::Search { lasts } => (Duration::ZERO, packets(PACKETS).max(lasts)),
            Purpose::Trial(_) => (TRIAL_SETTLES, TRIAL_SETTLES + packets(TRIAL_PACKETS).clamp(TRIAL_MIN, TRIAL_MAX)),
        };
        Self {
            purpose,
            target,
            began: now,
            counts_from: now + settles,
            lasts,
            ended: None,
            next_slice: now,
            numbers: None,
            sent_bytes: 0,
            counted_bytes: 0,
            lost_bytes: 0,
            arrived: None,
        }
    }

    /// Bytes that are missing now.
    pub(super) fn padding(&mut self, now: Instant) -> usize {
        self.advance(now);
        if self.ended.is_some() || now < self.next_slice {
            return 0;
        }
        let slice = SLICE.max(Duration::from_secs_f64(PACKET_BYTES as f64 * 8.0 / self.target));
        let until = (now.saturating_duration_since(self.began) + slice).min(self.lasts);
        self.next_slice = now + slice;
        let bytes = |lasts: Duration| (self.target * lasts.as_secs_f64() / 8.0) as u64;
        bytes(until).saturating_sub(self.sent_bytes).min(bytes(SLICES_MAX * slice)) as usize
    }

    pub(super) fn sent(&mut self, number: u64, bytes: u32, now: Instant) {
        self.advance(now);
        if self.ended.is_none() {
            self.sent_bytes += u64::from(bytes);
            if self.counts_from <= now {
                self.numbers = Some((self.numbers.map_or(number, |(first, _)| first), number));
                self.counted_bytes += u64::from(bytes);
            }
        }
    }

    /// Ends when its time is over, not when its bytes are: a keyframe in it would cut it short.
    pub(super) fn advance(&mut self, now: Instant) {
        if self.ended.is_none() && self.lasts <= now.saturating_duration_since(self.began) {
            self.ended = Some(now);
        }
    }

    /// Whether a packet counts.
    pub(super) fn includes(&self, number: u64) -> bool {
        self.numbers.is_some_and(|(first, last)| (first..=last).contains(&number))
    }

    /// What became of a packet that counts, if that is news: when it arrived, in microseconds.
    pub(super) fn reported(&mut self, bytes: u32, sent: Instant, at: Option<i64>, was_lost: bool) {
        if was_lost {
            self.lost_bytes = self.lost_bytes.saturating_sub(u64::from(bytes));
        }
        match at {
            Some(at) => self.arrived(bytes, sent, at),
            None => self.lost_bytes += u64::from(bytes),
        }
    }

    fn arrived(&mut self, bytes: u32, sent: Instant, at: i64) {
        let sums = self.arrived.get_or_insert(Arrived {
            packets: 0,
            bytes: 0,
            last_sent_bytes: bytes,
            first_arrived_bytes: bytes,
            sent: (sent, sent),
            arrived: (at, at),
        });
        sums.packets += 1;
        sums.bytes += u64::from(bytes);
        if sums.sent.1 <= sent {
            sums.last_sent_bytes = bytes;
        }
        if at < sums.arrived.0 {
            sums.first_arrived_bytes = bytes;
        }
        sums.sent = (sums.sent.0.min(sent), sums.sent.1.max(sent));
        sums.arrived = (sums.arrived.0.min(at), sums.arrived.1.max(at));
    }

    pub(super) fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    /// When it needs attention without feedback.
    pub(super) fn due(&self, patience: Duration) -> Instant {
        self.ended.map_or(self.next_slice.min(self.began + self.lasts), |ended| ended + patience)
    }

    /// What came of it: once all of it was reported on, or when nothing more is expected. `open` is the first number of
    /// which nothing is known.
    pub(super) fn outcome(&self, open: u64, inherent_loss: f64, patience: Duration, now: Instant) -> Option<Outcome> {
        let ended = self.ended?;
        let Some((_, last)) = self.numbers else { return Some(Outcome::Nothing) };
        if open <= last {
            return (ended + patience <= now).then_some(Outcome::Nothing);
        }
        Some(self.measured(inherent_loss).map_or(Outcome::Nothing, Outcome::Measured))
    }

    fn measured(&self, inherent_loss: f64) -> Option<Measured> {
        let sums = self.arrived?;
        let sent_span = sums.sent.1.saturating_duration_since(sums.sent.0).as_secs_f64();
        let arrived_span = (sums.arrived.1.saturating_sub(sums.arrived.0)) as f64 / 1e6;
        let told = sums.bytes + self.lost_bytes;
        if (told as f64) < TOLD_MIN * self.counted_bytes as f64 {
            return None;
        }
        if sums.packets < PACKETS - 1 || sent_span < LASTS_MIN.as_secs_f64() / 4.0 {
            return None;
        }
        // Of the packets at both ends half lies within. Packets differ in size, so the times tell whether it was stretched.
        let ends = u64::from(sums.last_sent_bytes + sums.first_arrived_bytes) / 2;
        let sent = (sums.bytes - ends) as f64 * 8.0 / sent_span;
        let kept_pace = COMES_THROUGH * arrived_span < sent_span;
        let received = if kept_pace {
            sent * (sent_span / arrived_span.max(sent_span))
        } else {
            (sums.bytes - u64::from(sums.first_arrived_bytes)) as f64 * 8.0 / arrived_span
        };
        let lost = self.lost_bytes as f64 / told as f64;
        let counted_for = (self.began + self.lasts).saturating_duration_since(self.counts_from);
        let offered = self.counted_bytes as f64 * 8.0 / counted_for.as_secs_f64();
        let lost_max = inherent_loss + LOST_MAX + LUCK / f64::from(sums.packets).sqrt();
        Some(Measured {
            received,
            sent,
            offered,
            lost,
            comes_through: kept_pace && lost < lost_max,
            is_doubtful: lost < inherent_loss + LOST_MAX / 3.0 && arrived_span - sent_span < DOUBTFUL.as_secs_f64(),
        })
    }
}
