//! Messages between the line and the desk, and the note of staff on a visit. They are sealed: the server hands them on, keeps them for who comes
//! back, and erases them with the visit's name.

use sfu_lobby::{AreaId, Private, TicketId};
use sfu_signal::{ErrorCode, MemoView, NoteView, ServerMessage};

use super::call::Side;
use super::patient::is_sealed_text;
use super::{Answer, Hub, No, SocketId, Visit};
use crate::limits::{Bucket, NOTES_BURST, NOTES_MAX, NOTES_PER_SECOND, SEALED_CHARS_MAX};
use crate::telemetry;

/// Of a visit.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<(Side, Private)>,
    /// For the staff of the area only.
    memo: Option<Private>,
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
        self.memo = None;
    }

    /// Of one area nothing is for another, which could not read it.
    pub(super) fn erase_memo(&mut self) {
        self.memo = None;
    }

    pub(super) fn memo_len(&self) -> usize {
        self.memo.as_ref().map_or(0, Private::len)
    }

    fn may_write(&mut self, from: Side) -> Answer {
        let [up, down] = &mut self.rates;
        let rate = if from == Side::Patient { up } else { down };
        if rate.get_or_insert_with(|| Bucket::new(NOTES_BURST, NOTES_PER_SECOND)).take() {
            return Ok(());
        }
        telemetry::limit_reached("note_rate");
        Err(No(ErrorCode::TooMany, "too many notes; wait a second"))
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
        self.area_of_open(ticket)?;
        let Some(visit) = self.visits.get_mut(&ticket) else { return Ok(()) };
        visit.notes.may_write(from)?;
        check_note(&sealed)?;
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
                self.tell_all(|who| who.watches(area), &notes);
            }
        }
        Ok(())
    }

    /// In place of the one that there is.
    pub(super) fn set_memo(&mut self, ticket: TicketId, sealed: Option<String>) -> Answer {
        let sealed = sealed.map(Private::from);
        let area = self.area_of_open(ticket)?;
        let Some(visit) = self.visits.get_mut(&ticket) else { return Ok(()) };
        visit.notes.may_write(Side::Staff)?;
        sealed.as_ref().map_or(Ok(()), check_note)?;
        visit.notes.memo = sealed;
        let memos = ServerMessage::Memos { memos: vec![memo_view(visit)] };
        self.tell_all(|who| who.watches(area), &memos);
        Ok(())
    }

    /// The area of a visit that is not over.
    fn area_of_open(&self, ticket: TicketId) -> Result<AreaId, No> {
        let open = self.lobby.ticket(ticket).filter(|ticket| !ticket.state.is_over());
        open.map(|ticket| ticket.area).ok_or(No(ErrorCode::WrongState, "the visit is over"))
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
        let visits = || tickets.iter().filter_map(|ticket| self.visits.get(ticket));
        let memos: Vec<_> = visits().filter(|visit| visit.notes.memo.is_some()).map(memo_view).collect();
        let notes = visits().flat_map(|visit| {
            let view =
                |sealed: &Private| NoteView { ticket: Some(visit.name.clone()), sealed: sealed.expose().to_owned() };
            visit.notes.to(Side::Staff).map(view)
        });
        let notes = notes.collect();
        self.tell_notes(socket, notes);
        if !memos.is_empty() {
            self.tell(socket, &ServerMessage::Memos { memos });
        }
    }

    fn tell_notes(&mut self, socket: SocketId, notes: Vec<NoteView>) {
        if !notes.is_empty() {
            self.tell(socket, &ServerMessage::Notes { notes });
        }
    }
}

fn memo_view(visit: &Visit) -> MemoView {
    let sealed = visit.notes.memo.as_ref().map(|memo| memo.expose().to_owned());
    MemoView { ticket: visit.name.clone(), sealed }
}

fn check_note(sealed: &Private) -> Answer {
    if sealed.len() <= SEALED_CHARS_MAX && is_sealed_text(sealed) {
        return Ok(());
    }
    telemetry::limit_reached("note");
    Err(No(ErrorCode::BadMessage, "a note has 1 to 1,400 letters of base64url"))
}
