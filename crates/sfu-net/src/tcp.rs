//! Connections for people whose network blocks UDP (ICE-TCP, RFC 6544): passive, on the same port number, framed as RFC 4571 says.
//!
//! A stranger gets little: a place for a few seconds, in which a valid check must come. That it was valid shows in the core's answer, since the
//! core answers no other. A peer that does not read loses its own media only: nothing here waits for it.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind, Read};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Instant;

use mio::event::Event;
use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Registry, Token};
use sfu_core::{Datagram, Input, Transmit, Transport};
use socket2::{Domain, Protocol, Type};

use crate::address::{Routes, canonical};
use crate::framing::{Reader, Writer, Written};
use crate::limits::{
    ACCEPT_PAUSE, ACCEPTS_PER_TURN_MAX, CONNECTION_IDLE_MAX, CONNECTION_READ_BYTES, CONNECTION_READS_PER_TURN_MAX,
    CONNECTION_SEND_BUFFER_BYTES, CONNECTION_UNPROVEN_MAX, CONNECTIONS_MAX, CONNECTIONS_PER_SOURCE_MAX, LISTEN_BACKLOG,
};
use crate::stats::{ConnectionStats, ShardStats};

/// The listener of a shard and all that came in by it.
pub(crate) struct Connections {
    listener: TcpListener,
    routes: Routes,
    /// The listener's token; connections have those after it.
    token: Token,
    slots: Vec<Option<Connection>>,
    by_path: BTreeMap<Path, usize>,
    /// Who may have something to read, each once.
    ready: VecDeque<usize>,
    accepts: bool,
    /// Connections that passed a check and are over; the core is told in the next turn.
    over: Vec<Path>,
    /// When somebody's time may be up, no later than it is.
    due: Option<Instant>,
    buffer: Box<[u8]>,
    /// [`CONNECTIONS_MAX`].
    max: usize,
}

/// The core's view of a connection: our candidate, and the peer.
type Path = (SocketAddr, SocketAddr);

struct Connection {
    stream: TcpStream,
    path: Path,
    source: IpAddr,
    reader: Reader,
    writer: Writer,
    /// A valid check has come.
    is_proven: bool,
    /// When it was accepted, and once it is proven, when the core last sent something: it sends to nobody whose session is over, while
    /// anybody can go on sending.
    used_at: Instant,
    is_ready: bool,
}

impl Connection {
    fn due(&self) -> Instant {
        self.used_at + if self.is_proven { CONNECTION_IDLE_MAX } else { CONNECTION_UNPROVEN_MAX }
    }
}

impl Connections {
    /// Listens on `bind`, which is where the shard's UDP socket is bound.
    pub(crate) fn bind(bind: SocketAddr, routes: Routes) -> io::Result<Self> {
        let socket = socket2::Socket::new(Domain::for_address(bind), Type::STREAM, Some(Protocol::TCP))?;
        if bind.is_ipv6() {
            socket.set_only_v6(!bind.ip().is_unspecified())?;
        }
        socket.set_reuse_address(true)?; // What a former process left in TIME_WAIT does not matter.
        socket.set_send_buffer_size(CONNECTION_SEND_BUFFER_BYTES)?; // Accepted connections inherit it.
        socket.set_nonblocking(true)?;
        socket.bind(&bind.into())?;
        socket.listen(LISTEN_BACKLOG)?;
        Ok(Self {
            listener: TcpListener::from_std(socket.into()),
            routes,
            token: Token(0),
            slots: Vec::new(),
            by_path: BTreeMap::new(),
            ready: VecDeque::new(),
            accepts: false,
            over: Vec::new(),
            due: None,
            buffer: vec![0; CONNECTION_READ_BYTES].into(),
            max: CONNECTIONS_MAX,
        })
    }

    pub(crate) fn candidates(&self) -> Vec<(Transport, SocketAddr)> {
        self.routes.candidates(Transport::Tcp)
    }

    /// Uses `token` and all after it.
    pub(crate) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        self.token = token;
        registry.register(&mut self.listener, token, Interest::READABLE)
    }

    /// Takes note of what the poll reports; returns what that was.
    pub(crate) fn on_event(&mut self, event: &Event, stats: &mut ShardStats) -> Woken {
        let Some(slot) = event.token().0.checked_sub(self.token.0 + 1) else {
            self.accepts = true;
            return Woken::Connection;
        };
        let Some(connection) = self.slots.get_mut(slot).and_then(Option::as_mut) else { return Woken::Connection };
        let is_readable = event.is_readable() || event.is_read_closed() || event.is_error();
        if is_readable && !std::mem::replace(&mut connection.is_ready, true) {
            self.ready.push_back(slot);
        }
        if event.is_writable() {
            let written = connection.writer.flush(&mut connection.stream);
            self.wrote(slot, written, stats);
        }
        if is_readable { Woken::Readable } else { Woken::Writable }
    }

    /// Whether the next turn has something to do already.
    pub(crate) fn has_more(&self) -> bool {
        self.accepts || !self.ready.is_empty() || !self.over.is_empty()
    }

    /// When the next turn is due, if nothing happens before.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Accepts, receives, ends what has no more time, and tells the core.
    pub(crate) fn turn(
        &mut self,
        registry: &Registry,
        now: Instant,
        stats: &mut ShardStats,
        mut step: impl FnMut(Input<'_>),
    ) {
        if self.due.is_some_and(|due| due <= now) {
            self.expire(now, &mut stats.connections);
        }
        if self.accepts {
            self.accept(registry, now, stats);
        }
        // Before anything is read: a new connection may have a path that is over.
        for (local, remote) in self.over.drain(..) {
            step(Input::Closed { transport: Transport::Tcp, local, remote });
        }
        self.read(stats, &mut step);
        stats.connections.open = self.by_path.len() as u64;
    }

    fn accept(&mut self, registry: &Registry, now: Instant, stats: &mut ShardStats) {
        for _ in 0..ACCEPTS_PER_TURN_MAX {
            match self.listener.accept() {
                Ok((stream, remote)) => self.admit(stream, canonical(remote), registry, now, stats),
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                Err(error) => {
                    self.accepts = false;
                    if error.kind() != ErrorKind::WouldBlock {
                        stats.connections.accept_errors += 1;
                        self.wake_by(now + ACCEPT_PAUSE);
                    }
                    return;
                }
            }
        }
    }

    fn admit(
        &mut self,
        mut stream: TcpStream,
        remote: SocketAddr,
        registry: &Registry,
        now: Instant,
        stats: &mut ShardStats,
    ) {
        let local = stream.local_addr().ok().and_then(|local| self.routes.announced(local.ip()));
        let Some(local) = local else {
            stats.misrouted_datagrams += 1;
            return;
        };
        let source = source(remote.ip());
        let has_room = self.open().filter(|(_, other)| other.source == source).count() < CONNECTIONS_PER_SOURCE_MAX
            && (self.by_path.len() < self.max || self.make_room());
        if !has_room {
            stats.connections.refused += 1;
            return;
        }
        if let Some(former) = self.by_path.get(&(local, remote)).copied() {
            self.close(former); // The peer's system gave its port away again before we read of the end.
        }
        let slot = self.slots.iter().position(Option::is_none).unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        let registered = stream.set_nodelay(true).and_then(|()| {
            let token = Token(self.token.0 + 1 + slot);
            registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)
        });
        if registered.is_err() {
            stats.connections.accept_errors += 1;
            return;
        }
        let connection = Connection {
            stream,
            path: (local, remote),
            source,
            reader: Reader::default(),
            writer: Writer::default(),
            is_proven: false,
            used_at: now,
            is_ready: false,
        };
        self.wake_by(connection.due());
        self.by_path.insert(connection.path, slot);
        self.slots[slot] = Some(connection);
        stats.connections.accepted += 1;
    }

    /// Ends the oldest of those that have not passed a check: a crowd of them must not keep out who comes to stay.
    fn make_room(&mut self) -> bool {
        let unproven = self.open().filter(|(_, connection)| !connection.is_proven);
        let oldest = unproven.min_by_key(|(_, connection)| connection.used_at).map(|(slot, _)| slot);
        oldest.inspect(|&slot| self.close(slot)).is_some()
    }

    /// One read of each that is ready, in turn, until none is or the turn's share is used up.
    fn read(&mut self, stats: &mut ShardStats, step: &mut impl FnMut(Input<'_>)) {
        for _ in 0..CONNECTION_READS_PER_TURN_MAX {
            let Some(slot) = self.ready.pop_front() else { return };
            let Some(connection) = self.slots[slot].as_mut() else { continue };
            match connection.stream.read(&mut self.buffer) {
                Ok(0) => self.close(slot),
                Ok(length) => {
                    self.ready.push_back(slot); // Only an empty stream is reported anew.
                    let well_formed = connection.receive(&self.buffer[..length], stats, step);
                    if !well_formed {
                        stats.connections.malformed += 1;
                        self.close(slot);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => connection.is_ready = false,
                Err(error) if error.kind() == ErrorKind::Interrupted => self.ready.push_back(slot),
                Err(_) => self.close(slot),
            }
        }
    }

    /// Sends a run to its connection, as far as there is one and it has room.
    pub(crate) fn send(&mut self, run: &Transmit, now: Instant, stats: &mut ShardStats) {
        stats.sent_runs += 1;
        let slot = self.by_path.get(&(run.local, run.remote)).copied();
        let Some((slot, connection)) = slot.and_then(|slot| Some((slot, self.slots.get_mut(slot)?.as_mut()?))) else {
            stats.connections.dropped_datagrams += run.bytes.len().div_ceil(run.segment_size.max(1)) as u64;
            return;
        };
        connection.is_proven = true;
        connection.used_at = now;
        let written = connection.writer.send(&run.bytes, run.segment_size, &mut connection.stream);
        self.wrote(slot, written, stats);
    }

    fn wrote(&mut self, slot: usize, written: io::Result<Written>, stats: &mut ShardStats) {
        match written {
            Ok(Written { frames, bytes, dropped }) => {
                stats.sent_datagrams += frames;
                stats.sent_bytes += bytes;
                stats.connections.dropped_datagrams += dropped;
            }
            Err(_) => self.close(slot),
        }
    }

    fn expire(&mut self, now: Instant, stats: &mut ConnectionStats) {
        self.accepts = true; // Also the end of a pause.
        let late: Vec<_> =
            self.open().filter(|(_, one)| one.due() <= now).map(|(slot, one)| (slot, one.is_proven)).collect();
        for (slot, is_proven) in late {
            *(if is_proven { &mut stats.idle } else { &mut stats.unproven }) += 1;
            self.close(slot);
        }
        self.due = self.open().map(|(_, connection)| connection.due()).min();
    }

    fn wake_by(&mut self, at: Instant) {
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    fn open(&self) -> impl Iterator<Item = (usize, &Connection)> {
        self.slots.iter().enumerate().filter_map(|(slot, connection)| Some((slot, connection.as_ref()?)))
    }

    fn close(&mut self, slot: usize) {
        let Some(connection) = self.slots[slot].take() else { return };
        self.by_path.remove(&connection.path);
        self.ready.retain(|other| *other != slot);
        if connection.is_proven {
            self.over.push(connection.path);
        }
    }
}

impl Connection {
    /// False if these are no frames, or begin with anything but a check.
    fn receive(&mut self, bytes: &[u8], stats: &mut ShardStats, step: &mut impl FnMut(Input<'_>)) -> bool {
        let Self { reader, path: (local, remote), is_proven, .. } = self;
        let mut is_strange = false;
        let framed = reader.feed(bytes, |frame| {
            is_strange |= !*is_proven && !is_check(frame);
            if is_strange {
                return;
            }
            stats.received_datagrams += 1;
            stats.received_bytes += frame.len() as u64;
            step(Input::Datagram(Datagram { transport: Transport::Tcp, local: *local, remote: *remote, bytes: frame }));
        });
        framed.is_ok() && !is_strange
    }
}

/// What a report of the poll was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Somebody connects, or has gone already.
    Connection,
    /// Something can be read.
    Readable,
    /// There is room to write.
    Writable,
}

/// A STUN message by its form (RFC 8489, section 5): two zero bits, and the magic cookie.
fn is_check(frame: &[u8]) -> bool {
    matches!(frame, [0..=3, _, _, _, 0x21, 0x12, 0xa4, 0x42, rest @ ..] if 12 <= rest.len())
}

/// Whoever has one address of an IPv6 network usually has its whole /64.
fn source(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use mio::{Events, Poll};

    use super::*;
    use crate::address::Address;

    const STUN: [u8; 22] = [0, 20, 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const PATIENCE: Duration = Duration::from_secs(20);

    /// A listener on loopback whose time is the test's.
    struct Scene {
        connections: Connections,
        poll: Poll,
        stats: ShardStats,
        start: Instant,
        /// Each connection comes a moment after the one before.
        moments: u64,
        /// What the core was told: the frames, and how many paths are over.
        frames: Vec<Vec<u8>>,
        over: usize,
    }

    impl Scene {
        fn new() -> Self {
            let bound = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            let addresses = [1, 2, 3].map(|last| Address::direct(Ipv4Addr::new(127, 0, 0, last).into()));
            let mut connections = Connections::bind(bound, Routes::new(bound, &addresses)).unwrap();
            let port = connections.listener.local_addr().unwrap().port();
            connections.routes = Routes::new(SocketAddr::new(bound.ip(), port), &addresses);
            let poll = Poll::new().unwrap();
            connections.register(poll.registry(), Token(2)).unwrap();
            let (stats, start) = (ShardStats::default(), Instant::now());
            Self { connections, poll, stats, start, moments: 0, frames: Vec::new(), over: 0 }
        }

        /// Goes on, `after` the start as far as the listener knows, until `reached`.
        fn until(&mut self, after: Duration, mut reached: impl FnMut(&Self) -> bool) {
            let mut events = Events::with_capacity(64);
            let begun = Instant::now();
            loop {
                self.poll.poll(&mut events, Some(Duration::from_millis(1))).unwrap();
                for event in events.iter() {
                    self.connections.on_event(event, &mut self.stats);
                }
                let (frames, over) = (&mut self.frames, &mut self.over);
                self.connections.turn(self.poll.registry(), self.start + after, &mut self.stats, |input| match input {
                    Input::Datagram(datagram) => frames.push(datagram.bytes.to_vec()),
                    Input::Closed { .. } => *over += 1,
                    Input::Timeout | Input::Command(_) => unreachable!(),
                });
                if reached(self) {
                    return;
                }
                assert!(begun.elapsed() < PATIENCE, "never reached: {:?}", self.stats.connections);
            }
        }

        fn connect(&mut self) -> std::net::TcpStream {
            let seen = |stats: &ShardStats| stats.connections.accepted + stats.connections.refused;
            let before = seen(&self.stats);
            let address = self.connections.candidates()[0].1;
            let stream = std::net::TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            self.moments += 1;
            self.until(Duration::from_nanos(self.moments), |scene| before < seen(&scene.stats));
            stream
        }

        /// What the core does for a valid check.
        fn answer(&mut self, to: &std::net::TcpStream) {
            self.answer_at(to, Duration::ZERO);
        }

        fn answer_at(&mut self, to: &std::net::TcpStream, after: Duration) {
            let (local, remote) = (to.peer_addr().unwrap(), to.local_addr().unwrap());
            let bytes = vec![1; 20].into();
            let run = Transmit { transport: Transport::Tcp, local, remote, segment_size: 20, bytes };
            self.connections.send(&run, self.start + after, &mut self.stats);
        }
    }

    /// Whether the other end has closed it.
    fn is_cut(stream: &mut std::net::TcpStream) -> bool {
        match stream.read(&mut [0; 64]) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }

    #[test]
    fn who_shows_no_valid_check_in_time_is_cut_however_busy() {
        let mut scene = Scene::new();
        let (mut silent, mut dribbling, mut knocking) = (scene.connect(), scene.connect(), scene.connect());
        let valid = scene.connect();
        scene.answer(&valid);
        let late = CONNECTION_UNPROVEN_MAX - Duration::from_millis(1);
        dribbling.write_all(&STUN[..1]).unwrap();
        knocking.write_all(&STUN).unwrap(); // A check by its form, which the core does not answer.
        scene.until(late, |scene| scene.frames.len() == 1);
        assert_eq!(scene.stats.connections.unproven, 0);
        scene.until(CONNECTION_UNPROVEN_MAX + Duration::from_nanos(scene.moments), |scene| {
            scene.stats.connections.unproven == 3
        });
        assert!(is_cut(&mut silent) && is_cut(&mut dribbling) && is_cut(&mut knocking));
        assert_eq!((scene.stats.connections.open, scene.over), (1, 0));
        assert_eq!(scene.frames, [STUN[2..].to_vec()]);
    }

    #[test]
    fn whom_the_core_sends_nothing_for_long_is_cut_however_busy_and_the_core_is_told() {
        let mut scene = Scene::new();
        let (mut busy, served) = (scene.connect(), scene.connect());
        scene.answer(&busy);
        scene.answer(&served);
        assert_eq!(busy.read(&mut [0; 64]).unwrap(), 22, "the answer");
        busy.write_all(&STUN).unwrap(); // As after the end of its session: the core has nothing to say to it.
        scene.until(CONNECTION_IDLE_MAX / 2, |scene| scene.frames.len() == 1);
        scene.answer_at(&served, CONNECTION_IDLE_MAX / 2);
        busy.write_all(&STUN).unwrap();
        scene.until(CONNECTION_IDLE_MAX - Duration::from_nanos(1), |scene| scene.frames.len() == 2);
        assert_eq!(scene.stats.connections.open, 2);
        scene.until(CONNECTION_IDLE_MAX, |scene| scene.stats.connections.idle == 1);
        assert!(is_cut(&mut busy));
        assert_eq!((scene.stats.connections.open, scene.over), (1, 1));
        assert_eq!(scene.connections.due(), Some(scene.start + CONNECTION_IDLE_MAX / 2 + CONNECTION_IDLE_MAX));
        drop(served);
        scene.until(CONNECTION_IDLE_MAX, |scene| scene.over == 2);
        assert!(scene.connections.by_path.is_empty() && !scene.connections.has_more());
    }

    #[test]
    fn what_begins_with_anything_but_a_check_is_cut_at_once() {
        let mut scene = Scene::new();
        let strange: [&[u8]; 5] =
            [b"GET / HTTP/1.1\r\n\r\n", &[0, 0], &[0, 3, 22, 254, 253], &[0, 2, 0, 1], &[0xff; 4000]];
        for (number, bytes) in strange.into_iter().enumerate() {
            let mut stream = scene.connect();
            stream.write_all(bytes).unwrap();
            scene.until(Duration::ZERO, |scene| scene.stats.connections.malformed as usize == number + 1);
            assert!(is_cut(&mut stream));
        }
        let mut proven = scene.connect();
        scene.answer(&proven);
        proven.write_all(&[0xff; 4]).unwrap();
        scene.until(Duration::ZERO, |scene| scene.stats.connections.malformed == 6 && scene.over == 1);
        assert!(scene.frames.is_empty());
    }

    #[test]
    fn one_source_gets_so_many_connections_and_another_still_gets_in() {
        let mut scene = Scene::new();
        let mut streams: Vec<_> = (0..CONNECTIONS_PER_SOURCE_MAX).map(|_| scene.connect()).collect();
        let mut refused = scene.connect();
        assert!(is_cut(&mut refused));
        assert_eq!(scene.stats.connections.refused, 1);
        let other = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        other.bind(&SocketAddr::from(([127, 0, 0, 9], 0)).into()).unwrap();
        other.connect(&scene.connections.candidates()[1].1.into()).unwrap();
        let all = CONNECTIONS_PER_SOURCE_MAX as u64 + 1;
        scene.until(Duration::ZERO, |scene| scene.stats.connections.open == all);
        drop(streams.pop());
        scene.until(Duration::ZERO, |scene| scene.stats.connections.open == all - 1);
        scene.connect();
        assert_eq!(scene.stats.connections.refused, 1, "a place that was given back");
    }

    /// `CONNECTIONS_MAX` is four in here.
    #[test]
    fn a_crowd_without_checks_keeps_nobody_out_and_throws_nobody_out() {
        let mut scene = Scene::new();
        scene.connections.max = 4;
        let valid = [scene.connect(), scene.connect()];
        valid.iter().for_each(|stream| scene.answer(stream));
        let mut crowd = [scene.connect(), scene.connect(), scene.connect(), scene.connect()];
        assert_eq!((scene.stats.connections.open, scene.stats.connections.refused), (4, 0));
        let [first, second, ..] = &mut crowd;
        assert!(is_cut(first) && is_cut(second), "the oldest give way");
        crowd.iter().skip(2).for_each(|stream| scene.answer(stream));
        let mut refused = scene.connect();
        assert!(is_cut(&mut refused), "whoever has passed a check stays");
        assert_eq!(scene.over, 0);
    }

    #[test]
    fn one_source_of_ipv6_is_a_network() {
        let of = |ip: &str| source(ip.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
