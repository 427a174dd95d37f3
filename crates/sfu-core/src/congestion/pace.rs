//! How fast what can wait may leave: faster than the estimate, so that it is no queue of its own, and slower than a
//! bottleneck's queue overflows. And how much may be on its way: when less comes out of the network than goes in, feedback
//! tells so only a round trip later, and until then nothing more should go in.

use std::time::{Duration, Instant};

use super::probe::Probe;
use super::{Controller, PACKET_BYTES};

/// Media leaves so much faster than the estimate: what is left of the estimate by its user, and this, empty the queue.
const FASTER: f64 = 1.25;

/// What may leave at once, in time at that rate: most pictures do, only keyframes are spread. libwebrtc does the same.
const BURST: Duration = Duration::from_millis(40);

/// What waits leaves in about that time: later it is of little use.
const LEAVES_WITHIN: Duration = Duration::from_millis(800);

/// So many bytes may leave at once before anything is known, for the first pictures: every network in use takes that.
const FIRST_BYTES: f64 = 32.0 * 1024.0;

/// Probes and sound do not wait. They are made up for, but not for longer than that.
const DEBT_MAX: Duration = Duration::from_millis(200);

/// What may be on its way, beyond a round trip and the time between two feedbacks: jitter.
const IN_FLIGHT_OVER: Duration = Duration::from_millis(40);

/// Feedback may take so long, as far as libwebrtc ever does; usually it comes every 50 or 100 ms.
const FEEDBACK_INTERVAL_MAX: Duration = Duration::from_millis(250);

/// So many bytes may always be on their way.
const IN_FLIGHT_MIN: f64 = 3.0 * PACKET_BYTES as f64;

/// While more is on its way than may be, one packet so often finds out whether the network is back.
const TRICKLE: Duration = Duration::from_millis(250);

/// How long the shortest round trip is believed.
const LEAST_OVER: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Bytes that left too early; negative as long as some may.
    debt: f64,
    paid_at: Instant,
    trickle_at: Instant,
    /// The shortest round trip of late, and when it was seen.
    least: Option<(Duration, Instant)>,
    /// Between two feedbacks; smoothed.
    interval: Duration,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Self {
        Self { debt: -FIRST_BYTES, paid_at: now, trickle_at: now, least: None, interval: Duration::from_millis(100) }
    }

    pub(super) fn sent(&mut self, bytes: u32) {
        self.debt += f64::from(bytes);
    }

    pub(super) fn heard(&mut self, round_trip: Duration, since: Duration, now: Instant) {
        let is_less = |(least, at)| round_trip <= least || LEAST_OVER <= now.saturating_duration_since(at);
        if self.least.is_none_or(is_less) {
            self.least = Some((round_trip, now));
        }
        self.interval = (7 * self.interval + since.min(FEEDBACK_INTERVAL_MAX)) / 8;
    }

    /// The way has become longer.
    pub(super) fn forget_least(&mut self) {
        self.least = None;
    }

    fn pay(&mut self, rate: f64, now: Instant) {
        let since = now.saturating_duration_since(self.paid_at);
        self.paid_at = self.paid_at.max(now);
        self.debt = self.debt.min(bytes(rate, DEBT_MAX));
        self.debt -= bytes(rate, since).min(self.debt.max(0.0));
    }
}

impl Controller {
    /// Whether a packet that can wait may leave now, while so many bytes wait.
    pub(crate) fn has_room(&mut self, backlog: usize, now: Instant) -> bool {
        let rate = self.pace_rate(backlog);
        self.pace.pay(rate, now);
        if self.is_flowing() {
            return self.pace.debt <= bytes(rate, BURST);
        }
        let trickles = self.pace.trickle_at <= now;
        if trickles {
            self.pace.trickle_at = now + TRICKLE;
        }
        trickles
    }

    /// When there will be room again if no feedback comes.
    pub(crate) fn room_at(&self, backlog: usize) -> Instant {
        if !self.is_flowing() {
            return self.pace.trickle_at;
        }
        let rate = self.pace_rate(backlog);
        // For several packets at once: finer would wake the embedder more often than timers are good for.
        let over = self.pace.debt - bytes(rate, BURST / 2);
        self.pace.paid_at + Duration::from_secs_f64((over * 8.0 / rate).max(0.0))
    }

    /// Whether no more is on its way than may be.
    pub(crate) fn is_flowing(&self) -> bool {
        let Some((least, _)) = self.pace.least.filter(|_| self.running_probe().is_none()) else { return true };
        let window = bytes(self.estimate, least + self.pace.interval + IN_FLIGHT_OVER).max(IN_FLIGHT_MIN);
        self.history.in_flight() as f64 <= window
    }

    fn running_probe(&self) -> Option<&Probe> {
        self.probe.as_ref().filter(|probe| probe.is_running())
    }

    /// Bits per second.
    fn pace_rate(&self, backlog: usize) -> f64 {
        let probe = self.running_probe().map_or(0.0, |probe| probe.target);
        let is_free = self.queueing.is_none() && self.outage.is_none();
        let urgent = if is_free { backlog as f64 * 8.0 / LEAVES_WITHIN.as_secs_f64() } else { 0.0 };
        (FASTER * self.estimate).max(probe).max(urgent)
    }
}

/// What leaves at a rate (bits per second) in a time.
fn bytes(rate: f64, time: Duration) -> f64 {
    rate * time.as_secs_f64() / 8.0
}

#[cfg(test)]
mod tests {
    use super::super::link::start;
    use super::*;

    const PACKET: usize = 1000;
    const ROUND_TRIP: Duration = Duration::from_millis(50);

    /// A network that carries whatever is sent.
    struct Network {
        controller: Controller,
        began: Instant,
        now: Instant,
        is_heard: bool,
        sent: Vec<(u64, Instant)>,
        numbers: u64,
    }

    impl Network {
        /// One that is known for a while.
        fn new(estimate: u64) -> Self {
            let (now, controller) = (start(), Controller::new(start(), estimate));
            let mut network = Self { controller, began: now, now, is_heard: true, sent: Vec::new(), numbers: 0 };
            network.picture(1 + FIRST_BYTES as usize / PACKET);
            network.rest(1000);
            network
        }

        /// Sends a packet if there is room, while so many wait.
        fn send(&mut self, waiting: usize) -> bool {
            let has_room = self.controller.has_room(waiting * PACKET, self.now);
            if has_room {
                self.controller.sent(self.numbers, PACKET, self.now);
                self.sent.push((self.numbers, self.now));
                self.numbers += 1;
            }
            has_room
        }

        fn rest(&mut self, milliseconds: u64) {
            for _ in 0..milliseconds {
                self.now += Duration::from_millis(1);
                let due = self.sent.iter().take_while(|(_, at)| *at + ROUND_TRIP <= self.now).count();
                if self.is_heard && 0 < due {
                    let began = self.began;
                    let told = self.sent.drain(..due);
                    let told = told.map(|(number, at)| (number as u16, Some((at - began).as_micros() as i64)));
                    self.controller.feedback(told, self.now);
                }
            }
        }

        /// When each of so many packets leaves that come at once.
        fn picture(&mut self, packets: usize) -> Vec<Duration> {
            let (began, mut left) = (self.now, Vec::new());
            while left.len() < packets {
                while left.len() < packets && self.send(packets - left.len()) {
                    left.push(self.now - began);
                }
                self.rest(1);
            }
            left
        }
    }

    #[test]
    fn an_ordinary_picture_leaves_at_once_and_a_keyframe_is_spread() {
        let mut network = Network::new(3_000_000);
        assert_eq!(network.picture(10).pop(), Some(Duration::ZERO));
        network.rest(100);
        let left = network.picture(150);
        let last = left.last().unwrap();
        // 150 kB at 1.25 times 3 Mbit/s, less what may leave at once.
        assert!((250..330).contains(&last.as_millis()), "{last:?}");
        let most = left.iter().map(|at| left.iter().filter(|other| *other == at).count()).max();
        assert!(most.is_some_and(|most| most <= 20), "{most:?} at once");
    }

    #[test]
    fn what_waits_leaves_soon_however_little_is_believed() {
        let mut network = Network::new(300_000);
        let last = network.picture(120).pop().unwrap();
        assert!(last <= Duration::from_millis(1700), "{last:?}, and 2.5 s at the pace of what is believed");
    }

    #[test]
    fn the_first_picture_need_not_wait_for_an_estimate() {
        let controller = Controller::new(start(), 300_000);
        let mut network =
            Network { controller, began: start(), now: start(), is_heard: true, sent: Vec::new(), numbers: 0 };
        assert_eq!(network.picture(30).pop(), Some(Duration::ZERO));
    }

    #[test]
    fn when_nothing_is_heard_little_more_leaves() {
        let mut network = Network::new(3_000_000);
        network.is_heard = false;
        let mut sent = 0;
        for _ in 0..5000 {
            sent += (0..10).filter(|_| network.send(1000)).count();
            network.rest(1);
        }
        // What 3 Mbit/s make in a round trip, an interval of feedback and some jitter; then one packet four times a second.
        assert!((20..100).contains(&sent), "{sent}");
        network.is_heard = true;
        network.rest(100);
        assert!(network.send(1), "the network is back");
    }
}
