//! Rooms of people on real sockets, who speak at a browser's pace and count what they receive; and the two servers that they can call.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use sfu_core::{Certificate, Command, Config, Event, Gate, ParticipantId, RequestId, RoomId, Sfu};
use sfu_net::{Address, Shard, ShardConfig, ShardHandle};
use sfu_sim::Client;

use crate::floor::{Floor, HEADER_BYTES};
use crate::media::{AUDIO_BYTES, VIDEO_BYTES};
use crate::page::Page;

/// 30 frames a second.
const FRAME: Duration = Duration::from_micros(33_333);
/// Packets of successive frames: with 1150 bytes each, 1.2 Mbit/s.
const FRAME_PACKETS: [usize; 3] = [4, 4, 5];
const SOUND: Duration = Duration::from_millis(20);
/// Far more than joining takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many rooms, and how many people in each.
#[derive(Clone, Copy, Debug)]
pub struct House {
    /// Rooms.
    pub rooms: usize,
    /// People in each.
    pub people: usize,
}

/// What one person is made of: a whole WebRTC stack, or nothing but packets.
pub trait Guest {
    /// A datagram came.
    fn receive(&mut self, from: SocketAddr, to: SocketAddr, bytes: &[u8], now: Instant);
    /// It is time for a frame.
    fn show(&mut self, packets: usize, now: Instant);
    /// It is time for 20 ms of sound.
    fn speak(&mut self, now: Instant);
    /// Gives out what is to be sent, after letting time pass.
    fn poll(&mut self, now: Instant, send: &mut dyn FnMut(SocketAddr, &[u8]));
    /// When it wants to be polled at the latest.
    fn due(&self) -> Option<Instant>;
    /// Whether it may speak.
    fn is_connected(&self) -> bool;
    /// Media packets sent and received.
    fn counts(&self) -> (u64, u64);
}

/// Everybody, driven by one thread.
pub struct Crowd<G> {
    seats: Vec<Seat<G>>,
    poll: Poll,
}

struct Seat<G> {
    guest: G,
    socket: UdpSocket,
    address: SocketAddr,
    frames: usize,
    next_frame: Instant,
    next_sound: Instant,
}

impl<G: Guest> Crowd<G> {
    /// Seats `count` people, each with a socket of their own. `enter` makes a guest of a number and an address.
    ///
    /// # Errors
    /// What the system says.
    pub fn seat(count: usize, mut enter: impl FnMut(usize, SocketAddr) -> G) -> io::Result<Self> {
        let poll = Poll::new()?;
        let began = Instant::now();
        let mut seats = Vec::with_capacity(count);
        for index in 0..count {
            let mut socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0).into())?;
            poll.registry().register(&mut socket, Token(index), Interest::READABLE)?;
            let address = socket.local_addr()?;
            // People do not start together: their frames are spread evenly.
            let next_frame = began + FRAME * u32::try_from(index).unwrap_or(0) / u32::try_from(count).unwrap_or(1);
            let guest = enter(index, address);
            seats.push(Seat { guest, socket, address, frames: index, next_frame, next_sound: next_frame });
        }
        Ok(Self { seats, poll })
    }

    /// Where everybody sits.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.seats.iter().map(|seat| seat.address).collect()
    }

    /// Media packets sent and received by all.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let add = |sum: (u64, u64), seat: &Seat<G>| {
            let (sent, received) = seat.guest.counts();
            (sum.0 + sent, sum.1 + received)
        };
        self.seats.iter().fold((0, 0), add)
    }

    /// Whether everybody has received something.
    #[must_use]
    pub fn all_receive(&self) -> bool {
        self.seats.iter().all(|seat| 0 < seat.guest.counts().1)
    }

    /// Lets everybody go on until `enough`.
    ///
    /// # Panics
    /// If that takes longer than anything here should.
    ///
    /// # Errors
    /// What the system says.
    pub fn run(&mut self, mut enough: impl FnMut(&Self) -> bool) -> io::Result<()> {
        let mut events = Events::with_capacity(self.seats.len());
        let began = Instant::now();
        while !enough(self) {
            assert!(began.elapsed() < PATIENCE, "the crowd waits for ever");
            let now = Instant::now();
            let due = self.seats.iter().filter_map(Seat::due).min().unwrap_or(now + FRAME);
            self.poll.poll(&mut events, Some(due.saturating_duration_since(now)))?;
            for event in &events {
                self.seats[event.token().0].read();
            }
            let now = Instant::now();
            for seat in self.seats.iter_mut().filter(|seat| seat.due().is_none_or(|due| due <= now)) {
                seat.go_on(now);
            }
        }
        Ok(())
    }
}

impl<G: Guest> Seat<G> {
    fn due(&self) -> Option<Instant> {
        let paced = self.guest.is_connected().then_some(self.next_frame.min(self.next_sound));
        [paced, self.guest.due()].into_iter().flatten().min()
    }

    fn read(&mut self) {
        let mut buffer = [0; 2048];
        let now = Instant::now();
        while let Ok((len, from)) = self.socket.recv_from(&mut buffer) {
            self.guest.receive(from, self.address, &buffer[..len], now);
            self.send(now); // A WebRTC stack wants its outputs taken before the next input.
        }
    }

    fn go_on(&mut self, now: Instant) {
        if self.guest.is_connected() {
            if self.next_frame <= now {
                self.next_frame = after(self.next_frame, FRAME, now);
                self.frames += 1;
                self.guest.show(FRAME_PACKETS[self.frames % FRAME_PACKETS.len()], now);
            }
            if self.next_sound <= now {
                self.next_sound = after(self.next_sound, SOUND, now);
                self.guest.speak(now);
            }
        }
        self.send(now);
    }

    fn send(&mut self, now: Instant) {
        self.guest.poll(now, &mut |to, bytes| {
            let _lost_if_full = self.socket.send_to(bytes, to);
        });
    }
}

/// The next beat after `now`: what was missed is skipped, so that people who were late do not speak all at once.
fn after(mut beat: Instant, interval: Duration, now: Instant) -> Instant {
    while beat <= now {
        beat += interval;
    }
    beat
}

/// A page's part, played by a whole WebRTC stack.
pub struct Browser {
    page: Page,
    sent: u64,
}

impl Guest for Browser {
    fn receive(&mut self, from: SocketAddr, to: SocketAddr, bytes: &[u8], now: Instant) {
        self.page.client.receive(from, to, bytes, now);
    }

    fn show(&mut self, packets: usize, now: Instant) {
        self.page.show(packets, now);
        self.sent += packets as u64;
    }

    fn speak(&mut self, now: Instant) {
        self.page.client.send_sound(vec![0; AUDIO_BYTES], now);
        self.sent += 1;
    }

    fn poll(&mut self, now: Instant, send: &mut dyn FnMut(SocketAddr, &[u8])) {
        self.page.poll(now, |packet| send(packet.to, &packet.bytes));
    }

    fn due(&self) -> Option<Instant> {
        Some(self.page.client.next_wake())
    }

    fn is_connected(&self) -> bool {
        self.page.connected
    }

    fn counts(&self) -> (u64, u64) {
        (self.sent, self.page.received)
    }
}

/// The server that is measured, and its guests.
pub struct Measured {
    /// The shard.
    pub shard: ShardHandle,
    /// The name of its thread.
    pub thread: String,
    answers: Receiver<(ParticipantId, String)>,
}

impl Measured {
    /// Opens a shard with empty rooms.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(house: House) -> io::Result<Self> {
        let address = Address::direct(Ipv4Addr::LOCALHOST.into());
        let shard =
            Shard::bind(&ShardConfig { bind: (Ipv4Addr::LOCALHOST, 0).into(), addresses: vec![address], tcp: false })?;
        let thread = format!("media-{}", shard.port());
        let config = Config {
            candidates: shard.candidates(),
            certificate: Certificate::generate(),
            disconnected_max: sfu_core::limits::DISCONNECTED_MAX,
        };
        let (sender, answers) = channel();
        let tell = move |event| {
            if let Event::Answer { participant, sdp, .. } = event {
                let _nobody_waits = sender.send((participant, sdp.0));
            }
        };
        let shard = shard.spawn(Sfu::new(config, [7; 32], Instant::now()), tell)?;
        let measured = Self { shard, thread, answers };
        for room in 0..house.rooms {
            measured.wants(Command::OpenRoom { room: RoomId(room as u64) });
        }
        Ok(measured)
    }

    /// Lets somebody in.
    ///
    /// # Panics
    /// If they are not answered.
    #[must_use]
    pub fn enter(&self, house: House, index: usize, address: SocketAddr) -> Browser {
        let (mut client, sdp) = Client::new(address, house.people - 1, Instant::now());
        let (request, participant) = (RequestId(index as u64), ParticipantId(index as u64));
        let room = RoomId((index / house.people) as u64);
        self.wants(Command::Join { request, room, participant, gate: Gate::Open });
        self.wants(Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() });
        let (answered, sdp) = self.answers.recv_timeout(PATIENCE).expect("an answer comes");
        assert_eq!(answered, participant);
        client.accept(&sdp, Instant::now()).expect("the answer fits the offer");
        Browser { page: Page::new(client), sent: 0 }
    }

    fn wants(&self, command: Command) {
        self.shard.send(command).expect("the shard keeps up");
    }
}

/// Nothing but packets of the same sizes at the same pace.
pub struct Plain {
    server: SocketAddr,
    video: Vec<u8>,
    audio: Vec<u8>,
    waiting: Vec<usize>,
    sent: u64,
    received: u64,
}

impl Plain {
    /// Somebody who sends to `server`.
    #[must_use]
    pub fn new(server: SocketAddr) -> Self {
        let floor = Floor::new();
        let sealed = |bytes: usize| {
            let mut packet = vec![0x80; HEADER_BYTES + bytes];
            floor.seal(&mut packet, 0);
            packet
        };
        Self {
            server,
            video: sealed(VIDEO_BYTES),
            audio: sealed(AUDIO_BYTES),
            waiting: Vec::new(),
            sent: 0,
            received: 0,
        }
    }
}

impl Guest for Plain {
    fn receive(&mut self, _: SocketAddr, _: SocketAddr, _: &[u8], _: Instant) {
        self.received += 1;
    }

    fn show(&mut self, packets: usize, _: Instant) {
        self.waiting.extend(std::iter::repeat_n(VIDEO_BYTES, packets));
    }

    fn speak(&mut self, _: Instant) {
        self.waiting.push(AUDIO_BYTES);
    }

    fn poll(&mut self, _: Instant, send: &mut dyn FnMut(SocketAddr, &[u8])) {
        for bytes in self.waiting.drain(..) {
            self.sent += 1;
            send(self.server, if bytes == VIDEO_BYTES { &self.video } else { &self.audio });
        }
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

/// The least server: it receives batches, opens each packet, seals it for each other person of the room, and sends runs.
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

    /// Starts to forward among `addresses`, `house.people` to a room.
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
        /// The largest message that the kernel coalesces.
        const BUFFER_BYTES: usize = 64 * 1024;
        let state = UdpSocketState::new(UdpSockRef::from(&self.socket))?;
        let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(1));
        poll.registry().register(&mut self.socket, Token(0), Interest::READABLE)?;
        let mut buffers = vec![0; BATCH_SIZE * BUFFER_BYTES];
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut runs: BTreeMap<SocketAddr, Run> = BTreeMap::new();
        let (floor, mut plain, mut counter) = (Floor::new(), Vec::new(), 0);
        while !stop.load(Ordering::Acquire) {
            poll.poll(&mut events, Some(Duration::from_millis(100)))?;
            loop {
                let mut free = buffers.chunks_exact_mut(BUFFER_BYTES);
                let mut slots: [io::IoSliceMut<'_>; BATCH_SIZE] =
                    std::array::from_fn(|_| io::IoSliceMut::new(free.next().expect("there is a buffer for each slot")));
                let Ok(received) = state.recv(UdpSockRef::from(&self.socket), &mut slots, &mut metas) else { break };
                for (slot, meta) in slots.iter().zip(&metas).take(received) {
                    for packet in slot[..meta.len].chunks(meta.stride.max(1)) {
                        plain.clear();
                        plain.extend_from_slice(packet);
                        assert!(floor.open(&mut plain, 0), "the crowd seals what it sends");
                        for other in others.get(&meta.addr).into_iter().flatten() {
                            counter += 1;
                            let run = runs.entry(*other).or_default();
                            if !run.fits(packet.len()) {
                                run.send(*other, &state, &self.socket);
                            }
                            run.push(&plain, packet.len(), &floor, counter);
                        }
                    }
                }
                for (other, run) in &mut runs {
                    run.send(*other, &state, &self.socket);
                }
                if received < BATCH_SIZE {
                    break;
                }
            }
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
    fn fits(&self, len: usize) -> bool {
        self.bytes.is_empty() || (self.bytes.len().is_multiple_of(self.segment) && len <= self.segment)
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
        if self.bytes.is_empty() {
            return;
        }
        let segment_size = Some(self.segment);
        let run = Transmit { destination, ecn: None, contents: &self.bytes, segment_size, src_ip: None };
        let _lost_if_full = state.try_send(UdpSockRef::from(socket), &run);
        self.bytes.clear();
    }
}
