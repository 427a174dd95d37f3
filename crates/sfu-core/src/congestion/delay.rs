//! How long packets wait on the way: the delay of each over the least one lately, and at which rate they come out.
//!
//! The clocks of both ends differ by an amount nobody knows, so only differences of delays mean something. GCC looks at
//! their slope alone; against the least delay of the last seconds, a queue that merely stands is seen too.

use std::collections::VecDeque;
use std::time::Instant;

use crate::limits::ARRIVALS_MAX;

/// A queue below that is none: frames, jitter and the receiver's clock (250 µs steps) make as much. In microseconds.
const STANDING: i64 = 25_000;

/// What counts must have lasted so long: spikes of Wi-Fi and bursts of one frame pass. In microseconds.
const LASTING: i64 = 150_000;

/// And one that costs packets, after that. In microseconds.
const STANDING_LOSSY: i64 = LASTING;

/// Packets that are looked at in any case.
const FEW: usize = 3;

/// Nothing for so long and then [`FEW`] packets within [`AT_ONCE`] is a stall: a bottleneck that takes that long for one
/// packet takes longer for the next, too. In microseconds.
const STALL: i64 = 50_000;
const AT_ONCE: i64 = 5_000;

/// A queue that neither grows nor costs packets is believed after that: a path's delay may step. In microseconds.
const STANDING_MAX: i64 = 400_000;

/// Rates are taken over that: shorter and they follow single frames. In microseconds.
const RATE_OVER: i64 = 500_000;

/// How long the least delay is remembered at least: a queue has been empty once in this, and clocks have drifted by less
/// than a millisecond. In microseconds.
const BASE_OVER: i64 = 10_000_000;

/// What was tolerated is forgotten after that: then the least delay has been found anew. In microseconds.
const TOLERANCE_OVER: i64 = 2 * BASE_OVER;

/// More than that is not tolerated: nobody can talk. In microseconds.
const TOLERANCE_MAX: i64 = 400_000;

/// Delays that differ more than that are of another clock. In microseconds.
const JUMP: i64 = 10_000_000;

#[derive(Clone, Copy, Debug)]
struct Arrival {
    /// On the receiver's clock.
    at: i64,
    /// On ours.
    sent: i64,
    bytes: u32,
}

impl Arrival {
    fn delay(&self) -> i64 {
        self.at - self.sent
    }
}

/// What the last half second shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct View {
    /// How long every packet has waited lately, at least. Microseconds.
    pub(super) queue: i64,
    /// It has stood for a while: if packets get lost as well, it is full.
    pub(super) has_stood: bool,
    /// So little waits that there may as well be none.
    pub(super) is_empty: bool,
    /// It stands, and it is no mere spike: it grows, or has stood for long.
    pub(super) is_congested: bool,
    /// Bits a second that arrived.
    pub(super) acked: f64,
    /// While the queue stood.
    pub(super) busy: Option<Busy>,
}

/// Rates while packets waited, in bits per second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Busy {
    /// What came out of the queue: as much as the bottleneck carries for us.
    pub(super) received: f64,
    /// What those packets were sent with.
    pub(super) sent: f64,
}

#[derive(Debug)]
pub(super) struct Delay {
    epoch: Instant,
    /// In order of arrival.
    arrivals: VecDeque<Arrival>,
    /// The least delay of the former and of the current period.
    base: [i64; 2],
    base_since: i64,
    standing_since: Option<i64>,
    /// A queue below that is not fought, and since when.
    tolerance: (i64, i64),
}

impl Delay {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            epoch: now,
            arrivals: VecDeque::new(),
            base: [i64::MAX; 2],
            base_since: 0,
            standing_since: None,
            tolerance: (STANDING, 0),
        }
    }

    pub(super) fn arrived(&mut self, sent: Instant, at: i64, bytes: u32) {
        let sent = sent.saturating_duration_since(self.epoch).as_micros() as i64;
        // What feedback can express fits into this, and no sum of two of them overflows.
        let at = at.clamp(i64::MIN / 8, i64::MAX / 8);
        let arrival = Arrival { at, sent, bytes };
        let is_jump = |newest: &Arrival| JUMP < (newest.delay() - arrival.delay()).abs();
        if self.arrivals.back().is_some_and(is_jump) {
            (self.base, self.standing_since) = ([i64::MAX; 2], None);
            self.arrivals.clear();
        }
        if self.base[1] == i64::MAX {
            self.base_since = at;
        } else if self.base_since + BASE_OVER < at {
            (self.base, self.base_since) = ([self.base[1], i64::MAX], at);
        }
        self.base[1] = self.base[1].min(arrival.delay());
        if ARRIVALS_MAX <= self.arrivals.len() {
            self.arrivals.pop_front();
        }
        let place = self.arrivals.iter().rposition(|earlier| earlier.at <= at).map_or(0, |before| before + 1);
        self.arrivals.insert(place, arrival);
        let newest = self.newest();
        while self.arrivals.front().is_some_and(|arrival| arrival.at + RATE_OVER < newest) {
            self.arrivals.pop_front();
        }
    }

    fn newest(&self) -> i64 {
        self.arrivals.back().map_or(0, |arrival| arrival.at)
    }

    fn queue(&self, arrival: &Arrival) -> i64 {
        arrival.delay() - self.base[0].min(self.base[1])
    }

    /// To be asked once for each feedback.
    pub(super) fn view(&mut self) -> View {
        let newest = self.newest();
        // A slow path brings too few in that time.
        let count = self.arrivals.iter().rev().take_while(|arrival| newest - arrival.at < LASTING).count().max(FEW);
        let lasting = self.arrivals.iter().rev().take(count);
        let span = lasting.clone().next_back().map_or(0, |oldest| newest - oldest.at);
        let [mut late, mut early] = [i64::MAX; 2]; // The least of either half.
        for arrival in lasting {
            let (ago, queue) = (newest - arrival.at, self.queue(arrival));
            if ago <= span / 2 {
                late = late.min(queue);
            }
            if span / 2 <= ago {
                early = early.min(queue);
            }
        }
        let queue = if self.arrivals.is_empty() { 0 } else { late.min(early) };
        let tolerance = self.tolerance(newest);
        let stands = tolerance < queue && LASTING / 2 < span;
        let standing_since = stands.then(|| self.standing_since.unwrap_or(newest - span));
        let is_growing = stands && early + STANDING / 4 < late;
        self.standing_since = standing_since;
        View {
            queue: queue.max(0),
            has_stood: standing_since.is_some_and(|since| STANDING_LOSSY < newest - since),
            is_empty: queue <= tolerance - STANDING / 2,
            is_congested: is_growing || standing_since.is_some_and(|since| STANDING_MAX < newest - since),
            acked: self.acked(),
            busy: self.busy(tolerance),
        }
    }

    fn tolerance(&self, newest: i64) -> i64 {
        let (tolerance, at) = self.tolerance;
        if newest < at + TOLERANCE_OVER { tolerance } else { STANDING }
    }

    fn acked(&self) -> f64 {
        let bytes: u64 = self.arrivals.iter().map(|arrival| u64::from(arrival.bytes)).sum();
        let span = self.arrivals.front().map_or(0, |oldest| self.newest() - oldest.at);
        bits_per_second(bytes, span.max(RATE_OVER / 2))
    }

    fn busy(&self, tolerance: i64) -> Option<Busy> {
        let waited = |arrival: &&Arrival| tolerance - STANDING / 2 < self.queue(arrival);
        let first = self.arrivals.len() - self.arrivals.iter().rev().take_while(waited).count();
        let (oldest, newest) = (self.arrivals.get(first)?, self.arrivals.back()?);
        let (mut bytes, mut sent) = (0, (i64::MAX, i64::MIN));
        for arrival in self.arrivals.range(first..) {
            bytes += u64::from(arrival.bytes);
            sent = (sent.0.min(arrival.sent), sent.1.max(arrival.sent));
        }
        // What came out of a stall, and the time it took, say nothing of what the network carries.
        let stalls = (first + 1..self.arrivals.len()).filter_map(|at| self.stall_before(at));
        let (stalled, stalled_bytes) = stalls.fold((0, 0), |(time, bytes), stall| (time + stall.0, bytes + stall.1));
        let span = newest.at - oldest.at - stalled;
        (2 * LASTING / 3 <= span).then(|| Busy {
            // The first came out before the span began, the last was sent as it ended.
            received: bits_per_second(bytes - u64::from(oldest.bytes) - stalled_bytes, span),
            sent: bits_per_second(bytes - u64::from(newest.bytes), (sent.1 - sent.0).max(1_000)),
        })
    }

    /// If nothing came for long and then much at once: how long it took, and how many bytes came then. A bottleneck lets one
    /// packet out after the other; a stream (TCP) that waits for a packet that got lost does not, nor does a radio.
    fn stall_before(&self, at: usize) -> Option<(i64, u64)> {
        let resumed = self.arrivals.get(at)?.at;
        let time = resumed - self.arrivals.get(at.checked_sub(1)?)?.at;
        if time < STALL {
            return None;
        }
        let at_once = self.arrivals.range(at..).take_while(|arrival| arrival.at < resumed + AT_ONCE);
        let (count, bytes) = at_once.fold((0, 0), |(count, bytes), one| (count + 1, bytes + u64::from(one.bytes)));
        let may_go_on = self.newest() < resumed + AT_ONCE; // This feedback may end in the midst of it.
        (FEW <= count || may_go_on).then_some((time, bytes))
    }

    /// Somebody else keeps such a queue, or the path has become longer by that.
    pub(super) fn tolerate(&mut self, queue: i64) {
        self.tolerance = ((queue + queue / 4).clamp(STANDING, TOLERANCE_MAX), self.newest());
        self.standing_since = None;
    }
}

fn bits_per_second(bytes: u64, micros: i64) -> f64 {
    bytes as f64 * 8e6 / micros as f64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::link::start;
    use super::*;

    /// What a queue shows in which packets of that size arrive at such times, each having waited for so long. Milliseconds.
    fn busy(arrivals: impl IntoIterator<Item = (i64, i64)>) -> Option<Busy> {
        let mut delay = Delay::new(start());
        for (at, waited) in [(0, 0)].into_iter().chain(arrivals) {
            let sent = start() + Duration::from_millis((1_000 + at - waited) as u64);
            delay.arrived(sent, at * 1_000, 700);
        }
        delay.view().busy
    }

    #[test]
    fn what_a_stalled_stream_delivers_at_once_is_no_rate() {
        let stall = |ends: i64| (0..10).map(move |n| (ends, 200 - 20 * n + 15));
        let one = stall(1_000);
        assert!(busy(one.clone()).is_none());
        assert!(busy(one.clone().chain(stall(1_200))).is_none());
        assert!(busy(one.clone().chain(stall(1_200).take(1))).is_none(), "cut off by the end of a feedback");
        let queue = (0..40).map(|n| (1_200 + 10 * n, 100));
        let after = busy(one.chain(queue)).unwrap().received;
        assert!((500e3..650e3).contains(&after), "{after}, as one packet comes every ten milliseconds");
    }

    #[test]
    fn a_slow_bottleneck_is_no_stall() {
        for gap in [60, 100, 150] {
            let received = busy((0..30).map(|n| (n * gap, 200))).unwrap().received;
            let rate = 700.0 * 8e3 / gap as f64;
            assert!((0.9 * rate..1.1 * rate).contains(&received), "{received} of {rate}");
        }
    }

    #[test]
    fn only_so_many_arrivals_are_remembered() {
        let mut delay = Delay::new(start());
        for at in 0..2 * ARRIVALS_MAX as i64 {
            delay.arrived(start(), at, 1000);
        }
        assert_eq!(delay.arrivals.len(), ARRIVALS_MAX);
        assert_eq!(delay.newest(), 2 * ARRIVALS_MAX as i64 - 1, "the oldest are forgotten");
    }
}
