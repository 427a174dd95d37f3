//! One participant's session: ICE-lite, DTLS and data channel by the engine, media by the plane.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use str0m::change::SdpOffer;
use str0m::channel::ChannelId;
use str0m::config::{DtlsCert, Fingerprint};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::{Candidate, Event, IceCreds, Input, Output, Rtc};

use super::dtls::{self, CRYPTO};
use crate::demux::Kind;
use crate::limits::{DATAGRAM_BYTES_MAX, MESSAGE_BUFFER_BYTES_MAX, MESSAGE_BYTES_MAX, MESSAGE_CHANNEL};
use crate::negotiate::Offer;
use crate::plane::{Plane, Unusable};
use crate::{Datagram, Error, Message, Transport};

/// What the engine aims at.
const ENGINE_MTU: usize = DATAGRAM_BYTES_MAX - 2;

/// A DTLS certificate and its key.
#[derive(Clone)]
pub(crate) struct Credentials {
    certificate: Arc<DtlsCert>,
    fingerprint: Arc<str>,
}

impl Credentials {
    pub(crate) fn generate() -> Self {
        let certificate = CRYPTO.dtls_provider.generate_certificate().expect("the operating system gives randomness");
        let digest = CRYPTO.sha256_provider.sha256(&certificate.certificate);
        let fingerprint = digest.map(|byte| format!("{byte:02X}")).join(":").into();
        Self { certificate: Arc::new(certificate), fingerprint }
    }

    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
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
    /// This end's addresses, as answers name them.
    candidates: Box<[String]>,
    channel: Option<ChannelId>,
    /// The longest message that the peer takes.
    message_bytes_max: usize,
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

/// A check that comes after so long without may be the end of an outage. Browsers check every 2.5 s (Chromium) to 6 s (Firefox), and a packet in
/// vain is no harm.
const OUTAGE: Duration = Duration::from_secs(3);

impl Session {
    /// A session with whoever made that offer, which [`Session::accept`] is to be given as well.
    pub(crate) fn new(
        credentials: &Credentials,
        candidates: &[(Transport, SocketAddr)],
        identity: &Identity,
        offer: &Offer,
        now: Instant,
    ) -> Result<Self, Error> {
        let fingerprint: Fingerprint = format!("sha-256 {}", offer.fingerprint)
            .parse()
            .map_err(|_| Error::Peer("the fingerprint is not pairs of digits between colons"))?;
        let rtc = Rtc::builder()
            .set_crypto_provider(CRYPTO.clone())
            .set_dtls_cert(DtlsCert::clone(&credentials.certificate))
            .set_local_ice_credentials(identity.to_engine())
            .set_ice_lite(true)
            .set_mtu(ENGINE_MTU..=DATAGRAM_BYTES_MAX)
            .set_sctp_max_message_size(MESSAGE_BYTES_MAX as u32)
            .set_sctp_max_buffered_amount(MESSAGE_BUFFER_BYTES_MAX)
            .clear_codecs()
            .build(now);
        let mut rtc = Box::new(rtc);
        let mut named = Vec::with_capacity(candidates.len());
        for &(transport, address) in candidates {
            let candidate = match transport {
                Transport::Udp => Candidate::builder().udp().host(address).build(),
                Transport::Tcp => Candidate::builder().tcp().host(address).tcptype(TcpType::Passive).build(),
            };
            let candidate = candidate.map_err(|_| Error::Misuse("a candidate must be a plain unicast address"))?;
            let added = rtc.add_local_candidate(candidate).ok_or(Error::Misuse("a candidate was given twice"))?;
            let text = added.to_sdp_string();
            named.push(text.split(" ufrag ").next().unwrap_or(&text).to_owned()); // An answer says it once.
        }
        let mut api = rtc.direct_api();
        api.set_ice_controlling(false);
        api.set_remote_ice_credentials(offer.ice.to_engine());
        api.set_remote_fingerprint(fingerprint);
        api.start_dtls(false).map_err(|_| Error::Peer("the handshake cannot begin"))?;
        Ok(Self {
            rtc,
            candidates: named.into(),
            channel: None,
            message_bytes_max: 0,
            plane: Plane::new(now),
            engine_due: now,
            is_poked: true,
            is_silent: false,
            checked_at: now,
        })
    }

    /// Takes what an offer says about data channels.
    pub(crate) fn accept(&mut self, offer: &Offer) {
        if let Some(most) = offer.message_bytes_max {
            self.message_bytes_max = most;
            self.rtc.direct_api().start_sctp(false); // The client of DTLS begins; nothing happens the second time.
        }
        self.poke();
    }

    /// Takes an offer that restarts ICE (RFC 8839, section 4.4): checks name these credentials from now on.
    pub(crate) fn restart(&mut self, identity: &Identity, offer: &Offer) -> Result<(), Error> {
        // The engine only restarts for an offer, so it is given the least that is one.
        let Identity { ufrag, password } = &offer.ice;
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
             m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:{ufrag}\r\n\
             a=ice-pwd:{password}\r\na=fingerprint:sha-256 {}\r\na=setup:actpass\r\n",
            offer.fingerprint
        );
        let offer =
            SdpOffer::from_sdp_string(&offer).map_err(|_| Error::Peer("the ICE credentials are no plain text"))?;
        self.rtc.sdp_api().accept_offer(offer).map_err(|_| Error::Peer("ICE cannot be restarted"))?;
        self.rtc.direct_api().set_local_ice_credentials(identity.to_engine()); // It has invented some.
        self.poke();
        Ok(())
    }

    /// The engine is given something.
    fn poke(&mut self) {
        (self.is_poked, self.is_silent) = (true, false);
    }

    /// This end's addresses, as `a=candidate` has them.
    pub(crate) fn candidates(&self) -> &[String] {
        &self.candidates
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

    /// Whether the message was taken: false without a channel, when too much waits already, and where it is more than the peer takes.
    pub(crate) fn send(&mut self, message: &Message) -> bool {
        let Some(mut channel) = self.channel.and_then(|id| self.rtc.channel(id)) else { return false };
        let (binary, bytes) = match message {
            Message::Text(text) => (false, text.as_bytes()),
            Message::Binary(bytes) => (true, &bytes[..]),
        };
        let is_taken = bytes.len() <= self.message_bytes_max && channel.write(binary, bytes).unwrap_or(false);
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
