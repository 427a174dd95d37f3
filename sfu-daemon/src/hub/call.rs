//! A consultation's media: who sits where, by which session of which page, and what they tell each other.
//!
//! The shard forwards; this side decides who is admitted, whose gate is open, and which page a seat belongs to. A page that comes back with a
//! new `RTCPeerConnection` takes its seat over with a new participant, so that a reload or another device goes on where the old one was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sfu_core::{Command, Event, Gate, Message, ParticipantId, RequestId, Source, View};
use sfu_lobby::{AreaId, EndedBy, RoomId, StaffId, TicketId};
use sfu_signal::{
    EndReason, ErrorCode, KnownField, KnownValue, RoomPeer, ServerMessage, SlotView, SourceName, WantedLayer,
};

use super::commands::Commands;
use super::device::Devices;
use super::known::{self, Known};
use super::seal::Seal;
use super::{Answer, Hub, No, SocketId, Who, millis};
use crate::limits::{Bucket, CHAT_BURST, CHAT_CHARS_MAX, CHAT_PER_SECOND, OFFERS_BURST, OFFERS_PER_SECOND};
use crate::media::{Media, MediaEvent, ShardIndex};
use crate::telemetry;

/// All consultations.
pub(super) struct Calls {
    pub(super) commands: Commands,
    pub(super) devices: Devices,
    calls: BTreeMap<RoomId, Call>,
    seated: BTreeMap<ParticipantId, (RoomId, Side)>,
    /// Offers that the shards have not answered: which page asked, and under which number.
    asked: BTreeMap<RequestId, (RoomId, SocketId, u32)>,
    participants_made: u64,
    requests_made: u64,
}

struct Call {
    ticket: TicketId,
    area: AreaId,
    staff: StaffId,
    shard: ShardIndex,
    gate: Gate,
    /// Whether it has begun: the gate was open.
    has_begun: bool,
    patient: Seat,
    clinician: Seat,
    voices: Voices,
}

/// Who is heard in a room.
#[derive(Clone, Default)]
pub(super) struct Voices {
    pub(super) speaking: BTreeSet<ParticipantId>,
    pub(super) dominant: Option<ParticipantId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Patient,
    Staff,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Patient, Self::Staff];

    /// The number by which the others know who sits here.
    pub(super) const fn peer(self) -> u32 {
        match self {
            Self::Patient => 1,
            Self::Staff => 2,
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Patient => Self::Staff,
            Self::Staff => Self::Patient,
        }
    }
}

#[derive(Default)]
pub(super) struct Seat {
    /// The media session, while there is one.
    pub(super) participant: Option<ParticipantId>,
    /// The page that has the seat.
    pub(super) page: Option<SocketId>,
    /// What its offers have in common: the session id of the `o=` line, one for each `RTCPeerConnection` (RFC 8829, section 5.2.1).
    session: Option<String>,
    muted: bool,
    camera_off: bool,
    connected: bool,
    /// Whether its data channel is open; it stays so while the connection is lost.
    has_channel: bool,
    slots: BTreeMap<usize, Slot>,
    /// How large the page shows its slots; at most one for each slot that an offer may have.
    pub(super) views: BTreeMap<usize, View>,
    /// What the page was told about the layers of its m-lines, by mid; at most one for each m-line.
    pub(super) wanted: BTreeMap<String, Vec<WantedLayer>>,
    /// What its page says of itself, and the rates of what it says to the others.
    pub(super) seal: Seal,
    chat: Option<Bucket>,
    offers: Option<Bucket>,
}

impl Seat {
    /// Without a media session. What the person has chosen, and the rates, go on.
    fn vacate(&mut self) {
        self.participant = None;
        self.session = None;
        self.connected = false;
        self.has_channel = false;
        self.slots.clear();
        self.views.clear();
        self.wanted.clear();
    }
}

struct Slot {
    audio_mid: Option<String>,
    video_mid: Option<String>,
    publisher: Option<ParticipantId>,
    source: Option<Source>,
}

/// What a page sends on the data channel. Only the pages can read what is in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    sealed: String,
}

/// What the others receive.
#[derive(Serialize)]
struct Heard<'a> {
    peer: u32,
    sealed: &'a str,
}

impl Call {
    fn seat(&self, side: Side) -> &Seat {
        match side {
            Side::Patient => &self.patient,
            Side::Staff => &self.clinician,
        }
    }

    fn seat_mut(&mut self, side: Side) -> &mut Seat {
        match side {
            Side::Patient => &mut self.patient,
            Side::Staff => &mut self.clinician,
        }
    }
}

impl Calls {
    pub(super) fn new(media: Arc<Media>) -> Self {
        Self {
            commands: Commands::new(media),
            devices: Devices::default(),
            calls: BTreeMap::new(),
            seated: BTreeMap::new(),
            asked: BTreeMap::new(),
            participants_made: 0,
            requests_made: 0,
        }
    }

    /// What is held of a consultation's patient.
    pub(super) fn known(&self, room: RoomId, known: &mut Known) {
        let Some(call) = self.calls.get(&room) else { return };
        // Who takes part has been told; which thread forwards, and that it has begun, says no more. The clinician's seat is not the patient's.
        let Call { ticket: _, area: _, staff: _, shard: _, gate, has_begun: _, patient, clinician: _, voices } = call;
        let Voices { speaking, dominant: _ } = voices; // Who is heard is one of those who speak, or was.
        let Seat {
            participant,
            page: _, // Told as the visit's.
            session,
            muted,
            camera_off,
            connected,
            has_channel,
            slots,
            views,
            wanted,
            seal,
            chat,
            offers,
        } = patient;
        known.of_call(KnownField::Gate, known::gate(*gate));
        known.of_call(KnownField::Media, known::number(participant.map(|participant| participant.0)));
        let session = session.clone().map_or(KnownValue::Nothing, |text| KnownValue::Text { text });
        known.of_call(KnownField::MediaSession, session);
        known.of_call(KnownField::MediaConnected, known::flag(*connected));
        known.of_call(KnownField::Channel, known::flag(*has_channel));
        known.of_call(KnownField::Muted, known::flag(*muted));
        known.of_call(KnownField::CameraOff, known::flag(*camera_off));
        known.of_call(KnownField::Speaking, known::flag(participant.is_some_and(|one| speaking.contains(&one))));
        known.of_call(KnownField::Layout, known::count(slots.len() + views.len() + wanted.len()));
        let (hello, rates) = seal.known();
        known.of_call(KnownField::SealHello, known::bytes(hello));
        known.of_call(KnownField::Rates, known::count(rates + chat.iter().count() + offers.iter().count()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn of_staff(&self, staff: StaffId) -> Option<RoomId> {
        self.calls.iter().find(|(_, call)| call.staff == staff).map(|(room, _)| *room)
    }

    pub(super) fn ticket(&self, room: RoomId) -> Option<TicketId> {
        self.calls.get(&room).map(|call| call.ticket)
    }

    pub(super) fn tickets(&self) -> impl Iterator<Item = TicketId> {
        self.calls.values().map(|call| call.ticket)
    }

    pub(super) fn is_busy(&self, area: AreaId) -> bool {
        self.calls.values().any(|call| call.area == area)
    }

    #[cfg(test)]
    pub(super) fn asked_is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    pub(super) fn seat_mut(&mut self, room: RoomId, side: Side) -> Option<(ShardIndex, &mut Seat)> {
        self.calls.get_mut(&room).map(|call| (call.shard, call.seat_mut(side)))
    }

    pub(super) fn voices_mut(&mut self, room: RoomId) -> Option<&mut Voices> {
        self.calls.get_mut(&room).map(|call| &mut call.voices)
    }

    pub(super) fn room_of(&self, participant: ParticipantId) -> Option<RoomId> {
        self.seated.get(&participant).map(|(room, _)| *room).or_else(|| self.devices.room_of(participant))
    }

    /// Whose session it is; a device's is nobody's.
    pub(super) fn side_of(&self, participant: ParticipantId) -> Option<(RoomId, Side)> {
        self.seated.get(&participant).copied()
    }

    /// How to send somebody what only passes while the gate is open.
    pub(super) fn reach(&self, room: RoomId, side: Side) -> Option<(ShardIndex, ParticipantId)> {
        let call = self.calls.get(&room).filter(|call| call.gate == Gate::Open)?;
        Some((call.shard, call.seat(side).participant?))
    }

    /// Whether somebody can take part in what passes on the data channel.
    pub(super) fn may_take_files(&self, room: RoomId, side: Side) -> bool {
        let seat = self.calls.get(&room).map(|call| call.seat(side));
        self.reach(room, side).is_some() && seat.is_some_and(|seat| seat.connected && seat.has_channel)
    }

    pub(super) fn set_channel(&mut self, room: RoomId, side: Side) {
        if let Some(call) = self.calls.get_mut(&room) {
            call.seat_mut(side).has_channel = true;
        }
    }

    /// The number by which the others know a participant.
    pub(super) fn peer_of(&self, participant: ParticipantId) -> Option<u32> {
        self.seated.get(&participant).map(|(_, side)| side.peer()).or_else(|| self.devices.peer_of(participant))
    }

    /// Where a consultation's media is, and what may pass now.
    pub(super) fn place(&self, room: RoomId) -> Option<(ShardIndex, Gate)> {
        self.calls.get(&room).map(|call| (call.shard, call.gate))
    }

    pub(super) fn participant(&mut self) -> ParticipantId {
        self.participants_made += 1;
        ParticipantId(self.participants_made)
    }

    pub(super) fn request(&mut self) -> RequestId {
        self.requests_made += 1;
        RequestId(self.requests_made)
    }

    /// Admits a side to its room with a media session that nobody has used yet.
    fn join(&mut self, room: RoomId, side: Side) {
        let (request, participant) = (self.request(), self.participant());
        let Some(call) = self.calls.get_mut(&room) else { return };
        let (shard, gate) = (call.shard, call.gate);
        let seat = call.seat_mut(side);
        seat.vacate();
        seat.participant = Some(participant);
        let (muted, camera_off) = (seat.muted, seat.camera_off);
        self.seated.insert(participant, (room, side));
        self.commands.send(shard, Command::Join { request, room: sfu_core::RoomId(room.0), participant, gate });
        self.send_mute(shard, participant, muted, camera_off);
    }

    fn send_mute(&mut self, shard: ShardIndex, participant: ParticipantId, muted: bool, camera_off: bool) {
        for (source, muted) in [(Source::Microphone, muted), (Source::Camera, camera_off)] {
            self.commands.send(shard, Command::SetMuted { participant, source, muted });
        }
    }

    /// Makes the seat the offering connection's: an unused session is taken as it is, another connection's is replaced.
    fn take_seat(
        &mut self,
        room: RoomId,
        side: Side,
        page: SocketId,
        session: String,
    ) -> Option<(ShardIndex, ParticipantId)> {
        let seat = self.calls.get_mut(&room)?.seat_mut(side);
        seat.page = Some(page);
        let is_replaced = seat.session.as_ref().is_some_and(|known| *known != session);
        if is_replaced && let Some(old) = seat.participant.take() {
            self.seated.remove(&old);
            let shard = self.calls.get(&room)?.shard;
            self.commands.send(shard, Command::Leave { participant: old });
        }
        if self.calls.get(&room)?.seat(side).participant.is_none() {
            self.join(room, side);
        }
        let call = self.calls.get_mut(&room)?;
        let shard = call.shard;
        let seat = call.seat_mut(side);
        seat.session = Some(session);
        Some((shard, seat.participant?))
    }
}

/// The lobby's changes that concern media.
impl Hub {
    pub(super) fn open_call(&mut self, room: RoomId, ticket: TicketId, staff: StaffId) {
        let Some(area) = self.lobby.ticket(ticket).map(|ticket| ticket.area) else { return };
        let shard = self.calls.commands.next_shard();
        let page = self.visits.get(&ticket).and_then(|visit| visit.socket);
        let patient = Seat { page, ..Seat::default() };
        let call = Call {
            ticket,
            area,
            staff,
            shard,
            gate: Gate::Shut,
            has_begun: false,
            patient,
            clinician: Seat::default(),
            voices: Voices::default(),
        };
        self.calls.commands.send(shard, Command::OpenRoom { room: sfu_core::RoomId(room.0) });
        self.calls.calls.insert(room, call);
        if let Some(visit) = self.visits.get_mut(&ticket) {
            visit.rooms.retain(|room| self.files.of_room(*room).next().is_some());
            visit.rooms.insert(room);
        }
        for side in Side::BOTH {
            self.calls.join(room, side);
        }
        self.areas_touched.insert(area);
        tracing::info!(room = room.0, ticket = ticket.0, shard, "consultation opened");
    }

    pub(super) fn set_gate(&mut self, room: RoomId, gate: Gate) {
        let Some(call) = self.calls.calls.get_mut(&room) else { return };
        call.gate = gate;
        call.has_begun |= gate == Gate::Open;
        let people = Side::BOTH.iter().filter_map(|side| call.seat(*side).participant);
        for participant in people.chain(self.calls.devices.participants(room)) {
            self.calls.commands.send(call.shard, Command::SetGate { participant, gate });
        }
        for side in Side::BOTH {
            match gate {
                Gate::Open => self.enter_files(room, side),
                Gate::Shut => self.leave_files(room, side),
            }
        }
    }

    /// Ends media at once, and tells the pages if the consultation is over rather than taken back.
    pub(super) fn close_call(&mut self, room: RoomId, ticket: TicketId, by: EndedBy, lasted: Duration) {
        let Some(call) = self.calls.calls.remove(&room) else { return };
        self.calls.commands.send(call.shard, Command::CloseRoom { room: sfu_core::RoomId(room.0) });
        self.calls.seated.retain(|_, (other, _)| *other != room);
        self.calls.asked.retain(|_, (other, _, _)| *other != room);
        self.calls.devices.close(room);
        self.end_files(room);
        self.staff_lost.remove(&call.staff);
        self.areas_touched.insert(call.area);
        if call.has_begun {
            metrics::counter!("anteroom_consultations_total", "ended_by" => ended_by_label(by)).increment(1);
        }
        tracing::info!(
            room = room.0,
            ticket = ticket.0,
            lasted_ms = millis(lasted),
            by = ended_by_label(by),
            "consultation closed"
        );

        let is_over = self.lobby.ticket(ticket).is_none_or(|ticket| ticket.state.is_over());
        let lasted_ms = millis(lasted);
        let reason = match by {
            EndedBy::Patient => EndReason::PatientLeft,
            EndedBy::Staff => EndReason::ClinicianEnded,
            EndedBy::Lost => EndReason::ConnectionLost,
            EndedBy::Server => EndReason::ServerStopped,
        };
        let Some(visit) = self.visits.get(&ticket) else { return };
        let (patient, name) = (visit.socket, visit.name.clone());
        if is_over && let Some(patient) = patient {
            self.tell(patient, &ServerMessage::CallEnded { ticket: None, reason, lasted_ms });
        }
        if is_over || !lasted.is_zero() {
            let ended = ServerMessage::CallEnded { ticket: Some(name), reason, lasted_ms };
            self.tell_all(|who| matches!(who, Who::Staff { staff, .. } if *staff == call.staff), &ended);
        }
    }
}

/// What pages want of media.
impl Hub {
    pub(super) fn offer(
        &mut self,
        room: RoomId,
        side: Side,
        socket: SocketId,
        number: u32,
        sdp: String,
        sources: BTreeMap<String, SourceName>,
    ) -> Answer {
        let call = self.calls.calls.get_mut(&room).ok_or(No(ErrorCode::WrongState, "there is no consultation"))?;
        if !call.seat_mut(side).offers.get_or_insert_with(|| Bucket::new(OFFERS_BURST, OFFERS_PER_SECOND)).take() {
            telemetry::limit_reached("offer_rate");
            return Err(No(ErrorCode::TooMany, "too many offers; wait a second"));
        }
        if self.calls.commands.is_full(call.shard) {
            return Err(BEHIND);
        }
        let (before, former) = (call.seat(side).page, call.seat(side).participant);
        let session = session_of(&sdp).ok_or(No(ErrorCode::BadOffer, "the offer has no o= line"))?.to_owned();
        let seat = self.calls.take_seat(room, side, socket, session);
        if let Some(before) = before.filter(|before| *before != socket) {
            self.refuse(before, No(ErrorCode::Replaced, "another page has taken this seat"), None);
        }
        let (shard, participant) = seat.ok_or(No(ErrorCode::WrongState, "there is no consultation"))?;
        if let Some(former) = former.filter(|former| *former != participant) {
            self.leave_files(room, side);
            self.set_speaking_in(room, former, false);
        }
        let request = self.calls.request();
        let sources = sources.into_iter().map(|(mid, source)| (mid, source_in(source))).collect();
        self.calls.commands.send(shard, Command::Offer { request, participant, sdp: sdp.into(), sources });
        self.calls.asked.insert(request, (room, socket, number));
        self.tell_room(room);
        Ok(())
    }

    pub(super) fn mute(&mut self, room: RoomId, side: Side, muted: bool, camera_off: bool) {
        let Some(call) = self.calls.calls.get_mut(&room) else { return };
        let shard = call.shard;
        let seat = call.seat_mut(side);
        (seat.muted, seat.camera_off) = (muted, camera_off);
        if let Some(participant) = seat.participant {
            self.calls.send_mute(shard, participant, muted, camera_off);
        }
        self.tell_room(room);
    }

    /// The seat's page has a new connection; its media path may well have survived.
    pub(super) fn reattach(&mut self, room: RoomId, side: Side, socket: SocketId) {
        if let Some(call) = self.calls.calls.get_mut(&room) {
            call.seat_mut(side).page = Some(socket);
            self.tell_room(room);
            self.tell_pictures(room, side);
        }
    }

    /// As [`Self::reattach`] for staff, whose other pages may only watch: a page that still has the seat keeps it.
    pub(super) fn reattach_if_alone(&mut self, room: RoomId, socket: SocketId) {
        let page = self.calls.calls.get(&room).and_then(|call| call.clinician.page);
        if page.is_none_or(|page| !self.sockets.contains_key(&page)) {
            self.reattach(room, Side::Staff, socket);
        }
    }

    /// Tells both sides who is there. The patient is told the clinician's display name; only staff are told the patient's.
    pub(super) fn tell_room(&mut self, room: RoomId) {
        let Some(call) = self.calls.calls.get(&room) else { return };
        let ticket_name = self.visits.get(&call.ticket).map(|visit| visit.name.clone());
        let mut messages = Vec::new();
        for side in Side::BOTH {
            let (own, other) = (call.seat(side), call.seat(side.other()));
            let Some(page) = own.page else { continue };
            let name = match side {
                Side::Patient => self.clinician(call.staff, call.area),
                Side::Staff => self.name_shown(call.ticket).1,
            };
            let peer = RoomPeer {
                peer: side.other().peer(),
                name,
                staff: side == Side::Patient,
                device: false,
                muted: other.muted,
                camera_off: other.camera_off,
                connected: other.connected,
                page_lost: match side {
                    Side::Patient => self.staff_lost.get(&call.staff).is_some_and(|lost| lost.tell_at.is_none()),
                    Side::Staff => self.lobby.ticket(call.ticket).is_some_and(|ticket| !ticket.connected),
                },
            };
            let slots = own.slots.iter().map(|(slot, content)| SlotView {
                slot: u32::try_from(*slot).unwrap_or(u32::MAX),
                audio_mid: content.audio_mid.clone(),
                video_mid: content.video_mid.clone(),
                peer: content.publisher.and_then(|publisher| self.calls.peer_of(publisher)),
                source: content.source.map(source_out),
            });
            let message = ServerMessage::Room {
                ticket: ticket_name.clone().filter(|_| side == Side::Staff),
                me: side.peer(),
                muted: own.muted,
                camera_off: own.camera_off,
                peers: std::iter::once(peer).chain(self.calls.devices.peers(room)).collect(),
                slots: slots.collect(),
            };
            messages.push((page, message));
        }
        for (page, message) in messages {
            self.tell(page, &message);
        }
    }
}

/// What shards report.
impl Hub {
    pub(super) fn media_event(&mut self, event: MediaEvent) {
        match event {
            Event::Answer { request, sdp, .. } => {
                if let Some((_, socket, request)) = self.calls.asked.remove(&request) {
                    self.tell(socket, &ServerMessage::Answer { request, sdp: sdp.0 });
                } else if !self.echo_answered(request, Some(&sdp)) {
                    self.device_answered(request, Ok(sdp.0));
                }
            }
            Event::Refused { request, participant, error } => {
                tracing::info!(participant = participant.0, %error, "media request refused");
                let no = media_refusal(&error);
                if let Some((_, socket, request)) = self.calls.asked.remove(&request) {
                    self.refuse(socket, no, Some(request));
                } else if !self.echo_answered(request, None) && !self.device_answered(request, Err(error)) {
                    self.join_refused(participant, no);
                }
            }
            Event::Connected { participant } => self.set_connected(participant, true),
            Event::ChannelOpened { participant } => {
                if let Some((room, side)) = self.calls.side_of(participant) {
                    self.calls.set_channel(room, side);
                    self.enter_files(room, side);
                }
            }
            Event::Disconnected { participant } => self.set_connected(participant, false),
            Event::SlotAssigned { viewer, slot, audio_mid, video_mid, publisher, source } => {
                let Some((room, seat)) = self.seat_of(viewer) else { return };
                seat.slots.insert(slot, Slot { audio_mid, video_mid, publisher, source });
                self.tell_room(room);
            }
            Event::Message { participant, message: Message::Binary(frame) }
                if frame.first() == Some(&sfu_relay::VERSION) =>
            {
                self.file_frame(participant, &frame);
            }
            Event::Message { participant, message } => self.chat(participant, message),
            Event::Left { participant, reason } => {
                tracing::info!(participant = participant.0, ?reason, "media session over");
                self.vacate(participant);
                self.device_left(participant, reason);
            }
            Event::Speaking { participant, speaking } => self.set_speaking(participant, speaking),
            Event::DominantSpeaker { room, participant } => self.set_dominant(RoomId(room.0), participant),
            Event::LayersWanted { participant, mid, layers, source: _ } => {
                self.layers_wanted(participant, mid, layers);
            }
            Event::TrackPublished { .. } | Event::TrackUnpublished { .. } | Event::Stats { .. } => {}
        }
    }

    /// Nobody sits there now; the page's next offer tries anew.
    fn join_refused(&mut self, participant: ParticipantId, no: No) {
        let page = self.seat_of(participant).and_then(|(_, seat)| seat.page);
        self.vacate(participant);
        if let Some(page) = page {
            self.refuse(page, no, None);
        }
    }

    fn vacate(&mut self, participant: ParticipantId) {
        let Some((room, side)) = self.calls.side_of(participant) else { return };
        self.leave_files(room, side);
        let Some((_, seat)) = self.calls.seat_mut(room, side) else { return };
        seat.vacate();
        self.set_speaking(participant, false);
        self.calls.seated.remove(&participant);
        self.tell_room(room);
    }

    fn set_connected(&mut self, participant: ParticipantId, connected: bool) {
        let Some((room, seat)) = self.seat_of(participant) else {
            return self.device_connected(participant, connected);
        };
        seat.connected = connected;
        if let Some((room, side)) = self.calls.side_of(participant) {
            if connected {
                self.enter_files(room, side);
            } else {
                self.leave_files(room, side);
            }
        }
        self.tell_room(room);
    }

    /// Passes a message on to the other side. It is never kept, and never logged.
    fn chat(&mut self, from: ParticipantId, message: Message) {
        let Some(&(room, side)) = self.calls.seated.get(&from) else { return };
        let Some(call) = self.calls.calls.get_mut(&room) else { return };
        if !call.seat_mut(side).chat.get_or_insert_with(|| Bucket::new(CHAT_BURST, CHAT_PER_SECOND)).take() {
            telemetry::limit_reached("chat_rate");
            return;
        }
        let Some(sealed) = heard(side, &message) else {
            telemetry::limit_reached("chat_message");
            return;
        };
        if let Some(participant) = call.seat(side.other()).participant {
            self.calls.commands.send(call.shard, Command::Send { participant, message: Message::Text(sealed) });
        }
    }

    pub(super) fn seat_of(&mut self, participant: ParticipantId) -> Option<(RoomId, &mut Seat)> {
        let (room, side) = *self.calls.seated.get(&participant)?;
        Some((room, self.calls.calls.get_mut(&room)?.seat_mut(side)))
    }
}

/// The answer for new work while the shards have too much of it.
pub(super) const BEHIND: No = No(ErrorCode::TooMany, "the media server does not keep up; try again");

/// Only what may pass by itself is `too_many`; anything else takes another offer.
fn media_refusal(error: &sfu_core::Error) -> No {
    match *error {
        sfu_core::Error::Full(limit) => No(ErrorCode::TooMany, limit),
        sfu_core::Error::Peer(rule) | sfu_core::Error::Misuse(rule) => No(ErrorCode::BadOffer, rule),
    }
}

/// A page's message as the others get it; `None` if it is not one.
fn heard(side: Side, message: &Message) -> Option<String> {
    let Message::Text(text) = message else { return None };
    let said: Said = serde_json::from_str(text).ok()?;
    if said.sealed.is_empty() || CHAT_CHARS_MAX < said.sealed.chars().count() {
        return None;
    }
    serde_json::to_string(&Heard { peer: side.peer(), sealed: &said.sealed }).ok()
}

/// The session id of an offer's `o=` line (RFC 8866, section 5.2).
fn session_of(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("o="))?.split(' ').nth(1)
}

fn source_in(source: SourceName) -> Source {
    match source {
        SourceName::Microphone => Source::Microphone,
        SourceName::Camera => Source::Camera,
        SourceName::Screen => Source::Screen,
    }
}

fn source_out(source: Source) -> SourceName {
    match source {
        Source::Microphone => SourceName::Microphone,
        Source::Camera => SourceName::Camera,
        Source::Screen => SourceName::Screen,
    }
}

fn ended_by_label(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Patient => "patient",
        EndedBy::Staff => "staff",
        EndedBy::Lost => "lost",
        EndedBy::Server => "server",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_message_is_passed_on_with_its_sender_or_not_at_all() {
        let passed = |text: &str| heard(Side::Patient, &Message::Text(text.to_owned()));
        assert_eq!(passed(r#"{"sealed":"q83v"}"#).unwrap(), r#"{"peer":1,"sealed":"q83v"}"#);
        let long = |letters: usize| format!(r#"{{"sealed":"{}"}}"#, "a".repeat(letters));
        let longest = passed(&long(CHAT_CHARS_MAX)).unwrap();
        assert!(longest.len() <= sfu_core::limits::MESSAGE_BYTES_MAX, "the core takes it");
        assert!(passed(&long(CHAT_CHARS_MAX + 1)).is_none());
        let clear = r#"{"text":"in clear"}"#;
        for bad in [r#"{"sealed":""}"#, r#"{"sealed":1}"#, r#"{"sealed":"a","peer":2}"#, clear, "hello", ""] {
            assert!(passed(bad).is_none(), "{bad}");
        }
        assert!(heard(Side::Staff, &Message::Binary(bytes::Bytes::new())).is_none());
    }

    #[test]
    fn offers_of_one_connection_share_their_session_id() {
        assert_eq!(session_of("v=0\r\no=- 4611 2 IN IP4 127.0.0.1\r\ns=-\r\n"), Some("4611"));
        assert_eq!(session_of("v=0\r\ns=-\r\n"), None);
    }
}
