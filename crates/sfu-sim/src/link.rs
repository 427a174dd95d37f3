//! Networks as values, and the pipes that make them felt.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::time::Duration;

use sfu_core::Transport;

use crate::client::Packet;
use crate::dice::Dice;
use crate::time::TICK;

/// One direction of somebody's network: what is lost in the air, how long the way is, and a bottleneck with a queue in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    loss_percent: u8,
    burst_packets: u8,
    duplicate_percent: u8,
    reorder_percent: u8,
    reorder_by: Duration,
    delay: Duration,
    jitter: Duration,
    capacity: Vec<(Duration, u64)>, // From when, and how many bits a second; in order of time.
    queue_max: Duration,
    outages: Vec<Range<Duration>>,
    blocks_udp: bool,
}

/// A good link: nothing lost, 10 ms away, as wide as can be. The methods of [`Link`] make it worse.
#[must_use]
pub fn link() -> Link {
    Link {
        loss_percent: 0,
        burst_packets: 1,
        duplicate_percent: 0,
        reorder_percent: 0,
        reorder_by: Duration::ZERO,
        delay: Duration::from_millis(10),
        jitter: Duration::ZERO,
        capacity: Vec::new(),
        queue_max: QUEUE_MAX,
        outages: Vec::new(),
        blocks_udp: false,
    }
}

impl Link {
    /// Loses that many of 100 datagrams, each by its own throw.
    #[must_use]
    pub fn loss(mut self, percent: u8) -> Self {
        self.loss_percent = percent;
        self.burst_packets = 1;
        self
    }

    /// Loses that many of 100 datagrams, but `packets` in a row on average: a Gilbert-Elliott channel whose good state loses nothing and whose
    /// bad state loses all. `percent` must be below 100 and `packets` at least 1.
    #[must_use]
    pub fn burst_loss(mut self, percent: u8, packets: u8) -> Self {
        self.loss_percent = percent;
        self.burst_packets = packets;
        self
    }

    /// Delivers that many of 100 datagrams twice.
    #[must_use]
    pub fn duplicate(mut self, percent: u8) -> Self {
        self.duplicate_percent = percent;
        self
    }

    /// Delivers that many of 100 datagrams late by `by`, behind others that were sent after them.
    #[must_use]
    pub fn reorder(mut self, percent: u8, by: Duration) -> Self {
        self.reorder_percent = percent;
        self.reorder_by = by;
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

    /// Carries no more than that, from the beginning on.
    #[must_use]
    pub fn rate(self, bits_per_second_max: u64) -> Self {
        self.rate_from(Duration::ZERO, bits_per_second_max)
    }

    /// Carries no more than that from a time of the scenario on, until the next such time. What waits then waits at the new rate.
    #[must_use]
    pub fn rate_from(mut self, at: Duration, bits_per_second_max: u64) -> Self {
        self.capacity.retain(|(from, _)| *from != at);
        self.capacity.push((at, bits_per_second_max.max(1)));
        self.capacity.sort_unstable();
        self
    }

    /// Drops what would wait longer than that in front of the bottleneck. [`QUEUE_MAX`] unless said otherwise.
    #[must_use]
    pub fn queue(mut self, queue_max: Duration) -> Self {
        self.queue_max = queue_max;
        self
    }

    /// Carries nothing during that time of the scenario. May be said more than once.
    #[must_use]
    pub fn outage(mut self, during: Range<Duration>) -> Self {
        self.outages.push(during);
        self
    }

    /// Lets no UDP through, as some networks of offices and hospitals do: what passes goes by TCP.
    #[must_use]
    pub fn without_udp(mut self) -> Self {
        self.blocks_udp = true;
        self
    }

    pub(crate) fn is_out(&self, at: Duration) -> bool {
        self.outages.iter().any(|outage| outage.contains(&at))
    }

    pub(crate) fn outages(&self) -> &[Range<Duration>] {
        &self.outages
    }

    /// When the bottleneck has passed on that many bytes if it begins at `from`.
    fn passed(&self, from: Duration, bytes: usize) -> Duration {
        let mut bit_nanos = u128::from(bytes as u64 * 8) * 1_000_000_000; // Bits, times nanoseconds in a second.
        let mut at = from;
        loop {
            let after = self.capacity.partition_point(|(since, _)| *since <= at);
            let until = self.capacity.get(after).map(|(since, _)| *since);
            let Some((_, rate)) = after.checked_sub(1).map(|index| self.capacity[index]) else {
                return at; // As wide as can be.
            };
            let needed = Duration::from_nanos(u64::try_from(bit_nanos / u128::from(rate)).unwrap_or(u64::MAX));
            match until {
                Some(until) if until < at + needed => {
                    bit_nanos -= (until - at).as_nanos() * u128::from(rate);
                    at = until;
                }
                Some(_) | None => return at + needed,
            }
        }
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

impl Net {
    pub(crate) fn blocks_udp(&self) -> bool {
        self.up.blocks_udp || self.down.blocks_udp
    }
}

impl From<Link> for Net {
    fn from(link: Link) -> Self {
        Self { up: link.clone(), down: link }
    }
}

/// The longest wait in front of a bottleneck unless [`Link::queue`] says otherwise: about what a home router holds.
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
    pub(crate) traffic: Traffic,
    /// A number that is equal for equal datagrams at equal times.
    pub(crate) trace: u64,
    dice: Dice,
    offered: Vec<Packet>,
    in_flight: BTreeMap<(Duration, u64), Packet>,
    serial: u64,
    busy_until: Duration,
    in_burst: bool,
    stream_at: Duration, // When the last piece of a TCP stream arrives.
}

/// What one direction of somebody's network carried and did to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes of UDP payload that were put in front of the link.
    pub offered_bytes: u64,
    /// Datagrams lost in the air or to an outage.
    pub lost: u64,
    /// Datagrams dropped because the queue was full.
    pub dropped: u64,
    /// How often a datagram came later than one sent after it.
    pub late: u64,
    /// The longest wait in front of the bottleneck.
    pub queue_max: Duration,
    waits: Vec<(Duration, Duration)>, // When, and how long; of links with a bottleneck.
}

impl Traffic {
    /// How long `percent` of 100 datagrams that were offered meanwhile waited in front of the bottleneck at most; 100 for the longest wait.
    #[must_use]
    pub fn queue_percentile(&self, percent: u8, during: Range<Duration>) -> Duration {
        let offered = self.waits.iter().filter(|(at, _)| during.contains(at));
        let mut waits: Vec<Duration> = offered.map(|(_, wait)| *wait).collect();
        waits.sort_unstable();
        let index = (waits.len() * usize::from(percent.min(100))).div_ceil(100).saturating_sub(1);
        waits.get(index).copied().unwrap_or_default()
    }

    /// How often something did not arrive, or not in order. 0 if everything did.
    pub(crate) fn misses(&self) -> u64 {
        self.lost + self.dropped + self.late
    }
}

impl Pipe {
    pub(crate) fn new(link: Link, dice: Dice) -> Self {
        Self {
            link,
            traffic: Traffic::default(),
            trace: 0,
            dice,
            offered: Vec::new(),
            in_flight: BTreeMap::new(),
            serial: 0,
            busy_until: Duration::ZERO,
            in_burst: false,
            stream_at: Duration::ZERO,
        }
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
            self.traffic.offered_bytes += weight(&packet) as u64;
            self.note(&packet, now);
            let (lost, twice) = (self.is_lost(), self.dice.percent(self.link.duplicate_percent));
            let (first, second) = (self.lateness(), self.lateness());
            if packet.transport == Transport::Tcp {
                self.stream(packet, now);
                continue;
            }
            if lost || self.link.blocks_udp || self.link.is_out(now) {
                self.traffic.lost += 1;
                continue;
            }
            let Some(leaves) = self.through_bottleneck(&packet, now) else {
                self.traffic.dropped += 1;
                continue;
            };
            if twice {
                self.deliver(leaves + second, packet.clone());
            }
            self.deliver(leaves + first, packet);
        }
        self.offered = offered; // Keeps the allocation.
    }

    fn note(&mut self, packet: &Packet, now: Duration) {
        let mut hasher = DefaultHasher::new(); // Fixed keys: the same everywhere.
        (self.trace, now, packet.transport, packet.from, packet.to, weight(packet)).hash(&mut hasher);
        self.trace = hasher.finish();
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

    /// A piece of a TCP stream: late by a retransmission per loss, and never before the piece that was sent before it.
    fn stream(&mut self, packet: Packet, now: Duration) {
        let Some(leaves) = self.through_bottleneck(&packet, now) else {
            self.traffic.dropped += 1; // Our own socket's buffer is full.
            return;
        };
        let sent = self.link.letter(leaves, &mut self.dice).saturating_sub(self.link.delay);
        self.stream_at = self.stream_at.max(sent);
        self.deliver(self.stream_at, packet);
    }

    /// Always takes the same number of throws, so that one link's loss moves nothing else of it.
    fn is_lost(&mut self) -> bool {
        let (loss, burst) = (u64::from(self.link.loss_percent.min(99)), u64::from(self.link.burst_packets.max(1)));
        if burst == 1 {
            return self.dice.percent(self.link.loss_percent);
        }
        // In the long run, `loss` of 100 datagrams meet the bad state: entering is to leaving as lost is to kept.
        let thrown = self.dice.below(1_000_000);
        self.in_burst =
            if self.in_burst { 1_000_000 / burst <= thrown } else { thrown < 1_000_000 * loss / (100 - loss) / burst };
        self.in_burst
    }

    fn lateness(&mut self) -> Duration {
        let nanos = u64::try_from(self.link.jitter.as_nanos()).unwrap_or(u64::MAX);
        let jitter = Duration::from_nanos(self.dice.below(nanos.saturating_add(1)));
        jitter + if self.dice.percent(self.link.reorder_percent) { self.link.reorder_by } else { Duration::ZERO }
    }

    fn through_bottleneck(&mut self, packet: &Packet, now: Duration) -> Option<Duration> {
        let starts = self.busy_until.max(now);
        let wait = starts - now;
        if self.link.queue_max < wait {
            return None;
        }
        if !self.link.capacity.is_empty() {
            self.traffic.queue_max = self.traffic.queue_max.max(wait);
            self.traffic.waits.push((now, wait));
        }
        self.busy_until = self.link.passed(starts, weight(packet));
        Some(self.busy_until)
    }

    fn deliver(&mut self, leaves: Duration, packet: Packet) {
        self.serial += 1;
        let at = leaves + self.link.delay.max(TICK);
        self.traffic.late += self.in_flight.range((at, u64::MAX)..).count() as u64;
        self.in_flight.insert((at, self.serial), packet);
    }
}

/// What a datagram costs, in bytes.
fn weight(packet: &Packet) -> usize {
    match packet.bytes.first() {
        Some(20..=22) => HANDSHAKE_BYTES,
        Some(128..=191) if crate::media::is_rtcp(&packet.bytes) => FEEDBACK_BYTES,
        Some(_) | None => packet.bytes.len(),
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
        Packet { transport: Transport::Udp, from: nobody, to: nobody, bytes: vec![128, 96, 0, number], step: 0 }
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
    fn loss_in_bursts_is_as_much_and_comes_in_a_row() {
        let mut pipe = Pipe::new(link().burst_loss(10, 8), Dice::new(1, 1));
        let lost: Vec<bool> = (0..20_000).map(|_| pipe.is_lost()).collect();
        let all = lost.iter().filter(|lost| **lost).count();
        let bursts = lost.windows(2).filter(|pair| pair[0] && !pair[1]).count();
        assert!((1_700..2_300).contains(&all), "{all}");
        assert!((6..10).contains(&(all / bursts)), "{all} in {bursts}");
    }

    #[test]
    fn a_reordered_datagram_comes_late() {
        let arrived = deliver(link().reorder(10, Duration::from_millis(50)), 200);
        assert_eq!(arrived.len(), 200);
        let late = arrived.windows(2).filter(|pair| pair[1].1 < pair[0].1).count();
        assert!((10..=20).contains(&late), "{late}");
    }

    #[test]
    fn what_waits_when_the_rate_drops_waits_at_the_new_rate() {
        // 100 bytes take 1 ms before and 10 ms after the drop in its midst.
        let link = link().rate(800_000).rate_from(Duration::from_micros(500), 80_000);
        assert_eq!(link.passed(Duration::ZERO, 100), Duration::from_micros(5_500));
        assert_eq!(link.passed(Duration::from_secs(1), 100), Duration::from_millis(1_010));
    }

    #[test]
    fn the_queue_is_measured_and_bounded() {
        let mut pipe = Pipe::new(link().rate(8_000).queue(Duration::from_millis(60)), Dice::new(1, 1));
        for number in 0..100 {
            pipe.offer(Packet { bytes: vec![128; 10], ..packet(number) });
        }
        pipe.flush(Duration::ZERO);
        // 10 ms each: seven fit, of which the last waited 60 ms.
        assert_eq!((pipe.traffic.dropped, pipe.traffic.queue_max), (93, Duration::from_millis(60)));
        let all = Duration::ZERO..Duration::MAX;
        let percentile = |percent| pipe.traffic.queue_percentile(percent, all.clone()).as_millis();
        assert_eq!([0, 50, 95, 100].map(percentile), [0, 30, 60, 60]);
    }

    #[test]
    fn a_stream_passes_where_udp_does_not_and_keeps_its_order() {
        let mut pipe = Pipe::new(link().without_udp().loss(20), Dice::new(1, 1));
        for number in 0..100 {
            pipe.offer(packet(number));
            pipe.offer(Packet { transport: Transport::Tcp, ..packet(number) });
            pipe.flush(Duration::from_millis(u64::from(number)));
        }
        let arrived: Vec<u8> = std::iter::from_fn(|| pipe.take(Duration::MAX)).map(|packet| packet.bytes[3]).collect();
        assert!(arrived.into_iter().eq(0..100));
    }

    #[test]
    fn an_outage_takes_all() {
        let arrived = deliver(link().outage(Duration::from_millis(50)..Duration::from_millis(100)), 200);
        assert!(arrived.iter().all(|(_, number)| !(50..100).contains(number)));
        assert_eq!(arrived.len(), 150);
    }
}
