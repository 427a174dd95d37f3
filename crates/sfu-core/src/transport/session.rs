//! One participant's session with the engine: SDP, ICE-lite, DTLS, data channel, and media in RTP mode.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use str0m::bwe::{Bitrate, BweKind};
use str0m::change::SdpOffer;
use str0m::channel::ChannelId;
use str0m::config::DtlsCert;
use str0m::format::{CodecConfig, PayloadParams};
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid, Rids};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{Extension, ExtensionMap, ExtensionValues, RtpPacket, RtpWrite, SeqNo, Ssrc};
use str0m::{Candidate, Event, IceCreds, Input, Output, Rtc};

use super::described::{self, DescriptorBytes};
use super::dtls::{self, CRYPTO};
use super::{Delivery, Format, MediaPacket, MediaPlane, Outgoing, Redundancy, Vp8Ids, red, srtp};
use crate::descriptor::{self, Written};
use crate::keyframe::Frame;
use crate::limits::{
    DATAGRAM_BYTES_MAX, ESTIMATE_INITIAL, FORWARDED_BYTES_MAX, MESSAGE_BUFFER_BYTES_MAX, MESSAGE_BYTES_MAX,
    MESSAGE_CHANNEL, RETRANSMISSION_SHARE, SSRCS_MAX,
};
use crate::negotiate::Offer;
use crate::{Datagram, Error, Message, Transport};

/// How far a sender's clock may lead us astray before it is not believed.
const CAPTURE_SKEW_MAX: Duration = Duration::from_secs(5);

/// Packets kept for retransmission, per stream. Two seconds of video at 4 Mbit/s.
const RETRANSMISSION_PACKETS: usize = 1024;
const RETRANSMISSION_AGE_MAX: Duration = Duration::from_secs(3);

/// Sound and picture report alike, so that a viewer can align them soon after it joined.
const REPORT_INTERVAL: Duration = Duration::from_secs(2);

/// How often round trip and loss are looked at. Seldom, because each look is a wake-up.
const PATH_INTERVAL: Duration = Duration::from_secs(2);

/// What the engine aims at. It fills feedback up to a multiple of four, adds 20 bytes, and panics unless the sum is *below*
/// this: so this must not be such a sum itself.
const ENGINE_MTU: usize = DATAGRAM_BYTES_MAX - 2;
const _: () = assert!(((ENGINE_MTU - 20) & !3) + 20 < ENGINE_MTU);

/// A DTLS certificate and its key.
#[derive(Clone)]
pub(crate) struct Credentials(Arc<DtlsCert>);

impl Credentials {
    pub(crate) fn generate() -> Self {
        let certificate = CRYPTO.dtls_provider.generate_certificate().expect("the operating system gives randomness");
        Self(Arc::new(certificate))
    }

    pub(crate) fn fingerprint(&self) -> String {
        let digest = CRYPTO.sha256_provider.sha256(&self.0.certificate);
        digest.map(|byte| format!("{byte:02X}")).join(":")
    }
}

/// ICE credentials.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) ufrag: String,
    pub(crate) password: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    fn to_engine(&self) -> IceCreds {
        IceCreds { ufrag: self.ufrag.clone(), pass: self.password.clone() }
    }
}

/// What a session has to say. Poll until [`Polled::Idle`] after each input.
#[expect(clippy::large_enum_variant, reason = "it lives for a moment; a box would be an allocation per packet")]
pub(crate) enum Polled {
    /// A datagram to send.
    Transmit { transport: Transport, local: SocketAddr, remote: SocketAddr, bytes: Vec<u8> },
    /// Something happened.
    Event(SessionEvent),
    /// Nothing more until then.
    Idle(Instant),
}

/// What happened in a session.
#[expect(clippy::large_enum_variant, reason = "most are media; a box would be an allocation per packet")]
pub(crate) enum SessionEvent {
    /// DTLS is up.
    Connected,
    /// Media arrived.
    Media(MediaPacket),
    /// What transport-wide feedback tells of the way to the peer: how long an answer takes, which share gets lost.
    Path { round_trip: Option<Duration>, loss: f32 },
    /// Nothing has come for a while on this m-line.
    Silent(Mid),
    /// What the way to the peer is believed to carry now, in bits per second; `None` while nothing can tell.
    Estimate(Option<u64>),
    /// The peer cannot decode what it gets on this m-line.
    KeyframeWanted(Mid),
    /// A message arrived on the message channel.
    Message(Message),
    /// A message or a channel that is not ours to take.
    Rejected,
    /// The peer closed DTLS or SCTP.
    Closed,
}

/// What became of a received datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// An SRTP or SRTCP packet was opened.
    Authentic,
    /// Nothing to say: STUN and DTLS, or a packet that did not open.
    Other,
    /// The handshake has failed: the peer has no ECDSA certificate.
    Uncertified,
    /// It was malformed, or not from where this session expects datagrams.
    Refused,
}

pub(crate) struct Session {
    rtc: Rtc,
    channel: Option<ChannelId>,
    /// Which m-line and layer an incoming SSRC belongs to. Asking the engine would make it look at everything anew.
    streams: Vec<(u32, Mid, Option<Rid>)>,
    /// The engine paces: it gives one packet for each time-out.
    paces: bool,
    is_resting: bool,
    /// See [`Session::set_bandwidth`].
    minimum: u64,
    /// A moment on the sender's clock and the same on ours, from its first sender report.
    clock: Option<(SystemTime, Instant)>,
}

impl Session {
    pub(crate) fn new(
        credentials: &Credentials,
        candidates: &[(Transport, SocketAddr)],
        identity: &Identity,
        offered: &Offer,
        now: Instant,
    ) -> Result<Self, Error> {
        let estimate = offered.transport_sequence_id().map(|_| Bitrate::from(ESTIMATE_INITIAL));
        let mut rtc = Rtc::builder()
            .set_crypto_provider(CRYPTO.clone())
            .set_dtls_cert(DtlsCert::clone(&credentials.0))
            .set_local_ice_credentials(identity.to_engine())
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .set_mtu(ENGINE_MTU..=FORWARDED_BYTES_MAX)
            .set_extension_map(extensions(offered))
            .enable_bwe(estimate)
            .set_rtcp_report_interval_audio(REPORT_INTERVAL)
            .set_rtcp_report_interval_video(REPORT_INTERVAL)
            .set_stats_interval(Some(PATH_INTERVAL))
            .set_sctp_max_message_size(MESSAGE_BYTES_MAX as u32)
            .set_sctp_max_buffered_amount(MESSAGE_BUFFER_BYTES_MAX)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_vp9(true)
            .enable_h264(true)
            .enable_av1(true)
            .build(now);
        for &(transport, address) in candidates {
            let candidate = match transport {
                Transport::Udp => Candidate::builder().udp().host(address).build(),
                Transport::Tcp => Candidate::builder().tcp().host(address).tcptype(TcpType::Passive).build(),
            };
            let candidate = candidate.map_err(|_| Error::Misuse("a candidate must be a plain unicast address"))?;
            rtc.add_local_candidate(candidate).ok_or(Error::Misuse("a candidate was given twice"))?;
        }
        let mut session = Self {
            rtc,
            channel: None,
            streams: Vec::new(),
            paces: estimate.is_some(),
            is_resting: true,
            minimum: 0,
            clock: None,
        };
        session.rest();
        Ok(session)
    }

    /// Applies an offer whose limits were checked. `ours` and `theirs` are the ICE credentials of now, which hold on if
    /// the engine refuses.
    pub(crate) fn accept(&mut self, offer: &str, ours: &Identity, theirs: &Identity) -> Result<String, Error> {
        let offer = SdpOffer::from_sdp_string(offer).map_err(|_| Error::Peer("the SDP cannot be parsed"))?;
        let Ok(answer) = self.rtc.sdp_api().accept_offer(offer) else {
            let mut api = self.rtc.direct_api();
            api.set_local_ice_credentials(ours.to_engine());
            api.set_remote_ice_credentials(theirs.to_engine());
            return Err(Error::Peer("the offer is inconsistent"));
        };
        self.streams.clear();
        Ok(answer.to_sdp_string())
    }

    /// The credentials that checks must name now. An ICE restart makes the engine invent some.
    pub(crate) fn local_ufrag(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    pub(crate) fn set_identity(&mut self, identity: &Identity) {
        self.rtc.direct_api().set_local_ice_credentials(identity.to_engine());
    }

    /// The SSRCs of the stream that this end sends on an m-line: media and repair.
    pub(crate) fn sending(&mut self, mid: Mid) -> Option<(u32, Option<u32>)> {
        let media = self.rtc.media(mid).filter(|media| media.direction().is_sending())?;
        // Beside layers to receive the engine makes no stream for the way back.
        let is_missing = matches!(media.rids_rx(), Rids::Specific(_));
        let params = self.rtc.codec_config().params().iter();
        let mut params = params.filter(|params| media.remote_pts().contains(&params.pt()));
        let is_repaired = params.any(|params| params.resend().is_some());
        let mut api = self.rtc.direct_api();
        if is_missing && api.stream_tx_by_mid(mid, None).is_none() {
            let (ssrc, repair) = (api.new_ssrc(), is_repaired.then(|| api.new_ssrc()));
            api.declare_stream_tx(ssrc, repair, mid, None);
        }
        let stream = api.stream_tx_by_mid(mid, None)?;
        Some((*stream.ssrc(), stream.rtx().map(|ssrc| *ssrc)))
    }

    /// Gives a new stream the SSRCs of our choice, before anything was sent on it.
    pub(crate) fn name_sending(&mut self, mid: Mid, from: u32, ssrc: u32, repair: Option<u32>) {
        let mut api = self.rtc.direct_api();
        api.remove_stream_tx(Ssrc::from(from));
        let stream = api.declare_stream_tx(Ssrc::from(ssrc), repair.map(Ssrc::from), mid, None);
        // A pacer's queue has no limit, and holds back what the allocator had decided to send. What is to be sent is
        // fitted into the estimate instead.
        stream.set_unpaced(true);
        stream.set_rtx_cache(RETRANSMISSION_PACKETS, RETRANSMISSION_AGE_MAX, Some(RETRANSMISSION_SHARE));
    }

    pub(crate) fn receive(&mut self, datagram: &Datagram<'_>, now: Instant) -> Received {
        let proto = match datagram.transport {
            Transport::Udp => Protocol::Udp,
            Transport::Tcp => Protocol::Tcp,
        };
        let Ok(receive) = Receive::new(proto, datagram.remote, datagram.local, datagram.bytes) else {
            return Received::Refused;
        };
        let input = Input::Receive(now, receive);
        // The demultiplexer let only validated addresses through; the engine knows which pairs are alive.
        if !self.rtc.accepts(&input) {
            return Received::Refused;
        }
        let opened = srtp::opened();
        // An error here is a datagram that DTLS could not take. Anybody could have forged it, so it is no reason to end
        // the session; what is really over shows in `poll` or by a time-out.
        let taken = self.rtc.handle_input(input);
        match taken {
            Err(_) if dtls::peer_lacked_certificate() => Received::Uncertified,
            Err(_) => Received::Refused,
            Ok(()) if srtp::opened() != opened => Received::Authentic,
            Ok(()) => Received::Other,
        }
    }

    /// Lets time pass: what was written leaves, timers fire.
    pub(crate) fn tick(&mut self, now: Instant) -> Result<(), Error> {
        self.rtc.handle_input(Input::Timeout(now)).map_err(|_| Error::Peer("the session failed"))
    }

    /// Whether it takes a [`Session::tick`] after each packet to get the next one.
    pub(crate) fn paces(&self) -> bool {
        self.paces
    }

    pub(crate) fn poll(&mut self, now: Instant) -> Result<Polled, Error> {
        loop {
            match self.rtc.poll_output().map_err(|_| Error::Peer("the handshake failed"))? {
                Output::Timeout(at) => return Ok(Polled::Idle(at)),
                Output::Transmit(transmit) => {
                    let transport = match transmit.proto {
                        Protocol::Udp => Transport::Udp,
                        Protocol::Tcp | Protocol::SslTcp | Protocol::Tls => Transport::Tcp,
                    };
                    return Ok(Polled::Transmit {
                        transport,
                        local: transmit.source,
                        remote: transmit.destination,
                        bytes: transmit.contents.into(),
                    });
                }
                Output::Event(event) => {
                    if let Some(event) = self.translate(event, now) {
                        return Ok(Polled::Event(event));
                    }
                }
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the engine's list grows; the rest is about what is turned off here"
    )]
    fn translate(&mut self, event: Event, now: Instant) -> Option<SessionEvent> {
        match event {
            Event::Connected => Some(SessionEvent::Connected),
            Event::RtpPacket(packet) => self.media(packet, now).map(SessionEvent::Media),
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, can_probe }) => {
                let estimate = if self.is_resting { ESTIMATE_INITIAL } else { estimate.as_u64() };
                Some(SessionEvent::Estimate(can_probe.then_some(estimate)))
            }
            Event::PeerStats(stats) => {
                Some(SessionEvent::Path { round_trip: stats.rtt, loss: stats.egress_loss_fraction.unwrap_or(0.0) })
            }
            Event::StreamPaused(paused) => paused.paused.then_some(SessionEvent::Silent(paused.mid)),
            Event::KeyframeRequest(request) => Some(SessionEvent::KeyframeWanted(request.mid)),
            Event::ChannelOpen(id, label) if label == MESSAGE_CHANNEL => {
                self.channel = Some(id); // A page that opens it again means the newer one.
                None
            }
            Event::ChannelOpen(id, _) => {
                self.rtc.direct_api().close_data_channel(id);
                Some(SessionEvent::Rejected)
            }
            Event::ChannelData(data) => {
                let ours = self.channel == Some(data.id) && data.data.len() <= MESSAGE_BYTES_MAX;
                let message = match (ours, data.binary) {
                    (false, _) => None,
                    (true, true) => Some(Message::Binary(Bytes::from(data.data))),
                    (true, false) => String::from_utf8(data.data).ok().map(Message::Text),
                };
                Some(message.map_or(SessionEvent::Rejected, SessionEvent::Message))
            }
            Event::ChannelClose(id) => {
                self.channel = self.channel.filter(|&ours| ours != id);
                None
            }
            Event::Closed => Some(SessionEvent::Closed),
            _ => None,
        }
    }

    fn media(&mut self, packet: RtpPacket, now: Instant) -> Option<MediaPacket> {
        const INDEX_BITS: u32 = 48; // RFC 3711, section 3.3.1.
        // The engine takes what comes from before a stream's first turn for the end of the last turn there can be.
        if *packet.seq_no >> INDEX_BITS != 0 {
            return None;
        }
        let ssrc = *packet.header.ssrc;
        let (mid, rid) = match self.streams.iter().find(|(known, ..)| *known == ssrc) {
            Some((_, mid, rid)) => (*mid, *rid),
            None => {
                let mut api = self.rtc.direct_api();
                let stream = api.stream_rx(&packet.header.ssrc)?;
                let (mid, rid) = (stream.mid(), stream.rid());
                if self.streams.len() == SSRCS_MAX {
                    self.streams.clear(); // The guard bounds them; this is only a cache.
                }
                self.streams.push((ssrc, mid, rid));
                (mid, rid)
            }
        };
        let payload_type = packet.header.payload_type;
        let params = self.rtc.codec_config().params();
        let params = *params.iter().find(|p| p.pt() == payload_type || p.red() == Some(payload_type))?;
        let captured_at = self.captured_at(&packet, &params, now);
        Some(MediaPacket {
            mid,
            rid,
            ssrc,
            format: Format { params, payload_type: *payload_type },
            frame: Frame::of(params.spec().codec, &packet.payload),
            vp8_ids: Vp8Ids::of(params.spec().codec, &packet.payload),
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            payload: packet.payload,
            descriptor: None,
            captured_at: captured_at.unwrap_or(now),
            is_reported: captured_at.is_some(),
            extensions: packet.header.ext_vals,
        })
    }

    /// RFC 3550, section 6.4.1: a sender report ties a track's timestamps to the sender's clock.
    fn captured_at(&mut self, packet: &RtpPacket, params: &PayloadParams, now: Instant) -> Option<Instant> {
        let report = packet.last_sender_info?;
        let ticks = i64::from(packet.header.timestamp.wrapping_sub(report.rtp_time.numer() as u32) as i32);
        let rate = i64::from(params.spec().clock_rate.get()).max(1);
        let since_report = Duration::from_micros((ticks.unsigned_abs() * 1_000_000) / rate.unsigned_abs());
        let captured = if ticks < 0 {
            report.ntp_time.checked_sub(since_report)
        } else {
            report.ntp_time.checked_add(since_report)
        };
        let captured = captured?;
        let (theirs, ours) = *self.clock.get_or_insert((captured, now));
        let at = match captured.duration_since(theirs) {
            Ok(later) => ours.checked_add(later),
            Err(earlier) => ours.checked_sub(earlier.duration()),
        };
        let believable = |at: &Instant| {
            now.saturating_duration_since(*at) < CAPTURE_SKEW_MAX
                && at.saturating_duration_since(now) < CAPTURE_SKEW_MAX
        };
        at.filter(believable)
    }

    /// What shall always be sent, filled up with padding, and what would be sent if the network carried it, in bits per
    /// second: how far the estimate is probed. Of no effect without transport feedback.
    pub(crate) fn set_bandwidth(&mut self, minimum: u64, desired: u64) {
        self.minimum = minimum;
        self.rtc.bwe().set_bitrate(Bitrate::from(minimum), Bitrate::from(desired));
    }

    /// What may leave as padding, in bits per second. The engine likes to pad with what it has sent before.
    pub(crate) fn padding_rate(&self) -> u64 {
        const AUTOMATIC: u64 = 50_000; // The engine's own.
        if self.paces && !self.is_resting { self.minimum.max(AUTOMATIC) } else { 0 }
    }

    /// Nothing is sent for the time being: there is nothing to learn about the network, and no padding leaves to do so.
    pub(crate) fn rest(&mut self) {
        self.is_resting = true;
        self.rtc.bwe().reset(Bitrate::ZERO);
    }

    /// Media is sent again. What was known of the network is worth nothing by now.
    pub(crate) fn wake(&mut self) {
        self.is_resting = false;
        self.rtc.bwe().reset(Bitrate::from(ESTIMATE_INITIAL));
    }

    /// Whether the message was taken: false without a channel, or when too much waits already.
    pub(crate) fn send(&mut self, message: &Message) -> bool {
        let Some(mut channel) = self.channel.and_then(|id| self.rtc.channel(id)) else { return false };
        let (binary, bytes) = match message {
            Message::Text(text) => (false, text.as_bytes()),
            Message::Binary(bytes) => (true, &bytes[..]),
        };
        channel.write(binary, bytes).unwrap_or(false)
    }

    /// Says goodbye; poll once more to send it.
    pub(crate) fn close(&mut self) {
        // An engine that cannot even say goodbye is dropped silently.
        let _ = self.rtc.close();
    }
}

impl MediaPlane for Session {
    fn delivery(&self, mid: Mid, format: &Format) -> Option<Delivery> {
        let media = self.rtc.media(mid)?;
        let is_described = media.remote_extmap().iter().any(|(_, extension)| extension.as_uri() == descriptor::URI);
        let allowed = media.remote_pts();
        let params = self.rtc.codec_config().params().iter().filter(|params| allowed.contains(&params.pt()));
        let ours = *CodecConfig::new_from_payload_params(params.copied().collect()).match_params(format.params)?;
        let (payload_type, redundancy) = match ours.red().filter(|_| format.is_redundant()) {
            Some(red) if ours.pt() == format.params.pt() => (red, Redundancy::Pass),
            Some(red) => (red, Redundancy::Retag { from: *format.params.pt(), to: *ours.pt() }),
            None if format.is_redundant() => (ours.pt(), Redundancy::Strip),
            None => (ours.pt(), Redundancy::Pass),
        };
        Some(Delivery { payload_type: *payload_type, redundancy, is_described })
    }

    fn write(&mut self, ssrc: u32, outgoing: Outgoing<'_>) {
        let Outgoing { packet, delivery, position } = outgoing;
        let payload = match delivery.redundancy {
            _ if position.is_filler => Some(Arc::default()),
            Redundancy::Pass => Some(packet.payload.clone()),
            Redundancy::Retag { from, to } => red::retag(&packet.payload, from, to),
            Redundancy::Strip => red::primary(&packet.payload),
        };
        let Some(payload) = payload else { return };
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx(&Ssrc::from(ssrc)) else { return };
        let mut write = RtpWrite::new(
            Pt::from(delivery.payload_type),
            SeqNo::from(position.sequence),
            position.timestamp,
            packet.captured_at,
            payload,
        )
        .marker(position.marker)
        .nackable(packet.format.codec().is_video())
        .ext_vals(forwarded(&packet.extensions, position.descriptor.filter(|_| delivery.is_described)));
        if let Some(patch) = position.vp8_ids.and_then(|ids| packet.vp8_patch(ids)) {
            write = write.vp8_patch(patch);
        }
        stream.write_rtp(write);
    }

    fn request_keyframe(&mut self, ssrc: u32) {
        if let Some(stream) = self.rtc.direct_api().stream_rx(&Ssrc::from(ssrc)) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }
}

/// The header extensions that this end takes part in. Few, because each is bytes in every packet and code that reads
/// what strangers send: loudness for speaker detection, BUNDLE, simulcast, scalability, a phone's rotation, and transport
/// feedback if the offer has it. Each has the offer's id. What may come with a later offer has one that this offer does not use, lest
/// something else be read in its place.
fn extensions(offer: &Offer) -> ExtensionMap {
    const IDS: std::ops::RangeInclusive<u8> = 1..=16; // What the engine keeps.
    let known = [
        Extension::AudioLevel,
        Extension::RtpMid,
        Extension::RtpStreamId,
        Extension::RepairedRtpStreamId,
        Extension::VideoOrientation,
        Extension::with_serializer(descriptor::URI, described::Serializer),
    ];
    let feedback = offer.transport_sequence_id().map(|_| Extension::TransportSequenceNumber);
    let mut free: Vec<u8> = IDS.filter(|id| offer.extensions.iter().all(|(used, _)| used != id)).collect();
    let mut map = ExtensionMap::empty();
    for extension in known.into_iter().chain(feedback) {
        let offered = offer.extensions.iter().find(|(_, uri)| uri == extension.as_uri()).map(|(id, _)| *id);
        if let Some(id) = offered.filter(|id| IDS.contains(id)).or_else(|| free.pop()) {
            map.set(id, extension);
        }
    }
    map
}

/// What a viewer is told of a packet's extensions: end-to-end facts only. Those of the hop are written anew.
fn forwarded(received: &ExtensionValues, descriptor: Option<Written>) -> ExtensionValues {
    let mut values = ExtensionValues {
        audio_level: received.audio_level,
        voice_activity: received.voice_activity,
        video_orientation: received.video_orientation,
        ..ExtensionValues::default()
    };
    if let Some(bytes) = descriptor.and_then(|written| DescriptorBytes::new(&written)) {
        values.user_values.set(bytes);
    }
    values
}
