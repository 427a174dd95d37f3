//! What a server may decide about a running room, and what it can learn of it: permissions, muting and policy as commands, and the statistics
//! of every participant, track and subscription as a table. `cargo run -p examples --example stats_tap`
//!
//! The room is in memory: a real `Sfu`, three real WebRTC stacks, and a clock that this program moves, so that nothing is waited for.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use sfu_core::{
    Certificate, Command, Config, Datagram, Event, Gate, Input, Output, ParticipantId, Permissions, RequestId, RoomId,
    RoomPolicy, Sfu, Source, Transport, limits,
};
use sfu_sim::{Client, ClientEvent, Packet};

const ROOM: RoomId = RoomId(1);
const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 3478);
const NAMES: [&str; 3] = ["ana", "ben", "cleo"];

/// A step of the clock, and the time between two packets of sound; every second step has a picture.
const STEP: Duration = Duration::from_millis(20);
/// RTP payload of a voice, and of each of the packets of a picture: about 50 kbit/s and 690 kbit/s.
const SOUND_BYTES: usize = 120;
const PICTURE_BYTES: [usize; 3] = [1150; 3];
/// Of ana's datagrams one in so many gets lost on the way.
const LOST: usize = 20;

struct Room {
    sfu: Sfu,
    now: Instant,
    steps: usize,
    people: Vec<Person>,
}

struct Person {
    id: ParticipantId,
    address: SocketAddr,
    client: Client,
    connected: bool,
    keyframe_wanted: bool,
    sent: usize,
}

fn main() {
    let mut room = Room::open();
    for index in 0..NAMES.len() {
        room.join(index);
    }
    room.pass(Duration::from_secs(5));
    room.show("everybody sees and hears everybody; one in 20 of ana's packets is lost");

    room.wants(Command::SetMuted { participant: id(1), source: Source::Microphone, muted: true });
    room.pass(Duration::from_secs(5));
    room.show("ben's microphone is muted at the server, whatever his page sends");

    let listens_only = Permissions { publish: Vec::new(), ..Permissions::default() };
    room.wants(Command::SetPermissions { participant: id(2), permissions: listens_only });
    room.pass(Duration::from_secs(5));
    room.show("cleo may watch and listen, and not be seen or heard");

    let policy = RoomPolicy { video_max: 1, ..RoomPolicy::default() };
    room.wants(Command::SetRoomPolicy { room: ROOM, policy });
    room.pass(Duration::from_secs(5));
    room.show("each viewer receives one camera: whoever spoke last");
}

fn id(index: usize) -> ParticipantId {
    ParticipantId(index as u64)
}

impl Room {
    fn open() -> Self {
        let now = Instant::now();
        let config = Config {
            candidates: vec![(Transport::Udp, SERVER)],
            certificate: Certificate::generate(),
            disconnected_max: limits::DISCONNECTED_MAX,
        };
        // Nobody can guess their way into a room that has no network; elsewhere the seed must be fresh and secret.
        let mut room = Self { sfu: Sfu::new(config, [0; 32], now), now, steps: 0, people: Vec::new() };
        room.wants(Command::OpenRoom { room: ROOM });
        room
    }

    fn join(&mut self, index: usize) {
        let (request, participant) = (RequestId(index as u64), id(index));
        let address = SocketAddr::new(Ipv4Addr::new(10, 0, 1, 1).into(), 50_000 + index as u16);
        let (client, sdp) = Client::new(address, NAMES.len() - 1, self.now);
        self.people.push(Person { id: participant, address, client, connected: false, keyframe_wanted: true, sent: 0 });
        self.wants(Command::Join { request, room: ROOM, participant, gate: Gate::Open });
        self.wants(Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() });
    }

    /// Lets time pass: people speak and move, and every datagram arrives within its step.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            self.steps += 1;
            for person in self.people.iter_mut().filter(|person| person.connected) {
                person.client.send_sound(vec![0; SOUND_BYTES], self.now);
                if self.steps.is_multiple_of(2) {
                    let picture = picture(std::mem::take(&mut person.keyframe_wanted));
                    person.client.send_picture(picture, self.now);
                }
            }
            while self.exchange() {}
        }
    }

    /// Whether anybody had anything to say.
    fn exchange(&mut self) -> bool {
        let mut packets = Vec::new();
        for (index, person) in self.people.iter_mut().enumerate() {
            if person.client.next_wake() <= self.now {
                person.client.timeout(self.now);
            }
            let Person { client, connected, keyframe_wanted, sent, .. } = person;
            let send = |packet: Packet| {
                *sent += 1;
                if index != 0 || !*connected || !sent.is_multiple_of(LOST) {
                    packets.push(packet);
                }
            };
            let mut events = Vec::new();
            client.drain(send, |event| events.push(event));
            for event in events {
                *connected |= matches!(event, ClientEvent::Connected);
                *keyframe_wanted |= matches!(event, ClientEvent::KeyframeWanted { .. });
            }
        }
        for Packet { from, to, bytes, .. } in &packets {
            let datagram = Datagram { transport: Transport::Udp, local: *to, remote: *from, bytes };
            self.feed(Input::Datagram(datagram));
        }
        let answered = self.feed(Input::Timeout);
        answered || !packets.is_empty()
    }

    fn wants(&mut self, command: Command) {
        self.feed(Input::Command(command));
    }

    /// Whether anything came of it.
    fn feed(&mut self, input: Input<'_>) -> bool {
        let outputs: Vec<Output> = self.sfu.handle(input, self.now).collect();
        let some = !outputs.is_empty();
        for output in outputs {
            match output {
                Output::Transmit(run) => {
                    let reached = self.people.iter_mut().find(|person| person.address == run.remote);
                    let person = reached.expect("the server sends to whom it knows");
                    for datagram in run.bytes.chunks(run.segment_size) {
                        person.client.receive(run.local, run.remote, datagram, self.now);
                    }
                }
                Output::Event(event) => self.hear(event),
            }
        }
        some
    }

    fn hear(&mut self, event: Event) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "this program is about the statistics")]
        match event {
            Event::Answer { participant, sdp, .. } => {
                let person = self.people.iter_mut().find(|person| person.id == participant);
                let accepted = person.expect("they offered").client.accept(&sdp, self.now);
                accepted.expect("the answer fits the offer");
            }
            Event::Refused { error, .. } => panic!("refused: {error}"),
            Event::Stats { participant, stats, tracks, subscriptions } => {
                let name = NAMES[participant.0 as usize];
                println!(
                    "{name:<5} in {:>6} packets  out {:>6} packets  again {:>4}  gated {:>4}  estimate {:>5} kbit/s  round trip {:?}",
                    stats.received_packets,
                    stats.forwarded_packets,
                    stats.retransmitted_packets,
                    stats.gated_packets,
                    stats.estimate / 1_000,
                    stats.round_trip,
                );
                for track in tracks {
                    for layer in track.layers {
                        println!(
                            "      sends {:<10} {:>6} packets  lost {:>4}  jitter {:>4} us  {:>4} kbit/s  keyframes {}",
                            format!("{:?}", track.source),
                            layer.packets,
                            layer.lost,
                            layer.jitter.as_micros(),
                            layer.bits_per_second / 1_000,
                            layer.keyframes,
                        );
                    }
                }
                for line in subscriptions {
                    println!(
                        "      sees  {:<10} {:>6} packets  slot {} line {:<3} layer {:<6} {:>4} kbit/s  freezes {}",
                        line.publisher.map_or("nobody", |publisher| NAMES[publisher.0 as usize]),
                        line.packets,
                        line.slot,
                        line.mid,
                        line.layer.map_or("paused".into(), |layer| layer.to_string()),
                        line.bits_per_second / 1_000,
                        line.freezes,
                    );
                }
            }
            _ => {}
        }
    }

    /// Asks for everybody's numbers: `hear` prints them.
    fn show(&mut self, title: &str) {
        println!("\n{title}");
        for index in 0..self.people.len() {
            self.wants(Command::ReportStats { participant: id(index) });
        }
    }
}

/// The packets of a picture in VP8 (RFC 7741): the first says that a frame begins, and whether it is a keyframe.
fn picture(keyframe: bool) -> Vec<Vec<u8>> {
    let mut packets: Vec<Vec<u8>> = PICTURE_BYTES.iter().map(|bytes| vec![0; *bytes]).collect();
    packets[0][..7].copy_from_slice(&[0x10, u8::from(!keyframe), 0, 0, 0x9d, 0x01, 0x2a]);
    packets
}
