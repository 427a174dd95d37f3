//! A viewer's network as a value, for tests: a bottleneck behind a queue, and somebody who sends through it what the
//! controller allows. Time goes in steps of a millisecond; one seed is one run.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::{Controller, HEADER_BYTES};

/// From when on something has which value: `[(0, a), (5_000, b)]` is `a` for five seconds. Milliseconds.
pub(super) type Course<T> = Vec<(u64, T)>;

fn at<T: Copy>(course: &Course<T>, ms: u64) -> T {
    course.iter().rev().find(|(from, _)| *from <= ms).expect("a course begins at zero").1
}

/// The way to the viewer and back.
#[derive(Clone)]
pub(super) struct Link {
    /// What the bottleneck carries, bits per second. Zero is an outage: what is sent into it is gone, and feedback too.
    pub(super) rate: Course<u64>,
    /// What the queue before it holds, in milliseconds of the rate at the time; what comes on top is dropped.
    pub(super) queue_ms: u64,
    /// A bottleneck that drops instead of queueing: a token bucket with that many milliseconds of the rate.
    pub(super) policer_ms: Option<u64>,
    /// Share of packets that get lost whatever the rate.
    pub(super) loss: Course<f64>,
    /// One way, each way.
    pub(super) delay_ms: Course<u64>,
    /// Up to that much more or less, for each packet.
    pub(super) jitter_ms: f64,
    /// Whether jitter may change the order of packets.
    pub(super) reorders: bool,
    /// Every so often, for so long, so much more delay. Milliseconds.
    pub(super) spikes: Option<(u64, u64, u64)>,
    /// Somebody else sends that through the same bottleneck, bits per second.
    pub(super) cross: Course<u64>,
    /// Somebody downloads as fast as TCP can (a window that grows by a packet each round trip and falls by a third when
    /// a packet is dropped), from that millisecond on.
    pub(super) download: Option<u64>,
    pub(super) feedback_ms: u64,
    pub(super) feedback_loss: f64,
    /// From when to when feedback is held back, to come all at once. Milliseconds.
    pub(super) feedback_held: Option<(u64, u64)>,
    pub(super) seed: u64,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            rate: vec![(0, 5_000_000)],
            queue_ms: 1_000,
            policer_ms: None,
            loss: vec![(0, 0.0)],
            delay_ms: vec![(0, 30)],
            jitter_ms: 1.0,
            reorders: false,
            spikes: None,
            cross: vec![(0, 0)],
            download: None,
            feedback_ms: 75,
            feedback_loss: 0.0,
            feedback_held: None,
            seed: 1,
        }
    }
}

/// Who sends: frames of a camera at 30 a second, never more than the estimate unless the layers leave no choice.
#[derive(Clone)]
pub(super) struct Sender {
    /// What there is to send, bits per second.
    pub(super) content: Course<u64>,
    pub(super) adapts: Adapts,
    pub(super) desired: Course<u64>,
    pub(super) initial: u64,
    /// Every so often a frame is eight times as large.
    pub(super) keyframes_ms: Option<u64>,
    /// Whether padding is there to probe with.
    pub(super) pads: bool,
}

/// How the sender follows the estimate.
#[derive(Clone)]
pub(super) enum Adapts {
    /// Any rate.
    Smoothly,
    /// The largest of these that fits, at least the first.
    Layers(&'static [u64]),
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            content: vec![(0, 1_700_000)],
            adapts: Adapts::Smoothly,
            desired: vec![(0, 1_700_000)],
            initial: 300_000,
            keyframes_ms: None,
            pads: true,
        }
    }
}

/// One millisecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) ms: u64,
    /// Bits per second.
    pub(super) estimate: u64,
    /// How long the queue takes to empty.
    pub(super) queue_ms: f64,
    pub(super) media_bytes: u64,
    pub(super) padding_bytes: u64,
    /// Packets of media that were sent, and of these dropped.
    pub(super) media_packets: u32,
    pub(super) lost: u32,
    pub(super) is_probing: bool,
    /// Queue, outage, or one of both kinds of probe.
    pub(super) state: &'static str,
}

pub(super) struct Run {
    pub(super) samples: Vec<Sample>,
    pub(super) controller: Controller,
    pub(super) end: Instant,
    /// When the controller asked to be woken.
    pub(super) wakes: Vec<u64>,
}

impl Run {
    pub(super) fn wakes_after(&self, from_ms: u64) -> usize {
        self.wakes.iter().filter(|ms| from_ms <= **ms).count()
    }

    pub(super) fn span(&self, from_ms: u64, to_ms: u64) -> &[Sample] {
        &self.samples[from_ms as usize..(to_ms as usize).min(self.samples.len())]
    }

    pub(super) fn estimates(&self, from_ms: u64, to_ms: u64) -> impl Iterator<Item = u64> {
        self.span(from_ms, to_ms).iter().map(|sample| sample.estimate)
    }

    pub(super) fn least(&self, from_ms: u64, to_ms: u64) -> u64 {
        self.estimates(from_ms, to_ms).min().expect("samples")
    }

    pub(super) fn most(&self, from_ms: u64, to_ms: u64) -> u64 {
        self.estimates(from_ms, to_ms).max().expect("samples")
    }

    pub(super) fn mean(&self, from_ms: u64, to_ms: u64) -> u64 {
        self.estimates(from_ms, to_ms).sum::<u64>() / (to_ms - from_ms)
    }

    /// When, after `from_ms`, the estimate is first so.
    pub(super) fn first(&self, from_ms: u64, is: impl Fn(u64) -> bool) -> Option<u64> {
        let mut later = self.samples[from_ms as usize..].iter();
        later.find(|sample| is(sample.estimate)).map(|sample| sample.ms - from_ms)
    }

    /// Milliseconds in which the queue was longer.
    pub(super) fn queued_over(&self, queue_ms: f64, from_ms: u64, to_ms: u64) -> usize {
        self.span(from_ms, to_ms).iter().filter(|sample| queue_ms < sample.queue_ms).count()
    }

    pub(super) fn queue_quantile(&self, quantile: f64, from_ms: u64, to_ms: u64) -> f64 {
        let mut queues: Vec<f64> = self.span(from_ms, to_ms).iter().map(|sample| sample.queue_ms).collect();
        queues.sort_by(f64::total_cmp);
        queues[((queues.len() - 1) as f64 * quantile) as usize]
    }

    /// Bits per second of something.
    pub(super) fn rate(&self, of: impl Fn(&Sample) -> u64, from_ms: u64, to_ms: u64) -> u64 {
        self.span(from_ms, to_ms).iter().map(of).sum::<u64>() * 8_000 / (to_ms - from_ms)
    }

    pub(super) fn probing_share(&self, from_ms: u64, to_ms: u64) -> f64 {
        let probing = self.span(from_ms, to_ms).iter().filter(|sample| sample.is_probing).count();
        probing as f64 / (to_ms - from_ms) as f64
    }
}

/// Bits per second that a voice takes, headers included.
const SOUND: u64 = 118 * 8 * 50;

/// A number after which nobody looks: other people's traffic.
const CROSS: u64 = u64::MAX;

struct Network<'a> {
    link: &'a Link,
    dice: Dice,
    /// Number and bytes with headers.
    queue: VecDeque<(u64, u64)>,
    queued_bytes: u64,
    /// Bits of the first that were carried, and that the bottleneck may still carry.
    credit: f64,
    tokens: f64,
    cross_owed: f64,
    window: f64,
    window_cut_at: u64,
    last_arrival: f64,
    /// On their way behind the bottleneck: arrival in microseconds.
    flying: Vec<(f64, u64)>,
    dropped: u32,
}

impl Network<'_> {
    fn send(&mut self, number: u64, bytes: u64, ms: u64) {
        let rate = at(&self.link.rate, ms);
        let is_unlucky = number != CROSS && self.dice.unit() < at(&self.link.loss, ms);
        let fits = match self.link.policer_ms {
            Some(_) => bytes as f64 * 8.0 <= self.tokens,
            None => self.queued_bytes + bytes <= (rate * self.link.queue_ms / 8_000).max(3_000),
        };
        if rate == 0 || is_unlucky || !fits {
            self.dropped += 1;
        } else if self.link.policer_ms.is_some() {
            self.tokens -= bytes as f64 * 8.0;
            self.leave(number, ms as f64, ms);
        } else {
            self.queue.push_back((number, bytes));
            self.queued_bytes += bytes;
        }
    }

    fn leave(&mut self, number: u64, at_ms: f64, ms: u64) {
        if number == CROSS {
            return;
        }
        let spike = match self.link.spikes {
            Some((every, lasting, more)) if ms % every < lasting => more,
            Some(_) | None => 0,
        };
        let jitter = (self.dice.unit() * 2.0 - 1.0) * self.link.jitter_ms + self.link.jitter_ms;
        let arrival = at_ms + at(&self.link.delay_ms, ms) as f64 + spike as f64 + jitter;
        let arrival = if self.link.reorders { arrival } else { arrival.max(self.last_arrival) };
        self.last_arrival = arrival;
        self.flying.push((arrival, number));
    }

    fn step(&mut self, ms: u64) {
        let rate = at(&self.link.rate, ms) as f64;
        if let Some(bucket_ms) = self.link.policer_ms {
            self.tokens = (self.tokens + rate / 1e3).min(rate / 1e3 * bucket_ms as f64);
        }
        if rate == 0.0 {
            (self.queued_bytes, self.credit) = (0, 0.0);
            self.queue.clear();
            return;
        }
        self.cross_owed += at(&self.link.cross, ms) as f64 / 1e3;
        let round_trip = (2 * at(&self.link.delay_ms, ms)) as f64 + self.queue_ms(ms);
        if self.link.download.is_some_and(|from| from <= ms) {
            self.cross_owed += self.window * 8.0 / round_trip;
            self.window += 1_200.0 / round_trip;
        }
        while 9_600.0 <= self.cross_owed {
            self.cross_owed -= 9_600.0;
            let dropped = self.dropped;
            self.send(CROSS, 1_200, ms);
            if dropped < self.dropped && self.window_cut_at + round_trip as u64 <= ms {
                (self.window, self.window_cut_at) = ((self.window * 0.7).max(2_400.0), ms);
            }
            self.dropped = dropped;
        }
        let had = self.credit;
        self.credit += rate / 1e3;
        let mut used = -had;
        while let Some(&(number, bytes)) = self.queue.front() {
            let bits = bytes as f64 * 8.0;
            if self.credit < bits {
                return;
            }
            self.credit -= bits;
            used += bits;
            self.queue.pop_front();
            self.queued_bytes -= bytes;
            self.leave(number, ms as f64 + used.max(0.0) / rate * 1e3, ms);
        }
        self.credit = 0.0;
    }

    fn queue_ms(&self, ms: u64) -> f64 {
        let rate = at(&self.link.rate, ms);
        if rate == 0 { 0.0 } else { self.queued_bytes as f64 * 8e3 / rate as f64 }
    }
}

/// One feedback.
type Lines = Vec<(u16, Option<i64>)>;

/// What the receiver owes an answer for.
#[derive(Default)]
struct Receiver {
    /// By number, in microseconds.
    arrived: BTreeMap<u64, i64>,
    reported_to: u64,
}

impl Receiver {
    /// As libwebrtc: all from the first that was not reported yet to the highest that came.
    fn report(&mut self) -> Lines {
        let Some((&last, _)) = self.arrived.last_key_value() else { return Vec::new() };
        let first = self.reported_to.min(*self.arrived.keys().next().expect("not empty"));
        let lines = (first..=last).map(|number| (number as u16, self.arrived.get(&number).copied()));
        let lines = lines.collect();
        self.reported_to = last + 1;
        self.arrived.clear();
        lines
    }
}

/// The receiver's clock has nothing to do with ours. Microseconds.
const RECEIVER_CLOCK: i64 = 987_654_321;

#[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
pub(super) fn start() -> Instant {
    Instant::now()
}

pub(super) fn run(link: &Link, sender: &Sender, seconds: u64) -> Run {
    run_with(link, sender, seconds, |_, _, _| {})
}

/// `meddle` is called in each millisecond.
pub(super) fn run_with(
    link: &Link,
    sender: &Sender,
    seconds: u64,
    mut meddle: impl FnMut(&mut Controller, u64, Instant),
) -> Run {
    let begin = start();
    let mut controller = Controller::new(begin, sender.initial);
    let mut network = Network {
        link,
        dice: Dice::new(link.seed),
        queue: VecDeque::new(),
        queued_bytes: 0,
        credit: 0.0,
        tokens: 0.0,
        cross_owed: 0.0,
        window: 12_000.0,
        window_cut_at: 0,
        last_arrival: 0.0,
        flying: Vec::new(),
        dropped: 0,
    };
    let mut receiver = Receiver::default();
    let mut back: VecDeque<(u64, Lines)> = VecDeque::new();
    let (mut number, mut samples, mut wakes) = (70_000, Vec::new(), Vec::new());
    receiver.reported_to = number;
    let mut frame: VecDeque<u64> = VecDeque::new();
    for ms in 0..seconds * 1_000 {
        let now = begin + Duration::from_millis(ms);
        meddle(&mut controller, ms, now);
        network.dropped = 0;
        while let Some((_, lines)) = back.pop_front_if(|(due, _)| *due <= ms) {
            controller.feedback(lines.into_iter(), now);
        }
        controller.aim(at(&sender.desired, ms), now);
        if controller.due().is_some_and(|due| due <= now) {
            controller.tick(now);
            wakes.push(ms);
        }
        let (mut media_bytes, mut padding_bytes, mut media_packets, mut lost) = (0, 0, 0, 0);
        let mut send = |controller: &mut Controller, is_media: bool, bytes: u64| {
            controller.sent(number, bytes as usize, now);
            let dropped = network.dropped;
            network.send(number, bytes + HEADER_BYTES as u64, ms);
            number += 1;
            if is_media {
                media_bytes += bytes + HEADER_BYTES as u64;
                media_packets += 1;
                lost += network.dropped - dropped;
            } else {
                padding_bytes += bytes + HEADER_BYTES as u64;
            }
        };
        if ms % 33 == 0 {
            let (content, estimate) = (at(&sender.content, ms), controller.estimate());
            let rate = match sender.adapts {
                Adapts::Smoothly => content.min(estimate),
                Adapts::Layers(layers) => {
                    let fits = layers.iter().rev().find(|layer| **layer <= estimate).or(layers.first());
                    content.min(*fits.expect("a layer"))
                }
            };
            let rate = rate.saturating_sub(SOUND);
            // Frames differ by a quarter, and their packets come with 2 ms between them.
            let is_key = sender.keyframes_ms.is_some_and(|every| ms % every < 33);
            let rate = if is_key { 8 * rate } else { rate };
            let mut bytes = (rate as f64 * 0.033 / 8.0 * (0.75 + 0.5 * Dice::hashed(ms))) as u64;
            while 0 < bytes {
                let packet = bytes.min(1_150);
                frame.push_back(packet.max(60) - HEADER_BYTES as u64);
                bytes -= packet;
            }
        }
        if ms % 20 == 7 && at(&sender.content, ms) != 0 {
            send(&mut controller, true, 90);
        }
        let per_step = frame.len().div_ceil(12).max(1);
        for _ in 0..if ms % 2 == 0 { per_step } else { 0 } {
            if let Some(bytes) = frame.pop_front() {
                send(&mut controller, true, bytes);
            }
        }
        let padding = controller.padding(now);
        let mut padding = if sender.pads { padding } else { 0 };
        while 0 < padding {
            let bytes = padding.clamp(50, 1_100);
            send(&mut controller, false, bytes as u64 - 1);
            padding = padding.saturating_sub(bytes);
        }
        network.step(ms);
        network.flying.sort_by(|a, b| a.0.total_cmp(&b.0));
        while network.flying.first().is_some_and(|(arrival, _)| *arrival < (ms + 1) as f64) {
            let (arrival, number) = network.flying.remove(0);
            receiver.arrived.insert(number, RECEIVER_CLOCK + (arrival * 4.0) as i64 * 250);
        }
        if ms % link.feedback_ms == 0 {
            let lines = receiver.report();
            let is_lost = network.dice.unit() < link.feedback_loss || at(&link.rate, ms) == 0;
            if !lines.is_empty() && !is_lost {
                let held = link.feedback_held.filter(|(from, to)| (*from..*to).contains(&ms));
                back.push_back((held.map_or(ms, |(_, to)| to) + at(&link.delay_ms, ms), lines));
            }
        }
        samples.push(Sample {
            ms,
            estimate: controller.estimate(),
            queue_ms: network.queue_ms(ms),
            media_bytes,
            padding_bytes,
            media_packets,
            lost,
            state: match &controller.probe {
                _ if controller.outage.is_some() => "outage",
                _ if controller.queueing.is_some() => "queue",
                Some(super::Probe { purpose: super::probe::Purpose::Trial(_), .. }) => "trial",
                Some(_) => "search",
                None => "",
            },
            is_probing: controller.probe.as_ref().is_some_and(super::Probe::is_running),
        });
    }
    Run { samples, controller, end: begin + Duration::from_secs(seconds), wakes }
}

/// Random numbers by xorshift.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn hashed(of: u64) -> f64 {
        let mut dice = Dice::new(of + 1);
        dice.unit();
        dice.unit()
    }
}
