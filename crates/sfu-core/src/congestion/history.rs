//! What was sent, for as long as feedback on it may come.

use std::collections::VecDeque;
use std::time::Instant;

use crate::limits::{SENT_AGE_MAX, SENT_PACKETS_MAX};

/// One packet on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    pub(super) number: u64,
    /// On the wire, with headers.
    pub(super) bytes: u32,
    pub(super) sent: Instant,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    InFlight,
    /// Feedback on later packets came, and none on this one: its feedback got lost, which says nothing about the packet.
    Unknown,
    Lost,
    Arrived,
}

/// Something that feedback says for the first time.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    pub(super) packet: Packet,
    /// It was reported as lost before, and only came late.
    pub(super) was_lost: bool,
    /// Bytes of the packets right before of which nothing was said: the feedback on them got lost.
    pub(super) skipped: u64,
}

/// The packets that were sent lately, by number.
#[derive(Debug, Default)]
pub(super) struct History {
    packets: VecDeque<Packet>,
    in_flight: u64,
    /// The first number of which nothing was reported, nor of any later.
    open: u64,
}

impl History {
    pub(super) fn sent(&mut self, number: u64, bytes: u32, now: Instant) {
        if self.packets.back().is_some_and(|newest| number <= newest.number) {
            return; // Numbers are given in order.
        }
        self.forget(now);
        if SENT_PACKETS_MAX <= self.packets.len() {
            self.drop_oldest();
        }
        self.packets.push_back(Packet { number, bytes, sent: now, fate: Fate::InFlight });
        self.in_flight += u64::from(bytes);
    }

    /// Takes one line of a feedback. None if it is of no packet that is known, or says nothing new.
    pub(super) fn reported(&mut self, wire: u16, has_arrived: bool) -> Option<News> {
        let newest = self.packets.back()?.number;
        // What was never sent is taken for something long forgotten.
        let number = newest.checked_sub(u64::from((newest as u16).wrapping_sub(wire)))?;
        let at = self.index_of(number);
        let packet = self.packets.get_mut(at).filter(|packet| packet.number == number)?;
        let fate = if has_arrived { Fate::Arrived } else { Fate::Lost };
        if packet.fate == fate || packet.fate == Fate::Arrived {
            return None;
        }
        let former = std::mem::replace(&mut packet.fate, fate);
        let packet = *packet;
        if former == Fate::InFlight {
            self.in_flight -= u64::from(packet.bytes);
        }
        let skipped = if self.open < number { self.skip_to(at) } else { 0 };
        self.open = self.open.max(number + 1);
        Some(News { packet, was_lost: former == Fate::Lost, skipped })
    }

    /// What was sent between the last number that was reported on and this place is in flight no longer.
    fn skip_to(&mut self, at: usize) -> u64 {
        let mut skipped = 0;
        for packet in self.packets.range_mut(self.index_of(self.open)..at) {
            if packet.fate == Fate::InFlight {
                packet.fate = Fate::Unknown;
                skipped += u64::from(packet.bytes);
            }
        }
        self.in_flight -= skipped;
        skipped
    }

    /// Where a number is, or would be. They are given one after the other, so that it is nearly always known where to look.
    fn index_of(&self, number: u64) -> usize {
        let [oldest, newest] = [self.packets.front(), self.packets.back()].map(|packet| packet.map(|one| one.number));
        if newest.is_none_or(|newest| newest < number) {
            return self.packets.len();
        }
        let at = usize::try_from(number.saturating_sub(oldest.unwrap_or_default())).unwrap_or(usize::MAX);
        match self.packets.get(at) {
            Some(packet) if packet.number == number => at,
            Some(_) | None => self.packets.partition_point(|packet| packet.number < number),
        }
    }

    pub(super) fn forget(&mut self, now: Instant) {
        while self.packets.front().is_some_and(|oldest| SENT_AGE_MAX < now.saturating_duration_since(oldest.sent)) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(Packet { bytes, fate: Fate::InFlight, .. }) = self.packets.pop_front() {
            self.in_flight -= u64::from(bytes);
        }
    }

    /// Bytes that were sent and of which nothing is known yet.
    pub(super) fn in_flight(&self) -> u64 {
        self.in_flight
    }

    /// The first number of which nothing was reported, nor of any later.
    pub(super) fn open(&self) -> u64 {
        self.open
    }

    /// When the oldest packet was sent for which feedback may still come.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        self.packets.get(self.index_of(self.open)).map(|packet| packet.sent)
    }

    /// Bits per second that were sent between two moments.
    pub(super) fn rate(&self, from: Instant, to: Instant) -> f64 {
        let some = self.packets.iter().rev().skip_while(|packet| to < packet.sent);
        let bytes: u64 = some.take_while(|packet| from <= packet.sent).map(|packet| u64::from(packet.bytes)).sum();
        bytes as f64 * 8.0 / to.saturating_duration_since(from).as_secs_f64().max(0.05)
    }

    pub(super) fn last_sent(&self) -> Option<Instant> {
        self.packets.back().map(|packet| packet.sent)
    }

    #[cfg(test)]
    pub(super) fn newest(&self) -> Option<u64> {
        self.packets.back().map(|packet| packet.number)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn a_packet_is_found_by_its_number_whether_some_are_missing_or_not() {
        let now = Instant::now();
        let mut history = History::default();
        let sent = [10, 11, 12, 20, 21, 30];
        sent.iter().for_each(|number| history.sent(*number, 100, now));
        for number in 0..40 {
            let place = sent.iter().position(|of| number <= *of).unwrap_or(sent.len());
            assert_eq!(history.index_of(number), place, "{number}");
        }
        assert!(history.reported(20, true).is_some());
        assert!(history.reported(15, true).is_none(), "it was never sent");
    }
}
