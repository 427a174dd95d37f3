//! One published stream: who watches it, and when it was last asked for a keyframe.

use std::time::Instant;

use crate::Source;
use crate::keyframe::Start;
use crate::limits::{KEYFRAME_INTERVAL, KEYFRAME_TRIES_MAX};
use crate::speaker::Loudness;
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
    /// Its last packet was not among the loudest few of a large room.
    pub(crate) is_unheard: bool,
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
            is_unheard: false,
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
}
