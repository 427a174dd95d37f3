//! The pages: what people's browsers do, and how they judge what they see.

use std::time::Duration;

use sfu_core::{ParticipantId, Source};
use sfu_lobby::RoomId;
use str0m::media::{MediaKind, Mid};

use super::{Entry, PATIENCE, PICTURE_EVERY, PageNote, Person, SOUND_EVERY, Seat, ServerNote, Tenure, World, next_due};
use crate::client::{Client, ClientEvent, Packet};
use crate::law::Law;
use crate::media::{Label, ticks};

impl World {
    pub(super) fn page_hears(&mut self, person: usize, note: PageNote) {
        let now = self.instant();
        if !self.people[person].present {
            return;
        }
        match note {
            PageNote::Begin(participant) => self.begin(participant),
            PageNote::Answer(participant, session, sdp) => {
                let current = |seat: &&mut Seat| seat.sessions == session;
                let Some(seat) = self.seats.get_mut(&participant).filter(current) else { return };
                let Some(client) = &mut seat.client else { return };
                if let Err(error) = client.accept(&sdp, now) {
                    self.breach(Law::HonestStay, format!("an answer does not fit its offer: {error}"));
                }
            }
            PageNote::Layers(participant, source, layers) => {
                let Some(seat) = self.seats.get_mut(&participant) else { return };
                for encoder in seat.encoders.iter_mut().filter(|encoder| encoder.source() == source) {
                    for layer in &layers {
                        encoder.want(layer.rid.as_deref(), layer.wanted);
                    }
                }
            }
            PageNote::Over(room) => self.letter_to_server(person, ServerNote::Again(room)),
        }
    }

    /// Makes a peer connection and offers. One that there was is dropped, and nobody is told; another socket means another NAT binding.
    fn begin(&mut self, participant: ParticipantId) {
        let now = self.instant();
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        if seat.sessions > 0 {
            seat.local.set_port(seat.local.port() + 1);
            self.rebind_seat(participant);
        }
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        seat.sessions += 1;
        seat.connected = false;
        seat.unreachable_since = None;
        seat.frames.clear();
        let spec = &self.people[seat.person].spec;
        seat.encoders = Seat::encoders(spec);
        let others = self.rooms[&seat.room].members.len().saturating_sub(1).max(1);
        let screens = usize::from(self.people.iter().any(|person| person.spec.screen.is_some()));
        let slots = self.slots.unwrap_or((others + screens).min(sfu_core::limits::SLOTS_MAX));
        let cameras = [(Source::Camera, &spec.camera), (Source::Screen, &spec.screen)];
        let videos = cameras.map(|(source, video)| Some((source, video.as_ref()?.rids())));
        let mut sources: Vec<(Source, &[&str])> = vec![(Source::Microphone, &[])];
        sources.extend(videos.iter().flatten().map(|(source, rids)| (*source, rids.as_slice())));
        let (mut client, offer) = Client::sending(seat.local, &sources, slots, spec.feedback, now);
        if spec.net.blocks_udp() {
            client.try_tcp(seat.local);
        }
        let sources = client.sources();
        seat.client = Some(client);
        let (person, session) = (seat.person, seat.sessions);
        self.enter(self.now + PATIENCE, Entry::Impatient(participant, session, None));
        self.letter_to_server(person, ServerNote::Offer(participant, session, offer, sources));
    }

    /// A connection that does not come, or not come back, is made anew.
    pub(super) fn look_at_connection(&mut self, participant: ParticipantId, session: u32, since: Option<Duration>) {
        let waits = |seat: &&Seat| seat.client.is_some() && seat.sessions == session;
        let Some(seat) = self.seats.get(&participant).filter(waits) else { return };
        if seat.unreachable_since == since && (since.is_some() || !seat.connected) {
            self.letter_to_server(seat.person, ServerNote::Again(seat.room));
        }
    }

    /// The page's connections are gone, and nobody is told.
    pub(super) fn close_page(&mut self, person: usize) {
        for seat in self.seats.values_mut().filter(|seat| seat.person == person) {
            seat.client = None;
            seat.connected = false;
        }
    }

    /// The page is loaded, says so, and gets new sessions in its rooms.
    pub(super) fn open_page(&mut self, person: usize) {
        let rooms: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| !room.closed && room.members.contains(&person))
            .map(|(room, _)| *room)
            .collect();
        for room in rooms {
            self.letter_to_server(person, ServerNote::Again(room));
        }
    }

    fn letter_to_server(&mut self, person: usize, note: ServerNote) {
        let Person { up, letter_up_at, .. } = &mut self.people[person];
        let at = up.link.letter(self.now, &mut self.letters).max(*letter_up_at);
        *letter_up_at = at;
        self.enter(at, Entry::ToServer(person, note));
    }

    /// The NAT in front of a page forgets its bindings and makes others.
    pub(super) fn rebind(&mut self, person: usize) {
        let seats: Vec<ParticipantId> =
            self.seats.iter().filter(|(_, seat)| seat.person == person).map(|(participant, _)| *participant).collect();
        for participant in seats {
            self.rebind_seat(participant);
        }
    }

    fn rebind_seat(&mut self, participant: ParticipantId) {
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        self.addresses.remove(&seat.public);
        self.abandoned.insert(seat.public, participant);
        seat.public.set_port(seat.public.port() + 1);
        self.addresses.insert(seat.public, participant);
    }

    pub(super) fn say(&mut self, person: usize) {
        let now = self.instant();
        let mut due = Vec::new();
        for (participant, seat) in self.seats.iter_mut().filter(|(_, seat)| seat.person == person) {
            let Some(client) = &mut seat.client else { continue };
            let text = format!("{} {} {}", seat.room.0, participant.0, seat.messages_sent);
            if client.send_message(false, text.as_bytes(), now) {
                seat.messages_sent += 1;
                due.push(*participant);
            }
        }
        for participant in due {
            let listens = |seat: &Seat| seat.client.as_ref().is_some_and(Client::channel_is_open);
            for viewer in self.company_if(participant, listens) {
                self.sights.entry((viewer.person, person, Source::Camera)).or_default().messages_due += 1;
            }
        }
    }

    /// The pages' share of one step: what arrived, what is due, what there is to send.
    pub(super) fn look_and_listen(&mut self) {
        for person in 0..self.people.len() {
            while let Some(packet) = self.people[person].down.take(self.now) {
                self.receive(&packet);
            }
        }
        let sound = self.sound_at <= self.now;
        let picture = self.picture_at <= self.now;
        if sound {
            self.sound_at = next_due(self.sound_at, SOUND_EVERY, self.now);
        }
        if picture {
            self.picture_at = next_due(self.picture_at, PICTURE_EVERY, self.now);
            self.pictures += 1;
        }
        let participants: Vec<ParticipantId> = self.seats.keys().copied().collect();
        for participant in participants {
            if sound {
                self.speak(participant);
            }
            if picture {
                self.show(participant);
            }
            self.ask_for_keyframes(participant);
            let now = self.instant();
            let Some(seat) = self.seats.get_mut(&participant) else { continue };
            if seat.client.as_ref().is_some_and(|client| client.next_wake() <= now) {
                if let Some(client) = &mut seat.client {
                    client.timeout(now);
                }
                self.drain(participant, 0);
            }
        }
    }

    fn receive(&mut self, packet: &Packet) {
        let now = self.instant();
        let Some(participant) = self.addresses.get(&packet.to).copied() else { return };
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        let local = seat.local;
        if let Some(client) = &mut seat.client {
            client.receive_by(packet.transport, packet.from, local, &packet.bytes, now);
            self.drain(participant, packet.step);
        }
    }

    /// Takes what a client has to send and to say. `step` is that of the datagram that made it speak.
    fn drain(&mut self, participant: ParticipantId, step: u64) {
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        let Some(client) = &mut seat.client else { return };
        let (mut packets, mut events) = (Vec::new(), Vec::new());
        client.drain(|packet| packets.push(packet), |event| events.push(event));
        let (person, public) = (seat.person, seat.public);
        for packet in packets {
            self.people[person].up.offer(Packet { from: public, step: self.step, ..packet });
        }
        for event in events {
            self.notice(participant, step, event);
        }
    }

    fn notice(&mut self, participant: ParticipantId, step: u64, event: ClientEvent) {
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        match event {
            ClientEvent::Connected => {
                seat.connected = true;
                let person = seat.person;
                self.people[person].connections += 1;
                self.meet(participant);
            }
            ClientEvent::Closed => {
                // The server says by letter what becomes of the session.
                seat.client = None;
                seat.connected = false;
            }
            ClientEvent::KeyframeWanted { source, rid } => {
                for encoder in seat.encoders.iter_mut().filter(|encoder| encoder.source() == source) {
                    encoder.refresh(rid.as_deref());
                }
            }
            ClientEvent::Message(message) => self.check_message(participant, &message),
            ClientEvent::Media { kind: MediaKind::Audio, payload, .. } => self.hear(participant, step, &payload),
            ClientEvent::Media { kind: MediaKind::Video, mid, sequence, timestamp, payload } => {
                self.see(participant, step, mid, (sequence, timestamp), &payload);
            }
            ClientEvent::Reachable => seat.unreachable_since = None,
            ClientEvent::Unreachable => {
                seat.unreachable_since = Some(self.now);
                let session = seat.sessions;
                self.enter(self.now + PATIENCE, Entry::Impatient(participant, session, Some(self.now)));
            }
            ClientEvent::ChannelOpen => {}
        }
    }

    fn hear(&mut self, viewer: ParticipantId, step: u64, payload: &[u8]) {
        let Some(label) = Label::of_sound(payload) else {
            return self.breach(Law::RoomsApart, "a sound that nobody made");
        };
        let now = self.now;
        let Some(seat) = self.seats.get_mut(&viewer) else { return };
        let heard = seat.ears.entry(label.publisher).or_default().hear(label, now);
        self.check_media(viewer, step, label);
        if let Some(publisher) = self.tenures.get(&label.publisher) {
            let key = (self.tenures[&viewer].person, publisher.person, Source::Camera);
            self.sights.entry(key).or_default().sounds += heard;
        }
    }

    fn see(&mut self, viewer: ParticipantId, step: u64, mid: Mid, (sequence, timestamp): (u64, u32), payload: &[u8]) {
        let Some((label, vp8, picture)) = Label::of_picture(payload) else {
            let head = &payload[..payload.len().min(16)];
            return self.breach(
                Law::RoomsApart,
                format!("a picture that nobody took: {} bytes, {head:02x?}, on line {mid}", payload.len()),
            );
        };
        let now = self.now;
        let Some(seat) = self.seats.get_mut(&viewer) else { return };
        let frames = seat.frames.entry(mid).or_default();
        let time = match frames.came(sequence, timestamp, vp8.picture_id) {
            Ok(time) => time,
            Err(wrong) => {
                let name = self.people[seat.person].spec.name;
                return self.breach(Law::FramesInLine, format!("{name} on line {mid}: {wrong}"));
            }
        };
        let key = (label.publisher, label.source);
        let (at, eyes) = seat.eyes.entry(key).or_insert_with(|| (mid, Default::default()));
        *at = mid;
        let heights = eyes.see(label, picture, time, now);
        self.check_media(viewer, step, label);
        if let Some(publisher) = self.tenures.get(&label.publisher) {
            let key = (self.tenures[&viewer].person, publisher.person, label.source);
            self.sights.entry(key).or_default().moved(&heights, now);
        }
    }

    /// Judges a packet at the moment a page gets it, by how things stood when it left the server.
    fn check_media(&mut self, viewer: ParticipantId, step: u64, label: Label) {
        let source = label.source;
        let Some(publisher) = self.tenures.get(&label.publisher) else {
            return self.breach(Law::RoomsApart, format!("{viewer:?} sees somebody who does not exist"));
        };
        let room = self.tenures[&viewer].room;
        let wrong = if publisher.room != room || label.room != room.0 {
            Some((Law::RoomsApart, "of another room"))
        } else if label.publisher == viewer {
            Some((Law::RoomsApart, "of their own"))
        } else if !self.rooms[&room].open.at(step) {
            Some((Law::GateKept, "through a shut gate"))
        } else if !publisher.seated.at(step) && !is_repair(publisher, label, self.now) {
            Some((Law::Freed, "of somebody who had left"))
        } else if publisher.muted.get(&source).is_some_and(|mute| mute.on.at(step) && mute.from <= label.at) {
            Some((Law::MuteKept, "of a muted source"))
        } else {
            None
        };
        if let Some((law, wrong)) = wrong {
            let publisher = label.publisher;
            self.breach(law, format!("{viewer:?} got {source:?} number {} of {publisher:?} {wrong}", label.number));
        }
    }

    fn speak(&mut self, participant: ParticipantId) {
        let now = self.instant();
        let Some(seat) = self.seats.get_mut(&participant).filter(|seat| seat.connected) else { return };
        let label = Label {
            publisher: participant,
            room: seat.room.0,
            source: Source::Microphone,
            number: seat.sounds_sent,
            at: ticks(self.now),
        };
        let (person, number) = (seat.person, label.number);
        let talks = self.people[person].talks;
        let Some(client) = &mut seat.client else { return };
        seat.sounds_sent += 1;
        client.send_voice(label.sound(), talks, now);
        if talks && self.now < self.sound_counts_until {
            for viewer in self.viewers(participant, Source::Microphone) {
                self.sights.entry((viewer.person, person, Source::Camera)).or_default().sounds_due += 1;
                if let Some(seat) = self.seats.get_mut(&viewer.participant) {
                    seat.ears.entry(participant).or_default().expect(number);
                }
            }
        }
    }

    fn show(&mut self, participant: ParticipantId) {
        let (now, step) = (self.instant(), self.pictures);
        let Some(seat) = self.seats.get_mut(&participant).filter(|seat| seat.connected) else { return };
        let person = seat.person;
        let Some(client) = &mut seat.client else { return };
        let mut shown = Vec::new();
        for encoder in seat.encoders.iter_mut().filter(|encoder| encoder.looks(step)) {
            for frame in encoder.take(participant, seat.room.0, ticks(self.now)) {
                client.send_frame(encoder.source(), frame.rid, frame.payloads, now);
            }
            shown.push((encoder.source(), PICTURE_EVERY * encoder.every()));
        }
        for (source, every) in shown {
            for viewer in self.viewers(participant, source) {
                self.sights.entry((viewer.person, person, source)).or_default().picture_is_due(self.now, every);
            }
        }
    }

    /// Somebody is there, for everybody who already is.
    fn meet(&mut self, participant: ParticipantId) {
        let one = self.tenures[&participant].person;
        for Member { person: other, .. } in self.company(participant) {
            for source in [Source::Camera, Source::Screen] {
                for key in [(other, one, source), (one, other, source)] {
                    if source == Source::Camera || self.people[key.1].spec.screen.is_some() {
                        self.sights.entry(key).or_default().meet(self.now);
                    }
                }
            }
        }
    }

    /// Who should get something of this source now.
    fn viewers(&self, participant: ParticipantId, source: Source) -> Vec<Member> {
        let muted = self.tenures[&participant].muted.get(&source).is_some_and(|mute| mute.on.now());
        if muted { Vec::new() } else { self.company(participant) }
    }

    /// Everybody else who is connected in the same open room.
    fn company(&self, participant: ParticipantId) -> Vec<Member> {
        self.company_if(participant, |seat| seat.connected)
    }

    fn company_if(&self, participant: ParticipantId, is_there: impl Fn(&Seat) -> bool) -> Vec<Member> {
        let tenure = &self.tenures[&participant];
        if !self.rooms[&tenure.room].open.now() {
            return Vec::new();
        }
        let others = self.seats.iter().filter(|(other, seat)| **other != participant && seat.room == tenure.room);
        let there = others.filter(|(_, seat)| is_there(seat));
        there.map(|(participant, seat)| Member { participant: *participant, person: seat.person }).collect()
    }

    fn ask_for_keyframes(&mut self, participant: ParticipantId) {
        let now = self.instant();
        let Some(seat) = self.seats.get_mut(&participant) else { return };
        let Some(client) = &mut seat.client else { return };
        for (mid, eyes) in seat.eyes.values_mut() {
            if eyes.wants_keyframe(self.now) {
                client.ask_for_keyframe(*mid, now);
            }
        }
    }
}

/// Somebody who is in the same room.
struct Member {
    participant: ParticipantId,
    person: usize,
}

/// Whether something of somebody who has left is a repair of what had passed before: taken while they were there, and not long ago.
fn is_repair(publisher: &Tenure, label: Label, now: Duration) -> bool {
    label.at <= publisher.left_at && now < label.taken_at() + REPAIR_MAX
}

/// What a server keeps for retransmission is no older.
const REPAIR_MAX: Duration = Duration::from_secs(4);
