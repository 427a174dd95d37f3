//! What is written down of what staff do, and of each consultation when it is over.

use sfu_core::{ParticipantId, ParticipantStats, SubscriptionStats, TrackStats};
use sfu_lobby::{AreaId, StaffId, TicketId};
use sfu_signal::StaffCommand;
use tokio::time::Instant;

use super::record::Record;
use super::{Hub, Note};
use crate::store::{Deed, Visit};
use crate::telemetry;

impl Hub {
    /// What a command is for the audit log, if it is carried out; `None` for what only looks, and for notes, which are the practice's own affair.
    /// Asked before it is carried out, since some of it is gone after that.
    pub(super) fn deed(&self, command: &StaffCommand) -> Option<Deed> {
        let area = |slug: &String| self.area_by_slug(slug).map(number);
        let visit = |name: &String| self.tickets.get(name).and_then(|ticket| self.audited_visit(*ticket));
        match command {
            StaffCommand::Watch { .. }
            | StaffCommand::Touched
            | StaffCommand::SetMemo { .. }
            | StaffCommand::OfferKey { .. } => None,
            StaffCommand::SetPresence { area: slug, .. } => area(slug).map(Deed::PresenceSet),
            StaffCommand::SetArea { area: slug, .. } => area(slug).map(Deed::AreaChanged),
            StaffCommand::SetRules { area: slug, .. } => area(slug).map(Deed::RulesSet),
            StaffCommand::MakeVisitLink { area: slug, .. } => area(slug).map(Deed::VisitLinkMade),
            StaffCommand::SetSeal { area: slug, .. } => area(slug).map(Deed::KeysSet),
            StaffCommand::Admit { ticket } => visit(ticket).map(Deed::Admitted),
            StaffCommand::CancelCall { ticket } => visit(ticket).map(Deed::CalledBack),
            StaffCommand::Hold { ticket } => visit(ticket).map(Deed::Held),
            StaffCommand::Unhold { ticket } => visit(ticket).map(Deed::Resumed),
            StaffCommand::Transfer { ticket, .. } => visit(ticket).map(Deed::Transferred),
            StaffCommand::End { ticket } => visit(ticket).map(Deed::Ended),
            StaffCommand::AddToCall { ticket } => visit(ticket).map(Deed::Admitted),
            StaffCommand::JoinCall { ticket } => visit(ticket).map(Deed::Joined),
            StaffCommand::LetGo { ticket } => visit(ticket).map(Deed::Ended),
            StaffCommand::MakeGuestLink { ticket } => visit(ticket).map(Deed::GuestInvited),
            StaffCommand::AskScreen { ticket } => visit(ticket).map(Deed::ScreenAsked),
            StaffCommand::Remove { ticket, .. } => visit(ticket).map(Deed::Removed),
            StaffCommand::AddDevice { ticket, .. } | StaffCommand::RemoveDevice { ticket, .. } => {
                visit(ticket).map(Deed::DevicesChanged)
            }
        }
    }

    /// Writes down what somebody has done. An admission is written with the number that its consultation has from now on.
    pub(super) fn note_deed(&self, staff: StaffId, deed: Deed) {
        let deed = if let Deed::Admitted(visit) = deed {
            let consultation = self.calls.of_staff(staff).and_then(|room| self.calls.record_number(room));
            Deed::Admitted(Visit { consultation, ..visit })
        } else {
            deed
        };
        let staff = u32::try_from(staff.0).unwrap_or_default();
        self.note_behind(Note::Deed(staff, crate::now_ms(), deed));
    }

    pub(super) fn audited_visit(&self, ticket: TicketId) -> Option<Visit> {
        let area = number(self.lobby.ticket(ticket)?.area);
        let consultation = super::room_of(&self.lobby, ticket).and_then(|room| self.calls.record_number(room));
        Some(Visit { area, consultation })
    }

    pub(super) fn measure_calls(&mut self) {
        if self.keeps_consultations {
            self.calls.measure();
        }
    }

    pub(super) fn measured(
        &mut self,
        participant: ParticipantId,
        of: &ParticipantStats,
        sends: &[TrackStats],
        receives: &[SubscriptionStats],
    ) {
        if let Some(record) = self.calls.record_mut(participant) {
            record.measured(of, sends, receives);
        }
    }

    /// A consultation is over.
    pub(super) fn save_record(&self, record: Record, area: AreaId) {
        if self.keeps_consultations
            && let Some(consultation) = record.close(number(area), Instant::now())
        {
            self.note_behind(Note::Consultation(Box::new(consultation)));
        }
    }

    pub(super) fn note_connections(&mut self) {
        for connection in self.calls.take_over().into_iter().filter(|_| self.keeps_connections) {
            self.note_behind(Note::Connection(Box::new(connection)));
        }
    }

    /// A full queue means a stuck disk: consultations go on, and the metric says that notes are missing.
    fn note_behind(&self, note: Note) {
        if self.notes.try_send(note).is_err() {
            telemetry::limit_reached("notes_queue");
        }
    }
}

/// As the database knows it.
pub(super) fn number(area: AreaId) -> u32 {
    u32::try_from(area.0).unwrap_or_default()
}
