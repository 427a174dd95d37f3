//! Networks as values, and the pipes that make them felt.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use crate::client::Packet;
use crate::dice::Dice;
use crate::time::TICK;

/// One direction of somebody's network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    loss_percent: u8,
    duplicate_percent: u8,
    delay: Duration,
    jitter: Duration,
    bits_per_second_max: Option<u64>,
    outages: Vec<Range<Duration>>,
}

/// A good link: nothing lost, 10 ms away. The methods of [`Link`] make it worse.
#[must_use]
pub fn link() -> Link {
    let delay = Duration::from_millis(10);
    Link {
        loss_percent: 0,
        duplicate_percent: 0,
        delay,
        jitter: Duration::ZERO,
        bits_per_second_max: None,
        outages: Vec::new(),
    }
}

impl Link {
    /// Loses that many of 100 datagrams.
    #[must_use]
    pub fn loss(mut self, percent: u8) -> Self {
        self.loss_percent = percent;
        self
    }

    /// Delivers that many of 100 datagrams twice.
    #[must_use]
    pub fn duplicate(mut self, percent: u8) -> Self {
        self.duplicate_percent = percent;
        self
    }

    /// Takes that long.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Takes up to that much longer, each datagram for itself: they overtake each other.
    #[must_use]
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// Carries no more than that, and drops what would wait longer than [`QUEUE_MAX`].
    #[must_use]
    pub fn rate(mut self, bits_per_second_max: u64) -> Self {
        self.bits_per_second_max = Some(bits_per_second_max);
        self
    }

    /// Carries nothing during that time of the scenario. May be said more than once.
    #[must_use]
    pub fn outage(mut self, during: Range<Duration>) -> Self {
        self.outages.push(during);
        self
    }

    pub(crate) fn is_out(&self, at: Duration) -> bool {
        self.outages.iter().any(|outage| outage.contains(&at))
    }

    pub(crate) fn outages(&self) -> &[Range<Duration>] {
        &self.outages
    }

    /// When a letter of a stream transport sent at `at` arrives: late by a retransmission per loss, after any outage, never lost.
    pub(crate) fn letter(&self, mut at: Duration, dice: &mut Dice) -> Duration {
        while let Some(outage) = self.outages.iter().find(|outage| outage.contains(&at)) {
            at = outage.end;
        }
        let mut wait = STREAM_RETRANSMIT;
        while dice.percent(self.loss_percent) && wait < STREAM_RETRANSMIT * 16 {
            at += wait;
            wait *= 2;
        }
        at + self.delay
    }
}

/// Both directions of somebody's network. A [`Link`] by itself means the same both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    /// Towards the server.
    pub up: Link,
    /// From the server.
    pub down: Link,
}

impl From<Link> for Net {
    fn from(link: Link) -> Self {
        Self { up: link.clone(), down: link }
    }
}

/// The longest queue in front of a link with a rate: about what a home router holds.
pub const QUEUE_MAX: Duration = Duration::from_millis(500);

/// First wait of a stream transport before it sends again (RFC 6298 allows no less than 1 s, Linux takes 200 ms).
const STREAM_RETRANSMIT: Duration = Duration::from_millis(200);

/// What a datagram of a DTLS handshake costs on a link with a rate, whatever its size: signatures vary by a few bytes from key to key, and a
/// seed must not turn out one way or another by that.
const HANDSHAKE_BYTES: usize = 700;
/// The same for RTCP: str0m packs reports in the order of its hash tables, which changes the padding.
const FEEDBACK_BYTES: usize = 120;

/// One direction while the scenario runs.
pub(crate) struct Pipe {
    pub(crate) link: Link,
    dice: Dice,
    offered: Vec<Packet>,
    in_flight: BTreeMap<(Duration, u64), Packet>,
    serial: u64,
    busy_until: Duration,
}

impl Pipe {
    pub(crate) fn new(link: Link, dice: Dice) -> Self {
        Self { link, dice, offered: Vec::new(), in_flight: BTreeMap::new(), serial: 0, busy_until: Duration::ZERO }
    }

    /// Puts a datagram in front of the link; it leaves with [`Pipe::flush`].
    pub(crate) fn offer(&mut self, packet: Packet) {
        self.offered.push(packet);
    }

    /// Sends what was offered during this step, in an order that depends on the datagrams alone: within one instant, a WebRTC stack sends in the
    /// order of its hash tables.
    pub(crate) fn flush(&mut self, now: Duration) {
        let mut offered = std::mem::take(&mut self.offered);
        offered.sort_by_key(order);
        for packet in offered.drain(..) {
            let (lost, twice) =
                (self.dice.percent(self.link.loss_percent), self.dice.percent(self.link.duplicate_percent));
            let (first, second) = (self.jitter(), self.jitter());
            if lost || self.link.is_out(now) {
                continue;
            }
            let Some(leaves) = self.through_bottleneck(&packet, now) else { continue };
            if twice {
                self.deliver(leaves + second, packet.clone());
            }
            self.deliver(leaves + first, packet);
        }
        self.offered = offered; // Keeps the allocation.
    }

    /// The next arrival.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.in_flight.first_key_value().map(|((at, _), _)| *at)
    }

    /// What has arrived.
    pub(crate) fn take(&mut self, now: Duration) -> Option<Packet> {
        let entry = self.in_flight.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }

    fn jitter(&mut self) -> Duration {
        let nanos = u64::try_from(self.link.jitter.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.dice.below(nanos + 1))
    }

    fn through_bottleneck(&mut self, packet: &Packet, now: Duration) -> Option<Duration> {
        let Some(rate) = self.link.bits_per_second_max else { return Some(now) };
        let bytes = match packet.bytes.first() {
            Some(20..=22) => HANDSHAKE_BYTES,
            Some(128..=191) if crate::media::is_rtcp(&packet.bytes) => FEEDBACK_BYTES,
            Some(_) | None => packet.bytes.len(),
        };
        let starts = self.busy_until.max(now);
        if QUEUE_MAX < starts - now {
            return None;
        }
        self.busy_until = starts + Duration::from_nanos(bytes as u64 * 8 * 1_000_000_000 / rate);
        Some(self.busy_until)
    }

    fn deliver(&mut self, leaves: Duration, packet: Packet) {
        self.serial += 1;
        self.in_flight.insert((leaves + self.link.delay.max(TICK), self.serial), packet);
    }
}

/// The first bytes of a datagram as far as they do not depend on keys.
fn order(packet: &Packet) -> (std::net::SocketAddr, std::net::SocketAddr, [u8; 12]) {
    let mut head = [0; 12];
    let known = match packet.bytes.first() {
        Some(20..=63) => 11, // DTLS: type, version, epoch, sequence number.
        Some(128..=191) if crate::media::is_rtcp(&packet.bytes) => 4, // RTCP: header; the sender is any of several, the rest is encrypted.
        Some(_) | None => 12,
    };
    for (to, from) in head.iter_mut().zip(&packet.bytes[..known.min(packet.bytes.len())]) {
        *to = *from;
    }
    (packet.from, packet.to, head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(number: u8) -> Packet {
        let nobody = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
        Packet { from: nobody, to: nobody, bytes: vec![128, 96, 0, number], step: 0 }
    }

    fn deliver(link: Link, count: u8) -> Vec<(Duration, u8)> {
        let mut pipe = Pipe::new(link, Dice::new(1, 1));
        for number in 0..count {
            pipe.offer(packet(number));
            pipe.flush(Duration::from_millis(u64::from(number)));
        }
        let mut arrived = Vec::new();
        while let Some(at) = pipe.next() {
            arrived.push((at, pipe.take(at).expect("it has arrived").bytes[3]));
        }
        arrived
    }

    #[test]
    fn a_good_link_keeps_all_and_order() {
        let arrived = deliver(link(), 200);
        assert!(arrived.iter().map(|(_, number)| *number).eq(0..200));
    }

    #[test]
    fn loss_is_about_what_was_asked_for() {
        assert!((140..180).contains(&deliver(link().loss(20), 200).len()));
    }

    #[test]
    fn jitter_reorders_and_duplicates_come_twice() {
        let arrived = deliver(link().jitter(Duration::from_millis(20)).duplicate(50), 200);
        assert!((270..330).contains(&arrived.len()));
        assert!(!arrived.is_sorted_by_key(|(_, number)| *number));
    }

    #[test]
    fn a_narrow_link_delays_and_then_drops() {
        let slow = link().rate(320); // 40 bytes a second: ten of these datagrams.
        let arrived = deliver(slow, 200);
        assert!(arrived.len() < 10);
        assert!(arrived.last().expect("some arrive").0 <= QUEUE_MAX * 3);
    }

    #[test]
    fn an_outage_takes_all() {
        let arrived = deliver(link().outage(Duration::from_millis(50)..Duration::from_millis(100)), 200);
        assert!(arrived.iter().all(|(_, number)| !(50..100).contains(number)));
        assert_eq!(arrived.len(), 150);
    }
}
