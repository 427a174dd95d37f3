//! Every input in every state: what is allowed, and where it leads.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and its clock starts anywhere"
)]

use std::fmt::Write;
use std::time::{Duration, Instant};

use expect_test::expect;
use sfu_lobby::{
    AreaId, DeviceState, Devices, EndedBy, Input, Limits, Lobby, Presence, Private, Refused, StaffId, State, TicketId,
};

const HERE: AreaId = AreaId(1);
const THERE: AreaId = AreaId(2);
const STAFF: StaffId = StaffId(9);
const TICKET: TicketId = TicketId(1);
/// In a consultation of their own.
const OTHER: TicketId = TicketId(2);
const WORKS: Devices = Devices { camera: DeviceState::Works, microphone: DeviceState::Works, ..Devices::UNKNOWN };

/// `·` is refused, `=` is allowed and stays, `!` marks a patient whose page is unreachable.
#[test]
fn every_input_in_every_state() {
    let expected = expect![[r#"
                        arriving  waiting   away      called    called!   in_call   in_call!  held      held!     ended     removed   expired
        connected       =         =         arriving  =         called    =         in_call   =         held      =         =         =
        disconnected    away      away      =         called!   =         in_call!  =         held!     =         =         =         =
        elsewhere       =         =         =         =         =         =         =         =         =         ·         ·         ·
        set up          =         =         ·         =         ·         =         ·         =         ·         ·         ·         ·
        set up, done    waiting   =         ·         =         ·         =         ·         =         ·         ·         ·         ·
        admit           called    called    ·         ·         ·         ·         ·         ·         ·         ·         ·         ·
        add to call     called    called    ·         ·         ·         ·         ·         ·         ·         ·         ·         ·
        invite          =         =         =         =         =         =         =         =         =         ·         ·         ·
        cancel call     ·         ·         ·         waiting   away      ·         ·         ·         ·         ·         ·         ·
        not yet         ·         ·         ·         =         ·         ·         ·         ·         ·         ·         ·         ·
        go in           ·         ·         ·         in_call   ·         ·         ·         ·         ·         ·         ·         ·
        hold            ·         ·         ·         ·         ·         held      held!     ·         ·         ·         ·         ·
        unhold          ·         ·         ·         ·         ·         ·         ·         in_call   in_call!  ·         ·         ·
        transfer        >arriving >waiting  >away     >waiting  >away     >waiting  >away     >waiting  >away     ·         ·         ·
        transfer, same  =         =         =         waiting   away      waiting   away      waiting   away      ·         ·         ·
        rename          =         =         =         =         =         =         =         =         =         ·         ·         ·
        end, patient    ended     ended     ended     ended     ended     ended     ended     ended     ended     ·         ·         ·
        end, staff      ·         ·         ·         ended     ended     ended     ended     ended     ended     ·         ·         ·
        end, lost       ·         ·         ·         ended     ended     ended     ended     ended     ended     ·         ·         ·
        end, server     ended     ended     ended     ended     ended     ended     ended     ended     ended     ·         ·         ·
        remove          removed   removed   removed   removed   removed   removed   removed   removed   removed   ·         ·         ·
        rejoin          ·         ·         ·         ·         ·         ·         ·         ·         ·         waiting   waiting   arriving
        erase           forgotten forgotten forgotten forgotten forgotten forgotten forgotten forgotten forgotten forgotten forgotten forgotten
        open area       =         =         =         =         =         =         =         =         =         =         =         =
        set presence    =         =         =         =         =         =         =         =         =         =         =         =
        timeout, early  =         =         =         =         =         =         =         =         =         =         =         =
        timeout, due    =         =         expired   =         away      =         ended     =         ended     forgotten forgotten forgotten"#]];
    let ticket = TICKET;
    type Row = (&'static str, fn(TicketId) -> Input);
    let rows: [Row; 27] = [
        ("connected", |ticket| Input::Connected { ticket }),
        ("disconnected", |ticket| Input::Disconnected { ticket }),
        ("elsewhere", |ticket| Input::ReachElsewhere { ticket, is_possible: true }),
        ("set up", |ticket| Input::SetUp { ticket, devices: WORKS, done: false }),
        ("set up, done", |ticket| Input::SetUp { ticket, devices: WORKS, done: true }),
        ("admit", |ticket| Input::Admit { ticket, staff: STAFF }),
        ("add to call", |ticket| Input::AddToCall { ticket, with: OTHER }),
        ("invite", |ticket| Input::CheckInGuest { host: ticket, name: Private::from("Bo"), language: "de".to_owned() }),
        ("cancel call", |ticket| Input::CancelCall { ticket }),
        ("not yet", |ticket| Input::NotYet { ticket }),
        ("go in", |ticket| Input::GoIn { ticket }),
        ("hold", |ticket| Input::Hold { ticket }),
        ("unhold", |ticket| Input::Unhold { ticket }),
        ("transfer", |ticket| Input::Transfer { ticket, to: THERE, name: None }),
        ("transfer, same", |ticket| Input::Transfer { ticket, to: HERE, name: None }),
        ("rename", |ticket| Input::Rename { ticket, name: Private::from("Anna") }),
        ("end, patient", |ticket| Input::End { ticket, by: EndedBy::Patient }),
        ("end, staff", |ticket| Input::End { ticket, by: EndedBy::Staff }),
        ("end, lost", |ticket| Input::End { ticket, by: EndedBy::Lost }),
        ("end, server", |ticket| Input::End { ticket, by: EndedBy::Server }),
        ("remove", |ticket| Input::Remove { ticket, reason: Private::from("full") }),
        ("rejoin", |ticket| Input::Rejoin { ticket, name: Private::from("Ana") }),
        ("erase", |ticket| Input::Erase { ticket }),
        ("open area", |_| Input::OpenArea { area: HERE }),
        ("set presence", |_| Input::SetPresence { area: HERE, presence: Presence::Closed }),
        ("timeout, early", |_| Input::Timeout),
        ("timeout, due", |_| Input::Timeout),
    ];

    let mut table = format!("{:15}", "");
    for (name, _) in stories() {
        write!(table, " {name:9}").unwrap();
    }
    for (name, input) in rows {
        write!(table, "\n{name:15}").unwrap();
        for (_, story) in stories() {
            let (mut lobby, mut now) = tell(story);
            let before = describe(&lobby);
            let deadline = lobby.ticket(ticket).unwrap().deadline;
            now = match (name, deadline) {
                ("timeout, early", Some(deadline)) => deadline - Duration::from_nanos(1),
                ("timeout, due", Some(deadline)) => deadline,
                _ => now,
            };
            let cell = match lobby.handle(input(ticket), now) {
                Ok(_) => describe(&lobby),
                Err(Refused::WrongState | Refused::HostOver) => "·".to_owned(),
                Err(refused) => panic!("{refused:?}"),
            };
            write!(table, " {:9}", if cell == before { "=" } else { &cell }).unwrap();
        }
    }
    let trimmed: Vec<&str> = table.lines().map(str::trim_end).collect();
    expected.assert_eq(&trimmed.join("\n"));
}

/// How a ticket comes into each state, in the order of the columns.
fn stories() -> Vec<(&'static str, Vec<Input>)> {
    let ticket = TICKET;
    let ready = || vec![Input::SetUp { ticket, devices: WORKS, done: true }];
    let then = |mut story: Vec<Input>, input: Input| {
        story.push(input);
        story
    };
    let called = || then(ready(), Input::Admit { ticket, staff: STAFF });
    let in_call = || then(called(), Input::GoIn { ticket });
    let held = || then(in_call(), Input::Hold { ticket });
    let lost = || Input::Disconnected { ticket };
    vec![
        ("arriving", vec![]),
        ("waiting", ready()),
        ("away", vec![lost()]),
        ("called", called()),
        ("called!", then(called(), lost())),
        ("in_call", in_call()),
        ("in_call!", then(in_call(), lost())),
        ("held", held()),
        ("held!", then(held(), lost())),
        ("ended", then(in_call(), Input::End { ticket, by: EndedBy::Staff })),
        ("removed", then(ready(), Input::Remove { ticket, reason: Private::from("full") })),
        ("expired", vec![lost(), Input::Timeout]),
    ]
}

fn tell(story: Vec<Input>) -> (Lobby, Instant) {
    let mut now = Instant::now();
    let mut lobby = Lobby::new(Limits::default());
    let opening = [
        Input::OpenArea { area: HERE },
        Input::OpenArea { area: THERE },
        Input::CheckIn { area: HERE, name: Private::from("Ana"), language: "de".to_owned() },
        Input::CheckIn { area: HERE, name: Private::from("Cleo"), language: "de".to_owned() },
        Input::Admit { ticket: OTHER, staff: STAFF },
    ];
    for input in opening.into_iter().chain(story) {
        if matches!(input, Input::Timeout) {
            now = lobby.next_wake().unwrap().at;
        }
        let _ = lobby.handle(input, now).unwrap();
    }
    (lobby, now)
}

fn describe(lobby: &Lobby) -> String {
    let Some(ticket) = lobby.ticket(TICKET) else { return "forgotten".to_owned() };
    let unreachable = if ticket.state.is_consultation() && !ticket.connected { "!" } else { "" };
    let moved = if ticket.area == THERE { ">" } else { "" };
    format!("{moved}{}{unreachable}", State::label(ticket.state))
}
