//! How one stream of a viewer goes on through whatever is forwarded in it.

use std::sync::Arc;
use std::time::Instant;

use str0m::media::Pt;
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, SeqNo, Vp8Descriptor};

/// A packet that came.
#[derive(Clone)]
pub(crate) struct Packet {
    came: Position,
    descriptor: Option<Vp8Descriptor>,
    marker: bool,
    extensions: ExtensionValues,
    at: Instant,
    pub(crate) payload: Arc<[u8]>,
}

/// A packet's place, as far as it is counted.
#[derive(Clone, Copy, Default)]
struct Position {
    sequence: u64,
    timestamp: u32,
    picture_id: u16,
}

/// Picture ids have fifteen bits (RFC 7741, section 4.2).
const PICTURE_IDS: u16 = 0x7fff;

impl Packet {
    pub(crate) fn new(packet: RtpPacket, is_video: bool) -> Self {
        let descriptor = Vp8Descriptor::parse(&packet.payload).ok().filter(|_| is_video);
        let picture_id = descriptor.and_then(|descriptor| descriptor.picture_id()).unwrap_or(0);
        let values = packet.header.ext_vals;
        Self {
            came: Position { sequence: *packet.seq_no, timestamp: packet.header.timestamp, picture_id },
            descriptor,
            marker: packet.header.marker,
            extensions: ExtensionValues {
                audio_level: values.audio_level,
                voice_activity: values.voice_activity,
                ..ExtensionValues::default()
            },
            at: packet.timestamp,
            payload: packet.payload,
        }
    }

    fn begins_anew(&self) -> bool {
        self.descriptor.is_none_or(|descriptor| descriptor.starts_keyframe(&self.payload))
    }

    fn write(&self, to: Position, payload_type: Pt) -> RtpWrite {
        let number = SeqNo::from(to.sequence);
        let write = RtpWrite::new(payload_type, number, to.timestamp, self.at, Arc::clone(&self.payload));
        let write = write.marker(self.marker).ext_vals(self.extensions.clone()).nackable(self.descriptor.is_some());
        match self.descriptor.and_then(|descriptor| descriptor.patch().picture_id(to.picture_id).build().ok()) {
            Some(patch) => write.vp8_patch(patch),
            None => write,
        }
    }
}

/// One stream of a viewer. Numbers, times and picture ids go on without a jump, whichever layer they come from.
pub(crate) struct Feed {
    clock_rate: u64,
    /// The layer that the viewer is to have.
    target: usize,
    turn: Option<Turn>,
    /// Of the target's next keyframe, whose first packet is missing.
    held: Vec<Packet>,
    /// The newest position that was given, and when.
    last: Position,
    last_at: Option<Instant>,
    /// The highest number that was taken in this turn.
    came: u64,
}

/// One layer's time in a stream.
struct Turn {
    layer: usize,
    from: Position,
    to: Position,
}

/// More than the packets of one keyframe.
const HELD_MAX: usize = 64;
/// How far numbers may leap ahead in a stream.
const LEAP_MAX: u64 = 512;

impl Feed {
    pub(crate) fn new(clock_rate: u64) -> Self {
        // In the lower half, as browsers do: nobody can know of a wrap whose packets all got lost (RFC 3711, section 3.3.1).
        let last = Position { sequence: u64::from(fastrand::u16(1..1 << 15)), ..Position::default() };
        Self { clock_rate, target: 0, turn: None, held: Vec::new(), last, last_at: None, came: 0 }
    }

    /// What comes next is somebody else's, or of another time.
    pub(crate) fn restart(&mut self) {
        self.turn = None;
        self.held.clear();
    }

    pub(crate) fn aim(&mut self, layer: usize) {
        if self.target != layer {
            self.target = layer;
            self.held.clear();
        }
    }

    /// The layer that the viewer has now.
    pub(crate) fn layer(&self) -> Option<usize> {
        self.turn.as_ref().map(|turn| turn.layer)
    }

    pub(crate) fn target(&self) -> usize {
        self.target
    }

    /// Takes one packet of a layer, and gives what the viewer gets of it and of what waited for it. Another layer begins with a keyframe.
    pub(crate) fn take(&mut self, layer: usize, packet: &Packet, payload_type: Pt, now: Instant) -> Vec<RtpWrite> {
        if self.layer() == Some(layer) {
            if self.came + LEAP_MAX < packet.came.sequence {
                self.begin(layer, packet.came, now); // After an outage: what was missed in between will not come any more.
            }
            return self.place(packet, payload_type, now).into_iter().collect();
        }
        if layer != self.target {
            return Vec::new();
        }
        if !packet.begins_anew() {
            self.held.push(packet.clone());
            if HELD_MAX < self.held.len() {
                self.held.remove(0);
            }
            return Vec::new();
        }
        self.begin(layer, packet.came, now);
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|packet| packet.came.sequence);
        std::iter::once(packet).chain(&held).filter_map(|packet| self.place(packet, payload_type, now)).collect()
    }

    fn begin(&mut self, layer: usize, from: Position, now: Instant) {
        let ticks = |since: Instant| {
            let elapsed = u64::try_from(now.saturating_duration_since(since).as_micros()).unwrap_or(0);
            #[expect(clippy::cast_possible_truncation, reason = "RTP time wraps around (RFC 3550, section 5.1)")]
            let ticks = (elapsed * self.clock_rate / 1_000_000) as u32;
            ticks.max(1)
        };
        // The eyes of the simulator outlast a session: at first, time is the publisher's.
        let timestamp = self.last_at.map_or(from.timestamp, |at| self.last.timestamp.wrapping_add(ticks(at)));
        let picture_id = (self.last.picture_id + 1) & PICTURE_IDS;
        let to = Position { sequence: self.last.sequence + 1, timestamp, picture_id };
        self.turn = Some(Turn { layer, from, to });
        self.came = from.sequence;
    }

    /// `None` for what comes from before the turn.
    fn place(&mut self, packet: &Packet, payload_type: Pt, now: Instant) -> Option<RtpWrite> {
        let Turn { from, to, .. } = self.turn.as_ref()?;
        let came = packet.came;
        let goes = Position {
            sequence: to.sequence + came.sequence.checked_sub(from.sequence)?,
            timestamp: to.timestamp.wrapping_add(came.timestamp.wrapping_sub(from.timestamp)),
            picture_id: to.picture_id.wrapping_add(came.picture_id.wrapping_sub(from.picture_id)) & PICTURE_IDS,
        };
        self.came = self.came.max(came.sequence);
        if self.last.sequence < goes.sequence {
            (self.last, self.last_at) = (goes, Some(now));
        }
        Some(packet.write(goes, payload_type))
    }
}
