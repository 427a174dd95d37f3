//! A consultation's media: who sits where, by which session of which page, and what they tell each other.
//!
//! The shard forwards; this side decides who is admitted, whose gate is open, and which page a seat belongs to. A page that comes back with a
//! new `RTCPeerConnection` takes its seat over with a new participant, so that a reload or another device goes on where the old one was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sfu_core::{Command, Event, Gate, LeftReason, Message, ParticipantId, Permissions, RequestId, Source, View};
use sfu_lobby::{AreaId, EndedBy, RoomId, StaffId, TicketId};
use sfu_signal::{
    EndReason, ErrorCode, KnownField, KnownValue, RoomPeer, ServerMessage, SlotView, SourceName, WantedLayer,
};
use tokio::time::Instant;

use super::commands::Commands;
use super::device::Devices;
use super::echo::Tester;
use super::known::{self, Known};
use super::record::{Connecting, Record};
use super::seal::Seal;
use super::{Answer, Hub, No, SocketId, Who, millis, room_of};
use crate::auth::random;
use crate::limits::{
    Bucket, CHAT_BURST, CHAT_CHARS_MAX, CHAT_PER_SECOND, MEMBERS_MAX, OFFERS_BURST, OFFERS_PER_SECOND, PEOPLE_MAX,
};
use crate::media::{Media, MediaEvent, ShardIndex};
use crate::store::MediaConnection;
use crate::telemetry;

/// All consultations.
pub(super) struct Calls {
    pub(super) commands: Commands,
    pub(super) devices: Devices,
    calls: BTreeMap<RoomId, Call>,
    seated: BTreeMap<ParticipantId, (RoomId, Chair)>,
    /// Offers that the shards have not answered: which page asked, and under which number.
    asked: BTreeMap<RequestId, (RoomId, SocketId, u32)>,
    participants_made: u64,
    requests_made: u64,
    /// Connections that are over, until they are noted.
    over: Vec<MediaConnection>,
}

struct Call {
    /// For whom it was opened, and by which name staff's pages know them: the end is told under it, whoever is left then.
    first: (TicketId, String),
    area: AreaId,
    /// Who admits.
    staff: StaffId,
    shard: ShardIndex,
    /// Whether it has begun: somebody's gate was open.
    has_begun: bool,
    /// At most [`PEOPLE_MAX`], in the order in which they came.
    seats: BTreeMap<Chair, Seat>,
    /// The last number that somebody, or a device, has got.
    numbers: u32,
    voices: Voices,
    record: Record,
}

/// Who is heard in a room.
#[derive(Clone, Default)]
pub(super) struct Voices {
    pub(super) speaking: BTreeSet<ParticipantId>,
    pub(super) dominant: Option<ParticipantId>,
}

/// A place in a consultation: the number by which the others know who sits there. Never given twice in the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Chair(pub(super) u32);

impl Chair {
    /// For whom the consultation was opened.
    pub(super) const FIRST: Self = Self(1);
    /// Who has opened it.
    pub(super) const STAFF: Self = Self(2);
}

/// Who sits in a chair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sitter {
    Patient(TicketId),
    Staff(StaffId),
}

pub(super) struct Seat {
    who: Sitter,
    /// Whether anything passes to and from here. Of staff: open while anybody else's is.
    gate: Gate,
    /// The media session, while there is one.
    pub(super) participant: Option<ParticipantId>,
    /// The page that has the seat.
    pub(super) page: Option<SocketId>,
    /// What its offers have in common: the session id of the `o=` line, one for each `RTCPeerConnection` (RFC 8829, section 5.2.1).
    session: Option<String>,
    muted: bool,
    camera_off: bool,
    /// Whether a screen is taken from here. Of patients and guests only after staff have asked for it in this consultation.
    may_show: bool,
    connected: bool,
    /// For the log.
    connecting: Option<Connecting>,
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
    fn new(who: Sitter, gate: Gate, page: Option<SocketId>) -> Self {
        Self {
            who,
            gate,
            participant: None,
            page,
            session: None,
            muted: false,
            camera_off: false,
            may_show: matches!(who, Sitter::Staff(_)),
            connected: false,
            connecting: None,
            has_channel: false,
            slots: BTreeMap::new(),
            views: BTreeMap::new(),
            wanted: BTreeMap::new(),
            seal: Seal::default(),
            chat: None,
            offers: None,
        }
    }

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
    fn chair_of(&self, who: Sitter) -> Option<Chair> {
        self.seats.iter().find(|(_, seat)| seat.who == who).map(|(chair, _)| *chair)
    }

    fn patients(&self) -> impl Iterator<Item = TicketId> {
        self.seats.values().filter_map(|seat| match seat.who {
            Sitter::Patient(ticket) => Some(ticket),
            Sitter::Staff(_) => None,
        })
    }

    /// Open while anybody is there whose gate is: for staff and devices.
    fn gate(&self) -> Gate {
        let is_open = |seat: &Seat| matches!(seat.who, Sitter::Patient(_)) && seat.gate == Gate::Open;
        if self.seats.values().any(is_open) { Gate::Open } else { Gate::Shut }
    }

    /// A number that nobody has had here. `None` when pages could not seal under it any more.
    fn number(&mut self) -> Option<u32> {
        let next = self.numbers + 1;
        (next < MEMBERS_MAX).then(|| {
            self.numbers = next;
            next
        })
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
            over: Vec::new(),
        }
    }

    /// What is held of a consultation's patient.
    pub(super) fn known(&self, room: RoomId, ticket: TicketId, known: &mut Known) {
        let Some(call) = self.calls.get(&room) else { return };
        // Who takes part has been told; which thread forwards, and that it has begun, says no more. The other seats are not this patient's,
        // and the record names nobody.
        let Call { first: _, area: _, staff: _, shard: _, has_begun: _, seats, numbers: _, voices, record: _ } = call;
        let Some(own) = seats.values().find(|seat| seat.who == Sitter::Patient(ticket)) else { return };
        let Voices { speaking, dominant: _ } = voices; // Who is heard is one of those who speak, or was.
        let Seat {
            who: _,
            gate,
            participant,
            page: _, // Told as the visit's.
            session,
            muted,
            camera_off,
            may_show,
            connected,
            connecting: _, // What is noted of it names nobody.
            has_channel,
            slots,
            views,
            wanted,
            seal,
            chat,
            offers,
        } = own;
        known.of_call(KnownField::Gate, known::gate(*gate));
        known.of_call(KnownField::Media, known::number(participant.map(|participant| participant.0)));
        let session = session.clone().map_or(KnownValue::Nothing, |text| KnownValue::Text { text });
        known.of_call(KnownField::MediaSession, session);
        known.of_call(KnownField::MediaConnected, known::flag(*connected));
        known.of_call(KnownField::Channel, known::flag(*has_channel));
        known.of_call(KnownField::Muted, known::flag(*muted));
        known.of_call(KnownField::CameraOff, known::flag(*camera_off));
        known.of_call(KnownField::ScreenAsked, known::flag(*may_show));
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
        self.seat_of_staff(staff).map(|(room, _)| room)
    }

    /// For the record: so many are there now.
    fn count_people(&mut self, room: RoomId) {
        let Some(call) = self.calls.get_mut(&room) else { return };
        let connected = call.seats.values().filter(|seat| seat.connected).count();
        call.record.people(connected);
    }

    /// The connection of a chair has ended like this, if there was one.
    fn connection_over(&mut self, room: RoomId, chair: Chair, ending: &'static str) {
        let Some(call) = self.calls.get_mut(&room) else { return };
        let Some(seat) = call.seats.get_mut(&chair) else { return };
        let side = match seat.who {
            Sitter::Staff(_) => "staff",
            Sitter::Patient(_) => "visitor",
        };
        let area = super::audit::number(call.area);
        let over = seat.connecting.take();
        self.over.extend(over.map(|one| one.close(call.record.number, area, side, ending, Instant::now())));
    }

    /// Connections that are over and not noted yet.
    pub(super) fn take_over(&mut self) -> Vec<MediaConnection> {
        std::mem::take(&mut self.over)
    }

    /// The number under which a consultation is recorded.
    pub(super) fn record_number(&self, room: RoomId) -> Option<[u8; 8]> {
        self.calls.get(&room).map(|call| call.record.number)
    }

    /// Asks the shards how the connections of all consultations are.
    pub(super) fn measure(&mut self) {
        for (participant, (room, _)) in &self.seated {
            if let Some(call) = self.calls.get(room).filter(|call| call.gate() == Gate::Open) {
                self.commands.send(call.shard, Command::ReportStats { participant: *participant });
            }
        }
    }

    pub(super) fn record_mut(&mut self, participant: ParticipantId) -> Option<&mut Record> {
        let (room, _) = self.seated.get(&participant)?;
        self.calls.get_mut(room).map(|call| &mut call.record)
    }

    /// Where somebody of staff sits: in one consultation at a time.
    pub(super) fn seat_of_staff(&self, staff: StaffId) -> Option<(RoomId, Chair)> {
        self.calls.iter().find_map(|(room, call)| Some((*room, call.chair_of(Sitter::Staff(staff))?)))
    }

    pub(super) fn chair_of(&self, room: RoomId, ticket: TicketId) -> Option<Chair> {
        self.calls.get(&room)?.chair_of(Sitter::Patient(ticket))
    }

    /// Whether it is this member of staff who admits to a consultation.
    pub(super) fn is_led_by(&self, room: RoomId, staff: StaffId) -> bool {
        self.calls.get(&room).is_some_and(|call| call.staff == staff)
    }

    pub(super) fn area(&self, room: RoomId) -> Option<AreaId> {
        self.calls.get(&room).map(|call| call.area)
    }

    /// Who is in a consultation besides staff, in the order in which they came.
    pub(super) fn patients(&self, room: RoomId) -> Vec<TicketId> {
        self.calls.get(&room).map(|call| call.patients().collect()).unwrap_or_default()
    }

    pub(super) fn tickets(&self) -> impl Iterator<Item = TicketId> {
        self.calls.values().flat_map(Call::patients)
    }

    /// Refuses one more than may be in a consultation.
    pub(super) fn check_has_seat(&self, room: RoomId) -> Answer {
        let is_full = self.calls.get(&room).is_some_and(|call| PEOPLE_MAX <= call.seats.len());
        if is_full {
            telemetry::limit_reached("room_people");
            return Err(No(ErrorCode::RoomFull, "a consultation has at most nine people"));
        }
        Ok(())
    }

    /// For a device.
    pub(super) fn number(&mut self, room: RoomId) -> Option<u32> {
        self.calls.get_mut(&room)?.number()
    }

    pub(super) fn chairs(&self, room: RoomId) -> Vec<Chair> {
        self.calls.get(&room).map(|call| call.seats.keys().copied().collect()).unwrap_or_default()
    }

    pub(super) fn is_busy(&self, area: AreaId) -> bool {
        self.calls.values().any(|call| call.area == area)
    }

    #[cfg(test)]
    pub(super) fn asked_is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    pub(super) fn seat_mut(&mut self, room: RoomId, chair: Chair) -> Option<(ShardIndex, &mut Seat)> {
        let call = self.calls.get_mut(&room)?;
        Some((call.shard, call.seats.get_mut(&chair)?))
    }

    pub(super) fn voices_mut(&mut self, room: RoomId) -> Option<&mut Voices> {
        self.calls.get_mut(&room).map(|call| &mut call.voices)
    }

    pub(super) fn room_of(&self, participant: ParticipantId) -> Option<RoomId> {
        self.seated.get(&participant).map(|(room, _)| *room).or_else(|| self.devices.room_of(participant))
    }

    /// Whose session it is; a device's is nobody's.
    pub(super) fn seat_of(&self, participant: ParticipantId) -> Option<(RoomId, Chair)> {
        self.seated.get(&participant).copied()
    }

    /// How to send somebody what only passes while the gate is open.
    pub(super) fn reach(&self, room: RoomId, chair: Chair) -> Option<(ShardIndex, ParticipantId)> {
        let call = self.calls.get(&room)?;
        let seat = call.seats.get(&chair).filter(|seat| seat.gate == Gate::Open)?;
        Some((call.shard, seat.participant?))
    }

    /// Whether somebody can take part in what passes on the data channel.
    pub(super) fn may_take_files(&self, room: RoomId, chair: Chair) -> bool {
        let seat = self.calls.get(&room).and_then(|call| call.seats.get(&chair));
        self.reach(room, chair).is_some() && seat.is_some_and(|seat| seat.connected && seat.has_channel)
    }

    pub(super) fn set_channel(&mut self, room: RoomId, chair: Chair) {
        if let Some((_, seat)) = self.seat_mut(room, chair) {
            seat.has_channel = true;
        }
    }

    /// The number by which the others know a participant.
    pub(super) fn peer_of(&self, participant: ParticipantId) -> Option<u32> {
        self.seated.get(&participant).map(|(_, chair)| chair.0).or_else(|| self.devices.peer_of(participant))
    }

    /// The shard for the next room: where the fewest people are.
    pub(super) fn next_shard(&self) -> ShardIndex {
        let on = |shard| self.calls.values().filter(move |call| call.shard == shard);
        self.commands.next_shard(|shard| on(shard).map(|call| call.seats.len()).sum())
    }

    /// Where a consultation's media is, and whether anything passes now.
    pub(super) fn place(&self, room: RoomId) -> Option<(ShardIndex, Gate)> {
        self.calls.get(&room).map(|call| (call.shard, call.gate()))
    }

    pub(super) fn participant(&mut self) -> ParticipantId {
        self.participants_made += 1;
        ParticipantId(self.participants_made)
    }

    pub(super) fn request(&mut self) -> RequestId {
        self.requests_made += 1;
        RequestId(self.requests_made)
    }

    /// Admits whoever sits there to the room with a media session that nobody has used yet.
    fn join(&mut self, room: RoomId, chair: Chair) {
        let (request, participant) = (self.request(), self.participant());
        self.connection_over(room, chair, "replaced");
        let Some((shard, seat)) = self.seat_mut(room, chair) else { return };
        seat.vacate();
        seat.participant = Some(participant);
        seat.connecting = Some(Connecting::new(Instant::now(), crate::now_ms()));
        let (gate, muted, camera_off, may_show) = (seat.gate, seat.muted, seat.camera_off, seat.may_show);
        self.seated.insert(participant, (room, chair));
        self.commands.send(shard, Command::Join { request, room: sfu_core::RoomId(room.0), participant, gate });
        if !may_show {
            self.commands.send(shard, without_screen(participant));
        }
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
        chair: Chair,
        page: SocketId,
        session: String,
    ) -> Option<(ShardIndex, ParticipantId)> {
        let (shard, seat) = self.seat_mut(room, chair)?;
        seat.page = Some(page);
        let is_replaced = seat.session.as_ref().is_some_and(|known| *known != session);
        if is_replaced && let Some(old) = seat.participant.take() {
            self.seated.remove(&old);
            self.commands.send(shard, Command::Leave { participant: old });
        }
        if self.seat_mut(room, chair)?.1.participant.is_none() {
            self.join(room, chair);
        }
        let (_, seat) = self.seat_mut(room, chair)?;
        seat.session = Some(session);
        Some((shard, seat.participant?))
    }

    /// Whoever sat there is gone, with the media session, and with the offers that nobody has answered.
    fn stand_up(&mut self, room: RoomId, chair: Chair) -> Option<Seat> {
        self.connection_over(room, chair, "left");
        let call = self.calls.get_mut(&room)?;
        let (shard, seat) = (call.shard, call.seats.remove(&chair)?);
        if let Some(participant) = seat.participant {
            self.seated.remove(&participant);
            self.commands.send(shard, Command::Leave { participant });
        }
        self.asked.retain(|_, (other, page, _)| *other != room || Some(*page) != seat.page);
        Some(seat)
    }
}

/// The lobby's changes that concern media.
impl Hub {
    pub(super) fn open_call(&mut self, room: RoomId, ticket: TicketId, staff: StaffId) {
        let Some(area) = self.lobby.ticket(ticket).map(|ticket| ticket.area) else { return };
        let shard = self.calls.next_shard();
        let visit = self.visits.get(&ticket);
        let name = visit.map(|visit| visit.name.clone()).unwrap_or_default();
        let patient = Seat::new(Sitter::Patient(ticket), Gate::Shut, visit.and_then(|visit| visit.socket));
        let clinician = Seat::new(Sitter::Staff(staff), Gate::Shut, None);
        let call = Call {
            first: (ticket, name),
            area,
            staff,
            shard,
            has_begun: false,
            seats: BTreeMap::from([(Chair::FIRST, patient), (Chair::STAFF, clinician)]),
            numbers: Chair::STAFF.0,
            voices: Voices::default(),
            // Two consultations with the same number would lose one record.
            record: Record::new(random().unwrap_or(room.0.to_be_bytes())),
        };
        self.calls.commands.send(shard, Command::OpenRoom { room: sfu_core::RoomId(room.0) });
        self.calls.calls.insert(room, call);
        self.note_room(room, ticket, Chair::FIRST);
        for chair in [Chair::FIRST, Chair::STAFF] {
            self.calls.join(room, chair);
        }
        self.areas_touched.insert(area);
        self.end_echo_if_called(Tester::Staff(staff));
        self.use_at = Instant::now(); // From the first second on, the session of who admits must not end.
        tracing::info!(room = room.0, ticket = ticket.0, shard, "consultation opened");
    }

    /// Somebody else is called into a consultation.
    pub(super) fn join_call(&mut self, room: RoomId, ticket: TicketId) {
        let page = self.visits.get(&ticket).and_then(|visit| visit.socket);
        let Some(chair) = self.sit_down(room, Seat::new(Sitter::Patient(ticket), Gate::Shut, page)) else { return };
        self.note_room(room, ticket, chair);
        tracing::info!(room = room.0, ticket = ticket.0, "joined a consultation");
        self.tell_room(room);
        self.tell_pictures(room, chair);
    }

    /// Somebody of staff takes part in a colleague's.
    pub(super) fn join_call_as_staff(&mut self, room: RoomId, staff: StaffId, page: SocketId) {
        let Some((_, gate)) = self.calls.place(room) else { return };
        let Some(chair) = self.sit_down(room, Seat::new(Sitter::Staff(staff), gate, Some(page))) else { return };
        self.end_echo_if_called(Tester::Staff(staff));
        self.use_at = Instant::now();
        self.tell_room(room);
        self.tell_hellos(room, chair);
        self.tell_pictures(room, chair);
    }

    fn sit_down(&mut self, room: RoomId, seat: Seat) -> Option<Chair> {
        let call = self.calls.calls.get_mut(&room)?;
        let Some(chair) = call.number().map(Chair) else {
            telemetry::limit_reached("room_numbers");
            return None;
        };
        call.seats.insert(chair, seat);
        self.calls.join(room, chair);
        Some(chair)
    }

    /// The visit's files are found by where it was.
    fn note_room(&mut self, room: RoomId, ticket: TicketId, chair: Chair) {
        if let Some(visit) = self.visits.get_mut(&ticket) {
            visit.rooms.retain(|room, _| self.files.of_room(*room).next().is_some());
            visit.rooms.insert(room, chair);
        }
    }

    pub(super) fn set_gate(&mut self, room: RoomId, ticket: TicketId, gate: Gate) {
        let Some(chair) = self.calls.chair_of(room, ticket) else { return };
        self.turn_gate(room, chair, gate);
        if let Some(call) = self.calls.calls.get_mut(&room) {
            call.has_begun |= gate == Gate::Open;
        }
        self.follow_gates(room);
        self.tell_room(room);
    }

    /// Staff and devices have an open gate while anybody else has.
    fn follow_gates(&mut self, room: RoomId) {
        let Some(call) = self.calls.calls.get_mut(&room) else { return };
        let (gate, shard) = (call.gate(), call.shard);
        call.record.gate(gate == Gate::Open, Instant::now(), crate::now_ms());
        let is_other = |seat: &Seat| matches!(seat.who, Sitter::Staff(_)) && seat.gate != gate;
        let chairs: Vec<Chair> =
            call.seats.iter().filter(|(_, seat)| is_other(seat)).map(|(chair, _)| *chair).collect();
        let is_turned = !chairs.is_empty();
        for chair in chairs {
            self.turn_gate(room, chair, gate);
        }
        for participant in self.calls.devices.participants(room).filter(|_| is_turned) {
            self.calls.commands.send(shard, Command::SetGate { participant, gate });
        }
    }

    fn turn_gate(&mut self, room: RoomId, chair: Chair, gate: Gate) {
        let Some((shard, seat)) = self.calls.seat_mut(room, chair) else { return };
        seat.gate = gate;
        if let Some(participant) = seat.participant {
            self.calls.commands.send(shard, Command::SetGate { participant, gate });
        }
        match gate {
            Gate::Open => self.enter_files(room, chair),
            Gate::Shut => self.leave_files(room, chair),
        }
    }

    /// Staff want to see somebody's screen.
    pub(super) fn ask_screen(&mut self, ticket: TicketId) -> Answer {
        let room = room_of(&self.lobby, ticket).and_then(|room| Some((room, self.calls.chair_of(room, ticket)?)));
        let (room, chair) = room.ok_or(No(ErrorCode::WrongState, "there is no consultation yet"))?;
        let Some((shard, seat)) = self.calls.seat_mut(room, chair) else { return Ok(()) };
        seat.may_show = true;
        if let Some(participant) = seat.participant {
            let permissions = Permissions::default();
            self.calls.commands.send(shard, Command::SetPermissions { participant, permissions });
        }
        Ok(())
    }

    /// Ends somebody's media at once, and tells their page if the visit is over rather than taken back. The others hear that they are gone.
    pub(super) fn leave_call(&mut self, room: RoomId, ticket: TicketId, by: EndedBy, lasted: Duration) {
        if let Some(chair) = self.calls.chair_of(room, ticket) {
            match self.calls.patients(room).len() {
                1 => self.leave_files(room, chair), // The rest goes with the room.
                _ => self.clear_seat(room, chair),
            }
        }
        tracing::info!(room = room.0, ticket = ticket.0, lasted_ms = millis(lasted), by = ended_by_label(by), "left");
        if self.lobby.ticket(ticket).is_none_or(|ticket| ticket.state.is_over())
            && let Some(page) = self.visits.get(&ticket).and_then(|visit| visit.socket)
        {
            let reason = self.end_reason(ticket, by);
            let ended = ServerMessage::CallEnded { ticket: None, reason, lasted_ms: millis(lasted) };
            self.tell(page, &ended);
        }
    }

    /// Staff who had joined a colleague's consultation go.
    pub(super) fn leave_call_as_staff(&mut self, room: RoomId, staff: StaffId) {
        let Some(call) = self.calls.calls.get(&room) else { return };
        let (chair, name) = (call.chair_of(Sitter::Staff(staff)), call.first.1.clone());
        let Some(chair) = chair else { return };
        self.staff_lost.remove(&staff);
        self.clear_seat(room, chair);
        let ended = ServerMessage::CallEnded { ticket: Some(name), reason: EndReason::ClinicianEnded, lasted_ms: 0 };
        self.tell_all(|who| matches!(who, Who::Staff { staff: other, .. } if *other == staff), &ended);
        if let Some(area) = self.calls.area(room) {
            self.tell_queue_anew(area); // It is theirs no more.
        }
    }

    fn clear_seat(&mut self, room: RoomId, chair: Chair) {
        self.leave_files(room, chair);
        let Some(seat) = self.calls.stand_up(room, chair) else { return };
        if let Some(participant) = seat.participant {
            self.set_speaking_in(room, participant, false);
        }
        self.follow_gates(room);
        self.tell_room(room);
        for chair in self.calls.chairs(room) {
            self.tell_hellos(room, chair);
        }
    }

    /// Everybody has left.
    pub(super) fn close_call(&mut self, room: RoomId, ticket: TicketId, by: EndedBy, lasted: Duration) {
        for chair in self.calls.chairs(room) {
            self.calls.connection_over(room, chair, "consultation_over");
        }
        self.note_connections();
        let Some(call) = self.calls.calls.remove(&room) else { return };
        self.calls.commands.send(call.shard, Command::CloseRoom { room: sfu_core::RoomId(room.0) });
        self.calls.seated.retain(|_, (other, _)| *other != room);
        self.calls.asked.retain(|_, (other, _, _)| *other != room);
        self.calls.devices.close(room);
        self.end_files(room, call.seats.keys());
        self.areas_touched.insert(call.area);
        if call.has_begun {
            metrics::counter!("anteroom_consultations_total", "ended_by" => ended_by_label(by)).increment(1);
        }
        let lasted_ms = millis(lasted);
        tracing::info!(room = room.0, ticket = ticket.0, lasted_ms, by = ended_by_label(by), "consultation closed");

        self.save_record(call.record, call.area);
        let (first, name) = call.first;
        let is_over = self.lobby.ticket(first).is_none_or(|ticket| ticket.state.is_over());
        let reason = self.end_reason(first, by);
        for seat in call.seats.into_values() {
            let Sitter::Staff(staff) = seat.who else { continue };
            self.staff_lost.remove(&staff);
            if is_over || !lasted.is_zero() {
                let ended = ServerMessage::CallEnded { ticket: Some(name.clone()), reason, lasted_ms };
                self.tell_all(|who| matches!(who, Who::Staff { staff: other, .. } if *other == staff), &ended);
            }
        }
    }

    fn end_reason(&self, ticket: TicketId, by: EndedBy) -> EndReason {
        let host = self.lobby.ticket(ticket).and_then(|ticket| ticket.guest_of);
        let is_host_over = |host| self.lobby.ticket(host).is_none_or(|host| host.state.is_over());
        match by {
            EndedBy::Patient | EndedBy::Lost if host.is_some_and(is_host_over) => EndReason::VisitOver,
            EndedBy::Patient => EndReason::PatientLeft,
            EndedBy::Staff => EndReason::ClinicianEnded,
            EndedBy::Lost => EndReason::ConnectionLost,
            EndedBy::Server => EndReason::ServerStopped,
        }
    }
}

/// What pages want of media.
impl Hub {
    pub(super) fn offer(
        &mut self,
        room: RoomId,
        chair: Chair,
        socket: SocketId,
        number: u32,
        sdp: String,
        sources: BTreeMap<String, SourceName>,
    ) -> Answer {
        const NOBODY: No = No(ErrorCode::WrongState, "there is no consultation");
        let (shard, seat) = self.calls.seat_mut(room, chair).ok_or(NOBODY)?;
        if !seat.offers.get_or_insert_with(|| Bucket::new(OFFERS_BURST, OFFERS_PER_SECOND)).take() {
            telemetry::limit_reached("offer_rate");
            return Err(No(ErrorCode::TooMany, "too many offers; wait a second"));
        }
        let (before, former) = (seat.page, seat.participant);
        if self.calls.commands.is_full(shard) {
            return Err(BEHIND);
        }
        let session = session_of(&sdp).ok_or(No(ErrorCode::BadOffer, "the offer has no o= line"))?.to_owned();
        let seat = self.calls.take_seat(room, chair, socket, session);
        if let Some(before) = before.filter(|before| *before != socket) {
            self.refuse(before, No(ErrorCode::Replaced, "another page has taken this seat"), None);
        }
        let (shard, participant) = seat.ok_or(NOBODY)?;
        if let Some(former) = former.filter(|former| *former != participant) {
            self.leave_files(room, chair);
            self.set_speaking_in(room, former, false);
        }
        let request = self.calls.request();
        let sources = sources.into_iter().map(|(mid, source)| (mid, source_in(source))).collect();
        self.calls.commands.send(shard, Command::Offer { request, participant, sdp: sdp.into(), sources });
        self.calls.asked.insert(request, (room, socket, number));
        self.tell_room(room);
        Ok(())
    }

    pub(super) fn mute(&mut self, room: RoomId, chair: Chair, muted: bool, camera_off: bool) {
        let Some((shard, seat)) = self.calls.seat_mut(room, chair) else { return };
        (seat.muted, seat.camera_off) = (muted, camera_off);
        if let Some(participant) = seat.participant {
            self.calls.send_mute(shard, participant, muted, camera_off);
        }
        self.tell_room(room);
    }

    /// The seat's page has a new connection; its media path may well have survived.
    pub(super) fn reattach(&mut self, room: RoomId, chair: Chair, socket: SocketId) {
        if let Some((_, seat)) = self.calls.seat_mut(room, chair) {
            seat.page = Some(socket);
            self.tell_room(room);
            self.tell_pictures(room, chair);
        }
    }

    /// As [`Self::reattach`] for staff, whose other pages may only watch: a page that still has the seat keeps it.
    pub(super) fn reattach_if_alone(&mut self, staff: StaffId, socket: SocketId) {
        let Some((room, chair)) = self.calls.seat_of_staff(staff) else { return };
        let page = self.calls.seat_mut(room, chair).and_then(|(_, seat)| seat.page);
        if page.is_none_or(|page| !self.sockets.contains_key(&page)) {
            self.reattach(room, chair, socket);
        }
    }

    /// Tells everybody in a room who is there.
    pub(super) fn tell_room(&mut self, room: RoomId) {
        let Some(call) = self.calls.calls.get(&room) else { return };
        let name = |ticket: TicketId| self.visits.get(&ticket).map(|visit| visit.name.clone());
        let first = call.patients().next().and_then(name);
        let mut messages = Vec::new();
        for (chair, own) in &call.seats {
            let Some(page) = own.page else { continue };
            let for_staff = matches!(own.who, Sitter::Staff(_));
            let others = call.seats.iter().filter(|(other, _)| *other != chair);
            let peers = others.map(|(chair, seat)| self.peer_view(call, *chair, seat, for_staff));
            let slots = own.slots.iter().map(|(slot, content)| SlotView {
                slot: u32::try_from(*slot).unwrap_or(u32::MAX),
                audio_mid: content.audio_mid.clone(),
                video_mid: content.video_mid.clone(),
                peer: content.publisher.and_then(|publisher| self.calls.peer_of(publisher)),
                source: content.source.map(source_out),
            });
            let message = ServerMessage::Room {
                ticket: first.clone().filter(|_| for_staff),
                me: chair.0,
                muted: own.muted,
                camera_off: own.camera_off,
                peers: peers.chain(self.calls.devices.peers(room)).collect(),
                slots: slots.collect(),
            };
            messages.push((page, message));
        }
        for (page, message) in messages {
            self.tell(page, &message);
        }
    }

    /// Somebody, for the others in the same consultation. Names that are sealed are in the queue, for staff; pages tell them to each other.
    fn peer_view(&self, call: &Call, chair: Chair, seat: &Seat, for_staff: bool) -> RoomPeer {
        let peer = RoomPeer {
            peer: chair.0,
            name: None,
            ticket: None,
            staff: false,
            guest: false,
            device: false,
            muted: seat.muted,
            camera_off: seat.camera_off,
            connected: seat.connected,
            page_lost: false,
        };
        match seat.who {
            Sitter::Staff(staff) => RoomPeer {
                name: self.clinician(staff, call.area),
                staff: true,
                page_lost: self.staff_lost.get(&staff).is_some_and(|lost| lost.tell_at.is_none()),
                ..peer
            },
            Sitter::Patient(id) => {
                let ticket = self.lobby.ticket(id);
                RoomPeer {
                    name: self.name_shown(id).1,
                    ticket: self.visits.get(&id).map(|visit| visit.name.clone()).filter(|_| for_staff),
                    guest: ticket.is_some_and(|ticket| ticket.guest_of.is_some()),
                    page_lost: ticket.is_some_and(|ticket| !ticket.connected),
                    ..peer
                }
            }
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
                if let Some((room, chair)) = self.calls.seat_of(participant) {
                    self.calls.set_channel(room, chair);
                    self.enter_files(room, chair);
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
                self.vacate(participant, ending(reason));
                self.device_left(participant, reason);
            }
            Event::Speaking { participant, speaking } => self.set_speaking(participant, speaking),
            Event::DominantSpeaker { room, participant } => self.set_dominant(RoomId(room.0), participant),
            Event::LayersWanted { participant, mid, layers, source: _ } => {
                self.layers_wanted(participant, mid, layers);
            }
            Event::Stats { participant, stats, tracks, subscriptions } => {
                self.measured(participant, &stats, &tracks, &subscriptions);
            }
            Event::TrackPublished { .. } | Event::TrackUnpublished { .. } => {}
        }
    }

    /// Nobody sits there now; the page's next offer tries anew.
    fn join_refused(&mut self, participant: ParticipantId, no: No) {
        let page = self.seat_of(participant).and_then(|(_, seat)| seat.page);
        self.vacate(participant, "refused");
        if let Some(page) = page {
            self.refuse(page, no, None);
        }
    }

    fn vacate(&mut self, participant: ParticipantId, ending: &'static str) {
        let Some((room, chair)) = self.calls.seat_of(participant) else { return };
        self.calls.connection_over(room, chair, ending);
        self.note_connections();
        self.leave_files(room, chair);
        let Some((_, seat)) = self.calls.seat_mut(room, chair) else { return };
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
        seat.connecting.iter_mut().for_each(|one| one.turned(connected));
        self.calls.count_people(room);
        if let Some((room, chair)) = self.calls.seat_of(participant) {
            if connected {
                self.enter_files(room, chair);
            } else {
                self.leave_files(room, chair);
            }
        }
        self.tell_room(room);
    }

    /// Passes a message on to the others. It is never kept, and never logged.
    fn chat(&mut self, from: ParticipantId, message: Message) {
        let Some((room, chair)) = self.calls.seat_of(from) else { return };
        let Some((shard, seat)) = self.calls.seat_mut(room, chair) else { return };
        if !seat.chat.get_or_insert_with(|| Bucket::new(CHAT_BURST, CHAT_PER_SECOND)).take() {
            telemetry::limit_reached("chat_rate");
            return;
        }
        let Some(sealed) = heard(chair, &message) else {
            telemetry::limit_reached("chat_message");
            return;
        };
        for other in self.calls.chairs(room).into_iter().filter(|other| *other != chair) {
            if let Some(participant) = self.calls.seat_mut(room, other).and_then(|(_, seat)| seat.participant) {
                let message = Message::Text(sealed.clone());
                self.calls.commands.send(shard, Command::Send { participant, message });
            }
        }
    }

    pub(super) fn seat_of(&mut self, participant: ParticipantId) -> Option<(RoomId, &mut Seat)> {
        let (room, chair) = self.calls.seat_of(participant)?;
        Some((room, self.calls.seat_mut(room, chair)?.1))
    }
}

/// Nobody sees the screen of who was not asked for it, whatever their page sends.
fn without_screen(participant: ParticipantId) -> Command {
    let mut permissions = Permissions::default();
    permissions.publish.retain(|source| *source != Source::Screen);
    Command::SetPermissions { participant, permissions }
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
fn heard(from: Chair, message: &Message) -> Option<String> {
    let Message::Text(text) = message else { return None };
    let said: Said = serde_json::from_str(text).ok()?;
    if said.sealed.is_empty() || CHAT_CHARS_MAX < said.sealed.chars().count() {
        return None;
    }
    serde_json::to_string(&Heard { peer: from.0, sealed: &said.sealed }).ok()
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

/// In a word, for the log.
fn ending(reason: LeftReason) -> &'static str {
    match reason {
        LeftReason::Asked => "asked",
        LeftReason::Timeout => "lost",
        LeftReason::Closed => "closed",
        LeftReason::Certificate => "certificate",
        LeftReason::Fault => "fault",
        LeftReason::Evicted => "evicted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_message_is_passed_on_with_its_sender_or_not_at_all() {
        let passed = |text: &str| heard(Chair::FIRST, &Message::Text(text.to_owned()));
        assert_eq!(passed(r#"{"sealed":"q83v"}"#).unwrap(), r#"{"peer":1,"sealed":"q83v"}"#);
        let long = |letters: usize| format!(r#"{{"sealed":"{}"}}"#, "a".repeat(letters));
        let longest = passed(&long(CHAT_CHARS_MAX)).unwrap();
        assert!(longest.len() <= sfu_core::limits::MESSAGE_BYTES_MAX, "the core takes it");
        assert!(passed(&long(CHAT_CHARS_MAX + 1)).is_none());
        let clear = r#"{"text":"in clear"}"#;
        for bad in [r#"{"sealed":""}"#, r#"{"sealed":1}"#, r#"{"sealed":"a","peer":2}"#, clear, "hello", ""] {
            assert!(passed(bad).is_none(), "{bad}");
        }
        assert!(heard(Chair::STAFF, &Message::Binary(bytes::Bytes::new())).is_none());
    }

    #[test]
    fn offers_of_one_connection_share_their_session_id() {
        assert_eq!(session_of("v=0\r\no=- 4611 2 IN IP4 127.0.0.1\r\ns=-\r\n"), Some("4611"));
        assert_eq!(session_of("v=0\r\ns=-\r\n"), None);
    }
}
