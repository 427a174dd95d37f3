//! Probes: for some tens of milliseconds more is sent than usual, to see whether it comes through.
//!
//! Media that leaves in that time counts; padding fills up what is missing. One at a time, because two would share a queue.

use std::time::{Duration, Instant};

use super::PACKET_BYTES;

/// Packets of a probe: fewer do not make a rate.
const PACKETS: u32 = 5;

/// The shortest probe: jitter of some milliseconds must not decide.
const LASTS_MIN: Duration = Duration::from_millis(40);

/// The shortest test of whether loss depends on the rate: it counts packets, so it needs more of them.
const TRIAL_MIN: Duration = Duration::from_millis(150);
const TRIAL_MAX: Duration = Duration::from_millis(300);
const TRIAL_PACKETS: u32 = 25;

/// How far ahead padding is handed out. Finer would wake the embedder more often than timers are good for.
const SLICE: Duration = Duration::from_millis(5);

/// A probe comes through if it arrives with that share of the rate it was sent with: as in libwebrtc less some jitter.
const COMES_THROUGH: f64 = 0.85;

/// Beyond what gets lost anyway, a probe that loses more has filled the bottleneck.
const LOST_MAX: f64 = 0.15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Is there room for more?
    Search,
    /// Does the loss depend on the rate?
    Trial,
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
    /// The share that got lost.
    pub(super) lost: f64,
    pub(super) comes_through: bool,
}

#[derive(Debug)]
pub(super) struct Probe {
    pub(super) purpose: Purpose,
    pub(super) target: f64,
    began: Instant,
    lasts: Duration,
    ended: Option<Instant>,
    next_slice: Instant,
    numbers: Option<(u64, u64)>,
    sent_packets: u32,
    sent_bytes: u64,
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
        let lasts = match purpose {
            Purpose::Search => packets(PACKETS).max(LASTS_MIN),
            Purpose::Trial => packets(TRIAL_PACKETS).clamp(TRIAL_MIN, TRIAL_MAX),
        };
        Self {
            purpose,
            target,
            began: now,
            lasts,
            ended: None,
            next_slice: now,
            numbers: None,
            sent_packets: 0,
            sent_bytes: 0,
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
        let owed = (self.target * until.as_secs_f64() / 8.0) as u64;
        owed.saturating_sub(self.sent_bytes) as usize
    }

    pub(super) fn sent(&mut self, number: u64, bytes: u32, now: Instant) {
        self.advance(now);
        if self.ended.is_none() {
            self.numbers = Some((self.numbers.map_or(number, |(first, _)| first), number));
            self.sent_packets += 1;
            self.sent_bytes += u64::from(bytes);
        }
    }

    /// Ends when its time is over, not when its bytes are: a keyframe in it would cut it short.
    pub(super) fn advance(&mut self, now: Instant) {
        if self.ended.is_none() && self.lasts <= now.saturating_duration_since(self.began) {
            self.ended = Some(now);
        }
    }

    pub(super) fn arrived(&mut self, number: u64, bytes: u32, sent: Instant, at: i64) {
        if self.numbers.is_none_or(|(first, last)| !(first..=last).contains(&number)) {
            return;
        }
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

    #[cfg(test)]
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
        if sums.packets < PACKETS - 1 || sent_span < LASTS_MIN.as_secs_f64() / 4.0 {
            return None;
        }
        let sent = (sums.bytes - u64::from(sums.last_sent_bytes)) as f64 * 8.0 / sent_span;
        let received =
            (sums.bytes - u64::from(sums.first_arrived_bytes)) as f64 * 8.0 / arrived_span.max(sent_span / 2.0);
        // Packets differ in size, those at both ends too: whether a probe was stretched, the times tell.
        let kept_pace = COMES_THROUGH * arrived_span < sent_span;
        let received =
            if kept_pace { received.max(sent * (sent_span / arrived_span.max(sent_span))) } else { received };
        let lost = 1.0 - f64::from(sums.packets) / f64::from(self.sent_packets);
        let comes_through = kept_pace && lost < inherent_loss + LOST_MAX;
        Some(Measured { received, sent, lost, comes_through })
    }
}
