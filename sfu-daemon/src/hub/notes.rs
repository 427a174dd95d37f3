//! Messages between the line and the desk. They are sealed: the server hands them on, keeps them for who comes back, and erases them with the
//! visit's name.

use sfu_lobby::{AreaId, Private, TicketId};
use sfu_signal::{ErrorCode, NoteView, ServerMessage};

use super::call::Side;
use super::patient::is_sealed_text;
use super::{Answer, Hub, No, SocketId, Who};
use crate::limits::{Bucket, NOTES_BURST, NOTES_MAX, NOTES_PER_SECOND, SEALED_CHARS_MAX};
use crate::telemetry;

/// Of a visit.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<(Side, Private)>,
    /// Of the patient, and of all staff.
    rates: [Option<Bucket>; 2],
}

impl Notes {
    fn to(&self, receiver: Side) -> impl Iterator<Item = &Private> {
        self.kept.iter().filter(move |(from, _)| from.other() == receiver).map(|(_, sealed)| sealed)
    }

    /// Overwritten as it is dropped.
    pub(super) fn erase(&mut self) {
        self.kept.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// How many rates are remembered.
    pub(super) fn rates(&self) -> usize {
        self.rates.iter().flatten().count()
    }
}

impl Hub {
    pub(super) fn note(&mut self, ticket: TicketId, from: Side, sealed: String) -> Answer {
        let sealed = Private::from(sealed);
        if self.lobby.ticket(ticket).is_none_or(|ticket| ticket.state.is_over()) {
            return Err(No(ErrorCode::WrongState, "the visit is over"));
        }
        let Some(visit) = self.visits.get_mut(&ticket) else { return Ok(()) };
        let [up, down] = &mut visit.notes.rates;
        let rate = if from == Side::Patient { up } else { down };
        if !rate.get_or_insert_with(|| Bucket::new(NOTES_BURST, NOTES_PER_SECOND)).take() {
            telemetry::limit_reached("note_rate");
            return Err(No(ErrorCode::TooMany, "too many notes; wait a second"));
        }
        if SEALED_CHARS_MAX < sealed.len() || !is_sealed_text(&sealed) {
            telemetry::limit_reached("note");
            return Err(No(ErrorCode::BadMessage, "a note has 1 to 1,400 letters of base64url"));
        }
        if NOTES_MAX <= visit.notes.kept.len() {
            telemetry::limit_reached("notes");
            return Err(No(ErrorCode::TooMany, "too many notes in this visit"));
        }
        let (page, name, text) = (visit.socket, visit.name.clone(), sealed.expose().to_owned());
        visit.notes.kept.push((from, sealed));
        match from {
            Side::Staff => {
                if let Some(page) = page {
                    self.tell(page, &ServerMessage::Notes { notes: vec![NoteView { ticket: None, sealed: text }] });
                }
            }
            Side::Patient => {
                let Some(area) = self.lobby.ticket(ticket).map(|ticket| ticket.area) else { return Ok(()) };
                let notes = ServerMessage::Notes { notes: vec![NoteView { ticket: Some(name), sealed: text }] };
                self.tell_all(|who| matches!(who, Who::Staff { watches, .. } if watches.contains(&area)), &notes);
            }
        }
        Ok(())
    }

    /// What a patient's page has to hear again.
    pub(super) fn tell_notes_of(&mut self, socket: SocketId, ticket: TicketId) {
        let Some(visit) = self.visits.get(&ticket) else { return };
        let notes = visit.notes.to(Side::Patient);
        let notes = notes.map(|sealed| NoteView { ticket: None, sealed: sealed.expose().to_owned() }).collect();
        self.tell_notes(socket, notes);
    }

    /// What a staff page has to hear again.
    pub(super) fn tell_notes_in(&mut self, socket: SocketId, area: AreaId) {
        let tickets = self.lobby.snapshot(area).map(|snapshot| snapshot.tickets).unwrap_or_default();
        let visits = tickets.iter().filter_map(|ticket| self.visits.get(ticket));
        let notes = visits.flat_map(|visit| {
            let view =
                |sealed: &Private| NoteView { ticket: Some(visit.name.clone()), sealed: sealed.expose().to_owned() };
            visit.notes.to(Side::Staff).map(view)
        });
        let notes = notes.collect();
        self.tell_notes(socket, notes);
    }

    fn tell_notes(&mut self, socket: SocketId, notes: Vec<NoteView>) {
        if !notes.is_empty() {
            self.tell(socket, &ServerMessage::Notes { notes });
        }
    }
}
