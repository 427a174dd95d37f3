//! Somebody who is connected: what they send and receive, whose turn it is, and how fast they may send.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::limits::{CREDIT_BURST_CHUNKS, REPEATS_BURST_CHUNKS, REPEATS_PER_SECOND};
use crate::{BlobId, RoomId};

#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) room: RoomId,
    /// Own files for which there may be more credit to give.
    pub(crate) sending: Turns,
    /// Files of others of which there may be more to send.
    pub(crate) receiving: Turns,
    /// Chunks that take a place in the window, of all files.
    pub(crate) in_flight: u32,
    /// Chunks for which they get credit.
    pub(crate) credits: Pace,
    /// Chunks that are sent to them once more because they say so.
    pub(crate) repeats: Pace,
}

impl Person {
    pub(crate) fn new(room: RoomId, credits_per_second: u32, now: Instant) -> Self {
        Self {
            room,
            sending: Turns::default(),
            receiving: Turns::default(),
            in_flight: 0,
            credits: Pace::new(credits_per_second, CREDIT_BURST_CHUNKS, now),
            repeats: Pace::new(REPEATS_PER_SECOND, REPEATS_BURST_CHUNKS, now),
        }
    }
}

/// Transfers that take turns, so that a large file does not hold up a small one. Whoever turns out to have nothing to do is out until something
/// happens to it: nobody walks past those who wait.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    all: BTreeSet<BlobId>,
    last: Option<BlobId>,
}

impl Turns {
    /// Something happened to it.
    pub(crate) fn insert(&mut self, blob: BlobId) {
        self.all.insert(blob);
    }

    /// Whose turn it is, of those that are `ready`.
    pub(crate) fn next(&mut self, ready: impl Fn(BlobId) -> bool) -> Option<BlobId> {
        let after = self.last.map_or(BlobId(0), |last| BlobId(last.0 + 1));
        loop {
            let next = self.all.range(after..).next().or_else(|| self.all.first()).copied()?;
            if ready(next) {
                return Some(next);
            }
            self.all.remove(&next);
        }
    }

    /// It had its turn.
    pub(crate) fn took(&mut self, blob: BlobId) {
        self.last = Some(blob);
    }
}

/// So many a second, and a few at once after a pause.
#[derive(Debug)]
pub(crate) struct Pace {
    interval: Duration,
    burst: u32,
    /// When all that was taken will have been earned.
    earned_at: Instant,
}

impl Pace {
    fn new(rate: u32, burst: u32, now: Instant) -> Self {
        Self { interval: Duration::from_secs(1) / rate.clamp(1, 1000), burst, earned_at: now }
    }

    /// Takes so many, or none.
    pub(crate) fn take(&mut self, count: u32, now: Instant) -> bool {
        if now < self.ready_at(count) {
            return false;
        }
        self.earned_at = self.earned_at.max(now) + self.interval * count;
        true
    }

    /// When so many can be taken; no more than the burst.
    pub(crate) fn ready_at(&self, count: u32) -> Instant {
        let ahead = self.interval * self.burst.saturating_sub(count);
        self.earned_at.checked_sub(ahead).unwrap_or(self.earned_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_allows_its_burst_and_then_its_rate() {
        #[expect(clippy::disallowed_methods, reason = "the virtual clock starts anywhere")]
        let mut now = Instant::now();
        let mut pace = Pace::new(10, 4, now);
        assert_eq!((0..9).filter(|_| pace.take(1, now)).count(), 4);
        assert_eq!(pace.ready_at(2), now + Duration::from_millis(200));
        now += Duration::from_millis(200);
        assert!(!pace.take(3, now) && pace.take(2, now) && !pace.take(1, now));
        now += Duration::from_secs(60);
        assert_eq!((0..9).filter(|_| pace.take(1, now)).count(), 4);
    }

    #[test]
    fn turns_go_round_and_leave_out_who_has_nothing() {
        let mut turns = Turns::default();
        for number in [1, 2, 3] {
            turns.insert(BlobId(number));
        }
        let mut order = Vec::new();
        for _ in 0..4 {
            let next = turns.next(|blob| blob != BlobId(2)).expect("one is ready");
            turns.took(next);
            order.push(next.0);
        }
        assert_eq!(order, [1, 3, 1, 3]);
        assert_eq!(turns.next(|_| true), Some(BlobId(1)));
        turns.insert(BlobId(2));
        turns.took(BlobId(1));
        assert_eq!(turns.next(|_| true), Some(BlobId(2)));
        assert_eq!(turns.next(|_| false), None);
        assert_eq!(turns.next(|_| true), None);
    }
}
