//! A scenario while it runs: the loop, what is due when, and the script.
//!
//! Within one step of the clock, things happen in a fixed order: the script and letters, then the server with all datagrams that have arrived,
//! then every page, then the network takes what they sent. Nobody hears within a step what was said in it.

mod budget;
mod moment;
mod page;
mod server;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use sfu_core::{ParticipantId, RequestId, RoomPolicy, Source, View, WantedLayer};
use sfu_lobby::{Auditor, EndedBy, Lobby, Private, RoomId, StaffId, TicketId};
use str0m::media::Mid;

use crate::client::{Client, Packet};
use crate::dice::Dice;
use crate::law::{Frames, History, Law, Numbers, Violation};
use crate::link::Pipe;
use crate::media::{Ears, Encoder, Eyes, MOUTH_TO_EAR_MAX, PICTURE_EVERY, SOUND_EVERY};
use crate::outcome::{Outcome, Sight};
use crate::scenario::{Act, PersonSpec, Role, Scenario};
use crate::time::{TICK, beginning, ceil};

use budget::Budget;
pub use moment::Moment;
pub use server::{MakeServer, Server};

pub(crate) struct World {
    seed: u64,
    calm: bool,
    weak: BTreeSet<Law>,
    ipv6: bool,
    policy: RoomPolicy,
    slots: Option<usize>,
    now: Duration,
    step: u64, // Counts every call of the core: what left it is judged by how things stood then.
    agenda: BTreeMap<(Duration, u64), Entry>,
    entries: u64,
    letters: Dice,
    people: Vec<Person>,

    sfu: Box<dyn Server>,
    lobby: Lobby,
    auditor: Auditor,
    stalled_until: Duration,
    socket: VecDeque<Packet>,
    requests: u64,
    offers: BTreeMap<RequestId, u32>, // Of which of a seat's sessions.
    rooms: BTreeMap<RoomId, Room>,
    seats: BTreeMap<ParticipantId, Seat>,
    tenures: BTreeMap<ParticipantId, Tenure>,
    addresses: BTreeMap<SocketAddr, ParticipantId>,
    abandoned: BTreeMap<SocketAddr, ParticipantId>, // NAT bindings that are gone.
    assigned: BTreeMap<(ParticipantId, usize), (ParticipantId, Source)>,
    views: BTreeMap<(usize, usize), View>, // How a viewer's page shows a publisher, if not in full.
    shown: BTreeMap<(ParticipantId, usize), View>, // What the server knows of it.
    overflows: u64,                        // Of the server's socket.

    sound_at: Duration,
    sound_counts_until: Duration, // What is said later may arrive after the end.
    picture_at: Duration,
    pictures: u64, // How often it was time for one.
    report_at: Duration,
    sights: BTreeMap<(usize, usize, Source), Sight>,
    speakers: Vec<(Duration, Option<usize>)>,
    layer_orders: u32,
    breaches: BTreeMap<Law, u32>,
    refused: u32,
    gaps: u64,
    broken: Option<(Law, String)>,
}

/// Somebody, and their network.
struct Person {
    spec: PersonSpec,
    staff: StaffId,
    ticket: Option<TicketId>,
    up: Pipe,
    down: Pipe,
    present: bool,
    reported_lost: bool,
    absences: u64,
    letter_up_at: Duration,
    letter_down_at: Duration,
    connections: u32,
    talks: bool,
}

/// A consultation's room, kept after its end to judge what arrives late.
struct Room {
    /// Whose visit it is; none without a waiting room.
    ticket: Option<TicketId>,
    members: Vec<usize>,
    open: History,
    closed: bool,
}

/// One session of one person in one room, from joining until the core says that it is over.
struct Seat {
    person: usize,
    room: RoomId,
    local: SocketAddr,
    public: SocketAddr,
    client: Option<Client>,
    sessions: u32,
    connected: bool,
    unreachable_since: Option<Duration>,
    encoders: Vec<Encoder>,
    sounds_sent: u32,
    messages_sent: u32,
    ears: BTreeMap<ParticipantId, Ears>,
    eyes: BTreeMap<(ParticipantId, Source), (Mid, Eyes)>,
    frames: BTreeMap<Mid, Frames>,
    numbers: BTreeMap<u32, Numbers>,
    lines: BTreeMap<u32, Line>,
    carried: BTreeMap<String, BTreeSet<ParticipantId>>, // By mid: whoever was in it.
    budget: Budget,
}

/// What a viewer was told to expect under an SSRC.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// The sound or picture of whoever is in it.
    Media { mid: String },
    /// Repairs (RFC 4588).
    Repair,
}

/// Which session belonged to whom, where, and which of its sources were muted when. Outlives the seat.
struct Tenure {
    person: usize,
    room: RoomId,
    seated: History,
    /// When they left for good, on the clock of labels.
    left_at: u32,
    muted: BTreeMap<Source, Mute>,
}

/// Whether a source is muted, and since when, on the clock of labels.
#[derive(Default)]
struct Mute {
    on: History,
    from: u32,
}

/// Something on the agenda.
enum Entry {
    Act(Act),
    ToPage(usize, PageNote),
    ToServer(usize, ServerNote),
    /// Somebody's network may have come or gone.
    LookAt(usize),
    /// Whoever could not connect that session, or lost its connection at that time, has waited long enough.
    Impatient(ParticipantId, u32, Option<Duration>),
    /// Somebody's page has been away for long enough to be called lost, if it has been all along.
    Lost(usize, u64),
}

/// What the server tells a page.
enum PageNote {
    Begin(ParticipantId),
    /// To the offer of that session.
    Answer(ParticipantId, u32, String),
    Layers(ParticipantId, Source, Vec<WantedLayer>),
    Over(RoomId),
}

/// What a page tells the server.
enum ServerNote {
    Offer(ParticipantId, u32, String, Vec<(String, Source)>),
    Again(RoomId),
}

/// The place that all simulated patients come to.
const AREA: sfu_lobby::AreaId = sfu_lobby::AreaId(1);
/// How long a page waits for a connection, or for its return, before it asks for a new session.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long a page must be silent to be called lost.
const LOST_AFTER: Duration = Duration::from_secs(3);
/// Turns that the core may ask for within one step before it is called spinning. Queued packets are worth one.
const TURNS_MAX: u32 = 4;
/// Datagrams that the server's socket holds while the server stands still.
const SOCKET_DATAGRAMS_MAX: usize = 512;
/// How soon everybody must see everybody once all is calm.
const SIGHT_MAX: Duration = Duration::from_secs(3);

impl World {
    pub(crate) fn new(scenario: Scenario, make_server: MakeServer<'_>) -> Self {
        // On this thread: str0m's ufrags, SSRCs and transaction ids, and the waits of the server's handshakes.
        fastrand::seed(scenario.seed);
        sfu_core::seed_handshakes_for_simulation(Some(scenario.seed));
        let tcp = scenario.people.iter().any(|person| person.net.blocks_udp());
        let mut world = Self {
            seed: scenario.seed,
            calm: scenario.calm,
            weak: scenario.weak,
            ipv6: scenario.ipv6,
            policy: scenario.policy,
            slots: scenario.slots,
            now: Duration::ZERO,
            step: 0,
            agenda: BTreeMap::new(),
            entries: 0,
            letters: Dice::new(scenario.seed, 1),
            people: scenario
                .people
                .into_iter()
                .enumerate()
                .map(|(index, spec)| Person::new(spec, scenario.seed, index))
                .collect(),
            sfu: make_server(server::config(scenario.ipv6, tcp), Dice::new(scenario.seed, 2).seed()),
            lobby: Lobby::new(sfu_lobby::Limits::default()),
            auditor: Auditor::default(),
            stalled_until: Duration::ZERO,
            socket: VecDeque::new(),
            requests: 0,
            offers: BTreeMap::new(),
            rooms: BTreeMap::new(),
            seats: BTreeMap::new(),
            tenures: BTreeMap::new(),
            addresses: BTreeMap::new(),
            abandoned: BTreeMap::new(),
            assigned: BTreeMap::new(),
            views: BTreeMap::new(),
            shown: BTreeMap::new(),
            overflows: 0,
            sound_at: Duration::ZERO,
            sound_counts_until: Duration::MAX,
            picture_at: Duration::ZERO,
            pictures: 0,
            report_at: Duration::ZERO,
            sights: BTreeMap::new(),
            speakers: Vec::new(),
            layer_orders: 0,
            breaches: BTreeMap::new(),
            refused: 0,
            gaps: 0,
            broken: None,
        };
        for (at, act) in scenario.script {
            world.enter(at, Entry::Act(act));
        }
        for person in 0..world.people.len() {
            world.look_at_outages(person);
        }
        world.tell_lobby(sfu_lobby::Input::OpenArea { area: AREA });
        world.open_rooms();
        world
    }

    pub(crate) fn play(self, lasting: Duration) -> Result<Outcome, Violation> {
        self.play_under(lasting, &mut |_| Ok(()))
    }

    pub(crate) fn play_under(mut self, lasting: Duration, law: OwnLaw<'_>) -> Result<Outcome, Violation> {
        self.sound_counts_until = lasting.saturating_sub(MOUTH_TO_EAR_MAX);
        self.advance(lasting, law)?;
        if self.calm {
            self.check_sight();
        }
        self.check()?;
        Ok(self.outcome())
    }

    fn advance(&mut self, until: Duration, law: OwnLaw<'_>) -> Result<(), Violation> {
        while let Some(next) = self.next_step()
            && next <= until
        {
            self.now = next;
            self.turn();
            if let Err(what) = law(&Moment::new(self)) {
                self.breach(Law::Yours, what);
            }
            self.check()?;
        }
        self.now = until;
        Ok(())
    }

    /// When something is due, at the earliest with the next tick.
    fn next_step(&self) -> Option<Duration> {
        let server = [self.sfu.next_wake().map(|wake| wake.at), self.lobby.next_wake().map(|wake| wake.at)];
        let server = server.into_iter().flatten().map(|at| self.since_beginning(at).max(self.stalled_until)).min();
        let agenda = self.agenda.first_key_value().map(|((at, _), _)| *at);
        let clients = self.seats.values().filter_map(|seat| seat.client.as_ref());
        let clients = clients.map(|client| self.since_beginning(client.next_wake())).min();
        let network = self.people.iter().flat_map(|person| [person.up.next(), person.down.next()]).flatten().min();
        let media = self.seats.values().any(|seat| seat.connected);
        let media = media.then(|| self.sound_at.min(self.picture_at).min(self.report_at));
        let next = [server, agenda, clients, network, media].into_iter().flatten().min()?;
        Some(ceil(next).max(self.now + TICK))
    }

    fn turn(&mut self) {
        while let Some(entry) = self.agenda.first_entry()
            && entry.key().0 <= self.now
        {
            let entry = entry.remove();
            self.happen(entry);
        }
        self.serve();
        self.watch_budgets();
        self.look_and_listen();
        for person in &mut self.people {
            person.up.flush(self.now);
            person.down.flush(self.now);
        }
        self.check_freed();
        self.check_gates();
    }

    fn happen(&mut self, entry: Entry) {
        let stalled = self.now < self.stalled_until;
        match entry {
            Entry::Act(Act::Network(name, net)) => {
                let person = self.index(name);
                self.people[person].up.link = net.up;
                self.people[person].down.link = net.down;
                self.look_at_outages(person);
                self.look_at(person);
            }
            // Whatever the server has a part in waits until it moves again.
            Entry::Act(_) | Entry::ToServer(..) | Entry::Lost(..) if stalled => self.enter(self.stalled_until, entry),
            Entry::Act(act) => self.act(act),
            Entry::ToPage(person, note) => self.page_hears(person, note),
            Entry::ToServer(person, note) => self.server_hears(person, note),
            Entry::LookAt(person) => self.look_at(person),
            Entry::Impatient(participant, session, since) => self.look_at_connection(participant, session, since),
            Entry::Lost(person, absence) => {
                if self.people[person].absences == absence && !self.is_reachable(person) {
                    self.people[person].reported_lost = true;
                    self.about_ticket(person, |ticket| sfu_lobby::Input::Disconnected { ticket });
                }
            }
        }
    }

    fn act(&mut self, act: Act) {
        use sfu_lobby::Input;
        match act {
            Act::CheckIn(name) => {
                let person = self.index(name);
                self.check_in(person);
            }
            Act::SetUp(name) => {
                let works = sfu_lobby::DeviceState::Works;
                let devices = sfu_lobby::Devices { camera: works, microphone: works, ..sfu_lobby::Devices::UNKNOWN };
                self.about(name, |ticket| Input::SetUp { ticket, devices, done: true });
            }
            Act::Admit { patient, by } => {
                let staff = self.people[self.index(by)].staff;
                self.about(patient, |ticket| Input::Admit { ticket, staff });
            }
            Act::CancelCall(name) => self.about(name, |ticket| Input::CancelCall { ticket }),
            Act::NotYet(name) => self.about(name, |ticket| Input::NotYet { ticket }),
            Act::GoIn(name) => self.about(name, |ticket| Input::GoIn { ticket }),
            Act::Hold(name) => self.about(name, |ticket| Input::Hold { ticket }),
            Act::Unhold(name) => self.about(name, |ticket| Input::Unhold { ticket }),
            Act::Transfer(name) => self.about(name, |ticket| Input::Transfer { ticket, to: AREA, name: None }),
            Act::Leave(name) => self.about(name, |ticket| Input::End { ticket, by: EndedBy::Patient }),
            Act::End(name) => self.about(name, |ticket| Input::End { ticket, by: EndedBy::Staff }),
            Act::Remove(name) => {
                self.about(name, |ticket| Input::Remove { ticket, reason: Private::from("come back tomorrow") })
            }
            Act::Rejoin(name) => self.about(name, |ticket| Input::Rejoin { ticket, name: Private::from(name) }),
            Act::Reload(name) => {
                let person = self.index(name);
                self.close_page(person);
                self.open_page(person);
            }
            Act::Vanish(name) => {
                let person = self.index(name);
                self.people[person].present = false;
                self.close_page(person);
                self.look_at(person);
            }
            Act::Return(name) => {
                let person = self.index(name);
                if !std::mem::replace(&mut self.people[person].present, true) {
                    self.look_at(person);
                    self.open_page(person);
                }
            }
            Act::Rebind(name) => self.rebind(self.index(name)),
            Act::Say(name) => self.say(self.index(name)),
            Act::Join(name) => {
                let person = self.index(name);
                self.people[person].present = true;
                self.open_page(person);
            }
            Act::Exit(name) => {
                let person = self.index(name);
                self.people[person].present = false;
                self.leave(person);
            }
            Act::Talk(name) => {
                let person = self.index(name);
                self.people[person].talks = true;
            }
            Act::Hush(name) => {
                let person = self.index(name);
                self.people[person].talks = false;
            }
            Act::Show { viewer, publisher, view } => self.show_as(self.index(viewer), self.index(publisher), view),
            Act::Permit(name, permissions) => self.permit(self.index(name), &permissions),
            Act::Mute { who, source, muted } => self.mute(self.index(who), source, muted),
            Act::Stall(duration) => self.stalled_until = self.now + duration,
            Act::Network(..) => unreachable!("happens to the network alone, before the server is asked"),
        }
    }

    fn about(&mut self, name: &'static str, input: impl FnOnce(TicketId) -> sfu_lobby::Input) {
        self.about_ticket(self.index(name), input);
    }

    fn about_ticket(&mut self, person: usize, input: impl FnOnce(TicketId) -> sfu_lobby::Input) {
        match self.people[person].ticket {
            Some(ticket) => self.tell_lobby(input(ticket)),
            None => self.refused += u32::from(self.people[person].spec.role == Role::Patient),
        }
    }

    fn index(&self, name: &str) -> usize {
        self.people.iter().position(|person| person.spec.name == name).expect("the scenario names people who are in it")
    }

    fn enter(&mut self, at: Duration, entry: Entry) {
        self.entries += 1;
        self.agenda.insert((at, self.entries), entry);
    }

    fn instant(&self) -> Instant {
        beginning() + self.now
    }

    fn since_beginning(&self, at: Instant) -> Duration {
        at.saturating_duration_since(beginning())
    }

    fn is_reachable(&self, person: usize) -> bool {
        let Person { up, down, present, .. } = &self.people[person];
        *present && !up.link.is_out(self.now) && !down.link.is_out(self.now)
    }

    fn look_at_outages(&mut self, person: usize) {
        let Person { up, down, .. } = &self.people[person];
        let times: Vec<Duration> =
            up.link.outages().iter().chain(down.link.outages()).flat_map(|outage| [outage.start, outage.end]).collect();
        for at in times {
            if self.now <= at {
                self.enter(at, Entry::LookAt(person));
            }
        }
    }

    /// The server's view of somebody's page follows the page, late.
    fn look_at(&mut self, person: usize) {
        if !self.is_reachable(person) {
            self.people[person].absences += 1;
            self.enter(self.now + LOST_AFTER, Entry::Lost(person, self.people[person].absences));
        } else if std::mem::take(&mut self.people[person].reported_lost) {
            self.about_ticket(person, |ticket| sfu_lobby::Input::Connected { ticket });
        }
    }

    fn breach(&mut self, law: Law, what: impl Into<String>) {
        if self.weak.contains(&law) {
            *self.breaches.entry(law).or_default() += 1;
        } else {
            self.broken.get_or_insert_with(|| (law, what.into()));
        }
    }

    fn check(&mut self) -> Result<(), Violation> {
        match self.broken.take() {
            None => Ok(()),
            Some((law, what)) => Err(Violation { seed: self.seed, at: self.now, law, what }),
        }
    }

    /// All is calm: whoever is in an open room and at their page must see everybody else who is.
    fn check_sight(&mut self) {
        for room in self.rooms.values().filter(|room| !room.closed && room.open.now()) {
            let here = || room.members.iter().copied().filter(|person| self.people[*person].present);
            for (viewer, publisher) in here().flat_map(|viewer| here().map(move |publisher| (viewer, publisher))) {
                let sight = self.sights.get(&(viewer, publisher, Source::Camera));
                let moved_at = sight.map_or(Duration::ZERO, |sight| sight.moved_at);
                if viewer != publisher && moved_at + SIGHT_MAX < self.now {
                    let [viewer, publisher] = [viewer, publisher].map(|person| self.people[person].spec.name);
                    return self
                        .breach(Law::AllSee, format!("{viewer} has not seen {publisher} move since {moved_at:?}"));
                }
            }
        }
    }
}

/// What an embedder asks for after every step.
pub(crate) type OwnLaw<'a> = &'a mut dyn FnMut(&Moment<'_>) -> Result<(), String>;

impl Person {
    fn new(spec: PersonSpec, seed: u64, index: usize) -> Self {
        let purpose = 16 + index as u64 * 2;
        Self {
            staff: StaffId(index as u64),
            ticket: None,
            up: Pipe::new(spec.net.up.clone(), Dice::new(seed, purpose)),
            down: Pipe::new(spec.net.down.clone(), Dice::new(seed, purpose + 1)),
            present: !matches!(spec.role, Role::Member { .. }),
            spec,
            reported_lost: false,
            absences: 0,
            letter_up_at: Duration::ZERO,
            letter_down_at: Duration::ZERO,
            connections: 0,
            talks: true,
        }
    }
}

impl Seat {
    fn new(person: usize, spec: &PersonSpec, room: RoomId, participant: ParticipantId, ipv6: bool) -> Self {
        let [_, _, _, _, _, a, b, c] = participant.0.to_be_bytes();
        let (home, outside): (IpAddr, IpAddr) = if ipv6 {
            let address = Ipv6Addr::from([0x20, 1, 0xd, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, a, b, c]);
            (address.into(), address.into())
        } else {
            (Ipv4Addr::from([10, a, b, c]).into(), Ipv4Addr::from([100, a, b, c]).into())
        };
        Self {
            person,
            room,
            local: SocketAddr::new(home, 50_000),
            public: SocketAddr::new(outside, 40_000),
            client: None,
            sessions: 0,
            connected: false,
            unreachable_since: None,
            encoders: Self::encoders(spec),
            sounds_sent: 0,
            messages_sent: 0,
            ears: BTreeMap::new(),
            eyes: BTreeMap::new(),
            frames: BTreeMap::new(),
            numbers: BTreeMap::new(),
            lines: BTreeMap::new(),
            carried: BTreeMap::new(),
            budget: Budget::default(),
        }
    }

    fn encoders(spec: &PersonSpec) -> Vec<Encoder> {
        let videos = [(&spec.camera, Source::Camera), (&spec.screen, Source::Screen)];
        videos.into_iter().filter_map(|(video, source)| Some(Encoder::new(video.clone()?, source))).collect()
    }

    fn gaps(&self) -> u64 {
        self.numbers.values().map(|numbers| numbers.gaps).sum()
    }
}

/// The clock moves on from one medium's due time to the next, without catching up on what nobody was there for.
fn next_due(last: Duration, every: Duration, now: Duration) -> Duration {
    if now < last + every { last + every } else { now + every }
}

const _: () = assert!(
    SOUND_EVERY.as_nanos().is_multiple_of(TICK.as_nanos()) && PICTURE_EVERY.as_nanos().is_multiple_of(TICK.as_nanos())
);

/// The laws have teeth: each of these servers does one thing wrong.
#[cfg(test)]
mod tests {
    use sfu_core::{Command, Gate, Input};

    use super::*;
    use crate::{clinic, link, secs};

    #[test]
    fn a_gate_opened_without_the_waiting_room_is_caught() {
        let law = sabotage(Act::Hold("ana"), |world| {
            for participant in everybody(world) {
                world.tell_core(Input::Command(Command::SetGate { participant, gate: Gate::Open }));
            }
        });
        assert_eq!(law, Some(Law::GateKept));
    }

    #[test]
    fn a_gate_that_stays_open_is_caught() {
        let law = sabotage(Act::Say("ana"), |world| {
            let room = *world.rooms.keys().next().expect("there is a room");
            let step = world.step + 1;
            world.rooms.get_mut(&room).expect("there is a room").open.set(step, false);
        });
        assert!(matches!(law, Some(Law::GateKept | Law::LobbyAgrees)), "{law:?}");
    }

    #[test]
    fn a_mute_that_does_nothing_is_caught() {
        let mute = Act::Mute { who: "ana", source: Source::Camera, muted: true };
        let law = sabotage(mute, |world| {
            for participant in everybody(world) {
                let unmute = Command::SetMuted { participant, source: Source::Camera, muted: false };
                world.tell_core(Input::Command(unmute));
            }
        });
        assert_eq!(law, Some(Law::MuteKept));
    }

    #[test]
    fn somebody_in_the_wrong_room_is_caught() {
        let law = sabotage(Act::Say("ana"), |world| {
            let stranger = world.tenures.values().map(|tenure| tenure.room).max().expect("there is a room");
            for (_, tenure) in world.tenures.iter_mut().filter(|(_, tenure)| tenure.room != stranger).take(1) {
                tenure.room = stranger;
            }
        });
        assert_eq!(law, Some(Law::RoomsApart));
    }

    #[test]
    fn somebody_who_is_not_freed_is_caught() {
        let law = sabotage(Act::Say("ana"), |world| {
            let participant = everybody(world)[0];
            world.seats.remove(&participant);
        });
        assert!(matches!(law, Some(Law::Freed | Law::NoStrangers)), "{law:?}");
    }

    #[test]
    fn a_packet_that_is_kept_back_is_caught() {
        let law = sabotage(Act::Say("ana"), |world| {
            for numbers in world.seats.values_mut().flat_map(|seat| seat.numbers.values_mut()) {
                numbers.skip_back(2);
            }
        });
        assert_eq!(law, Some(Law::NoGaps));
    }

    #[test]
    fn a_picture_that_is_kept_back_is_caught() {
        let law = sabotage(Act::Say("ana"), |world| {
            for frames in world.seats.values_mut().flat_map(|seat| seat.frames.values_mut()) {
                frames.skip_back(1);
            }
        });
        assert_eq!(law, Some(Law::FramesInLine));
    }

    #[test]
    fn a_server_that_sends_more_than_it_believes_in_is_caught() {
        let law = sabotage(Act::Say("ana"), |world| {
            let budget = &mut world.seats.values_mut().next().expect("somebody is there").budget;
            *budget = Budget::default();
            budget.believe(secs(2), 1_000);
            budget.spend(secs(5), 10_000_000);
        });
        assert_eq!(law, Some(Law::WithinBudget));
    }

    #[test]
    fn a_law_of_an_embedder_is_asked_for() {
        let scenario = crate::room(1).member("ana", link()).joins(secs(2), "ben", link());
        let alone = |moment: &Moment<'_>| {
            if moment.is_connected("ben") { Err("ana is not alone".into()) } else { Ok(()) }
        };
        let broken = scenario.play_under(secs(4), alone).expect_err("ben comes");
        assert_eq!((broken.law, broken.what.as_str()), (Law::Yours, "ana is not alone"));
        assert!(secs(2) < broken.at);
    }

    #[test]
    fn somebody_whom_nobody_sees_is_caught() {
        let law = sabotage(Act::Say("ana"), |world| {
            let participant = everybody(world)[0];
            let gate = Gate::Shut;
            world.tell_core(Input::Command(Command::SetGate { participant, gate }));
        });
        assert_eq!(law, Some(Law::AllSee));
    }

    #[test]
    fn an_honest_server_is_not_caught() {
        assert_eq!(sabotage(Act::Say("ana"), |_| {}), None);
    }

    /// Two consultations, in which something happens at 5 s and something goes wrong right after it.
    fn sabotage(act: Act, wrong: impl FnOnce(&mut World)) -> Option<Law> {
        let scenario = clinic(1)
            .patient("ana", link())
            .clinician("hoffmann", link())
            .patient("ben", link())
            .clinician("iyer", link());
        let scenario =
            scenario.consultation(secs(0), "ana", "hoffmann").consultation(secs(0), "ben", "iyer").at(secs(5), act);
        let mut world = World::new(scenario.calm(), crate::scenario::SFU);
        let before = world.advance(secs(5), &mut |_| Ok(()));
        assert_eq!(before, Ok(()));
        wrong(&mut world);
        world.play(secs(10)).err().map(|violation| violation.law)
    }

    fn everybody(world: &World) -> Vec<ParticipantId> {
        world.seats.keys().copied().collect()
    }
}
