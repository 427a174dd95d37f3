//! What a patient's page may say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sfu_lobby::{AreaId, Change, EndedBy, Input, Private, TicketId};
use sfu_signal::{ClientMessage, ErrorCode, ServerMessage};
use tokio::time::Instant;

use super::call::Chair;
use super::echo::Tester;
use super::notes::{Notes, Side};
use super::rules::Shown;
use super::turn::Wish;
use super::{Answer, Hub, No, Socket, SocketId, Visit, Who, now, room_of, view};
use crate::alerts::Waiting;

use crate::auth::Token;
use crate::limits::{LOST_AFTER, NAME_CHARS_MAX, PLACE_AGE_MAX, SEALED_CHARS_MAX, SEALED_CHARS_MIN};
use crate::place::Place;
use crate::telemetry;

impl Hub {
    pub(super) fn patient_said(
        &mut self,
        socket: SocketId,
        area: Option<AreaId>,
        ticket: Option<TicketId>,
        message: ClientMessage,
    ) -> Answer {
        let place = ticket.ok_or(No(ErrorCode::WrongState, "check in or resume first"));
        match message {
            ClientMessage::CheckIn { sealed, name, language, place: claimed, passcode, visit_link, guest_link } => {
                let name = Name::read(sealed, name)?;
                let area = area.ok_or(No(ErrorCode::AreaUnknown, "hello named no area"))?;
                self.check_takes(area, &name)?;
                if let Some(link) = guest_link {
                    return self.check_in_guest(socket, ticket, name, language, &link);
                }
                let shown = Shown { passcode, visit_link };
                self.check_in(socket, CheckIn { area, old: ticket, name, language, claimed, shown })
            }
            ClientMessage::Resume { token, sealed } => {
                let sealed = sealed.map(checked_sealed).transpose()?;
                self.resume(socket, &token, sealed.map(|text| Name { text, is_sealed: true }))
            }
            ClientMessage::Rejoin { sealed, name } => {
                let name = Name::read(sealed, name)?;
                let ticket = place?;
                area.map_or(Ok(()), |area| self.check_takes(area, &name))?;
                if self.stop_at.is_some() {
                    return Err(No(ErrorCode::Draining, "the server is about to stop"));
                }
                self.take_check_in(socket)?;
                self.apply_named(ticket, name, |name| Input::Rejoin { ticket, name })
            }
            ClientMessage::SetUp { devices, done } => {
                self.apply(Input::SetUp { ticket: place?, devices: view::devices_in(devices), done })
            }
            ClientMessage::Echo { request, sdp } => {
                self.echo(socket, Tester::Visit(place?), request, sdp);
                Ok(())
            }
            ClientMessage::GoIn => self.apply(Input::GoIn { ticket: place? }),
            ClientMessage::NotYet => self.apply(Input::NotYet { ticket: place? }),
            ClientMessage::TellMe { by, to } => self.tell_me(place?, by, to),
            ClientMessage::Leave => self.apply(Input::End { ticket: place?, by: EndedBy::Patient }),
            ClientMessage::WhatYouKnow => self.what_you_know(socket, place?),
            ClientMessage::Erase => self.erase(socket, place?),
            ClientMessage::Offer { request, sdp, sources } => {
                let (room, chair) = self.patient_seat(place?)?;
                self.offer(room, chair, socket, request, sdp, sources)
            }
            ClientMessage::Mute { muted, camera_off } => {
                let (room, chair) = self.patient_seat(place?)?;
                self.mute(room, chair, muted, camera_off);
                Ok(())
            }
            ClientMessage::View { slot, height } => {
                let (room, chair) = self.patient_seat(place?)?;
                self.view(room, chair, socket, slot, height)
            }
            ClientMessage::SealHello { hello } => {
                let (room, chair) = self.patient_seat(place?)?;
                self.seal_hello(room, chair, socket, hello)
            }
            ClientMessage::SealBoxes { boxes } => {
                let (room, chair) = self.patient_seat(place?)?;
                self.seal_boxes(room, chair, socket, boxes)
            }
            ClientMessage::KeyTaken { of, generation } => {
                let (room, chair) = self.patient_seat(place?)?;
                self.key_taken(room, chair, socket, of, generation)
            }
            ClientMessage::Note { ticket: None, sealed, copy } => self.note(place?, Side::Patient, sealed, copy),
            ClientMessage::Note { .. } => Err(No(ErrorCode::BadMessage, "a note of a patient names no visit")),
            ClientMessage::Hello { .. } => Err(No(ErrorCode::WrongState, "hello is said once")),
            ClientMessage::Staff { .. } => Err(No(ErrorCode::NotAllowed, "for staff only")),
            ClientMessage::Ping => Ok(()),
        }
    }

    /// Whether somebody may check in at all, by whatever link. `old`: the page's visit before.
    pub(super) fn check_may_begin(&self, old: Option<TicketId>, language: &str) -> Answer {
        if !is_language(language) {
            return Err(No(ErrorCode::BadMessage, "language is a BCP 47 tag"));
        }
        if self.stop_at.is_some() {
            return Err(No(ErrorCode::Draining, "the server is about to stop"));
        }
        if old.and_then(|old| self.lobby.ticket(old)).is_some_and(|ticket| !ticket.state.is_over()) {
            return Err(No(ErrorCode::WrongState, "this page is checked in already"));
        }
        Ok(())
    }

    fn check_in(&mut self, socket: SocketId, CheckIn { area, old, name, language, claimed, shown }: CheckIn) -> Answer {
        self.check_may_begin(old, &language)?;
        let claimed = claimed.and_then(|token| self.place_key.open(&token));
        if let Some(there) = claimed.as_ref().and_then(|place| self.visit_at(place)) {
            return self.come_back(socket, there, Some(name)); // Another page of the same person was quicker.
        }
        self.take_check_in(socket)?;
        let restored = claimed.filter(|place| self.may_restore(place));
        if restored.is_none() {
            self.check_entry(socket, area, &shown)?;
        }
        let Name { text: name, is_sealed } = name;
        let (place, input) = match restored {
            Some(place) => {
                let (area, checked_in_at) = (AreaId(place.area.into()), instant_of(place.since_ns));
                (place, Input::Restore { area, name, language, checked_in_at })
            }
            None => {
                let place = Place::new(self.areas.get(&area).map_or(0, |area| area.id), crate::now_ns())?;
                (place, Input::CheckIn { area, name, language })
            }
        };
        let is_new = matches!(input, Input::CheckIn { .. });
        self.begin_visit(socket, area, place, is_sealed, input)?;
        if let Some(link) = shown.visit_link.filter(|_| is_new) {
            self.use_link(&link);
        }
        Ok(())
    }

    /// Has the lobby make a ticket, and tells the page of its place.
    pub(super) fn begin_visit(
        &mut self,
        socket: SocketId,
        area: AreaId,
        place: Place,
        is_sealed: bool,
        input: Input,
    ) -> Answer {
        let token = self.place_key.token(&place);
        let visit = Visit {
            name: Token::random()?.expose().to_owned(),
            is_sealed,
            referral: None,
            notes: Notes::default(),
            place,
            socket: None,
            lost_at: None,
            rooms: BTreeMap::new(),
            guest_links: BTreeSet::new(),
            wish: Wish::None,
            asks: None,
            echo_rate: None,
        };
        let changes = self.lobby.handle(input, now()).map_err(view::refusal)?;
        let new = changes
            .iter()
            .find_map(|change| if let Change::CheckedIn { ticket } = change { Some(*ticket) } else { None });
        if let Some(ticket) = new {
            self.places.insert(visit.place.hash(), ticket);
            self.tickets.insert(visit.name.clone(), ticket);
            self.visits.insert(ticket, visit);
            self.sit(socket, ticket);
            if let Some(patient) = self.patient_view(ticket) {
                self.tell(socket, &ServerMessage::CheckedIn { token, patient });
            }
            if self.lobby.ticket(ticket).is_some_and(|ticket| ticket.area != area) {
                self.tell_home(socket, ticket);
            }
            self.alert(area);
        }
        self.carry_out(changes);
        Ok(())
    }

    /// Tells others that somebody waits, unless everybody who watches the line is in a consultation: they see it, and are not to be disturbed.
    fn alert(&self, id: AreaId) {
        let (Some(alerts), Some(area)) = (&self.alerts, self.areas.get(&id)) else { return };
        let mut watching = self.sockets.values().filter(|socket| socket.who.watches(id)).peekable();
        let is_free = |socket: &Socket| match socket.who {
            Who::Staff { staff, .. } => self.calls.of_staff(staff).is_none(),
            Who::Patient { .. } | Who::Unknown => false,
        };
        if watching.peek().is_some() && !watching.any(is_free) {
            return;
        }
        let line = self.lobby.snapshot(id).map(|snapshot| snapshot.tickets).unwrap_or_default();
        let waits = |ticket: &&TicketId| self.lobby.position(**ticket).is_some();
        let waiting = line.iter().filter(waits).count();
        let at_ms = crate::now_ms();
        let busy = self.people.keys().filter(|staff| self.calls.of_staff(**staff).is_some());
        let busy = busy.filter_map(|staff| u32::try_from(staff.0).ok()).collect();
        if alerts.try_send(Waiting { area: area.slug.clone(), area_id: area.id, waiting, busy, at_ms }).is_err() {
            telemetry::limit_reached("alerts");
        }
    }

    /// The visit that goes on at a place.
    fn visit_at(&self, place: &Place) -> Option<TicketId> {
        let ticket = self.places.get(&place.hash()).copied();
        ticket.filter(|ticket| self.lobby.ticket(*ticket).is_some_and(|ticket| !ticket.state.is_over()))
    }

    /// Whether a place of before a restart is given again: soon after it, to who may still be waiting, and not if it has ended since.
    /// What ended before the restart cannot be told from what did not: nobody has kept anything of it.
    fn may_restore(&self, place: &Place) -> bool {
        let age = crate::now_ns().checked_sub(place.since_ns).map(Duration::from_nanos);
        Instant::now() < self.restores_until
            && age.is_some_and(|age| age <= PLACE_AGE_MAX)
            && self.areas.contains_key(&AreaId(place.area.into()))
            && !self.spent.contains(&place.hash())
            && !self.places.contains_key(&place.hash())
    }

    /// Where staff have said that names be sealed, one in clear is a mistake, or somebody's page that was made to make it.
    fn check_takes(&self, area: AreaId, name: &Name) -> Answer {
        if name.is_sealed || self.keys.takes_clear(area) {
            return Ok(());
        }
        Err(No(ErrorCode::BadName, "this area takes sealed names only"))
    }

    /// Counts a check-in, or a rejoin, which moves the line for everybody just as well.
    pub(super) fn take_check_in(&mut self, socket: SocketId) -> Answer {
        let source = self.sockets.get(&socket).map(|socket| socket.source);
        if source.is_some_and(|source| self.check_ins.take(source)) {
            return Ok(());
        }
        telemetry::limit_reached("check_ins_per_source");
        if let Some(Who::Patient { area: Some(area), .. }) = self.sockets.get(&socket).map(|socket| &socket.who) {
            self.tell_held_back(*area);
        }
        Err(No(ErrorCode::TooMany, "too many check-ins from one address; try again in a minute"))
    }

    /// Back to a place with its token. The newest page has it; an older one is told and closed.
    fn resume(&mut self, socket: SocketId, token: &str, name: Option<Name>) -> Answer {
        let known = self.place_key.open(token).and_then(|place| self.places.get(&place.hash()).copied());
        self.come_back(
            socket,
            known.ok_or(No(ErrorCode::PlaceUnknown, "this place is not, or no longer, known"))?,
            name,
        )
    }

    fn come_back(&mut self, socket: SocketId, ticket: TicketId, name: Option<Name>) -> Answer {
        let looked_at = self.sockets.get(&socket).and_then(|socket| match &socket.who {
            Who::Patient { area, .. } => *area,
            Who::Unknown | Who::Staff { .. } => None,
        });
        let before = self.sit(socket, ticket);
        if let Some(before) = before.filter(|before| *before != socket) {
            if let Some(Who::Patient { ticket, .. }) = self.sockets.get_mut(&before).map(|socket| &mut socket.who) {
                *ticket = None;
            }
            self.refuse(before, No(ErrorCode::Replaced, "another page has taken this place"), None);
            self.close(before);
        }
        self.apply(Input::Connected { ticket })?;
        if let Some(name) = name.filter(|_| self.lobby.ticket(ticket).is_some_and(|ticket| !ticket.state.is_over())) {
            self.apply_named(ticket, name, |name| Input::Rename { ticket, name })?;
        }
        if let Some(patient) = self.patient_view(ticket) {
            self.tell(socket, &ServerMessage::Resumed { patient });
        }
        let home = self.lobby.ticket(ticket).map(|ticket| ticket.area);
        if looked_at != home {
            self.tell_home(socket, ticket);
        }
        self.tell_notes_of(socket, ticket);
        if let Ok((room, chair)) = self.patient_seat(ticket) {
            self.reattach(room, chair, socket);
        }
        Ok(())
    }

    /// Hands the lobby an input that gives a visit a name. The mark goes first, since the input has it told.
    pub(super) fn apply_named(
        &mut self,
        ticket: TicketId,
        Name { text, is_sealed }: Name,
        input: impl FnOnce(Private) -> Input,
    ) -> Answer {
        let mark = |hub: &mut Self, is_sealed| {
            let visit = hub.visits.get_mut(&ticket)?;
            Some(std::mem::replace(&mut visit.is_sealed, is_sealed))
        };
        let before = mark(self, is_sealed);
        self.apply(input(text)).inspect_err(|_| {
            before.and_then(|before| mark(self, before));
        })
    }

    /// Makes a page the visit's page, and returns which one was before. A page has one visit: the one it had is without a page from now on.
    fn sit(&mut self, socket: SocketId, ticket: TicketId) -> Option<SocketId> {
        let home = self.lobby.ticket(ticket).map(|ticket| ticket.area);
        let who = Who::Patient { area: home, ticket: Some(ticket) };
        let was = self.sockets.get_mut(&socket).map(|socket| std::mem::replace(&mut socket.who, who));
        if let Some(Who::Patient { ticket: Some(other), .. }) = was
            && other != ticket
        {
            self.leave_without_page(other, socket);
        }
        let visit = self.visits.get_mut(&ticket)?;
        if let Some(at) = visit.lost_at.take() {
            self.lost.remove(&(at, ticket));
        }
        visit.socket.replace(socket)
    }

    /// The visit's page is gone; the lobby is told if none comes back soon.
    pub(super) fn leave_without_page(&mut self, ticket: TicketId, page: SocketId) {
        let Some(visit) = self.visits.get_mut(&ticket).filter(|visit| visit.socket == Some(page)) else { return };
        let at = Instant::now() + LOST_AFTER;
        visit.socket = None;
        visit.lost_at = Some(at);
        self.lost.insert((at, ticket));
    }

    /// A transfer has brought the visit to another area: from now on the page belongs there.
    pub(super) fn follow_transfer(&mut self, ticket: TicketId) {
        let home = self.lobby.ticket(ticket).map(|ticket| ticket.area);
        let Some(page) = self.visits.get(&ticket).and_then(|visit| visit.socket) else { return };
        let Some(Who::Patient { area, .. }) = self.sockets.get_mut(&page).map(|socket| &mut socket.who) else { return };
        if *area != home {
            *area = home;
            self.tell_home(page, ticket);
        }
    }

    /// The area where a visit is now, which is not that of the page's link, and who says so.
    fn tell_home(&mut self, page: SocketId, ticket: TicketId) {
        let referral = self.visits.get(&ticket).and_then(|visit| visit.referral.as_ref());
        if let Some(referral) = referral.map(|referral| referral.expose().to_owned()) {
            self.tell(page, &ServerMessage::Referral { referral });
        }
        let home = self.lobby.ticket(ticket).map(|ticket| ticket.area);
        let home_id = home.and_then(|home| self.areas.get(&home)).map(|area| area.id);
        if let (Some(area), Some(visit)) = (home_id, self.visits.get_mut(&ticket)) {
            visit.place.area = area;
            let token = self.place_key.token(&visit.place);
            self.tell(page, &ServerMessage::Place { token });
        }
        if let Some(area) = home.and_then(|home| self.area_view(home)) {
            self.tell(page, &ServerMessage::Area { area });
        }
    }

    fn patient_seat(&self, ticket: TicketId) -> Result<(sfu_lobby::RoomId, Chair), No> {
        let room = room_of(&self.lobby, ticket);
        let seat = room.and_then(|room| Some((room, self.calls.chair_of(room, ticket)?)));
        seat.ok_or(No(ErrorCode::WrongState, "there is no consultation yet"))
    }
}

/// What a page says to get a place.
struct CheckIn {
    area: AreaId,
    /// The visit that the page had before.
    old: Option<TicketId>,
    name: Name,
    language: String,
    /// The token of a place of before a restart.
    claimed: Option<String>,
    shown: Shown,
}

/// The lobby's time of a moment on the wall clock, which is not later than now.
fn instant_of(since_ns: u64) -> std::time::Instant {
    let age = Duration::from_nanos(crate::now_ns().saturating_sub(since_ns));
    now().checked_sub(age).unwrap_or_else(now)
}

/// Who somebody is, as the page said it.
pub(super) struct Name {
    pub(super) text: Private,
    pub(super) is_sealed: bool,
}

impl Name {
    fn read(sealed: Option<String>, name: Option<String>) -> Result<Self, No> {
        match (sealed, name) {
            (Some(sealed), None) => Ok(Self { text: checked_sealed(sealed)?, is_sealed: true }),
            (None, Some(name)) => Ok(Self { text: checked_name(name)?, is_sealed: false }),
            (Some(_), Some(_)) | (None, None) => Err(No(ErrorCode::BadMessage, "say either `sealed` or `name`")),
        }
    }
}

/// What only the staff's pages can read. Letters of base64url and nothing else, so that it cannot be a name in clear by mistake.
pub(super) fn checked_sealed(sealed: String) -> Result<Private, No> {
    let sealed = Private::from(sealed);
    if sealed.len() < SEALED_CHARS_MIN || SEALED_CHARS_MAX < sealed.len() || !is_sealed_text(&sealed) {
        telemetry::limit_reached("sealed_name");
        return Err(No(ErrorCode::BadName, "a sealed name has 65 to 1,400 letters of base64url"));
    }
    Ok(sealed)
}

/// Base64url, and not nothing.
pub(super) fn is_sealed_text(text: &Private) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.expose().bytes().all(is_letter)
}

/// A name as typed, without control characters, which no name has and which could forge a line where it is shown.
fn checked_name(name: String) -> Result<Private, No> {
    let name = Private::from(name);
    let printable = Private::from(name.expose().chars().filter(|letter| !letter.is_control()).collect::<String>());
    let cleaned = Private::from(printable.expose().trim());
    if cleaned.is_empty() || NAME_CHARS_MAX < cleaned.expose().chars().count() {
        return Err(view::refusal(sfu_lobby::Refused::BadName));
    }
    Ok(cleaned)
}

/// The shape of a BCP 47 tag (RFC 5646, section 2.1); the lobby bounds its length.
fn is_language(tag: &str) -> bool {
    let is_subtag =
        |subtag: &str| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.split('-').all(is_subtag)
}
