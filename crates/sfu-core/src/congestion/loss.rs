//! How much gets lost, and whether that is more than what this path always loses.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One entry of the record.
const PERIOD: Duration = Duration::from_millis(100);

/// The loss that is told is that of a second.
const PERIODS_TOLD: usize = 10;

/// Loss is judged over two seconds at most, as soon as there are enough packets.
const PERIODS_MAX: usize = 20;

/// Packets that a judgement needs.
const ENOUGH: u32 = 20;

/// Lost packets below that are bad luck.
const LOST_MIN: u32 = 3;

/// Loss above what is usual by less than that harms nobody: repairs cost as much.
const MARGIN: f64 = 0.02;

#[derive(Clone, Copy, Debug, Default)]
struct Period {
    number: u64,
    reported: u32,
    lost: u32,
    bytes_reported: u64,
    bytes_lost: u64,
    /// Of which nothing was said.
    bytes_skipped: u64,
}

/// More gets lost than usual.
#[derive(Clone, Copy, Debug)]
pub(super) struct Excess {
    pub(super) share: f64,
    /// Bits per second, at the time.
    pub(super) sent: f64,
    pub(super) arrived: f64,
}

#[derive(Debug)]
pub(super) struct Loss {
    epoch: Instant,
    periods: VecDeque<Period>,
    /// When the last packet was sent that was reported on.
    newest: Instant,
    /// What was sent before is not judged.
    from: Instant,
    smoothed: f64,
    /// The share that gets lost at any rate.
    inherent: f64,
}

impl Loss {
    pub(super) fn new(now: Instant) -> Self {
        Self { epoch: now, periods: VecDeque::new(), newest: now, from: now, smoothed: 0.0, inherent: 0.0 }
    }

    pub(super) fn reported(&mut self, sent: Instant, bytes: u32, is_lost: bool) {
        let Some(period) = self.period(sent) else { return };
        period.reported += 1;
        period.bytes_reported += u64::from(bytes);
        if is_lost {
            period.lost += 1;
            period.bytes_lost += u64::from(bytes);
        }
        self.newest = self.newest.max(sent);
    }

    /// So much was sent before that of which nothing was said.
    pub(super) fn skipped(&mut self, sent: Instant, bytes: u64) {
        if let Some(period) = self.period(sent) {
            period.bytes_skipped += bytes;
        }
    }

    fn period(&mut self, sent: Instant) -> Option<&mut Period> {
        if sent < self.from {
            return None;
        }
        let number = self.number_of(sent);
        if self.periods.back().is_some_and(|newest| newest.number == number) {
            return self.periods.back_mut(); // Nearly always.
        }
        let place = self.periods.partition_point(|period| period.number < number);
        if self.periods.get(place).is_none_or(|period| period.number != number) {
            self.periods.insert(place, Period { number, ..Period::default() });
        }
        let surplus = self.periods.len().saturating_sub(PERIODS_MAX);
        self.periods.drain(..surplus);
        self.periods.get_mut(place.checked_sub(surplus)?)
    }

    /// What was reported as lost came late.
    pub(super) fn found(&mut self, sent: Instant, bytes: u32) {
        let number = self.number_of(sent);
        if let Some(period) = self.periods.iter_mut().find(|period| period.number == number) {
            period.lost = period.lost.saturating_sub(1);
            period.bytes_lost = period.bytes_lost.saturating_sub(u64::from(bytes));
        }
    }

    fn number_of(&self, sent: Instant) -> u64 {
        sent.saturating_duration_since(self.epoch).as_millis() as u64 / PERIOD.as_millis() as u64
    }

    /// To be called once for each feedback.
    pub(super) fn settle(&mut self) {
        let (reported, lost) = self.sums().take(PERIODS_TOLD).last().unwrap_or_default();
        if ENOUGH <= reported {
            let share = f64::from(lost) / f64::from(reported);
            self.smoothed += (share - self.smoothed) / 8.0;
            if share < self.inherent {
                self.inherent += (share - self.inherent) / 64.0;
            }
        }
    }

    /// Packets reported and lost of the last period, of the last two, and so on.
    fn sums(&self) -> impl Iterator<Item = (u32, u32)> {
        self.periods.iter().rev().scan((0, 0), |(reported, lost), period| {
            (*reported, *lost) = (*reported + period.reported, *lost + period.lost);
            Some((*reported, *lost))
        })
    }

    /// More gets lost than usual: seen over the shortest time that says so.
    pub(super) fn excess(&self) -> Option<Excess> {
        self.sums().enumerate().skip(1).find_map(|(last, (reported, lost))| {
            if reported < ENOUGH || lost < LOST_MIN {
                return None;
            }
            let share = f64::from(lost) / f64::from(reported.max(1));
            let usual = self.inherent + MARGIN;
            let luck = 3.0 * (usual * (1.0 - usual).max(0.0) / f64::from(reported.max(1))).sqrt();
            (usual + luck < share).then(|| self.excess_of(share, last + 1))
        })
    }

    fn excess_of(&self, share: f64, periods: usize) -> Excess {
        let mut last = self.periods.iter().rev().take(periods);
        let (mut reported, mut lost, mut skipped) = (0, 0, 0);
        for period in last.clone() {
            reported += period.bytes_reported;
            lost += period.bytes_lost;
            skipped += period.bytes_skipped;
        }
        let began = last.next_back().map_or(0, |period| period.number) * PERIOD.as_millis() as u64;
        let until = self.newest.saturating_duration_since(self.epoch).as_millis() as u64;
        let sent = (reported + skipped) as f64 * 8e3 / until.saturating_sub(began).max(1) as f64;
        Excess { share, sent, arrived: sent * (reported - lost) as f64 / reported.max(1) as f64 }
    }

    /// The rate has nothing to do with such a loss.
    pub(super) fn is_usual(&mut self, share: f64) {
        self.inherent = self.inherent.max(share).min(INHERENT_MAX);
    }

    pub(super) fn inherent(&self) -> f64 {
        self.inherent
    }

    pub(super) fn smoothed(&self) -> f64 {
        self.smoothed
    }

    /// What was sent until now had another reason to get lost.
    pub(super) fn forgive(&mut self, until: Instant) {
        self.from = self.from.max(until);
        self.periods.clear();
    }
}

/// Who loses more than that cannot talk at any rate.
const INHERENT_MAX: f64 = 0.4;
