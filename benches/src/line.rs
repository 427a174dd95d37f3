//! What a [`crate::caller::Caller`] does beside media: SDP, ICE checks, DTLS and SCTP, by a session engine that media
//! is kept from. Its keys are taken where the handshake hands them out, as the core does.

use std::cell::Cell;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sfu_sim::Client;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::config::DtlsVersion;
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion, SrtpProfile,
};
use str0m::crypto::{CryptoError, CryptoProvider};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

use crate::outbox::Outbox;
use crate::srtp::Keys;

/// How often a path is checked; a browser does so every 2.5 s to 6 s.
const CHECKS_EVERY: Duration = Duration::from_secs(2);
/// The engine's own reports: it has no keys, so that it would make each in vain.
const NEVER: Duration = Duration::from_secs(365 * 24 * 3_600);
/// The engine's deadlines may not stand still.
const STEP: Duration = Duration::from_millis(1);

/// One peer connection without its media.
pub(crate) struct Line {
    rtc: Rtc,
    local: SocketAddr,
    pending: Option<SdpPendingOffer>,
    /// A voice, and a camera.
    sending: Vec<Mid>,
    due: Instant,
}

/// What offer and answer have agreed on about media.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agreed {
    /// Payload types, repairs not included.
    pub(crate) sound: u8,
    pub(crate) picture: u8,
    /// SSRCs of sound and picture, if anything is sent.
    pub(crate) ssrcs: Option<(u32, u32)>,
    /// Header extensions.
    pub(crate) audio_level: Option<u8>,
    pub(crate) number: Option<u8>,
}

impl Agreed {
    /// What an answer says.
    fn of(answer: &str, ssrcs: Option<(u32, u32)>) -> Self {
        let attribute = |name: &str, value: &str| {
            let mut values = answer.lines().filter_map(|line| line.strip_prefix("a=")?.strip_prefix(name));
            values.find_map(|line| line.split_once(' ').filter(|(_, is)| is.starts_with(value))?.0.parse().ok())
        };
        Self {
            sound: attribute("rtpmap:", "opus/").unwrap_or_default(),
            picture: attribute("rtpmap:", "VP8/").unwrap_or_default(),
            ssrcs,
            audio_level: attribute("extmap:", Extension::AudioLevel.as_uri()),
            number: attribute("extmap:", Extension::TransportSequenceNumber.as_uri()),
        }
    }
}

impl Line {
    /// A connection that sends a voice and a camera, or nothing, and receives so many of each; and its offer.
    pub(crate) fn offer(local: SocketAddr, sends: bool, slots: usize, now: Instant) -> (Self, String) {
        let mut line = Self::new(local, now);
        let mut changes = line.rtc.sdp_api();
        for kind in [MediaKind::Audio, MediaKind::Video].into_iter().filter(|_| sends) {
            let mid = changes.add_media(kind, Direction::SendOnly, Some("me".into()), None, None);
            line.sending.push(mid);
        }
        for _ in 0..slots {
            changes.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
            changes.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
        }
        changes.add_channel(sfu_core::limits::MESSAGE_CHANNEL.into());
        let (offer, pending) = changes.apply().expect("there are changes to offer");
        line.pending = Some(pending);
        (line, offer.to_sdp_string())
    }

    /// Takes the answer.
    ///
    /// # Panics
    /// If it does not fit the offer.
    pub(crate) fn accept(&mut self, answer: &str) -> Agreed {
        let sdp = SdpAnswer::from_sdp_string(answer).expect("the answer is SDP");
        let pending = self.pending.take().expect("an offer is open");
        self.rtc.sdp_api().accept_answer(pending, sdp).expect("the answer fits the offer");
        let mut ssrcs = self.sending.iter().map(|mid| {
            let mut api = self.rtc.direct_api();
            api.stream_tx_by_mid(*mid, None).map(|stream| *stream.ssrc()).expect("it was offered")
        });
        Agreed::of(answer, ssrcs.next().zip(ssrcs.next()))
    }

    /// A connection that receives what is offered; and its answer.
    ///
    /// # Panics
    /// If the offer cannot be answered.
    pub(crate) fn answer(local: SocketAddr, offer: &str, now: Instant) -> (Self, Agreed, String) {
        let mut line = Self::new(local, now);
        let offer = SdpOffer::from_sdp_string(offer).expect("the offer is SDP");
        let answer = line.rtc.sdp_api().accept_offer(offer).expect("the offer is consistent").to_sdp_string();
        (line, Agreed::of(&answer, None), answer)
    }

    fn new(local: SocketAddr, now: Instant) -> Self {
        let mut config = RtcConfig::new();
        config.set_max_stun_rto(CHECKS_EVERY);
        let mut extensions = ExtensionMap::empty();
        // Under the numbers that Chromium gives.
        for (id, extension) in
            [(1, Extension::AudioLevel), (3, Extension::TransportSequenceNumber), (4, Extension::RtpMid)]
        {
            extensions.set(id, extension);
        }
        let mut rtc = config
            .set_crypto_provider(Arc::new(CryptoProvider { dtls_provider: &Tap, ..Client::crypto() }))
            .set_rtp_mode(true)
            .set_rtcp_report_interval_audio(NEVER)
            .set_rtcp_report_interval_video(NEVER)
            .set_extension_map(extensions)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        rtc.add_local_candidate(Candidate::host(local, Protocol::Udp).expect("a socket's address is a candidate"));
        Self { rtc, local, pending: None, sending: Vec::new(), due: now }
    }

    /// When [`Line::step`] is due.
    pub(crate) fn due(&self) -> Instant {
        self.due
    }

    /// Takes a datagram that is no media, if there is one, and lets time pass. Returns the keys when they are there.
    ///
    /// # Panics
    /// If the session fails.
    pub(crate) fn step(
        &mut self,
        datagram: Option<(SocketAddr, &[u8])>,
        now: Instant,
        out: &mut Outbox,
    ) -> Option<Keys> {
        if let Some((from, bytes)) = datagram
            && let Ok(receive) = Receive::new(Protocol::Udp, from, self.local, bytes)
        {
            let input = Input::Receive(now, receive);
            if self.rtc.accepts(&input) {
                self.rtc.handle_input(input).expect("what the server sends is well formed");
            }
        }
        self.rtc.handle_input(Input::Timeout(now)).expect("the session goes on");
        let mut keys = None;
        loop {
            match self.rtc.poll_output().expect("the session goes on") {
                Output::Transmit(transmit) => out.push(transmit.destination, &transmit.contents),
                Output::Event(Event::Connected) => keys = KEYS.take(),
                Output::Event(_) => {}
                Output::Timeout(at) => {
                    self.due = at.max(now + STEP);
                    return keys;
                }
            }
        }
    }
}

thread_local! {
    /// Of the handshake that the engine has just driven to its end.
    static KEYS: Cell<Option<Keys>> = const { Cell::new(None) };
}

/// The simulated clients' DTLS, whose keying material does not reach the engine.
#[derive(Debug)]
struct Tap;

#[derive(Debug)]
struct Tapped(Box<dyn DtlsInstance>);

impl DtlsProvider for Tap {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        Client::crypto().dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let dtls = Client::crypto().dtls_provider.new_dtls(cert, now, version, mtu)?;
        Ok(Box::new(Tapped(dtls)))
    }
}

impl DtlsInstance for Tapped {
    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let is_client = self.0.is_active();
        let output = self.0.poll_output(buf);
        let DtlsOutput::KeyingMaterial(material, profile) = output else { return output };
        assert_ne!(profile, SrtpProfile::AES128_CM_SHA1_80, "servers prefer AES-GCM, and callers know nothing else");
        let key_bytes = if profile == SrtpProfile::AEAD_AES_128_GCM { 16 } else { 32 };
        KEYS.set(Keys::derive(&material, key_bytes, is_client));
        DtlsOutput::Connected // It knows that already, and takes it for nothing.
    }

    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}
