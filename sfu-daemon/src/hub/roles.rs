//! What each role of staff may say. One list, which knows every message: a new one does not compile before somebody has decided who may say it.

use sfu_signal::{ClientMessage, ErrorCode, StaffCommand, StaffRole};

use super::{Answer, No};

/// Refuses what the role does not allow, before anything is looked at.
pub(super) fn check(role: Option<StaffRole>, message: &ClientMessage) -> Answer {
    let Some(least) = least(message) else { return Err(No(ErrorCode::NotAllowed, "for patients only")) };
    match role {
        Some(role) if least <= role => Ok(()),
        Some(_) => Err(No(
            ErrorCode::NotAllowed,
            if least == StaffRole::Admin { "for admins only" } else { "not for assistants" },
        )),
        None => Err(No(ErrorCode::NotAllowed, "no such account")),
    }
}

/// The least role that may say this. `None`: no staff may, it is for patients.
fn least(message: &ClientMessage) -> Option<StaffRole> {
    use StaffRole::{Assistant, Provider};
    match message {
        ClientMessage::Staff { command } => Some(least_for(command)),
        ClientMessage::Hello { .. } | ClientMessage::Ping | ClientMessage::Note { .. } => Some(Assistant),
        ClientMessage::Offer { .. }
        | ClientMessage::Mute { .. }
        | ClientMessage::View { .. }
        | ClientMessage::SealHello { .. }
        | ClientMessage::SealBoxes { .. }
        | ClientMessage::KeyTaken { .. }
        | ClientMessage::Echo { .. }
        | ClientMessage::Leave => Some(Provider),
        ClientMessage::CheckIn { .. }
        | ClientMessage::Resume { .. }
        | ClientMessage::Rejoin { .. }
        | ClientMessage::SetUp { .. }
        | ClientMessage::WhatYouKnow
        | ClientMessage::Erase
        | ClientMessage::GoIn
        | ClientMessage::NotYet
        | ClientMessage::TellMe { .. } => None,
    }
}

fn least_for(command: &StaffCommand) -> StaffRole {
    match command {
        StaffCommand::Watch { .. }
        | StaffCommand::Touched
        | StaffCommand::SetPresence { .. }
        | StaffCommand::Transfer { .. }
        | StaffCommand::Remove { .. }
        | StaffCommand::SetMemo { .. }
        | StaffCommand::MakeVisitLink { .. }
        | StaffCommand::MakeGuestLink { .. }
        | StaffCommand::OfferKey { .. } => StaffRole::Assistant,
        StaffCommand::Admit { .. }
        | StaffCommand::AddToCall { .. }
        | StaffCommand::JoinCall { .. }
        | StaffCommand::LetGo { .. }
        | StaffCommand::AskScreen { .. }
        | StaffCommand::CancelCall { .. }
        | StaffCommand::Hold { .. }
        | StaffCommand::Unhold { .. }
        | StaffCommand::End { .. }
        | StaffCommand::AddDevice { .. }
        | StaffCommand::RemoveDevice { .. }
        // What it says is signed by who has the root; the first to say it makes the keys of the area, and needs the part of a clinician.
        | StaffCommand::SetSeal { .. } => StaffRole::Provider,
        // By it patients tell whether they are in the right place; or whether they may come in at all.
        StaffCommand::SetArea { .. } | StaffCommand::SetRules { .. } => StaffRole::Admin,
    }
}
