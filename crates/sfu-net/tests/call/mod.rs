//! A shard on loopback, and people who call through it with sockets of their own.

#![expect(clippy::unwrap_used, reason = "the scene of a test: an error here is the test's failure")]

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mio::net::{TcpStream, UdpSocket};
use mio::{Events, Interest, Poll, Token};
use sfu_core::{Certificate, Command, Config, Event, Gate, ParticipantId, RequestId, RoomId, Sfu};
use sfu_net::{Address, Shard, ShardConfig, ShardHandle, ShardStats};
use str0m::net::Protocol;

use crate::peer::Peer;

/// Far more than anything here needs; a test that reaches it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
const FRAME: Duration = Duration::from_millis(20);
const FRAME_PACKETS: usize = 4;
pub(crate) const ROOM: RoomId = RoomId(1);

pub(crate) struct House {
    pub(crate) shard: ShardHandle,
    pub(crate) candidate: SocketAddr,
    address: Address,
    events: Receiver<Event>,
}

impl House {
    pub(crate) fn open(bind: &str, address: Address) -> Self {
        Self::open_with(bind, address, |_| {})
    }

    /// As [`House::open`]; `on_step` is called at the start of each step of a participant.
    pub(crate) fn open_with(bind: &str, address: Address, on_step: impl FnMut(ParticipantId) + Send + 'static) -> Self {
        let config = ShardConfig { bind: bind.parse().unwrap(), addresses: vec![address], tcp: true };
        let shard = Shard::bind(&config).unwrap();
        let candidate = shard.candidates()[0].1;
        let (sender, events) = channel();
        let mut sfu = sfu(&shard);
        sfu.on_step(on_step);
        let shard = shard.spawn(sfu, move |event| drop(sender.send(event))).unwrap();
        shard.send(Command::OpenRoom { room: ROOM }).unwrap();
        Self { shard, candidate, address, events }
    }

    /// Waits for an event, ignoring others.
    pub(crate) fn expect<T>(&self, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            let event = self.events.recv_timeout(PATIENCE).expect("the event comes");
            if let Some(found) = wanted(&event) {
                return found;
            }
        }
    }

    /// Waits until the counters say so.
    pub(crate) fn until(&self, mut reached: impl FnMut(ShardStats) -> bool) {
        let started = Instant::now();
        while !reached(self.shard.stats()) {
            assert!(started.elapsed() < PATIENCE, "never reached: {:?}", self.shard.stats());
            std::thread::yield_now();
        }
    }
}

pub(crate) fn sfu(shard: &Shard) -> Sfu {
    let config = Config {
        candidates: shard.candidates(),
        certificate: Certificate::generate(),
        disconnected_max: Duration::from_secs(30),
    };
    Sfu::new(config, [7; 32], Instant::now())
}

/// How somebody reaches the server.
enum Wire {
    Udp(UdpSocket),
    Tcp(Stream),
}

/// RFC 4571, as a client does it: patient, and without limits.
struct Stream {
    stream: TcpStream,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
    /// Otherwise it only sends.
    reads: bool,
}

pub(crate) struct Caller {
    pub(crate) peer: Peer,
    wire: Wire,
    next_frame: Instant,
    /// Plays a static NAT in front of the server, if the address it is announced by is not its own.
    server: Address,
}

/// A room of people, driven together.
pub(crate) struct Call {
    pub(crate) house: House,
    pub(crate) callers: Vec<Caller>,
    poll: Poll,
}

impl Call {
    pub(crate) fn new(house: House) -> Self {
        Self { house, callers: Vec::new(), poll: Poll::new().unwrap() }
    }

    /// Somebody calls from `ip`, and speaks as soon as they are connected.
    pub(crate) fn join(&mut self, ip: &str) {
        let mut socket = UdpSocket::bind(SocketAddr::new(ip.parse::<IpAddr>().unwrap(), 0)).unwrap();
        self.poll.registry().register(&mut socket, Token(self.callers.len()), Interest::READABLE).unwrap();
        let address = socket.local_addr().unwrap();
        self.admit(Wire::Udp(socket), Protocol::Udp, address);
    }

    /// As [`Call::join`], from a network that blocks UDP.
    pub(crate) fn join_by_tcp(&mut self) {
        /// Small, so that one who does not read is soon known as such.
        const RECEIVE_BUFFER_BYTES: usize = 32 * 1024;
        let server = SocketAddr::new(self.house.address.local, self.house.candidate.port());
        let socket = socket2::Socket::new(socket2::Domain::for_address(server), socket2::Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES).unwrap();
        socket.connect(&server.into()).unwrap();
        socket.set_nonblocking(true).unwrap();
        let mut stream = TcpStream::from_std(socket.into());
        let both = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut stream, Token(self.callers.len()), both).unwrap();
        let address = stream.local_addr().unwrap();
        let stream = Stream { stream, incoming: Vec::new(), outgoing: Vec::new(), reads: true };
        self.admit(Wire::Tcp(stream), Protocol::Tcp, address);
    }

    fn admit(&mut self, wire: Wire, protocol: Protocol, address: SocketAddr) {
        let now = Instant::now();
        let (mut peer, sdp) = Peer::new(protocol, address, 2, now);
        let participant = ParticipantId(self.callers.len() as u64 + 1);
        let request = RequestId(participant.0);
        let shard = &self.house.shard;
        shard.send(Command::Join { request, room: ROOM, participant, gate: Gate::Open }).unwrap();
        shard.send(Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() }).unwrap();
        let answer = self.house.expect(|event| {
            assert!(!matches!(event, Event::Refused { .. }), "{event:?}");
            if let Event::Answer { request: which, sdp, .. } = event
                && *which == request
            {
                Some(sdp.0.clone())
            } else {
                None
            }
        });
        peer.answered(&answer);
        let server = self.house.address;
        self.callers.push(Caller { peer, wire, next_frame: now, server });
    }

    /// Lets everybody go on until `reached`.
    pub(crate) fn run(&mut self, what: &str, mut reached: impl FnMut(&mut Self) -> bool) {
        let started = Instant::now();
        let mut events = Events::with_capacity(16);
        loop {
            let now = Instant::now();
            for caller in &mut self.callers {
                caller.go_on(now);
            }
            if reached(self) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "never reached: {what}");
            let due = self.callers.iter().map(|caller| caller.peer.deadline().min(caller.next_frame)).min();
            let wait =
                due.map_or(FRAME, |due| due.saturating_duration_since(now).clamp(Duration::from_millis(1), FRAME));
            self.poll.poll(&mut events, Some(wait)).unwrap();
        }
    }

    /// Lets everybody go on until each has received `packets` more of sound and of picture.
    pub(crate) fn flows(&mut self, packets: u64) {
        let before: Vec<_> = self.callers.iter().map(|c| (c.peer.received_audio, c.peer.received_video)).collect();
        self.run("media both ways", |call| {
            call.callers.iter().zip(&before).all(|(caller, (audio, video))| {
                audio + packets <= caller.peer.received_audio && video + packets <= caller.peer.received_video
            })
        });
    }

    /// Lets everybody go on until each has heard `packets` more.
    pub(crate) fn hears(&mut self, packets: u64) {
        let before: Vec<_> = self.callers.iter().map(|caller| caller.peer.received_audio).collect();
        self.run("sound both ways", |call| {
            call.callers.iter().zip(&before).all(|(caller, before)| before + packets <= caller.peer.received_audio)
        });
    }
}

impl Caller {
    /// Whether a caller by TCP reads what comes.
    pub(crate) fn set_reads(&mut self, reads: bool) {
        if let Wire::Tcp(stream) = &mut self.wire {
            stream.reads = reads;
        }
    }

    fn go_on(&mut self, now: Instant) {
        let mut buffer = [0; 2048];
        while let Some((len, from)) = self.wire.receive(&mut buffer) {
            assert_eq!(from.ip(), self.server.local, "the server answers from the address that it was sent to");
            self.peer.receive(SocketAddr::new(self.server.announced, from.port()), &buffer[..len], now);
            self.send(now);
        }
        if self.peer.connected && self.next_frame <= now {
            self.next_frame = now + FRAME;
            self.peer.speak(FRAME_PACKETS, now);
        }
        self.send(now);
    }

    fn send(&mut self, now: Instant) {
        self.peer.poll(now, |to, bytes| {
            assert_eq!(to.ip(), self.server.announced);
            self.wire.send(SocketAddr::new(self.server.local, to.port()), bytes);
        });
    }
}

impl Wire {
    fn receive(&mut self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        match self {
            Self::Udp(socket) => socket.recv_from(buffer).ok(),
            Self::Tcp(stream) => stream.receive(buffer).map(|len| (len, stream.stream.peer_addr().unwrap())),
        }
    }

    fn send(&mut self, to: SocketAddr, bytes: &[u8]) {
        match self {
            Self::Udp(socket) => drop(socket.send_to(bytes, to)), // Lost if there is no room.
            Self::Tcp(stream) => stream.send(bytes),
        }
    }
}

impl Stream {
    fn receive(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let mut piece = [0; 4096];
        while let Some(Ok(length @ 1..)) = self.reads.then(|| self.stream.read(&mut piece)) {
            self.incoming.extend_from_slice(&piece[..length]);
        }
        let (high, low) = (*self.incoming.first()?, *self.incoming.get(1)?);
        let length = usize::from(u16::from_be_bytes([high, low]));
        buffer[..length].copy_from_slice(self.incoming.get(2..2 + length)?);
        self.incoming.drain(..2 + length);
        Some(length)
    }

    fn send(&mut self, bytes: &[u8]) {
        self.outgoing.extend((bytes.len() as u16).to_be_bytes());
        self.outgoing.extend(bytes);
        if let Ok(taken) = self.stream.write(&self.outgoing) {
            self.outgoing.drain(..taken);
        }
    }
}
