//! One published stream: who watches it, when it was last asked for a keyframe, and whether its sender speaks.

use std::time::{Duration, Instant};

use crate::Source;
use crate::keyframe::Start;
use crate::limits::{KEYFRAME_INTERVAL, KEYFRAME_TRIES_MAX};
use crate::transport::Mid;

#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) mid: Mid,
    pub(crate) source: Source,
    pub(crate) is_video: bool,
    /// The stream that carries it now; `None` until the first packet.
    pub(crate) ssrc: Option<u32>,
    pub(crate) muted: bool,
    /// Its payloads are encrypted end to end: keyframes cannot be seen.
    pub(crate) opaque: bool,
    pub(crate) viewers: Vec<Viewing>,
    pub(crate) keyframe: KeyframeRequests,
    pub(crate) loudness: Loudness,
}

/// An index into the participants, and one into that participant's receiving lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Viewing {
    pub(crate) viewer: usize,
    pub(crate) line: usize,
}

impl Track {
    pub(crate) fn new(mid: Mid, source: Source, is_video: bool) -> Self {
        Self {
            mid,
            source,
            is_video,
            ssrc: None,
            muted: false,
            opaque: false,
            viewers: Vec::new(),
            keyframe: KeyframeRequests::default(),
            loudness: Loudness::default(),
        }
    }

    pub(crate) fn saw(&mut self, start: Start) {
        match start {
            Start::Keyframe => self.keyframe.satisfied(),
            Start::Opaque => self.opaque = true,
            Start::Other => {}
        }
    }
}

/// Coalesces what viewers ask for: at most one request in [`KEYFRAME_INTERVAL`], repeated until a keyframe comes.
#[derive(Debug, Default)]
pub(crate) struct KeyframeRequests {
    wanted: bool,
    tries: u8,
    asked_at: Option<Instant>,
}

impl KeyframeRequests {
    pub(crate) fn want(&mut self) {
        self.wanted = true;
        self.tries = 0;
    }

    /// When the next request is due, if one is wanted.
    pub(crate) fn due(&self) -> Option<Instant> {
        // Without an earlier request it is due at once: any moment in the past will do, and the caller's is "now".
        self.wanted.then_some(self.asked_at.map(|asked_at| asked_at + KEYFRAME_INTERVAL)).flatten()
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// Whether to ask now.
    pub(crate) fn take(&mut self, opaque: bool, now: Instant) -> bool {
        if !self.wanted || self.due().is_some_and(|due| now < due) {
            return false;
        }
        self.asked_at = Some(now);
        self.tries += 1;
        let tries_max = if opaque { 2 } else { KEYFRAME_TRIES_MAX };
        self.wanted = self.tries < tries_max;
        true
    }

    fn satisfied(&mut self) {
        self.wanted = false;
    }
}

/// Turns RFC 6464 levels into "speaks" and "stopped", with hysteresis so that a breath is not the end of a sentence.
#[derive(Debug)]
pub(crate) struct Loudness {
    /// Smoothed, in -dBov: 127 is silence.
    level: f32,
    speaking: bool,
    /// Since when it has been quiet while "speaking".
    quiet_since: Option<Instant>,
}

impl Default for Loudness {
    fn default() -> Self {
        Self { level: Self::SILENCE, speaking: false, quiet_since: None }
    }
}

impl Loudness {
    const SILENCE: f32 = 127.0;
    const SPEAKS: f32 = 45.0; // Speech is about -20 to -40 dBov, a quiet room -60 and below.
    const QUIET: f32 = 55.0;
    const HOLD: Duration = Duration::from_millis(600);
    const SMOOTHING: f32 = 0.3; // Three packets (60 ms) of speech: a click is shorter.

    /// Takes the level of one packet. Returns a change.
    pub(crate) fn heard(&mut self, level: u8, now: Instant) -> Option<bool> {
        self.level += (f32::from(level) - self.level) * Self::SMOOTHING;
        if self.level < Self::SPEAKS {
            self.quiet_since = None;
            return (!std::mem::replace(&mut self.speaking, true)).then_some(true);
        }
        if self.level < Self::QUIET {
            self.quiet_since = None;
            return None;
        }
        let since = *self.quiet_since.get_or_insert(now);
        if Self::HOLD <= now.saturating_duration_since(since) { self.silenced() } else { None }
    }

    /// Nothing is heard any more. Returns a change.
    pub(crate) fn silenced(&mut self) -> Option<bool> {
        let was = std::mem::take(self).speaking;
        was.then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn requests_are_half_a_second_apart_and_end() {
        let now = start();
        let mut requests = KeyframeRequests::default();
        requests.want();
        assert!(requests.take(false, now));
        requests.want();
        assert!(!requests.take(false, now + KEYFRAME_INTERVAL / 2));
        let asked = (1..100).filter(|&n| requests.take(false, now + KEYFRAME_INTERVAL * n)).count();
        assert_eq!(asked, usize::from(KEYFRAME_TRIES_MAX));
        requests.want();
        requests.satisfied();
        assert!(!requests.take(false, now + KEYFRAME_INTERVAL * 200));
    }

    #[test]
    fn a_breath_is_not_the_end_of_a_sentence() {
        let mut now = start();
        let mut loudness = Loudness::default();
        let mut changes = Vec::new();
        for (level, packets) in [(127, 50), (30, 1), (127, 20), (30, 50), (127, 10), (30, 50), (127, 100)] {
            for _ in 0..packets {
                now += Duration::from_millis(20);
                changes.extend(loudness.heard(level, now));
            }
        }
        assert_eq!(changes, [true, false]);
    }
}
