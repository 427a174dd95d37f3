//! A small world for this crate's tests: one [`Sfu`], session engines in the role of browsers, a wire in memory, and a
//! clock that only moves when told.

#![allow(dead_code, reason = "each test file uses its own part")]
#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]
#![expect(clippy::disallowed_methods, reason = "a virtual clock starts somewhere")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use sfu_core::{
    Certificate, Command, Config, Datagram, Event, Gate, Input, Message, Output, ParticipantId, RequestId, RoomId, Sfu,
    Source, Transmit, Transport,
};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::channel::ChannelId;
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{Extension, ExtensionMap, ExtensionSerializer, ExtensionValues, RtpWrite};
use str0m::{Candidate, Rtc};

pub(crate) const ROOM: RoomId = RoomId(1);
const LATENCY: Duration = Duration::from_millis(5);
const TRANSPORT_SEQUENCE: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const TEST_NUMBER: &str = "urn:test:number";

pub(crate) fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

pub(crate) fn server() -> SocketAddr {
    ([192, 0, 2, 1], 3478).into()
}

pub(crate) fn server_v6() -> SocketAddr {
    "[2001:db8::1]:3478".parse().unwrap()
}

pub(crate) fn certificate() -> Certificate {
    static CERTIFICATE: OnceLock<Certificate> = OnceLock::new();
    CERTIFICATE.get_or_init(Certificate::generate).clone()
}

/// A datagram on its way.
#[derive(Clone)]
pub(crate) struct InFlight {
    pub(crate) at: Instant,
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct World {
    pub(crate) sfu: Sfu,
    pub(crate) now: Instant,
    pub(crate) clients: Vec<Client>,
    pub(crate) wire: VecDeque<InFlight>,
    pub(crate) events: Vec<Event>,
    /// Every run that left the server.
    pub(crate) runs: Vec<Transmit>,
    /// Which datagrams the network loses.
    pub(crate) loses: Box<dyn FnMut(&InFlight) -> bool>,
    /// A NAT between the first address and the server, where it shows as the second.
    pub(crate) translates: Option<(SocketAddr, SocketAddr)>,
    /// Where datagrams queue before these addresses.
    bottlenecks: Vec<Bottleneck>,
    requests: u64,
    pub(crate) wakes: u64,
}

/// The slowest part of a path: what comes faster waits, for at most [`Bottleneck::QUEUE_MAX`].
struct Bottleneck {
    to: SocketAddr,
    bits_per_second: u64,
    free_at: Instant,
}

impl Bottleneck {
    const QUEUE_MAX: Duration = Duration::from_millis(300);

    /// How long a datagram waits; `None` if the queue is full.
    fn wait(&mut self, bytes: usize, now: Instant) -> Option<Duration> {
        let begins = self.free_at.max(now);
        let ends = begins + Duration::from_nanos((bytes as u64 + 28) * 8_000_000_000 / self.bits_per_second);
        if Self::QUEUE_MAX < begins - now {
            return None;
        }
        self.free_at = ends;
        Some(ends - now)
    }
}

#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) sends_audio: bool,
    pub(crate) sends_video: bool,
    pub(crate) slots: usize,
    pub(crate) channel: bool,
    pub(crate) channel_label: &'static str,
    pub(crate) video: Vec<Codec>,
    pub(crate) red: bool,
    /// Moves all payload types, as between two kinds of browsers.
    pub(crate) other_payload_types: bool,
    /// Lets the test choose transport-wide sequence numbers.
    pub(crate) own_transport_numbers: bool,
    pub(crate) v6: bool,
    /// Its offers name no SSRC.
    pub(crate) hides_ssrcs: bool,
    /// Sends and receives on the same lines.
    pub(crate) two_way_lines: bool,
    /// Sends its video in these layers.
    pub(crate) rids: Vec<&'static str>,
    /// Takes and sends dependency descriptors.
    pub(crate) describes: bool,
    /// Knows nothing of transport-wide feedback.
    pub(crate) no_feedback: bool,
    /// Has a second sending line for a picture: a screen.
    pub(crate) sends_screen: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            sends_audio: true,
            sends_video: true,
            slots: 3,
            channel: true,
            channel_label: "room",
            video: vec![Codec::Vp8],
            red: false,
            other_payload_types: false,
            own_transport_numbers: false,
            v6: false,
            hides_ssrcs: false,
            two_way_lines: false,
            rids: Vec::new(),
            describes: false,
            no_feedback: false,
            sends_screen: false,
        }
    }
}

/// A packet as a viewer got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) at: Instant,
    pub(crate) mid: Mid,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) payload_type: u8,
    pub(crate) payload: Vec<u8>,
    pub(crate) level: Option<i8>,
    pub(crate) marker: bool,
    pub(crate) descriptor: Option<Vec<u8>>,
}

pub(crate) struct Client {
    pub(crate) id: ParticipantId,
    pub(crate) rtc: Rtc,
    pub(crate) setup: Setup,
    pub(crate) address: SocketAddr,
    pub(crate) audio: Option<Mid>,
    pub(crate) video: Option<Mid>,
    pub(crate) screen: Option<Mid>,
    pub(crate) slots: Vec<(Mid, Mid)>,
    pub(crate) channel: Option<ChannelId>,
    pending: Option<SdpPendingOffer>,
    pub(crate) got: Vec<Got>,
    pub(crate) keyframes_asked: Vec<Instant>,
    /// Of which layers, in the same order.
    pub(crate) layers_asked: Vec<Option<Rid>>,
    keyframes_answered: usize,
    pub(crate) messages: Vec<Message>,
    pub(crate) is_connected: bool,
    pub(crate) is_closed: bool,
    outbox: Vec<(SocketAddr, Vec<u8>)>,
    due: Instant,
    /// Of sound and of picture.
    sequence: [u64; 2],
    /// Of each layer.
    layer_sequences: [u64; 4],
    picture: u16,
    started: Instant,
    number: Option<u16>,
    /// By mid and rid.
    frame_sequences: BTreeMap<(Mid, &'static str), u64>,
}

/// The value of the test's own extension.
struct Number(u16);

#[derive(Debug)]
struct NumberSerializer;

impl ExtensionSerializer for NumberSerializer {
    fn write_to(&self, buf: &mut [u8], values: &ExtensionValues) -> usize {
        let Some(number) = values.user_values.get::<Number>() else { return 0 };
        buf[..2].copy_from_slice(&number.0.to_be_bytes());
        2
    }

    fn parse_value(&self, _: &[u8], _: &mut ExtensionValues) -> bool {
        true
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        true
    }
}

/// The bytes of a dependency descriptor.
pub(crate) struct Described(pub(crate) Vec<u8>);

#[derive(Debug)]
struct DescribedSerializer;

impl ExtensionSerializer for DescribedSerializer {
    fn write_to(&self, buf: &mut [u8], values: &ExtensionValues) -> usize {
        let Some(bytes) = values.user_values.get::<Described>() else { return 0 };
        buf[..bytes.0.len()].copy_from_slice(&bytes.0);
        bytes.0.len()
    }

    fn parse_value(&self, buf: &[u8], values: &mut ExtensionValues) -> bool {
        values.user_values.set(Described(buf.to_vec()));
        true
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, values: &ExtensionValues) -> bool {
        values.user_values.get::<Described>().is_some_and(|bytes| 16 < bytes.0.len())
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        let candidates = vec![(Transport::Udp, server()), (Transport::Udp, server_v6())];
        let config = Config { candidates, certificate: certificate(), disconnected_max: Duration::from_secs(30) };
        let mut world = Self {
            sfu: Sfu::new(config, [7; 32], now),
            now,
            clients: Vec::new(),
            wire: VecDeque::new(),
            events: Vec::new(),
            runs: Vec::new(),
            loses: Box::new(|_| false),
            translates: None,
            bottlenecks: Vec::new(),
            requests: 0,
            wakes: 0,
        };
        world.command(Command::OpenRoom { room: ROOM });
        world
    }

    /// A world of connected people with these setups, in one room with open gates.
    pub(crate) fn meeting(setups: &[Setup]) -> Self {
        let mut world = Self::new();
        for setup in setups {
            world.add(setup.clone(), ROOM, Gate::Open);
        }
        world.run(ms(600));
        for client in &world.clients {
            assert!(client.is_connected, "{:?} did not connect", client.id);
        }
        world
    }

    pub(crate) fn pair() -> Self {
        Self::meeting(&[Setup::default(), Setup::default()])
    }

    /// Somebody joins and offers; returns their index.
    /// Two in a call, and somebody whose address is validated and whose handshake gets lost. Returns their address, too.
    pub(crate) fn pair_and_a_handshake() -> (Self, SocketAddr) {
        let mut world = Self::pair();
        let eve = world.add(Setup::default(), ROOM, Gate::Open);
        let from = world.clients[eve].address;
        world.loses = Box::new(move |datagram| datagram.from == from && is_dtls(&datagram.bytes));
        world.run(ms(200));
        assert!(!world.clients[eve].is_connected && 0 < world.bytes_sent_to(from), "validated, and no handshake yet");
        (world, from)
    }

    pub(crate) fn add(&mut self, setup: Setup, room: RoomId, gate: Gate) -> usize {
        let index = self.clients.len();
        let id = ParticipantId(index as u64 + 1);
        self.join(id, room, gate);
        let client = Client::new(id, index, setup, self.now);
        self.clients.push(client);
        self.offer(index);
        index
    }

    pub(crate) fn join(&mut self, participant: ParticipantId, room: RoomId, gate: Gate) {
        let request = self.next_request();
        self.command(Command::Join { request, room, participant, gate });
    }

    pub(crate) fn next_request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    /// The client's changes as an offer, and the answer back to it.
    pub(crate) fn offer(&mut self, index: usize) {
        let sdp = self.clients[index].make_offer();
        let screen = self.clients[index].screen.map(|mid| (mid.to_string(), Source::Screen));
        let answer = self.offer_sources(self.clients[index].id, &sdp, screen.into_iter().collect());
        let answer = answer.expect("an answer");
        self.clients[index].take_answer(&answer, self.now);
    }

    pub(crate) fn offer_sdp(&mut self, participant: ParticipantId, sdp: &str) -> Result<String, sfu_core::Error> {
        self.offer_sources(participant, sdp, Vec::new())
    }

    pub(crate) fn offer_sources(
        &mut self,
        participant: ParticipantId,
        sdp: &str,
        sources: Vec<(String, Source)>,
    ) -> Result<String, sfu_core::Error> {
        let request = self.next_request();
        let before = self.events.len();
        self.command(Command::Offer { request, participant, sdp: sdp.to_owned().into(), sources });
        for event in &self.events[before..] {
            match event {
                Event::Answer { request: of, sdp, .. } if *of == request => return Ok(sdp.0.clone()),
                Event::Refused { request: of, error, .. } if *of == request => return Err(error.clone()),
                _ => {}
            }
        }
        panic!("neither answered nor refused");
    }

    pub(crate) fn command(&mut self, command: Command) {
        let outputs: Vec<Output> = self.sfu.handle(Input::Command(command), self.now).collect();
        self.carry_out(outputs);
    }

    pub(crate) fn timeout(&mut self) {
        let outputs: Vec<Output> = self.sfu.handle(Input::Timeout, self.now).collect();
        self.carry_out(outputs);
    }

    /// Bytes from anywhere to the server's port, now.
    pub(crate) fn inject(&mut self, from: SocketAddr, bytes: &[u8]) {
        let local = if from.is_ipv4() { server() } else { server_v6() };
        let datagram = Datagram { transport: Transport::Udp, local, remote: from, bytes };
        let outputs: Vec<Output> = self.sfu.handle(Input::Datagram(datagram), self.now).collect();
        self.carry_out(outputs);
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Event(event) => self.events.push(event),
                Output::Transmit(run) => {
                    for bytes in run.bytes.chunks(run.segment_size) {
                        let at = self.now + LATENCY;
                        self.post(InFlight { at, from: run.local, to: run.remote, bytes: bytes.to_vec() });
                    }
                    self.runs.push(run);
                }
            }
        }
    }

    fn post(&mut self, mut datagram: InFlight) {
        if let Some((inside, outside)) = self.translates {
            match (datagram.from == inside, datagram.to == outside) {
                (true, _) => datagram.from = outside,
                (_, true) => datagram.to = inside,
                _ if datagram.to == inside => return, // The old binding is gone.
                _ => {}
            }
        }
        if (self.loses)(&datagram) {
            return;
        }
        if let Some(narrow) = self.bottlenecks.iter_mut().find(|narrow| narrow.to == datagram.to) {
            let Some(wait) = narrow.wait(datagram.bytes.len(), self.now) else { return };
            datagram.at += wait;
        }
        let place = self.wire.partition_point(|other| other.at <= datagram.at);
        self.wire.insert(place, datagram);
    }

    /// From now on no more than this goes to a client.
    pub(crate) fn narrow(&mut self, client: usize, bits_per_second: u64) {
        let to = self.clients[client].address;
        self.bottlenecks.retain(|narrow| narrow.to != to);
        self.bottlenecks.push(Bottleneck { to, bits_per_second, free_at: self.now });
    }

    pub(crate) fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        loop {
            self.flush_clients();
            let wire = self.wire.front().map(|datagram| datagram.at);
            let wake = self.sfu.next_wake().map(|wake| wake.at);
            let clients = self.clients.iter().map(|client| client.due);
            let next = wire.into_iter().chain(wake).chain(clients).min().unwrap_or(end);
            if end < next {
                self.now = end;
                return;
            }
            self.now = self.now.max(next);
            self.step();
        }
    }

    fn step(&mut self) {
        while self.wire.front().is_some_and(|datagram| datagram.at <= self.now) {
            let InFlight { from, to, bytes, .. } = self.wire.pop_front().unwrap();
            if to == server() || to == server_v6() {
                self.inject(from, &bytes);
            } else if let Some(client) = self.clients.iter_mut().find(|client| client.address == to) {
                client.receive(from, &bytes, self.now);
            }
        }
        if self.sfu.next_wake().is_some_and(|wake| wake.at <= self.now) {
            self.wakes += 1;
            self.timeout();
        }
        for client in &mut self.clients {
            if client.due <= self.now {
                client.timeout(self.now);
            }
        }
    }

    /// Takes what clients want to send onto the wire.
    pub(crate) fn flush_clients(&mut self) {
        for index in 0..self.clients.len() {
            let sent = std::mem::take(&mut self.clients[index].outbox);
            for (to, bytes) in sent {
                let from = self.clients[index].address;
                self.post(InFlight { at: self.now + LATENCY, from, to, bytes });
            }
        }
    }

    /// Keeps a copy of what a client sends from now on, of one kind.
    pub(crate) fn tap(&mut self, client: usize, is_kind: fn(&[u8]) -> bool) -> Rc<RefCell<Vec<InFlight>>> {
        let (tapped, from) = (Rc::new(RefCell::new(Vec::new())), self.clients[client].address);
        let copy = tapped.clone();
        self.loses = Box::new(move |datagram| {
            if datagram.from == from && is_kind(&datagram.bytes) {
                copy.borrow_mut().push(datagram.clone());
            }
            false
        });
        tapped
    }

    /// Bytes that left the server for an address so far.
    pub(crate) fn bytes_sent_to(&self, to: SocketAddr) -> usize {
        self.runs.iter().filter(|run| run.remote == to).map(|run| run.bytes.len()).sum()
    }

    /// `client` sends `frames` video frames of one packet, 20 ms apart, the first a keyframe.
    pub(crate) fn play(&mut self, client: usize, frames: usize) {
        for frame in 0..frames {
            self.clients[client].send_video(frame == 0, self.now);
            self.clients[client].send_audio(-30, self.now);
            self.run(ms(20));
        }
    }

    /// Server to client datagrams of media so far.
    pub(crate) fn media_sent_to(&self, client: usize) -> usize {
        let to = self.clients[client].address;
        let runs = self.runs.iter().filter(|run| run.remote == to);
        runs.flat_map(|run| run.bytes.chunks(run.segment_size)).filter(|bytes| is_rtp(bytes)).count()
    }
}

pub(crate) fn is_stun(bytes: &[u8]) -> bool {
    matches!(bytes, [0 | 1, ..])
}

pub(crate) fn is_dtls(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=63, ..])
}

pub(crate) fn is_rtp(bytes: &[u8]) -> bool {
    matches!(bytes, [128..=191, second, ..] if !(64..96).contains(&(second & 0x7f)))
}

pub(crate) fn is_rtcp(bytes: &[u8]) -> bool {
    matches!(bytes, [128..=191, second, ..] if (64..96).contains(&(second & 0x7f)))
}

/// A DTLS 1.2 record with one fragment of a ClientHello (RFC 6347, section 4.2.2).
pub(crate) fn fragment(record: u8, message: u16, total: u32, offset: u32, bytes: usize) -> Vec<u8> {
    let mut datagram = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, record];
    datagram.extend((12 + bytes as u16).to_be_bytes());
    datagram.push(1);
    datagram.extend(&total.to_be_bytes()[1..]);
    datagram.extend(message.to_be_bytes());
    datagram.extend(&offset.to_be_bytes()[1..]);
    datagram.extend(&(bytes as u32).to_be_bytes()[1..]);
    datagram.resize(datagram.len() + bytes, 7);
    datagram
}

impl Client {
    pub(crate) fn new(id: ParticipantId, index: usize, setup: Setup, now: Instant) -> Self {
        let address: SocketAddr = if setup.v6 {
            format!("[2001:db8::2:{}]:5000", index + 1).parse().unwrap()
        } else {
            ([198, 51, 100 + (index / 250) as u8, (index % 250) as u8 + 1], 5000).into()
        };
        let mut rtc = Self::engine(&setup, now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        Self {
            id,
            rtc,
            setup,
            address,
            audio: None,
            video: None,
            screen: None,
            slots: Vec::new(),
            channel: None,
            pending: None,
            got: Vec::new(),
            keyframes_asked: Vec::new(),
            layers_asked: Vec::new(),
            keyframes_answered: 0,
            messages: Vec::new(),
            is_connected: false,
            is_closed: false,
            outbox: Vec::new(),
            due: now,
            sequence: [1; 2],
            layer_sequences: [1, 20_000, 40_000, 60_000],
            picture: 100,
            started: now,
            number: None,
            frame_sequences: BTreeMap::new(),
        }
    }

    fn engine(setup: &Setup, now: Instant) -> Rtc {
        let mut config = Rtc::builder().set_rtp_mode(true).clear_codecs();
        let shift = if setup.other_payload_types { 1 } else { 0 };
        let codecs = config.codec_config();
        let (audio_rate, channels) = (str0m::media::Frequency::FORTY_EIGHT_KHZ, Some(2));
        if setup.red {
            codecs.enable_opus(true, true);
        } else {
            codecs.add_config(Pt::from(111 - shift), None, Codec::Opus, audio_rate, channels, Default::default());
        }
        for (n, codec) in setup.video.iter().enumerate() {
            let pt = 96 + 4 * n as u8 + 2 * shift;
            let rate = str0m::media::Frequency::NINETY_KHZ;
            codecs.add_config(Pt::from(pt), Some(Pt::from(pt + 1)), *codec, rate, None, Default::default());
        }
        if setup.no_feedback {
            let mut map = ExtensionMap::empty();
            map.set(1, Extension::AudioLevel);
            map.set(4, Extension::RtpMid);
            config = config.set_extension_map(map);
        }
        if setup.own_transport_numbers {
            let mut map = ExtensionMap::empty();
            map.set(1, Extension::AudioLevel);
            map.set(3, Extension::with_serializer(TEST_NUMBER, NumberSerializer));
            map.set(4, Extension::RtpMid);
            config = config.set_extension_map(map);
        }
        if setup.describes {
            let mut map = ExtensionMap::standard();
            map.set(12, Extension::with_serializer(sfu_core::descriptor::URI, DescribedSerializer));
            config = config.set_extension_map(map);
        }
        config.build(now)
    }

    /// The first time everything of the setup; later only what was changed.
    pub(crate) fn make_offer(&mut self) -> String {
        let is_first = self.slots.is_empty() && self.audio.is_none() && self.video.is_none() && self.channel.is_none();
        let mut api = self.rtc.sdp_api();
        if is_first {
            let setup = &self.setup;
            let mut add = |kind, direction, layers| api.add_media(kind, direction, None, None, layers);
            let direction = if setup.two_way_lines { Direction::SendRecv } else { Direction::SendOnly };
            self.audio = setup.sends_audio.then(|| add(MediaKind::Audio, direction, None));
            let mut layers = Simulcast::new();
            setup.rids.iter().for_each(|rid| layers.add_send_layer(SimulcastLayer::new(rid)));
            let layers = Some(layers).filter(|layers| !layers.send.is_empty());
            self.video = setup.sends_video.then(|| add(MediaKind::Video, direction, layers));
            self.screen = setup.sends_screen.then(|| add(MediaKind::Video, Direction::SendOnly, None));
            let slots = (0..setup.slots).map(|_| {
                (add(MediaKind::Audio, Direction::RecvOnly, None), add(MediaKind::Video, Direction::RecvOnly, None))
            });
            self.slots = slots.collect();
            if setup.two_way_lines {
                self.slots.extend(self.audio.zip(self.video));
            }
            if setup.channel {
                self.channel = Some(api.add_channel(setup.channel_label.to_owned()));
            }
        } else {
            let audio = api.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
            let video = api.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
            self.slots.push((audio, video));
        }
        let (offer, pending) = api.apply().expect("something to offer");
        self.pending = Some(pending);
        let offer = offer.to_sdp_string().replace(TEST_NUMBER, TRANSPORT_SEQUENCE);
        if !self.setup.hides_ssrcs {
            return offer;
        }
        let kept = offer.lines().filter(|line| !line.starts_with("a=ssrc"));
        kept.map(|line| format!("{line}\r\n")).collect()
    }

    /// Another network: new ICE credentials for the same session (RFC 8445, section 9).
    pub(crate) fn make_restart_offer(&mut self) -> String {
        let mut api = self.rtc.sdp_api();
        api.ice_restart(true);
        let (offer, pending) = api.apply().expect("something to offer");
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    pub(crate) fn take_answer(&mut self, answer: &str, now: Instant) {
        let own = self.setup.own_transport_numbers;
        let answer = if own { answer.replace(TRANSPORT_SEQUENCE, TEST_NUMBER) } else { answer.to_owned() };
        let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
        self.due = now;
    }

    /// A reload: another PeerConnection from the same address.
    pub(crate) fn reload(&mut self, now: Instant) {
        let fresh = Self::new(self.id, 0, self.setup.clone(), now);
        let (address, got) = (self.address, std::mem::take(&mut self.got));
        *self = fresh;
        self.rtc = Self::engine(&self.setup, now);
        self.rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        self.address = address;
        self.got = got;
    }

    pub(crate) fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        let Ok(receive) = Receive::new(Protocol::Udp, from, self.address, bytes) else { return };
        // A closed or confused client takes nothing; tests look at what arrived.
        let _ = self.rtc.handle_input(str0m::Input::Receive(now, receive));
        self.pump(now);
    }

    pub(crate) fn timeout(&mut self, now: Instant) {
        let _ = self.rtc.handle_input(str0m::Input::Timeout(now));
        self.pump(now);
    }

    /// Takes everything that the engine has to say. It holds one received packet at most.
    fn pump(&mut self, now: Instant) {
        loop {
            match self.rtc.poll_output() {
                Err(_) => {
                    self.due = now + Duration::from_secs(3600);
                    return;
                }
                Ok(str0m::Output::Timeout(at)) => {
                    self.due = at.max(now + Duration::from_micros(250));
                    return;
                }
                Ok(str0m::Output::Transmit(sent)) => self.outbox.push((sent.destination, sent.contents.into())),
                Ok(str0m::Output::Event(event)) => self.take(event, now),
            }
        }
    }

    fn take(&mut self, event: str0m::Event, now: Instant) {
        use str0m::Event;
        match event {
            Event::Connected => self.is_connected = true,
            Event::Closed => self.is_closed = true,
            Event::KeyframeRequest(request) => {
                self.keyframes_asked.push(now);
                self.layers_asked.push(request.rid);
            }
            Event::ChannelOpen(id, _) => self.channel = Some(id),
            Event::ChannelData(data) => self.messages.push(match data.binary {
                true => Message::Binary(data.data.into()),
                false => Message::Text(String::from_utf8(data.data).unwrap()),
            }),
            Event::RtpPacket(packet) => {
                let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc).unwrap().mid();
                self.got.push(Got {
                    at: now,
                    mid,
                    sequence: *packet.seq_no,
                    timestamp: packet.header.timestamp,
                    payload_type: *packet.header.payload_type,
                    payload: packet.payload.to_vec(),
                    level: packet.header.ext_vals.audio_level,
                    marker: packet.header.marker,
                    descriptor: packet.header.ext_vals.user_values.get::<Described>().map(|bytes| bytes.0.clone()),
                });
            }
            _ => {}
        }
    }

    fn extensions(&mut self) -> ExtensionValues {
        let mut values = ExtensionValues::default();
        if let Some(number) = self.number {
            values.user_values.set(Number(number));
        }
        values
    }

    /// The next packets carry this transport-wide sequence number.
    pub(crate) fn number(&mut self, number: u16) {
        self.number = Some(number);
    }

    pub(crate) fn send_audio(&mut self, level: i8, now: Instant) {
        let Some(mid) = self.audio else { return };
        let values = ExtensionValues { audio_level: Some(level), voice_activity: Some(true), ..self.extensions() };
        let pt = self.payload_type(Codec::Opus);
        self.send(mid, pt, 48, vec![0x78; 80], values, now);
    }

    pub(crate) fn send_video(&mut self, is_keyframe: bool, now: Instant) {
        let payload = self.vp8(is_keyframe, 600);
        self.send_video_payload(Codec::Vp8, payload, now);
    }

    pub(crate) fn send_video_payload(&mut self, codec: Codec, payload: Vec<u8>, now: Instant) {
        let Some(mid) = self.video else { return };
        let (pt, values) = (self.payload_type(codec), self.extensions());
        self.send(mid, pt, 90, payload, values, now);
    }

    /// One packet of one layer, as of a camera that all layers share: each has its own numbers and timestamps.
    pub(crate) fn send_layer(&mut self, layer: usize, payload: Vec<u8>, now: Instant) {
        let (mid, rid) = (self.video.unwrap(), Rid::from(self.setup.rids[layer]));
        let pt = self.payload_type(Codec::Vp8);
        let timestamp = now.duration_since(self.started).as_millis() as u32 * 90 + layer as u32 * 1_000_000;
        self.layer_sequences[layer] += 1;
        let sequence = self.layer_sequences[layer].into();
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(mid, Some(rid)).unwrap();
        stream.write_rtp(RtpWrite::new(pt, sequence, timestamp, now, payload).nackable(true).marker(true));
        self.timeout(now);
    }

    /// One packet whose header tells what its payload hides.
    pub(crate) fn send_described(
        &mut self,
        codec: Codec,
        payload: Vec<u8>,
        descriptor: Described,
        marker: bool,
        now: Instant,
    ) {
        let (mid, pt, mut values) = (self.video.unwrap(), self.payload_type(codec), self.extensions());
        values.user_values.set(descriptor);
        values.mid = Some(mid);
        let timestamp = now.duration_since(self.started).as_millis() as u32 * 90;
        self.sequence[1] += 1;
        let sequence = self.sequence[1].into();
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(mid, None).unwrap();
        stream.write_rtp(
            RtpWrite::new(pt, sequence, timestamp, now, payload).nackable(true).ext_vals(values).marker(marker),
        );
        self.timeout(now);
    }

    /// Whether a keyframe was asked for since the last time.
    pub(crate) fn owes_keyframe(&mut self) -> bool {
        std::mem::replace(&mut self.keyframes_answered, self.keyframes_asked.len()) < self.keyframes_asked.len()
    }

    /// A VP8 frame of one of several layers in as many packets as it takes. Its payloads end with `mark`. No rid, no layers.
    pub(crate) fn send_frame(
        &mut self,
        mid: Mid,
        rid: &'static str,
        bytes: usize,
        is_keyframe: bool,
        mark: u8,
        now: Instant,
    ) {
        const PACKET: usize = 1100;
        let (pt, packets) = (self.payload_type(Codec::Vp8), bytes.div_ceil(PACKET));
        let timestamp = now.duration_since(self.started).as_millis() as u32 * 90;
        for packet in 0..packets {
            let mut payload = self.vp8(is_keyframe, bytes / packets);
            if 0 < packet {
                payload[0] = 0x80; // Not the first of the frame.
                self.picture -= 1;
            }
            *payload.last_mut().unwrap() = mark;
            let sequence = self.frame_sequences.entry((mid, rid)).or_insert(1);
            *sequence += 1;
            let sequence = (*sequence).into();
            let values = ExtensionValues::default();
            let mut api = self.rtc.direct_api();
            let stream = api.stream_tx_by_mid(mid, (!rid.is_empty()).then(|| Rid::from(rid))).unwrap();
            let write = RtpWrite::new(pt, sequence, timestamp, now, payload);
            stream.write_rtp(write.nackable(true).ext_vals(values).marker(packet + 1 == packets));
            self.timeout(now);
        }
    }

    /// A VP8 frame in one packet, with a 15-bit picture id.
    pub(crate) fn vp8(&mut self, is_keyframe: bool, size: usize) -> Vec<u8> {
        self.picture = (self.picture + 1) & 0x7fff;
        let [high, low] = self.picture.to_be_bytes();
        let mut payload = vec![0x90, 0x80, 0x80 | high, low];
        payload.extend(if is_keyframe { [0x10, 0, 0, 0x9d, 0x01, 0x2a] } else { [0x11, 0, 0, 0, 0, 0] });
        payload.resize(size, self.id.0 as u8);
        payload
    }

    pub(crate) fn payload_type(&self, codec: Codec) -> Pt {
        self.rtc.codec_config().find(|params| params.spec().codec == codec).unwrap().pt()
    }

    pub(crate) fn send(
        &mut self,
        mid: Mid,
        pt: Pt,
        rate: u32,
        payload: Vec<u8>,
        values: ExtensionValues,
        now: Instant,
    ) {
        let timestamp = now.duration_since(self.started).as_millis() as u32 * rate;
        let counter = usize::from(rate == 90);
        self.sequence[counter] += 1;
        let sequence = self.sequence[counter].into();
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(mid, None).unwrap();
        stream.write_rtp(
            RtpWrite::new(pt, sequence, timestamp, now, payload).nackable(rate == 90).ext_vals(values).marker(true),
        );
        self.timeout(now);
    }

    /// As if many had been sent before.
    pub(crate) fn skip_sequence_numbers(&mut self, count: u64) {
        self.sequence[1] += count;
    }

    pub(crate) fn restart_sequence_numbers(&mut self) {
        self.sequence = [1; 2];
    }

    pub(crate) fn ask_keyframe(&mut self, mid: Mid, now: Instant) {
        let mut api = self.rtc.direct_api();
        if let Some(stream) = api.stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
        self.timeout(now);
    }

    pub(crate) fn send_message(&mut self, message: &Message, now: Instant) -> bool {
        let Some(mut channel) = self.channel.and_then(|id| self.rtc.channel(id)) else { return false };
        let sent = match message {
            Message::Text(text) => channel.write(false, text.as_bytes()),
            Message::Binary(bytes) => channel.write(true, bytes),
        };
        let sent = sent.unwrap_or(false);
        self.timeout(now);
        sent
    }

    pub(crate) fn close(&mut self, now: Instant) {
        let _ = self.rtc.close();
        self.pump(now);
    }

    pub(crate) fn got_on(&self, mid: Mid) -> Vec<&Got> {
        self.got.iter().filter(|got| got.mid == mid).collect()
    }
}
