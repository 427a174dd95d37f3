//! One participant's session: SDP, ICE-lite, DTLS and data channel by the engine, media by the plane.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rand_chacha::ChaCha12Rng;
use str0m::change::SdpOffer;
use str0m::channel::ChannelId;
use str0m::config::DtlsCert;
use str0m::format::{CodecConfig, PayloadParams};
use str0m::media::{Media, Mid, Rids};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::Ssrc;
use str0m::{Candidate, Event, IceCreds, Input, Output, Rtc};

use super::dtls::{self, CRYPTO};
use super::{Delivery, ExtensionIds, Format, Redundancy, extensions};
use crate::demux::Kind;
use crate::limits::{DATAGRAM_BYTES_MAX, MESSAGE_BUFFER_BYTES_MAX, MESSAGE_BYTES_MAX, MESSAGE_CHANNEL};
use crate::negotiate::{LineKind, Offer};
use crate::plane::{Negotiated, NegotiatedLine, Plane, Unusable};
use crate::{Datagram, Error, Message, Transport};

/// Whether the engine may agree to a codec of that name (RFC 8866, section 6.6): to those that [`Session::new`] enables.
pub(crate) fn is_agreeable_codec(name: &str, kind: LineKind) -> bool {
    let known: &[&str] = match kind {
        LineKind::Audio => &["opus", "red"],
        LineKind::Video => &["VP8", "VP9", "H264", "AV1"],
        LineKind::Data => &[],
    };
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// What the engine aims at.
const ENGINE_MTU: usize = DATAGRAM_BYTES_MAX - 2;

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
pub(crate) enum Polled {
    /// A datagram to send: STUN, or DTLS.
    Transmit { transport: Transport, local: SocketAddr, remote: SocketAddr, bytes: Vec<u8> },
    /// Something happened.
    Event(SessionEvent),
    /// Nothing more until then.
    Idle,
}

/// What happened in a session, beside media.
pub(crate) enum SessionEvent {
    /// DTLS is up.
    Connected,
    /// The message channel is open, maybe once more.
    ChannelOpened,
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
    /// In a place of its own: it is large, and whoever holds a session is moved while it is made.
    rtc: Box<Rtc>,
    channel: Option<ChannelId>,
    pub(crate) plane: Plane,
    /// When the engine wants to be called.
    engine_due: Instant,
    /// It was given something, which leaves with its next call.
    is_poked: bool,
    /// It has said all that it has to say, since which it was given nothing: media passes it by.
    is_silent: bool,
    /// When a check came last.
    checked_at: Instant,
}

/// The engine's own reports on media: it has no keys, so that it makes each in vain.
const NEVER: Duration = Duration::from_secs(365 * 24 * 3_600);

/// A check that comes after so long without may be the end of an outage. Browsers check every 2.5 s (Chromium) to 6 s (Firefox), and a packet in
/// vain is no harm.
const OUTAGE: Duration = Duration::from_secs(3);

impl Session {
    pub(crate) fn new(
        credentials: &Credentials,
        candidates: &[(Transport, SocketAddr)],
        identity: &Identity,
        offered: &Offer,
        now: Instant,
    ) -> Result<Self, Error> {
        let rtc = Rtc::builder()
            .set_crypto_provider(CRYPTO.clone())
            .set_dtls_cert(DtlsCert::clone(&credentials.0))
            .set_local_ice_credentials(identity.to_engine())
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .set_mtu(ENGINE_MTU..=DATAGRAM_BYTES_MAX)
            .set_extension_map(extensions::agreeable(offered))
            .set_rtcp_report_interval_audio(NEVER)
            .set_rtcp_report_interval_video(NEVER)
            .set_sctp_max_message_size(MESSAGE_BYTES_MAX as u32)
            .set_sctp_max_buffered_amount(MESSAGE_BUFFER_BYTES_MAX)
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_vp9(true)
            .enable_h264(true)
            .enable_av1(true)
            .build(now);
        let mut rtc = Box::new(rtc);
        for &(transport, address) in candidates {
            let candidate = match transport {
                Transport::Udp => Candidate::builder().udp().host(address).build(),
                Transport::Tcp => Candidate::builder().tcp().host(address).tcptype(TcpType::Passive).build(),
            };
            let candidate = candidate.map_err(|_| Error::Misuse("a candidate must be a plain unicast address"))?;
            rtc.add_local_candidate(candidate).ok_or(Error::Misuse("a candidate was given twice"))?;
        }
        Ok(Self {
            rtc,
            channel: None,
            plane: Plane::new(now),
            engine_due: now,
            is_poked: true,
            is_silent: false,
            checked_at: now,
        })
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
        self.poke();
        Ok(answer.to_sdp_string())
    }

    /// The engine is given something.
    fn poke(&mut self) {
        (self.is_poked, self.is_silent) = (true, false);
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
        let is_repaired = self.agreed(media).any(|params| params.resend().is_some());
        let mut api = self.rtc.direct_api();
        if is_missing && api.stream_tx_by_mid(mid, None).is_none() {
            let (ssrc, repair) = (api.new_ssrc(), is_repaired.then(|| api.new_ssrc()));
            api.declare_stream_tx(ssrc, repair, mid, None);
        }
        let stream = api.stream_tx_by_mid(mid, None)?;
        Some((*stream.ssrc(), stream.rtx().map(|ssrc| *ssrc)))
    }

    /// Gives a new stream the SSRCs of our choice, before anything was sent on it.
    pub(crate) fn name_sending(&mut self, mid: Mid, from: u32, ssrc: u32, repair: Option<u32>, rng: &mut ChaCha12Rng) {
        self.poke();
        let mut api = self.rtc.direct_api();
        api.remove_stream_tx(Ssrc::from(from)); // The engine sends nothing on it, but writes its name in answers.
        api.declare_stream_tx(Ssrc::from(ssrc), repair.map(Ssrc::from), mid, None);
        self.plane.open(mid, (ssrc, repair), self.padding(mid), rng);
    }

    /// What padding on an m-line needs: a payload type of repairs, and the header extensions.
    fn padding(&self, mid: Mid) -> Option<(u8, ExtensionIds)> {
        let media = self.rtc.media(mid)?;
        let payload_type = *self.agreed(media).find_map(|params| params.resend())?;
        Some((payload_type, ExtensionIds::of(media.remote_extmap())))
    }

    /// The formats that an m-line has agreed on.
    fn agreed<'a>(&'a self, media: &'a Media) -> impl Iterator<Item = &'a PayloadParams> {
        self.rtc.codec_config().params().iter().filter(|params| media.remote_pts().contains(&params.pt()))
    }

    /// Tells the plane what an offer and its answer have agreed on.
    pub(crate) fn negotiated(&mut self, offer: &Offer, now: Instant) {
        let mut ids = ExtensionIds::default();
        let mut lines = Vec::new();
        for line in &offer.lines {
            let Some(media) = self.rtc.media(line.mid) else { continue };
            ids.add(media.remote_extmap());
            if line.sends {
                lines.push(NegotiatedLine {
                    mid: line.mid,
                    name: line.name.clone(),
                    is_video: line.kind == LineKind::Video,
                    rids: line.rids.clone(),
                    ssrcs: line.ssrcs.clone(),
                    repairs: line.repairs.clone(),
                });
            }
        }
        let formats = self.rtc.codec_config().params().iter();
        let formats = formats.map(|params| Format { params: *params, payload_type: *params.pt() }).collect();
        self.plane.negotiate(Negotiated { ids, formats, lines }, now);
    }

    /// The form in which the m-line `mid` takes what arrived as `format`; `None` if it was not negotiated there.
    pub(crate) fn delivery(&self, mid: Mid, format: &Format) -> Option<Delivery> {
        let media = self.rtc.media(mid)?;
        let agreed = self.agreed(media).copied().collect();
        let ours = *CodecConfig::new_from_payload_params(agreed).match_params(format.params)?;
        let (payload_type, redundancy) = match ours.red().filter(|_| format.is_redundant()) {
            Some(red) if ours.pt() == format.params.pt() => (red, Redundancy::Pass),
            Some(red) => (red, Redundancy::Retag { from: *format.params.pt(), to: *ours.pt() }),
            None if format.is_redundant() => (ours.pt(), Redundancy::Strip),
            None => (ours.pt(), Redundancy::Pass),
        };
        let ids = ExtensionIds::of(media.remote_extmap());
        let repair_payload_type = ours.resend().map(|payload_type| *payload_type);
        Some(Delivery { payload_type: *payload_type, repair_payload_type, redundancy, ids })
    }

    /// Takes a datagram that is not media, which goes to the plane and passes the engine by.
    pub(crate) fn receive(&mut self, kind: Kind, datagram: &Datagram<'_>, now: Instant) -> Received {
        if kind == Kind::Rtcp {
            return match self.plane.receive_rtcp(datagram.bytes, now) {
                Ok(()) => Received::Authentic,
                Err(Unusable::Early) => Received::Other, // The first packets may overtake the end of the handshake.
                Err(Unusable::Refused) => Received::Refused,
            };
        }
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
        self.poke();
        // An error here is a datagram that DTLS could not take. Anybody could have forged it, so it is no reason to end
        // the session; what is really over shows in `poll` or by a time-out.
        match self.rtc.handle_input(input) {
            Err(_) if dtls::peer_lacked_certificate() => return Received::Uncertified,
            Err(_) => return Received::Refused,
            Ok(()) => {}
        }
        if kind == Kind::Stun && OUTAGE <= now.saturating_duration_since(std::mem::replace(&mut self.checked_at, now)) {
            dtls::repeat_unacknowledged();
        }
        Received::Other
    }

    /// Lets time pass: timers fire, and what is due leaves.
    pub(crate) fn tick(&mut self, now: Instant) -> Result<(), Error> {
        self.plane.tick(now);
        if !std::mem::take(&mut self.is_poked) && now < self.engine_due {
            return Ok(());
        }
        self.is_silent = false;
        self.rtc.handle_input(Input::Timeout(now)).map_err(|_| Error::Peer("the session failed"))
    }

    /// When the engine wants to be called.
    pub(crate) fn engine_due(&self) -> Instant {
        self.engine_due
    }

    /// What the engine has to say.
    pub(crate) fn poll(&mut self) -> Result<Polled, Error> {
        if self.is_silent {
            return Ok(Polled::Idle);
        }
        loop {
            match self.rtc.poll_output().map_err(|_| Error::Peer("the handshake failed"))? {
                Output::Timeout(at) => {
                    dtls::forget_to_repeat();
                    (self.engine_due, self.is_silent) = (at, true);
                    return Ok(Polled::Idle);
                }
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
                    if let Some(event) = self.translate(event) {
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
    fn translate(&mut self, event: Event) -> Option<SessionEvent> {
        match event {
            Event::Connected => {
                // The engine has compared the peer's fingerprint by now.
                let keys = dtls::take_keys()?;
                let is_secure = self.plane.secure(keys.profile, keys.material.as_ref(), keys.is_client);
                is_secure.then_some(SessionEvent::Connected)
            }
            Event::ChannelOpen(id, label) if label == MESSAGE_CHANNEL => {
                self.channel = Some(id); // A page that opens it again means the newer one.
                Some(SessionEvent::ChannelOpened)
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

    /// Whether the peer has opened the channel for messages.
    pub(crate) fn has_channel(&self) -> bool {
        self.channel.is_some()
    }

    /// Whether the message was taken: false without a channel, or when too much waits already.
    pub(crate) fn send(&mut self, message: &Message) -> bool {
        let Some(mut channel) = self.channel.and_then(|id| self.rtc.channel(id)) else { return false };
        let (binary, bytes) = match message {
            Message::Text(text) => (false, text.as_bytes()),
            Message::Binary(bytes) => (true, &bytes[..]),
        };
        let is_taken = channel.write(binary, bytes).unwrap_or(false);
        self.poke();
        is_taken
    }

    /// Says goodbye; poll once more to send it.
    pub(crate) fn close(&mut self) {
        self.poke();
        // An engine that cannot even say goodbye is dropped silently.
        let _ = self.rtc.close();
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "time starts somewhere")]
mod tests {
    use super::*;

    macro_rules! offers {
        ($($name:literal)*) => { [$(($name, include_str!(concat!("../../tests/fixtures/", $name, ".sdp")))),*] };
    }

    /// What an answer says apart from names that are drawn at random.
    fn answer(session: &mut Session, offer: &str, identity: &Identity, peer: &Identity) -> Vec<String> {
        let answer = session.accept(offer, identity, peer).unwrap();
        let is_random = |line: &&str| ["o=", "a=msid", "a=ssrc"].iter().any(|name| line.starts_with(name));
        answer.lines().filter(|line| !is_random(line)).map(str::to_owned).collect()
    }

    #[test]
    fn an_answer_is_the_same_as_if_the_engine_had_seen_the_whole_offer() {
        let now = Instant::now();
        let identity = Identity { ufrag: "ours".to_owned(), password: "a password of enough characters".to_owned() };
        let credentials = Credentials::generate();
        let offers = offers! {
            "chromium156-av-data-sendrecv" "chromium156-av-recvonly" "chromium156-data-only" "chromium156-simulcast-AV1"
            "chromium156-simulcast-H264" "firefox153-av-data-sendrecv" "firefox153-simulcast-VP8" "firefox153-av-recvonly"
        };
        for (name, whole) in offers {
            let offer = Offer::parse(whole).unwrap();
            let answers = [whole, &offer.sdp].map(|sdp| {
                let mut session = Session::new(&credentials, &[], &identity, &offer, now).unwrap();
                let answer = answer(&mut session, sdp, &identity, &offer.ice);
                let formats = session.rtc.codec_config().params().len();
                let agreed = offer.lines.iter().filter_map(|line| session.rtc.media(line.mid));
                let agreed: Vec<_> = agreed.map(|media| session.agreed(media).copied().collect::<Vec<_>>()).collect();
                (answer, formats, agreed)
            });
            assert_eq!(answers[0], answers[1], "{name}");
            assert!(
                offer.sdp.len() < whole.len() * 3 / 4,
                "{name}: the engine sees {} of {}",
                offer.sdp.len(),
                whole.len()
            );
        }
    }
}
