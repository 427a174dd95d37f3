//! What a participant may send, judged before the session engine sees it.
//!
//! Everything here reads clear headers of packets that may be forged. Nothing is *learned* from a packet that did not
//! prove authentic: a forger with the participant's address must not be able to make us refuse the participant.

use std::time::Instant;

use crate::demux::Kind;
use crate::limits::{
    FEEDBACK_PER_SECOND, INGRESS_BYTES_PER_SECOND, INGRESS_DATAGRAMS_PER_SECOND, MESSAGES_PER_SECOND,
    RETRANSMISSION_BURST_BYTES, RETRANSMISSION_SHARE, SSRCS_MAX,
};

/// What the engine may be shown of one participant's datagrams.
#[derive(Debug)]
pub(crate) struct IngressGuard {
    datagrams: Bucket,
    bytes: Bucket,
    /// The embedder's cap.
    media: Bucket,
    feedback: Bucket,
    messages: Bucket,
    ssrcs: Ssrcs,
    transport_sequence: TransportSequence,
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
            transport_sequence: TransportSequence::new(now),
        }
    }

    /// An offer names the streams to come and the id of the transport-wide sequence number.
    pub(crate) fn negotiated(&mut self, declared_ssrcs: Option<Vec<u32>>, transport_sequence_id: Option<u8>) {
        self.ssrcs.declared = declared_ssrcs;
        self.transport_sequence.id = transport_sequence_id;
    }

    /// Whether a datagram may go to the engine. Afterwards tell [`IngressGuard::opened`] if it was authentic.
    pub(crate) fn admits(&mut self, kind: Kind, bytes: &[u8], now: Instant) -> bool {
        if !self.datagrams.take(1.0, now) || !self.bytes.take(bytes.len() as f32, now) {
            return false;
        }
        match kind {
            Kind::Stun | Kind::Dtls => true,
            Kind::Rtcp => self.feedback.take(1.0, now),
            Kind::Rtp => match RtpHeader::parse(bytes, self.transport_sequence.id) {
                Some(header) => self.ssrcs.admits(header.ssrc) && self.transport_sequence.admits(&header, now),
                None => false,
            },
        }
    }

    /// An RTP packet that [`IngressGuard::admits`] let through was authentic.
    pub(crate) fn opened(&mut self, bytes: &[u8], now: Instant) {
        if let Some(header) = RtpHeader::parse(bytes, self.transport_sequence.id) {
            self.ssrcs.opened(header.ssrc);
            self.transport_sequence.opened(&header, now);
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

    pub(crate) fn admits_message(&mut self, now: Instant) -> bool {
        self.messages.take(1.0, now)
    }
}

/// Tokens that grow with time.
#[derive(Debug)]
struct Bucket {
    tokens: f32,
    burst: f32,
    per_second: f32,
    filled_at: Instant,
}

impl Bucket {
    /// Holds one second's worth.
    fn per_second(rate: u32, now: Instant) -> Self {
        Self::new(rate as f32, rate as f32, now)
    }

    fn new(burst: f32, per_second: f32, now: Instant) -> Self {
        Self { tokens: burst, burst, per_second, filled_at: now }
    }

    fn fill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.filled_at).as_secs_f32() * self.per_second;
        self.tokens = self.burst.min(self.tokens + gained);
        self.filled_at = self.filled_at.max(now);
    }

    fn has(&mut self, cost: f32, now: Instant) -> bool {
        self.fill(now);
        cost <= self.tokens
    }

    fn take(&mut self, cost: f32, now: Instant) -> bool {
        let enough = self.has(cost, now);
        if enough {
            self.tokens -= cost;
        }
        enough
    }
}

/// Which streams a session may receive. The engine keeps something for each it ever saw.
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

/// Keeps transport-wide sequence numbers plausible.
///
/// The engine extends them to 64 bits. A number "behind" the very first ones becomes one near 2^64, and the next report
/// lists every number in between as missing: three packets numbered 5, 65000, 6 would occupy the process for ever.
/// This follows the engine's own count, so it knows what would fall below zero.
#[derive(Debug)]
struct TransportSequence {
    /// The id of its header extension, if it is negotiated.
    id: Option<u8>,
    highest: Option<u64>,
    /// Numbers that may be skipped: a report counts them in 16 bits, and covers a twentieth of a second.
    skips: Bucket,
}

impl TransportSequence {
    const SKIP_BURST: f32 = 33_000.0; // The longest jump that 16 bits can tell from one backwards: a long outage.
    const SKIPS_PER_SECOND: f32 = 20_000.0; // More than the datagrams anybody may send.

    fn new(now: Instant) -> Self {
        Self { id: None, highest: None, skips: Bucket::new(Self::SKIP_BURST, Self::SKIPS_PER_SECOND, now) }
    }

    fn admits(&mut self, header: &RtpHeader, now: Instant) -> bool {
        match self.advance(header) {
            None => true,
            Some(Advance::Behind(by)) => self.highest.is_some_and(|highest| u64::from(by) <= highest),
            Some(Advance::Ahead(by)) => self.skips.has(f32::from(by), now),
        }
    }

    fn opened(&mut self, header: &RtpHeader, now: Instant) {
        match self.advance(header) {
            None => self.highest = self.highest.or(header.transport_sequence.map(u64::from)),
            Some(Advance::Behind(_)) => {}
            Some(Advance::Ahead(by)) => {
                self.highest = self.highest.map(|highest| highest + u64::from(by));
                self.skips.take(f32::from(by), now);
            }
        }
    }

    fn advance(&self, header: &RtpHeader) -> Option<Advance> {
        let (highest, number) = (self.highest?, header.transport_sequence?);
        let ahead = number.wrapping_sub(highest as u16);
        Some(if ahead < 0x8000 { Advance::Ahead(ahead) } else { Advance::Behind(0u16.wrapping_sub(ahead)) })
    }
}

enum Advance {
    Ahead(u16),
    Behind(u16),
}

/// The clear part of an RTP header that guards need (RFC 3550, section 5.1; RFC 8285).
#[derive(Debug, PartialEq, Eq)]
struct RtpHeader {
    ssrc: u32,
    transport_sequence: Option<u16>,
}

impl RtpHeader {
    fn parse(bytes: &[u8], transport_sequence_id: Option<u8>) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk::<12>()?;
        let [first, _, _, _, _, _, _, _, ssrc @ ..] = *fixed;
        let mut header = Self { ssrc: u32::from_be_bytes(ssrc), transport_sequence: None };
        let rest = rest.get(4 * usize::from(first & 0x0f)..)?; // Contributing sources.
        if first & 0x10 == 0 {
            return Some(header);
        }
        let (prefix, rest) = rest.split_first_chunk::<4>()?;
        let [profile_high, profile_low, words_high, words_low] = *prefix;
        let mut elements = rest.get(..4 * usize::from(u16::from_be_bytes([words_high, words_low])))?;
        let one_byte = match u16::from_be_bytes([profile_high, profile_low]) {
            0xbede => true,
            profile if profile & 0xfff0 == 0x1000 => false,
            _ => return None,
        };
        while let [head, rest @ ..] = elements {
            let (id, length, rest) = match (*head, rest) {
                (0, _) => {
                    elements = rest; // Padding.
                    continue;
                }
                (head, _) if one_byte && head >> 4 == 15 => break,
                (head, _) if one_byte => (head >> 4, usize::from(head & 0x0f) + 1, rest),
                (id, [length, rest @ ..]) => (id, usize::from(*length), rest),
                (_, []) => break,
            };
            let Some(value) = rest.get(..length) else { break };
            if let (true, [high, low, ..]) = (Some(id) == transport_sequence_id, value) {
                header.transport_sequence = Some(u16::from_be_bytes([*high, *low])); // The last one counts.
            }
            elements = &rest[length..];
        }
        Some(header)
    }
}

/// Keeps retransmissions within what a viewer's own media earns: a flood of negative acknowledgements could otherwise
/// draw a multiple of the media itself. What congestion control pads with looks alike, so its rate is earned as well:
/// padding that were held back here would be taken for loss.
#[derive(Debug)]
pub(crate) struct RetransmissionBudget {
    bytes: f32,
    earned_at: Instant,
    /// For what is sent again only to see whether the network carries it. Nobody can tell it from the other.
    probes: Bucket,
}

impl RetransmissionBudget {
    const PROBE_BURST_SECONDS: f32 = 0.25; // Probes are that short, or follow each other that closely.

    pub(crate) fn new(now: Instant) -> Self {
        Self { bytes: RETRANSMISSION_BURST_BYTES as f32, earned_at: now, probes: Bucket::new(0.0, 0.0, now) }
    }

    /// Up to twice so much is probed. To say so again gives nothing away: what is saved up stays, or becomes less.
    pub(crate) fn probe_up_to(&mut self, bits_per_second: u64, now: Instant) {
        let bytes = 2.0 * bits_per_second as f32 / 8.0;
        self.probes.fill(now);
        self.probes.burst = bytes * Self::PROBE_BURST_SECONDS;
        self.probes.per_second = bytes;
        self.probes.tokens = self.probes.tokens.min(self.probes.burst);
    }

    pub(crate) fn earn(&mut self, media_bytes: usize) {
        self.add(media_bytes as f32 * RETRANSMISSION_SHARE);
    }

    /// For the time since the last call, at a rate in bits per second.
    pub(crate) fn earn_padding(&mut self, bits_per_second: u64, now: Instant) {
        let seconds = now.saturating_duration_since(self.earned_at).as_secs_f32();
        self.earned_at = self.earned_at.max(now);
        self.add(bits_per_second as f32 / 8.0 * seconds);
    }

    fn add(&mut self, bytes: f32) {
        self.bytes = (self.bytes + bytes).min(RETRANSMISSION_BURST_BYTES as f32);
    }

    pub(crate) fn spend(&mut self, bytes: usize, now: Instant) -> bool {
        if self.probes.take(bytes as f32, now) {
            return true;
        }
        let enough = bytes as f32 <= self.bytes;
        if enough {
            self.bytes -= bytes as f32;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn packet(ssrc: u32, transport_sequence: u16) -> Vec<u8> {
        let mut bytes = vec![0x90, 96, 0, 1, 0, 0, 0, 0];
        bytes.extend(ssrc.to_be_bytes());
        bytes.extend([0xbe, 0xde, 0, 1, 0x31]);
        bytes.extend(transport_sequence.to_be_bytes());
        bytes.extend([0, 1, 2, 3]);
        bytes
    }

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn guard(now: Instant) -> IngressGuard {
        let mut guard = IngressGuard::new(now);
        guard.negotiated(None, Some(3));
        guard
    }

    fn offer(guard: &mut IngressGuard, number: u16, now: Instant) -> bool {
        let bytes = packet(7, number);
        let admitted = guard.admits(Kind::Rtp, &bytes, now);
        if admitted {
            guard.opened(&bytes, now);
        }
        admitted
    }

    #[test]
    fn the_number_before_the_first_is_refused_and_the_stream_goes_on() {
        let now = start();
        let mut guard = guard(now);
        assert!(offer(&mut guard, 5, now));
        assert!(!offer(&mut guard, 65_000, now));
        assert!(offer(&mut guard, 6, now));
        assert!(offer(&mut guard, 3, now), "reordering is fine while it stays above zero");
    }

    #[test]
    fn a_forged_number_teaches_nothing() {
        let now = start();
        let mut guard = guard(now);
        assert!(guard.admits(Kind::Rtp, &packet(7, 5), now)); // Never opened.
        assert!(offer(&mut guard, 65_000, now));
        assert!(offer(&mut guard, 3, now), "a wrap, forward");
    }

    #[test]
    fn reports_stay_below_sixteen_bits_of_missing_numbers() {
        let now = start();
        let mut guard = guard(now);
        let admitted = [0, 30_000, 60_000].map(|number| offer(&mut guard, number, now));
        assert_eq!(admitted, [true, true, false], "one long jump at a time");
        assert!(offer(&mut guard, 60_000, now + Duration::from_secs(2)), "a long outage is nothing special");
    }

    #[test]
    fn only_declared_streams_and_never_too_many() {
        let now = start();
        let mut guard = guard(now);
        for ssrc in 1..=100 {
            let bytes = packet(ssrc, ssrc as u16);
            if guard.admits(Kind::Rtp, &bytes, now) {
                guard.opened(&bytes, now);
            }
        }
        assert_eq!(guard.ssrcs.seen.len(), SSRCS_MAX);
        let mut guard = IngressGuard::new(now);
        guard.negotiated(Some(vec![7]), Some(3));
        assert!(guard.admits(Kind::Rtp, &packet(7, 1), now));
        assert!(!guard.admits(Kind::Rtp, &packet(8, 1), now));
    }

    #[test]
    fn a_flood_is_cut_to_the_named_rate() {
        let now = start();
        let mut guard = guard(now);
        let tried = 10 * INGRESS_DATAGRAMS_PER_SECOND;
        let admitted = (0..tried).filter(|_| guard.admits(Kind::Dtls, &[22], now)).count();
        assert_eq!(admitted, INGRESS_DATAGRAMS_PER_SECOND as usize);
        let now = now + Duration::from_secs(1);
        let admitted = (0..tried).filter(|_| guard.admits(Kind::Rtcp, &[0x80, 201], now)).count();
        assert_eq!(admitted, FEEDBACK_PER_SECOND as usize);
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

    #[test]
    fn retransmissions_stay_within_their_share_of_the_media() {
        let mut budget = RetransmissionBudget::new(start());
        let (mut media, mut again) = (0, 0);
        for _ in 0..10_000 {
            budget.earn(1200);
            media += 1200;
            for _ in 0..10 {
                again += if budget.spend(1200, start()) { 1200 } else { 0 };
            }
        }
        let share = (media as f32 * RETRANSMISSION_SHARE) as usize;
        assert!(share <= again && again <= share + RETRANSMISSION_BURST_BYTES + 1200, "{again} of {media}");
    }

    #[test]
    fn padding_is_not_held_back() {
        let mut now = start();
        let mut budget = RetransmissionBudget::new(now);
        for _ in 0..10_000 {
            now += Duration::from_millis(10);
            budget.earn_padding(800_000, now);
            assert!(budget.spend(1000, now));
        }
        let more = (0..10_000).filter(|_| budget.spend(1000, now)).count();
        assert!(more <= RETRANSMISSION_BURST_BYTES / 1000, "{more}");
    }

    #[test]
    fn a_header_of_either_form_shows_its_number() {
        assert_eq!(
            RtpHeader::parse(&packet(9, 77), Some(3)),
            Some(RtpHeader { ssrc: 9, transport_sequence: Some(77) })
        );
        assert_eq!(RtpHeader::parse(&packet(9, 77), Some(4)), Some(RtpHeader { ssrc: 9, transport_sequence: None }));
        let two_byte = [0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0x10, 0, 0, 1, 3, 2, 0, 77];
        assert_eq!(RtpHeader::parse(&two_byte, Some(3)), Some(RtpHeader { ssrc: 9, transport_sequence: Some(77) }));
        for length in 0..two_byte.len() {
            RtpHeader::parse(&two_byte[..length], Some(3));
        }
    }

    #[test]
    fn probes_earn_by_time_however_often_their_rate_is_told() {
        let mut now = start();
        let mut budget = RetransmissionBudget::new(now);
        while budget.spend(1000, now) {}
        let mut sent = 0u64;
        for tick in 0..100u64 {
            now += Duration::from_millis(10);
            budget.probe_up_to(if tick % 2 == 0 { 400_000 } else { 800_000 }, now);
            while budget.spend(1000, now) {
                sent += 8000;
            }
        }
        assert!((800_000..=1_600_000).contains(&sent), "{sent} bits in a second");
        budget.probe_up_to(0, now);
        assert!(!budget.spend(1000, now));
    }
}
