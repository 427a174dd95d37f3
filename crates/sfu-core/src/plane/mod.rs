//! The media plane of one session: SRTP, RTP and RTCP both ways, repair, and congestion control.
//!
//! The session engine does the handshake and hands over its keys ([`Plane::secure`]); it never protects a packet itself:
//! two that seal with one key would use a nonce twice. Nothing here reads a payload beyond what stays clear under
//! end-to-end encryption.

mod inbound;
mod outbound;
mod packet;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha12Rng;
use rand_core::Rng;

use self::inbound::{Inbound, Purpose};
use self::outbound::{Asked, Elements, Outbound};
pub(crate) use self::packet::{Extensions, MediaPacket};
use crate::congestion::Controller;
use crate::keyframe::Frame;
use crate::layers::Target;
use crate::limits::{
    DATAGRAM_BYTES_MAX, ESTIMATE_INITIAL, FORWARDED_BYTES_MAX, KEPT_PACKETS_MAX, MISSING_PACKETS_MAX,
    RETRANSMISSION_BURST_BYTES, RETRANSMISSION_SHARE, SSRCS_MAX,
};
use crate::negotiate::{CNAME, Delivery, ExtensionIds, Format, Line, LineKind, Offer};
use crate::outbox::Outbox;
use crate::rewriter::Position;
use crate::rtcp::{self, feedback};
use crate::rtp;
use crate::shelf::Spare;
use crate::srtp::{self, Opener, Profile, Sealer};
use crate::transport::{Mid, Rid};
use crate::vp8::Vp8Ids;

/// Sound and picture report alike, so that a viewer can align them soon after it joined.
const REPORT_INTERVAL: Duration = Duration::from_secs(2);

/// How often the peer is told which packets came when: as often as libwebrtc does.
const FEEDBACK_INTERVAL: Duration = Duration::from_millis(50);

/// How long sound must have been silent to count as such. Opus without speech still sends every 400 ms.
const SILENCE: Duration = Duration::from_millis(1500);

/// The round trip until one is known.
const ROUND_TRIP_INITIAL: Duration = Duration::from_millis(100);

/// How long a report's round trip counts: browsers that only hear report every 5 s, and reports get lost.
const ROUND_TRIP_RECENT: Duration = Duration::from_secs(15);

/// The SSRC that feedback comes from, when nothing is sent.
const RECEIVER_SSRC: u32 = 1;

/// The first transport-wide number: some receivers take a number before their first for a very late one.
const TRANSPORT_SEQUENCE_START: u64 = 1 << 10;

/// How far a sender's clock may lead us astray before it is not believed.
const CAPTURE_SKEW_MAX: Duration = Duration::from_secs(5);

/// Chromium probes the network on this SSRC before it has media.
const PROBE_SSRC: u32 = 0;

pub(crate) struct Plane {
    opener: Option<Opener>,
    egress: Egress,
    inbound: Vec<Inbound>,
    outbound: Vec<Outbound>,
    negotiated: Negotiated,
    arrivals: feedback::Arrivals,
    feedback_due: Option<Instant>,
    /// Whose packet the next feedback reports last: libwebrtc ignores feedback about a stream that it does not send.
    feedback_about: u32,
    report_due: Option<Instant>,
    /// From a report and its delay, and when that was.
    round_trip: Option<(Duration, Instant)>,
    /// The share of our own packets that the peer's last reports miss.
    loss: f32,
    /// Of transport-wide feedback.
    peer_clock: PeerClock,
    /// The estimate that was told last.
    told: Option<u64>,
    last_feedback: LastFeedback,
    capture_clock: CaptureClock,
    started_at: Instant,
    stats: PlaneStats,
    /// Something may have been asked for again.
    is_asked: bool,
    scratch: Vec<u8>,
    lost: Vec<u16>,
    events: Vec<PlaneEvent>,
}

/// What an offer and its answer say about media.
#[derive(Debug, Default)]
pub(crate) struct Negotiated {
    pub(crate) ids: ExtensionIds,
    pub(crate) formats: Vec<Format>,
    pub(crate) lines: Arc<[Line]>,
}

pub(crate) enum PlaneEvent {
    /// The peer cannot decode what it gets on this m-line's stream.
    KeyframeWanted { ssrc: u32 },
    /// Nothing has come for a while on this m-line.
    Silent(Mid),
    /// The peer is heard again after an outage.
    Back,
    /// What the way to the peer is believed to carry changed, in bits per second.
    Estimate(u64),
}

/// Counters since they were last taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PlaneStats {
    pub(crate) repairs: u64,
    pub(crate) padding: u64,
    /// Requests for repair beyond the budget, and packets too large to leave.
    pub(crate) limited: u64,
    /// Packets that were asked for again and may not leave.
    pub(crate) gated: u64,
}

/// Why a datagram was of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// There are no keys yet.
    Early,
    /// It is not authentic, a replay, malformed or one stream too many.
    Refused,
}

impl Plane {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            opener: None,
            egress: Egress::new(),
            inbound: Vec::new(),
            outbound: Vec::new(),
            negotiated: Negotiated::default(),
            arrivals: feedback::Arrivals::new(now),
            feedback_due: None,
            feedback_about: PROBE_SSRC,
            report_due: None,
            round_trip: None,
            loss: 0.0,
            peer_clock: PeerClock::default(),
            told: None,
            last_feedback: LastFeedback::default(),
            capture_clock: CaptureClock::default(),
            started_at: now,
            stats: PlaneStats::default(),
            is_asked: false,
            scratch: Vec::new(),
            lost: Vec::new(),
            events: Vec::new(),
        }
    }

    /// The handshake is done. False if there is too little keying material.
    pub(crate) fn secure(&mut self, profile: Profile, keying_material: &[u8], is_client: bool) -> bool {
        let pair = srtp::pair(profile, keying_material, is_client);
        self.egress.tag_bytes = profile.tag_bytes();
        (self.egress.sealer, self.opener) = pair.unzip();
        self.opener.is_some()
    }

    /// An offer was answered.
    pub(crate) fn negotiate(&mut self, negotiated: Negotiated, now: Instant) {
        let measures = negotiated.ids.transport_sequence.is_some();
        self.inbound.retain(|stream| negotiated.sending().any(|line| line.mid == stream.mid));
        self.negotiated = negotiated;
        if measures && self.egress.controller.is_none() {
            self.egress.controller = Some(Controller::new(now, ESTIMATE_INITIAL));
            self.told = self.estimate(); // Not measured yet.
        }
    }

    /// Adds a stream to send on. `padding`: a payload type of its repairs, and its header extensions.
    pub(crate) fn open(
        &mut self,
        mid: Mid,
        (ssrc, repair): (u32, Option<u32>),
        padding: Option<(u8, ExtensionIds)>,
        rng: &mut ChaCha12Rng,
    ) {
        // Half of what 16 bits hold: a late joiner knows nothing of earlier turns (RFC 3711, section 3.3.1).
        let start = rng.next_u32() as u16 / 2;
        self.outbound.push(Outbound::new(mid, ssrc, repair, padding, start));
    }

    /// The SSRC of what repairs a stream that is sent on.
    pub(crate) fn repair_of(&self, ssrc: u32) -> Option<u32> {
        self.outbound.iter().find(|stream| stream.ssrc == ssrc)?.repair_ssrc()
    }

    /// Forgets the streams to send on that are not among these.
    pub(crate) fn keep_open(&mut self, is_open: impl Fn(u32) -> bool) {
        self.outbound.retain(|stream| is_open(stream.ssrc));
        self.outbound.shrink_to_fit(); // Most stay as they are until the end.
    }

    /// What the way to the peer is believed to carry, in bits per second.
    pub(crate) fn estimate(&self) -> Option<u64> {
        self.egress.controller.as_ref().map(Controller::estimate)
    }

    /// By reports, which tell how long they waited at the peer; by feedback, which does not, where those are missing.
    pub(crate) fn round_trip(&self, now: Instant) -> Option<Duration> {
        let is_recent = |at| now.saturating_duration_since(at) < ROUND_TRIP_RECENT;
        let recent = self.round_trip.filter(|(_, at)| is_recent(*at));
        let with_feedback = || self.egress.controller.as_ref().and_then(Controller::round_trip);
        recent.map(|(exact, _)| exact).or_else(with_feedback).or(self.round_trip.map(|(last, _)| last))
    }

    /// How long a repair may take, either way. A peer paces what it sends again and waits before it asks, so that the bare
    /// round trip would spend budgets on repairs that are on their way.
    pub(crate) fn repair_takes(&self) -> Duration {
        let with_feedback = self.egress.controller.as_ref().and_then(Controller::round_trip);
        with_feedback.or(self.round_trip.map(|(last, _)| last)).unwrap_or(ROUND_TRIP_INITIAL)
    }

    /// The share of packets that get lost on the way to the peer.
    pub(crate) fn loss(&self) -> f32 {
        self.egress.controller.as_ref().map_or(self.loss, Controller::loss)
    }

    /// What would be sent if the network carried it, in bits per second: how far the estimate is probed.
    pub(crate) fn aim(&mut self, desired: u64, now: Instant) {
        if let Some(controller) = &mut self.egress.controller {
            controller.aim(desired, now);
        }
    }

    /// Whether something is not shown at all for want of bandwidth.
    pub(crate) fn starve(&mut self, is_starved: bool, now: Instant) {
        if let Some(controller) = &mut self.egress.controller {
            controller.starve(is_starved, now);
        }
    }

    /// The peer is reached another way: likely, but not surely, as well as before.
    pub(crate) fn moved(&mut self, now: Instant) {
        if let Some(controller) = &mut self.egress.controller {
            controller.moved(now);
        }
    }

    /// Whether media may be sent. Otherwise nothing is, not even what was sent before and is asked for again.
    pub(crate) fn gate(&mut self, is_open: bool) {
        self.egress.is_open = is_open;
    }

    /// Puts what happened since the last call into `events`, which is empty.
    pub(crate) fn take_events(&mut self, events: &mut Vec<PlaneEvent>) {
        std::mem::swap(&mut self.events, events);
    }

    pub(crate) fn take_stats(&mut self) -> PlaneStats {
        let mut stats = std::mem::take(&mut self.stats);
        stats.limited += std::mem::take(&mut self.egress.oversized);
        stats
    }

    /// Lends memory for what is sent until [`Plane::outgoing`] is called.
    pub(crate) fn lend(&mut self, outbox: Outbox) {
        self.egress.outbox = outbox;
    }

    /// Gives back what was lent, with the datagrams to send.
    pub(crate) fn outgoing(&mut self) -> Outbox {
        std::mem::take(&mut self.egress.outbox)
    }
}

/// What comes.
impl Plane {
    /// Whether an SRTP packet belongs to a picture, or repairs one. Its header is not authentic yet.
    pub(crate) fn is_picture(&self, packet: &[u8]) -> bool {
        let payload_type = packet.get(1).map_or(0, |second| second & 0x7f); // RFC 3550, section 5.1.
        let format = self.negotiated.format(payload_type).or_else(|| self.negotiated.repaired(payload_type));
        format.is_some_and(|format| format.codec().is_video())
    }

    /// Takes an SRTP packet, and gives out what is of use to viewers, in memory of `spare`.
    pub(crate) fn receive_rtp(
        &mut self,
        bytes: &[u8],
        spare: &mut Spare,
        now: Instant,
    ) -> Result<Option<MediaPacket>, Unusable> {
        let opener = self.opener.as_mut().ok_or(Unusable::Early)?;
        let header = rtp::Header::parse(bytes).ok_or(Unusable::Refused)?;
        let format = self.negotiated.format(header.payload_type);
        let payload = spare.of(format.is_some_and(|format| format.codec().is_video()));
        let opened = opener.open_rtp(bytes, payload, header.bytes, header.ssrc, header.sequence);
        let index = opened.map_err(|_| Unusable::Refused)?;
        self.opened(&header, format, index, payload, now)
    }

    /// A packet is authentic. Its payload is taken if it is of use.
    fn opened(
        &mut self,
        header: &rtp::Header<'_>,
        format: Option<Format>,
        index: u64,
        payload: &mut Vec<u8>,
        now: Instant,
    ) -> Result<Option<MediaPacket>, Unusable> {
        let read = Read::of(header, &self.negotiated.ids);
        if let Some(number) = read.transport_sequence {
            self.arrivals.arrived(number, now);
            self.feedback_about = header.ssrc;
            self.feedback_due.get_or_insert(now + FEEDBACK_INTERVAL);
        }
        if header.ssrc == PROBE_SSRC {
            return Ok(None);
        }
        let Some(at) = self.stream(header, &read, now) else { return Ok(None) };
        self.report_due.get_or_insert(now + REPORT_INTERVAL);
        let length = rtp::unpadded(payload, header.has_padding).ok_or(Unusable::Refused)?.len();
        payload.truncate(length);
        let stream = &mut self.inbound[at];
        let (at, format, sequence) = match stream.purpose {
            Purpose::Repair => {
                stream.arrives(index, now);
                let (Some(original), Some(format)) =
                    (payload.first_chunk().copied(), self.negotiated.repaired(header.payload_type))
                else {
                    return Ok(None); // Padding.
                };
                payload.drain(..original.len());
                let (mid, rid, main) = (stream.mid, stream.rid, self.negotiated.main_of(header.ssrc));
                let is_main = |other: &Inbound| {
                    other.purpose == Purpose::Picture
                        && main.map_or((other.mid, other.rid) == (mid, rid), |main| other.ssrc == main)
                };
                // From the newest: a layer may have changed its SSRC.
                let Some(found) = self.inbound.iter().rposition(is_main) else {
                    return Ok(None);
                };
                let Some(sequence) = self.inbound[found].repaired(u16::from_be_bytes(original)) else {
                    return Ok(None);
                };
                (found, format, sequence)
            }
            Purpose::Sound | Purpose::Picture => {
                let Some(format) = format else { return Ok(None) };
                if !stream.arrives(index, now) {
                    return Ok(None);
                }
                stream.jittered(header.timestamp, 1e9 / format.nanoseconds_per_tick(), now);
                (at, format, index)
            }
        };
        let stream = &self.inbound[at];
        let captured = stream.captured(header.timestamp, format.nanoseconds_per_tick());
        let captured_at = captured.and_then(|captured| self.capture_clock.at(captured, now));
        Ok(Some(MediaPacket {
            mid: stream.mid,
            rid: stream.rid,
            ssrc: stream.ssrc,
            format,
            frame: Frame::of(format.codec(), payload),
            vp8_ids: Vp8Ids::of(format.codec(), payload),
            sequence,
            timestamp: header.timestamp,
            marker: header.marker,
            payload: std::mem::take(payload),
            descriptor: None,
            captured_at: captured_at.unwrap_or(now),
            clock_reading: captured_at.map(|_| self.capture_clock.readings),
            extensions: read.extensions,
        }))
    }

    /// Which stream a packet belongs to: known, declared in the offer, or named by its header extensions (RFC 8843,
    /// section 9.2; RFC 8852).
    fn stream(&mut self, header: &rtp::Header<'_>, read: &Read<'_>, now: Instant) -> Option<usize> {
        if let Some(at) = self.inbound.iter().position(|stream| stream.ssrc == header.ssrc) {
            return Some(at);
        }
        if self.inbound.len() == SSRCS_MAX {
            return None;
        }
        let mut lines = self.negotiated.sending();
        let declared = |line: &&Line| {
            line.ssrcs.contains(&header.ssrc) || line.repairs.iter().any(|(_, repair)| *repair == header.ssrc)
        };
        let named = |line: &&Line| read.mid == Some(line.name.as_bytes());
        let line = lines.clone().find(declared).or_else(|| lines.find(named))?;
        let by_name =
            |rid: &[u8]| line.rids.iter().find(|known| known.as_bytes() == rid).map(|rid| Rid::from(rid.as_str()));
        let is_repair = self.negotiated.repaired(header.payload_type).is_some();
        let rid = match if is_repair { read.repaired_rid.or(read.rid) } else { read.rid } {
            Some(rid) if !line.rids.is_empty() => Some(by_name(rid)?),
            // Which layer, is said in the first packets. Firefox declares repairs, and their packets do not say it.
            None if !line.rids.is_empty() => {
                let main = self.negotiated.main_of(header.ssrc)?;
                self.inbound.iter().find(|stream| stream.ssrc == main)?.rid
            }
            Some(_) | None => None,
        };
        let purpose = match (is_repair, line.kind == LineKind::Video) {
            (true, _) => Purpose::Repair,
            (false, true) => Purpose::Picture,
            (false, false) => Purpose::Sound,
        };
        self.inbound.push(Inbound::new(header.ssrc, line.mid, rid, purpose, now));
        Some(self.inbound.len() - 1)
    }

    /// Takes an SRTCP packet.
    pub(crate) fn receive_rtcp(&mut self, bytes: &[u8], now: Instant) -> Result<(), Unusable> {
        let opener = self.opener.as_mut().ok_or(Unusable::Early)?;
        let mut compound = std::mem::take(&mut self.scratch);
        compound.clear();
        compound.extend_from_slice(bytes);
        let opened = opener.open_rtcp(&mut compound).map_err(|_| Unusable::Refused);
        if let Ok(length) = opened {
            let mut statuses = FEEDBACK_PACKETS_MAX;
            let mut nacks = Vec::new();
            for packet in rtcp::packets(compound.get(..length).unwrap_or_default()) {
                if let rtcp::Packet::Nack { media_ssrc, lost } = packet {
                    let at = self.outbound.iter().position(|stream| stream.ssrc == media_ssrc);
                    nacks.extend(at.map(|at| (at, lost)));
                }
                self.reported(packet, &mut statuses, now);
            }
            // Stream by stream, whatever their order: some engines list them as a hash table does, and a budget is spent
            // on those that come first.
            nacks.sort_by_key(|(at, _)| *at);
            for (at, lost) in nacks {
                self.missed(at, lost, now);
            }
        }
        self.scratch = compound;
        opened.map(|_| ())
    }

    /// `statuses`: how many packets the feedback in a datagram may still be about.
    fn reported(&mut self, packet: rtcp::Packet<'_>, statuses: &mut usize, now: Instant) {
        match packet {
            rtcp::Packet::SenderReport { ssrc, ntp, rtp, blocks } => {
                if let Some(stream) = self.inbound.iter_mut().find(|stream| stream.ssrc == ssrc) {
                    stream.reports(ntp, rtp, now);
                    self.capture_clock.reported(ntp, now);
                }
                self.received(blocks, now);
            }
            rtcp::Packet::ReceiverReport { blocks, .. } => self.received(blocks, now),
            rtcp::Packet::PictureLoss { media_ssrc } => self.wants_keyframe(media_ssrc),
            rtcp::Packet::FullIntra { requests } => requests.iter().for_each(|(ssrc, _)| self.wants_keyframe(ssrc)),
            rtcp::Packet::TransportFeedback(feedback) => {
                let turned = self.peer_clock.turned(feedback.reference());
                let unsaid = self.last_feedback.unsaid(&feedback).take(*statuses);
                *statuses -= unsaid.len();
                let taken = usize::from(feedback.statuses()).min(*statuses);
                *statuses -= taken;
                if let Some(controller) = &mut self.egress.controller {
                    let told = feedback.packets().take(taken).map(|(number, at)| (number, at.map(|at| at + turned)));
                    controller.feedback(unsaid.map(|number| (number, None)).chain(told), now);
                    self.events.extend(controller.take_back().then_some(PlaneEvent::Back));
                }
                self.tell_estimate();
            }
            rtcp::Packet::ExtendedReport { answers } => {
                for answer in answers.iter().filter(|answer| answer.ssrc == RECEIVER_SSRC) {
                    self.answered(answer.last_time, answer.delay_since, now);
                }
            }
            rtcp::Packet::Nack { .. } | rtcp::Packet::Other => {}
        }
    }

    /// What the peer has received of our streams (RFC 3550, section 6.4.1).
    fn received(&mut self, blocks: rtcp::Blocks<'_>, now: Instant) {
        let mut lost = None;
        for block in blocks.iter() {
            let Some(stream) = self.outbound.iter_mut().find(|stream| stream.ssrc == block.ssrc) else { continue };
            stream.is_known = true;
            let share = f32::from(block.fraction_lost) / 256.0;
            lost = Some(lost.map_or(share, |lost: f32| lost.max(share)));
            self.answered(block.last_report, block.delay_since, now);
        }
        self.loss = lost.unwrap_or(self.loss);
    }

    /// The peer says which of our times it has heard last, if any, and how long ago (RFC 3550, section 6.4.1).
    fn answered(&mut self, time: u32, delay_since: u32, now: Instant) {
        let elapsed = (self.ntp(now) >> 16) as u32;
        let units = elapsed.wrapping_sub(time).wrapping_sub(delay_since);
        if time != 0 && units < 1 << 20 {
            self.round_trip = Some((Duration::from_secs_f64(f64::from(units) / 65_536.0), now));
        }
    }

    fn wants_keyframe(&mut self, ssrc: u32) {
        let is_asked = |event: &PlaneEvent| matches!(event, PlaneEvent::KeyframeWanted { ssrc: of } if *of == ssrc);
        if self.outbound.iter().any(|stream| stream.ssrc == ssrc) && !self.events.iter().any(is_asked) {
            self.events.push(PlaneEvent::KeyframeWanted { ssrc });
        }
    }

    /// Notes what the peer misses, each packet once a round trip, within what its media has earned.
    fn missed(&mut self, at: usize, lost: rtcp::Lost<'_>, now: Instant) {
        let Some(stream) = self.outbound.get_mut(at) else { return };
        stream.is_known = true;
        for number in lost.iter().take(KEPT_PACKETS_MAX) {
            match stream.asked_for(number, &mut self.egress, now) {
                Asked::Limited => self.stats.limited += 1,
                Asked::Gated => self.stats.gated += 1,
                Asked::Taken => self.is_asked = true,
                Asked::Useless => {}
            }
        }
    }

    /// Not compared with what it was before a call: what is sent between two calls changes it as well.
    fn tell_estimate(&mut self) {
        if let Some(estimate) = self.estimate().filter(|estimate| Some(*estimate) != self.told) {
            self.told = Some(estimate);
            self.events.retain(|event| !matches!(event, PlaneEvent::Estimate(_)));
            self.events.push(PlaneEvent::Estimate(estimate));
        }
    }
}

/// What goes.
impl Plane {
    /// Sends a packet on the stream `ssrc`. Its position must not have been used before on that stream, and is not taken
    /// again.
    pub(crate) fn write(
        &mut self,
        ssrc: u32,
        packet: &Arc<MediaPacket>,
        delivery: Delivery,
        position: Position,
        now: Instant,
    ) {
        if let Some(stream) = self.outbound.iter_mut().find(|stream| stream.ssrc == ssrc) {
            self.egress.repairs.earn(packet.payload.len());
            stream.write(packet, delivery, position, &mut self.egress, now);
            self.report_due.get_or_insert(now + REPORT_INTERVAL);
        }
    }

    /// Asks the sender of the stream `ssrc` for a keyframe (RFC 4585, section 6.3.1).
    pub(crate) fn request_keyframe(&mut self, ssrc: u32) {
        self.egress.seal_report(|out| rtcp::picture_loss(out, RECEIVER_SSRC, ssrc));
    }

    /// When [`Plane::tick`] is to be called next. `None` while nothing goes on.
    pub(crate) fn due(&self) -> Option<Instant> {
        let asks = self.inbound.iter().filter_map(Inbound::asks_at).min();
        let silent = self.inbound.iter().filter_map(Inbound::silent_at).min();
        let controller = self.egress.controller.as_ref().and_then(Controller::due);
        let forgets = self.outbound.iter().filter_map(Outbound::forgets_at).min();
        [self.feedback_due, self.report_due, asks, silent, forgets, controller].into_iter().flatten().min()
    }

    /// Lets time pass: what is due is sent.
    pub(crate) fn tick(&mut self, now: Instant) {
        let round_trip = self.repair_takes();
        for stream in &mut self.inbound {
            if stream.asks_at().is_some_and(|at| at <= now) {
                self.lost.clear();
                stream.ask(round_trip, now, &mut self.lost);
                let (ssrc, lost) = (stream.ssrc, self.lost.iter().copied());
                self.egress.seal_report(|out| {
                    rtcp::nack(out, RECEIVER_SSRC, ssrc, lost, MISSING_PACKETS_MAX);
                });
            }
            if stream.silent_at().is_some_and(|at| at <= now) {
                stream.is_silent = true;
                self.events.push(PlaneEvent::Silent(stream.mid));
            }
        }
        for stream in &mut self.outbound {
            if stream.forgets_at().is_some_and(|at| at <= now) {
                stream.forget();
            }
        }
        if self.feedback_due.is_some_and(|at| at <= now) {
            self.feedback_due = None;
            let mut more = true;
            while more {
                let (arrivals, about) = (&mut self.arrivals, self.feedback_about);
                self.egress.seal_report(|out| more = arrivals.write(out, RECEIVER_SSRC, about, REPORT_BYTES_MAX));
            }
        }
        if self.report_due.is_some_and(|at| at <= now) {
            self.report(now);
        }
        if let Some(controller) = &mut self.egress.controller {
            controller.tick(now);
        }
        self.tell_estimate();
    }

    /// Sends the padding that a probe lacks. To be called when all has been written for which there is room.
    pub(crate) fn pad(&mut self, now: Instant) {
        let controller = self.egress.controller.as_mut();
        let mut wanted = controller.map_or(0, |controller| controller.padding(now));
        while let Some(sent) = (0 < wanted).then(|| self.pad_once(wanted, now)).flatten() {
            wanted = wanted.saturating_sub(sent);
        }
    }

    /// Sends a packet of padding on the stream that carries most, because that has most to send again. Returns its bytes.
    fn pad_once(&mut self, wanted: usize, now: Instant) -> Option<usize> {
        let stream = self.outbound.iter_mut().filter(|stream| stream.can_pad()).max_by_key(|stream| stream.packets);
        let sent = stream?.pad(wanted, &mut self.egress, now)?;
        self.stats.padding += 1;
        Some(sent)
    }

    /// Whether a packet that can wait may leave now, while so many bytes wait.
    pub(crate) fn has_room(&mut self, backlog: usize, now: Instant) -> bool {
        self.egress.controller.as_mut().is_none_or(|controller| controller.has_room(backlog, now))
    }

    /// When there will be room again if no feedback comes.
    pub(crate) fn room_at(&self, backlog: usize, now: Instant) -> Instant {
        self.egress.controller.as_ref().map_or(now, |controller| controller.room_at(backlog))
    }

    /// Whether the network takes what is sent.
    pub(crate) fn is_flowing(&self) -> bool {
        self.egress.controller.as_ref().is_none_or(Controller::is_flowing)
    }

    /// Sends a packet that is of no use but for the feedback on it. False if there is no stream for that.
    pub(crate) fn probe_once(&mut self, now: Instant) -> bool {
        self.pad_once(1, now).is_some()
    }

    /// Bytes that the peer has asked for again and that have not left.
    pub(crate) fn asked(&self) -> usize {
        if self.is_asked { self.outbound.iter().map(Outbound::asked).sum() } else { 0 }
    }

    /// Sends one packet again that the peer has asked for. False if there is none.
    pub(crate) fn repair_next(&mut self, now: Instant) -> bool {
        if !self.is_asked {
            return false;
        }
        let round_trip = self.repair_takes();
        self.is_asked = self.outbound.iter_mut().any(|stream| stream.repair_next(round_trip, &mut self.egress, now));
        self.stats.repairs += u64::from(self.is_asked);
        self.is_asked
    }

    /// What was sent on the stream `ssrc` is of no use any more, and not sent again.
    pub(crate) fn forget(&mut self, ssrc: u32) {
        self.outbound.iter_mut().filter(|stream| stream.ssrc == ssrc).for_each(Outbound::forget);
    }

    /// Pictures above that target's rate are of no use any more on the stream `ssrc`.
    pub(crate) fn show(&mut self, ssrc: u32, target: Option<Target>) {
        if let Some(stream) = self.outbound.iter_mut().find(|stream| stream.ssrc == ssrc) {
            stream.shows = target.unwrap_or(Target::HIGHEST);
        }
    }

    /// Sender and receiver reports, and who we are (RFC 3550, section 6.1). They end when nothing is sent or received.
    fn report(&mut self, now: Instant) {
        let is_heard = |stream: &Inbound| now.saturating_duration_since(stream.heard_at) < 2 * REPORT_INTERVAL;
        let blocks: Vec<_> =
            self.inbound.iter_mut().filter(|stream| is_heard(stream)).filter_map(|s| s.block(now)).collect();
        let ntp = self.ntp(now);
        let only_receives = self.outbound.is_empty(); // Else what is reported of that gives the round trip.
        let mut blocks = blocks.chunks(BLOCKS_MAX);
        let mut is_active = false;
        for stream in &mut self.outbound {
            if let Some((rtp, packets, octets)) = stream.report(now) {
                is_active = true;
                let (ssrc, blocks) = (stream.ssrc, blocks.next().unwrap_or_default());
                self.egress.seal_report(|out| {
                    rtcp::sender_report(out, ssrc, ntp, rtp, packets, octets, blocks);
                    rtcp::source_description(out, ssrc, CNAME);
                });
            }
        }
        for blocks in blocks {
            is_active = true;
            self.egress.seal_report(|out| {
                rtcp::receiver_report(out, RECEIVER_SSRC, blocks);
                if only_receives {
                    rtcp::reference_time(out, RECEIVER_SSRC, ntp);
                }
                rtcp::source_description(out, RECEIVER_SSRC, CNAME);
            });
        }
        self.report_due = is_active.then_some(now + REPORT_INTERVAL);
    }

    /// Now in the form of sender reports. There is no wall clock in here, and nobody needs one: only differences count.
    fn ntp(&self, now: Instant) -> u64 {
        const START: u64 = 3 << 62; // Some day in 2002: there are receivers that know none before 1970.
        let since = now.saturating_duration_since(self.started_at);
        START + (since.as_secs() << 32) + ((u64::from(since.subsec_nanos()) << 32) / 1_000_000_000)
    }
}

/// Bytes of a feedback packet beside its SRTCP trailer of at most 20.
const REPORT_BYTES_MAX: usize = DATAGRAM_BYTES_MAX - 24;

/// Report blocks that fit beside a sender report and a name.
const BLOCKS_MAX: usize = 31;

/// Packets that are looked at in all feedback of one datagram: nothing has more in flight, and sixteen bytes can name 65,535.
const FEEDBACK_PACKETS_MAX: usize = 8192;

/// The way out: what is sealed and counted.
pub(super) struct Egress {
    sealer: Option<Sealer>,
    tag_bytes: usize,
    /// See [`Plane::gate`].
    is_open: bool,
    controller: Option<Controller>,
    transport_sequence: u64,
    repairs: RepairBudget,
    /// Packets that were too large to leave.
    oversized: u64,
    /// Empty while none is lent.
    outbox: Outbox,
}

impl Egress {
    fn new() -> Self {
        Self {
            sealer: None,
            tag_bytes: 0,
            is_open: false,
            controller: None,
            transport_sequence: TRANSPORT_SEQUENCE_START,
            repairs: RepairBudget::new(),
            oversized: 0,
            outbox: Outbox::default(),
        }
    }

    /// Writes a packet and seals it with `index`. `original` is the sequence number that a repair stands for (RFC 4588,
    /// section 4). False if it is not sent.
    #[expect(clippy::too_many_arguments, reason = "a packet has these parts; one caller a kind")]
    fn seal(
        &mut self,
        fields: &rtp::Fields,
        elements: &Elements<'_>,
        index: u64,
        original: Option<u16>,
        payload: &[u8],
        patch: Option<Vp8Ids>,
        now: Instant,
    ) -> bool {
        let Some(sealer) = self.sealer.as_ref().filter(|_| self.is_open) else { return false };
        let number = elements.ids.transport_sequence.and(self.controller.as_ref()).map(|_| self.transport_sequence);
        let out = self.outbox.room();
        let start = out.len();
        let behind_bytes = 2 * usize::from(original.is_some()) + payload.len() + self.tag_bytes;
        let mut elements = *elements;
        let header_bytes = loop {
            let header_bytes =
                elements.list(number.map(|number| number as u16), |list| rtp::write(out, fields, list.iter().copied()));
            if header_bytes + behind_bytes <= FORWARDED_BYTES_MAX {
                break header_bytes;
            }
            out.truncate(start);
            if !elements.shorten() {
                self.oversized += 1;
                return false;
            }
        };
        if let Some(original) = original {
            out.extend_from_slice(&original.to_be_bytes());
        }
        let payload_start = out.len();
        out.extend_from_slice(payload);
        if let (Some(ids), Some(copy)) = (patch, out.get_mut(payload_start..)) {
            ids.patch(copy);
        }
        if sealer.seal_rtp(out, start, header_bytes, fields.ssrc, index).is_err() {
            return false;
        }
        let bytes = out.len() - start;
        self.outbox.push(start);
        if let (Some(number), Some(controller)) = (number, &mut self.controller) {
            self.transport_sequence += 1;
            controller.sent(number, bytes, now);
        }
        true
    }

    fn seal_report(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let Some(sealer) = &mut self.sealer else { return };
        self.outbox.push_report(|report| {
            write(report);
            !report.is_empty() && sealer.seal_rtcp(report, 0).is_ok()
        });
    }
}

/// What a received packet's header extensions say.
struct Read<'a> {
    transport_sequence: Option<u16>,
    mid: Option<&'a [u8]>,
    rid: Option<&'a [u8]>,
    repaired_rid: Option<&'a [u8]>,
    extensions: Extensions,
}

impl<'a> Read<'a> {
    fn of(header: &rtp::Header<'a>, ids: &ExtensionIds) -> Self {
        let mut read = Self {
            transport_sequence: None,
            mid: None,
            rid: None,
            repaired_rid: None,
            extensions: Extensions::default(),
        };
        for (id, value) in header.extensions() {
            let id = Some(id);
            if id == ids.transport_sequence {
                read.transport_sequence = value.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
            } else if id == ids.audio_level {
                read.extensions.audio_level = value.first().copied();
            } else if id == ids.orientation {
                read.extensions.orientation = value.first().copied();
            } else if id == ids.descriptor {
                read.extensions.descriptor = (!value.is_empty()).then(|| value.into());
            } else if id == ids.mid {
                read.mid = Some(value);
            } else if id == ids.rid {
                read.rid = Some(value);
            } else if id == ids.repaired_rid {
                read.repaired_rid = Some(value);
            }
        }
        read
    }
}

impl Negotiated {
    pub(crate) fn of(offer: &Offer) -> Self {
        let mut negotiated = Self { lines: offer.lines.clone(), ..Self::default() };
        for line in offer.lines.iter().filter(|line| line.kind != LineKind::Data) {
            negotiated.ids.add(line.ids);
            for format in &line.formats {
                if negotiated.format(format.payload_type()).is_none() {
                    negotiated.formats.push(*format);
                }
            }
        }
        negotiated
    }

    fn format(&self, payload_type: u8) -> Option<Format> {
        self.formats.iter().find_map(|format| format.of(payload_type))
    }

    /// The format of what a repair's payload type stands for.
    fn repaired(&self, payload_type: u8) -> Option<Format> {
        self.formats.iter().find(|format| format.repair_payload_type() == Some(payload_type)).copied()
    }

    /// The m-lines that the peer sends on.
    fn sending(&self) -> impl Iterator<Item = &Line> + Clone {
        self.lines.iter().filter(|line| line.sends)
    }

    /// The SSRC that a repair stream is declared to repair.
    fn main_of(&self, repair: u32) -> Option<u32> {
        let mut repairs = self.sending().flat_map(|line| &line.repairs);
        repairs.find(|(_, of)| *of == repair).map(|(main, _)| *main)
    }
}

/// Where the last transport-wide feedback ended. Some engines begin the next with what arrived next, and are silent of what
/// got lost in between.
#[derive(Debug, Default)]
struct LastFeedback {
    /// Its number, and the first packet that it is not about.
    last: Option<(u8, u16)>,
}

impl LastFeedback {
    /// The packets between the last feedback and this, if it is the next: of them nothing was told because they are lost.
    fn unsaid(&mut self, feedback: &feedback::Feedback<'_>) -> impl ExactSizeIterator<Item = u16> + use<> {
        const MOST: u16 = 1 << 10;
        let (count, base) = (feedback.count(), feedback.base());
        let last = self.last.replace((count, base.wrapping_add(feedback.statuses())));
        let from = last.filter(|(number, _)| number.wrapping_add(1) == count).map_or(base, |(_, end)| end);
        let gap = Some(base.wrapping_sub(from)).filter(|gap| *gap < MOST).unwrap_or_default();
        (0..gap).map(move |ahead| from.wrapping_add(ahead))
    }
}

/// The clock of transport-wide feedback, which begins anew after twelve days, or at any time: nobody says where it begins.
#[derive(Debug, Default)]
struct PeerClock {
    last: Option<i32>,
    turns: i64,
}

impl PeerClock {
    /// Microseconds to add to what is told after this reference.
    fn turned(&mut self, reference: i32) -> i64 {
        const HALF: i32 = 1 << 23;
        let last = self.last.replace(reference).unwrap_or(reference);
        self.turns += i64::from(reference < last - HALF) - i64::from(last + HALF < reference);
        self.turns * feedback::CLOCK_PERIOD_MICROS
    }
}

/// The clock of a sender's reports, which all its streams share.
#[derive(Debug, Default)]
struct CaptureClock {
    /// A moment on the sender's clock and on ours.
    anchor: Option<(u64, Instant)>,
    /// How often it was read anew.
    readings: u32,
}

impl CaptureClock {
    /// A sender report came. It hardly waits anywhere, so if it is far off, the clock has been set, or has drifted.
    fn reported(&mut self, ntp: u64, now: Instant) {
        if self.at(ntp, now).is_none() {
            self.anchor = Some((ntp, now));
            self.readings = self.readings.wrapping_add(1);
        }
    }

    /// A moment on the sender's clock, on ours.
    fn at(&self, captured: u64, now: Instant) -> Option<Instant> {
        let (theirs, ours) = self.anchor?;
        let since = captured.wrapping_sub(theirs) as i64;
        let distance = Duration::from_secs_f64(since.unsigned_abs() as f64 / 2f64.powi(32));
        let at = if since < 0 { ours.checked_sub(distance) } else { ours.checked_add(distance) };
        at.filter(|at| {
            now.saturating_duration_since(*at) < CAPTURE_SKEW_MAX
                && at.saturating_duration_since(now) < CAPTURE_SKEW_MAX
        })
    }
}

/// Keeps repairs within what a viewer's own media earns: a flood of negative acknowledgements could otherwise draw a
/// multiple of the media itself.
#[derive(Debug)]
struct RepairBudget {
    bytes: f32,
}

impl RepairBudget {
    fn new() -> Self {
        Self { bytes: RETRANSMISSION_BURST_BYTES as f32 }
    }

    fn earn(&mut self, media_bytes: usize) {
        self.bytes = (self.bytes + media_bytes as f32 * RETRANSMISSION_SHARE).min(RETRANSMISSION_BURST_BYTES as f32);
    }

    fn has(&self, bytes: usize) -> bool {
        bytes as f32 <= self.bytes
    }

    fn spend(&mut self, bytes: usize) {
        self.bytes -= bytes as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::KEPT_AGE_MAX;
    use crate::negotiate::Redundancy;

    #[test]
    fn the_peers_clock_may_begin_anew() {
        let mut clock = PeerClock::default();
        let turns = [100, 8_388_600, -8_388_600, -8_388_610, 8_388_607, -8_388_608].map(|at| clock.turned(at));
        assert_eq!(turns.map(|turned| turned / feedback::CLOCK_PERIOD_MICROS), [0, 0, 1, 1, 0, 1]);
    }

    const PROFILE: Profile = Profile::AeadAes128Gcm;
    const KEYS: [u8; 2 * (16 + 12)] = [7; 2 * (16 + 12)];

    #[expect(clippy::disallowed_methods, reason = "tests need some moment to start from")]
    fn start() -> Instant {
        Instant::now()
    }

    fn plane(negotiated: Negotiated, now: Instant) -> Plane {
        let mut plane = Plane::new(now);
        assert!(plane.secure(PROFILE, &KEYS, false));
        plane.negotiate(negotiated, now);
        plane
    }

    /// A packet of a peer's.
    fn sealed((payload_type, ssrc, sequence): (u8, u32, u16), elements: &[(u8, &[u8])], payload: &[u8]) -> Vec<u8> {
        let (sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut packet = Vec::new();
        let fields = rtp::Fields { payload_type, marker: false, has_padding: false, sequence, timestamp: 0, ssrc };
        let header_bytes = rtp::write(&mut packet, &fields, elements.iter().copied());
        packet.extend_from_slice(payload);
        sealer.seal_rtp(&mut packet, 0, header_bytes, ssrc, sequence.into()).unwrap();
        packet
    }

    /// Receives a packet. What it brings to viewers: an SSRC and an extended sequence number.
    fn hear(plane: &mut Plane, bytes: &[u8], now: Instant) -> Option<(u32, u64)> {
        let packet = plane.receive_rtp(bytes, &mut Spare::default(), now).unwrap();
        packet.map(|packet| (packet.ssrc, packet.sequence))
    }

    /// One m-line with two layers.
    fn simulcast(repairs: Vec<(u32, u32)>) -> Negotiated {
        let line = Line {
            mid: Mid::from("0"),
            name: "0".into(),
            kind: LineKind::Video,
            protocol: "UDP/TLS/RTP/SAVPF",
            is_rejected: false,
            sends: true,
            receives: false,
            formats: Vec::new(),
            ids: ExtensionIds::default(),
            rids: vec!["l".into(), "h".into()],
            ssrcs: repairs.iter().flat_map(|(main, repair)| [*main, *repair]).collect(),
            repairs,
        };
        let ids = ExtensionIds {
            mid: Some(MID),
            rid: Some(RID),
            repaired_rid: Some(REPAIRED_RID),
            transport_sequence: Some(4),
            ..Default::default()
        };
        Negotiated { ids, formats: vec![Format::vp8()], lines: [line].into() }
    }

    /// The stream that [`send`] writes.
    const VIEWED: u32 = 77;

    /// A plane that may send on one stream.
    fn viewer(now: Instant) -> Plane {
        let mut plane = plane(simulcast(vec![]), now);
        plane.open(Mid::from("0"), (VIEWED, Some(VIEWED + 1)), None, &mut rand_core::SeedableRng::from_seed([0; 32]));
        plane.gate(true);
        plane
    }

    fn send(plane: &mut Plane, sequence: u64, payload: &[u8], now: Instant) {
        let packet = MediaPacket { payload: payload.to_vec(), ..MediaPacket::vp8(sequence, now) };
        plane.write(VIEWED, &Arc::new(packet), delivery(plane), position(sequence), now);
    }

    fn delivery(plane: &Plane) -> Delivery {
        let ids = plane.negotiated.ids;
        Delivery { payload_type: MAIN, repair_payload_type: Some(REPAIR), redundancy: Redundancy::Pass, ids }
    }

    fn position(sequence: u64) -> Position {
        Position { sequence, timestamp: 0, vp8_ids: None, descriptor: None, marker: false, is_filler: false }
    }

    const MID: u8 = 1;
    const RID: u8 = 2;
    const REPAIRED_RID: u8 = 3;
    const MAIN: u8 = 96;
    const REPAIR: u8 = 97;

    #[test]
    fn repairs_follow_a_layer_to_its_new_ssrc() {
        let now = start();
        let mut plane = plane(simulcast(vec![]), now);
        for (main, repair) in [(10, 11), (20, 21)] {
            for sequence in [500, 502] {
                let packet = sealed((MAIN, main, sequence), &[(MID, b"0"), (RID, b"h")], &[1]);
                assert_eq!(hear(&mut plane, &packet, now), Some((main, sequence.into())));
            }
            let packet = sealed(
                (REPAIR, repair, 1),
                &[(MID, b"0"), (REPAIRED_RID, b"h")],
                &[501u16.to_be_bytes().as_slice(), &[1]].concat(),
            );
            assert_eq!(hear(&mut plane, &packet, now), Some((main, 501)));
        }
    }

    #[test]
    fn declared_repairs_need_not_name_their_layer() {
        let now = start();
        let mut plane = plane(simulcast(vec![(10, 11), (20, 21)]), now);
        for (rid, main, repair) in [(b"l", 10, 11), (b"h", 20, 21)] {
            let repaired = sealed((REPAIR, repair, 1), &[], &[501u16.to_be_bytes().as_slice(), &[1]].concat());
            assert_eq!(hear(&mut plane, &repaired, now), None, "of what never came");
            for sequence in [500, 502] {
                let packet = sealed((MAIN, main, sequence), &[(RID, rid)], &[1]);
                assert_eq!(hear(&mut plane, &packet, now), Some((main, sequence.into())));
            }
            let repaired = sealed((REPAIR, repair, 2), &[], &[501u16.to_be_bytes().as_slice(), &[1]].concat());
            assert_eq!(hear(&mut plane, &repaired, now), Some((main, 501)));
        }
    }

    #[test]
    fn a_senders_clock_may_be_set() {
        const HOUR: u64 = 3600 << 32;
        let mut now = start();
        let (mut sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = plane(simulcast(vec![]), now);
        let mut sequence = 0;
        let mut readings = Vec::new();
        for ntp in [5 * HOUR, 5 * HOUR + (1 << 32), 6 * HOUR, 4 * HOUR, 4 * HOUR + (1 << 32)] {
            now += Duration::from_secs(1);
            for ssrc in [10, 20] {
                sequence += 1;
                let rid: &[u8] = if ssrc == 10 { b"l" } else { b"h" };
                hear(&mut plane, &sealed((MAIN, ssrc, sequence), &[(MID, b"0"), (RID, rid)], &[1]), now);
                let mut report = Vec::new();
                rtcp::sender_report(&mut report, ssrc, ntp, 0, 1, 1, &[]);
                sealer.seal_rtcp(&mut report, 0).unwrap();
                plane.receive_rtcp(&report, now).unwrap();
                let next = sealed((MAIN, ssrc, sequence + 100), &[], &[1]);
                let packet = plane.receive_rtp(&next, &mut Spare::default(), now).unwrap().unwrap();
                assert_eq!(packet.captured_at, now);
                readings.push(packet.clock_reading);
            }
        }
        assert_eq!(readings, [1, 1, 1, 1, 2, 2, 3, 3, 3, 3].map(Some), "one for all streams");
    }

    #[test]
    fn only_what_was_sent_counts_as_held_back() {
        let now = start();
        let (mut sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = viewer(now);
        for sequence in 500..505 {
            send(&mut plane, sequence, &[1; 9], now);
        }
        plane.gate(false);
        let mut request = Vec::new();
        rtcp::nack(&mut request, RECEIVER_SSRC, VIEWED, 0..1000, 1000);
        for _ in 0..2 {
            let mut request = request.clone();
            sealer.seal_rtcp(&mut request, 0).unwrap();
            plane.receive_rtcp(&request, now).unwrap();
        }
        let stats = plane.take_stats();
        assert_eq!((stats.gated, stats.repairs), (5, 0));
    }

    #[test]
    fn the_round_trip_is_that_of_reports_while_they_come() {
        let ms = Duration::from_millis;
        let (mut sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = viewer(start());
        let sent_at = plane.started_at + ms(1000);
        send(&mut plane, 500, &[1; 9], sent_at);
        let mut feedback = Vec::new();
        let mut arrivals = feedback::Arrivals::new(sent_at);
        arrivals.arrived(TRANSPORT_SEQUENCE_START as u16, sent_at + ms(20));
        arrivals.write(&mut feedback, 1, VIEWED, 1000);
        sealer.seal_rtcp(&mut feedback, 0).unwrap();
        plane.receive_rtcp(&feedback, sent_at + ms(140)).unwrap();
        assert_eq!(plane.round_trip(sent_at + ms(140)), Some(ms(140)), "100 ms of it at the peer");
        let mut report = Vec::new();
        let block = rtcp::Block {
            ssrc: VIEWED,
            fraction_lost: 0,
            cumulative_lost: 0,
            highest_sequence: 500,
            jitter: 0,
            last_report: (plane.ntp(sent_at) >> 16) as u32,
            delay_since: 65_536,
        };
        rtcp::receiver_report(&mut report, 1, &[block]);
        sealer.seal_rtcp(&mut report, 0).unwrap();
        let now = sent_at + ms(1040);
        plane.receive_rtcp(&report, now).unwrap();
        assert!((ms(39)..=ms(41)).contains(&plane.round_trip(now).unwrap()));
        assert_eq!(plane.round_trip(now + ROUND_TRIP_RECENT), Some(ms(140)));
    }

    #[test]
    fn who_only_sends_is_asked_how_far_away_they_are() {
        let ms = Duration::from_millis;
        let (mut sealer, mut opener) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = plane(simulcast(vec![]), start());
        let began = plane.started_at;
        hear(&mut plane, &sealed((MAIN, 10, 1), &[(MID, b"0"), (RID, b"l")], &[1]), began);
        let told_at = began + REPORT_INTERVAL;
        plane.tick(told_at);
        let mut told = plane.outgoing().iter().last().unwrap().to_vec();
        let length = opener.open_rtcp(&mut told).unwrap();
        let time = plane.ntp(told_at).to_be_bytes();
        let is_told = told[..length].windows(12).any(|bytes| bytes[..4] == [4, 0, 0, 2] && bytes[4..] == time);
        assert!(is_told, "no time in {told:?}");
        // A second later the peer says so, on its way back for 20 ms.
        for (ssrc, expected) in [(RECEIVER_SSRC + 1, None), (RECEIVER_SSRC, Some(ms(40)))] {
            let mut answer = vec![0x80, 207, 0, 5, 0, 0, 0, 10, 5, 0, 0, 3];
            answer.extend(ssrc.to_be_bytes());
            answer.extend(&time[2..6]);
            answer.extend(65_536u32.to_be_bytes());
            sealer.seal_rtcp(&mut answer, 0).unwrap();
            let now = told_at + ms(1040);
            plane.receive_rtcp(&answer, now).unwrap();
            let rounded = plane.round_trip(now).map(|found| ms((found.as_secs_f64() * 1e3).round() as u64));
            assert_eq!(rounded, expected, "of {ssrc}");
        }
    }

    #[test]
    fn who_gets_something_is_not_asked_for_more_than_their_reports() {
        let (_, mut opener) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = viewer(start());
        let now = plane.started_at;
        hear(&mut plane, &sealed((MAIN, 10, 1), &[(MID, b"0"), (RID, b"l")], &[1]), now);
        send(&mut plane, 500, &[1; 9], now);
        plane.outgoing();
        plane.tick(now + REPORT_INTERVAL);
        let reports = plane.outgoing().iter().map(<[u8]>::to_vec).collect::<Vec<_>>();
        for mut report in reports {
            let length = opener.open_rtcp(&mut report).unwrap();
            let is_extended = |packet: rtcp::Packet<'_>| matches!(packet, rtcp::Packet::ExtendedReport { .. });
            assert!(!rtcp::packets(&report[..length]).any(is_extended));
        }
    }

    /// Transport-wide feedback with the number `count`, which says that the packet `base` has arrived, and nothing else.
    fn says(count: u8, base: u16) -> Vec<u8> {
        let [b0, b1] = base.to_be_bytes();
        #[rustfmt::skip]
        let bytes = vec![0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 77, b0, b1, 0, 1, 0, 0, 0, count, 0x20, 1, 0, 0];
        bytes
    }

    fn hears(plane: &mut Plane, feedback: &[u8], statuses: &mut usize) {
        let now = plane.started_at + Duration::from_millis(50);
        let packets: Vec<_> = rtcp::packets(feedback).collect();
        packets.into_iter().for_each(|packet| plane.reported(packet, statuses, now));
    }

    const FIRST: u16 = TRANSPORT_SEQUENCE_START as u16;

    #[test]
    fn what_feedback_leaves_out_counts_as_lost() {
        for (second, loses) in [(1, true), (2, false)] {
            let mut plane = viewer(start());
            let now = plane.started_at;
            (0..100).for_each(|number| send(&mut plane, 500 + number, &[1; 9], now));
            hears(&mut plane, &says(0, FIRST), &mut 1000);
            // A feedback that got lost may have told what is missing.
            hears(&mut plane, &says(second, FIRST + 99), &mut 1000);
            assert_eq!(plane.loss() != 0.0, loses, "{}", plane.loss());
        }
    }

    #[test]
    fn what_feedback_leaves_out_has_a_limit() {
        let mut plane = viewer(start());
        let mut statuses = FEEDBACK_PACKETS_MAX;
        hears(&mut plane, &says(0, FIRST), &mut statuses);
        assert_eq!(statuses, FEEDBACK_PACKETS_MAX - 1);
        hears(&mut plane, &says(1, FIRST + 1 + 1023), &mut statuses);
        assert_eq!(statuses, FEEDBACK_PACKETS_MAX - 1 - 1024, "what is left out counts as what is said");
        hears(&mut plane, &says(2, FIRST + 1 + 2048), &mut statuses);
        assert_eq!(statuses, FEEDBACK_PACKETS_MAX - 1 - 1024 - 1, "so much is not left out: it has begun anew");
        let mut few = 10;
        hears(&mut plane, &says(3, FIRST + 1 + 2548), &mut few);
        assert_eq!(few, 0);
    }

    #[test]
    fn a_datagram_of_feedback_is_about_no_more_than_can_be_in_flight() {
        let (mut sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        // Each leaves a thousand out, and 8,192 are looked at.
        for (thousands, is_heard) in [(8, true), (9, false)] {
            let mut plane = viewer(start());
            let now = plane.started_at;
            plane.egress.transport_sequence = u64::from(FIRST + 1000 * thousands);
            send(&mut plane, 500, &[1; 9], now);
            let mut feedback: Vec<u8> = (0..20).flat_map(|n| says(n, FIRST + 1000 * u16::from(n))).collect();
            sealer.seal_rtcp(&mut feedback, 0).unwrap();
            plane.receive_rtcp(&feedback, now + Duration::from_millis(50)).unwrap();
            assert_eq!(plane.round_trip(now).is_some(), is_heard, "{thousands} thousand");
        }
    }

    #[test]
    fn a_packet_that_is_nearly_too_large_goes_without_its_mid() {
        let now = start();
        let mut plane = viewer(now);
        // Beside the payload: 12 bytes, and 12 of extensions (8 without the mid), and 16 of the tag.
        let [largest_named, largest] = [12 + 12, 12 + 8].map(|header| FORWARDED_BYTES_MAX - 16 - header);
        let sizes = [largest_named, largest_named + 1, largest, largest + 1];
        for (number, size) in sizes.into_iter().enumerate() {
            send(&mut plane, 500 + number as u64, &vec![1; size], now);
        }
        let gone = plane.outgoing();
        let seen = gone.iter().map(|datagram| {
            let header = rtp::Header::parse(datagram).unwrap();
            (datagram.len(), header.extensions().any(|(id, _)| id == MID))
        });
        let smaller = FORWARDED_BYTES_MAX - 3;
        assert!(seen.eq([(FORWARDED_BYTES_MAX, true), (smaller, false), (FORWARDED_BYTES_MAX, false)]));
        assert_eq!(plane.take_stats().limited, 1, "the one that is too large is counted");
        let reported = plane.outbound[0].report(now).map(|(_, packets, _)| packets);
        assert_eq!(reported, Some(3), "and not reported as sent");
    }

    /// Firefox tells a repair stream by that, and throws away what comes without.
    #[test]
    fn repairs_and_padding_always_name_their_line() {
        let now = start();
        let (mut sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = viewer(now);
        send(&mut plane, 500, &[1; 300], now);
        let mut request = Vec::new();
        rtcp::nack(&mut request, RECEIVER_SSRC, VIEWED, [500].into_iter(), 1);
        sealer.seal_rtcp(&mut request, 0).unwrap();
        plane.receive_rtcp(&request, now).unwrap();
        assert!(plane.outbound[0].is_known, "who asks for a packet knows its line");
        send(&mut plane, 501, &[1; 300], now);
        assert!(plane.repair_next(now) && plane.probe_once(now));
        let gone = plane.outgoing();
        let seen = gone.iter().map(|datagram| {
            let header = rtp::Header::parse(datagram).unwrap();
            (header.ssrc, header.extensions().any(|(id, _)| id == MID))
        });
        assert!(seen.eq([(VIEWED, true), (VIEWED, false), (VIEWED + 1, true), (VIEWED + 1, true)]));
    }

    #[test]
    fn what_may_be_asked_for_again_has_a_limit_and_an_age() {
        let now = start();
        let (mut sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = viewer(now);
        let all = KEPT_PACKETS_MAX as u64 + 5;
        (0..all).for_each(|number| send(&mut plane, 500 + number, &[1; 9], now));
        plane.gate(false); // Whatever could be sent again is counted.
        let mut kept = |first: u16, at: Instant| {
            let mut request = Vec::new();
            rtcp::nack(&mut request, RECEIVER_SSRC, VIEWED, first..first + KEPT_PACKETS_MAX as u16, 1000);
            sealer.seal_rtcp(&mut request, 0).unwrap();
            plane.receive_rtcp(&request, at).unwrap();
            plane.take_stats().gated
        };
        assert_eq!(kept(500, now), all - 10, "but not the first five");
        assert_eq!(kept(505, now + KEPT_AGE_MAX / 2), KEPT_PACKETS_MAX as u64);
        assert_eq!(kept(505, now + KEPT_AGE_MAX + Duration::from_millis(1)), 0);
    }

    #[test]
    fn a_picture_is_repaired_whole_though_the_viewer_is_to_have_smaller_ones_from_now_on() {
        let now = start();
        let (mut sealer, _) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let mut plane = viewer(now);
        for (sequence, spatial, temporal) in [(500, 2, 0), (501, 0, 2)] {
            let mut packet = MediaPacket::vp8(sequence, now);
            (packet.frame.spatial, packet.frame.temporal) = (spatial, temporal);
            let delivery = delivery(&plane);
            plane.write(VIEWED, &Arc::new(packet), delivery, position(sequence), now);
        }
        plane.show(VIEWED, Some(Target { layer: 0, spatial: 0, temporal: 1 }));
        let mut request = Vec::new();
        rtcp::nack(&mut request, RECEIVER_SSRC, VIEWED, 500..502, 1000);
        sealer.seal_rtcp(&mut request, 0).unwrap();
        plane.receive_rtcp(&request, now).unwrap();
        let asked: usize = plane.outbound.iter().map(Outbound::asked).sum();
        assert_eq!(asked, MediaPacket::vp8(500, now).payload.len(), "the one that others refer to");
    }

    /// Handshake and messages are the engine's, which is told the same: see `no_datagram_is_larger_than_its_limit…`.
    #[test]
    fn reports_and_requests_of_any_size_fit_into_a_datagram() {
        let mut now = start();
        let ssrcs: Vec<u32> = (1000..).take(SSRCS_MAX).collect();
        let mut negotiated = simulcast(vec![]);
        let [line] = Arc::get_mut(&mut negotiated.lines).unwrap() else { panic!("one line") };
        line.ssrcs.clone_from(&ssrcs);
        line.rids.clear();
        let mut plane = plane(negotiated, now);
        plane.open(Mid::from("0"), (VIEWED, None), None, &mut rand_core::SeedableRng::from_seed([0; 32]));
        plane.gate(true);
        send(&mut plane, 500, &[1; 9], now);
        let leaves = |plane: &mut Plane| {
            let largest = plane.outgoing().iter().map(<[u8]>::len).max().unwrap();
            assert!(largest <= DATAGRAM_BYTES_MAX, "{largest} bytes");
            largest
        };
        // One stream misses as much as it may, one packet in eighteen: each needs an entry of its own.
        for sequence in (0..18 * MISSING_PACKETS_MAX as u16).filter(|sequence| sequence % 18 != 17) {
            hear(&mut plane, &sealed((MAIN, ssrcs[0], sequence), &[], &[1]), now);
        }
        now += Duration::from_millis(100);
        plane.tick(now);
        assert!(DATAGRAM_BYTES_MAX - 200 < leaves(&mut plane), "a request for packets");
        // Every stream is reported on, and feedback has much to say.
        for number in 0..20 * ssrcs.len() {
            let transport = (3 * number as u16).to_be_bytes();
            let packet = (MAIN, ssrcs[number % ssrcs.len()], 10_000 + number as u16);
            hear(&mut plane, &sealed(packet, &[(4, &transport)], &[1]), now);
            now += Duration::from_micros(700 + 2000 * (number as u64 % 2));
        }
        plane.tick(now);
        assert!(DATAGRAM_BYTES_MAX - 100 < leaves(&mut plane), "feedback");
        now += REPORT_INTERVAL;
        plane.tick(now);
        assert!(700 < leaves(&mut plane), "a report of as many blocks as one holds");
    }

    #[test]
    fn feedback_names_a_stream_that_its_reader_sends() {
        let mut now = start();
        let (_, mut opener) = srtp::pair(PROFILE, &KEYS, true).unwrap();
        let ids = ExtensionIds { transport_sequence: Some(4), ..ExtensionIds::default() };
        let mut plane = plane(Negotiated { ids, ..Negotiated::default() }, now);
        for (number, ssrc) in [PROBE_SSRC, 0xcafe, 0xbeef].into_iter().enumerate() {
            let number = (number as u16).to_be_bytes();
            hear(&mut plane, &sealed((96, ssrc, 1), &[(4, &number)], &[0; 50]), now);
            now += FEEDBACK_INTERVAL;
            plane.tick(now);
            let mut said = plane.outgoing().iter().map(<[u8]>::to_vec).next().unwrap();
            let length = opener.open_rtcp(&mut said).unwrap();
            // The SSRC of the media source, RFC 4585, section 6.1.
            assert_eq!(said[..length].get(8..12), Some(&ssrc.to_be_bytes()[..]));
        }
    }

    #[test]
    fn repairs_stay_within_their_share_of_the_media() {
        let mut budget = RepairBudget::new();
        let (mut media, mut again) = (0, 0);
        for _ in 0..10_000 {
            budget.earn(1200);
            media += 1200;
            for _ in 0..10 {
                if budget.has(1200) {
                    budget.spend(1200);
                    again += 1200;
                }
            }
        }
        let share = (media as f32 * RETRANSMISSION_SHARE) as usize;
        assert!(share <= again && again <= share + RETRANSMISSION_BURST_BYTES + 1200, "{again} of {media}");
    }
}
