//! The streams that a peer sends: which packets came, which are missing, and what reports say of it.

use std::time::{Duration, Instant};

use super::SILENCE;
use crate::limits::{MISSING_PACKETS_MAX, REPAIR_AGE_MAX, REPAIR_TRIES_MAX};
use crate::rtcp::Block;
use crate::seen::Window;
use crate::transport::{Mid, Rid};

/// How long a packet may be late before it is asked for: longer than Wi-Fi swaps two packets.
const REORDER_WAIT: Duration = Duration::from_millis(10);

/// The least time between two requests for one packet.
const RETRY_MIN: Duration = Duration::from_millis(30);

/// One SSRC.
#[derive(Debug)]
pub(super) struct Inbound {
    pub(super) ssrc: u32,
    pub(super) mid: Mid,
    pub(super) rid: Option<Rid>,
    pub(super) purpose: Purpose,
    pub(super) heard_at: Instant,
    pub(super) is_silent: bool,
    numbers: Option<Received>,
    /// The newest sender report: its NTP time and the RTP time of the same moment (RFC 3550, section 6.4.1).
    report: Option<(u64, u32)>,
    reported_at: Option<Instant>,
    jitter: Jitter,
}

/// What a stream is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Sound,
    /// Can be asked for again.
    Picture,
    /// Carries what was asked for again (RFC 4588).
    Repair,
}

#[derive(Debug)]
struct Received {
    first: u64,
    count: u64,
    /// What came, by itself or as a repair.
    seen: Window,
    /// In ascending order.
    missing: Vec<Missing>,
    /// Expected and received at the last report.
    reported: (u64, u64),
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    sequence: u64,
    since: Instant,
    asked: u8,
    ask_at: Instant,
}

/// RFC 3550, section 6.4.1 and appendix A.8.
#[derive(Debug, Default)]
struct Jitter {
    last: Option<(Instant, u32)>,
    /// In timestamp units.
    value: f64,
}

impl Inbound {
    pub(super) fn new(ssrc: u32, mid: Mid, rid: Option<Rid>, purpose: Purpose, now: Instant) -> Self {
        Self {
            ssrc,
            mid,
            rid,
            purpose,
            heard_at: now,
            is_silent: false,
            numbers: None,
            report: None,
            reported_at: None,
            jitter: Jitter::default(),
        }
    }

    /// A packet came on the stream itself. False if it was repaired before, or is so old that nobody knows.
    pub(super) fn arrives(&mut self, sequence: u64, now: Instant) -> bool {
        (self.heard_at, self.is_silent) = (now, false);
        let numbers = self.numbers.get_or_insert_with(|| Received::starting_with(sequence));
        numbers.count += 1;
        if self.purpose == Purpose::Picture && numbers.seen.newest() < sequence {
            numbers.miss(sequence, now);
        }
        numbers.takes(sequence)
    }

    /// The packet that a repair with this original sequence number stands for; `None` if nobody misses it.
    pub(super) fn repaired(&mut self, original: u16) -> Option<u64> {
        let numbers = self.numbers.as_mut()?;
        let newest = numbers.seen.newest();
        let behind = (newest as u16).wrapping_sub(original);
        let sequence = newest.checked_sub(u64::from(behind))?;
        numbers.takes(sequence).then_some(sequence)
    }

    /// When a stream of sound that stopped counts as silent.
    pub(super) fn silent_at(&self) -> Option<Instant> {
        (self.purpose == Purpose::Sound && !self.is_silent).then(|| self.heard_at + SILENCE)
    }

    pub(super) fn jittered(&mut self, timestamp: u32, ticks_per_second: f64, now: Instant) {
        self.jitter.add(timestamp, ticks_per_second, now);
    }

    /// When missing packets are to be asked for.
    pub(super) fn asks_at(&self) -> Option<Instant> {
        let missing = self.numbers.as_ref()?.missing.iter();
        missing.filter(|missing| missing.asked < REPAIR_TRIES_MAX).map(|missing| missing.ask_at).min()
    }

    /// The missing packets to ask for now, in ascending order.
    pub(super) fn ask(&mut self, round_trip: Duration, now: Instant, lost: &mut Vec<u16>) {
        let Some(numbers) = &mut self.numbers else { return };
        numbers.missing.retain(|missing| now.saturating_duration_since(missing.since) < REPAIR_AGE_MAX);
        let retry = RETRY_MIN.max(round_trip + round_trip / 4);
        for missing in &mut numbers.missing {
            if missing.asked < REPAIR_TRIES_MAX && missing.ask_at <= now {
                missing.asked += 1;
                missing.ask_at = now + retry;
                lost.push(missing.sequence as u16);
            }
        }
    }

    pub(super) fn reports(&mut self, ntp: u64, rtp: u32, now: Instant) {
        (self.report, self.reported_at) = (Some((ntp, rtp)), Some(now));
    }

    /// When a packet was captured, on the sender's clock in seconds and their 2^-32nd parts. `None` before a report.
    pub(super) fn captured(&self, timestamp: u32, nanoseconds_per_tick: f64) -> Option<u64> {
        let (ntp, rtp) = self.report?;
        let ticks = f64::from(timestamp.wrapping_sub(rtp) as i32);
        let units = ticks * nanoseconds_per_tick * 1e-9 * 2f64.powi(32);
        Some(ntp.wrapping_add_signed(units as i64))
    }

    /// RFC 3550, section 6.4.1. `None` before the first packet.
    pub(super) fn block(&mut self, now: Instant) -> Option<Block> {
        let numbers = self.numbers.as_mut()?;
        let newest = numbers.seen.newest();
        let expected = newest - numbers.first + 1;
        let (expected_before, received_before) = std::mem::replace(&mut numbers.reported, (expected, numbers.count));
        let interval = expected.saturating_sub(expected_before);
        let lost = interval.saturating_sub(numbers.count.saturating_sub(received_before));
        let delay = self.reported_at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        const LOST_MAX: i64 = 0x7f_ffff;
        Some(Block {
            ssrc: self.ssrc,
            fraction_lost: (lost * 256).checked_div(interval).unwrap_or(0).min(255) as u8,
            cumulative_lost: (expected as i64 - numbers.count as i64).clamp(-LOST_MAX, LOST_MAX) as i32,
            highest_sequence: newest as u32,
            jitter: self.jitter.value as u32,
            last_report: self.report.map_or(0, |(ntp, _)| (ntp >> 16) as u32),
            delay_since: (delay.as_secs_f64() * 65_536.0) as u32,
        })
    }
}

impl Received {
    fn starting_with(sequence: u64) -> Self {
        let seen = Window::before(sequence);
        Self { first: sequence, count: 0, seen, missing: Vec::new(), reported: (0, 0) }
    }

    /// A jump ahead: what is between is missing, unless it is too much to repair.
    fn miss(&mut self, sequence: u64, now: Instant) {
        let from = self.seen.newest() + 1;
        if MISSING_PACKETS_MAX as u64 <= sequence - from {
            self.missing.clear(); // After an outage a keyframe serves better.
            return;
        }
        let ask_at = now + REORDER_WAIT;
        self.missing.extend((from..sequence).map(|sequence| Missing { sequence, since: now, asked: 0, ask_at }));
        let surplus = self.missing.len().saturating_sub(MISSING_PACKETS_MAX);
        self.missing.drain(..surplus);
    }

    /// False if it was taken before.
    fn takes(&mut self, sequence: u64) -> bool {
        let is_fresh = self.seen.take(sequence);
        if is_fresh {
            self.missing.retain(|missing| missing.sequence != sequence);
        }
        is_fresh
    }
}

impl Jitter {
    fn add(&mut self, timestamp: u32, ticks_per_second: f64, now: Instant) {
        if let Some((at, before)) = self.last.replace((now, timestamp)) {
            let arrived = now.saturating_duration_since(at).as_secs_f64() * ticks_per_second;
            let sent = f64::from(timestamp.wrapping_sub(before) as i32);
            self.value += ((arrived - sent).abs() - self.value) / 16.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn picture(now: Instant) -> Inbound {
        Inbound::new(7, Mid::from("0"), None, Purpose::Picture, now)
    }

    fn ask(stream: &mut Inbound, now: Instant) -> Vec<u16> {
        let mut lost = Vec::new();
        stream.ask(Duration::from_millis(100), now, &mut lost);
        lost
    }

    #[test]
    fn what_is_missing_is_asked_for_until_it_comes_or_is_too_old() {
        let mut now = start();
        let mut stream = picture(now);
        assert!(stream.arrives(65_534, now) && stream.arrives(65_538, now));
        assert_eq!(ask(&mut stream, now), [], "it may only be late");
        now += REORDER_WAIT;
        assert_eq!(ask(&mut stream, now), [65_535, 0, 1]);
        assert_eq!(ask(&mut stream, now), [], "once a round trip");
        assert_eq!(stream.repaired(0), Some(65_536));
        assert_eq!(stream.repaired(0), None, "twice");
        assert!(!stream.arrives(65_536, now), "after its repair");
        assert!(stream.arrives(65_535, now), "late, but not too late");
        now += Duration::from_millis(125);
        assert_eq!(ask(&mut stream, now), [1]);
        now += REPAIR_AGE_MAX;
        assert_eq!((ask(&mut stream, now), stream.asks_at()), (vec![], None));
    }

    #[test]
    fn what_never_comes_is_asked_for_a_few_times() {
        let mut now = start();
        let mut stream = picture(now);
        assert!(stream.arrives(1, now) && stream.arrives(3, now));
        let mut lost = Vec::new();
        while let Some(at) = stream.asks_at() {
            now = now.max(at);
            stream.ask(Duration::ZERO, now, &mut lost);
        }
        assert_eq!(lost, [2; REPAIR_TRIES_MAX as usize]);
    }

    #[test]
    fn what_is_missing_has_a_limit() {
        let now = start();
        let mut stream = picture(now);
        for n in 0..2 * MISSING_PACKETS_MAX as u64 {
            stream.arrives(2 * n, now);
        }
        assert_eq!(stream.numbers.as_ref().map(|numbers| numbers.missing.len()), Some(MISSING_PACKETS_MAX));
        stream.arrives(u64::from(u32::MAX), now);
        assert_eq!(stream.numbers.as_ref().map(|numbers| numbers.missing.len()), Some(0), "an outage");
    }

    #[test]
    fn reports_count_loss_as_the_rfc_says() {
        let now = start();
        let mut stream = picture(now);
        (0..100).filter(|n| n % 4 != 1).for_each(|n| assert!(stream.arrives(n, now)));
        stream.reports(0x1_2345_6789_abcd, 90, now);
        let block = stream.block(now + Duration::from_secs(1)).unwrap();
        assert_eq!((block.fraction_lost, block.cumulative_lost, block.highest_sequence), (64, 25, 99));
        assert_eq!((block.last_report, block.delay_since), (0x2345_6789, 65_536));
        assert_eq!(stream.block(now).unwrap().fraction_lost, 0, "since the last one");
    }
}
