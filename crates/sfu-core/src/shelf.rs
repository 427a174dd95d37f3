//! Media packets on their way, for their memory.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use crate::limits::{SHELVED_AGE_MAX, SHELVED_PACKETS_MAX};
use crate::plane::MediaPacket;

/// When all viewers are done with a packet, its memory serves the next one: while media flows steadily, none is asked for.
///
/// Sound and pictures have a shelf each, since pictures are kept for repair and sound is not: a shelf is looked at from its oldest end only.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// For the next packet.
    pub(crate) spare: Spare,
    sound: Kind,
    pictures: Kind,
}

/// Memory for a payload of sound, and of a picture.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    sound: Vec<u8>,
    picture: Vec<u8>,
}

impl Spare {
    pub(crate) fn of(&mut self, is_video: bool) -> &mut Vec<u8> {
        if is_video { &mut self.picture } else { &mut self.sound }
    }
}

#[derive(Debug, Default)]
struct Kind {
    packets: VecDeque<(Instant, Arc<MediaPacket>)>,
}

impl Shelf {
    /// Makes a packet one that viewers share. The memory of an older one's payload is spare then.
    pub(crate) fn share(&mut self, packet: MediaPacket, now: Instant) -> Arc<MediaPacket> {
        let is_video = packet.format.codec().is_video();
        let kind = if is_video { &mut self.pictures } else { &mut self.sound };
        kind.share(packet, self.spare.of(is_video), now)
    }

    /// Frees what has not been of use for long.
    pub(crate) fn forget(&mut self, now: Instant) {
        self.sound.forget(now);
        self.pictures.forget(now);
        for (kind, is_video) in [(&self.sound, false), (&self.pictures, true)] {
            if kind.packets.is_empty() {
                *self.spare.of(is_video) = Vec::new(); // What was in it has been heard and seen.
            }
        }
    }

    /// Frees everything that nobody uses.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Kind {
    fn share(&mut self, packet: MediaPacket, spare: &mut Vec<u8>, now: Instant) -> Arc<MediaPacket> {
        if self.packets.len() == SHELVED_PACKETS_MAX {
            self.packets.pop_front();
        }
        let done = self.packets.front_mut().and_then(|(_, oldest)| Arc::get_mut(oldest));
        let shared = match done {
            Some(done) => {
                *spare = std::mem::replace(done, packet).payload;
                self.packets.pop_front().expect("there is an oldest one").1
            }
            None => Arc::new(packet),
        };
        self.packets.push_back((now, Arc::clone(&shared)));
        shared
    }

    fn forget(&mut self, now: Instant) {
        let is_over = |(since, packet): &(Instant, Arc<MediaPacket>)| {
            SHELVED_AGE_MAX < now.saturating_duration_since(*since) && Arc::strong_count(packet) == 1
        };
        while self.packets.front().is_some_and(is_over) {
            self.packets.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn packet(sequence: u64, now: Instant) -> MediaPacket {
        MediaPacket::vp8(sequence, now)
    }

    #[test]
    fn the_memory_of_a_packet_serves_another_when_all_viewers_are_done_with_it_and_not_before() {
        let now = start();
        let mut shelf = Shelf::default();
        let first = shelf.share(packet(1, now), now);
        assert_eq!(shelf.spare.picture.capacity(), 0, "nothing was there yet");
        let place = Arc::as_ptr(&first);
        let second = shelf.share(packet(2, now), now);
        assert_eq!(shelf.spare.picture.capacity(), 0, "the first is still seen");
        assert_eq!((first.sequence, second.sequence), (1, 2));
        drop(first);
        let third = shelf.share(packet(3, now), now);
        assert_eq!(Arc::as_ptr(&third), place);
        assert_ne!(shelf.spare.picture.capacity(), 0);
        assert_eq!((second.sequence, third.sequence), (2, 3));
    }

    #[test]
    fn what_is_not_used_again_is_freed_after_a_while() {
        let now = start();
        let mut shelf = Shelf::default();
        let seen = shelf.share(packet(1, now), now);
        let unseen = shelf.share(packet(2, now), now);
        drop(unseen);
        shelf.forget(now + SHELVED_AGE_MAX + Duration::from_millis(1));
        assert_eq!(shelf.pictures.packets.len(), 2, "the oldest is still seen");
        drop(seen);
        shelf.forget(now + SHELVED_AGE_MAX);
        assert_eq!(shelf.pictures.packets.len(), 2);
        shelf.spare.picture = vec![1; 9];
        shelf.forget(now + SHELVED_AGE_MAX + Duration::from_millis(1));
        assert_eq!((shelf.pictures.packets.len(), shelf.spare.picture.capacity()), (0, 0));
    }

    #[test]
    fn a_shelf_holds_so_many_and_then_the_oldest_is_on_its_own() {
        let now = start();
        let mut shelf = Shelf::default();
        let seen: Vec<_> = (0..=SHELVED_PACKETS_MAX as u64).map(|at| shelf.share(packet(at, now), now)).collect();
        assert_eq!(shelf.pictures.packets.len(), SHELVED_PACKETS_MAX);
        assert_eq!((Arc::strong_count(&seen[0]), Arc::strong_count(&seen[1])), (1, 2));
    }
}
