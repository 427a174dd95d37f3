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
    /// The timestamp of the newest keyframe.
    keyframe: Option<u32>,
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
        Some(queued)
    }

    pub(crate) fn clear(&mut self) {
        self.packets.clear();
        (self.bytes, self.keyframe) = (0, None);
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
        let is_rest = |first: &Queued| Some(first.packet.timestamp) == self.keyframe;
        self.packets.front().is_some_and(|first| is_rest(first) && first.packet.frame.start != Start::Keyframe)
    }

    /// Since when the first has been waiting.
    pub(crate) fn since(&self) -> Option<Instant> {
        self.packets.front().map(|queued| queued.since)
    }
}
