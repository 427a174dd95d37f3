//! Devices in a consultation: an ultrasound or OBS that publishes by WHIP (RFC 9725), a screen that plays by WHEP.
//!
//! Staff add one and get its token, which is good for this consultation only and for one session at a time. A device is a participant like
//! the people: its gate is the consultation's, and it is gone with it.

use std::collections::BTreeMap;
use std::fmt;

use sfu_core::{Audience, Command, IceFragment, LeftReason, ParticipantId, Permissions, RequestId};
use sfu_lobby::{RoomId, StaffId, TicketId};
use sfu_signal::{ErrorCode, RoomPeer, ServerMessage};
use tokio::sync::oneshot;

use super::{Answer, Hub, No, SocketId};
use crate::auth::{Token, TokenHash};
use crate::limits::{AREA_TEXT_CHARS_MAX, Bucket, DEVICES_MAX, OFFERS_BURST, OFFERS_PER_SECOND};
use crate::telemetry;

/// Where devices offer.
pub(crate) const PUBLISH_PATH: &str = "/whip";
/// See [`PUBLISH_PATH`].
pub(crate) const PLAY_PATH: &str = "/whep";
/// What the owner of a device can do about its certificate.
const NEEDS_ECDSA: &str = "The DTLS handshake failed: this device has an RSA certificate. Anteroom needs an ECDSA one (P-256), as RFC 8827 asks \
    for. GStreamer's webrtcbin makes RSA certificates before version 1.24; see docs/operating.md.";

/// All devices of all consultations.
#[derive(Default)]
pub(super) struct Devices {
    rooms: BTreeMap<RoomId, BTreeMap<u32, Device>>,
    by_token: BTreeMap<TokenHash, (RoomId, u32)>,
    seated: BTreeMap<ParticipantId, (RoomId, u32)>,
    asked: BTreeMap<RequestId, Asked>,
}

struct Device {
    name: String,
    token: TokenHash,
    session: Option<Session>,
    /// The last session, if its client should know why it is over.
    over: Option<(String, &'static str)>,
    offers: Bucket,
}

/// One use of a token.
struct Session {
    /// The last part of its URL.
    id: String,
    participant: ParticipantId,
    /// The last one: an ICE restart is made from it.
    offer: String,
    /// Names the ICE session (RFC 9725, section 4.3.1).
    etag: u64,
    connected: bool,
}

/// An offer that the shard has not answered.
struct Asked {
    participant: ParticipantId,
    /// Set for an ICE restart: what it was made of.
    restart: Option<String>,
    reply: Reply,
}

type Reply = oneshot::Sender<Result<Done, Denied>>;

/// Whether a device gives or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Publish,
    Play,
}

/// What a device asks for by HTTP.
pub(crate) enum DeviceRequest {
    Open { direction: Direction, sdp: String },
    Change { session: String, if_match: Option<String>, fragment: String },
    End { session: String },
}

// Offers and session names have no place in a log.
impl fmt::Debug for DeviceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open { .. } => "open",
            Self::Change { .. } => "change",
            Self::End { .. } => "end",
        })
    }
}

/// What became of it.
pub(crate) enum Done {
    Created {
        session: String,
        etag: String,
        sdp: String,
    },
    /// Candidates: this end is ICE-lite and has no use for them.
    Unneeded,
    Restarted {
        etag: String,
        fragment: String,
    },
    Ended,
}

impl fmt::Debug for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created { .. } => "created",
            Self::Unneeded => "unneeded",
            Self::Restarted { .. } => "restarted",
            Self::Ended => "ended",
        })
    }
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// No such token, or not any more.
    Unauthorized,
    NoSession,
    /// The session is over, for a reason that its client can do something about.
    Gone(&'static str),
    /// The token's session is connected.
    InUse,
    /// Another ICE session than the request means is the current one.
    Stale,
    /// A restart must say that it means whatever is current.
    Unconditional,
    TooMany,
    /// The media server is full or behind.
    Busy,
    Bad(&'static str),
}

impl Devices {
    pub(super) fn peer_of(&self, participant: ParticipantId) -> Option<u32> {
        self.seated.get(&participant).map(|(_, peer)| *peer)
    }

    pub(super) fn room_of(&self, participant: ParticipantId) -> Option<RoomId> {
        self.seated.get(&participant).map(|(room, _)| *room)
    }

    pub(super) fn participants(&self, room: RoomId) -> impl Iterator<Item = ParticipantId> {
        self.rooms.get(&room).into_iter().flatten().filter_map(|(_, device)| Some(device.session.as_ref()?.participant))
    }

    /// How both sides are shown a consultation's devices: whoever watches is no secret.
    pub(super) fn peers(&self, room: RoomId) -> impl Iterator<Item = RoomPeer> {
        self.rooms.get(&room).into_iter().flatten().map(|(peer, device)| RoomPeer {
            peer: *peer,
            name: Some(device.name.clone()),
            ticket: None,
            staff: false,
            guest: false,
            device: true,
            muted: false,
            camera_off: false,
            connected: device.session.as_ref().is_some_and(|session| session.connected),
            page_lost: false,
        })
    }

    /// The consultation is over. Who still waits for an answer hears that there is none.
    pub(super) fn close(&mut self, room: RoomId) {
        for device in self.rooms.remove(&room).into_iter().flatten().map(|(_, device)| device) {
            self.by_token.remove(&device.token);
        }
        let seated = &mut self.seated;
        seated.retain(|_, (other, _)| *other != room);
        self.asked.retain(|_, asked| seated.contains_key(&asked.participant));
    }

    fn device_mut(&mut self, (room, peer): (RoomId, u32)) -> Option<&mut Device> {
        self.rooms.get_mut(&room)?.get_mut(&peer)
    }

    fn session_mut(&mut self, participant: ParticipantId) -> Option<(RoomId, &mut Session)> {
        let place = *self.seated.get(&participant)?;
        let session = self.device_mut(place)?.session.as_mut()?;
        (session.participant == participant).then_some((place.0, session))
    }

    #[cfg(test)]
    pub(super) fn seated_is_empty(&self) -> bool {
        self.seated.is_empty()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.rooms.is_empty() && self.by_token.is_empty() && self.seated.is_empty() && self.asked.is_empty()
    }
}

/// What staff want.
impl Hub {
    pub(super) fn add_device(&mut self, socket: SocketId, staff: StaffId, ticket: TicketId, name: &str) -> Answer {
        let room = self.own_room(staff, ticket)?;
        if self.lobby.ticket(ticket).is_none_or(|ticket| !self.keys.takes_clear(ticket.area)) {
            return Err(No(ErrorCode::NotAllowed, "the area's keys ask for encryption, and a device does not encrypt"));
        }
        let name = name.trim();
        if name.is_empty() || AREA_TEXT_CHARS_MAX < name.chars().count() || name.chars().any(char::is_control) {
            return Err(No(ErrorCode::BadName, "a device has a name of 1 to 100 characters"));
        }
        let token = Token::random()?;
        let hash = TokenHash::of(token.expose());
        if self.calls.devices.rooms.get(&room).is_some_and(|devices| devices.len() == DEVICES_MAX) {
            telemetry::limit_reached("devices");
            return Err(No(ErrorCode::TooMany, "a consultation has no room for more devices"));
        }
        let peer = self.calls.number(room).ok_or(No(ErrorCode::TooMany, "a consultation has no numbers left"))?;
        let offers = Bucket::new(OFFERS_BURST, OFFERS_PER_SECOND);
        let devices = self.calls.devices.rooms.entry(room).or_default();
        devices.insert(peer, Device { name: name.to_owned(), token: hash, session: None, over: None, offers });
        self.calls.devices.by_token.insert(hash, (room, peer));
        tracing::info!(room = room.0, device = peer, "device added");
        let ticket = self.visits.get(&ticket).map(|visit| visit.name.clone()).unwrap_or_default();
        let (publish, play) = (PUBLISH_PATH.to_owned(), PLAY_PATH.to_owned());
        let token = token.expose().to_owned();
        self.tell(socket, &ServerMessage::DeviceAdded { ticket, device: peer, publish, play, token });
        self.tell_room(room);
        Ok(())
    }

    pub(super) fn remove_device(&mut self, staff: StaffId, ticket: TicketId, peer: u32) -> Answer {
        let room = self.own_room(staff, ticket)?;
        let device = self.calls.devices.rooms.get_mut(&room).and_then(|devices| devices.remove(&peer));
        let device = device.ok_or(No(ErrorCode::WrongState, "no such device"))?;
        self.calls.devices.by_token.remove(&device.token);
        tracing::info!(room = room.0, device = peer, "device removed");
        if let Some(session) = device.session {
            self.release(room, session.participant, Denied::Unauthorized);
        }
        self.tell_room(room);
        Ok(())
    }

    fn own_room(&self, staff: StaffId, ticket: TicketId) -> Result<RoomId, No> {
        let room = self.calls.of_staff(staff).filter(|room| super::room_of(&self.lobby, ticket) == Some(*room));
        room.ok_or(No(ErrorCode::WrongState, "devices belong to a consultation: admit first"))
    }

    /// Ends a device's media session. Who still waits for an answer hears `why`.
    fn release(&mut self, room: RoomId, participant: ParticipantId, why: Denied) {
        let devices = &mut self.calls.devices;
        devices.seated.remove(&participant);
        let (over, asked) =
            std::mem::take(&mut devices.asked).into_iter().partition(|(_, asked)| asked.participant == participant);
        devices.asked = asked;
        let over: BTreeMap<RequestId, Asked> = over;
        for Asked { reply, .. } in over.into_values() {
            let _client_has_gone = reply.send(Err(why));
        }
        self.set_speaking_in(room, participant, false);
        if let Some((shard, _)) = self.calls.place(room) {
            self.calls.commands.send(shard, Command::Leave { participant });
        }
    }
}

/// What devices want.
impl Hub {
    pub(super) fn device_said(&mut self, token: TokenHash, request: DeviceRequest, reply: Reply) {
        let place = self.calls.devices.by_token.get(&token).copied().ok_or(Denied::Unauthorized);
        let answered = place.and_then(|place| match request {
            DeviceRequest::Open { direction, sdp } => self.open_session(place, direction, sdp),
            DeviceRequest::Change { session, if_match, fragment } => {
                self.change_session(place, &session, if_match.as_deref(), &fragment)
            }
            DeviceRequest::End { session } => self.end_session(place, &session),
        });
        match answered {
            Ok(Outcome::Done(done)) => drop(reply.send(Ok(done))),
            Ok(Outcome::Asks { request, participant, restart }) => {
                self.calls.devices.asked.insert(request, Asked { participant, restart, reply });
            }
            Err(denied) => drop(reply.send(Err(denied))),
        }
    }

    /// A client that lost its network comes back as a new session; one that is connected keeps the token to itself.
    fn open_session(&mut self, place: (RoomId, u32), direction: Direction, sdp: String) -> Result<Outcome, Denied> {
        let (shard, gate) = self.calls.place(place.0).ok_or(Denied::Unauthorized)?;
        let device = self.calls.devices.device_mut(place).ok_or(Denied::Unauthorized)?;
        if !device.offers.take() {
            telemetry::limit_reached("device_offer_rate");
            return Err(Denied::TooMany);
        }
        if device.session.as_ref().is_some_and(|session| session.connected) {
            return Err(Denied::InUse);
        }
        if self.calls.commands.is_full(shard) {
            return Err(Denied::Busy);
        }
        let id = Token::random().map_err(|_| Denied::Busy)?.expose().to_owned();
        let (request, participant) = (self.calls.request(), self.calls.participant());
        let device = self.calls.devices.device_mut(place).ok_or(Denied::Unauthorized)?;
        let session = Session { id, participant, offer: sdp.clone(), etag: 1, connected: false };
        let former = device.session.replace(session);
        device.over = None;
        self.calls.devices.seated.insert(participant, place);
        if let Some(former) = former {
            self.release(place.0, former.participant, Denied::InUse);
        }
        let permissions = match direction {
            Direction::Publish => {
                Permissions { receive: Audience::Only(Vec::new()), send_messages: false, ..Permissions::default() }
            }
            Direction::Play => Permissions { publish: Vec::new(), receive: Audience::Everyone, send_messages: false },
        };
        for command in [
            Command::Join { request, room: sfu_core::RoomId(place.0.0), participant, gate },
            Command::SetPermissions { participant, permissions },
            Command::Offer { request, participant, sdp: sdp.into(), sources: Vec::new() },
        ] {
            self.calls.commands.send(shard, command);
        }
        Ok(Outcome::Asks { request, participant, restart: None })
    }

    /// Candidates or an ICE restart (RFC 9725, section 4.3).
    fn change_session(
        &mut self,
        place: (RoomId, u32),
        id: &str,
        if_match: Option<&str>,
        fragment: &str,
    ) -> Result<Outcome, Denied> {
        let (shard, _) = self.calls.place(place.0).ok_or(Denied::Unauthorized)?;
        let device = self.calls.devices.device_mut(place).ok_or(Denied::Unauthorized)?;
        let session = current(device, id)?;
        let fragment = IceFragment::parse(fragment).map_err(|error| denied(&error))?;
        if if_match.is_some_and(|etag| etag != "*" && etag != quoted(session.etag)) {
            return Err(Denied::Stale);
        }
        if fragment.belongs_to(&session.offer) {
            return Ok(Outcome::Done(Done::Unneeded));
        }
        if if_match.is_none() {
            return Err(Denied::Unconditional);
        }
        let (participant, sdp) = (session.participant, fragment.restart(&session.offer));
        if !device.offers.take() {
            telemetry::limit_reached("device_offer_rate");
            return Err(Denied::TooMany);
        }
        if self.calls.commands.is_full(shard) {
            return Err(Denied::Busy);
        }
        let request = self.calls.request();
        let offer = Command::Offer { request, participant, sdp: sdp.clone().into(), sources: Vec::new() };
        self.calls.commands.send(shard, offer);
        Ok(Outcome::Asks { request, participant, restart: Some(sdp) })
    }

    fn end_session(&mut self, place: (RoomId, u32), id: &str) -> Result<Outcome, Denied> {
        let device = self.calls.devices.device_mut(place).ok_or(Denied::Unauthorized)?;
        let participant = current(device, id)?.participant;
        device.session = None;
        self.release(place.0, participant, Denied::NoSession);
        self.tell_room(place.0);
        Ok(Outcome::Done(Done::Ended))
    }
}

enum Outcome {
    Done(Done),
    /// The shard's answer decides.
    Asks {
        request: RequestId,
        participant: ParticipantId,
        restart: Option<String>,
    },
}

/// What shards report of devices.
impl Hub {
    /// Whether the request was a device's.
    pub(super) fn device_answered(&mut self, request: RequestId, answer: Result<String, sfu_core::Error>) -> bool {
        let Some(Asked { participant, restart, reply }) = self.calls.devices.asked.remove(&request) else {
            return false;
        };
        let is_restart = restart.is_some();
        let session = self.calls.devices.session_mut(participant);
        let (outcome, refused_room) = match (answer, session) {
            (Ok(sdp), Some((_, session))) => match restart {
                None => (Ok(Done::Created { session: session.id.clone(), etag: quoted(session.etag), sdp }), None),
                Some(offer) => {
                    session.offer = offer;
                    session.etag += 1;
                    let fragment = IceFragment::of_answer(&sdp);
                    (Ok(Done::Restarted { etag: quoted(session.etag), fragment }), None)
                }
            },
            (Ok(_), None) => (Err(Denied::NoSession), None),
            (Err(error), session) => (Err(denied(&error)), session.map(|(room, _)| room)),
        };
        // A refused restart changes nothing; a refused first offer leaves no session.
        if let Some(room) = refused_room.filter(|_| !is_restart) {
            self.forget_session(participant);
            self.release(room, participant, Denied::NoSession);
        }
        let _client_has_gone = reply.send(outcome);
        true
    }

    pub(super) fn device_connected(&mut self, participant: ParticipantId, connected: bool) {
        let Some((room, session)) = self.calls.devices.session_mut(participant) else { return };
        session.connected = connected;
        self.tell_room(room);
    }

    pub(super) fn device_left(&mut self, participant: ParticipantId, reason: LeftReason) {
        let Some(room) = self.calls.devices.room_of(participant) else { return };
        let session = self.forget_session(participant);
        let place = self.calls.devices.seated.remove(&participant);
        if let (LeftReason::Certificate, Some(session), Some(place)) = (reason, session, place) {
            telemetry::limit_reached("device_certificate");
            if let Some(device) = self.calls.devices.device_mut(place) {
                device.over = Some((session.id, NEEDS_ECDSA));
            }
        }
        self.set_speaking_in(room, participant, false);
        self.tell_room(room);
    }

    fn forget_session(&mut self, participant: ParticipantId) -> Option<Session> {
        let place = *self.calls.devices.seated.get(&participant)?;
        let device = self.calls.devices.device_mut(place)?;
        device.session.take_if(|session| session.participant == participant)
    }
}

fn current<'a>(device: &'a mut Device, id: &str) -> Result<&'a Session, Denied> {
    let session = device.session.as_ref().filter(|session| session.id == id);
    session.ok_or(match device.over {
        Some((ref over, why)) if over == id => Denied::Gone(why),
        Some(_) | None => Denied::NoSession,
    })
}

fn denied(error: &sfu_core::Error) -> Denied {
    match *error {
        sfu_core::Error::Full(_) => Denied::Busy,
        sfu_core::Error::Peer(rule) | sfu_core::Error::Misuse(rule) => Denied::Bad(rule),
    }
}

fn quoted(etag: u64) -> String {
    format!("\"{etag}\"")
}
