//! What a participant may send, judged before their session sees it.
//!
//! Everything here reads clear headers of packets that may be forged. Nothing is *learned* from a packet that did not
//! prove authentic: a forger with the participant's address must not be able to make us refuse the participant.

use std::time::Instant;

use crate::demux::Kind;
use crate::limits::{
    FEEDBACK_BYTES_MAX, FEEDBACK_PER_SECOND, INGRESS_BYTES_PER_SECOND, INGRESS_DATAGRAMS_PER_SECOND,
    MESSAGES_OVERDRAWN_MAX, MESSAGES_PER_SECOND, SSRCS_MAX,
};

/// What a session may be shown of its participant's datagrams.
#[derive(Debug)]
pub(crate) struct IngressGuard {
    datagrams: Bucket,
    bytes: Bucket,
    /// The embedder's cap.
    media: Bucket,
    feedback: Bucket,
    messages: Bucket,
    ssrcs: Ssrcs,
}

impl IngressGuard {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            datagrams: Bucket::per_second(INGRESS_DATAGRAMS_PER_SECOND, now),
            bytes: Bucket::per_second(INGRESS_BYTES_PER_SECOND, now),
            media: Bucket::per_second(INGRESS_BYTES_PER_SECOND, now),
            feedback: Bucket::per_second(FEEDBACK_PER_SECOND, now),
            messages: Bucket::per_second(MESSAGES_PER_SECOND, now),
            ssrcs: Ssrcs::default(),
        }
    }

    /// An offer names the streams to come.
    pub(crate) fn negotiated(&mut self, declared_ssrcs: Option<Vec<u32>>) {
        self.ssrcs.declared = declared_ssrcs;
    }

    /// Whether a datagram may go to the session. Afterwards tell [`IngressGuard::opened`] if it was authentic.
    pub(crate) fn admits(&mut self, kind: Kind, bytes: &[u8], now: Instant) -> bool {
        if !self.datagrams.take(1.0, now) || !self.bytes.take(bytes.len() as f32, now) {
            return false;
        }
        match kind {
            Kind::Stun => true,
            // What is not taken here comes again, and SCTP slows its sender down.
            Kind::Dtls => self.messages.take(0.0, now),
            Kind::Rtcp => bytes.len() <= FEEDBACK_BYTES_MAX && self.feedback.take(1.0, now),
            Kind::Rtp => ssrc(bytes).is_some_and(|ssrc| self.ssrcs.admits(ssrc)),
        }
    }

    /// An RTP packet that [`IngressGuard::admits`] let through was authentic.
    pub(crate) fn opened(&mut self, bytes: &[u8]) {
        if let Some(ssrc) = ssrc(bytes) {
            self.ssrcs.opened(ssrc);
        }
    }

    /// Sets the embedder's cap of SRTP, in bytes a second.
    pub(crate) fn cap_media(&mut self, bytes_per_second: u32, now: Instant) {
        self.media = Bucket::per_second(bytes_per_second, now);
    }

    /// Whether a datagram stays below the embedder's cap.
    pub(crate) fn is_below_cap(&mut self, kind: Kind, bytes: &[u8], now: Instant) -> bool {
        kind != Kind::Rtp || self.media.take(bytes.len() as f32, now)
    }

    /// A message came. SCTP has acknowledged it, so that it can be dropped no more: it is paid for afterwards. False from somebody who owes so much
    /// that it was meant.
    pub(crate) fn charges_message(&mut self, now: Instant) -> bool {
        self.messages.overdraw(1.0, now);
        -(MESSAGES_OVERDRAWN_MAX as f32) <= self.messages.tokens
    }
}

/// Tokens that grow with time.
#[derive(Debug)]
struct Bucket {
    tokens: f32,
    per_second: f32,
    filled_at: Instant,
}

impl Bucket {
    /// Holds one second's worth.
    fn per_second(rate: u32, now: Instant) -> Self {
        Self { tokens: rate as f32, per_second: rate as f32, filled_at: now }
    }

    fn take(&mut self, cost: f32, now: Instant) -> bool {
        self.fill(now);
        let enough = cost <= self.tokens;
        if enough {
            self.tokens -= cost;
        }
        enough
    }

    /// Takes what may not be there.
    fn overdraw(&mut self, cost: f32, now: Instant) {
        self.fill(now);
        self.tokens -= cost;
    }

    fn fill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.filled_at).as_secs_f32() * self.per_second;
        self.tokens = self.per_second.min(self.tokens + gained);
        self.filled_at = self.filled_at.max(now);
    }
}

/// Which streams a session may receive. It keeps something for each.
#[derive(Debug, Default)]
struct Ssrcs {
    /// All that the offer names, if it names any for each sending m-line.
    declared: Option<Vec<u32>>,
    seen: Vec<u32>,
}

impl Ssrcs {
    /// Chromium probes the network on this one before it has media.
    const PROBE: u32 = 0;

    fn admits(&self, ssrc: u32) -> bool {
        if ssrc == Self::PROBE || self.seen.contains(&ssrc) {
            return true;
        }
        self.seen.len() < SSRCS_MAX && self.declared.as_ref().is_none_or(|declared| declared.contains(&ssrc))
    }

    fn opened(&mut self, ssrc: u32) {
        if ssrc != Self::PROBE && !self.seen.contains(&ssrc) {
            self.seen.push(ssrc);
        }
    }
}

/// RFC 3550, section 5.1.
fn ssrc(packet: &[u8]) -> Option<u32> {
    packet.get(8..12)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn packet(ssrc: u32) -> Vec<u8> {
        let mut bytes = vec![0x80, 96, 0, 1, 0, 0, 0, 0];
        bytes.extend(ssrc.to_be_bytes());
        bytes
    }

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn guard(now: Instant) -> IngressGuard {
        let mut guard = IngressGuard::new(now);
        guard.negotiated(None);
        guard
    }

    #[test]
    fn only_declared_streams_and_never_too_many() {
        let now = start();
        let mut guard = guard(now);
        for ssrc in 1..=100 {
            let bytes = packet(ssrc);
            if guard.admits(Kind::Rtp, &bytes, now) {
                guard.opened(&bytes);
            }
        }
        assert_eq!(guard.ssrcs.seen.len(), SSRCS_MAX);
        let mut guard = IngressGuard::new(now);
        guard.negotiated(Some(vec![7]));
        assert!(guard.admits(Kind::Rtp, &packet(7), now));
        assert!(!guard.admits(Kind::Rtp, &packet(8), now));
    }

    #[test]
    fn a_flood_is_cut_to_the_named_rate() {
        let now = start();
        let mut guard = guard(now);
        let tried = 10 * INGRESS_DATAGRAMS_PER_SECOND;
        let admitted = (0..tried).filter(|_| guard.admits(Kind::Dtls, &[22], now)).count();
        assert_eq!(admitted, INGRESS_DATAGRAMS_PER_SECOND as usize);
        let now = now + Duration::from_secs(1);
        assert!(!guard.admits(Kind::Rtcp, &[0x80; FEEDBACK_BYTES_MAX + 1], now));
        let admitted = (0..tried).filter(|_| guard.admits(Kind::Rtcp, &[0x80, 201], now)).count();
        assert_eq!(admitted, FEEDBACK_PER_SECOND as usize);
    }

    #[test]
    fn who_says_too_much_is_not_listened_to_until_it_is_paid_for_and_who_says_far_too_much_never() {
        let now = start();
        let mut guard = guard(now);
        assert!((0..2 * MESSAGES_PER_SECOND).all(|_| guard.charges_message(now)), "they have been acknowledged");
        assert!(!guard.admits(Kind::Dtls, &[22], now), "one second's worth is owed");
        assert!(guard.admits(Kind::Stun, &[0], now), "the path is kept");
        let now = now + Duration::from_secs(1);
        assert!(guard.admits(Kind::Dtls, &[22], now));
        assert!((0..MESSAGES_OVERDRAWN_MAX).all(|_| guard.charges_message(now)));
        assert!(!guard.charges_message(now));
    }

    #[test]
    fn a_flood_of_bytes_is_cut_to_the_named_rate_and_recovers() {
        let now = start();
        let mut guard = guard(now);
        let large = [22; 1500];
        let per_second = INGRESS_BYTES_PER_SECOND as usize / large.len();
        assert!(per_second < INGRESS_DATAGRAMS_PER_SECOND as usize, "bytes run out before datagrams");
        for now in [now, now + Duration::from_secs(1)] {
            let admitted = (0..2500).filter(|_| guard.admits(Kind::Dtls, &large, now)).count();
            assert_eq!(admitted, per_second);
        }
    }
}
