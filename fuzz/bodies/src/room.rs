//! Rooms of which anything is asked in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use sfu_core::{
    Audience, Command, Config, Event, Gate, Input, Message, Metadata, Output, ParticipantId, Permissions, RequestId,
    RoomId, RoomPolicy, Sfu, Source, Transport, View,
};
use sfu_sim::Client;

use crate::Choices;
use crate::sdp::certificate;

/// Steps of one input: a bound on its time.
const STEPS_MAX: usize = 300;
const ROOMS: u64 = 3;
const PARTICIPANTS: u64 = 20; // More than fit into one room.
const SOURCES: [Source; 3] = [Source::Microphone, Source::Camera, Source::Screen];

/// Plays the bytes as commands and leaps of time, beside a model of who is where. Each request gets the replies that it
/// should; what is told concerns people who are there; nobody is lost or left over; nothing is ever sent, because nobody has
/// shown an address.
pub fn room(input: &[u8]) {
    let now = sfu_sim::beginning();
    let config = Config {
        candidates: vec![(Transport::Udp, ([192, 0, 2, 1], 3478).into())],
        certificate: certificate(),
        disconnected_max: Duration::from_secs(15),
    };
    let mut house = House {
        sfu: Sfu::new(config, [7; 32], now),
        now,
        rooms: BTreeSet::new(),
        people: BTreeMap::new(),
        requests: 0,
        replies: Vec::new(),
    };
    let mut choices = Choices(input);
    for _ in 0..STEPS_MAX {
        if house.step(&mut choices).is_none() {
            break;
        }
        house.check();
    }
    for room in 0..ROOMS {
        house.command(Command::CloseRoom { room: RoomId(room) });
        house.rooms.remove(&RoomId(room));
    }
    house.check();
    let stats = house.sfu.stats();
    assert_eq!((stats.rooms, stats.participants, stats.addresses, stats.queued_bytes), (0, 0, 0, 0), "all is freed");
}

struct House {
    sfu: Sfu,
    now: Instant,
    rooms: BTreeSet<RoomId>,
    people: BTreeMap<ParticipantId, RoomId>,
    requests: u64,
    /// Requests answered or refused by the last command.
    replies: Vec<(RequestId, bool)>,
}

impl House {
    fn step(&mut self, choices: &mut Choices<'_>) -> Option<()> {
        let kind = choices.byte()?;
        let room = RoomId(u64::from(choices.byte()?) % ROOMS);
        let participant = ParticipantId(u64::from(choices.byte()?) % PARTICIPANTS);
        let source = SOURCES[usize::from(kind) % SOURCES.len()];
        match kind % 18 {
            0 => {
                self.command(Command::OpenRoom { room });
                self.rooms.insert(room);
            }
            1 => {
                self.command(Command::CloseRoom { room });
                self.rooms.remove(&room);
                assert!(!self.people.values().any(|there| *there == room), "everybody is told that it is over");
            }
            2..=4 => {
                let gate = [Gate::Shut, Gate::Open][usize::from(kind >> 7)];
                let request = self.request();
                let was_there = self.people.contains_key(&participant);
                self.command(Command::Join { request, room, participant, gate });
                let refused = self.replies.contains(&(request, false));
                assert!(refused || self.rooms.contains(&room), "nobody joins a room that is not open");
                if !refused && !was_there {
                    self.people.insert(participant, room);
                }
            }
            5 | 6 => {
                let request = self.request();
                let sdp = OFFERS[usize::from(choices.byte()?) % OFFERS.len()].clone();
                let sources = vec![("0".into(), Source::Microphone), ("1".into(), source)];
                self.command(Command::Offer { request, participant, sdp: sdp.into(), sources });
                assert_eq!(self.replies.len(), 1, "one reply to one offer");
                assert!(self.people.contains_key(&participant) || self.replies == [(request, false)]);
            }
            7 => self.command(Command::SetGate { participant, gate: [Gate::Shut, Gate::Open][usize::from(kind >> 7)] }),
            8 => {
                let policy =
                    RoomPolicy { video_max: usize::from(choices.byte()?), audio_max: usize::from(choices.byte()?) };
                self.command(Command::SetRoomPolicy { room, policy });
            }
            9 => {
                let other = ParticipantId(u64::from(choices.byte()?) % PARTICIPANTS);
                let receive =
                    if kind >> 7 == 0 { Audience::Everyone } else { Audience::Only(vec![other, participant]) };
                let permissions = Permissions { publish: vec![source], receive, send_messages: kind % 2 == 0 };
                self.command(Command::SetPermissions { participant, permissions });
            }
            10 => {
                let view = [View::Hidden, View::Height(180), View::Height(0), View::Height(u16::MAX)];
                let (slot, view) = (usize::from(choices.byte()?), view[usize::from(choices.byte()?) % view.len()]);
                self.command(Command::SetView { participant, slot, view });
            }
            11 => {
                let bytes_per_second = u32::from(choices.byte()?) << choices.byte()?.min(24);
                self.command(Command::SetIngressLimit { participant, bytes_per_second });
            }
            12 => self.command(Command::SetRoomMetadata { room, metadata: Metadata(choices.piece()?.to_vec().into()) }),
            13 => {
                self.command(Command::SetMetadata { participant, metadata: Metadata(choices.piece()?.to_vec().into()) })
            }
            14 => self.command(Command::SetMuted { participant, source, muted: kind >> 7 == 0 }),
            15 => {
                self.command(Command::Send { participant, message: Message::Binary(choices.piece()?.to_vec().into()) });
                self.command(Command::ReportStats { participant });
            }
            16 => {
                self.command(if kind >> 7 == 0 {
                    Command::Leave { participant }
                } else {
                    Command::Evict { participant }
                });
                assert!(!self.people.contains_key(&participant), "who leaves has left");
            }
            _ => {
                self.now += Duration::from_millis(100) * u32::from(choices.byte()?);
                self.tell(Input::Timeout);
            }
        }
        Some(())
    }

    fn request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    fn command(&mut self, command: Command) {
        self.tell(Input::Command(command));
    }

    fn tell(&mut self, input: Input<'_>) {
        self.replies.clear();
        let outputs: Vec<Output> = self.sfu.handle(input, self.now).collect();
        for output in outputs {
            let event = match output {
                Output::Event(event) => event,
                Output::Transmit(run) => panic!("a datagram to {}, which nobody has shown", run.remote),
            };
            match event {
                Event::Answer { request, .. } => self.replies.push((request, true)),
                Event::Refused { request, .. } => self.replies.push((request, false)),
                Event::Left { participant, .. } => {
                    assert!(self.people.remove(&participant).is_some(), "nobody leaves twice");
                }
                Event::DominantSpeaker { room, participant } => {
                    assert!(participant.is_none_or(|participant| self.people.get(&participant) == Some(&room)));
                }
                Event::SlotAssigned { viewer, publisher, .. } => {
                    let room = self.people.get(&viewer);
                    assert!(room.is_some() && publisher.is_none_or(|other| self.people.get(&other) == room));
                }
                Event::Connected { participant }
                | Event::ChannelOpened { participant }
                | Event::Disconnected { participant }
                | Event::TrackPublished { participant, .. }
                | Event::TrackUnpublished { participant, .. }
                | Event::LayersWanted { participant, .. }
                | Event::Speaking { participant, .. }
                | Event::Message { participant, .. }
                | Event::Stats { participant, .. } => assert!(self.people.contains_key(&participant), "of nobody"),
            }
        }
    }

    fn check(&mut self) {
        self.tell(Input::Timeout);
        let stats = self.sfu.stats();
        assert_eq!((stats.rooms, stats.participants), (self.rooms.len() as u64, self.people.len() as u64));
        assert_eq!(stats.queued_bytes, 0);
        assert!(self.sfu.next_wake().is_none_or(|wake| self.now < wake.at), "a deadline stands still");
    }
}

/// Of browsers with different numbers of slots, and of none.
static OFFERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let offer = |slots| Client::new(([100, 64, 0, 1], 40_000).into(), slots, sfu_sim::beginning()).1;
    vec![offer(0), offer(1), offer(4), "v=0".into()]
});
