//! How much gets lost, and whether that is more than what this path always loses.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One entry of the record.
const PERIOD: Duration = Duration::from_millis(100);

/// Loss is judged over a second: at ten packets a period, one lost packet is one percent.
const PERIODS_MAX: usize = 10;

/// Packets that a judgement needs.
const ENOUGH: u32 = 20;

/// Lost packets below that are bad luck.
const LOST_MIN: u32 = 3;

/// Loss above what is usual by less than that harms nobody: repairs cost as much.
const MARGIN: f64 = 0.03;

#[derive(Clone, Copy, Debug)]
struct Period {
    number: u64,
    reported: u32,
    lost: u32,
}

#[derive(Debug)]
pub(super) struct Loss {
    epoch: Instant,
    periods: VecDeque<Period>,
    /// What was sent before is not judged.
    from: Instant,
    smoothed: f64,
    /// The share that gets lost at any rate.
    inherent: f64,
}

impl Loss {
    pub(super) fn new(now: Instant) -> Self {
        Self { epoch: now, periods: VecDeque::new(), from: now, smoothed: 0.0, inherent: 0.0 }
    }

    pub(super) fn reported(&mut self, sent: Instant, is_lost: bool) {
        if sent < self.from {
            return;
        }
        let number = self.number_of(sent);
        let place = self.periods.iter().rposition(|period| period.number <= number);
        let place = match place {
            Some(at) if self.periods.get(at).is_some_and(|period| period.number == number) => at,
            Some(_) | None => {
                let at = place.map_or(0, |before| before + 1);
                self.periods.insert(at, Period { number, reported: 0, lost: 0 });
                at
            }
        };
        if let Some(period) = self.periods.get_mut(place) {
            period.reported += 1;
            period.lost += u32::from(is_lost);
        }
        while PERIODS_MAX < self.periods.len() {
            self.periods.pop_front();
        }
    }

    /// What was reported as lost came late.
    pub(super) fn found(&mut self, sent: Instant) {
        let number = self.number_of(sent);
        if let Some(period) = self.periods.iter_mut().find(|period| period.number == number) {
            period.lost = period.lost.saturating_sub(1);
        }
    }

    fn number_of(&self, sent: Instant) -> u64 {
        (sent.saturating_duration_since(self.epoch).as_millis() / PERIOD.as_millis()) as u64
    }

    /// To be called once for each feedback.
    pub(super) fn settle(&mut self) {
        let (reported, lost) = self.sums(PERIODS_MAX);
        if ENOUGH <= reported {
            let share = f64::from(lost) / f64::from(reported);
            self.smoothed += (share - self.smoothed) / 8.0;
            self.inherent = self.inherent.min(self.smoothed.max(share));
        }
    }

    /// Packets reported and lost of the last periods.
    fn sums(&self, periods: usize) -> (u32, u32) {
        let last = self.periods.iter().rev().take(periods);
        last.fold((0, 0), |(reported, lost), period| (reported + period.reported, lost + period.lost))
    }

    /// More gets lost than usual: the share, over the shortest time that says so.
    pub(super) fn excess(&self) -> Option<f64> {
        (2..=PERIODS_MAX.min(self.periods.len())).find_map(|periods| {
            let (reported, lost) = self.sums(periods);
            let share = f64::from(lost) / f64::from(reported.max(1));
            let usual = self.inherent + MARGIN;
            let luck = 2.0 * (usual * (1.0 - usual).max(0.0) / f64::from(reported.max(1))).sqrt();
            (ENOUGH <= reported && LOST_MIN <= lost && usual + luck < share).then_some(share)
        })
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
