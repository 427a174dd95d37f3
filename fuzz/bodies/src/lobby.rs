//! A waiting room to which anything happens in any order.

use std::time::Duration;

use sfu_lobby::{
    AreaId, Auditor, Changes, DeviceState, Devices, EndedBy, Input, Limits, Lobby, Presence, Private, StaffId, TicketId,
};

/// Small limits, so that short inputs reach them.
const LIMITS: Limits = Limits {
    away_grace: Duration::from_secs(100),
    away_grace_reached: Duration::from_secs(150),
    call_lost_max: Duration::from_secs(30),
    rejoin_within: Duration::from_secs(200),
    area_tickets_max: 4,
    area_finished_max: 2,
    room_people_max: 3,
    areas_max: 2,
    name_bytes_max: 8,
    reason_bytes_max: 8,
    language_bytes_max: 8,
};
/// Steps of one input: enough for every state, and a bound on its time.
const STEPS_MAX: usize = 512;

/// Plays the bytes, four to a step, as events in a lobby whose auditor watches.
pub fn lobby(input: &[u8]) {
    let mut lobby = Lobby::new(LIMITS);
    let mut auditor = Auditor::default();
    let mut now = sfu_sim::beginning();
    for step in input.chunks_exact(4).take(STEPS_MAX) {
        let [kind, ticket, choice, seconds] = *step else { return };
        now += Duration::from_secs(u64::from(seconds));
        if let Some(input) = event(kind, TicketId(u64::from(ticket % 16)), choice) {
            let changes = lobby.handle(input, now).unwrap_or_else(|_| Changes::default());
            auditor.observe(&changes, &lobby).unwrap_or_else(|broken| panic!("{broken}"));
        }
        let changes = lobby.handle(Input::Timeout, now).expect("time passes for everybody");
        auditor.observe(&changes, &lobby).unwrap_or_else(|broken| panic!("{broken}"));
        assert!(lobby.next_wake().is_none_or(|wake| now < wake.at), "a deadline stands still");
    }
}

fn event(kind: u8, ticket: TicketId, choice: u8) -> Option<Input> {
    let area = AreaId(u64::from(choice % 3));
    let name = || Private::from(["Ana", "", "too long a name", "Zoë"][usize::from(choice >> 3) % 4]);
    let devices = Devices { camera: DeviceState::Works, microphone: DeviceState::Denied, ..Devices::UNKNOWN };
    Some(match kind % 24 {
        0 => Input::OpenArea { area },
        1 => {
            let presence =
                [Presence::Open, Presence::Busy, Presence::Away, Presence::Closed][usize::from(choice >> 3) % 4];
            Input::SetPresence { area, presence }
        }
        2 | 3 => Input::CheckIn { area, name: name(), language: "de".into() },
        4 => Input::Connected { ticket },
        5 => Input::Disconnected { ticket },
        6 => Input::SetUp { ticket, devices, done: choice.is_multiple_of(2) },
        7 | 8 => Input::Admit { ticket, staff: StaffId(u64::from(choice)) },
        9 => Input::CancelCall { ticket },
        10 => Input::NotYet { ticket },
        11 | 12 => Input::GoIn { ticket },
        13 => Input::Hold { ticket },
        14 => Input::Unhold { ticket },
        15 => Input::Transfer { ticket, to: area, name: choice.is_multiple_of(2).then(name) },
        16 => {
            let by = [EndedBy::Patient, EndedBy::Staff, EndedBy::Lost, EndedBy::Server][usize::from(choice % 4)];
            Input::End { ticket, by }
        }
        17 => Input::Remove { ticket, reason: name() },
        18 => Input::Rejoin { ticket, name: name() },
        19 => Input::Rename { ticket, name: name() },
        20 => Input::Erase { ticket },
        21 => Input::CheckInGuest { host: ticket, name: name(), language: "de".into() },
        22 => Input::AddToCall { ticket, with: TicketId(u64::from(choice % 16)) },
        _ => return None,
    })
}
