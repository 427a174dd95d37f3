//! One page's peer connection: str0m in the role of the browser. It offers, sends a voice, a camera and perhaps a screen, and receives in slots.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use sfu_core::{Source, Transport};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::ChannelId;
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion};
use str0m::crypto::CryptoError;
use str0m::crypto::dtls::{DtlsInstance, DtlsProvider};
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{Extension, ExtensionMap, ExtensionValues, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig};

use crate::time::TICK;

/// One datagram on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// How. By TCP, one packet is one frame (RFC 4571).
    pub transport: Transport,
    /// From where.
    pub from: SocketAddr,
    /// To where.
    pub to: SocketAddr,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The step of the simulation at which it was sent.
    pub step: u64,
}

/// What a [`Client`] noticed.
#[derive(Debug)]
pub enum ClientEvent {
    /// ICE and DTLS are up.
    Connected,
    /// An ICE check got through again, or for the first time.
    Reachable,
    /// No ICE check gets through. May pass.
    Unreachable,
    /// The data channel is open.
    ChannelOpen,
    /// A message came.
    Message(Vec<u8>),
    /// A sound or picture came.
    Media {
        /// The receiving m-line.
        mid: Mid,
        /// Which of the two.
        kind: MediaKind,
        /// The RTP sequence number, counted on beyond its 16 bits.
        sequence: u64,
        /// The RTP timestamp.
        timestamp: u32,
        /// The RTP payload.
        payload: Arc<[u8]>,
    },
    /// Somebody who watches needs a keyframe.
    KeyframeWanted {
        /// Of what.
        source: Source,
        /// Of which simulcast layer (RFC 8852); `None` without simulcast.
        rid: Option<String>,
    },
    /// The server closed the session.
    Closed,
}

/// A peer connection as a page makes it.
pub struct Client {
    rtc: Rtc,
    pending: Option<SdpPendingOffer>,
    wake: Instant,
    now: Instant,
    began: Instant,
    lines: Vec<Line>,
    channel: ChannelId,
    channel_open: bool,
}

/// What a page can send again.
const REPAIR_PACKETS_MAX: usize = 1_024;
/// And for how long.
const REPAIR_AGE_MAX: Duration = Duration::from_secs(3);

/// How often an address is checked. Chromium checks one that answers every 2.5 s and one that does not every 480 ms; the engine has one figure for both.
const CHECKS_EVERY: Duration = Duration::from_secs(2);

/// One sending m-line.
struct Line {
    source: Source,
    mid: Mid,
    codec: Codec,
    clock_rate: u64,
    streams: Vec<Stream>,
}

/// One layer of a sending m-line.
struct Stream {
    rid: Option<Rid>,
    seq: u64,
}

/// What a page tells the server about how datagrams arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Feedback {
    /// Nothing but receiver reports, as clients without congestion control do.
    ReportsOnly,
    /// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01), as browsers do.
    #[default]
    TransportWide,
}

const SOUND_AND_PICTURE: &[(Source, &[&str])] = &[(Source::Microphone, &[]), (Source::Camera, &[])];

impl Client {
    /// A new connection that sends a voice and a camera without layers and has that many receiving slots, and its offer.
    #[must_use]
    pub fn new(local: SocketAddr, slots: usize, now: Instant) -> (Self, String) {
        Self::sending(local, SOUND_AND_PICTURE, slots, Feedback::default(), now)
    }

    /// A new connection that sends these sources, each with these simulcast layers (RFC 8853; none for a single one), and has that many
    /// receiving slots; and its offer.
    #[must_use]
    pub fn sending(
        local: SocketAddr,
        sources: &[(Source, &[&str])],
        slots: usize,
        feedback: Feedback,
        now: Instant,
    ) -> (Self, String) {
        Self::build(local, sources, slots, feedback, Self::crypto(), now)
    }

    /// As [`Client::new`], with cryptography that may look at what it seals, or seal more: for clients that mean harm.
    #[must_use]
    pub fn with_crypto(local: SocketAddr, slots: usize, crypto: CryptoProvider, now: Instant) -> (Self, String) {
        Self::build(local, SOUND_AND_PICTURE, slots, Feedback::default(), crypto, now)
    }

    /// The cryptography of [`Client::new`].
    #[must_use]
    pub fn crypto() -> CryptoProvider {
        CryptoProvider { dtls_provider: &SeededDtls, ..str0m::crypto::from_feature_flags() }
    }

    fn build(
        local: SocketAddr,
        sources: &[(Source, &[&str])],
        slots: usize,
        feedback: Feedback,
        crypto: CryptoProvider,
        now: Instant,
    ) -> (Self, String) {
        let mut config = RtcConfig::new();
        config.set_max_stun_rto(CHECKS_EVERY);
        let mut rtc = config
            .set_crypto_provider(Arc::new(crypto))
            .set_rtp_mode(true)
            .set_extension_map(extensions(feedback))
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        if let Ok(candidate) = Candidate::host(local, Protocol::Udp) {
            rtc.add_local_candidate(candidate);
        }
        let mut changes = rtc.sdp_api();
        let mut lines = Vec::new();
        for (source, rids) in sources {
            let (kind, codec, clock_rate) = match source {
                Source::Microphone => (MediaKind::Audio, Codec::Opus, 48_000),
                Source::Camera | Source::Screen => (MediaKind::Video, Codec::Vp8, 90_000),
            };
            let simulcast = (!rids.is_empty()).then(|| Simulcast {
                send: rids.iter().map(|rid| SimulcastLayer::new(rid)).collect(),
                recv: Vec::new(),
            });
            let stream_name = if *source == Source::Screen { "screen" } else { "me" };
            let mid = changes.add_media(kind, Direction::SendOnly, Some(stream_name.into()), None, simulcast);
            let rids: Vec<Option<Rid>> =
                if rids.is_empty() { vec![None] } else { rids.iter().map(|rid| Some(Rid::from(*rid))).collect() };
            // In the lower half, as browsers do: nobody can know of a wrap whose packets all got lost (RFC 3711, section 3.3.1).
            let stream = |rid| Stream { rid, seq: u64::from(fastrand::u16(1..1 << 15)) };
            let streams = rids.into_iter().map(stream).collect();
            lines.push(Line { source: *source, mid, codec, clock_rate, streams });
        }
        for _ in 0..slots {
            changes.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
            changes.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
        }
        let channel = changes.add_channel(sfu_core::limits::MESSAGE_CHANNEL.into());
        let (offer, pending) = changes.apply().expect("there are changes to offer");
        let client =
            Self { rtc, pending: Some(pending), wake: now, now, began: now, lines, channel, channel_open: false };
        (client, offer.to_sdp_string())
    }

    /// Tries to reach the server by TCP as well (RFC 6544): what a browser does by itself where the answer allows it.
    pub fn try_tcp(&mut self, local: SocketAddr) {
        if let Ok(candidate) = Candidate::builder().tcp().host(local).tcptype(TcpType::Active).build() {
            self.rtc.add_local_candidate(candidate);
        }
    }

    /// What each sending m-line carries, by mid: for [`sfu_core::Command::Offer`].
    #[must_use]
    pub fn sources(&self) -> Vec<(String, Source)> {
        self.lines.iter().map(|line| (line.mid.to_string(), line.source)).collect()
    }

    /// Takes the server's answer.
    ///
    /// # Errors
    /// In str0m's words, if it cannot be read or does not fit the offer.
    pub fn accept(&mut self, answer: &str, now: Instant) -> Result<(), String> {
        self.now = now;
        let answer = SdpAnswer::from_sdp_string(answer).map_err(|error| error.to_string())?;
        let pending = self.pending.take().ok_or("no offer is open")?;
        self.wake = self.now;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(|error| error.to_string())?;
        // Browsers do not stop repairing at 15 % of the rate, as str0m does by itself.
        for line in self.lines.iter().filter(|line| line.source != Source::Microphone) {
            for Stream { rid, .. } in &line.streams {
                if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(line.mid, *rid) {
                    stream.set_rtx_cache(REPAIR_PACKETS_MAX, REPAIR_AGE_MAX, None);
                }
            }
        }
        Ok(())
    }

    /// When [`Client::timeout`] is due.
    #[must_use]
    pub fn next_wake(&self) -> Instant {
        self.wake
    }

    /// Whether the session has not ended.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.rtc.is_alive()
    }

    /// Whether the message channel is open.
    #[must_use]
    pub fn channel_is_open(&self) -> bool {
        self.channel_open
    }

    /// A datagram arrived at `local` by UDP. One that is no WebRTC at all is ignored, as an operating system's socket would hand it on and a browser
    /// drop it.
    pub fn receive(&mut self, from: SocketAddr, local: SocketAddr, bytes: &[u8], now: Instant) {
        self.receive_by(Transport::Udp, from, local, bytes, now);
    }

    /// As [`Client::receive`], by either transport.
    pub fn receive_by(
        &mut self,
        transport: Transport,
        from: SocketAddr,
        local: SocketAddr,
        bytes: &[u8],
        now: Instant,
    ) {
        self.now = now;
        self.wake = now;
        let protocol = match transport {
            Transport::Udp => Protocol::Udp,
            Transport::Tcp => Protocol::Tcp,
        };
        if let Ok(datagram) = Receive::new(protocol, from, local, bytes) {
            let input = Input::Receive(now, datagram);
            if self.rtc.accepts(&input) {
                self.step(input);
            }
        }
    }

    /// Time has passed.
    pub fn timeout(&mut self, now: Instant) {
        self.now = now;
        self.step(Input::Timeout(now));
    }

    /// Sends one packet of sound of somebody who speaks.
    pub fn send_sound(&mut self, payload: Vec<u8>, now: Instant) {
        self.send_voice(payload, true, now);
    }

    /// Sends one packet of sound, marked as speech or as silence (RFC 6464).
    pub fn send_voice(&mut self, payload: Vec<u8>, speaks: bool, now: Instant) {
        let level = if speaks { -30 } else { -110 };
        let values =
            ExtensionValues { audio_level: Some(level), voice_activity: Some(speaks), ..ExtensionValues::default() };
        self.send(Source::Microphone, None, vec![payload], &values, now);
    }

    /// Sends one frame of the camera, which has no layers.
    pub fn send_picture(&mut self, payloads: Vec<Vec<u8>>, now: Instant) {
        self.send_frame(Source::Camera, None, payloads, now);
    }

    /// Sends one frame of one layer. Nothing if there is no such layer.
    pub fn send_frame(&mut self, source: Source, rid: Option<&str>, payloads: Vec<Vec<u8>>, now: Instant) {
        self.send(source, rid, payloads, &ExtensionValues::default(), now);
    }

    fn send(
        &mut self,
        source: Source,
        rid: Option<&str>,
        payloads: Vec<Vec<u8>>,
        values: &ExtensionValues,
        now: Instant,
    ) {
        self.now = now;
        self.wake = now;
        let rid = rid.map(Rid::from);
        let Some(line) = self.lines.iter_mut().find(|line| line.source == source) else { return };
        let Some(pt) = payload_type(&self.rtc, line) else { return };
        let Some(numbers) = line.streams.iter_mut().find(|stream| stream.rid == rid) else { return };
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx_by_mid(line.mid, rid) else { return };
        let time = u64::try_from((now - self.began).as_nanos()).unwrap_or(0) / 1_000 * line.clock_rate / 1_000_000;
        let parts = payloads.len();
        for (part, payload) in payloads.into_iter().enumerate() {
            let marker = line.codec == Codec::Vp8 && part + 1 == parts;
            #[expect(clippy::cast_possible_truncation, reason = "RTP time wraps around (RFC 3550, section 5.1)")]
            let packet = RtpWrite::new(pt, numbers.seq.into(), time as u32, now, payload);
            stream.write_rtp(packet.marker(marker).nackable(true).ext_vals(values.clone()));
            numbers.seq += 1;
        }
    }

    /// Sends a message. False if the channel is not open or its buffer is full.
    pub fn send_message(&mut self, binary: bool, message: &[u8], now: Instant) -> bool {
        self.now = now;
        self.wake = self.now;
        self.rtc.channel(self.channel).is_some_and(|mut channel| channel.write(binary, message).unwrap_or(false))
    }

    /// Sends again what nobody has acknowledged. For scenarios with outages: browsers wait three seconds for that at most, str0m's SCTP a minute.
    pub fn repeat_messages(&mut self, now: Instant) {
        sfu_core::repeat_unacknowledged();
        self.timeout(now);
    }

    /// Asks for a keyframe in a receiving m-line.
    pub fn ask_for_keyframe(&mut self, mid: Mid, now: Instant) {
        self.now = now;
        self.wake = self.now;
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    /// Ends the session with the server's knowledge.
    pub fn close(&mut self, now: Instant) {
        self.now = now;
        self.wake = self.now;
        let _ = self.rtc.close(); // Nothing to do about a session that cannot even be closed.
    }

    /// Gives out everything there is to send and to know.
    pub fn drain(&mut self, mut send: impl FnMut(Packet), mut tell: impl FnMut(ClientEvent)) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    let transport = if transmit.proto == Protocol::Udp { Transport::Udp } else { Transport::Tcp };
                    send(Packet {
                        transport,
                        from: transmit.source,
                        to: transmit.destination,
                        bytes: transmit.contents.to_vec(),
                        step: 0,
                    });
                }
                Ok(Output::Event(event)) => {
                    if let Some(event) = self.translate(event) {
                        tell(event);
                    }
                }
                Ok(Output::Timeout(at)) => {
                    self.wake = at.max(self.now + TICK); // Its own deadlines may not stand still either.
                    return;
                }
                Err(_) => return self.rtc.disconnect(),
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's enum, which has many events that no page cares about")]
    fn translate(&mut self, event: Event) -> Option<ClientEvent> {
        Some(match event {
            Event::Connected => ClientEvent::Connected,
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => ClientEvent::Unreachable,
            Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed) => {
                ClientEvent::Reachable
            }
            Event::ChannelOpen(..) => {
                self.channel_open = true;
                ClientEvent::ChannelOpen
            }
            Event::ChannelData(message) => ClientEvent::Message(message.data),
            Event::RtpPacket(packet) if packet.payload.is_empty() => return None, // Padding: a probe for bandwidth.
            Event::RtpPacket(packet) => {
                let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc)?.mid();
                let (kind, sequence, timestamp) =
                    (self.rtc.media(mid)?.kind(), *packet.seq_no, packet.header.timestamp);
                ClientEvent::Media { mid, kind, sequence, timestamp, payload: packet.payload }
            }
            Event::KeyframeRequest(request) => {
                let source = self.lines.iter().find(|line| line.mid == request.mid)?.source;
                ClientEvent::KeyframeWanted { source, rid: request.rid.map(|rid| rid.to_string()) }
            }
            Event::Closed => ClientEvent::Closed,
            _ => return None,
        })
    }

    fn step(&mut self, input: Input<'_>) {
        if self.rtc.handle_input(input).is_err() {
            self.rtc.disconnect();
        }
    }
}

fn payload_type(rtc: &Rtc, line: &Line) -> Option<Pt> {
    let agreed = rtc.media(line.mid)?.remote_pts();
    let params =
        rtc.codec_config().iter().find(|params| params.spec().codec == line.codec && agreed.contains(&params.pt()))?;
    Some(params.pt())
}

/// DTLS whose waits between retransmissions come from the seed. The keys do not: those are always the operating system's.
#[derive(Debug)]
struct SeededDtls;

static DTLS: LazyLock<[Arc<dimpl::Config>; 8]> = LazyLock::new(|| {
    // Built once: each time, dimpl tests its whole cryptography. Eight, so that not everybody waits alike.
    std::array::from_fn(|seed| {
        let config = dimpl::Config::builder().use_server_cookie(false).dangerously_set_rng_seed(seed as u64).build();
        Arc::new(config.expect("defaults are valid"))
    })
});

/// Made once: a key for each of a thousand clients takes longer than their handshakes.
static CERTIFICATES: LazyLock<[DtlsCert; 8]> = LazyLock::new(|| {
    std::array::from_fn(|_| {
        dimpl::certificate::generate_self_signed_certificate().expect("the operating system gives randomness")
    })
});

impl DtlsProvider for SeededDtls {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        Some(CERTIFICATES[fastrand::usize(..CERTIFICATES.len())].clone())
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        _version: DtlsVersion,
        _mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let config = Arc::clone(&DTLS[fastrand::usize(..DTLS.len())]);
        Ok(sfu_core::dtls_for_simulation(config, cert, now))
    }
}

/// What browsers offer, under the numbers that Chromium gives.
fn extensions(feedback: Feedback) -> ExtensionMap {
    let mut map = ExtensionMap::empty();
    map.set(1, Extension::AudioLevel);
    if feedback == Feedback::TransportWide {
        map.set(3, Extension::TransportSequenceNumber);
    }
    map.set(4, Extension::RtpMid);
    map.set(10, Extension::RtpStreamId);
    map.set(11, Extension::RepairedRtpStreamId);
    map.set(13, Extension::VideoOrientation);
    map
}
