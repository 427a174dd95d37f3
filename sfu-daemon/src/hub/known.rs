//! "What the server knows about you": all that is held of one visit, told to its patient, and its deletion on request.
//!
//! Every structure that holds something of a visit is taken apart here, or beside its definition, without a rest (`..`): whoever adds a field has
//! to say here what the patient is told of it, or nothing compiles.

use std::time::Instant;

use sfu_core::Gate;
use sfu_lobby::{Devices, Held, Private, RoomId, Ticket, TicketId};
use sfu_relay::FileHeld;
use sfu_signal::{ErrorCode, KnownField, KnownItem, KnownUntil, KnownValue, ServerMessage};

use super::call::Chair;
use super::files::person;
use super::turn::Wish;
use super::{Answer, Hub, No, Socket, SocketId, Visit, millis, now, view};
use crate::auth::hex;
use crate::limits::{Bucket, KNOWN_BURST, KNOWN_PER_SECOND};
use crate::telemetry;

/// The list while it is made.
pub(super) struct Known {
    now: Instant,
    now_ms: u64,
    checked_in_ms: u64,
    /// When the visit is forgotten, where that is known.
    forgotten: KnownUntil,
    items: Vec<KnownItem>,
}

impl Known {
    fn ms(&self, at: Instant) -> u64 {
        let ahead = millis(at.saturating_duration_since(self.now));
        let ago = millis(self.now.saturating_duration_since(at));
        (self.now_ms + ahead).saturating_sub(ago)
    }

    pub(super) fn add(&mut self, what: KnownField, value: KnownValue, since_ms: Option<u64>, until: KnownUntil) {
        self.items.push(KnownItem { what, value, since_ms, until });
    }

    /// Something that goes with the consultation.
    pub(super) fn of_call(&mut self, what: KnownField, value: KnownValue) {
        self.add(what, value, None, KnownUntil::Call);
    }

    /// Something that has been there since the check-in and goes with the visit.
    fn of_visit(&mut self, what: KnownField, value: KnownValue) {
        self.add(what, value, Some(self.checked_in_ms), self.forgotten);
    }

    fn time(&self, at: Option<Instant>) -> KnownValue {
        at.map_or(KnownValue::Nothing, |at| KnownValue::Time { at_ms: self.ms(at) })
    }
}

pub(super) const fn flag(yes: bool) -> KnownValue {
    KnownValue::Flag { yes }
}

pub(super) fn count(count: usize) -> KnownValue {
    KnownValue::Count { count: count as u64 }
}

pub(super) fn bytes(bytes: usize) -> KnownValue {
    if bytes == 0 { KnownValue::Nothing } else { KnownValue::Bytes { bytes: bytes as u64 } }
}

pub(super) fn number(number: Option<u64>) -> KnownValue {
    number.map_or(KnownValue::Nothing, |count| KnownValue::Count { count })
}

impl Hub {
    /// Everything, read from where it is. The message is made anew for each question and kept nowhere.
    pub(super) fn what_you_know(&mut self, socket: SocketId, ticket: TicketId) -> Answer {
        let visit = self.visits.get_mut(&ticket).ok_or(GONE)?;
        if !visit.asks.get_or_insert_with(|| Bucket::new(KNOWN_BURST, KNOWN_PER_SECOND)).take() {
            telemetry::limit_reached("known_rate");
            return Err(No(ErrorCode::TooMany, "asked too often; wait a second"));
        }
        let (now_ms, items) = self.known(ticket).ok_or(GONE)?;
        self.tell(socket, &ServerMessage::Known { now_ms, items });
        Ok(())
    }

    /// Ends the visit wherever it is and deletes what there is of it, files included. Only counters that bound an address, and numbers in the
    /// log, remain.
    pub(super) fn erase(&mut self, socket: SocketId, ticket: TicketId) -> Answer {
        let rooms = self.visits.get(&ticket).ok_or(GONE)?.rooms.clone();
        for (room, chair) in rooms {
            self.erase_files(room, chair); // While the pages are there to be told.
        }
        self.apply(sfu_lobby::Input::Erase { ticket })?;
        self.tell(socket, &ServerMessage::Erased);
        Ok(())
    }

    fn known(&self, id: TicketId) -> Option<(u64, Vec<KnownItem>)> {
        let held = self.lobby.held(id)?;
        let is_over = held.ticket.state.is_over();
        let mut known = Known {
            now: now(),
            now_ms: crate::now_ms().unsigned_abs(),
            checked_in_ms: 0,
            forgotten: KnownUntil::Forgotten,
            items: Vec::new(),
        };
        known.checked_in_ms = known.ms(held.ticket.checked_in_at);
        if let Some(at) = held.ticket.deadline.filter(|_| is_over) {
            known.forgotten = KnownUntil::At { at_ms: known.ms(at) };
        }
        self.known_of_ticket(&mut known, &held);
        let visit = self.visits.get(&id)?;
        self.known_of_visit(&mut known, visit);
        if let Some(socket) = visit.socket.and_then(|socket| self.sockets.get(&socket)) {
            self.known_of_page(&mut known, socket);
        }
        if let Some(room) = held.ticket.room {
            self.calls.known(room, id, &mut known);
        }
        for (room, chair) in &visit.rooms {
            self.known_of_files(&mut known, *room, *chair);
        }
        known.add(KnownField::Messages, KnownValue::Nothing, None, KnownUntil::Call);
        Some((known.now_ms, known.items))
    }

    fn known_of_ticket(&self, known: &mut Known, held: &Held<'_>) {
        // Who is reached elsewhere has said where: that is told of the visit.
        let Held { ticket, position, set_up_done, unreachable_since, went_in_at, reached_elsewhere: _, guests } = held;
        let Ticket {
            id,
            area,
            state,
            name,
            language,
            checked_in_at,
            devices: Devices { camera, microphone, hears, network },
            connected,
            needs_a_minute,
            room,
            staff,
            guest_of,
            deadline,
            reason,
            version,
        } = ticket;
        let text = |text: Option<String>| text.map_or(KnownValue::Nothing, |text| KnownValue::Text { text });
        let checked_in = Some(known.checked_in_ms);
        known.add(KnownField::Name, bytes(name.len()), checked_in, KnownUntil::End);
        known.of_visit(KnownField::Guest, flag(guest_of.is_some()));
        known.add(KnownField::Guests, count(*guests), None, known.forgotten);
        known.of_visit(KnownField::State, KnownValue::State { state: view::state_view(*state) });
        known.add(KnownField::Position, number(position.map(u64::from)), checked_in, KnownUntil::End);
        known.of_visit(KnownField::CheckedInAt, known.time(Some(*checked_in_at)));
        known.of_visit(KnownField::Area, text(self.areas.get(area).map(|area| area.slug.clone())));
        known.of_visit(KnownField::Language, text(Some(language.clone())));
        known.of_visit(KnownField::Camera, KnownValue::Device { device: view::device_view(*camera) });
        known.of_visit(KnownField::Microphone, KnownValue::Device { device: view::device_view(*microphone) });
        known.of_visit(KnownField::Hears, hears.map_or(KnownValue::Nothing, flag));
        known.of_visit(KnownField::Network, text(network.map(|network| view::network_text(&network))));
        known.add(KnownField::Echo, flag(self.echoes.has(*id)), None, KnownUntil::Page);
        known.of_visit(KnownField::SetUpDone, flag(*set_up_done));
        let lost_ms = unreachable_since.map(|at| known.ms(at));
        known.add(KnownField::Connected, flag(*connected), lost_ms, known.forgotten);
        known.of_call(KnownField::NeedsAMinute, flag(*needs_a_minute));
        known.of_call(KnownField::Staff, text(staff.and_then(|staff| self.clinician(staff, *area))));
        known.of_call(KnownField::Room, number(room.map(|room| room.0)));
        known.of_call(KnownField::WentInAt, known.time(*went_in_at));
        let due = deadline.map_or(known.forgotten, |at| KnownUntil::At { at_ms: known.ms(at) });
        known.add(KnownField::Deadline, known.time(*deadline), None, due);
        known.add(KnownField::Reason, bytes(reason.len()), None, known.forgotten);
        known.of_visit(KnownField::Version, KnownValue::Count { count: *version });
        known.add(KnownField::Number, KnownValue::Count { count: id.0 }, checked_in, KnownUntil::Log);
    }

    fn known_of_visit(&self, known: &mut Known, visit: &Visit) {
        let Visit {
            name,
            is_sealed,
            referral,
            notes,
            place,
            socket,
            lost_at,
            rooms,
            guest_links,
            wish,
            asks,
            echo_rate,
        } = visit;
        known.of_visit(KnownField::NameSealed, flag(*is_sealed));
        known.of_visit(KnownField::Handle, KnownValue::Text { text: name.clone() });
        known.of_visit(KnownField::Place, KnownValue::Text { text: hex(&place.hash().0) });
        known.add(KnownField::Page, number(socket.map(|socket| socket.0)), None, KnownUntil::Page);
        let lost_at = lost_at.map(tokio::time::Instant::into_std);
        known.add(KnownField::LostAt, known.time(lost_at), None, known.forgotten);
        known.add(KnownField::Rooms, count(rooms.len()), None, known.forgotten);
        known.add(KnownField::GuestLinks, count(guest_links.len()), None, KnownUntil::End);
        known.add(KnownField::TellTo, bytes(wish.len()), None, KnownUntil::End);
        known.of_visit(KnownField::Told, flag(matches!(wish, Wish::Sent)));
        known.add(KnownField::Notes, count(notes.len()), None, KnownUntil::End);
        known.add(KnownField::Memo, bytes(notes.memo_len()), None, KnownUntil::End);
        known.add(KnownField::Referral, bytes(referral.as_ref().map_or(0, Private::len)), None, KnownUntil::End);
        known.of_visit(KnownField::Rates, count([asks, echo_rate].into_iter().flatten().count() + notes.rates()));
    }

    fn known_of_page(&self, known: &mut Known, socket: &Socket) {
        // A patient's page has no staff session, and who it is has been told.
        let Socket { outbox, source, session: _, is_touched: _, echo_rate: _, who: _ } = socket;
        known.add(KnownField::Source, KnownValue::Text { text: source.hex() }, None, KnownUntil::Page);
        let waiting = outbox.max_capacity() - outbox.capacity();
        known.add(KnownField::Outbox, count(waiting), None, KnownUntil::Page);
        if let Some((check_ins, ends)) = self.check_ins.of(*source) {
            let until = KnownUntil::At { at_ms: known.ms(ends.into_std()) };
            known.add(KnownField::CheckIns, KnownValue::Count { count: u64::from(check_ins) }, None, until);
        }
    }

    fn known_of_files(&self, known: &mut Known, room: RoomId, own: Chair) {
        for file in self.files.of_room(room) {
            let FileHeld { sender, keeping: _, size, offer_bytes, received: _, offered_at, deleted_at } = file;
            let value = KnownValue::File {
                mine: sender == person(room, own),
                bytes: size.bytes(),
                size_class: size.class(),
                offer_bytes,
            };
            let until = deleted_at.map_or(KnownUntil::Call, |at| KnownUntil::At { at_ms: known.ms(at) });
            known.add(KnownField::File, value, Some(known.ms(offered_at)), until);
        }
    }
}

pub(super) fn gate(gate: Gate) -> KnownValue {
    flag(match gate {
        Gate::Open => true,
        Gate::Shut => false,
    })
}

const GONE: No = No(ErrorCode::PlaceUnknown, "this place is not, or no longer, known");
