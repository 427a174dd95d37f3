//! The floor on real sockets: people who are nothing but packets of the same sizes at the same pace, and a server that
//! does nothing but forward them.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use quinn_udp::{Transmit, UdpSockRef, UdpSocketState};
use sfu_net::Density;

use crate::crowd::{Guest, House};
use crate::floor::{Floor, HEADER_BYTES};
use crate::media::{self, AUDIO_BYTES, VIDEO_BYTES};
use crate::outbox::{Arrived, Inbox, Outbox, roomy};

/// Nothing but packets. When one was sent stands in its header, which the floor passes on as it is.
pub struct Plain {
    server: SocketAddr,
    floor: Floor,
    out: Outbox,
    packet: Vec<u8>,
    sent: u64,
    received: u64,
}

impl Plain {
    /// Somebody who sends to `server`.
    #[must_use]
    pub fn new(server: SocketAddr) -> Self {
        Self { server, floor: Floor::new(), out: Outbox::default(), packet: Vec::new(), sent: 0, received: 0 }
    }

    fn send(&mut self, packets: usize, payload_bytes: usize) {
        self.sent += packets as u64;
        let Self { server, floor, out, packet, .. } = self;
        out.run(*server, |bytes| {
            for _ in 0..packets {
                packet.clear();
                packet.resize(HEADER_BYTES + payload_bytes, 0);
                media::stamp(packet);
                floor.seal(packet, 0);
                bytes.extend_from_slice(packet);
            }
            packet.len()
        });
    }
}

impl Guest for Plain {
    fn receive(&mut self, arrived: &Arrived<'_>, _: Instant) -> Option<Duration> {
        self.received += 1;
        Some(arrived.at.saturating_sub(media::stamp_of(arrived.bytes)?))
    }

    fn show(&mut self, packets: usize, _: Instant) {
        self.send(packets, VIDEO_BYTES);
    }

    fn speak(&mut self, _: Instant) {
        self.send(1, AUDIO_BYTES);
    }

    fn go_on(&mut self, _: Instant) -> &mut Outbox {
        &mut self.out
    }

    fn due(&self) -> Option<Instant> {
        None
    }

    fn is_connected(&self) -> bool {
        true
    }

    fn counts(&self) -> (u64, u64) {
        (self.sent, self.received)
    }
}

/// The least server: it receives batches, opens each packet, seals it for each other person of the room, and sends
/// runs. It waits for batches as a shard does.
pub struct FloorServer {
    socket: UdpSocket,
    address: SocketAddr,
}

/// A floor server that runs until it is dropped.
pub struct FloorThread {
    /// The name of its thread.
    pub thread: String,
    stop: Arc<AtomicBool>,
    running: Option<JoinHandle<io::Result<()>>>,
}

impl FloorServer {
    /// Opens a port.
    ///
    /// # Errors
    /// What the system says.
    pub fn open() -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts to forward among `addresses`, which are the house's people in their order.
    ///
    /// # Errors
    /// What the system says.
    pub fn spawn(self, house: House, addresses: &[SocketAddr]) -> io::Result<FloorThread> {
        let mut others = BTreeMap::new();
        for room in addresses.chunks(house.people) {
            for person in room {
                let rest: Vec<SocketAddr> = room.iter().filter(|other| *other != person).copied().collect();
                others.insert(*person, rest);
            }
        }
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = format!("floor-{}", self.address.port());
        let running = thread::Builder::new().name(thread.clone()).spawn(move || self.run(&others, &asked))?;
        Ok(FloorThread { thread, stop, running: Some(running) })
    }

    fn run(mut self, others: &BTreeMap<SocketAddr, Vec<SocketAddr>>, stop: &AtomicBool) -> io::Result<()> {
        let state = roomy(&self.socket)?;
        let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(1));
        poll.registry().register(&mut self.socket, Token(0), Interest::READABLE)?;
        let mut inbox = Inbox::new();
        let mut runs: BTreeMap<SocketAddr, Run> = BTreeMap::new();
        let mut filled = Vec::new();
        let (floor, mut plain, mut counter) = (Floor::new(), Vec::new(), 0);
        let (mut density, mut received, mut wakes) = (Density::new(Instant::now()), 0, 0);
        while !stop.load(Ordering::Acquire) {
            match density.nap(Instant::now()) {
                Some(nap) => thread::sleep(nap),
                None => poll.poll(&mut events, Some(Duration::from_millis(100)))?,
            }
            wakes += 1;
            let mut has_more = true;
            while has_more {
                has_more = inbox.receive(&self.socket, &state, |arrived| {
                    received += 1;
                    plain.clear();
                    plain.extend_from_slice(arrived.bytes);
                    assert!(floor.open(&mut plain, 0), "the crowd seals what it sends");
                    for other in others.get(&arrived.from).into_iter().flatten() {
                        counter += 1;
                        let run = runs.entry(*other).or_default();
                        if run.bytes.is_empty() {
                            filled.push(*other);
                        } else if !run.fits(arrived.bytes.len()) {
                            run.send(*other, &state, &self.socket);
                        }
                        run.push(&plain, arrived.bytes.len(), &floor, counter);
                    }
                });
                for other in filled.drain(..) {
                    runs.entry(other).or_default().send(other, &state, &self.socket);
                }
            }
            density.turned(received, wakes, Instant::now());
        }
        Ok(())
    }
}

impl Drop for FloorThread {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(running) = self.running.take() {
            running.join().expect("the floor has no panics").expect("the floor's socket works");
        }
    }
}

/// Datagrams for one destination: all but the last have one size.
#[derive(Default)]
struct Run {
    bytes: Vec<u8>,
    segment: usize,
    packet: Vec<u8>,
}

impl Run {
    /// Packets that the kernel segments at once.
    const PACKETS_MAX: usize = 32;

    /// Whether a packet of this size can follow.
    fn fits(&self, len: usize) -> bool {
        let is_even = self.bytes.len().is_multiple_of(self.segment) && len <= self.segment;
        is_even && self.bytes.len() < Self::PACKETS_MAX * self.segment
    }

    fn push(&mut self, plain: &[u8], len: usize, floor: &Floor, counter: u64) {
        if self.bytes.is_empty() {
            self.segment = len;
        }
        self.packet.clear();
        self.packet.extend_from_slice(plain);
        floor.seal(&mut self.packet, counter);
        self.bytes.extend_from_slice(&self.packet);
    }

    fn send(&mut self, destination: SocketAddr, state: &UdpSocketState, socket: &UdpSocket) {
        let segment_size = Some(self.segment);
        let run = Transmit { destination, ecn: None, contents: &self.bytes, segment_size, src_ip: None };
        let _lost_if_full = state.try_send(UdpSockRef::from(socket), &run);
        self.bytes.clear();
    }
}
