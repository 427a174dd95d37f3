//! A browser's part played by str0m, without sockets: it offers, connects, sends, and counts what it receives.

#![expect(clippy::unwrap_used, reason = "the peer of a test: an error here is the test's failure")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// Video payload of one packet, as browsers cut it.
pub(crate) const VIDEO_BYTES: usize = 1150;
/// Opus at 32 kbit/s, 20 ms.
pub(crate) const AUDIO_BYTES: usize = 80;
const FRAME: Duration = Duration::from_millis(20);
/// What every payload ends with, so that a receiver can tell that it came through whole.
const SIGNATURE: &[u8] = b"as it was sent";

pub(crate) struct Peer {
    rtc: Rtc,
    protocol: Protocol,
    address: SocketAddr,
    pending: Option<SdpPendingOffer>,
    microphone: Track,
    camera: Track,
    deadline: Instant,
    keyframe_wanted: bool,
    pub(crate) connected: bool,
    pub(crate) received_audio: u64,
    pub(crate) received_video: u64,
    pub(crate) keyframes_asked: u64,
}

struct Track {
    mid: Mid,
    seq: u64,
    time: u32,
}

impl Peer {
    /// Someone at `address` with a microphone, a camera, and room for `slots` others.
    pub(crate) fn new(protocol: Protocol, address: SocketAddr, slots: usize, now: Instant) -> (Self, String) {
        let builder = Rtc::builder().set_rtp_mode(true).clear_codecs();
        let mut rtc = builder.enable_opus(true, false).enable_vp8(true).build(now);
        let candidate = match protocol {
            Protocol::Tcp => Candidate::builder().tcp().host(address).tcptype(TcpType::Active).build(),
            Protocol::Udp | Protocol::SslTcp | Protocol::Tls => Candidate::builder().udp().host(address).build(),
        };
        rtc.add_local_candidate(candidate.unwrap());
        let mut changes = rtc.sdp_api();
        let microphone = changes.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        let camera = changes.add_media(MediaKind::Video, Direction::SendOnly, None, None, None);
        for _ in 0..slots {
            changes.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
            changes.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
        }
        let (offer, pending) = changes.apply().expect("there are lines to offer");
        let peer = Self {
            rtc,
            protocol,
            address,
            pending: Some(pending),
            microphone: Track { mid: microphone, seq: 1, time: 0 },
            camera: Track { mid: camera, seq: 1, time: 0 },
            deadline: now,
            keyframe_wanted: true,
            connected: false,
            received_audio: 0,
            received_video: 0,
            keyframes_asked: 0,
        };
        (peer, offer.to_sdp_string())
    }

    pub(crate) fn answered(&mut self, sdp: &str) {
        let pending = self.pending.take().expect("an offer waits for its answer");
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(sdp).unwrap()).unwrap();
    }

    pub(crate) fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        let received =
            Receive::new(self.protocol, from, self.address, bytes).expect("the server sends what WebRTC knows");
        self.rtc.handle_input(Input::Receive(now, received)).unwrap();
    }

    /// Takes out everything that is to be sent, first letting time pass if it is due.
    pub(crate) fn poll(&mut self, now: Instant, mut send: impl FnMut(SocketAddr, &[u8])) {
        if self.deadline <= now {
            self.rtc.handle_input(Input::Timeout(now)).unwrap();
        }
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) => {
                    self.deadline = at;
                    return;
                }
                Output::Transmit(transmit) => send(transmit.destination, &transmit.contents),
                Output::Event(event) => self.note(event),
            }
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Queues one video frame of `packets` packets, a keyframe if a viewer asked for one, and 20 ms of sound.
    pub(crate) fn speak(&mut self, packets: usize, now: Instant) {
        let keyframe = std::mem::take(&mut self.keyframe_wanted);
        for index in 0..packets {
            let mut payload = vec![0; VIDEO_BYTES];
            // RFC 7741: the start of a partition, then a frame tag whose lowest bit is clear for a keyframe.
            payload[0] = if index == 0 { 0x10 } else { 0 };
            payload[1] = u8::from(!keyframe);
            payload[3..6].copy_from_slice(&[0x9d, 0x01, 0x2a]);
            self.write(MediaKind::Video, payload, index + 1 == packets, now);
        }
        self.write(MediaKind::Audio, vec![0; AUDIO_BYTES], false, now);
        self.camera.time += 90 * FRAME.as_millis() as u32;
        self.microphone.time += 48 * FRAME.as_millis() as u32;
        self.deadline = now;
    }

    fn write(&mut self, kind: MediaKind, mut payload: Vec<u8>, marker: bool, now: Instant) {
        let signed = payload.len() - SIGNATURE.len();
        payload[signed..].copy_from_slice(SIGNATURE);
        let (pt, track) = match kind {
            MediaKind::Audio => (self.pt(Codec::Opus), &mut self.microphone),
            MediaKind::Video => (self.pt(Codec::Vp8), &mut self.camera),
        };
        let levels = ExtensionValues { audio_level: Some(-30), voice_activity: Some(true), ..Default::default() };
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(track.mid, None).expect("the line sends");
        let packet = RtpWrite::new(pt, track.seq.into(), track.time, now, payload).marker(marker).ext_vals(levels);
        stream.write_rtp(packet.nackable(kind == MediaKind::Video));
        track.seq += 1;
    }

    fn pt(&self, codec: Codec) -> Pt {
        self.rtc.codec_config().find(|params| params.spec().codec == codec).expect("the codec is enabled").pt()
    }

    fn note(&mut self, event: Event) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's enum, and only these matter here")]
        match event {
            Event::Connected => self.connected = true,
            Event::KeyframeRequest(_) => {
                self.keyframes_asked += 1;
                self.keyframe_wanted = true;
            }
            Event::RtpPacket(packet) if packet.payload.ends_with(SIGNATURE) => {
                if VIDEO_BYTES <= packet.payload.len() {
                    self.received_video += 1;
                } else {
                    self.received_audio += 1;
                }
            }
            _ => {}
        }
    }
}
