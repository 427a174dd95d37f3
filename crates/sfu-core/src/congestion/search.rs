//! When and how far to probe for more.

use std::time::{Duration, Instant};

use super::probe::LASTS_MIN;

/// More is wanted than the estimate if it exceeds it by that: probes beyond it end up a little above.
const WANTED: f64 = 1.1;

/// Steps of probes, each from what the one before showed: at the start, in sequence, and the careful first one.
const STEP_START: f64 = 3.0;
const STEP_NEXT: f64 = 2.0;
const STEP_FIRST: f64 = 1.5;

/// Between probes that do not come through. The longest is what it takes to notice a better network.
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(3);

/// After so many in sequence each of them waits for longer, up to [`RETRY_MISLED_MAX`]: some half minute.
const FAILURES_MANY: u32 = 10;

/// As [`RETRY_MAX`], when probes come through and yet the network does not carry what they promise: it admits bursts.
const RETRY_MISLED_MAX: Duration = Duration::from_secs(24);

/// A fall so soon after a probe means that it misled.
const MISLED_WITHIN: Duration = Duration::from_secs(5);

/// The longest probe by default: jitter of a quarter of that is rare.
const LASTS_MAX: Duration = Duration::from_millis(80);

/// Networks change.
const MISLED_FORGOTTEN: Duration = Duration::from_secs(60);

/// After a probe of which nothing was heard.
const RETRY_UNHEARD: Duration = Duration::from_millis(500);

/// Probes for what the network carried before, of which nothing was heard.
const RECOVERIES_MAX: u8 = 4;

/// The schedule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    pub(super) at: Instant,
    step: f64,
    retry: Duration,
    /// Probes in sequence that showed nothing more.
    failures: u32,
    /// The last time that a probe raised the estimate.
    raised_at: Option<Instant>,
    /// How often in sequence that misled, and when last.
    misled: u32,
    misled_at: Instant,
    recover: Option<Recover>,
    /// Something is not shown at all for want of bandwidth.
    is_starved: bool,
    /// How long the next probe lasts: longer, if jitter has left the last one in doubt.
    lasts: Duration,
}

/// What the network carried before it was lost, bits per second.
#[derive(Clone, Copy, Debug)]
struct Recover {
    rate: f64,
    tries: u8,
}

impl Search {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            at: now,
            step: STEP_START,
            retry: RETRY_MIN,
            failures: 0,
            raised_at: None,
            misled: 0,
            misled_at: now,
            recover: None,
            is_starved: false,
            lasts: LASTS_MIN,
        }
    }

    /// What to probe for, if anything: bits per second.
    pub(super) fn target(&self, estimate: f64, desired: f64) -> Option<f64> {
        match self.recover {
            // Not at once, if it is far away: the network may be another.
            // Without a need only what is believed already is looked after, on a new path.
            Some(Recover { rate, .. }) if estimate < desired || (0.0 < desired && rate <= estimate) => {
                Some(rate.min((STEP_START * estimate).max(rate / STEP_START)))
            }
            Some(_) | None => (WANTED * estimate < desired).then(|| (WANTED * desired).min(self.step * estimate)),
        }
    }

    /// The network is back; this is what it carried.
    pub(super) fn recover(&mut self, rate: f64, now: Instant) {
        let rate = self.recover.map_or(rate, |former| former.rate.max(rate));
        self.recover = Some(Recover { rate, tries: 0 });
        (self.at, self.retry, self.failures) = (now, RETRY_MIN, 0);
    }

    /// Something else is desired. Clearly more is worth a probe at once, whatever came of those for less.
    pub(super) fn aimed(&mut self, before: f64, desired: f64, now: Instant) {
        if FAILURES_MANY <= self.failures && WANTED * before < desired {
            (self.at, self.retry, self.failures) = (self.at.min(now + RETRY_MIN), RETRY_MIN, 0);
        }
    }

    pub(super) fn lasts(&self) -> Duration {
        self.lasts
    }

    /// Whether to try again at once, for longer.
    pub(super) fn doubts(&mut self, now: Instant) -> bool {
        let doubts = self.lasts < LASTS_MAX;
        if doubts {
            self.lasts *= 2;
            self.at = now;
        }
        doubts
    }

    pub(super) fn is_recovering(&self) -> bool {
        self.recover.is_some()
    }

    pub(super) fn came_through(&mut self, carried: f64, raised: bool, now: Instant) {
        (self.at, self.retry, self.failures, self.lasts) = (now, RETRY_MIN, 0, LASTS_MIN);
        self.recover = self.recover.filter(|recover| carried < 0.8 * recover.rate);
        if self.step < STEP_START {
            self.step = STEP_NEXT;
        }
        if raised {
            self.raised_at = Some(now);
        }
    }

    pub(super) fn failed(&mut self, now: Instant) {
        self.wait(now);
        self.wait_longer();
        (self.step, self.recover, self.lasts) = (STEP_FIRST, None, LASTS_MIN);
    }

    pub(super) fn went_unheard(&mut self, now: Instant) {
        if self.failures < FAILURES_MANY {
            self.failures += 1;
            self.at = now + RETRY_UNHEARD;
        } else {
            self.wait(now);
            self.wait_longer();
        }
        self.recover = self.recover.filter(|recover| recover.tries < RECOVERIES_MAX);
        if let Some(recover) = &mut self.recover {
            recover.tries += 1;
        }
    }

    /// As long as something is not shown at all, a better network must be found soon.
    pub(super) fn starve(&mut self, is_starved: bool, now: Instant) {
        self.is_starved = is_starved;
        if is_starved {
            self.at = self.at.min(now + RETRY_MAX);
        }
    }

    fn wait(&mut self, now: Instant) {
        self.at = now + if self.is_starved { self.retry.min(RETRY_MAX) } else { self.retry };
    }

    fn wait_longer(&mut self) {
        self.failures = self.failures.saturating_add(1);
        let most = if self.failures < FAILURES_MANY { RETRY_MAX } else { RETRY_MISLED_MAX };
        self.retry = (2 * self.retry).min(most);
    }

    /// The estimate had to fall, perhaps because of a probe: that is no news of the network.
    pub(super) fn fell(&mut self, by_probe: bool, now: Instant) {
        if self.raised_at.take().is_some_and(|raised| now <= raised + MISLED_WITHIN) {
            if MISLED_FORGOTTEN < now.saturating_duration_since(self.misled_at) {
                self.misled = 0;
            }
            self.retry = (RETRY_MAX * (1 << self.misled)).min(RETRY_MISLED_MAX);
            self.wait(now);
            (self.misled, self.misled_at) = ((self.misled + 1).min(3), now);
        }
        self.at = self.at.max(now + RETRY_MIN);
        (self.step, self.recover) = (STEP_FIRST, None);
        self.failures = if by_probe { self.failures } else { 0 };
    }
}
