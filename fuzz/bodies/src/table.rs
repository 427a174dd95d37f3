//! Two connected people at one server, and the promises that hold whatever happens.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sfu_core::{
    Command, Config, Datagram, Event, Gate, Input, Output, ParticipantId, RequestId, RoomId, Sfu, Transport,
};
use sfu_sim::{Client, ClientEvent, DATAGRAM_BYTES_MAX, Packet, TICK};

use crate::sdp::certificate;
use crate::{engine, insider};

pub(crate) const ROOM: RoomId = RoomId(1);
/// Datagrams remembered to be sent again.
const OVERHEARD_MAX: usize = 64;

/// A server, two people, and everything between them.
pub(crate) struct Table {
    pub(crate) now: Instant,
    pub(crate) sfu: Sfu,
    server: SocketAddr,
    pub(crate) people: [Seat; 2],
    pub(crate) stranger: SocketAddr,
    senders: BTreeSet<SocketAddr>,
    pub(crate) overheard: Vec<Vec<u8>>,
    pub(crate) mangle: Option<(u8, u8)>,
    requests: u64,
    pub(crate) answer: Option<(ParticipantId, String)>,
    /// Messages that reached the embedder.
    pub(crate) messages: u64,
    /// Who is not in the room any more.
    pub(crate) left: BTreeSet<ParticipantId>,
    /// The first person's cryptography is an insider's.
    has_insider: bool,
}

pub(crate) struct Seat {
    pub(crate) who: ParticipantId,
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    pub(crate) connected: bool,
    /// Pictures that came.
    pub(crate) pictures: Vec<Arc<[u8]>>,
}

impl Table {
    pub(crate) fn new() -> Self {
        let now = sfu_sim::beginning();
        let server = SocketAddr::from(([192, 0, 2, 1], 3478));
        let config = Config {
            candidates: vec![(Transport::Udp, server)],
            certificate: certificate(),
            disconnected_max: Duration::from_secs(15),
        };
        let mut table = Self {
            now,
            sfu: Sfu::new(config, [7; 32], now),
            server,
            people: [Seat::new(1, now), Seat::new(2, now)],
            stranger: SocketAddr::from(([203, 0, 113, 9], 9)),
            senders: BTreeSet::new(),
            overheard: Vec::new(),
            mangle: None,
            requests: 0,
            answer: None,
            messages: 0,
            left: BTreeSet::new(),
            has_insider: false,
        };
        table.command(Command::OpenRoom { room: ROOM });
        table
    }

    /// Two connected people, the first of whom is an [`insider`] who has sent a sound, a picture and a message.
    pub(crate) fn with_insider() -> Self {
        let mut table = Self::new();
        table.has_insider = true;
        table.connect();
        let client = &mut table.people[0].client;
        client.send_sound(vec![7; 40], table.now);
        client.send_picture(vec![vec![0x10; 100]], table.now);
        while !table.people[0].client.channel_is_open() {
            table.pass(TICK * 5);
        }
        table.people[0].client.send_message(true, b"hello", table.now);
        table.pass(TICK * 5);
        table
    }

    /// The other person is as well as ever, whatever became of the insider.
    pub(crate) fn check_other(&mut self) {
        self.people[1].client.send_sound(vec![7; 40], self.now);
        self.pass(TICK * 5);
        assert!(
            !self.left.contains(&self.people[1].who) && self.people[1].client.is_alive(),
            "somebody else was harmed"
        );
    }

    /// Both join and exchange what they have to until they are connected.
    pub(crate) fn connect(&mut self) {
        for index in 0..self.people.len() {
            let Seat { who, address, .. } = self.people[index];
            self.join(who, Gate::Open);
            let crypto = if self.has_insider && index == 0 { insider::crypto() } else { Client::crypto() };
            let (client, offer) = Client::with_crypto(address, 1, crypto, self.now);
            self.people[index].client = client;
            self.offer(who, offer);
            let (_, answer) = self.answer.take().expect("an honest offer is answered");
            self.people[index].client.accept(&answer, self.now).expect("the answer fits");
        }
        for _ in 0..400 {
            if self.people.iter().all(|seat| seat.connected) {
                return;
            }
            self.pass(TICK * 5);
        }
        panic!("two honest people could not connect");
    }

    pub(crate) fn join(&mut self, participant: ParticipantId, gate: Gate) {
        self.requests += 1;
        self.command(Command::Join { request: RequestId(self.requests), room: ROOM, participant, gate });
    }

    pub(crate) fn offer(&mut self, participant: ParticipantId, sdp: String) {
        self.requests += 1;
        self.answer = None;
        self.command(Command::Offer {
            request: RequestId(self.requests),
            participant,
            sdp: sdp.into(),
            sources: Vec::new(),
        });
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.tell(Input::Command(command));
    }

    pub(crate) fn arrive(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.senders.insert(from);
        self.tell(Input::Datagram(Datagram { transport: Transport::Udp, local: self.server, remote: from, bytes }));
    }

    pub(crate) fn tell(&mut self, input: Input<'_>) {
        let (sfu, now) = (&mut self.sfu, self.now);
        let outputs = engine::guard(|| sfu.handle(input, now).collect::<Vec<Output>>());
        let Some(outputs) = outputs else {
            // As an embedder does: whoever reached the engine's fault goes, and nobody else.
            let participant = self.sfu.blame().expect("a fault of the engine is met in somebody's step");
            assert!(self.has_insider && participant == self.people[0].who, "only who means harm meets it");
            return self.command(Command::Evict { participant });
        };
        for output in outputs {
            match output {
                Output::Transmit(run) => {
                    assert!(self.senders.contains(&run.remote), "a datagram to {}, which never sent one", run.remote);
                    for bytes in run.bytes.chunks(run.segment_size.max(1)) {
                        // What people send themselves may be a little larger when it is passed on.
                        assert!(bytes.len() <= DATAGRAM_BYTES_MAX.max(sfu_core::limits::FORWARDED_BYTES_MAX));
                        if let Some(seat) = self.people.iter_mut().find(|seat| seat.address == run.remote) {
                            seat.client.receive(self.server, seat.address, bytes, self.now);
                        }
                    }
                }
                Output::Event(Event::Answer { participant, sdp, .. }) => self.answer = Some((participant, sdp.0)),
                Output::Event(Event::Message { .. }) => self.messages += 1,
                Output::Event(Event::Left { participant, .. }) => {
                    self.left.insert(participant);
                }
                Output::Event(_) => {}
            }
        }
    }

    /// Lets everybody send what they have to say now.
    pub(crate) fn pump(&mut self) {
        for _ in 0..16 {
            let mut packets: Vec<Packet> = Vec::new();
            for seat in &mut self.people {
                let mut connected = false;
                seat.client.timeout(self.now);
                let pictures = &mut seat.pictures;
                seat.client.drain(
                    |packet| packets.push(packet),
                    |event| {
                        connected |= matches!(event, ClientEvent::Connected);
                        if let ClientEvent::Media { kind, payload, .. } = event
                            && kind.is_video()
                        {
                            pictures.push(payload);
                        }
                    },
                );
                seat.connected |= connected;
            }
            if packets.is_empty() {
                break;
            }
            for mut packet in packets {
                if let Some((at, bits)) = self.mangle.take()
                    && let Some(byte) = packet.bytes.get_mut(usize::from(at))
                {
                    *byte ^= bits;
                }
                self.arrive(packet.from, &packet.bytes);
                if self.overheard.len() < OVERHEARD_MAX {
                    self.overheard.push(packet.bytes);
                }
            }
            self.tell(Input::Timeout);
        }
        self.tell(Input::Timeout);
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now += time.max(TICK);
        self.tell(Input::Timeout);
        self.pump();
    }

    pub(crate) fn check(&self) {
        assert!(
            self.sfu.next_wake().is_none_or(|wake| self.now < wake.at),
            "a deadline stands still: {:?}",
            self.sfu.next_wake()
        );
        let stats = self.sfu.stats();
        assert!(stats.participants <= 4 && stats.rooms <= 1);
        let queued_max = stats.participants * (sfu_core::limits::SLOTS_MAX * sfu_core::limits::QUEUED_BYTES_MAX) as u64;
        assert!(stats.queued_bytes <= queued_max, "{} bytes wait", stats.queued_bytes);
        assert!(stats.addresses <= stats.participants * sfu_core::limits::ADDRESSES_MAX as u64);
    }

    pub(crate) fn leave(&mut self) {
        self.command(Command::CloseRoom { room: ROOM });
        let stats = self.sfu.stats();
        assert_eq!(
            (stats.rooms, stats.participants, stats.addresses, stats.queued_bytes),
            (0, 0, 0, 0),
            "all is freed"
        );
    }
}

impl Seat {
    pub(crate) fn new(number: u8, now: Instant) -> Self {
        let address = SocketAddr::from(([100, 64, 0, number], 40_000));
        let (client, _) = Client::new(address, 1, now); // Replaced when it joins.
        Self { who: ParticipantId(u64::from(number)), address, client, connected: false, pictures: Vec::new() }
    }
}
