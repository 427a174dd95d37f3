//! The rules, each in one or two functions: see the front page of this module.

use std::time::{Duration, Instant};

use super::delay::View;
use super::loss::Excess;
use super::probe::{Measured, Outcome, Probe, Purpose};
use super::{Controller, ESTIMATE_MAX, ESTIMATE_MIN};

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
const CHECKED_EVERY: Duration = Duration::from_millis(700);

/// If it did not so often in sequence although less was sent, it is somebody else's.
const FOREIGN_AFTER: u8 = 2;

/// It falls if it has become shorter by that. Microseconds.
const FALLS: i64 = 12_000;

/// In that time the estimate falls to no less than that share: rates are measured beside others who send less then, too.
const FALL_MAX: f64 = 0.5;

/// What is sent when a queue begins is what was sent over that; and so much of it is no less.
const SENT_OVER: Duration = Duration::from_millis(500);
const SENT_LESS: f64 = 0.95;

/// Who sends so much less, and gets it all through, is not to blame for a queue.
const YIELDED: f64 = 0.8;

/// Between tests of loss.
const TRIAL_RETRY: Duration = Duration::from_secs(1);
const TRIAL_RETRY_MAX: Duration = Duration::from_secs(10);

/// So long after a test that failed, what gets lost is its own doing: it has filled the queue, or emptied the bucket.
const TRIAL_ECHO: Duration = Duration::from_millis(150);

/// In a test of loss, so much more is sent than usual; and no less than that, if it was carried before: of a voice alone
/// nothing could be told.
const TRIAL_STEP: f64 = 1.5;
const TRIAL_STEP_MAX: f64 = 2.0;
const TRIAL_RATE_MIN: f64 = 300e3;

/// But no more than so much of the estimate: what was sent is a guess while feedback gets lost, too.
const TRIAL_SHARE_MAX: f64 = 3.0;

/// Less of a step tells nothing.
const TRIAL_STEP_MIN: f64 = 1.2;

/// Feedback is missing after that, or three round trips.
const PATIENCE_MIN: Duration = Duration::from_millis(500);

/// One step down while it is missing.
const OUTAGE_STEP: Duration = Duration::from_millis(250);
const OUTAGE_SHARE: f64 = 0.7;

/// A queue stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queueing {
    /// The estimate and its ceiling when it began.
    before: f64,
    ceiling_before: Option<(f64, Instant)>,
    /// It stays below that until the queue is gone.
    most: f64,
    /// What was sent when it began.
    sent: f64,
    began: Instant,
    /// When the estimate was lowered last, before it was compared.
    lowered_at: Instant,
    /// The queue when what was sent after that began to arrive, and when that was.
    compared: Option<(Instant, i64)>,
    /// How often in sequence it did not fall although less was sent.
    foreign: u8,
    /// The estimate falls no further until then.
    least: Option<f64>,
    is_probed: bool,
    is_lossy: bool,
}

/// Nothing comes back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outage {
    pub(super) before: f64,
    step_at: Instant,
}

/// When loss may be tested again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trials {
    at: Instant,
    retry: Duration,
}

impl Trials {
    pub(super) fn new(now: Instant) -> Self {
        Self { at: now, retry: TRIAL_RETRY }
    }
}

impl Controller {
    pub(super) fn patience(&self) -> Duration {
        PATIENCE_MIN.max(3 * self.round_trip.unwrap_or_default())
    }

    fn set(&mut self, estimate: f64) {
        self.estimate = estimate.clamp(ESTIMATE_MIN, ESTIMATE_MAX);
    }

    /// Rule 1. `newest` is when the last packet was sent that has arrived.
    pub(super) fn judge_queue(&mut self, view: View, newest: Instant, now: Instant) {
        let is_lossy = view.has_stood && self.loss.excess().is_some();
        let mut queueing = match self.queueing {
            Some(_) if view.is_empty => return self.end_queueing(newest, now),
            Some(queueing) => queueing,
            None if view.is_congested || is_lossy => {
                let sent = self.history.rate(now.checked_sub(SENT_OVER).unwrap_or(now), now);
                Queueing {
                    before: self.estimate,
                    ceiling_before: self.ceiling,
                    most: self.estimate,
                    sent,
                    began: now,
                    lowered_at: now,
                    compared: None,
                    foreign: 0,
                    least: None,
                    is_probed: false,
                    is_lossy: false,
                }
            }
            None => return,
        };
        queueing.is_probed |= self.probe.is_some();
        queueing.is_lossy |= is_lossy;
        self.loss.forgive(now);
        if let Some(busy) = view.busy {
            match queueing.compared {
                None if queueing.lowered_at <= newest => queueing.compared = Some((now, view.queue)),
                Some((since, queue)) if CHECKED_EVERY <= now.saturating_duration_since(since) => {
                    let sent = self.history.rate(queueing.lowered_at, newest);
                    let has_yielded = sent < YIELDED * queueing.sent && YIELDED * busy.sent < busy.received;
                    let is_ours = !has_yielded || view.queue <= queue - FALLS;
                    queueing.foreign = if is_ours { 0 } else { queueing.foreign + 1 };
                    // Beside steady traffic of others a small step shows little.
                    queueing.most = if is_ours { queueing.before } else { YIELDED * self.estimate };
                    if FOREIGN_AFTER <= queueing.foreign {
                        return self.tolerate(queueing, view, now);
                    }
                    (queueing.lowered_at, queueing.compared, queueing.least) = (now, None, None);
                }
                None | Some(_) => {}
            }
            let least = *queueing.least.get_or_insert(FALL_MAX * busy.received);
            self.ceiling = Some((busy.received, now));
            let used = (0.95 - DRAIN * view.queue as f64 / 1e6).clamp(USED_MIN, USED);
            self.set(queueing.most.min((used * busy.received).max(least)));
            self.search.fell(queueing.is_probed, now);
        }
        self.queueing = Some(queueing);
    }

    /// The queue is not ours: somebody else keeps it full, or the path has become longer.
    fn tolerate(&mut self, queueing: Queueing, view: View, now: Instant) {
        self.delay.tolerate(view.queue);
        self.pace.forget_least();
        self.search.recover(queueing.before, now);
        (self.queueing, self.ceiling) = (None, None);
    }

    fn end_queueing(&mut self, newest: Instant, now: Instant) {
        let Some(queueing) = self.queueing.take() else { return };
        self.loss.forgive(now);
        // Gone although nobody sent less: it was not made by us.
        let lately = newest.checked_sub(SENT_OVER).unwrap_or(newest).max(queueing.began);
        let is_unlowered = newest < queueing.began || SENT_LESS * queueing.sent < self.history.rate(lately, newest);
        if is_unlowered && !queueing.is_probed && !queueing.is_lossy {
            self.set(queueing.before);
            self.ceiling = queueing.ceiling_before;
        }
    }

    /// When a queue is surely gone of which no feedback will tell: all that was sent has been reported on.
    pub(super) fn emptied_at(&self) -> Option<Instant> {
        self.queueing.filter(|_| self.history.in_flight() == 0)?;
        Some(self.fed_at? + self.patience())
    }

    /// Rule 2.
    pub(super) fn judge_loss(&mut self, now: Instant) {
        let Some(excess) = self.loss.excess() else { return };
        // Of a voice alone there is nothing to give up.
        if self.desired == 0.0 || self.queueing.is_some() || self.probe.is_some() || now < self.trials.at {
            return;
        }
        let least = (TRIAL_STEP * excess.sent).max(TRIAL_RATE_MIN.min(self.estimate));
        // It may answer both questions at once.
        let wanted = self.search.target(self.estimate, self.desired).unwrap_or(0.0);
        let most = (TRIAL_SHARE_MAX * self.estimate).clamp(TRIAL_RATE_MIN, ESTIMATE_MAX);
        let target = least.max(wanted.min(TRIAL_STEP_MAX * excess.sent)).min(most);
        self.probe = Some(Probe::new(Purpose::Trial(excess), target, now));
    }

    pub(super) fn judge_probe(&mut self, now: Instant) {
        let patience = self.patience();
        let Some(probe) = &self.probe else { return };
        let Some(outcome) = probe.outcome(self.history.open(), self.loss.inherent(), patience, now) else { return };
        let (purpose, target) = (probe.purpose, probe.target);
        self.probe = None;
        match (purpose, outcome) {
            (Purpose::Search { .. }, Outcome::Nothing) => self.search.went_unheard(now),
            (Purpose::Search { .. }, Outcome::Measured(measured)) => self.searched(target, measured, now),
            (Purpose::Trial(_), Outcome::Nothing) => self.trials.at = now + TRIAL_RETRY,
            (Purpose::Trial(before), Outcome::Measured(measured)) => self.tried(before, target, measured, now),
        }
    }

    fn searched(&mut self, target: f64, measured: Measured, now: Instant) {
        let carried = measured.received.min(measured.sent) / (1.0 - self.loss.inherent());
        if measured.comes_through {
            self.came_through(carried.min(target), now);
        } else if measured.is_doubtful && self.search.doubts(now) {
            // Nothing is known yet.
        } else {
            self.ceiling = Some((carried, now));
            // What was only believed from before is wrong.
            let kept = if self.search.is_recovering() { 0.0 } else { self.estimate };
            self.set(kept.max(USED * carried));
            self.search.failed(now);
        }
    }

    fn came_through(&mut self, carried: f64, now: Instant) {
        self.ceiling = self.ceiling.filter(|(ceiling, _)| carried <= *ceiling);
        self.search.came_through(carried, self.estimate < carried, now);
        self.set(self.estimate.max(carried));
    }

    fn tried(&mut self, before: Excess, target: f64, measured: Measured, now: Instant) {
        self.trials.at = now + TRIAL_RETRY;
        let Excess { share, sent, arrived } = before;
        let step = measured.offered / sent;
        if step < TRIAL_STEP_MIN {
            return;
        }
        // All of the step comes through if the rate has nothing to do with it, and nothing of it otherwise.
        let delivered = measured.offered * (1.0 - measured.lost);
        let lost_half = share + (1.0 - share) * (1.0 - 1.0 / step) / 2.0;
        if (1.0 + step) / 2.0 * arrived < delivered && measured.lost < lost_half {
            self.loss.is_usual(share.min(measured.lost));
            self.trials.retry = (2 * self.trials.retry).min(TRIAL_RETRY_MAX);
            self.trials.at = now + self.trials.retry;
            if measured.comes_through {
                self.came_through(measured.offered.min(target), now);
            }
        } else {
            self.ceiling = Some((delivered, now)); // More was sent than the network carries: this is what it carries.
            // Some losses in a row may be bad luck; if they are not, the next test follows at once.
            self.set(self.estimate.min((USED * delivered).max(FALL_MAX * arrived)));
            self.loss.forgive(now + TRIAL_ECHO);
            self.search.fell(false, now);
            (self.trials.retry, self.trials.at) = (TRIAL_RETRY, now);
        }
    }

    /// Rule 3.
    pub(super) fn grow(&mut self, view: View, since: Duration, now: Instant) {
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
    pub(super) fn notice_outage(&mut self, now: Instant) {
        if self.outage_at().is_none_or(|at| now < at) {
            return;
        }
        let before = self.queueing.map_or(self.estimate, |queueing| queueing.before.min(2.0 * self.estimate));
        let outage = self.outage.get_or_insert(Outage { before, step_at: now });
        outage.step_at = now + OUTAGE_STEP;
        self.set(OUTAGE_SHARE * self.estimate);
    }

    pub(super) fn outage_at(&self) -> Option<Instant> {
        let waiting = self.history.waiting_since()?.max(self.fed_at?) + self.patience();
        let at = self.outage.map_or(waiting, |outage| outage.step_at.max(waiting));
        // Of the last packets before a pause nothing may ever be heard.
        (at <= self.history.last_sent()? + self.patience()).then_some(at)
    }

    pub(super) fn end_outage(&mut self, newest: Instant, now: Instant) {
        let Some(outage) = self.outage.take() else { return };
        self.is_back = true;
        self.loss.forgive(newest);
        self.search.recover(outage.before, now);
        self.probe = None;
    }

    /// Not before anything was sent. From then on also while nothing is: a picture may be waiting for what a probe shows.
    pub(super) fn search_at(&self) -> Option<Instant> {
        let at = self.search.at;
        let is_free = self.has_sent && self.probe.is_none() && self.queueing.is_none() && self.outage.is_none();
        (is_free && self.search.target(self.estimate, self.desired).is_some()).then_some(at)
    }

    pub(super) fn begin_probe(&mut self, now: Instant) {
        if self.search_at().is_none_or(|at| now < at) {
            return;
        }
        if self.loss.excess().is_some() {
            self.search.at = now + TRIAL_RETRY; // That is to be found out first.
            return;
        }
        let Some(target) = self.search.target(self.estimate, self.desired) else { return };
        self.probe = Some(Probe::new(Purpose::Search { lasts: self.search.lasts() }, target, now));
    }
}
