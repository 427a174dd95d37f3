//! Who is written to when their turn comes: they have asked for it while they wait, and may have put the phone away since.

use sfu_lobby::{Input, State, TicketId};
use sfu_signal::{By, ErrorCode, TurnMessage};
use tokio::sync::mpsc::error::TrySendError;
use zeroize::Zeroizing;

use super::{Answer, Hub, No};
use crate::invitations::Recipient;
use crate::telemetry;
use crate::turn::Turn;

/// What a visit has asked for, and what became of it. One message is all that there is in a visit, so that nobody can have one person written to over
/// and over.
#[derive(Debug, Default)]
pub(super) enum Wish {
    #[default]
    None,
    /// Here is where to.
    Asked(Recipient),
    /// It is sent, or on its way, and this hub has forgotten where to.
    Sent,
}

impl Wish {
    /// The visit is over, or the patient wants it no more.
    pub(super) fn forget(&mut self) {
        if matches!(self, Self::Asked(_)) {
            *self = Self::None;
        }
    }

    /// Length of the address, in bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Asked(to) => to.len(),
            Self::None | Self::Sent => 0,
        }
    }

    pub(super) fn view(&self) -> TurnMessage {
        match self {
            Self::None => TurnMessage::NotAsked,
            Self::Asked(_) => TurnMessage::Asked,
            Self::Sent => TurnMessage::Sent,
        }
    }
}

impl Hub {
    /// A patient says where to, or takes it back.
    pub(super) fn tell_me(&mut self, ticket: TicketId, by: Option<By>, to: Option<String>) -> Answer {
        let to = to.map(Zeroizing::new);
        let wish = match (by, &to) {
            (Some(by), Some(to)) => Wish::Asked(self.recipient(ticket, by, to)?),
            (None, None) => Wish::None,
            (Some(_), None) | (None, Some(_)) => {
                return Err(No(ErrorCode::BadMessage, "say both `by` and `to`, or none"));
            }
        };
        let Some(visit) = self.visits.get_mut(&ticket) else { return Ok(()) };
        if !matches!(visit.wish, Wish::Sent) {
            visit.wish = wish;
            self.wish_changed(ticket);
        }
        Ok(())
    }

    fn recipient(&mut self, ticket: TicketId, by: By, to: &str) -> Result<Recipient, No> {
        if self.turns.as_ref().is_none_or(|turns| !turns.by.contains(&by)) {
            return Err(No(ErrorCode::NotAllowed, "this server does not write to patients in this way"));
        }
        let is_sent = self.visits.get(&ticket).is_some_and(|visit| matches!(visit.wish, Wish::Sent));
        if is_sent || self.lobby.ticket(ticket).is_none_or(|ticket| ticket.state != State::Waiting) {
            return Err(No(ErrorCode::WrongState, "for those who wait, once in a visit"));
        }
        let to = Recipient::read(by, to).ok_or(No(ErrorCode::BadAddress, "no such address or number can be"))?;
        if !self.turns_asked.take(()) {
            telemetry::limit_reached("turns_asked_per_minute");
            return Err(No(ErrorCode::TooMany, "too many ask for it; try again in a minute"));
        }
        Ok(to)
    }

    /// Staff have called them in. The page shows it as well, if it is there.
    pub(super) fn write_if_called(&mut self, ticket: TicketId) {
        if self.lobby.ticket(ticket).is_some_and(|ticket| ticket.state == State::Called) && self.has_asked(ticket) {
            let _tried_again_at_the_next_call = self.write(ticket);
            self.apply_if_possible(Input::ReachElsewhere { ticket, is_possible: self.has_asked(ticket) });
        }
    }

    /// Staff call somebody whose page is gone, and who can be written to: that brings them back, and then they can be admitted like anybody.
    /// `None`: it is not so.
    pub(super) fn call_back(&mut self, ticket: TicketId) -> Option<Answer> {
        let is_away = self.lobby.ticket(ticket).is_some_and(|ticket| ticket.state == State::Away);
        (is_away && self.has_asked(ticket)).then(|| {
            self.write(ticket)?;
            self.wish_changed(ticket); // From now on they have the usual time to come back.
            Ok(())
        })
    }

    fn has_asked(&self, ticket: TicketId) -> bool {
        self.visits.get(&ticket).is_some_and(|visit| matches!(visit.wish, Wish::Asked(_)))
    }

    fn write(&mut self, id: TicketId) -> Answer {
        let (Some(turns), Some(ticket), Some(visit)) = (&self.turns, self.lobby.ticket(id), self.visits.get_mut(&id))
        else {
            return Ok(());
        };
        let Some(area) = self.areas.get(&ticket.area).map(|area| area.slug.clone()) else { return Ok(()) };
        let Wish::Asked(to) = std::mem::replace(&mut visit.wish, Wish::Sent) else { return Ok(()) };
        match turns.send.try_send(Turn { to, language: ticket.language.clone(), area }) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(turn) | TrySendError::Closed(turn)) => {
                telemetry::limit_reached("turns");
                visit.wish = Wish::Asked(turn.to);
                Err(No(ErrorCode::TooMany, "too much is being sent; try again"))
            }
        }
    }

    /// Who can be written to keeps the place for longer, with the phone in the pocket. Staff hear of it by that.
    fn wish_changed(&mut self, ticket: TicketId) {
        let is_possible = self.has_asked(ticket);
        self.apply_if_possible(Input::ReachElsewhere { ticket, is_possible });
        self.tell_patient(ticket);
    }
}
