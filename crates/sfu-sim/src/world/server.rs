//! The server: one waiting room and one core, tied together the way a daemon would. Gates move by the waiting room's word alone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Instant;

use sfu_core::limits::{ADDRESSES_MAX, QUEUED_BYTES_MAX, SLOTS_MAX};
use sfu_core::{
    Certificate, Command, Config, Datagram, Event, Gate, Input, LeftReason, Message, Output, ParticipantId,
    Permissions, RequestId, Sfu, SfuStats, Source, Transmit, Transport, View, Wake,
};
use sfu_lobby::{Change, Private, RoomId, State};

use super::{
    AREA, Entry, Line, PageNote, Person, Room, SOCKET_DATAGRAMS_MAX, Seat, ServerNote, TURNS_MAX, Tenure, World,
};
use crate::client::Packet;
use crate::law::{Broken, DATAGRAM_BYTES_MAX, History, Law};
use crate::media;
use crate::scenario::Role;
use crate::time::{beginning, secs};

/// Where the server is reached.
pub(super) fn address(ipv6: bool) -> SocketAddr {
    if ipv6 {
        SocketAddr::from(([0x2001, 0xdb8, 0, 1, 0, 0, 0, 1], 3478))
    } else {
        SocketAddr::from(([192, 0, 2, 1], 3478))
    }
}

/// Of every simulated server in this process: keys are outside the seed anyway.
static CERTIFICATE: LazyLock<Certificate> = LazyLock::new(Certificate::generate);

/// A forwarding unit that a scenario can be played on: [`Sfu`], or another that obeys the same commands, to compare the two.
pub trait Server {
    /// As [`Sfu::handle`].
    fn handle(&mut self, input: Input<'_>, now: Instant) -> Vec<Output>;
    /// As [`Sfu::next_wake`].
    fn next_wake(&self) -> Option<Wake>;
    /// As [`Sfu::stats`]. The laws ask for its rooms, participants, addresses and queued bytes.
    fn stats(&self) -> SfuStats;
}

/// Makes a server, of its set-up and 32 bytes from the scenario's seed. Its time begins at [`crate::beginning`].
pub type MakeServer<'a> = &'a dyn Fn(Config, [u8; 32]) -> Box<dyn Server>;

impl Server for Sfu {
    fn handle(&mut self, input: Input<'_>, now: Instant) -> Vec<Output> {
        self.handle(input, now).collect()
    }

    fn next_wake(&self) -> Option<Wake> {
        self.next_wake()
    }

    fn stats(&self) -> SfuStats {
        self.stats()
    }
}

/// With `tcp`, answers offer it for those whose network blocks UDP.
pub(super) fn config(ipv6: bool, tcp: bool) -> Config {
    let transports = [Some(Transport::Udp), tcp.then_some(Transport::Tcp)].into_iter().flatten();
    Config {
        candidates: transports.map(|transport| (transport, address(ipv6))).collect(),
        certificate: CERTIFICATE.clone(),
        disconnected_max: secs(15),
    }
}

/// Numbers of rooms that no waiting room made: above all of its own.
const FREE_ROOMS: u64 = 1 << 32;

/// What the server says to people whose gate is shut. It must not arrive, now or later.
const NOT_FOR_THEM: &str = "not for them";

impl World {
    /// The server's share of one step: all datagrams that have arrived, then whatever is due.
    pub(super) fn serve(&mut self) {
        for person in 0..self.people.len() {
            while let Some(packet) = self.people[person].up.take(self.now) {
                if self.socket.len() < SOCKET_DATAGRAMS_MAX {
                    self.socket.push_back(packet);
                } else {
                    self.overflows += 1;
                }
            }
        }
        if self.now < self.stalled_until {
            return;
        }
        while let Some(Packet { transport, from, to, bytes, .. }) = self.socket.pop_front() {
            let datagram = Datagram { transport, local: to, remote: from, bytes: &bytes };
            self.tell_core(Input::Datagram(datagram));
        }
        for turn in 0.. {
            if self.sfu.next_wake().is_none_or(|wake| self.instant() < wake.at) {
                break;
            }
            if TURNS_MAX <= turn {
                let why = self.sfu.next_wake().map(|wake| wake.why);
                self.breach(Law::NoSpin, format!("the core asks for the same instant for {why:?}"));
                break;
            }
            self.tell_core(Input::Timeout);
        }
        if self.lobby.next_wake().is_some_and(|wake| wake.at <= self.instant()) {
            self.tell_lobby(sfu_lobby::Input::Timeout);
            if self.lobby.next_wake().is_some_and(|wake| wake.at <= self.instant()) {
                self.breach(Law::NoSpin, "the waiting room asks for the same instant");
            }
        }
    }

    pub(super) fn tell_core(&mut self, input: Input<'_>) {
        self.step += 1;
        let outputs = self.sfu.handle(input, beginning() + self.now);
        let mut events = Vec::new();
        for output in outputs {
            match output {
                Output::Transmit(run) => self.transmit(run),
                Output::Event(event) => events.push(event),
            }
        }
        for event in events {
            self.core_says(event);
        }
    }

    fn command(&mut self, command: Command) {
        self.tell_core(Input::Command(command));
    }

    fn request(&mut self) -> RequestId {
        self.requests += 1;
        RequestId(self.requests)
    }

    fn transmit(&mut self, run: Transmit) {
        let reached = self.addresses.get(&run.remote).copied();
        let meant = reached.or_else(|| self.abandoned.get(&run.remote).copied());
        for bytes in run.bytes.chunks(run.segment_size.max(1)) {
            if DATAGRAM_BYTES_MAX < bytes.len() {
                self.breach(Law::DatagramsSmall, format!("{} bytes to {meant:?}", bytes.len()));
            }
            let Some(participant) = meant else {
                return self.breach(Law::NoStrangers, format!("a datagram to {}", run.remote));
            };
            let Some(person) = self.seats.get(&participant).map(|seat| seat.person) else {
                return self.breach(Law::NoStrangers, format!("a datagram to {participant:?}, who left"));
            };
            self.check_departure(participant, bytes);
            if reached.is_some() {
                let (transport, bytes) = (run.transport, bytes.to_vec());
                let packet = Packet { transport, from: run.local, to: run.remote, bytes, step: self.step };
                self.people[person].down.offer(packet);
            }
        }
    }

    /// Judges a datagram at the moment it leaves.
    fn check_departure(&mut self, participant: ParticipantId, bytes: &[u8]) {
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        if let Some((kind, seq, ssrc)) = media::rtp_header(bytes) {
            seat.budget.spend(self.now, bytes.len());
            let (person, room) = (seat.person, seat.room);
            let numbers = seat.numbers.entry(ssrc).or_default();
            let before = numbers.gaps;
            let taken = numbers.sent(seq, bytes);
            let gaps = numbers.gaps;
            let name = self.people[person].spec.name;
            let broken = taken.err().filter(|broken| *broken != Broken::Again || self.has_all(person));
            if let Some(broken) = broken {
                let what = format!("{broken} at {seq} of {ssrc} (payload type {kind}) to {name}");
                self.breach(Law::NumbersInLine, what);
            }
            let missed = if before < gaps { self.missed(participant, ssrc) } else { gaps };
            if missed < gaps {
                let what = format!("{gaps} gaps, the last before {seq} of {ssrc} (payload type {kind}) to {name}");
                self.breach(Law::NoGaps, format!("{what}, where {missed} datagrams got lost"));
            }
            if !self.rooms.get(&room).is_some_and(|room| room.open.now()) {
                self.breach(Law::GateKept, format!("media leaves for {name}, whose gate is shut"));
            }
        }
    }

    /// Whether everything that was ever sent to somebody has arrived in order.
    fn has_all(&self, person: usize) -> bool {
        self.people[person].down.traffic.misses() == 0
    }

    /// How often something of whoever a viewer's stream has carried did not arrive in order, or was not taken: so many gaps are no fault of the server.
    fn missed(&self, viewer: ParticipantId, ssrc: u32) -> u64 {
        let Some(seat) = self.seats.get(&viewer) else { return 0 };
        let misses = |person: usize| self.people[person].up.traffic.misses();
        let carried = match seat.lines.get(&ssrc) {
            Some(Line::Repair) => return 0, // Numbered by the server itself.
            Some(Line::Media { mid }) => seat.carried.get(mid),
            None => None,
        };
        let people: BTreeSet<usize> = match carried {
            Some(publishers) => publishers.iter().map(|publisher| self.tenures[publisher].person).collect(),
            None => self.rooms[&seat.room].members.iter().copied().collect(),
        };
        let arrived_not: u64 = people.into_iter().map(misses).sum();
        let stats = self.sfu.stats();
        arrived_not + self.overflows + stats.unknown_datagrams + stats.limited
    }

    fn core_says(&mut self, event: Event) {
        match event {
            Event::Answer { request, participant, sdp } => {
                let session = self.offers.remove(&request);
                if let (Some(session), Some(seat)) = (session, self.seats.get_mut(&participant)) {
                    seat.lines = Line::of_answer(&sdp.0);
                    let person = seat.person;
                    self.letter_to_page(person, PageNote::Answer(participant, session, sdp.0));
                } else {
                    self.breach(Law::HonestStay, "an answer that nobody asked for");
                }
            }
            Event::Refused { participant, error, .. } => {
                self.breach(Law::HonestStay, format!("a request of {participant:?} was refused: {error}"));
            }
            Event::Message { participant, message } => self.pass_on(participant, message),
            Event::Left { participant, reason } => self.left(participant, reason),
            Event::Connected { .. }
            | Event::ChannelOpened { .. }
            | Event::Disconnected { .. }
            | Event::TrackPublished { .. }
            | Event::TrackUnpublished { .. }
            | Event::Speaking { .. } => {}
            Event::SlotAssigned { viewer, slot, publisher, source, audio_mid, video_mid } => {
                if let (Some(publisher), Some(seat)) = (publisher, self.seats.get_mut(&viewer)) {
                    for mid in [audio_mid, video_mid].into_iter().flatten() {
                        seat.carried.entry(mid).or_default().insert(publisher);
                    }
                }
                self.assigned.remove(&(viewer, slot));
                if let (Some(publisher), Some(source)) = (publisher, source) {
                    self.assigned.insert((viewer, slot), (publisher, source));
                    self.show_slot(viewer, slot);
                }
            }
            Event::LayersWanted { participant, source, layers, .. } => {
                self.layer_orders += 1;
                if let Some(seat) = self.seats.get(&participant) {
                    self.letter_to_page(seat.person, PageNote::Layers(participant, source, layers));
                }
            }
            Event::DominantSpeaker { participant, .. } => {
                let person = participant.and_then(|participant| Some(self.tenures.get(&participant)?.person));
                self.speakers.push((self.now, person));
            }
            Event::Stats { participant, stats, .. } => {
                if let Some(seat) = self.seats.get_mut(&participant) {
                    seat.budget.believe(self.now, stats.estimate);
                }
            }
        }
    }

    fn pass_on(&mut self, from: ParticipantId, message: Message) {
        let Some(room) = self.seats.get(&from).map(|seat| seat.room) else { return };
        if !self.rooms[&room].open.now() {
            return self.breach(Law::GateKept, format!("a message of {from:?}, whose gate is shut"));
        }
        let others: Vec<ParticipantId> = self
            .seats
            .iter()
            .filter(|(other, seat)| seat.room == room && **other != from)
            .map(|(other, _)| *other)
            .collect();
        for participant in others {
            self.command(Command::Send { participant, message: message.clone() });
        }
    }

    fn left(&mut self, participant: ParticipantId, reason: LeftReason) {
        if let Some(tenure) = self.tenures.get_mut(&participant) {
            tenure.seated.set(self.step + 1, false);
            tenure.left_at = media::ticks(self.now);
        }
        let Some(seat) = self.seats.remove(&participant) else { return };
        self.addresses.retain(|_, owner| *owner != participant);
        self.assigned.retain(|(viewer, _), (publisher, _)| *viewer != participant && *publisher != participant);
        self.shown.retain(|(viewer, _), _| *viewer != participant);
        self.gaps += seat.gaps();
        match reason {
            LeftReason::Asked => {}
            // A page learns that its session is over and asks for another one, if there is still something to come to.
            LeftReason::Timeout | LeftReason::Closed => self.letter_to_page(seat.person, PageNote::Over(seat.room)),
            LeftReason::Certificate | LeftReason::Fault | LeftReason::Evicted => {
                let name = self.people[seat.person].spec.name;
                self.breach(Law::HonestStay, format!("{name} was put out as {reason:?}"));
            }
        }
    }

    pub(super) fn server_hears(&mut self, person: usize, note: ServerNote) {
        match note {
            ServerNote::Offer(participant, session, sdp, sources) => {
                let request = self.request();
                self.offers.insert(request, session);
                if let Some(seat) = self.seats.get_mut(&participant) {
                    self.gaps += seat.gaps();
                    seat.numbers.clear(); // New keys: numbers count from anywhere.
                    self.command(Command::Offer { request, participant, sdp: sdp.into(), sources });
                }
            }
            ServerNote::Again(room) => self.seat(person, room),
        }
    }

    /// Lets somebody begin a session in a room: anew in the seat they have, or in a new one.
    fn seat(&mut self, person: usize, room: RoomId) {
        if self.rooms.get(&room).is_none_or(|room| room.closed) {
            return;
        }
        match self.seats.iter().find(|(_, seat)| seat.person == person && seat.room == room) {
            Some((participant, _)) => self.letter_to_page(person, PageNote::Begin(*participant)),
            None => self.join(person, room),
        }
    }

    fn join(&mut self, person: usize, room: RoomId) {
        let participant = ParticipantId(self.tenures.len() as u64 + 1);
        let seat = Seat::new(person, &self.people[person].spec, room, participant, self.ipv6);
        self.addresses.insert(seat.public, participant);
        self.seats.insert(participant, seat);
        let mut seated = History::default();
        seated.set(self.step, true);
        self.tenures.insert(participant, Tenure { person, room, seated, left_at: u32::MAX, muted: Default::default() });
        let gate = if self.rooms[&room].open.now() { Gate::Open } else { Gate::Shut };
        let request = self.request();
        self.command(Command::Join { request, room: core_room(room), participant, gate });
        self.letter_to_page(person, PageNote::Begin(participant));
    }

    pub(super) fn mute(&mut self, person: usize, source: Source, muted: bool) {
        for participant in self.seats_of(person) {
            self.command(Command::SetMuted { participant, source, muted });
            let Some(tenure) = self.tenures.get_mut(&participant) else { continue };
            let mute = tenure.muted.entry(source).or_default();
            mute.on.set(self.step, muted);
            mute.from = media::ticks(self.now);
        }
    }

    /// Leaves for good.
    pub(super) fn leave(&mut self, person: usize) {
        for participant in self.seats_of(person) {
            self.command(Command::Leave { participant });
        }
    }

    pub(super) fn show_as(&mut self, viewer: usize, publisher: usize, view: View) {
        self.views.insert((viewer, publisher), view);
        let of_viewer = |(participant, _): &&(ParticipantId, usize)| self.tenures[participant].person == viewer;
        let slots: Vec<(ParticipantId, usize)> = self.assigned.keys().filter(of_viewer).copied().collect();
        for (participant, slot) in slots {
            self.show_slot(participant, slot);
        }
    }

    /// Whoever is in a slot is shown as the page shows them.
    fn show_slot(&mut self, participant: ParticipantId, slot: usize) {
        let Some((publisher, source)) = self.assigned.get(&(participant, slot)) else { return };
        let people = (self.tenures[&participant].person, self.tenures[publisher].person);
        let view = match source {
            Source::Screen => View::Full,
            Source::Microphone | Source::Camera => self.views.get(&people).copied().unwrap_or(View::Full),
        };
        if self.shown.insert((participant, slot), view).unwrap_or(View::Full) != view {
            self.command(Command::SetView { participant, slot, view });
        }
    }

    pub(super) fn permit(&mut self, person: usize, permissions: &Permissions) {
        for participant in self.seats_of(person) {
            self.command(Command::SetPermissions { participant, permissions: permissions.clone() });
        }
    }

    fn seats_of(&self, person: usize) -> Vec<ParticipantId> {
        self.seats.iter().filter(|(_, seat)| seat.person == person).map(|(participant, _)| *participant).collect()
    }

    pub(super) fn check_in(&mut self, person: usize) {
        let name = self.people[person].spec.name;
        let input = sfu_lobby::Input::CheckIn { area: AREA, name: Private::from(name), language: "en".into() };
        let visit = self.people[person].ticket.and_then(|ticket| self.lobby.ticket(ticket));
        if visit.is_some_and(|visit| !visit.state.is_over()) {
            self.refused += 1; // A page that has a place does not ask for a second one.
        } else {
            self.tell_lobby(input);
        }
    }

    pub(super) fn tell_lobby(&mut self, input: sfu_lobby::Input) {
        match self.lobby.handle(input, beginning() + self.now) {
            Err(_) => self.refused += 1,
            Ok(changes) => {
                if let Err(broken) = self.auditor.observe(&changes, &self.lobby) {
                    self.breach(Law::LobbyAgrees, broken.to_string());
                }
                for change in changes {
                    self.lobby_says(change);
                }
            }
        }
    }

    fn lobby_says(&mut self, change: Change) {
        match change {
            Change::CheckedIn { ticket } => {
                let of = |person: &Person| {
                    Some(person.spec.name) == self.lobby.ticket(ticket).map(|ticket| ticket.name.expose())
                };
                match self.people.iter().position(of) {
                    Some(person) => self.people[person].ticket = Some(ticket),
                    None => self.breach(Law::LobbyAgrees, "somebody checked in whom nobody knows"),
                }
            }
            Change::RoomOpened { room, ticket, staff } => self.open_room(room, ticket, staff),
            // A scenario has one visit in each room: those who come with it have no ticket, and the visit's gate is everybody's.
            Change::GateOpened { room, .. } => self.set_gate(room, Gate::Open),
            Change::GateShut { room, .. } => self.set_gate(room, Gate::Shut),
            Change::RoomClosed { room, .. } => self.close_room(room),
            Change::Forgotten { ticket } => {
                for person in self.people.iter_mut().filter(|person| person.ticket == Some(ticket)) {
                    person.ticket = None;
                }
            }
            Change::Joined { .. } | Change::Left { .. } | Change::Ticket { .. } | Change::Queue { .. } => {}
        }
    }

    fn open_room(&mut self, room: RoomId, ticket: sfu_lobby::TicketId, staff: sfu_lobby::StaffId) {
        let patient = self.people.iter().find(|person| person.ticket == Some(ticket)).map(|person| person.spec.name);
        let comes = |person: &Person| match person.spec.role {
            Role::Patient => person.ticket == Some(ticket),
            Role::Clinician => person.staff == staff,
            Role::Guest { of } => Some(of) == patient,
            Role::Member { .. } => false,
        };
        let members: Vec<usize> = (0..self.people.len()).filter(|person| comes(&self.people[*person])).collect();
        let ticket = Some(ticket);
        self.rooms.insert(room, Room { ticket, members: members.clone(), open: History::default(), closed: false });
        self.command(Command::OpenRoom { room: core_room(room) });
        self.command(Command::SetRoomPolicy { room: core_room(room), policy: self.policy });
        for person in members {
            if self.people[person].present {
                self.seat(person, room);
            }
        }
    }

    /// Rooms without a waiting room are there and open from the beginning.
    pub(super) fn open_rooms(&mut self) {
        let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (person, Person { spec, .. }) in self.people.iter().enumerate() {
            if let Role::Member { room } = spec.role {
                named.entry(room).or_default().push(person);
            }
        }
        for (index, members) in named.into_values().enumerate() {
            let room = RoomId(FREE_ROOMS + index as u64);
            let mut open = History::default();
            open.set(self.step, true);
            self.rooms.insert(room, Room { ticket: None, members, open, closed: false });
            self.command(Command::OpenRoom { room: core_room(room) });
            self.command(Command::SetRoomPolicy { room: core_room(room), policy: self.policy });
        }
    }

    fn set_gate(&mut self, room: RoomId, gate: Gate) {
        let participants: Vec<ParticipantId> =
            self.seats.iter().filter(|(_, seat)| seat.room == room).map(|(participant, _)| *participant).collect();
        // Open from before the first command, shut from after the last: in between, some have heard and some have not.
        if gate == Gate::Open
            && let Some(room) = self.rooms.get_mut(&room)
        {
            room.open.set(self.step, true);
        }
        for participant in &participants {
            self.command(Command::SetGate { participant: *participant, gate });
        }
        if gate == Gate::Shut
            && let Some(room) = self.rooms.get_mut(&room)
        {
            room.open.set(self.step + 1, false);
            for participant in participants {
                self.command(Command::Send { participant, message: Message::Text(NOT_FOR_THEM.into()) });
            }
        }
    }

    fn close_room(&mut self, room: RoomId) {
        if let Some(room) = self.rooms.get_mut(&room) {
            room.closed = true;
            if room.open.now() {
                room.open.set(self.step + 1, false);
            }
        }
        self.command(Command::CloseRoom { room: core_room(room) });
    }

    pub(super) fn letter_to_page(&mut self, person: usize, note: PageNote) {
        let Person { down, letter_down_at, .. } = &mut self.people[person];
        let at = down.link.letter(self.now, &mut self.letters).max(*letter_down_at);
        *letter_down_at = at;
        self.enter(at, Entry::ToPage(person, note));
    }

    /// The core counts exactly those who are here, and holds no more for them than it may.
    pub(super) fn check_freed(&mut self) {
        let stats = self.sfu.stats();
        let queued_max = stats.participants * (SLOTS_MAX * QUEUED_BYTES_MAX) as u64;
        if self.stalled_until <= self.now && queued_max < stats.queued_bytes {
            let (bytes, participants) = (stats.queued_bytes, stats.participants);
            self.breach(Law::Bounded, format!("{bytes} bytes wait for {participants} participants"));
        }
        if stats.addresses > stats.participants * ADDRESSES_MAX as u64 {
            self.breach(Law::Bounded, format!("{} addresses of {} participants", stats.addresses, stats.participants));
        }
        let rooms = self.rooms.values().filter(|room| !room.closed).count() as u64;
        let participants = self.seats.len() as u64;
        if stats.rooms != rooms || stats.participants != participants {
            let (held, held_rooms) = (stats.participants, stats.rooms);
            self.breach(
                Law::Freed,
                format!("{held} participants in {held_rooms} rooms, expected {participants} in {rooms}"),
            );
        }
    }

    /// Gates stand as the waiting room says: open in a consultation and at no other time.
    pub(super) fn check_gates(&mut self) {
        for room in self.rooms.values().filter(|room| !room.closed) {
            let Some(ticket) = room.ticket else { continue };
            let in_call = self.lobby.ticket(ticket).is_some_and(|ticket| ticket.state == State::InCall);
            if room.open.now() != in_call {
                let open = room.open.now();
                return self.breach(Law::LobbyAgrees, format!("a gate is open: {open}, in a consultation: {in_call}"));
            }
        }
    }

    /// Judges a message at the moment a page gets it.
    pub(super) fn check_message(&mut self, viewer: ParticipantId, message: &[u8]) {
        let text = String::from_utf8_lossy(message);
        let room = self.tenures[&viewer].room;
        let mut words = text.split(' ');
        let (from, publisher) = (words.next(), words.next().and_then(|id| id.parse().ok()).map(ParticipantId));
        if text == NOT_FOR_THEM {
            return self
                .breach(Law::GateKept, format!("{viewer:?} got a message that was sent while their gate was shut"));
        }
        let Some(publisher) = publisher.and_then(|publisher| self.tenures.get(&publisher)) else {
            return self.breach(Law::RoomsApart, format!("{viewer:?} got a message that nobody wrote"));
        };
        if publisher.room != room || from != Some(room.0.to_string().as_str()) {
            return self.breach(Law::RoomsApart, format!("{viewer:?} got a message from another room"));
        }
        let key = (self.tenures[&viewer].person, publisher.person, Source::Camera);
        self.sights.entry(key).or_default().messages += 1;
    }
}

fn core_room(room: RoomId) -> sfu_core::RoomId {
    sfu_core::RoomId(room.0)
}

impl Line {
    /// The SSRCs under which an answer says that things will come (RFC 5576).
    fn of_answer(sdp: &str) -> BTreeMap<u32, Self> {
        let mut lines = BTreeMap::new();
        for section in sdp.split("\r\nm=").skip(1) {
            let attributes = || section.lines().filter_map(|line| line.strip_prefix("a="));
            let Some(mid) = attributes().find_map(|attribute| attribute.strip_prefix("mid:")) else { continue };
            for attribute in attributes() {
                let words: Vec<&str> = attribute.split([':', ' ']).collect();
                match words.as_slice() {
                    ["ssrc", ssrc, ..] => {
                        let Ok(ssrc) = ssrc.parse() else { continue };
                        lines.entry(ssrc).or_insert_with(|| Self::Media { mid: mid.to_owned() });
                    }
                    ["ssrc-group", "FID", _, repair] => {
                        let Ok(repair) = repair.parse() else { continue };
                        lines.insert(repair, Self::Repair);
                    }
                    _ => {}
                }
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_which_stream_is_which_line() {
        let section = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:2\r\na=ssrc-group:FID 7 8\r\na=ssrc:7 cname:x\r\na=ssrc:8 cname:x\r\n";
        let lines = Line::of_answer(&format!("v=0\r\n{section}"));
        let expected = [(7, Line::Media { mid: "2".into() }), (8, Line::Repair)];
        assert!(lines.into_iter().eq(expected));
    }
}
