//! Padding that fills up what is sent to a minimum.

use std::time::{Duration, Instant};

use super::PACKET_BYTES;

/// What was sent beyond the minimum counts for so long; a pause is not made up for.
const COUNTS_OVER: f64 = 0.5;

#[derive(Clone, Copy, Debug)]
pub(super) struct Filler {
    /// Bytes that are missing.
    owed: f64,
    counted_at: Instant,
}

impl Filler {
    pub(super) fn new(now: Instant) -> Self {
        Self { owed: 0.0, counted_at: now }
    }

    /// `rate` was the minimum until now, in bits per second.
    pub(super) fn count(&mut self, rate: f64, now: Instant) {
        let since = now.saturating_duration_since(self.counted_at).as_secs_f64();
        self.counted_at = now;
        let bytes = rate / 8.0;
        self.owed = (self.owed + bytes * since).clamp(-bytes * COUNTS_OVER, 2.0 * PACKET_BYTES as f64);
    }

    pub(super) fn sent(&mut self, bytes: u32) {
        self.owed -= f64::from(bytes);
    }

    pub(super) fn take(&mut self) -> usize {
        if self.owed < PACKET_BYTES as f64 {
            return 0;
        }
        std::mem::take(&mut self.owed) as usize
    }

    /// When there is enough to fill a packet.
    pub(super) fn due(&self, rate: f64) -> Option<Instant> {
        let wait = (PACKET_BYTES as f64 - self.owed) * 8.0 / rate;
        (0.0 < rate).then(|| self.counted_at + Duration::from_secs_f64(wait.clamp(0.001, 1.0)))
    }
}
