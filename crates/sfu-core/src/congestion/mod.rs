//! How much one viewer's network carries, from transport-wide feedback on what is sent to it.
//!
//! Three things are measured: how long packets wait on the way ([`delay`]), what gets lost ([`loss`]), and whether a
//! short burst of more comes through ([`probe`]). The rules that make an estimate of it are few:
//!
//! 1. While packets wait, what comes out of the queue is what the network carries: the estimate is that, less what
//!    empties the queue within a second or two. It is also the ceiling for a while.
//! 2. Loss by itself proves nothing. When more gets lost than usual, a burst shows whether more arrives when more is
//!    sent. If not, the estimate is what arrives.
//! 3. More is believed when it was seen: a probe came through, or media arrived without waiting. What was not tried is
//!    believed only up to half as much again as what arrives.
//! 4. Without any feedback the estimate falls step by step, and what it was is tried first when feedback is back.
//!
//! See `docs/decisions/0015-own-congestion-control.md`.

mod delay;
mod history;
#[cfg(test)]
mod link;
mod loss;
mod probe;
#[cfg(test)]
mod scenarios;

use std::time::{Duration, Instant};

use delay::{Delay, STANDING, View};
use history::History;
use loss::Loss;
use probe::{Measured, Outcome, Probe, Purpose};

/// IPv4 and UDP headers of one datagram: bottlenecks count them.
const HEADER_BYTES: usize = 20 + 8;

/// A packet of padding with its headers, about.
const PACKET_BYTES: usize = 1100 + HEADER_BYTES;

/// The estimate never falls below: a voice.
const ESTIMATE_MIN: f64 = 30e3;

/// Nor does it grow beyond: no viewer is sent that much.
const ESTIMATE_MAX: f64 = 100e6;

/// Share of a measured bottleneck that is used: the rest empties small queues.
const USED: f64 = 0.92;

/// While a queue empties. More of a cut would cost more picture than the queue costs time.
const USED_MIN: f64 = 0.6;

/// How much of the rate is given up for each second of queue.
const DRAIN: f64 = 0.4;

/// Growth by use, as share of the estimate in a second.
const GROWTH: f64 = 0.15;

/// What arrives may be exceeded by half, and by this (bits per second), without a probe.
const UNTRIED: f64 = 1.5;
const UNTRIED_MIN: f64 = 20e3;

/// How long a measured bottleneck is believed.
const CEILING_OVER: Duration = Duration::from_secs(10);

/// More is wanted than the estimate if it exceeds it by that: probes beyond it end up a little above.
const WANTED: f64 = 1.1;

/// Steps of probes, each from what the one before showed: at the start, in sequence, and the careful first one.
const STEP_START: f64 = 3.0;
const STEP_NEXT: f64 = 2.0;
const STEP_FIRST: f64 = 1.5;

/// Between probes that do not come through. The longest is what it takes to notice a better network.
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(3);

/// As [`RETRY_MAX`], when probes come through and yet the network does not carry what they promise (it admits bursts).
const RETRY_MISLED_MAX: Duration = Duration::from_secs(24);

/// A fall so soon after a probe means that it misled.
const MISLED_WITHIN: Duration = Duration::from_secs(3);

/// Between tests of loss.
const TRIAL_RETRY: Duration = Duration::from_secs(1);
const TRIAL_RETRY_MAX: Duration = Duration::from_secs(10);

/// How much more must arrive when half as much again is sent for the loss to be innocent: half of it.
const TRIAL_GAIN: f64 = 1.25;

/// Feedback is missing after that, or three round trips.
const PATIENCE_MIN: Duration = Duration::from_millis(500);

/// One step down while it is missing.
const OUTAGE_STEP: Duration = Duration::from_millis(250);
const OUTAGE_SHARE: f64 = 0.7;

/// Nothing is probed with a viewer that gets nothing.
const ACTIVE: Duration = Duration::from_secs(1);

/// What may be in flight beyond the least round trip: feedback every 100 ms, one of them lost, and a small queue.
const IN_FLIGHT_OVER: Duration = Duration::from_millis(250);

/// What a packet is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Media and its repairs: somebody needs it.
    Media,
    /// Only to measure, or to fill up.
    Padding,
}

/// The send side of one viewer's path.
#[derive(Debug)]
pub(crate) struct Controller {
    history: History,
    delay: Delay,
    loss: Loss,
    /// Bits per second.
    estimate: f64,
    initial: f64,
    /// A bottleneck, when it was seen.
    ceiling: Option<(f64, Instant)>,
    queueing: Option<Queueing>,
    outage: Option<Outage>,
    search: Search,
    trials: Trials,
    probe: Option<Probe>,
    round_trip: RoundTrip,
    fed_at: Option<Instant>,
    media_at: Option<Instant>,
    filler: Filler,
    desired: f64,
}

/// A queue stands.
#[derive(Clone, Copy, Debug)]
struct Queueing {
    /// The estimate when it began.
    before: f64,
    /// What was sent then.
    sent: f64,
    /// The queue when it was looked at last to see whether it falls, and how often it did not.
    checked: (Instant, i64),
    flat: u32,
    is_probed: bool,
}

/// Nothing comes back.
#[derive(Clone, Copy, Debug)]
struct Outage {
    before: f64,
    step_at: Instant,
}

/// When and how far to look for more.
#[derive(Clone, Copy, Debug)]
struct Search {
    at: Instant,
    step: f64,
    retry: Duration,
    /// The last time that a probe raised the estimate.
    raised_at: Option<Instant>,
    misled: u32,
    /// What the network carried before it was lost.
    recover: Option<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Trials {
    at: Instant,
    retry: Duration,
    /// What arrived before the one that runs.
    acked: f64,
    share: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct RoundTrip {
    smoothed: Option<Duration>,
    min: Option<Duration>,
}

/// Fills up to the minimum.
#[derive(Clone, Copy, Debug)]
struct Filler {
    /// Bits per second.
    minimum: f64,
    owed: f64,
    counted_at: Instant,
}

impl Controller {
    /// `initial` is in bits per second.
    pub(crate) fn new(now: Instant, initial: u64) -> Self {
        let initial = (initial as f64).clamp(ESTIMATE_MIN, ESTIMATE_MAX);
        Self {
            history: History::default(),
            delay: Delay::new(now),
            loss: Loss::new(now),
            estimate: initial,
            initial,
            ceiling: None,
            queueing: None,
            outage: None,
            search: Search::new(now),
            trials: Trials { at: now, retry: TRIAL_RETRY, acked: 0.0, share: 0.0 },
            probe: None,
            round_trip: RoundTrip::default(),
            fed_at: None,
            media_at: None,
            filler: Filler { minimum: 0.0, owed: 0.0, counted_at: now },
            desired: 0.0,
        }
    }

    /// A datagram leaves. `number` is its transport-wide sequence number, extended, and grows; `bytes` are the datagram's:
    /// [`HEADER_BYTES`] are added here.
    pub(crate) fn sent(&mut self, number: u64, bytes: usize, kind: Kind, now: Instant) {
        let bytes = (bytes + HEADER_BYTES) as u32;
        self.history.sent(number, bytes, now);
        if let Some(probe) = &mut self.probe {
            probe.sent(number, bytes, now);
        }
        match kind {
            Kind::Media => {
                self.media_at = Some(now);
                self.filler.sent(bytes);
            }
            Kind::Padding => {}
        }
    }

    /// Feedback came: for each number on the wire, when it arrived on the receiver's clock (microseconds), or that it did not.
    pub(crate) fn feedback(&mut self, packets: impl Iterator<Item = (u16, Option<i64>)>, now: Instant) {
        let mut newest: Option<Instant> = None;
        for (wire, at) in packets {
            let Some(news) = self.history.reported(wire, at.is_some()) else { continue };
            let packet = news.packet;
            let Some(at) = at else {
                self.loss.reported(packet.sent, true);
                continue;
            };
            if news.was_lost {
                self.loss.found(packet.sent);
            } else {
                self.loss.reported(packet.sent, false);
            }
            self.delay.arrived(packet.sent, at, packet.bytes);
            if let Some(probe) = &mut self.probe {
                probe.arrived(packet.number, packet.bytes, packet.sent, at);
            }
            newest = newest.max(Some(packet.sent));
        }
        self.history.settle();
        let Some(newest) = newest else { return };
        self.round_trip.measured(now.saturating_duration_since(newest));
        let since = self.fed_at.replace(now).map_or(Duration::ZERO, |before| now.saturating_duration_since(before));
        self.end_outage(newest, now);
        let view = self.delay.view();
        self.loss.settle();
        self.judge_queue(view, now);
        self.judge_loss(view, now);
        self.judge_probe(now);
        self.grow(view, since, now);
    }

    /// Time passes: feedback that is missing, probes that begin or end.
    pub(crate) fn tick(&mut self, now: Instant) {
        self.history.forget(now);
        self.notice_outage(now);
        if let Some(probe) = &mut self.probe {
            probe.advance(now);
        }
        self.judge_probe(now);
        self.begin_probe(now);
    }

    /// When [`Controller::tick`] and [`Controller::padding`] should be called next. None if nothing is to be done until
    /// something is sent.
    pub(crate) fn due(&self) -> Option<Instant> {
        let patience = self.patience();
        let probe = self.probe.as_ref().map(|probe| probe.due(patience));
        let search = self.search_at();
        let outage = self.outage_at();
        let filler = self.filler.due(self.estimate);
        [probe, search, outage, filler].into_iter().flatten().min()
    }

    /// Bits per second that may be sent, headers included.
    pub(crate) fn estimate(&self) -> u64 {
        let in_flight_max =
            self.round_trip.min.map_or(f64::MAX, |min| self.estimate * (min + IN_FLIGHT_OVER).as_secs_f64());
        // What is in flight already is more than the network was seen to hold: nothing more, until it is known why.
        let in_flight = self.history.in_flight() as f64 * 8.0;
        let share = if self.probe.is_none() && self.queueing.is_none() {
            (in_flight_max / in_flight.max(1.0)).clamp(0.5, 1.0)
        } else {
            1.0
        };
        (self.estimate * share).max(ESTIMATE_MIN) as u64
    }

    /// Smoothed, with the time that the receiver takes to send its feedback.
    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.round_trip.smoothed
    }

    /// The share of packets that got lost lately.
    pub(crate) fn loss(&self) -> f32 {
        self.loss.smoothed() as f32
    }

    /// `minimum` is always sent, filled up with padding. `desired` would be sent if the network carried it. Both are in
    /// bits per second.
    pub(crate) fn aim(&mut self, minimum: u64, desired: u64, now: Instant) {
        self.filler.count(self.estimate, now);
        self.filler.minimum = minimum as f64;
        self.desired = (desired as f64).min(ESTIMATE_MAX);
    }

    /// Bytes of padding to send now, as whole datagrams of about that. Each is to be told to [`Controller::sent`].
    pub(crate) fn padding(&mut self, now: Instant) -> usize {
        let probe = self.probe.as_mut().map_or(0, |probe| probe.padding(now));
        let filler = self.filler.take(self.estimate, now);
        if self.queueing.is_some() { probe } else { probe.max(filler) }
    }

    /// Another network, of which nothing is known.
    pub(crate) fn reset(&mut self, now: Instant) {
        let (minimum, desired) = (self.filler.minimum, self.desired);
        *self = Self { media_at: self.media_at, ..Self::new(now, self.initial as u64) };
        (self.filler.minimum, self.desired) = (minimum, desired);
    }

    /// Another path, likely through the same network (a NAT binding anew): what is known of it holds until it shows
    /// otherwise, and is tried at once.
    pub(crate) fn moved(&mut self, now: Instant) {
        let estimate = self.estimate;
        self.reset(now);
        self.estimate = estimate;
        self.search.recover = Some(estimate);
    }

    fn patience(&self) -> Duration {
        PATIENCE_MIN.max(3 * self.round_trip.smoothed.unwrap_or_default())
    }

    fn set(&mut self, estimate: f64) {
        self.estimate = estimate.clamp(ESTIMATE_MIN, ESTIMATE_MAX);
    }

    /// Rule 1.
    fn judge_queue(&mut self, view: View, now: Instant) {
        let is_lossy = STANDING < view.queue && self.loss.excess().is_some();
        let queueing = match self.queueing {
            Some(_) if view.queue <= STANDING / 2 => return self.end_queueing(view, now),
            Some(queueing) => queueing,
            None if view.is_congested || is_lossy => {
                let sent = view.busy.map_or(view.acked, |busy| busy.sent);
                let checked = (now, view.queue);
                Queueing { before: self.estimate, sent, checked, flat: 0, is_probed: self.probe.is_some() }
            }
            None => return,
        };
        let queueing = self.queueing.insert(queueing);
        queueing.is_probed |= self.probe.is_some();
        self.loss.forgive(now);
        let Some(busy) = view.busy else { return };
        if Duration::from_secs(1) < now.saturating_duration_since(queueing.checked.0) {
            let is_flat = (queueing.checked.1 - view.queue).abs() < STANDING / 2;
            queueing.flat = if is_flat { queueing.flat + 1 } else { 0 };
            queueing.checked = (now, view.queue);
            if 2 <= queueing.flat && 0.95 * busy.sent < busy.received {
                // Neither grows nor falls although less was sent: no queue of ours. The path has become longer.
                self.delay.rebase(view.queue);
                self.queueing = None;
                return;
            }
        }
        let before = queueing.before;
        self.ceiling = Some((busy.received, now));
        let used = (0.95 - DRAIN * view.queue as f64 / 1e6).clamp(USED_MIN, USED);
        self.set(before.min(used * busy.received));
        self.search.fell(now);
    }

    fn end_queueing(&mut self, view: View, now: Instant) {
        let Some(queueing) = self.queueing.take() else { return };
        self.loss.forgive(now);
        // Gone although nobody sent less: it was not made by us.
        if !queueing.is_probed && 0.95 * queueing.sent < view.acked {
            self.set(queueing.before);
            self.ceiling = None;
        }
    }

    /// Rule 2.
    fn judge_loss(&mut self, view: View, now: Instant) {
        let Some(share) = self.loss.excess() else { return };
        if self.queueing.is_some() || self.probe.is_some() || now < self.trials.at {
            return;
        }
        let sent = view.acked / (1.0 - share).max(0.1);
        (self.trials.acked, self.trials.share) = (view.acked, share);
        self.probe = Some(Probe::new(Purpose::Trial, STEP_FIRST * sent.max(ESTIMATE_MIN), now));
    }

    fn judge_probe(&mut self, now: Instant) {
        let patience = self.patience();
        let Some(probe) = &self.probe else { return };
        let Some(outcome) = probe.outcome(self.history.open(), self.loss.inherent(), patience, now) else { return };
        let (purpose, target) = (probe.purpose, probe.target);
        self.probe = None;
        match (purpose, outcome) {
            (Purpose::Search, Outcome::Nothing) => self.search.at = now + PATIENCE_MIN,
            (Purpose::Search, Outcome::Measured(measured)) => self.searched(target, measured, now),
            (Purpose::Trial, Outcome::Nothing) => self.trials.at = now + TRIAL_RETRY,
            (Purpose::Trial, Outcome::Measured(measured)) => self.tried(measured, now),
        }
    }

    fn searched(&mut self, target: f64, measured: Measured, now: Instant) {
        let carried = measured.received.min(measured.sent) / (1.0 - self.loss.inherent());
        if measured.comes_through {
            let carried = carried.min(target);
            if self.ceiling.is_some_and(|(ceiling, _)| ceiling < carried) {
                self.ceiling = None;
            }
            if self.estimate < carried {
                self.search.raised_at = Some(now);
            }
            self.set(self.estimate.max(carried));
            self.search.comes_through(now);
        } else {
            self.ceiling = Some((carried, now));
            self.set(self.estimate.max(USED * carried));
            self.search.fails(now);
        }
    }

    fn tried(&mut self, measured: Measured, now: Instant) {
        let Trials { acked, share, .. } = self.trials;
        let received = measured.received.min(measured.sent);
        if TRIAL_GAIN * acked < received {
            self.loss.is_usual(share.max(measured.lost));
            self.trials.retry = (2 * self.trials.retry).min(TRIAL_RETRY_MAX);
            self.trials.at = now + self.trials.retry;
        } else if acked * STEP_FIRST * 0.8 < measured.sent / (1.0 - measured.lost).max(0.1) {
            self.ceiling = Some((acked, now));
            self.set(self.estimate.min(USED * acked));
            self.loss.forgive(now);
            self.search.fell(now);
            (self.trials.retry, self.trials.at) = (TRIAL_RETRY, now);
        } else {
            self.trials.at = now + TRIAL_RETRY;
        }
    }

    /// Rule 3.
    fn grow(&mut self, view: View, since: Duration, now: Instant) {
        if self.queueing.is_some() || STANDING / 2 < view.queue || self.loss.excess().is_some() {
            return;
        }
        if self.ceiling.is_some_and(|(_, seen)| CEILING_OVER < now.saturating_duration_since(seen)) {
            self.ceiling = None;
        }
        let ceiling = self.ceiling.map_or(f64::MAX, |(ceiling, _)| 0.95 * ceiling);
        let untried = UNTRIED * view.acked / (1.0 - self.loss.inherent()) + UNTRIED_MIN;
        let most = untried.min(ceiling);
        if self.estimate < most {
            let grown = self.estimate * (1.0 + GROWTH * since.as_secs_f64().min(0.5));
            self.set(grown.min(most));
        }
    }

    /// Rule 4.
    fn notice_outage(&mut self, now: Instant) {
        if self.outage_at().is_none_or(|at| now < at) {
            return;
        }
        let before = self.queueing.map_or(self.estimate, |queueing| queueing.before.min(2.0 * self.estimate));
        let outage = self.outage.get_or_insert(Outage { before, step_at: now });
        outage.step_at = now + OUTAGE_STEP;
        self.set(OUTAGE_SHARE * self.estimate);
    }

    fn outage_at(&self) -> Option<Instant> {
        let waiting = self.history.waiting_since()?.max(self.fed_at?) + self.patience();
        let at = self.outage.map_or(waiting, |outage| outage.step_at.max(waiting));
        // Of the last packets before a pause nothing may ever be heard.
        (at <= self.history.last_sent()? + self.patience()).then_some(at)
    }

    fn end_outage(&mut self, newest: Instant, now: Instant) {
        let Some(outage) = self.outage.take() else { return };
        self.loss.forgive(newest);
        self.search.recover = Some(self.search.recover.unwrap_or(0.0).max(outage.before));
        self.search.at = now;
        self.probe = None;
    }

    fn search_at(&self) -> Option<Instant> {
        let at = self.search.at;
        let is_active = at <= self.media_at? + ACTIVE;
        let is_free = self.probe.is_none() && self.queueing.is_none() && self.outage.is_none();
        (is_active && is_free && self.target().is_some()).then_some(at)
    }

    /// What to probe for.
    fn target(&self) -> Option<f64> {
        if let Some(before) = self.search.recover {
            return Some(before);
        }
        let wanted = WANTED * self.desired;
        (WANTED * self.estimate < self.desired).then(|| wanted.min(self.search.step * self.estimate))
    }

    fn begin_probe(&mut self, now: Instant) {
        if self.search_at().is_none_or(|at| now < at) {
            return;
        }
        if self.media_at.is_none_or(|media| media + ACTIVE < now) {
            self.search.at = now; // Rests until there is media.
            return;
        }
        let Some(target) = self.target() else { return };
        self.search.recover = None;
        self.probe = Some(Probe::new(Purpose::Search, target, now));
    }
}

impl Search {
    fn new(now: Instant) -> Self {
        Self { at: now, step: STEP_START, retry: RETRY_MIN, raised_at: None, misled: 0, recover: None }
    }

    fn comes_through(&mut self, now: Instant) {
        (self.at, self.retry) = (now, RETRY_MIN);
        if self.step < STEP_START {
            self.step = STEP_NEXT;
        }
    }

    fn fails(&mut self, now: Instant) {
        self.at = now + self.retry;
        self.retry = (2 * self.retry).min(RETRY_MAX);
        self.step = STEP_FIRST;
    }

    /// The estimate had to fall.
    fn fell(&mut self, now: Instant) {
        if self.raised_at.take().is_some_and(|raised| now <= raised + MISLED_WITHIN) {
            self.misled = (self.misled + 1).min(3);
            self.retry = (RETRY_MAX * (1 << self.misled)).min(RETRY_MISLED_MAX);
            self.at = now + self.retry;
        }
        self.at = self.at.max(now + RETRY_MIN);
        self.step = STEP_FIRST;
    }
}

impl RoundTrip {
    fn measured(&mut self, sample: Duration) {
        self.smoothed = Some(self.smoothed.map_or(sample, |smoothed| (7 * smoothed + sample) / 8));
        self.min = Some(self.min.map_or(sample, |min| min.min(sample)));
    }
}

impl Filler {
    fn rate(&self, estimate: f64) -> f64 {
        self.minimum.min(USED * estimate)
    }

    fn count(&mut self, estimate: f64, now: Instant) {
        let since = now.saturating_duration_since(self.counted_at).as_secs_f64();
        self.counted_at = now;
        // What was sent beyond the minimum counts for as long as rates are measured over; a pause is not made up for.
        let bytes = self.rate(estimate) / 8.0;
        self.owed = (self.owed + bytes * since).clamp(-bytes / 2.0, (bytes / 10.0).max(2.0 * PACKET_BYTES as f64));
    }

    fn sent(&mut self, bytes: u32) {
        self.owed -= f64::from(bytes);
    }

    fn take(&mut self, estimate: f64, now: Instant) -> usize {
        self.count(estimate, now);
        if self.owed < PACKET_BYTES as f64 {
            return 0;
        }
        std::mem::take(&mut self.owed) as usize
    }

    fn due(&self, estimate: f64) -> Option<Instant> {
        let bytes = self.rate(estimate) / 8.0;
        let wait = (PACKET_BYTES as f64 - self.owed) / bytes;
        (0.0 < bytes).then(|| self.counted_at + Duration::from_secs_f64(wait.max(0.001)))
    }
}
