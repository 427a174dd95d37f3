//! One room in memory: a real `Sfu`, real WebRTC stacks as its guests, and no network between them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use sfu_core::{
    Certificate, Command, Config, Datagram, Event, Gate, Input, Output, ParticipantId, RequestId, RoomId, Sfu,
    Transport,
};
use sfu_sim::{Client, Packet};

use crate::media::is_srtp;
use crate::page::Page;

const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 3478);
const ROOM: RoomId = RoomId(1);
/// Guests have ports from here on, so that a port tells who it is.
const FIRST_PORT: u16 = 10_000;
/// Between two frames.
const FRAME: Duration = Duration::from_millis(33);

/// A room and who is in it.
pub struct Hall {
    sfu: Sfu,
    now: Instant,
    guests: Vec<Guest>,
    outputs: Vec<Output>,
    served: Duration,
    joined: u64,
    /// Bytes that this process has asked for and not given back, if somebody counts.
    allocated: fn() -> isize,
    held: isize,
}

struct Guest {
    page: Page,
    participant: ParticipantId,
    address: SocketAddr,
}

impl Hall {
    /// An empty room.
    #[must_use]
    pub fn new() -> Self {
        let now = Instant::now();
        let config = Config {
            candidates: vec![(Transport::Udp, SERVER)],
            certificate: Certificate::generate(),
            disconnected_max: sfu_core::limits::DISCONNECTED_MAX,
        };
        let sfu = Sfu::new(config, [7; 32], now);
        let mut hall = Self {
            sfu,
            now,
            guests: Vec::new(),
            outputs: Vec::new(),
            served: Duration::ZERO,
            joined: 0,
            allocated: || 0,
            held: 0,
        };
        hall.serve(Input::Command(Command::OpenRoom { room: ROOM }));
        hall
    }

    /// A room with one guest who is seen by `viewers` others, everybody connected, and bursts passing at once: until the network has shown that it
    /// carries them, they are spread.
    ///
    /// # Panics
    /// If media does not begin to flow.
    #[must_use]
    pub fn with_viewers(viewers: usize) -> Self {
        let mut hall = Self::new();
        for _ in 0..=viewers {
            hall.join(viewers);
        }
        let (mut rounds, mut whole) = (0, 0);
        while whole < 8 {
            let burst = hall.burst(8);
            hall.forward(&burst);
            whole = if hall.deliver() == 8 * viewers as u64 { whole + 1 } else { 0 };
            rounds += 1;
            assert!(rounds < 500, "media never reached every viewer at once");
        }
        hall
    }

    /// Somebody joins: request, offer and answer, ICE, DTLS, until both ends are connected.
    ///
    /// # Panics
    /// If they cannot.
    pub fn join(&mut self, slots: usize) {
        self.enter(ROOM, slots);
        self.wait_for_all();
    }

    /// So many others come in, two to a room, and say nothing.
    ///
    /// # Panics
    /// If they cannot.
    pub fn surround(&mut self, others: usize) {
        /// Who come together: each wait of theirs is one of everybody's.
        const TOGETHER: usize = 100;
        for other in 0..others {
            let room = RoomId(ROOM.0 + 1 + other as u64 / 2);
            if other % 2 == 0 {
                self.serve(Input::Command(Command::OpenRoom { room }));
            }
            self.enter(room, 1);
            if (other + 1) % TOGETHER == 0 {
                self.wait_for_all();
            }
        }
        self.wait_for_all();
        self.idle(Duration::from_secs(3));
        self.served();
    }

    fn wait_for_all(&mut self) {
        let mut turns = 0;
        while self.guests.iter().any(|guest| !guest.page.connected) {
            self.pass(Duration::from_millis(1));
            turns += 1;
            assert!(turns < 10_000, "somebody never got in");
        }
    }

    /// Request and offer.
    fn enter(&mut self, room: RoomId, slots: usize) {
        let port = FIRST_PORT + u16::try_from(self.guests.len()).expect("there is a port for each");
        let address = SocketAddr::new(Ipv4Addr::new(10, 0, 1, 1).into(), port);
        let (client, sdp) = Client::new(address, slots, self.now);
        let participant = self.offer(room, sdp);
        self.guests.push(Guest { page: Page::new(client), participant, address });
    }

    fn offer(&mut self, room: RoomId, sdp: String) -> ParticipantId {
        self.joined += 1;
        let (request, participant) = (RequestId(self.joined), ParticipantId(self.joined));
        self.serve(Input::Command(Command::Join { request, room, participant, gate: Gate::Open }));
        self.serve(Input::Command(Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() }));
        participant
    }

    /// The last who joined leaves.
    pub fn leave(&mut self) {
        if let Some(guest) = self.guests.pop() {
            self.forget(guest.participant);
        }
    }

    /// A browser's offer is answered, and nothing comes of it.
    ///
    /// # Panics
    /// If it is refused.
    pub fn answer(&mut self, offer: &str) {
        let participant = self.offer(ROOM, offer.to_owned());
        let is_answer = |output: &Output| matches!(output, Output::Event(Event::Answer { .. }));
        assert!(self.outputs.drain(..).any(|output| is_answer(&output)), "the offer is refused");
        self.forget(participant);
    }

    /// Whoever goes is not part of what is measured.
    fn forget(&mut self, participant: ParticipantId) {
        for input in [Input::Command(Command::Leave { participant }), Input::Timeout] {
            self.sfu.handle(input, self.now).for_each(drop);
        }
    }

    /// How long the server has worked since this was last asked.
    pub fn served(&mut self) -> Duration {
        std::mem::take(&mut self.served)
    }

    /// From now on, what the server holds is counted by this.
    pub fn count(&mut self, allocated: fn() -> isize) {
        self.allocated = allocated;
    }

    /// Bytes that the server holds more than when counting began.
    #[must_use]
    pub fn held(&self) -> isize {
        self.held
    }

    /// Nobody says anything for so long; what keeps connections alive goes on.
    pub fn idle(&mut self, time: Duration) {
        const STEP: Duration = Duration::from_millis(50);
        for _ in 0..time.as_millis() / STEP.as_millis() {
            self.pass(STEP);
        }
    }

    /// The first guest's next frame as encrypted packets, and everything else that is due meanwhile, delivered.
    pub fn burst(&mut self, packets: usize) -> Vec<Packet> {
        self.pass(FRAME);
        let mut burst = Vec::new();
        let mut rest = Vec::new();
        let publisher = &mut self.guests[0].page;
        publisher.show(packets, self.now);
        publisher.poll(self.now, |packet| if is_srtp(&packet.bytes) { burst.push(packet) } else { rest.push(packet) });
        for packet in rest {
            self.arrive(&packet);
        }
        self.deliver();
        burst
    }

    /// Forwards a burst: what a shard does with one batch, without sockets. Returns how long it took.
    pub fn forward(&mut self, burst: &[Packet]) -> Duration {
        let started = Instant::now();
        forward_a_burst(&mut self.sfu, burst, self.now, &mut self.outputs);
        started.elapsed()
    }

    /// Delivers what came out of the server. Returns how many media packets that were.
    ///
    /// # Panics
    /// If a request was refused.
    pub fn deliver(&mut self) -> u64 {
        let mut delivered = 0;
        let mut outputs = std::mem::take(&mut self.outputs);
        for output in outputs.drain(..) {
            match &output {
                Output::Transmit(run) => {
                    let guest = usize::from(run.remote.port() - FIRST_PORT);
                    // Whoever has left is not sent to for long.
                    let Some(guest) = self.guests.get_mut(guest) else { continue };
                    for bytes in run.bytes.chunks(run.segment_size) {
                        delivered += u64::from(is_srtp(bytes));
                        guest.page.client.receive(SERVER, guest.address, bytes, self.now);
                    }
                }
                Output::Event(Event::Answer { participant, sdp, .. }) => {
                    let guest = self.guests.iter_mut().find(|guest| guest.participant == *participant);
                    guest
                        .expect("who offered is here")
                        .page
                        .client
                        .accept(sdp, self.now)
                        .expect("the answer fits the offer");
                }
                Output::Event(Event::Refused { error, .. }) => panic!("refused: {error}"),
                Output::Event(_) => {}
            }
            let before = (self.allocated)();
            drop(output);
            self.held += (self.allocated)() - before;
        }
        self.outputs = outputs; // For its memory.
        delivered
    }

    /// Lets time pass, and everybody have their say until nothing is left to say.
    fn pass(&mut self, time: Duration) {
        self.now += time;
        loop {
            self.deliver();
            let mut sent = Vec::new();
            for guest in &mut self.guests {
                guest.page.poll(self.now, |packet| sent.push(packet));
            }
            for packet in &sent {
                self.arrive(packet);
            }
            self.serve(Input::Timeout);
            if sent.is_empty() && self.outputs.is_empty() {
                return;
            }
        }
    }

    fn arrive(&mut self, packet: &Packet) {
        let datagram =
            Datagram { transport: Transport::Udp, local: packet.to, remote: packet.from, bytes: &packet.bytes };
        self.serve(Input::Datagram(datagram));
    }

    fn serve(&mut self, input: Input<'_>) {
        let (started, before) = (Instant::now(), (self.allocated)());
        serve_an_input(&mut self.sfu, input, self.now, &mut self.outputs);
        self.served += started.elapsed();
        self.held += (self.allocated)() - before;
    }
}

impl Default for Hall {
    fn default() -> Self {
        Self::new()
    }
}

#[inline(never)] // `instructions` finds it by name.
fn serve_an_input(sfu: &mut Sfu, input: Input<'_>, now: Instant, outputs: &mut Vec<Output>) {
    outputs.extend(sfu.handle(input, now));
}

#[inline(never)] // And this.
fn forward_a_burst(sfu: &mut Sfu, burst: &[Packet], now: Instant, outputs: &mut Vec<Output>) {
    for packet in burst {
        let datagram =
            Datagram { transport: Transport::Udp, local: packet.to, remote: packet.from, bytes: &packet.bytes };
        outputs.extend(sfu.handle(Input::Datagram(datagram), now));
    }
    outputs.extend(sfu.handle(Input::Timeout, now));
}
