//! Transport-wide feedback, from which the sender learns what its network carries: when each packet arrived, by the
//! number in its header extension (draft-holmer-rmcat-transport-wide-cc-extensions-01). Read for what we send, written
//! for what we receive.

use std::collections::VecDeque;
use std::time::Instant;

use super::{TRANSPORT_FEEDBACK, TRANSPORT_WIDE, append, append_packet, words};
use crate::limits::{FEEDBACK_PENDING_MAX, FEEDBACK_SKIPPED_MAX};

/// When the receiver's clock begins anew: its reference time has 24 bits.
pub(crate) const CLOCK_PERIOD_MICROS: i64 = (1 << 24) * REFERENCE_TICKS * TICK_MICROS;
/// The unit of differences between arrivals.
pub(crate) const TICK_MICROS: i64 = 250;
/// Ticks of one step of the reference time: 64 ms.
const REFERENCE_TICKS: i64 = 256;

/// One report about packets that were sent (section 3.1 of the draft).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Feedback<'a> {
    base: u16,
    statuses: u16,
    reference: i32,
    count: u8,
    chunks: &'a [[u8; 2]],
    deltas: &'a [u8],
}

impl<'a> Feedback<'a> {
    /// Reads what is behind the first word of the packet. `None` if anything is missing, a status has the value that is
    /// kept for later, or there is nothing to report.
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        let ([_sender, _media, numbers, times], rest) = words(body)?;
        let (base, statuses) = ((numbers >> 16) as u16, numbers as u16);
        let (chunks, _) = rest.as_chunks::<2>();
        let (mut left, mut used, mut deltas_bytes) = (statuses, 0, 0);
        while left != 0 {
            let chunk = Chunk::read(*chunks.get(used)?);
            let length = chunk.length().min(left);
            deltas_bytes += match chunk {
                Chunk::Run { status, .. } => usize::from(length) * delta_bytes(status)?,
                Chunk::Vector { .. } => (0..length).map(|at| delta_bytes(chunk.status(at))).sum::<Option<usize>>()?,
            };
            left -= length;
            used += 1;
        }
        if statuses == 0 {
            return None;
        }
        let (chunks, deltas) = (chunks.get(..used)?, rest.get(2 * used..2 * used + deltas_bytes)?);
        Some(Self { base, statuses, reference: times as i32 >> 8, count: times as u8, chunks, deltas })
    }

    /// The number of this report. A gap means that one was lost.
    pub(crate) fn count(&self) -> u8 {
        self.count
    }

    /// The number of the first packet that it is about.
    pub(crate) fn base(&self) -> u16 {
        self.base
    }

    /// How many packets it is about, those that are missing included.
    pub(crate) fn statuses(&self) -> u16 {
        self.statuses
    }

    /// The time from which the first arrival counts, in units of 64 ms: 24 bits, signed.
    pub(crate) fn reference(&self) -> i32 {
        self.reference
    }

    /// All packets by their numbers, and when each arrived in microseconds of the receiver's clock; `None` if it did
    /// not. The clock begins anew after [`CLOCK_PERIOD_MICROS`]. These may be 65,535 packets, said in 16 bytes:
    /// [`Feedback::received`] costs no more than the bytes there are.
    pub(crate) fn packets(&self) -> impl Iterator<Item = (u16, Option<i64>)> + 'a {
        self.walk(|_| false)
    }

    /// As [`Feedback::packets`], those that arrived only.
    #[cfg(test)]
    pub(crate) fn received(&self) -> impl Iterator<Item = (u16, i64)> + 'a {
        let is_skipped = |chunk| matches!(chunk, Chunk::Run { status: MISSING, .. });
        self.walk(is_skipped).filter_map(|(number, arrival)| Some((number, arrival?)))
    }

    fn walk(&self, is_skipped: impl Fn(Chunk) -> bool + 'a) -> impl Iterator<Item = (u16, Option<i64>)> + 'a {
        let Self { base, statuses, mut deltas, .. } = *self;
        let mut ahead = 0; // Of the base.
        let statuses = self.chunks.iter().flat_map(move |bytes| {
            let chunk = Chunk::read(*bytes);
            let first = base.wrapping_add(ahead);
            let length = chunk.length().min(statuses - ahead);
            ahead += length;
            let shown = if is_skipped(chunk) { 0 } else { length };
            (0..shown).map(move |at| (first.wrapping_add(at), chunk.status(at)))
        });
        let mut ticks = i64::from(self.reference) * REFERENCE_TICKS;
        statuses.map(move |(number, status)| {
            let delta = match (status, deltas) {
                (SMALL, [delta, rest @ ..]) => {
                    deltas = rest;
                    Some(i64::from(*delta))
                }
                (LARGE, [high, low, rest @ ..]) => {
                    deltas = rest;
                    Some(i64::from(i16::from_be_bytes([*high, *low])))
                }
                _ => None,
            };
            ticks += delta.unwrap_or_default();
            (number, delta.map(|_| ticks * TICK_MICROS))
        })
    }
}

/// The statuses of some packets in a row (sections 3.1.3 and 3.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chunk {
    Run {
        status: u8,
        length: u16,
    },
    /// Statuses of `width` bits, the first one on top of the lower 14 bits.
    Vector {
        bits: u16,
        width: u16,
    },
}

impl Chunk {
    const VECTOR_BITS: u16 = 14;

    fn read(bytes: [u8; 2]) -> Self {
        let word = u16::from_be_bytes(bytes);
        match word >> 14 {
            0b11 => Self::Vector { bits: word, width: 2 },
            0b10 => Self::Vector { bits: word, width: 1 },
            _ => Self::Run { status: (word >> 13) as u8, length: word & RUN_MAX },
        }
    }

    fn length(self) -> u16 {
        match self {
            Self::Run { length, .. } => length,
            Self::Vector { width, .. } => Self::VECTOR_BITS / width,
        }
    }

    /// `at` is less than [`Chunk::length`].
    fn status(self, at: u16) -> u8 {
        match self {
            Self::Run { status, .. } => status,
            Self::Vector { bits, width } => (bits >> (Self::VECTOR_BITS - width * (at + 1)) & ((1 << width) - 1)) as u8,
        }
    }
}

fn delta_bytes(status: u8) -> Option<usize> {
    match status {
        MISSING => Some(0),
        SMALL => Some(1),
        LARGE => Some(2),
        _ => None,
    }
}

// What became of a packet (section 3.1.1).
const MISSING: u8 = 0;
/// It arrived up to 255 ticks after the one before.
const SMALL: u8 = 1;
/// It arrived before the one before, or later than that.
const LARGE: u8 = 2;
/// The longest run: 13 bits.
const RUN_MAX: u16 = 0x1fff;

/// Notes when numbered packets arrive, and writes feedback about them.
///
/// Nothing is reported as missing that has arrived. A packet that comes after the report that misses it is reported by
/// itself, as soon as there is a next report: libwebrtc goes back and repeats what it said of all later packets, for which
/// it must remember them; senders take either. What comes [`FEEDBACK_SKIPPED_MAX`] packets too late is not worth it.
#[derive(Debug)]
pub(crate) struct Arrivals {
    /// Zero of our clock.
    start: Instant,
    highest: Option<u64>,
    /// What is not reported yet, by number.
    pending: VecDeque<Arrival>,
    /// The number behind all that was reported, or left out.
    next: Option<u64>,
    /// The number of the next report.
    count: u8,
    /// Of the report that is being written; empty otherwise.
    deltas: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Arrival {
    number: u64,
    ticks: i64,
}

impl Arrivals {
    pub(crate) fn new(start: Instant) -> Self {
        Self { start, highest: None, pending: VecDeque::new(), next: None, count: 0, deltas: Vec::new() }
    }

    /// An authentic packet of this number has come. The first arrival of a number counts.
    pub(crate) fn arrived(&mut self, number: u16, now: Instant) {
        let number = self.extend(number);
        if self.next.is_some_and(|next| number + FEEDBACK_SKIPPED_MAX < next) {
            return;
        }
        if FEEDBACK_PENDING_MAX <= self.pending.len()
            && let Some(oldest) = self.pending.pop_front()
        {
            self.passed(oldest.number); // Left out, because it is not missing.
        }
        let at = self.pending.partition_point(|arrival| arrival.number < number);
        if self.pending.get(at).is_none_or(|arrival| arrival.number != number) {
            let micros = now.saturating_duration_since(self.start).as_micros() as i64;
            self.pending.insert(at, Arrival { number, ticks: micros / TICK_MICROS });
        }
    }

    /// Whether there is something to report.
    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Appends reports of at most `bytes_max` altogether. True if there is more to report, for which more bytes are
    /// needed; fewer than 28 are never enough.
    pub(crate) fn write(&mut self, out: &mut Vec<u8>, sender_ssrc: u32, media_ssrc: u32, bytes_max: usize) -> bool {
        let end = out.len().saturating_add(bytes_max);
        while self.has_pending() && REPORT_BYTES_MIN <= end.saturating_sub(out.len()) {
            self.write_one(out, sender_ssrc, media_ssrc, end);
        }
        self.has_pending() && REPORT_BYTES_MIN <= bytes_max
    }

    /// Appends one report, which has room for the first arrival at least.
    fn write_one(&mut self, out: &mut Vec<u8>, sender_ssrc: u32, media_ssrc: u32, end: usize) {
        let Some(first) = self.pending.front().copied() else { return };
        let since_last = self.next.filter(|next| (*next..=*next + FEEDBACK_SKIPPED_MAX).contains(&first.number));
        let base = since_last.unwrap_or(first.number);
        let reference = first.ticks / REFERENCE_TICKS;
        let count = self.count;
        self.count = count.wrapping_add(1);
        append_packet(out, TRANSPORT_FEEDBACK, TRANSPORT_WIDE, |out| {
            append(out, [sender_ssrc, media_ssrc, 0, (reference as u32) << 8 | u32::from(count)]);
            let chunks_at = out.len();
            let bytes_max = end.saturating_sub(chunks_at) / 4 * 4; // The report ends on a whole word.
            let statuses = self.take(out, base, reference * REFERENCE_TICKS, bytes_max);
            let numbers = (base as u16).to_be_bytes().into_iter().chain(statuses.to_be_bytes());
            out.splice(chunks_at - 8..chunks_at - 4, numbers);
        });
    }

    /// Appends the statuses and then the differences of what may be in one report. Returns how many packets it covers.
    fn take(&mut self, out: &mut Vec<u8>, base: u64, mut ticks: i64, bytes_max: usize) -> u16 {
        let chunks_at = out.len();
        let mut chunks = Chunks::default();
        let mut expected = base;
        self.deltas.clear();
        while let Some(arrival) = self.pending.front().copied() {
            let missing = arrival.number - expected;
            // What is missing before the last report's end was said to be missing, or has been reported since.
            let is_said = self.next.is_some_and(|next| expected < next);
            if FEEDBACK_SKIPPED_MAX < missing || (missing != 0 && is_said) {
                break;
            }
            let Ok(delta) = i16::try_from(arrival.ticks - ticks) else { break };
            if u64::from(u16::MAX) <= arrival.number - base {
                break;
            }
            let before = (out.len(), self.deltas.len(), chunks);
            chunks.push(out, MISSING, missing);
            if let Ok(delta) = u8::try_from(delta) {
                chunks.push(out, SMALL, 1);
                self.deltas.push(delta);
            } else {
                chunks.push(out, LARGE, 1);
                self.deltas.extend(delta.to_be_bytes());
            }
            if bytes_max < out.len() - chunks_at + chunks.bytes_held() + self.deltas.len() {
                let (out_bytes, deltas_bytes, chunks_before) = before;
                out.truncate(out_bytes);
                self.deltas.truncate(deltas_bytes);
                chunks = chunks_before;
                break;
            }
            self.pending.pop_front();
            self.passed(arrival.number);
            expected = arrival.number + 1;
            ticks = arrival.ticks;
        }
        chunks.finish(out);
        out.append(&mut self.deltas);
        (expected - base) as u16
    }

    fn passed(&mut self, number: u64) {
        self.next = self.next.max(Some(number + 1));
    }

    /// The number without its wraps: the nearest to the highest so far.
    fn extend(&mut self, number: u16) -> u64 {
        // So high that what comes before the first has a number as well.
        let highest = self.highest.unwrap_or(1 << 16 | u64::from(number));
        let ahead = number.wrapping_sub(highest as u16) as i16;
        let number = highest.saturating_add_signed(i64::from(ahead));
        self.highest = Some(highest.max(number));
        number
    }
}

/// Bytes of a report about one arrival, what is missing before it included: two headers, two chunks, a difference.
const REPORT_BYTES_MIN: usize = 4 + 16 + 4 + 4;

/// Puts statuses into chunks, as few as can be without looking ahead.
#[derive(Clone, Copy, Debug, Default)]
struct Chunks {
    /// What is in no chunk yet: the first `length` of these, or a longer run of the first one. One chunk can always say it.
    held: [u8; Chunk::VECTOR_BITS as usize],
    length: u16,
}

impl Chunks {
    /// Statuses that a vector of two bits holds.
    const WIDE: u16 = Chunk::VECTOR_BITS / 2;

    /// Appends `count` of one status.
    fn push(&mut self, out: &mut Vec<u8>, status: u8, mut count: u64) {
        while count != 0 {
            let is_run = self.is_run() && (self.length == 0 || self.held[0] == status);
            let room = match self.length {
                length if is_run => RUN_MAX - length,
                length if length < Self::WIDE => 1,
                _ if status == LARGE || self.held().contains(&LARGE) => 0,
                length => u16::from(length < Chunk::VECTOR_BITS),
            };
            let added = count.min(u64::from(room)) as u16;
            if added == 0 {
                self.emit(out);
                continue;
            }
            let at = usize::from(self.length);
            self.held.iter_mut().skip(at).take(usize::from(added)).for_each(|held| *held = status);
            self.length += added;
            count -= u64::from(added);
        }
    }

    /// Moves one chunk to `out`, which leaves room for one more status at least.
    fn emit(&mut self, out: &mut Vec<u8>) {
        let is_whole = self.is_run() || self.length == Chunk::VECTOR_BITS;
        let length = if is_whole { self.length } else { self.length.min(Self::WIDE) };
        out.extend(self.word(length).to_be_bytes());
        self.length -= length;
        if self.length != 0 {
            self.held.copy_within(usize::from(length).., 0);
        }
    }

    /// Appends what is held.
    fn finish(self, out: &mut Vec<u8>) {
        if self.length != 0 {
            out.extend(self.word(self.length).to_be_bytes());
        }
    }

    /// The chunk of the first `length` statuses. A vector is filled up with zeros.
    fn word(&self, length: u16) -> u16 {
        if self.is_run() {
            return u16::from(self.held[0]) << 13 | length;
        }
        let (mark, width) = if length <= Self::WIDE { (0b11 << 14, 2) } else { (0b10 << 14, 1) };
        let statuses = self.held.iter().take(usize::from(length)).zip(1..);
        statuses.fold(mark, |word, (status, place)| word | u16::from(*status) << (Chunk::VECTOR_BITS - width * place))
    }

    /// Bytes of [`Chunks::finish`].
    fn bytes_held(&self) -> usize {
        if self.length == 0 { 0 } else { 2 }
    }

    fn is_run(&self) -> bool {
        self.held().iter().all(|status| *status == self.held[0])
    }

    fn held(&self) -> &[u8] {
        &self.held[..self.held.len().min(usize::from(self.length))]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use str0m::rtp::rtcp::{Rtcp, Twcc};

    use super::*;
    use crate::rtcp::{Packet, packets};

    const BYTES_MAX: usize = 1180;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// Arrivals at these milliseconds, all in one report.
    fn report(arrived: &[(u16, u64)]) -> Vec<u8> {
        let begin = start();
        let mut arrivals = Arrivals::new(begin);
        for (number, at) in arrived {
            arrivals.arrived(*number, begin + millis(*at));
        }
        let mut out = Vec::new();
        assert!(!arrivals.write(&mut out, 1, 2, BYTES_MAX));
        out
    }

    fn reports(bytes: &[u8]) -> Vec<Feedback<'_>> {
        let read = packets(bytes).map(|packet| {
            let Packet::TransportFeedback(feedback) = packet else { panic!("{packet:?}") };
            feedback
        });
        read.collect()
    }

    /// What all reports say, with the times in milliseconds.
    fn said(bytes: &[u8]) -> Vec<Vec<(u16, Option<i64>)>> {
        let read = reports(bytes);
        read.iter().map(|read| read.packets().map(|(number, at)| (number, at.map(|at| at / 1000))).collect()).collect()
    }

    #[test]
    fn a_report_is_laid_out_as_the_draft_draws_it() {
        // Two references and 4 ms after the beginning, then 10 ms later, one lost, one 100 ms later.
        let bytes = report(&[(10, 132), (11, 142), (13, 242)]);
        #[rustfmt::skip]
        let drawn = [
            0x8f, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2,
            0, 10, 0, 4, 0, 0, 2, 0,
            0b11_01_01_00, 0b10_00_00_00, 16, 40, 1, 144, 0, 0,
        ];
        assert_eq!(bytes, drawn);
        let [feedback] = reports(&bytes)[..] else { panic!() };
        assert_eq!((feedback.base(), feedback.statuses(), feedback.reference(), feedback.count()), (10, 4, 2, 0));
        assert_eq!(said(&bytes), [[(10, Some(132)), (11, Some(142)), (12, None), (13, Some(242))]]);
    }

    /// A body with these chunks and differences.
    fn body(statuses: u16, reference: [u8; 3], chunks: &[u16], deltas: &[u8]) -> Vec<u8> {
        let mut body = vec![0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xfe];
        body.extend(statuses.to_be_bytes());
        body.extend(reference);
        body.push(7);
        body.extend(chunks.iter().flat_map(|chunk| chunk.to_be_bytes()));
        body.extend(deltas);
        body
    }

    #[test]
    fn chunks_of_all_kinds_are_read() {
        // After the examples of sections 3.1.3 and 3.1.4 of the draft, without the status that it keeps for later.
        let run_of_missing = 0b0000_0000_1101_1101;
        let run_of_received = 0b0010_0000_0001_1000;
        let narrow = 0b1001_1111_0001_1100;
        let wide = 0b1100_0101_0101_0000;
        let statuses = 221 + 24 + 14 + 7;
        let bytes = body(statuses, [0; 3], &[run_of_missing, run_of_received, narrow, wide], &[4; 24 + 8 + 4]);
        let feedback = Feedback::parse(&bytes).unwrap();
        let arrived: Vec<bool> = feedback.packets().map(|(_, at)| at.is_some()).collect();
        let (missing, rest) = arrived.split_at(221);
        assert!(missing.iter().all(|arrived| !arrived));
        let (received, rest) = rest.split_at(24);
        assert!(received.iter().all(|arrived| *arrived));
        let marks: String = rest.iter().map(|arrived| if *arrived { 'x' } else { '.' }).collect();
        assert_eq!(marks, ".xxxxx...xxx...xxxx..");
        assert_eq!(feedback.received().last(), Some((0xfffe_u16.wrapping_add(statuses - 3), 36_000)));
        assert!(feedback.received().eq(feedback.packets().filter_map(|(number, at)| Some((number, at?)))));
    }

    #[test]
    fn a_reference_before_zero_and_a_step_back_are_read() {
        let bytes = body(2, [0xff, 0xff, 0xff], &[0b1110_1000_0000_0000], &[0, 4, 0xff, 0xfc]);
        let feedback = Feedback::parse(&bytes).unwrap();
        assert_eq!((feedback.reference(), feedback.count()), (-1, 7));
        assert_eq!(feedback.packets().collect::<Vec<_>>(), [(0xfffe, Some(-63_000)), (0xffff, Some(-64_000))]);
    }

    #[test]
    fn what_is_cut_off_or_means_nothing_is_refused() {
        let whole = body(9, [0; 3], &[0b0010_0000_0000_0111, 0b1110_0100_0000_0000], &[1; 7 + 3]);
        assert!(Feedback::parse(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(Feedback::parse(&whole[..length]), None, "cut off at {length}");
        }
        assert_eq!(Feedback::parse(&body(0, [0; 3], &[0x2001], &[1])), None, "about nothing");
        assert_eq!(Feedback::parse(&body(1, [0; 3], &[0x6001], &[1; 9])), None, "a run of what is kept for later");
        assert_eq!(Feedback::parse(&body(1, [0; 3], &[0xf000], &[1; 9])), None, "one of them");
        assert!(Feedback::parse(&body(1, [0; 3], &[0xd3ff], &[1])).is_some(), "behind the last it means nothing");
        assert_eq!(Feedback::parse(&body(1, [0; 3], &[0x2000; 500], &[])), None, "runs of no length lead nowhere");
    }

    #[test]
    fn a_report_about_65535_missing_packets_costs_its_bytes() {
        let bytes = body(u16::MAX, [0; 3], &[0x1fff; 9], &[]);
        let feedback = Feedback::parse(&bytes).unwrap();
        assert_eq!(feedback.packets().count(), 65_535);
        assert_eq!(feedback.received().count(), 0);
    }

    #[test]
    fn loss_between_two_reports_is_reported() {
        let begin = start();
        let mut arrivals = Arrivals::new(begin);
        let mut out = Vec::new();
        arrivals.arrived(5, begin);
        assert!(!arrivals.write(&mut out, 1, 2, BYTES_MAX));
        arrivals.arrived(8, begin + millis(20));
        assert!(!arrivals.write(&mut out, 1, 2, BYTES_MAX));
        assert_eq!(said(&out), [vec![(5, Some(0))], vec![(6, None), (7, None), (8, Some(20))]]);
        assert_eq!(reports(&out).iter().map(Feedback::count).collect::<Vec<_>>(), [0, 1]);
        assert!(!arrivals.has_pending());
    }

    #[test]
    fn what_comes_after_its_report_is_reported_by_itself() {
        let begin = start();
        let mut arrivals = Arrivals::new(begin);
        for number in [5, 9] {
            arrivals.arrived(number, begin);
        }
        arrivals.write(&mut Vec::new(), 1, 2, BYTES_MAX);
        for number in [8, 6, 11] {
            arrivals.arrived(number, begin + millis(64));
        }
        let mut out = Vec::new();
        assert!(!arrivals.write(&mut out, 1, 2, BYTES_MAX));
        assert_eq!(said(&out), [vec![(6, Some(64))], vec![(8, Some(64))], vec![(10, None), (11, Some(64))]]);
        arrivals.arrived(11 + 2000 + 1, begin + millis(64));
        arrivals.write(&mut Vec::new(), 1, 2, BYTES_MAX);
        arrivals.arrived(12, begin + millis(64));
        assert!(!arrivals.has_pending(), "{FEEDBACK_SKIPPED_MAX} later nobody asks any more");
        arrivals.arrived(13, begin + millis(64));
        assert!(arrivals.has_pending());
    }

    #[test]
    fn reordered_packets_are_reported_with_a_step_back() {
        let bytes = report(&[(5, 100), (7, 102), (6, 110), (7, 500)]);
        assert_eq!(said(&bytes), [[(5, Some(100)), (6, Some(110)), (7, Some(102))]], "the first arrival counts");
    }

    #[test]
    fn numbers_that_hang_others_cost_nothing() {
        let bytes = report(&[(5, 10), (65_000, 10), (6, 10)]);
        assert!(bytes.len() < 60);
        let [ref all] = said(&bytes)[..] else { panic!() };
        assert_eq!(all.len(), 65_541 - 65_000 + 2, "from the lowest to the highest");
        assert_eq!(all.iter().filter(|(_, at)| at.is_some()).count(), 3);
    }

    #[test]
    fn long_jumps_begin_anew() {
        let bytes = report(&[(0, 1), (2001, 2), (2002 + 2001, 3), (30_000, 4), (62_000, 5)]);
        let lengths: Vec<usize> = said(&bytes).iter().map(Vec::len).collect();
        assert_eq!(lengths, [2002, 1, 1, 1], "{FEEDBACK_SKIPPED_MAX} are listed, one more is not");
    }

    #[test]
    fn the_worst_jumps_stay_within_the_bytes_and_come_to_an_end() {
        for step in [1999, 2000, 2001, 16_384, 32_767, 32_768, 40_000, 65_535] {
            let begin = start();
            let mut arrivals = Arrivals::new(begin);
            let mut out = Vec::new();
            for index in 0..3000u16 {
                arrivals.arrived(index.wrapping_mul(step), begin + millis(u64::from(index) * 9 % 100));
            }
            assert!(arrivals.pending.len() <= FEEDBACK_PENDING_MAX);
            let mut calls = 0;
            let mut more = true;
            while more {
                out.clear();
                more = arrivals.write(&mut out, 1, 2, BYTES_MAX);
                assert!(!out.is_empty() && out.len() <= BYTES_MAX);
                calls += 1;
            }
            assert!(calls <= FEEDBACK_PENDING_MAX.div_ceil(BYTES_MAX / REPORT_BYTES_MIN), "{step}: {calls}");
        }
    }

    #[test]
    fn when_too_many_wait_the_oldest_are_left_out_and_not_called_lost() {
        let begin = start();
        let mut arrivals = Arrivals::new(begin);
        arrivals.arrived(u16::MAX, begin);
        arrivals.write(&mut Vec::new(), 1, 2, BYTES_MAX);
        for number in 0..FEEDBACK_PENDING_MAX as u16 + 100 {
            arrivals.arrived(number, begin);
        }
        assert_eq!(arrivals.pending.len(), FEEDBACK_PENDING_MAX);
        let mut all = Vec::new();
        let mut more = true;
        while more {
            let mut out = Vec::new();
            more = arrivals.write(&mut out, 1, 2, BYTES_MAX);
            all.extend(said(&out).concat());
        }
        assert_eq!(all.len(), FEEDBACK_PENDING_MAX);
        assert!(all.iter().all(|(number, at)| 100 <= *number && at.is_some()));
    }

    #[test]
    fn a_report_covers_no_more_than_it_can_count() {
        let arrived: Vec<(u16, u64)> = (0..40).map(|index: u16| (index.wrapping_mul(2000), 0)).collect();
        let all = said(&report(&arrived));
        assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [32 * 2000 + 1, 7 * 2000]);
        let read = all.concat().into_iter().filter_map(|(number, at)| at.map(|_| number));
        assert!(read.eq(arrived.into_iter().map(|(number, _)| number)));
    }

    #[test]
    fn a_run_longer_than_a_chunk_goes_into_several() {
        let (mut out, mut chunks) = (Vec::new(), Chunks::default());
        chunks.push(&mut out, MISSING, 20_000);
        chunks.push(&mut out, LARGE, 8_192);
        chunks.finish(&mut out);
        let (words, _) = out.as_chunks::<2>();
        let read: Vec<Chunk> = words.iter().map(|bytes| Chunk::read(*bytes)).collect();
        let run = |status, length| Chunk::Run { status, length };
        assert_eq!(read, [run(0, 8191), run(0, 8191), run(0, 3618), run(2, 8191), run(2, 1)]);
    }

    #[test]
    fn a_long_silence_begins_a_new_report() {
        let bytes = report(&[(1, 0), (2, 8191), (4, 20_000)]);
        assert_eq!(said(&bytes), [vec![(1, Some(0)), (2, Some(8191))], vec![(3, None), (4, Some(20_000))]]);
    }

    #[test]
    fn the_clock_begins_anew_after_its_period() {
        let period = Duration::from_micros(CLOCK_PERIOD_MICROS as u64);
        let bytes = report(&[(1, period.as_millis() as u64 + 3)]);
        assert_eq!(said(&bytes), [[(1, Some(3))]]);
        let bytes = report(&[(1, period.as_millis() as u64 - 3)]);
        assert_eq!(said(&bytes), [[(1, Some(-3))]]);
    }

    #[test]
    fn too_little_room_writes_nothing_and_loses_nothing() {
        let begin = start();
        let mut arrivals = Arrivals::new(begin);
        arrivals.arrived(1, begin);
        let mut out = Vec::new();
        assert!(!arrivals.write(&mut out, 1, 2, REPORT_BYTES_MIN - 1), "to ask again would be in vain");
        assert!(out.is_empty() && arrivals.has_pending());
        assert!(!arrivals.write(&mut out, 1, 2, REPORT_BYTES_MIN));
        assert_eq!(said(&out), [[(1, Some(0))]]);
    }

    #[test]
    fn steady_arrivals_cost_little_more_than_a_byte_each() {
        let arrived: Vec<(u16, u64)> = (0..500).map(|index| (index, u64::from(index) * 5)).collect();
        assert_eq!(report(&arrived).len(), 4 + 16 + 2 + 500 + 2);
    }

    /// What the session engine reads in a report, with the times in microseconds.
    fn read_by_engine(bytes: &[u8]) -> Vec<(u16, Option<i64>)> {
        let Ok(Rtcp::Twcc(twcc)) = Rtcp::try_from(bytes) else { panic!("refused") };
        engine_says(twcc)
    }

    fn engine_says(twcc: Twcc) -> Vec<(u16, Option<i64>)> {
        let zero = start() + Duration::from_secs(1000);
        let all = twcc.into_iter(zero, (1 << 20).into());
        all.map(|(number, _, at)| (*number as u16, at.map(|at| (at - zero).as_micros() as i64))).collect()
    }

    /// The engine steps over half of a run of long differences, and reads what is behind them wrongly.
    fn is_misread_by_engine(bytes: &[u8]) -> bool {
        let read = reports(bytes);
        read.iter()
            .flat_map(|read| read.chunks)
            .any(|chunk| matches!(Chunk::read(*chunk), Chunk::Run { status: LARGE, .. }))
    }

    /// One packet more: how far its number is ahead of the last one, the time that passes, and whether a report is written.
    fn step() -> impl Strategy<Value = (i32, u64, bool)> {
        let ahead = prop_oneof![
            8 => Just(1),
            2 => 1..4,
            1 => -40..40,
            1 => prop_oneof![-2100..2100, -32_000..32_000],
        ];
        let micros = prop_oneof![
            6 => 0..2_000u64,
            3 => 0..80_000u64,
            1 => prop_oneof![0..20_000_000u64, 0..CLOCK_PERIOD_MICROS as u64],
        ];
        (ahead, micros, prop::bool::weighted(0.05))
    }

    proptest! {
        #[test]
        fn what_arrived_is_what_is_read(
            first in 40_000..200_000i64,
            steps in vec(step(), 1..400),
            bytes_max in prop_oneof![Just(BYTES_MAX), REPORT_BYTES_MIN..200],
        ) {
            let begin = start();
            let mut arrivals = Arrivals::new(begin);
            let (mut number, mut highest) = (first, first);
            let mut micros = 0;
            let mut due = BTreeMap::new(); // What is to be reported, and when it came.
            let mut lost = BTreeSet::new();
            let mut ever = BTreeSet::new();
            let mut end: Option<i64> = None; // Of what has been reported.
            let mut count = 0u8;
            let last = steps.len() - 1;
            for (index, (ahead, passes, is_reported)) in steps.into_iter().enumerate() {
                let (wanted, is_near) = (number + i64::from(ahead), |number: i64| (number - highest).abs() < 32_768);
                number = if is_near(wanted) && 0 <= wanted { wanted } else { highest };
                highest = highest.max(number);
                micros += passes;
                arrivals.arrived(number as u16, begin + Duration::from_micros(micros));
                if end.is_none_or(|end| end <= number + FEEDBACK_SKIPPED_MAX as i64) {
                    due.entry(number).or_insert(micros / 250 * 250);
                    ever.insert(number);
                }
                if !is_reported && index != last {
                    continue;
                }
                let mut more = true;
                while more {
                    let mut out = vec![0xee; 8];
                    more = arrivals.write(&mut out, 1, 2, bytes_max);
                    let out = &out[8..];
                    prop_assert!(out.len() <= bytes_max && out.len().is_multiple_of(4));
                    for feedback in reports(out) {
                        prop_assert_eq!(feedback.count(), count);
                        count = count.wrapping_add(1);
                        let base = *due.keys().next().unwrap();
                        let base = base - i64::from((base as u16).wrapping_sub(feedback.base()));
                        prop_assert!(feedback.packets().last().unwrap().1.is_some(), "ends with an arrival");
                        for (number, (short, at)) in (base..).zip(feedback.packets()) {
                            prop_assert_eq!(number as u16, short);
                            let Some(at) = at else {
                                prop_assert!(!ever.contains(&number), "{} arrived", number);
                                prop_assert!(lost.insert(number), "{} is lost twice", number);
                                continue;
                            };
                            let came = due.remove(&number).unwrap() as i64;
                            prop_assert_eq!((at - came).rem_euclid(CLOCK_PERIOD_MICROS), 0);
                            end = end.max(Some(number + 1));
                        }
                        prop_assert!(feedback.received().eq(feedback.packets().filter_map(|(n, at)| Some((n, at?)))));
                    }
                }
                prop_assert!(due.is_empty() && !arrivals.has_pending(), "all is reported");
            }
            // Whatever is missing was said to be so, unless too much was skipped.
            let arrived: Vec<i64> = ever.iter().copied().collect();
            for pair in arrived.windows(2) {
                let [low, high] = pair else { unreachable!() };
                let said = lost.range(low + 1..*high).count() as i64;
                prop_assert!(said == high - low - 1 || said == 0 || FEEDBACK_SKIPPED_MAX as i64 <= high - low, "{low} {high}");
            }
        }

        #[test]
        fn the_session_engine_reads_what_is_written(
            first in any::<u16>(),
            steps in vec((prop_oneof![5 => Just(1u16), 1 => 1..60u16], prop_oneof![4 => 0..20_000u64, 1 => 0..2_000_000u64]), 1..300),
        ) {
            let begin = start();
            let mut arrivals = Arrivals::new(begin);
            let (mut number, mut at) = (first, begin);
            for (ahead, micros) in steps {
                arrivals.arrived(number, at);
                number = number.wrapping_add(ahead);
                at += Duration::from_micros(micros);
            }
            let mut more = true;
            while more {
                let mut out = Vec::new();
                more = arrivals.write(&mut out, 1, 2, BYTES_MAX);
                let mut rest = &out[..];
                for feedback in reports(&out) {
                    let (one, behind) = rest.split_at(4 * (usize::from(u16::from_be_bytes([rest[2], rest[3]])) + 1));
                    rest = behind;
                    if !is_misread_by_engine(one) {
                        prop_assert_eq!(read_by_engine(one), feedback.packets().collect::<Vec<_>>());
                    }
                }
            }
        }

        #[test]
        fn the_session_engine_reads_the_same_in_what_others_write(
            chunks in vec(any::<u16>(), 1..20),
            cut in 0..14u16,
            deltas in vec(any::<u8>(), 700),
        ) {
            let alike = |chunk: &u16| {
                let chunk = Chunk::read(chunk.to_be_bytes());
                match chunk {
                    Chunk::Run { status, length } => status < LARGE && (1..600).contains(&length),
                    Chunk::Vector { .. } => (0..chunk.length()).all(|at| chunk.status(at) <= LARGE),
                }
            };
            let chunks: Vec<u16> = chunks.into_iter().filter(alike).collect();
            let lengths = chunks.iter().map(|chunk| Chunk::read(chunk.to_be_bytes()).length());
            let shortest = lengths.clone().next_back().unwrap_or_default();
            let statuses = lengths.sum::<u16>() - cut.min(shortest.saturating_sub(1));
            let bytes = body(statuses, [1, 0, 0], &chunks, &deltas);
            let ours = Feedback::parse(&bytes);
            if let (Some(ours), Ok(theirs)) = (ours, Twcc::try_from(&bytes[..])) {
                prop_assert_eq!(ours.packets().collect::<Vec<_>>(), engine_says(theirs));
            }
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in vec(any::<u8>(), 0..120), statuses in 0..200u8) {
            let mut bytes = bytes;
            if let Some(high) = bytes.get_mut(10..12) {
                high.copy_from_slice(&[0, statuses]);
            }
            if let Some(feedback) = Feedback::parse(&bytes) {
                prop_assert_eq!(feedback.packets().count(), usize::from(statuses));
                prop_assert!(feedback.received().count() <= bytes.len());
            }
        }

        #[test]
        fn any_numbers_at_any_time_are_noted_without_harm(
            arrived in vec((any::<u16>(), any::<u32>(), any::<u8>()), 0..600),
        ) {
            let begin = start();
            let mut arrivals = Arrivals::new(begin + Duration::from_secs(1));
            for (number, micros, report) in arrived {
                arrivals.arrived(number, begin + Duration::from_micros(u64::from(micros)));
                if report == 0 {
                    let mut out = Vec::new();
                    arrivals.write(&mut out, 1, 2, usize::from(number));
                    prop_assert!(out.len() <= usize::from(number));
                }
            }
        }
    }
}
