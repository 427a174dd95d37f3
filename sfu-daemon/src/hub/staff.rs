//! What a staff page may say. Every command is checked against the areas of the person first: others' visits do not exist for them.

use sfu_lobby::{AreaId, EndedBy, Input, Private, RoomId, StaffId, State, TicketId};
use sfu_signal::{ClientMessage, ErrorCode, KeyOffer, Presence, Seal, ServerMessage, StaffCommand};

use super::call::BEHIND;
use super::echo::Tester;
use super::notes::Side;
use super::patient::{Name, checked_sealed};
use super::{Answer, Hub, No, Save, SocketId, Who, roles, room_of};
use crate::limits::{AREA_TEXT_CHARS_MAX, SEAL_HELLO_CHARS_MAX, TEXT_CHARS_MAX};
use crate::store::Deed;
use crate::telemetry;

impl Hub {
    pub(super) fn staff_said(&mut self, socket: SocketId, staff: StaffId, message: ClientMessage) -> Answer {
        let role = self.people.get(&staff).map(|person| person.role);
        roles::check(role, &message)?;
        let seat = self.calls.seat_of_staff(staff).ok_or(No(ErrorCode::WrongState, "there is no consultation yet"));
        match message {
            ClientMessage::Staff { command } => {
                let deed = self.deed(&command);
                self.command(socket, staff, command)?;
                if let Some(deed) = deed {
                    self.note_deed(staff, deed);
                }
                Ok(())
            }
            ClientMessage::Offer { request, sdp, sources } => {
                let (room, chair) = seat?;
                self.offer(room, chair, socket, request, sdp, sources)
            }
            ClientMessage::Mute { muted, camera_off } => {
                let (room, chair) = seat?;
                self.mute(room, chair, muted, camera_off);
                Ok(())
            }
            ClientMessage::View { slot, height } => {
                let (room, chair) = seat?;
                self.view(room, chair, socket, slot, height)
            }
            ClientMessage::SealHello { hello } => {
                let (room, chair) = seat?;
                self.seal_hello(room, chair, socket, hello)
            }
            ClientMessage::SealBoxes { boxes } => {
                let (room, chair) = seat?;
                self.seal_boxes(room, chair, socket, boxes)
            }
            ClientMessage::KeyTaken { of, generation } => {
                let (room, chair) = seat?;
                self.key_taken(room, chair, socket, of, generation)
            }
            ClientMessage::Note { ticket, sealed, copy } => {
                let ticket = ticket.ok_or(No(ErrorCode::BadMessage, "a note of staff names its visit"))?;
                let ticket = self.own_ticket(staff, &ticket)?;
                self.note(ticket, Side::Staff, sealed, copy)
            }
            ClientMessage::Echo { request, sdp } => {
                self.echo(socket, Tester::Staff(staff), request, sdp);
                Ok(())
            }
            ClientMessage::Leave => {
                let (room, _) = seat?;
                let visit = self.calls.patients(room).first().and_then(|ticket| self.audited_visit(*ticket));
                let is_end = self.calls.is_led_by(room, staff);
                self.leave_as_staff(staff);
                if let Some(visit) = visit {
                    self.note_deed(staff, if is_end { Deed::Ended(visit) } else { Deed::Left(visit) });
                }
                Ok(())
            }
            ClientMessage::Hello { .. } => Err(No(ErrorCode::WrongState, "hello is said once")),
            ClientMessage::CheckIn { .. }
            | ClientMessage::Resume { .. }
            | ClientMessage::Rejoin { .. }
            | ClientMessage::SetUp { .. }
            | ClientMessage::WhatYouKnow
            | ClientMessage::Erase
            | ClientMessage::GoIn
            | ClientMessage::NotYet
            | ClientMessage::TellMe { .. } => Err(No(ErrorCode::NotAllowed, "for patients only")),
            ClientMessage::Ping => Ok(()),
        }
    }

    fn command(&mut self, socket: SocketId, staff: StaffId, command: StaffCommand) -> Answer {
        match command {
            StaffCommand::Watch { area } => {
                let area = self.own_area(staff, &area)?;
                self.watch(socket, staff, area)
            }
            StaffCommand::Touched => {
                if let Some(socket) = self.sockets.get_mut(&socket) {
                    socket.is_touched = true;
                }
                Ok(())
            }
            StaffCommand::SetPresence { area, presence, text } => {
                let area = self.own_area(staff, &area)?;
                self.set_presence(area, presence, checked_text(text, TEXT_CHARS_MAX)?)
            }
            StaffCommand::SetArea { area, practice, title, help_phone } => {
                let id = self.own_area(staff, &area)?;
                let [practice, title, help_phone] = [
                    checked_text(practice, AREA_TEXT_CHARS_MAX)?,
                    checked_text(title, AREA_TEXT_CHARS_MAX)?,
                    checked_text(help_phone, AREA_TEXT_CHARS_MAX)?,
                ];
                if let Some(area) = self.areas.get_mut(&id) {
                    (area.practice, area.title, area.help_phone) = (practice, title, help_phone);
                }
                self.tell_queue_anew(id); // Cards name the clinician.
                self.save_area(id)
            }
            StaffCommand::SetRules { area, rules } => {
                let area = self.own_area(staff, &area)?;
                self.set_rules(area, rules)
            }
            StaffCommand::MakeVisitLink { area, days } => {
                let area = self.own_area(staff, &area)?;
                self.make_link(socket, area, days)
            }
            StaffCommand::Admit { ticket } => {
                let ticket = self.own_ticket(staff, &ticket)?;
                self.admit(socket, staff, ticket)
            }
            StaffCommand::AddToCall { ticket } => {
                let ticket = self.own_ticket(staff, &ticket)?;
                self.add_to_call(staff, ticket)
            }
            StaffCommand::MakeGuestLink { ticket } => {
                let ticket = self.own_ticket(staff, &ticket)?;
                self.make_guest_link(socket, ticket)
            }
            StaffCommand::JoinCall { ticket } => {
                let ticket = self.own_ticket(staff, &ticket)?;
                self.join_colleague(socket, staff, ticket)
            }
            StaffCommand::LetGo { ticket } => {
                let ticket = self.own_call(staff, &ticket)?;
                self.apply(Input::End { ticket, by: EndedBy::Staff })
            }
            StaffCommand::AskScreen { ticket } => {
                let ticket = self.own_call(staff, &ticket)?;
                self.ask_screen(ticket)
            }
            StaffCommand::CancelCall { ticket } => {
                let ticket = self.own_ticket(staff, &ticket)?;
                self.apply(Input::CancelCall { ticket })
            }
            StaffCommand::Hold { ticket } => {
                let ticket = self.own_call(staff, &ticket)?;
                self.apply(Input::Hold { ticket })
            }
            StaffCommand::Unhold { ticket } => {
                let ticket = self.own_call(staff, &ticket)?;
                self.apply(Input::Unhold { ticket })
            }
            StaffCommand::Transfer { ticket, to, sealed, referral } => {
                let sealed = sealed.map(checked_sealed).transpose()?;
                let referral = referral.map(checked_referral).transpose()?;
                let ticket = self.own_call(staff, &ticket)?;
                let to = self.area_by_slug(&to).ok_or(No(ErrorCode::AreaUnknown, "no such area"))?;
                self.transfer(ticket, to, sealed, referral)
            }
            StaffCommand::End { ticket } => {
                let ticket = self.own_call(staff, &ticket)?;
                self.end_call(ticket)
            }
            StaffCommand::Remove { ticket, reason } => {
                let ticket = self.own_call(staff, &ticket)?;
                let reason = Private::from(checked_text(reason, TEXT_CHARS_MAX)?);
                self.apply(Input::Remove { ticket, reason })
            }
            StaffCommand::SetMemo { ticket, sealed } => {
                let ticket = self.own_ticket(staff, &ticket)?;
                self.set_memo(ticket, sealed)
            }
            StaffCommand::AddDevice { ticket, name } => {
                let ticket = self.own_call(staff, &ticket)?;
                self.add_device(socket, staff, ticket, &name)
            }
            StaffCommand::RemoveDevice { ticket, device } => {
                let ticket = self.own_call(staff, &ticket)?;
                self.remove_device(staff, ticket, device)
            }
            StaffCommand::OfferKey { area, sign, kem, label } => {
                let area = self.own_area(staff, &area)?;
                self.offer_key(area, KeyOffer { sign, kem, label })
            }
            StaffCommand::SetSeal { area, root, state, moved, devices } => {
                let area = self.own_area(staff, &area)?;
                self.set_seal(area, Seal { root, state, moved }, devices)
            }
        }
    }

    fn watch(&mut self, socket: SocketId, staff: StaffId, area: AreaId) -> Answer {
        if let Some(Who::Staff { watches, .. }) = self.sockets.get_mut(&socket).map(|socket| &mut socket.who) {
            watches.insert(area);
        }
        self.tell_whole_queue(socket, staff, area)?;
        self.tell_rules_to(socket, area);
        self.tell_devices_to(socket, area);
        self.tell_notes_in(socket, area);
        self.reattach_if_alone(staff, socket);
        Ok(())
    }

    fn tell_whole_queue(&mut self, socket: SocketId, staff: StaffId, area: AreaId) -> Answer {
        let snapshot = self.lobby.snapshot(area).ok_or(No(ErrorCode::AreaUnknown, "no such area"))?;
        let tickets = snapshot.tickets.iter().filter_map(|ticket| self.queue_ticket(*ticket, staff)).collect();
        let slug = self.areas.get(&area).map(|area| area.slug.clone()).unwrap_or_default();
        self.tell(socket, &ServerMessage::Queue { area: slug, version: snapshot.version, tickets });
        Ok(())
    }

    /// Something in the cards of an area has changed that the lobby does not know of.
    pub(super) fn tell_queue_anew(&mut self, area: AreaId) {
        let watching = self.sockets.iter().filter_map(|(id, socket)| match &socket.who {
            Who::Staff { staff, watches } if watches.contains(&area) => Some((*id, *staff)),
            Who::Staff { .. } | Who::Patient { .. } | Who::Unknown => None,
        });
        let watching: Vec<(SocketId, StaffId)> = watching.collect();
        for (socket, staff) in watching {
            let _area_is_known = self.tell_whole_queue(socket, staff, area);
        }
    }

    fn set_presence(&mut self, id: AreaId, presence: Presence, text: String) -> Answer {
        if let Some(area) = self.areas.get_mut(&id) {
            (area.presence, area.presence_text) = (presence, text);
        }
        self.follow_presence(id);
        self.save_area(id)
    }

    /// Shows the new area at once and has it written behind; a full queue means a stuck disk, which staff should know of.
    fn save_area(&mut self, id: AreaId) -> Answer {
        self.areas_touched.insert(id);
        let Some(area) = self.areas.get(&id) else { return Ok(()) };
        self.save.try_send(Save::Area(area.clone())).map_err(|_| {
            telemetry::limit_reached("save_queue");
            No(ErrorCode::TooMany, "shown, but not saved: the database does not keep up")
        })
    }

    /// The referral goes first, since the transfer itself has it told.
    fn transfer(&mut self, ticket: TicketId, to: AreaId, sealed: Option<Private>, referral: Option<Private>) -> Answer {
        let visit = self.visits.get_mut(&ticket).ok_or(No(ErrorCode::TicketUnknown, "no such visit"))?;
        let before = std::mem::replace(&mut visit.referral, referral);
        let home = self.lobby.ticket(ticket).map(|ticket| ticket.area);
        let transferred = match sealed {
            Some(text) => {
                let name = Name { text, is_sealed: true };
                self.apply_named(ticket, name, |name| Input::Transfer { ticket, to, name: Some(name) })
            }
            None => self.apply(Input::Transfer { ticket, to, name: None }),
        };
        if let Some(visit) = self.visits.get_mut(&ticket) {
            match transferred {
                Ok(()) if home != Some(to) => {
                    visit.notes.erase_memo();
                    self.void_guest_links(ticket);
                }
                Ok(()) => {}
                Err(_) => visit.referral = before,
            }
        }
        transferred
    }

    /// One consultation at a time: an offer does not say for which one it is. Guests are admitted into their host's.
    fn admit(&mut self, socket: SocketId, staff: StaffId, ticket: TicketId) -> Answer {
        if self.lobby.ticket(ticket).is_some_and(|ticket| ticket.guest_of.is_some()) {
            return self.add_to_call(staff, ticket);
        }
        self.check_admits()?;
        if self.calls.of_staff(staff).is_some() {
            return Err(No(ErrorCode::WrongState, "end the other consultation first"));
        }
        if let Some(answer) = self.call_back(ticket) {
            return answer;
        }
        self.apply(Input::Admit { ticket, staff })?;
        metrics::counter!("anteroom_admissions_total").increment(1);
        if let Some((room, chair)) = self.calls.seat_of_staff(staff) {
            self.reattach(room, chair, socket);
        }
        Ok(())
    }

    pub(super) fn check_admits(&self) -> Answer {
        if self.stop_at.is_some() {
            return Err(No(ErrorCode::Draining, "the server is about to stop"));
        }
        if self.calls.commands.are_all_full() {
            return Err(BEHIND);
        }
        Ok(())
    }

    /// The end of a consultation for all who are in it, those whom it was called for last: guests go with their hosts.
    fn end_call(&mut self, ticket: TicketId) -> Answer {
        let all = room_of(&self.lobby, ticket).map(|room| self.calls.patients(room)).unwrap_or_default();
        self.apply(Input::End { ticket, by: EndedBy::Staff })?;
        for other in all.into_iter().filter(|other| *other != ticket) {
            if self.lobby.ticket(other).is_some_and(|other| other.state.is_consultation()) {
                self.apply_if_possible(Input::End { ticket: other, by: EndedBy::Staff });
            }
        }
        Ok(())
    }

    /// The clinician leaves: calls that patients have not answered are taken back, a consultation ends. A colleague's goes on.
    fn leave_as_staff(&mut self, staff: StaffId) {
        let Some(room) = self.calls.of_staff(staff) else { return };
        if !self.calls.is_led_by(room, staff) {
            return self.leave_call_as_staff(room, staff);
        }
        for (ticket, state) in self.states_in(room) {
            self.apply_if_possible(if state == State::Called {
                Input::CancelCall { ticket }
            } else {
                Input::End { ticket, by: EndedBy::Staff }
            });
        }
    }

    /// The clinician is gone for too long: the patients go back in line, in the old place.
    pub(super) fn lose_staff(&mut self, staff: StaffId) {
        let Some(room) = self.calls.of_staff(staff) else { return };
        if !self.calls.is_led_by(room, staff) {
            return self.leave_call_as_staff(room, staff);
        }
        for (ticket, state) in self.states_in(room) {
            let home = self.lobby.ticket(ticket).map(|ticket| ticket.area);
            let back = home.filter(|_| state != State::Called).map(|to| Input::Transfer { ticket, to, name: None });
            self.apply_if_possible(back.unwrap_or(Input::CancelCall { ticket }));
        }
    }

    /// Who is in a room, guests first: they go with their hosts, and could not be asked any more.
    fn states_in(&self, room: RoomId) -> Vec<(TicketId, State)> {
        let mut all = self.calls.patients(room);
        all.sort_by_key(|ticket| self.lobby.ticket(*ticket).is_some_and(|ticket| ticket.guest_of.is_none()));
        let state = |ticket: TicketId| Some((ticket, self.lobby.ticket(ticket)?.state));
        all.into_iter().filter_map(state).collect()
    }

    fn own_area(&self, staff: StaffId, slug: &str) -> Result<AreaId, No> {
        let area = self
            .area_by_slug(slug)
            .filter(|area| self.staff_areas.get(&staff).is_some_and(|areas| areas.contains(area)));
        area.ok_or(No(ErrorCode::AreaUnknown, "no such area"))
    }

    fn own_ticket(&self, staff: StaffId, name: &str) -> Result<TicketId, No> {
        let ticket = self.tickets.get(name).and_then(|ticket| self.lobby.ticket(*ticket));
        let own =
            ticket.filter(|ticket| self.staff_areas.get(&staff).is_some_and(|areas| areas.contains(&ticket.area)));
        own.map(|ticket| ticket.id).ok_or(No(ErrorCode::TicketUnknown, "no such visit"))
    }

    /// As [`Self::own_ticket`], but not another clinician's consultation.
    pub(super) fn own_call(&self, staff: StaffId, name: &str) -> Result<TicketId, No> {
        let ticket = self.own_ticket(staff, name)?;
        match self.lobby.ticket(ticket).and_then(|ticket| ticket.staff) {
            Some(other) if other != staff => Err(No(ErrorCode::NotAllowed, "another clinician's consultation")),
            Some(_) | None => Ok(ticket),
        }
    }
}

/// Opaque, and so only bounded.
fn checked_referral(referral: String) -> Result<Private, No> {
    if referral.is_empty() || SEAL_HELLO_CHARS_MAX < referral.chars().count() {
        telemetry::limit_reached("referral");
        return Err(No(ErrorCode::BadMessage, "a referral has 1 to 6,000 characters"));
    }
    Ok(Private::from(referral))
}

pub(super) fn checked_text(text: String, chars_max: usize) -> Result<String, No> {
    if chars_max < text.chars().count() || text.chars().any(char::is_control) {
        return Err(No(ErrorCode::BadMessage, "a text is too long or has control characters"));
    }
    Ok(text)
}
