//! Messages between the line and the desk, and the note of staff on a visit. They are sealed: the server hands them on, keeps them for who comes
//! back, and erases them with the visit's name.

use sfu_lobby::{AreaId, Private, TicketId};
use sfu_signal::{ErrorCode, MemoView, NoteView, ServerMessage};

use super::patient::is_sealed_text;
use super::{Answer, Hub, No, SocketId, Visit};
use crate::limits::{Bucket, NOTE_CHARS_MAX, NOTES_BURST, NOTES_MAX, NOTES_PER_SECOND, SEALED_CHARS_MAX};
use crate::telemetry;

/// A message, for the other side and, if its page wants that, for the own.
#[derive(Debug)]
struct Note {
    from: Side,
    sealed: Private,
    copy: Option<Private>,
}

impl Note {
    /// What a side gets of it, and whether it is its own.
    fn to(&self, receiver: Side) -> Option<(&Private, bool)> {
        if self.from == receiver { Some((self.copy.as_ref()?, true)) } else { Some((&self.sealed, false)) }
    }
}

/// Of a visit.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<Note>,
    /// For the staff of the area only.
    memo: Option<Private>,
    /// Of the patient, and of all staff.
    rates: [Option<Bucket>; 2],
}

impl Notes {
    /// Oldest first, of both sides.
    fn to(&self, receiver: Side, ticket: Option<&str>) -> Vec<NoteView> {
        let views = self.kept.iter().filter_map(|note| note.to(receiver));
        let view = |(sealed, own): (&Private, bool)| NoteView {
            ticket: ticket.map(str::to_owned),
            sealed: sealed.expose().to_owned(),
            own,
        };
        views.map(view).collect()
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

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Patient,
    Staff,
}

impl Hub {
    pub(super) fn note(&mut self, ticket: TicketId, from: Side, sealed: String, copy: Option<String>) -> Answer {
        let (sealed, copy) = (Private::from(sealed), copy.map(Private::from));
        let area = self.area_of_open(ticket)?;
        let Some(visit) = self.visits.get_mut(&ticket) else { return Ok(()) };
        visit.notes.may_write(from)?;
        for text in [Some(&sealed), copy.as_ref()].into_iter().flatten() {
            check(text, NOTE_CHARS_MAX, "a note has 1 to 2,000 letters of base64url")?;
        }
        if NOTES_MAX <= visit.notes.kept.len() {
            telemetry::limit_reached("notes");
            return Err(No(ErrorCode::TooMany, "too many notes in this visit"));
        }
        let note = Note { from, sealed, copy };
        let view = |receiver, ticket| {
            let (text, own) = note.to(receiver)?;
            Some(ServerMessage::Notes { notes: vec![NoteView { ticket, sealed: text.expose().to_owned(), own }] })
        };
        let (for_patient, for_staff) = (view(Side::Patient, None), view(Side::Staff, Some(visit.name.clone())));
        let page = visit.socket;
        visit.notes.kept.push(note);
        if let (Some(page), Some(notes)) = (page, for_patient) {
            self.tell(page, &notes);
        }
        if let Some(notes) = for_staff {
            self.tell_all(|who| who.watches(area), &notes);
        }
        Ok(())
    }

    /// In place of the one that there is.
    pub(super) fn set_memo(&mut self, ticket: TicketId, sealed: Option<String>) -> Answer {
        let sealed = sealed.map(Private::from);
        let area = self.area_of_open(ticket)?;
        let Some(visit) = self.visits.get_mut(&ticket) else { return Ok(()) };
        visit.notes.may_write(Side::Staff)?;
        let rule = "a note for colleagues has 1 to 1,400 letters of base64url";
        sealed.as_ref().map_or(Ok(()), |sealed| check(sealed, SEALED_CHARS_MAX, rule))?;
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
        let notes = visit.notes.to(Side::Patient, None);
        self.tell_notes(socket, notes);
    }

    /// What a staff page has to hear again.
    pub(super) fn tell_notes_in(&mut self, socket: SocketId, area: AreaId) {
        let tickets = self.lobby.snapshot(area).map(|snapshot| snapshot.tickets).unwrap_or_default();
        let visits = || tickets.iter().filter_map(|ticket| self.visits.get(ticket));
        let memos: Vec<_> = visits().filter(|visit| visit.notes.memo.is_some()).map(memo_view).collect();
        let notes = visits().flat_map(|visit| visit.notes.to(Side::Staff, Some(&visit.name))).collect();
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

fn check(sealed: &Private, chars_max: usize, rule: &'static str) -> Answer {
    if sealed.len() <= chars_max && is_sealed_text(sealed) {
        return Ok(());
    }
    telemetry::limit_reached("note");
    Err(No(ErrorCode::BadMessage, rule))
}
