//! A shard on loopback, and people who call through it with sockets of their own.

#![expect(clippy::unwrap_used, reason = "the scene of a test: an error here is the test's failure")]

use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use sfu_core::{Certificate, Command, Config, Event, Gate, ParticipantId, RequestId, RoomId, Sfu};
use sfu_net::{Address, Shard, ShardConfig, ShardHandle, ShardStats};

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
        let config = ShardConfig { bind: bind.parse().unwrap(), addresses: vec![address] };
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

pub(crate) struct Caller {
    pub(crate) peer: Peer,
    socket: UdpSocket,
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
        let now = Instant::now();
        let mut socket = UdpSocket::bind(SocketAddr::new(ip.parse::<IpAddr>().unwrap(), 0)).unwrap();
        self.poll.registry().register(&mut socket, Token(self.callers.len()), Interest::READABLE).unwrap();
        let address = socket.local_addr().unwrap();
        let (mut peer, sdp) = Peer::new(address, 2, now);
        let participant = ParticipantId(self.callers.len() as u64 + 1);
        let request = RequestId(participant.0);
        let shard = &self.house.shard;
        shard.send(Command::Join { request, room: ROOM, participant, gate: Gate::Open }).unwrap();
        shard.send(Command::Offer { request, participant, sdp, sources: Vec::new() }).unwrap();
        let answer = self.house.expect(|event| {
            assert!(!matches!(event, Event::Refused { .. }), "{event:?}");
            if let Event::Answer { request: which, sdp, .. } = event
                && *which == request
            {
                Some(sdp.clone())
            } else {
                None
            }
        });
        peer.answered(&answer);
        let server = self.house.address;
        self.callers.push(Caller { peer, socket, next_frame: now, server });
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
}

impl Caller {
    fn go_on(&mut self, now: Instant) {
        let mut buffer = [0; 2048];
        while let Ok((len, from)) = self.socket.recv_from(&mut buffer) {
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
            let _lost_if_full = self.socket.send_to(bytes, SocketAddr::new(self.server.local, to.port()));
        });
    }
}
