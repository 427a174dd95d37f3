//! The streams that a peer receives: how packets are written for it, and what is kept to be sent again.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Egress, MediaPacket};
use crate::descriptor::Written;
use crate::layers::Target;
use crate::limits::{KEPT_AGE_MAX, KEPT_PACKETS_MAX};
use crate::negotiate::{Delivery, ExtensionIds, Redundancy};
use crate::rewriter::Position;
use crate::rtp;
use crate::seen::Window;
use crate::transport::{Mid, red};
use crate::vp8::Vp8Ids;

/// The least time between two answers for one packet, when the round trip is shorter.
const AGAIN_MIN: Duration = Duration::from_millis(20);

/// Bytes of a packet that is all padding: its last byte counts them (RFC 3550, section 5.1).
const PADDING_BYTES: usize = 255;

/// What is sent again as padding may be so large, however little is wanted: less would be more packets.
const PADDED_BYTES_MIN: usize = 600;

/// What becomes of a request for repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Taken,
    /// There is no budget for it.
    Limited,
    /// Nothing may leave.
    Gated,
    /// It is not kept any more, of no use any more, or was asked for or sent again just now.
    Useless,
}

/// One SSRC.
#[derive(Debug)]
pub(super) struct Outbound {
    pub(super) ssrc: u32,
    /// The m-line's name.
    mid: Box<[u8]>,
    /// Which sequence numbers have been sealed. None is ever sealed twice: with AES-GCM that would give away the key.
    used: Option<Window>,
    repair: Option<Repair>,
    /// What padding needs before anything was sent: a payload type of repairs, and the header extensions.
    padding: Option<(u8, ExtensionIds)>,
    /// By sequence number, ascending.
    kept: VecDeque<Kept>,
    /// Sequence numbers of what is to be sent again.
    asked: VecDeque<u64>,
    asked_bytes: usize,
    /// What the viewer is to be given at most: more is of no use.
    pub(super) shows: Target,
    /// The peer has shown that it knows which m-line this is. Of its repair stream it may not: Firefox tells that one by the m-line's name in a packet,
    /// and not by what the SDP says, and throws away all that come without. So repairs always have it.
    pub(super) is_known: bool,
    pub(super) packets: u32,
    octets: u32,
    newest: Option<Newest>,
    /// [`Outbound::packets`] at the last report.
    reported: u32,
}

#[derive(Debug)]
struct Repair {
    ssrc: u32,
    /// Counts on, never twice: it is the nonce.
    next: u64,
}

/// For sender reports.
#[derive(Clone, Copy, Debug)]
struct Newest {
    timestamp: u32,
    captured_at: Instant,
    nanoseconds_per_tick: f64,
}

/// A packet as this viewer got it, without a copy of its payload.
#[derive(Debug)]
struct Kept {
    sequence: u64,
    packet: Arc<MediaPacket>,
    delivery: Delivery,
    timestamp: u32,
    marker: bool,
    is_filler: bool,
    vp8_ids: Option<Vp8Ids>,
    descriptor: Option<Box<Written>>,
    sent_at: Instant,
    again_at: Instant,
    is_asked: bool,
}

impl Outbound {
    /// `start` is the first sequence number of repairs.
    pub(super) fn new(
        mid: Mid,
        ssrc: u32,
        repair: Option<u32>,
        padding: Option<(u8, ExtensionIds)>,
        start: u16,
    ) -> Self {
        Self {
            ssrc,
            mid: mid.as_bytes().into(),
            used: None,
            repair: repair.map(|ssrc| Repair { ssrc, next: u64::from(start) }),
            padding,
            kept: VecDeque::new(),
            asked: VecDeque::new(),
            asked_bytes: 0,
            shows: Target::HIGHEST,
            is_known: false,
            packets: 0,
            octets: 0,
            newest: None,
            reported: 0,
        }
    }

    pub(super) fn repair_ssrc(&self) -> Option<u32> {
        self.repair.as_ref().map(|repair| repair.ssrc)
    }

    /// Sends a packet for the first time.
    pub(super) fn write(
        &mut self,
        packet: &Arc<MediaPacket>,
        delivery: Delivery,
        position: Position,
        egress: &mut Egress,
        now: Instant,
    ) {
        let payload: Option<Cow<'_, [u8]>> = match delivery.redundancy {
            _ if position.is_filler => Some(Cow::default()),
            Redundancy::Pass => Some(Cow::from(&packet.payload)),
            Redundancy::Retag { from, to } => red::retag(&packet.payload, from, to).map(Cow::from),
            Redundancy::Strip => red::primary(&packet.payload).map(Cow::from),
        };
        let Some(payload) = payload.filter(|_| self.takes(position.sequence)) else { return };
        let fields = rtp::Fields {
            payload_type: delivery.payload_type,
            marker: position.marker,
            has_padding: false,
            sequence: position.sequence as u16,
            timestamp: position.timestamp,
            ssrc: self.ssrc,
        };
        let extensions = Elements {
            ids: delivery.ids,
            mid: (!self.is_known).then_some(&self.mid),
            packet: Some(packet),
            descriptor: position.descriptor.as_ref(),
        };
        let patch = position.vp8_ids.filter(|_| !position.is_filler);
        if !egress.seal(&fields, &extensions, position.sequence, None, &payload, patch, now) {
            return; // What did not leave is neither reported nor sent again.
        }
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(payload.len() as u32);
        self.newest = Some(Newest {
            timestamp: position.timestamp,
            captured_at: packet.captured_at,
            nanoseconds_per_tick: packet.format.nanoseconds_per_tick(),
        });
        if self.repair.is_some() && packet.format.codec().is_video() {
            self.keep(packet, delivery, position, now);
        }
    }

    fn takes(&mut self, sequence: u64) -> bool {
        self.used.get_or_insert_with(|| Window::before(sequence)).take(sequence)
    }

    fn keep(&mut self, packet: &Arc<MediaPacket>, delivery: Delivery, position: Position, now: Instant) {
        while self.kept.front().is_some_and(|kept| {
            KEPT_PACKETS_MAX <= self.kept.len() || KEPT_AGE_MAX < now.saturating_duration_since(kept.sent_at)
        }) {
            self.kept.pop_front();
        }
        let kept = Kept {
            sequence: position.sequence,
            packet: packet.clone(),
            delivery,
            timestamp: position.timestamp,
            marker: position.marker,
            is_filler: position.is_filler,
            vp8_ids: position.vp8_ids,
            descriptor: position.descriptor.map(Box::new),
            sent_at: now,
            again_at: now,
            is_asked: false,
        };
        if self.kept.back().is_none_or(|newest| newest.sequence < kept.sequence) {
            self.kept.push_back(kept);
        } else {
            let at = self.kept.partition_point(|other| other.sequence < kept.sequence);
            self.kept.insert(at, kept);
        }
    }

    /// The peer misses a packet: it is to be sent again, if it is still known and of use, was not sent again within the last
    /// round trip, and there is budget.
    pub(super) fn asked_for(&mut self, number: u16, egress: &mut Egress, now: Instant) -> Asked {
        let Some(newest) = self.kept.back().map(|kept| kept.sequence) else { return Asked::Useless };
        let behind = (newest as u16).wrapping_sub(number);
        let Some(sequence) = newest.checked_sub(u64::from(behind)) else { return Asked::Useless };
        let (shows, asked_bytes) = (self.shows, self.asked_bytes);
        let Some(kept) = self.kept_mut(sequence, now) else { return Asked::Useless };
        let frame = &kept.packet.frame;
        // Sizes above the target are repaired all the same: libwebrtc decodes no picture of which a part is missing, though
        // it would have enough, and nothing that refers to it.
        let is_of_use = kept.is_filler || frame.temporal <= shows.temporal;
        if now < kept.again_at || kept.is_asked || !is_of_use {
            return Asked::Useless;
        }
        if !egress.is_open {
            kept.again_at = now + AGAIN_MIN;
            return Asked::Gated;
        }
        let bytes = kept.packet.payload.len();
        if !egress.repairs.has(asked_bytes + bytes) {
            return Asked::Limited;
        }
        kept.is_asked = true;
        self.asked.push_back(sequence);
        self.asked_bytes += bytes;
        Asked::Taken
    }

    /// Bytes that are to be sent again.
    pub(super) fn asked(&self) -> usize {
        self.asked_bytes
    }

    /// Sends the next packet again that was asked for. False if there is none.
    pub(super) fn repair_next(&mut self, round_trip: Duration, egress: &mut Egress, now: Instant) -> bool {
        while let Some(sequence) = self.asked.pop_front() {
            let Some(kept) = self.kept_mut(sequence, now) else { continue };
            kept.is_asked = false;
            kept.again_at = now + round_trip.max(AGAIN_MIN);
            let bytes = kept.packet.payload.len();
            self.asked_bytes = self.asked_bytes.saturating_sub(bytes);
            let at = self.kept.partition_point(|kept| kept.sequence < sequence);
            if egress.repairs.has(bytes) && self.send_again(at, egress, now) {
                egress.repairs.spend(bytes);
                return true;
            }
        }
        self.asked_bytes = 0;
        false
    }

    fn kept_mut(&mut self, sequence: u64, now: Instant) -> Option<&mut Kept> {
        let at = self.kept.binary_search_by_key(&sequence, |kept| kept.sequence).ok()?;
        self.kept.get_mut(at).filter(|kept| now.saturating_duration_since(kept.sent_at) <= KEPT_AGE_MAX)
    }

    /// What was sent is not sent again.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
        self.asked.clear();
        self.asked_bytes = 0;
    }

    /// When all that is kept is too old.
    pub(super) fn forgets_at(&self) -> Option<Instant> {
        self.kept.back().map(|newest| newest.sent_at + KEPT_AGE_MAX)
    }

    /// Whether there is a stream for padding, and its payload type is known.
    pub(super) fn can_pad(&self) -> bool {
        self.repair.is_some() && self.padding().is_some()
    }

    fn padding(&self) -> Option<(u8, ExtensionIds)> {
        let used = self.kept.back().and_then(|kept| Some((kept.delivery.repair_payload_type?, kept.delivery.ids)));
        used.or(self.padding)
    }

    /// Sends padding on the repair stream: something that was sent before, which may even be of use, or else nothing but
    /// padding. Returns the bytes that it took; `None` if it cannot be sent.
    pub(super) fn pad(&mut self, wanted: usize, egress: &mut Egress, now: Instant) -> Option<usize> {
        const LOOKS_BACK: usize = 16;
        let newest = self.kept.iter().enumerate().rev().take(LOOKS_BACK);
        let sizes = newest.map(|(at, kept)| (at, kept.packet.payload.len()));
        let fitting = sizes.filter(|(_, bytes)| PADDING_BYTES < *bytes && *bytes <= wanted.max(PADDED_BYTES_MIN));
        if let Some((at, bytes)) = fitting.max_by_key(|(_, bytes)| *bytes)
            && self.send_again(at, egress, now)
        {
            return Some(bytes);
        }
        let (payload_type, ids) = self.padding()?;
        let repair = self.repair.as_mut()?;
        let fields = rtp::Fields {
            payload_type,
            marker: false,
            has_padding: true,
            sequence: repair.next as u16,
            timestamp: self.kept.back().map_or(0, |kept| kept.timestamp),
            ssrc: repair.ssrc,
        };
        let mut padding = [0; PADDING_BYTES];
        padding[PADDING_BYTES - 1] = PADDING_BYTES as u8;
        let elements = Elements { ids, mid: Some(&self.mid), packet: None, descriptor: None };
        let is_sent = egress.seal(&fields, &elements, repair.next, None, &padding, None, now);
        repair.next += u64::from(is_sent);
        is_sent.then_some(PADDING_BYTES)
    }

    fn send_again(&mut self, at: usize, egress: &mut Egress, now: Instant) -> bool {
        let (Some(repair), Some(kept)) = (&mut self.repair, self.kept.get(at)) else { return false };
        let Some(payload_type) = kept.delivery.repair_payload_type else { return false };
        let fields = rtp::Fields {
            payload_type,
            marker: kept.marker,
            has_padding: false,
            sequence: repair.next as u16,
            timestamp: kept.timestamp,
            ssrc: repair.ssrc,
        };
        let elements = Elements {
            ids: kept.delivery.ids,
            mid: Some(&self.mid),
            packet: Some(&kept.packet),
            descriptor: kept.descriptor.as_deref(),
        };
        let payload: &[u8] = if kept.is_filler { &[] } else { &kept.packet.payload };
        let patch = kept.vp8_ids.filter(|_| !kept.is_filler);
        let original = Some(kept.sequence as u16);
        let is_sent = egress.seal(&fields, &elements, repair.next, original, payload, patch, now);
        repair.next += u64::from(is_sent);
        is_sent
    }

    /// What a sender report says: the RTP time of now, packets and octets (RFC 3550, section 6.4.1). `None` if nothing was
    /// sent since the last.
    pub(super) fn report(&mut self, now: Instant) -> Option<(u32, u32, u32)> {
        let newest = self.newest.filter(|_| self.packets != self.reported)?;
        self.reported = self.packets;
        let ticks = |duration: Duration| (duration.as_nanos() as f64 / newest.nanoseconds_per_tick) as u64 as u32;
        let since = ticks(now.saturating_duration_since(newest.captured_at));
        let until = ticks(newest.captured_at.saturating_duration_since(now)); // A sender's clock may run ahead.
        Some((newest.timestamp.wrapping_add(since).wrapping_sub(until), self.packets, self.octets))
    }
}

/// The header extensions of a packet to send. End-to-end facts are passed on, those of the hop are written anew.
#[derive(Clone, Copy)]
pub(super) struct Elements<'a> {
    pub(super) ids: ExtensionIds,
    mid: Option<&'a [u8]>,
    packet: Option<&'a MediaPacket>,
    descriptor: Option<&'a Written>,
}

impl Elements<'_> {
    /// Leaves out what a packet can best do without: others name the m-line as well, and where a frame has several, its
    /// first has the descriptor that counts. False if nothing is left to leave out.
    pub(super) fn shorten(&mut self) -> bool {
        self.mid.take().is_some() || self.descriptor.take().is_some()
    }

    /// Calls `with` with all of them, `transport_sequence` included.
    pub(super) fn list<R>(&self, transport_sequence: Option<u16>, with: impl FnOnce(&[(u8, &[u8])]) -> R) -> R {
        const NONE: (u8, &[u8]) = (0, &[]);
        let sequence = transport_sequence.map(u16::to_be_bytes);
        let heard = self.packet.map(|packet| &packet.extensions);
        let level = heard.and_then(|heard| heard.audio_level).map(|level| [level]);
        let orientation = heard.and_then(|heard| heard.orientation).map(|orientation| [orientation]);
        let ids = &self.ids;
        let all: [Option<(u8, &[u8])>; 5] = [
            ids.transport_sequence.zip(sequence.as_ref().map(|bytes| &bytes[..])),
            ids.audio_level.zip(level.as_ref().map(|bytes| &bytes[..])),
            ids.orientation.zip(orientation.as_ref().map(|bytes| &bytes[..])),
            ids.mid.zip(self.mid),
            ids.descriptor.zip(self.descriptor.map(|written| &written[..])),
        ];
        let mut elements = [NONE; 5];
        let mut count = 0;
        for element in all.into_iter().flatten() {
            elements[count] = element;
            count += 1;
        }
        with(&elements[..count])
    }
}
