//! Two connected people, and whatever else may arrive at the same port or be asked of the core meanwhile.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sfu_core::{
    Command, Config, Datagram, Event, Gate, Input, Message, Output, ParticipantId, RequestId, RoomId, Sfu, Source,
    Transport,
};
use sfu_sim::{Client, ClientEvent, DATAGRAM_BYTES_MAX, Packet, TICK};

use crate::Choices;
use crate::sdp::certificate;

const ROOM: RoomId = RoomId(1);
/// Steps of one input: a bound on its time.
const STEPS_MAX: usize = 200;
/// Datagrams remembered to be sent again.
const OVERHEARD_MAX: usize = 64;

/// Connects two people, then plays the bytes: datagrams from them, from strangers, from one under the other's address, changed on the way, twice or
/// late; media and messages with any content; commands in any order; time in leaps. Nothing goes to an address that never sent anything, no datagram
/// is too large, deadlines move, and in the end all is freed.
pub fn datagram(input: &[u8]) {
    let mut table = Table::new();
    table.connect();
    let mut choices = Choices(input);
    for _ in 0..STEPS_MAX {
        if table.step(&mut choices).is_none() {
            break;
        }
        table.pump();
        table.check();
    }
    table.leave();
}

struct Table {
    now: Instant,
    sfu: Sfu,
    server: SocketAddr,
    people: [Seat; 2],
    stranger: SocketAddr,
    senders: BTreeSet<SocketAddr>,
    overheard: Vec<Vec<u8>>,
    mangle: Option<(u8, u8)>,
    requests: u64,
    answer: Option<(ParticipantId, String)>,
}

struct Seat {
    who: ParticipantId,
    address: SocketAddr,
    client: Client,
    connected: bool,
}

impl Table {
    fn new() -> Self {
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
        };
        table.command(Command::OpenRoom { room: ROOM });
        table
    }

    /// Both join and exchange what they have to until they are connected.
    fn connect(&mut self) {
        for index in 0..self.people.len() {
            let Seat { who, address, .. } = self.people[index];
            self.join(who, Gate::Open);
            let (client, offer) = Client::new(address, 1, self.now);
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

    fn step(&mut self, choices: &mut Choices<'_>) -> Option<()> {
        let kind = choices.byte()?;
        let index = usize::from(kind >> 7);
        let Seat { who, address, .. } = self.people[index];
        match kind % 24 {
            0 | 1 => self.arrive(address, choices.piece()?),
            2 => self.arrive(self.stranger, choices.piece()?),
            3 => {
                let other = self.people[1 - index].address;
                let number = usize::from(choices.byte()?);
                if let Some(bytes) = self.overheard.get(number).cloned() {
                    self.arrive(other, &bytes);
                }
            }
            4 => {
                let number = usize::from(choices.byte()?);
                if let Some(bytes) = self.overheard.get(number).cloned() {
                    self.arrive(self.stranger, &bytes);
                }
            }
            5 => self.mangle = Some((choices.byte()?, choices.byte()?)),
            6 | 7 => self.people[index].client.send_sound(choices.piece()?.to_vec(), self.now),
            8 | 9 => {
                let frame = vec![choices.piece()?.to_vec(), choices.piece()?.to_vec()];
                self.people[index].client.send_picture(frame, self.now);
            }
            10 => {
                let message = choices.piece()?;
                self.people[index].client.send_message(message.len() % 2 == 0, message, self.now);
            }
            11 | 12 => self.pass(TICK * u32::from(choices.byte()?)),
            13 => self.pass(Duration::from_millis(100) * u32::from(choices.byte()?)),
            14 => self.command(Command::SetGate {
                participant: who,
                gate: [Gate::Shut, Gate::Open][usize::from(choices.byte()? % 2)],
            }),
            15 => {
                let choice = choices.byte()?;
                let source = [Source::Microphone, Source::Camera, Source::Screen][usize::from(choice >> 1) % 3];
                self.command(Command::SetMuted { participant: who, source, muted: choice % 2 == 0 });
            }
            16 => self.command(Command::Send {
                participant: who,
                message: Message::Binary(choices.piece()?.to_vec().into()),
            }),
            17 => {
                let participant = ParticipantId(u64::from(choices.byte()? % 4));
                self.join(participant, Gate::Open);
            }
            18 => self.command(Command::Leave { participant: who }),
            19 => self.command(Command::Evict { participant: who }),
            20 => self.offer(who, String::from_utf8_lossy(choices.piece()?).into_owned()),
            21 => {
                // The page is loaded again.
                let (client, offer) = Client::new(address, 1, self.now);
                self.people[index].client = client;
                self.people[index].connected = false;
                self.offer(who, offer);
                if let Some((_, answer)) = self.answer.take() {
                    self.people[index].client.accept(&answer, self.now).expect("the answer fits");
                }
            }
            22 => self.people[index].client.close(self.now),
            _ => self.command(Command::ReportStats { participant: ParticipantId(u64::from(choices.byte()? % 4)) }),
        }
        Some(())
    }

    fn join(&mut self, participant: ParticipantId, gate: Gate) {
        self.requests += 1;
        self.command(Command::Join { request: RequestId(self.requests), room: ROOM, participant, gate });
    }

    fn offer(&mut self, participant: ParticipantId, sdp: String) {
        self.requests += 1;
        self.answer = None;
        self.command(Command::Offer { request: RequestId(self.requests), participant, sdp, sources: Vec::new() });
    }

    fn command(&mut self, command: Command) {
        self.tell(Input::Command(command));
    }

    fn arrive(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.senders.insert(from);
        self.tell(Input::Datagram(Datagram { transport: Transport::Udp, local: self.server, remote: from, bytes }));
    }

    fn tell(&mut self, input: Input<'_>) {
        let outputs: Vec<Output> = self.sfu.handle(input, self.now).collect();
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
                Output::Event(Event::Answer { participant, sdp, .. }) => self.answer = Some((participant, sdp)),
                Output::Event(_) => {}
            }
        }
    }

    /// Lets everybody send what they have to say now.
    fn pump(&mut self) {
        for _ in 0..16 {
            let mut packets: Vec<Packet> = Vec::new();
            for seat in &mut self.people {
                let mut connected = false;
                seat.client.timeout(self.now);
                seat.client
                    .drain(|packet| packets.push(packet), |event| connected |= matches!(event, ClientEvent::Connected));
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

    fn pass(&mut self, time: Duration) {
        self.now += time.max(TICK);
        self.tell(Input::Timeout);
        self.pump();
    }

    fn check(&self) {
        assert!(
            self.sfu.next_wake().is_none_or(|wake| self.now < wake.at),
            "a deadline stands still: {:?}",
            self.sfu.next_wake()
        );
        let stats = self.sfu.stats();
        assert!(stats.participants <= 4 && stats.rooms <= 1);
        assert_eq!(stats.queued_bytes, 0, "after a timeout nothing waits");
        assert!(stats.addresses <= stats.participants * sfu_core::limits::ADDRESSES_MAX as u64);
    }

    fn leave(&mut self) {
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
    fn new(number: u8, now: Instant) -> Self {
        let address = SocketAddr::from(([100, 64, 0, number], 40_000));
        let (client, _) = Client::new(address, 1, now); // Replaced when it joins.
        Self { who: ParticipantId(u64::from(number)), address, client, connected: false }
    }
}
