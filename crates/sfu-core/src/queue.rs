//! What waits for a viewer's network on one line.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use crate::keyframe::Start;
use crate::limits::{QUEUED_BYTES_MAX, QUEUED_PACKETS_MAX};
use crate::plane::MediaPacket;

/// A packet that the viewer is to get.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) packet: Arc<MediaPacket>,
    /// Its place in the track's layers.
    pub(crate) layer: usize,
    pub(crate) opaque: bool,
    /// No later one of its stream had come before it.
    pub(crate) is_newest: bool,
    pub(crate) since: Instant,
}

/// They have no numbers of the viewer's stream yet: what is given up leaves no gap.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    packets: VecDeque<Queued>,
    bytes: usize,
    /// The timestamps of the newest keyframe that came, and of the one that left last.
    keyframe: Option<u32>,
    leaving: Option<u32>,
}

impl Queue {
    /// Whether the packet was taken.
    pub(crate) fn push(&mut self, queued: Queued) -> bool {
        let bytes = queued.packet.payload.len();
        if self.packets.len() == QUEUED_PACKETS_MAX || QUEUED_BYTES_MAX < self.bytes + bytes {
            return false;
        }
        self.bytes += bytes;
        if queued.packet.frame.start == Start::Keyframe {
            self.keyframe = Some(queued.packet.timestamp);
        }
        self.packets.push_back(queued);
        true
    }

    pub(crate) fn pop(&mut self) -> Option<Queued> {
        let queued = self.packets.pop_front()?;
        self.bytes -= queued.packet.payload.len();
        if queued.packet.frame.start == Start::Keyframe {
            self.leaving = Some(queued.packet.timestamp);
        }
        Some(queued)
    }

    pub(crate) fn clear(&mut self) {
        self.packets.clear();
        (self.bytes, self.keyframe, self.leaving) = (0, None, None);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// Of payload.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a keyframe waits, or the rest of one.
    pub(crate) fn has_keyframe(&self) -> bool {
        self.keyframe.is_some_and(|of| self.packets.iter().any(|queued| queued.packet.timestamp == of))
    }

    /// Whether a keyframe has left in part.
    pub(crate) fn is_within_keyframe(&self) -> bool {
        self.packets.front().is_some_and(|first| Some(first.packet.timestamp) == self.leaving)
    }

    /// Whether this is the timestamp of the keyframe that left last.
    pub(crate) fn is_leaving(&self, timestamp: u32) -> bool {
        self.leaving == Some(timestamp)
    }

    /// Whether this is the timestamp of the newest keyframe.
    pub(crate) fn ends_with_keyframe(&self, timestamp: u32) -> bool {
        self.keyframe == Some(timestamp)
    }

    /// Whether what waits hides its keyframes.
    pub(crate) fn is_opaque(&self) -> bool {
        self.packets.front().is_some_and(|first| first.opaque)
    }

    /// Since when the first has been waiting.
    pub(crate) fn since(&self) -> Option<Instant> {
        self.packets.front().map(|queued| queued.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queued(bytes: usize) -> Queued {
        #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
        let now = Instant::now();
        let packet = MediaPacket { payload: vec![0; bytes], ..MediaPacket::vp8(1, now) };
        Queued { packet: Arc::new(packet), layer: 0, opaque: false, is_newest: true, since: now }
    }

    #[test]
    fn so_many_packets_and_bytes_wait_and_no_more() {
        let mut queue = Queue::default();
        let taken = (0..2 * QUEUED_PACKETS_MAX).filter(|_| queue.push(queued(1))).count();
        assert_eq!((taken, queue.bytes()), (QUEUED_PACKETS_MAX, QUEUED_PACKETS_MAX));
        assert!(queue.pop().is_some() && queue.push(queued(1)) && !queue.push(queued(1)), "a place that was set free");
        queue.clear();
        let taken = (0..2 * QUEUED_PACKETS_MAX).filter(|_| queue.push(queued(1024))).count();
        assert_eq!((taken, queue.bytes()), (QUEUED_BYTES_MAX / 1024, QUEUED_BYTES_MAX));
    }
}
