//! Who else comes into a consultation: guests by a link, other patients, colleagues.
//!
//! A guest link is random, works once, and is kept as a hash for as long as the visit of its host, in memory only. Whoever checks in by it waits
//! like anybody, and is let into the host's consultation by staff, or not at all.

use sfu_lobby::{Input, StaffId, TicketId};
use sfu_signal::{ErrorCode, ServerMessage};

use super::patient::Name;
use super::{Answer, Hub, No, SocketId, room_of};
use crate::auth::{Token, TokenHash};
use crate::limits::{GUEST_LINKS_MAX, PASSCODE_WRONG_COSTS};
use crate::place::Place;
use crate::telemetry;

/// No such area: a guest's place is gone with the host's, so that no server gives it again after a restart.
const NOWHERE: u32 = 0;

impl Hub {
    pub(super) fn make_guest_link(&mut self, socket: SocketId, ticket: TicketId) -> Answer {
        let host = self.lobby.ticket(ticket).filter(|host| !host.state.is_over() && host.guest_of.is_none());
        host.ok_or(No(ErrorCode::WrongState, "the visit is over, or a guest's"))?;
        let visit = self.visits.get_mut(&ticket).ok_or(No(ErrorCode::TicketUnknown, "no such visit"))?;
        if GUEST_LINKS_MAX <= visit.guest_links.len() {
            telemetry::limit_reached("guest_links");
            return Err(No(ErrorCode::TooMany, "the visit has too many guest links that nobody has used"));
        }
        let token = Token::random()?;
        let hash = TokenHash::of(token.expose());
        visit.guest_links.insert(hash);
        let ticket_name = visit.name.clone();
        self.guest_links.insert(hash, ticket);
        let token = token.expose().to_owned();
        self.tell(socket, &ServerMessage::GuestLink { ticket: ticket_name, token });
        Ok(())
    }

    pub(super) fn check_in_guest(
        &mut self,
        socket: SocketId,
        old: Option<TicketId>,
        Name { text: name, is_sealed }: Name,
        language: String,
        link: &str,
    ) -> Answer {
        self.check_may_begin(old, &language)?;
        self.take_check_in(socket)?;
        let hash = TokenHash::of(link);
        let Some(host) = self.guest_links.get(&hash).copied() else {
            if let Some(source) = self.sockets.get(&socket).map(|socket| socket.source) {
                self.check_ins.charge(source, PASSCODE_WRONG_COSTS);
            }
            return Err(No(ErrorCode::GuestLinkOver, "this link has been used, or the visit is over"));
        };
        let area = self.lobby.ticket(host).map(|host| host.area);
        let area = area.ok_or(No(ErrorCode::GuestLinkOver, "the visit is over"))?;
        let place = Place::new(NOWHERE, crate::now_ns())?;
        self.begin_visit(socket, area, place, is_sealed, Input::CheckInGuest { host, name, language })?;
        self.guest_links.remove(&hash);
        if let Some(host) = self.visits.get_mut(&host) {
            host.guest_links.remove(&hash);
        }
        Ok(())
    }

    /// The links of a visit that goes to another area lead nowhere: what is in them is the key of the area where it was.
    pub(super) fn void_guest_links(&mut self, ticket: TicketId) {
        if let Some(visit) = self.visits.get_mut(&ticket) {
            let void = std::mem::take(&mut visit.guest_links);
            self.guest_links.retain(|link, _| !void.contains(link));
        }
    }

    /// Somebody who waits comes into the consultation that goes on.
    pub(super) fn add_to_call(&mut self, staff: StaffId, ticket: TicketId) -> Answer {
        self.check_admits()?;
        let room = self.calls.of_staff(staff).filter(|room| self.calls.is_led_by(*room, staff));
        let room = room.ok_or(No(ErrorCode::WrongState, "there is no consultation of your own to add somebody to"))?;
        self.check_same_area(ticket, room)?;
        self.calls.check_has_seat(room)?;
        let with = self.calls.patients(room).first().copied();
        let with = with.ok_or(No(ErrorCode::WrongState, "there is nobody in the consultation"))?;
        if let Some(answer) = self.call_back(ticket) {
            return answer;
        }
        self.apply(Input::AddToCall { ticket, with })?;
        metrics::counter!("anteroom_admissions_total").increment(1);
        Ok(())
    }

    /// Staff of the same area see each other's consultations in the queue, and may take part.
    pub(super) fn join_colleague(&mut self, socket: SocketId, staff: StaffId, ticket: TicketId) -> Answer {
        self.check_admits()?;
        if self.calls.of_staff(staff).is_some() {
            return Err(No(ErrorCode::WrongState, "end the other consultation first"));
        }
        let room = room_of(&self.lobby, ticket).ok_or(No(ErrorCode::WrongState, "there is no consultation"))?;
        self.calls.check_has_seat(room)?;
        self.join_call_as_staff(room, staff, socket);
        self.tell_queue_anew(self.calls.area(room).unwrap_or(sfu_lobby::AreaId(0))); // Whose consultation it is has changed.
        Ok(())
    }

    /// The keys of a consultation are those of its area.
    fn check_same_area(&self, ticket: TicketId, room: sfu_lobby::RoomId) -> Answer {
        let area = self.lobby.ticket(ticket).map(|ticket| ticket.area);
        if area == self.calls.area(room) {
            return Ok(());
        }
        Err(No(ErrorCode::WrongState, "somebody of another area is transferred first"))
    }
}
