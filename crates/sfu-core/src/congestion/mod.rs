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
mod filler;
mod history;
#[cfg(test)]
mod link;
mod loss;
mod probe;
#[cfg(test)]
mod scenarios;
mod search;

use std::time::{Duration, Instant};

use delay::{Delay, View};
use filler::Filler;
use history::History;
use loss::{Excess, Loss};
use probe::{Measured, Outcome, Probe, Purpose};
use search::Search;

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

/// While a queue stands, it is looked at so often whether it falls.
const FOREIGN_AFTER: u8 = 2;
const CHECKED_EVERY: Duration = Duration::from_millis(700);

/// It falls if it has become shorter by that. Microseconds.
const FALLS: i64 = 12_000;

/// In that time the estimate falls to no less than that share: rates are measured beside others who send less then, too.
const FALL_MAX: f64 = 0.5;

/// Who sends so much less, and gets it all through, is not to blame for a queue.
const YIELDED: f64 = 0.8;

/// Between tests of loss.
const TRIAL_RETRY: Duration = Duration::from_secs(1);
const TRIAL_RETRY_MAX: Duration = Duration::from_secs(10);

/// In a test of loss, so much more is sent than usual; and no less than that, if it was carried before: of a voice alone
/// nothing could be told.
const TRIAL_STEP: f64 = 1.5;
const TRIAL_RATE_MIN: f64 = 300e3;

/// Less of a step tells nothing.
const TRIAL_STEP_MIN: f64 = 1.2;

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
    /// Bits per second.
    minimum: f64,
    desired: f64,
}

/// A queue stands.
#[derive(Clone, Copy, Debug)]
struct Queueing {
    /// The estimate when it began.
    before: f64,
    /// It stays below that until the queue is gone.
    most: f64,
    /// What was sent when it began.
    sent: f64,
    /// When the estimate was lowered for it.
    lowered_at: Instant,
    /// The queue when what was sent after that began to arrive, and when that was.
    compared: Option<(Instant, i64)>,
    /// How often in sequence it did not fall although less was sent.
    foreign: u8,
    /// The estimate falls no further until then.
    least: Option<f64>,
    is_probed: bool,
}

/// Nothing comes back.
#[derive(Clone, Copy, Debug)]
struct Outage {
    before: f64,
    step_at: Instant,
}

#[derive(Clone, Copy, Debug)]
struct Trials {
    at: Instant,
    retry: Duration,
    /// What was seen before the one that runs.
    before: Option<Excess>,
}

#[derive(Clone, Copy, Debug, Default)]
struct RoundTrip {
    smoothed: Option<Duration>,
    min: Option<Duration>,
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
            trials: Trials { at: now, retry: TRIAL_RETRY, before: None },
            probe: None,
            round_trip: RoundTrip::default(),
            fed_at: None,
            media_at: None,
            filler: Filler::new(now),
            minimum: 0.0,
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
            let (number, bytes, sent) = (packet.number, packet.bytes, packet.sent);
            self.loss.skipped(sent, news.skipped);
            let Some(at) = at else {
                self.loss.reported(sent, bytes, true);
                self.probe.iter_mut().for_each(|probe| probe.lost(number, bytes));
                continue;
            };
            if news.was_lost {
                self.loss.found(sent, bytes);
                self.probe.iter_mut().for_each(|probe| probe.found(number, bytes));
            } else {
                self.loss.reported(sent, bytes, false);
            }
            // Of what nothing was said as much has come through as of the rest.
            let skipped = news.skipped as f64 * (1.0 - self.loss.smoothed());
            self.delay.arrived(sent, at, bytes + skipped as u32);
            self.probe.iter_mut().for_each(|probe| probe.arrived(number, bytes, sent, at));
            newest = newest.max(Some(packet.sent));
        }
        let Some(newest) = newest else { return };
        self.round_trip.measured(now.saturating_duration_since(newest));
        let since = self.fed_at.replace(now).map_or(Duration::ZERO, |before| now.saturating_duration_since(before));
        self.end_outage(newest, now);
        let view = self.delay.view();
        self.loss.settle();
        self.judge_queue(view, newest, now);
        self.judge_loss(now);
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
        let filler = self.filler.due(self.filled());
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
        self.filler.count(self.filled(), now);
        self.minimum = minimum as f64;
        self.desired = (desired as f64).min(ESTIMATE_MAX);
    }

    /// Bytes of padding to send now, as whole datagrams of about that. Each is to be told to [`Controller::sent`].
    pub(crate) fn padding(&mut self, now: Instant) -> usize {
        let probe = self.probe.as_mut().map_or(0, |probe| probe.padding(now));
        self.filler.count(self.filled(), now);
        probe.max(self.filler.take())
    }

    /// Another network, of which nothing is known.
    pub(crate) fn reset(&mut self, now: Instant) {
        let (minimum, desired) = (self.minimum, self.desired);
        *self = Self { media_at: self.media_at, minimum, desired, ..Self::new(now, self.initial as u64) };
    }

    /// Another path, likely through the same network (a NAT binding anew): what is known of it holds until it shows
    /// otherwise, and is tried at once.
    pub(crate) fn moved(&mut self, now: Instant) {
        let estimate = self.estimate;
        self.reset(now);
        self.estimate = estimate;
        self.search.recover(estimate, now);
    }

    fn patience(&self) -> Duration {
        PATIENCE_MIN.max(3 * self.round_trip.smoothed.unwrap_or_default())
    }

    /// What padding fills up to.
    fn filled(&self) -> f64 {
        if self.queueing.is_some() || self.outage.is_some() { 0.0 } else { self.minimum.min(USED * self.estimate) }
    }

    fn set(&mut self, estimate: f64) {
        self.estimate = estimate.clamp(ESTIMATE_MIN, ESTIMATE_MAX);
    }

    /// Rule 1.
    fn judge_queue(&mut self, view: View, newest: Instant, now: Instant) {
        let is_lossy = view.stands && self.loss.excess().is_some();
        let mut queueing = match self.queueing {
            Some(_) if view.is_empty => return self.end_queueing(view, now),
            Some(queueing) => queueing,
            None if view.is_congested || is_lossy => {
                let sent = view.busy.map_or(view.acked, |busy| busy.sent);
                Queueing {
                    before: self.estimate,
                    most: self.estimate,
                    sent,
                    lowered_at: now,
                    compared: None,
                    foreign: 0,
                    least: None,
                    is_probed: false,
                }
            }
            None => return,
        };
        queueing.is_probed |= self.probe.is_some();
        self.loss.forgive(now);
        if let Some(busy) = view.busy {
            match queueing.compared {
                None if queueing.lowered_at <= newest => queueing.compared = Some((now, view.queue)),
                Some((since, queue)) if CHECKED_EVERY <= now.saturating_duration_since(since) => {
                    let has_yielded = busy.sent < YIELDED * queueing.sent && YIELDED * busy.sent < busy.received;
                    let is_ours = !has_yielded || view.queue <= queue - FALLS;
                    queueing.foreign = if is_ours { 0 } else { queueing.foreign + 1 };
                    // Beside steady traffic of others a small step shows little.
                    queueing.most = if is_ours { queueing.before } else { YIELDED * self.estimate };
                    if FOREIGN_AFTER <= queueing.foreign {
                        return self.tolerate(queueing, view);
                    }
                    (queueing.lowered_at, queueing.compared, queueing.least) = (now, None, None);
                }
                None | Some(_) => {}
            }
            let least = *queueing.least.get_or_insert(FALL_MAX * busy.received);
            self.ceiling = Some((busy.received, now));
            let used = (0.95 - DRAIN * view.queue as f64 / 1e6).clamp(USED_MIN, USED);
            self.set(queueing.most.min((used * busy.received).max(least)));
            self.search.fell(now);
        }
        self.queueing = Some(queueing);
    }

    /// The queue is not ours: somebody else keeps it full, or the path has become longer.
    fn tolerate(&mut self, queueing: Queueing, view: View) {
        self.delay.tolerate(view.queue);
        self.set(self.estimate.max(queueing.sent.min(queueing.before)));
        (self.queueing, self.ceiling) = (None, None);
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
    fn judge_loss(&mut self, now: Instant) {
        let Some(excess) = self.loss.excess() else { return };
        if self.queueing.is_some() || self.probe.is_some() || now < self.trials.at {
            return;
        }
        let target = (TRIAL_STEP * excess.sent).max(TRIAL_RATE_MIN.min(self.estimate));
        self.trials.before = Some(excess);
        self.probe = Some(Probe::new(Purpose::Trial, target, now));
    }

    fn judge_probe(&mut self, now: Instant) {
        let patience = self.patience();
        let Some(probe) = &self.probe else { return };
        let Some(outcome) = probe.outcome(self.history.open(), self.loss.inherent(), patience, now) else { return };
        let (purpose, target) = (probe.purpose, probe.target);
        self.probe = None;
        match (purpose, outcome) {
            (Purpose::Search, Outcome::Nothing) => self.search.went_unheard(now),
            (Purpose::Search, Outcome::Measured(measured)) => self.searched(target, measured, now),
            (Purpose::Trial, Outcome::Nothing) => self.trials.at = now + TRIAL_RETRY,
            (Purpose::Trial, Outcome::Measured(measured)) => self.tried(measured, now),
        }
    }

    fn searched(&mut self, target: f64, measured: Measured, now: Instant) {
        let carried = measured.received.min(measured.sent) / (1.0 - self.loss.inherent());
        if measured.comes_through {
            let carried = carried.min(target);
            self.ceiling = self.ceiling.filter(|(ceiling, _)| carried <= *ceiling);
            self.search.came_through(carried, self.estimate < carried, now);
            self.set(self.estimate.max(carried));
        } else {
            self.ceiling = Some((carried, now));
            // What was only believed from before is wrong.
            let kept = if self.search.is_recovering() { 0.0 } else { self.estimate };
            self.set(kept.max(USED * carried));
            self.search.failed(now);
        }
    }

    fn tried(&mut self, measured: Measured, now: Instant) {
        self.trials.at = now + TRIAL_RETRY;
        let Some(Excess { share, sent, arrived }) = self.trials.before.take() else { return };
        let step = measured.offered / sent;
        if step < TRIAL_STEP_MIN {
            return;
        }
        // All of the step comes through if the rate has nothing to do with it, and nothing of it otherwise.
        let delivered = measured.offered * (1.0 - measured.lost);
        if (1.0 + step) / 2.0 * arrived < delivered {
            self.loss.is_usual(share.max(measured.lost));
            self.trials.retry = (2 * self.trials.retry).min(TRIAL_RETRY_MAX);
            self.trials.at = now + self.trials.retry;
        } else {
            let carried = arrived.min(delivered);
            self.ceiling = Some((carried, now));
            self.set(self.estimate.min(USED * carried));
            self.loss.forgive(now);
            self.search.fell(now);
            (self.trials.retry, self.trials.at) = (TRIAL_RETRY, now);
        }
    }

    /// Rule 3.
    fn grow(&mut self, view: View, since: Duration, now: Instant) {
        if self.queueing.is_some() || !view.is_empty || self.loss.excess().is_some() {
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
        self.search.recover(outage.before, now);
        self.probe = None;
    }

    fn search_at(&self) -> Option<Instant> {
        let at = self.search.at;
        let is_active = at <= self.media_at? + ACTIVE;
        let is_free = self.probe.is_none() && self.queueing.is_none() && self.outage.is_none();
        (is_active && is_free && self.search.target(self.estimate, self.desired).is_some()).then_some(at)
    }

    fn begin_probe(&mut self, now: Instant) {
        if self.search_at().is_none_or(|at| now < at) {
            return;
        }
        if self.media_at.is_none_or(|media| media + ACTIVE < now) {
            self.search.at = now; // Rests until there is media.
            return;
        }
        let Some(target) = self.search.target(self.estimate, self.desired) else { return };
        self.probe = Some(Probe::new(Purpose::Search, target, now));
    }
}

impl RoundTrip {
    fn measured(&mut self, sample: Duration) {
        self.smoothed = Some(self.smoothed.map_or(sample, |smoothed| (7 * smoothed + sample) / 8));
        self.min = Some(self.min.map_or(sample, |min| min.min(sample)));
    }
}
