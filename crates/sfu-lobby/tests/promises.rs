//! The promises of the waiting room, each as a test of its name.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and its clock starts anywhere"
)]

use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use sfu_lobby::{
    AreaId, Auditor, Change, DeviceState, Devices, EndedBy, Input, Limits, Lobby, Presence, Private, Refused, StaffId,
    State, TicketId, WakeReason,
};

const DERMA: AreaId = AreaId(1);
const CARDIO: AreaId = AreaId(2);
const STAFF: StaffId = StaffId(9);
const WORKS: Devices = Devices { camera: DeviceState::Works, microphone: DeviceState::Works, ..Devices::UNKNOWN };

/// A lobby with two areas, a clock, and somebody who watches every step.
struct Clinic {
    lobby: Lobby,
    auditor: Auditor,
    now: Instant,
}

impl Clinic {
    fn new() -> Self {
        Self::with(Limits::default())
    }

    fn with(limits: Limits) -> Self {
        let mut clinic = Self { lobby: Lobby::new(limits), auditor: Auditor::default(), now: Instant::now() };
        clinic.take(Input::OpenArea { area: DERMA }).unwrap();
        clinic.take(Input::OpenArea { area: CARDIO }).unwrap();
        clinic
    }

    fn take(&mut self, input: Input) -> Result<Vec<Change>, Refused> {
        let changes = self.lobby.handle(input, self.now)?;
        self.auditor.observe(&changes, &self.lobby).unwrap();
        Ok(changes.into_iter().collect())
    }

    fn check_in(&mut self, area: AreaId, name: &str) -> Result<TicketId, Refused> {
        let changes = self.take(Input::CheckIn { area, name: Private::from(name), language: "de".to_owned() })?;
        let Some(Change::CheckedIn { ticket }) = changes.first() else { panic!("no ticket in {changes:?}") };
        Ok(*ticket)
    }

    /// Checked in and ready.
    fn waiting(&mut self, area: AreaId) -> TicketId {
        let ticket = self.check_in(area, "Ana").unwrap();
        self.take(Input::SetUp { ticket, devices: WORKS, done: true }).unwrap();
        ticket
    }

    fn in_call(&mut self, area: AreaId) -> TicketId {
        let ticket = self.waiting(area);
        self.take(Input::Admit { ticket, staff: STAFF }).unwrap();
        self.take(Input::GoIn { ticket }).unwrap();
        ticket
    }

    fn pass(&mut self, time: Duration) -> Vec<Change> {
        self.now += time;
        self.take(Input::Timeout).unwrap()
    }

    fn state(&self, ticket: TicketId) -> Option<State> {
        self.lobby.ticket(ticket).map(|ticket| ticket.state)
    }
}

/// As after a restart: what this lobby knows of the place is what the embedder says.
#[test]
fn a_place_of_an_earlier_lobby_has_its_order_and_its_wait() {
    let limits = Limits { area_tickets_max: 3, ..Limits::default() };
    let mut clinic = Clinic::with(limits);
    let newcomer = clinic.check_in(DERMA, "Dan").unwrap();
    clinic.take(Input::SetPresence { area: DERMA, presence: Presence::Closed }).unwrap();
    let restore = |clinic: &mut Clinic, area, checked_in_at| {
        let (name, language) = (Private::from("Ana"), "de".to_owned());
        clinic.take(Input::Restore { area, name, language, checked_in_at }).map(|changes| {
            let Some(Change::CheckedIn { ticket }) = changes.first() else { panic!("no ticket in {changes:?}") };
            *ticket
        })
    };
    let at = clinic.now;
    let second = restore(&mut clinic, DERMA, at - MINUTE).unwrap();
    let first = restore(&mut clinic, DERMA, at - 2 * MINUTE).unwrap();
    assert_eq!([first, second, newcomer].map(|ticket| clinic.lobby.position(ticket)), [Some(1), Some(2), Some(3)]);
    assert_eq!(clinic.lobby.ticket(first).unwrap().checked_in_at, at - 2 * MINUTE);
    assert_eq!(restore(&mut clinic, DERMA, at), Err(Refused::AreaFull));
    assert_eq!(restore(&mut clinic, AreaId(99), at), Err(Refused::AreaUnknown));
    let early = restore(&mut clinic, CARDIO, at + MINUTE).unwrap();
    assert_eq!(clinic.lobby.ticket(early).unwrap().checked_in_at, at, "nobody comes from the future");
    assert_eq!((clinic.lobby.stats().checked_in, clinic.lobby.stats().restored), (1, 3));
}

fn check(changes: &[Change], expected: &Expect) {
    let lines: Vec<String> = changes.iter().map(|change| format!("{change:?}")).collect();
    expected.assert_eq(&lines.join("\n"));
}

const MINUTE: Duration = Duration::from_secs(60);

/// Everything that a visit is made of.
fn whole_visit() -> Vec<Input> {
    let ticket = TicketId(1);
    vec![
        Input::CheckIn { area: DERMA, name: Private::from("Ana"), language: "de".to_owned() },
        Input::SetUp { ticket, devices: WORKS, done: true },
        Input::Admit { ticket, staff: STAFF },
        Input::NotYet { ticket },
        Input::GoIn { ticket },
        Input::Hold { ticket },
        Input::Unhold { ticket },
        Input::End { ticket, by: EndedBy::Patient },
    ]
}

/// An embedder that loses any one change breaks a promise, and the auditor notices which.
#[test]
fn no_change_may_be_lost() {
    let total = 24;
    for lost in 0..=total {
        let mut clinic = Clinic::new();
        let mut seen = 0;
        let mut outcome = Ok(());
        for input in whole_visit().into_iter().chain([Input::Timeout]) {
            clinic.now += 20 * MINUTE; // The last one, so that the visit is forgotten.
            let mut kept = Vec::new();
            for change in clinic.lobby.handle(input, clinic.now).unwrap() {
                kept.extend((seen != lost).then_some(change));
                seen += 1;
            }
            outcome = outcome.and_then(|()| clinic.auditor.observe(&kept, &clinic.lobby));
        }
        assert_eq!(seen, total);
        assert_eq!(outcome.is_err(), lost < total, "change {lost}: {outcome:?}");
    }
}

#[test]
fn a_visit_from_the_door_to_the_end() {
    let mut clinic = Clinic::new();
    let mut told = Vec::new();
    for input in whole_visit() {
        clinic.now += Duration::from_secs(10);
        told.extend(clinic.take(input).unwrap());
    }
    told.extend(clinic.pass(20 * MINUTE));
    check(
        &told,
        &expect![[r#"
        CheckedIn { ticket: TicketId(1) }
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 1, upserted: [TicketId(1)], removed: [] }
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 2, upserted: [TicketId(1)], removed: [] }
        RoomOpened { room: RoomId(1), ticket: TicketId(1), staff: StaffId(9) }
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 3, upserted: [TicketId(1)], removed: [] }
        Queue { area: AreaId(1), version: 4, upserted: [TicketId(1)], removed: [] }
        GateOpened { room: RoomId(1), ticket: TicketId(1) }
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 5, upserted: [TicketId(1)], removed: [] }
        GateShut { room: RoomId(1), ticket: TicketId(1) }
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 6, upserted: [TicketId(1)], removed: [] }
        GateOpened { room: RoomId(1), ticket: TicketId(1) }
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 7, upserted: [TicketId(1)], removed: [] }
        GateShut { room: RoomId(1), ticket: TicketId(1) }
        Left { room: RoomId(1), ticket: TicketId(1), by: Patient, lasted: 30s }
        RoomClosed { room: RoomId(1), ticket: TicketId(1), by: Patient, lasted: 30s }
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 8, upserted: [], removed: [TicketId(1)] }
        Forgotten { ticket: TicketId(1) }"#]],
    );
}

#[test]
fn the_place_is_kept_for_ten_minutes_away_and_not_longer() {
    let mut clinic = Clinic::new();
    let first = clinic.waiting(DERMA);
    let second = clinic.waiting(DERMA);
    let setting_up = clinic.check_in(DERMA, "Bo").unwrap();
    for ticket in [first, setting_up] {
        clinic.take(Input::Disconnected { ticket }).unwrap();
    }
    assert_eq!((clinic.lobby.position(first), clinic.lobby.position(second)), (Some(1), Some(2)));

    clinic.pass(10 * MINUTE - Duration::from_nanos(1));
    assert_eq!(clinic.state(first), Some(State::Away));
    clinic.take(Input::Connected { ticket: first }).unwrap();
    assert_eq!((clinic.state(first), clinic.lobby.position(first)), (Some(State::Waiting), Some(1)));

    clinic.pass(Duration::from_nanos(1));
    assert_eq!(clinic.state(setting_up), Some(State::Expired));
    assert_eq!(clinic.lobby.stats().expired, 1);
}

#[test]
fn coming_back_restores_what_was_before() {
    let mut clinic = Clinic::new();
    let ticket = clinic.check_in(DERMA, "Ana").unwrap();
    for expected in [State::Arriving, State::Waiting] {
        clinic.take(Input::Disconnected { ticket }).unwrap();
        assert_eq!(clinic.state(ticket), Some(State::Away));
        clinic.take(Input::Connected { ticket }).unwrap();
        assert_eq!(clinic.state(ticket), Some(expected));
        clinic.take(Input::SetUp { ticket, devices: WORKS, done: true }).unwrap();
    }
}

#[test]
fn a_reload_costs_nothing_and_tells_nobody() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    // The new page connects before the old one is known to be gone; the embedder then says nothing of the old one.
    assert_eq!(clinic.take(Input::Connected { ticket }), Ok(vec![]));
}

#[test]
fn a_lost_patient_keeps_the_consultation_open_for_two_minutes() {
    let mut clinic = Clinic::new();
    let ticket = clinic.in_call(DERMA);
    for (away, expected) in [(2 * MINUTE - Duration::from_nanos(1), State::InCall), (2 * MINUTE, State::Ended)] {
        clinic.take(Input::Disconnected { ticket }).unwrap();
        clinic.pass(away);
        assert_eq!(clinic.state(ticket), Some(expected));
        clinic.take(Input::Connected { ticket }).unwrap();
    }
}

#[test]
fn who_is_called_and_lost_goes_back_in_line_for_what_is_left_of_the_grace() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    let next = clinic.waiting(DERMA);
    clinic.take(Input::Admit { ticket, staff: STAFF }).unwrap();
    clinic.take(Input::Disconnected { ticket }).unwrap();
    clinic.pass(2 * MINUTE);
    assert_eq!((clinic.state(ticket), clinic.lobby.position(ticket)), (Some(State::Away), Some(1)));
    assert_eq!(clinic.lobby.position(next), Some(2));
    clinic.pass(8 * MINUTE);
    assert_eq!(clinic.state(ticket), Some(State::Expired));
}

#[test]
fn a_late_timer_is_late_in_the_patients_favour() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    clinic.take(Input::Disconnected { ticket }).unwrap();
    clinic.now += 60 * MINUTE;
    clinic.take(Input::Connected { ticket }).unwrap();
    assert_eq!(clinic.state(ticket), Some(State::Waiting));
}

#[test]
fn a_rejoin_takes_the_old_place_within_twenty_minutes() {
    let mut clinic = Clinic::new();
    let ticket = clinic.in_call(DERMA);
    let next = clinic.waiting(DERMA);
    clinic.take(Input::End { ticket, by: EndedBy::Staff }).unwrap();
    assert!(clinic.lobby.ticket(ticket).unwrap().name.is_empty());

    clinic.pass(20 * MINUTE - Duration::from_nanos(1));
    clinic.take(Input::Rejoin { ticket, name: Private::from("Ana") }).unwrap();
    assert_eq!((clinic.lobby.position(ticket), clinic.lobby.position(next)), (Some(1), Some(2)));
    assert_eq!(clinic.lobby.ticket(ticket).unwrap().name.expose(), "Ana");

    clinic.take(Input::End { ticket, by: EndedBy::Patient }).unwrap();
    assert_eq!(clinic.pass(20 * MINUTE), [Change::Forgotten { ticket }]);
    assert_eq!(clinic.take(Input::Rejoin { ticket, name: Private::from("Ana") }), Err(Refused::TicketUnknown));
}

#[test]
fn every_way_out_erases_the_name() {
    let ways: [fn(TicketId) -> Input; 4] = [
        |ticket| Input::End { ticket, by: EndedBy::Patient },
        |ticket| Input::End { ticket, by: EndedBy::Server },
        |ticket| Input::Remove { ticket, reason: Private::from("wrong practice") },
        |ticket| Input::Disconnected { ticket },
    ];
    for way in ways {
        let mut clinic = Clinic::new();
        let ticket = clinic.waiting(DERMA);
        clinic.take(way(ticket)).unwrap();
        clinic.pass(10 * MINUTE); // For the one who is only disconnected.
        assert!(clinic.state(ticket).unwrap().is_over());
        assert!(clinic.lobby.ticket(ticket).unwrap().name.is_empty());
    }
}

#[test]
fn whoever_wants_to_be_forgotten_is_forgotten_at_once_in_any_state() {
    let stories: [fn(TicketId) -> Vec<Input>; 5] = [
        |_| vec![],
        |ticket| vec![Input::Disconnected { ticket }],
        |ticket| vec![Input::Admit { ticket, staff: STAFF }],
        |ticket| vec![Input::Admit { ticket, staff: STAFF }, Input::GoIn { ticket }],
        |ticket| vec![Input::Remove { ticket, reason: Private::from("wrong practice") }],
    ];
    for story in stories {
        let mut clinic = Clinic::new();
        let ticket = clinic.waiting(DERMA);
        let behind = clinic.waiting(DERMA);
        for input in story(ticket) {
            clinic.take(input).unwrap();
        }
        let in_room = clinic.lobby.ticket(ticket).unwrap().room.is_some();
        let changes = clinic.take(Input::Erase { ticket }).unwrap();
        assert_eq!(changes.last(), Some(&Change::Forgotten { ticket }));
        let closes = |change: &Change| matches!(change, Change::RoomClosed { by: EndedBy::Patient, .. });
        assert_eq!(changes.iter().any(closes), in_room);
        assert!(clinic.lobby.ticket(ticket).is_none() && clinic.lobby.held(ticket).is_none());
        assert!(clinic.lobby.next_wake().is_none(), "no deadline is left");
        assert_eq!(clinic.lobby.position(behind), Some(1));
        assert_eq!(clinic.take(Input::Connected { ticket }), Err(Refused::TicketUnknown));
        assert_eq!(clinic.take(Input::Erase { ticket }), Err(Refused::TicketUnknown));
    }
}

#[test]
fn a_reason_is_shown_until_the_patient_is_back() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    clinic.take(Input::Remove { ticket, reason: Private::from("Please call us.") }).unwrap();
    assert_eq!(clinic.lobby.ticket(ticket).unwrap().reason.expose(), "Please call us.");
    clinic.take(Input::Rejoin { ticket, name: Private::from("Ana") }).unwrap();
    assert!(clinic.lobby.ticket(ticket).unwrap().reason.is_empty());
}

#[test]
fn a_transfer_keeps_the_place_of_the_first_check_in() {
    let mut clinic = Clinic::new();
    let ticket = clinic.in_call(DERMA);
    clinic.now += MINUTE;
    let local = clinic.waiting(CARDIO);
    let changes = clinic.take(Input::Transfer { ticket, to: CARDIO, name: None }).unwrap();
    assert_eq!((clinic.lobby.position(ticket), clinic.lobby.position(local)), (Some(1), Some(2)));
    check(
        &changes,
        &expect![[r#"
        GateShut { room: RoomId(1), ticket: TicketId(1) }
        Left { room: RoomId(1), ticket: TicketId(1), by: Staff, lasted: 60s }
        RoomClosed { room: RoomId(1), ticket: TicketId(1), by: Staff, lasted: 60s }
        Ticket { ticket: TicketId(1) }
        Ticket { ticket: TicketId(2) }
        Queue { area: AreaId(1), version: 5, upserted: [], removed: [TicketId(1)] }
        Queue { area: AreaId(2), version: 3, upserted: [TicketId(1), TicketId(2)], removed: [] }"#]],
    );
}

#[test]
fn a_name_that_is_sealed_anew_takes_the_place_of_the_old_one_in_one_delta() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    let name = |clinic: &Clinic| clinic.lobby.ticket(ticket).unwrap().name.expose().to_owned();
    let changes = clinic.take(Input::Rename { ticket, name: Private::from("Anna") }).unwrap();
    check(&changes, &expect!["Queue { area: AreaId(1), version: 3, upserted: [TicketId(1)], removed: [] }"]);
    assert_eq!(name(&clinic), "Anna");
    let changes = clinic.take(Input::Transfer { ticket, to: CARDIO, name: Some(Private::from("Ana")) }).unwrap();
    check(
        &changes,
        &expect![[r#"
        Ticket { ticket: TicketId(1) }
        Queue { area: AreaId(1), version: 4, upserted: [], removed: [TicketId(1)] }
        Queue { area: AreaId(2), version: 1, upserted: [TicketId(1)], removed: [] }"#]],
    );
    assert_eq!(name(&clinic), "Ana");
    let elsewhere = Input::Transfer { ticket, to: AreaId(77), name: Some(Private::from("Ann")) };
    assert_eq!(clinic.take(elsewhere), Err(Refused::AreaUnknown));
    assert_eq!(clinic.take(Input::Rename { ticket, name: Private::default() }), Err(Refused::BadName));
    assert_eq!(name(&clinic), "Ana", "what was refused has changed nothing");
}

#[test]
fn a_refused_transfer_leaves_the_ticket_where_it_was() {
    let mut clinic = Clinic::with(Limits { area_tickets_max: 1, ..Limits::default() });
    let ticket = clinic.in_call(DERMA);
    let refused = |clinic: &mut Clinic, to| {
        let refused = clinic.take(Input::Transfer { ticket, to, name: None }).unwrap_err();
        assert_eq!(clinic.state(ticket), Some(State::InCall));
        refused
    };
    assert_eq!(refused(&mut clinic, AreaId(77)), Refused::AreaUnknown);
    clinic.waiting(CARDIO);
    assert_eq!(refused(&mut clinic, CARDIO), Refused::AreaFull);
    clinic.take(Input::SetPresence { area: CARDIO, presence: Presence::Closed }).unwrap();
    assert_eq!(refused(&mut clinic, CARDIO), Refused::AreaClosed);
    // The own area knows the patient already.
    clinic.take(Input::SetPresence { area: DERMA, presence: Presence::Closed }).unwrap();
    clinic.take(Input::Transfer { ticket, to: DERMA, name: None }).unwrap();
    assert_eq!(clinic.state(ticket), Some(State::Waiting));
}

#[test]
fn a_closed_area_takes_nobody_new_and_serves_those_inside() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    clinic.take(Input::SetPresence { area: DERMA, presence: Presence::Closed }).unwrap();
    assert_eq!(clinic.lobby.presence(DERMA), Some(Presence::Closed));
    assert_eq!(clinic.check_in(DERMA, "Bo"), Err(Refused::AreaClosed));
    clinic.take(Input::Admit { ticket, staff: STAFF }).unwrap();
    clinic.take(Input::End { ticket, by: EndedBy::Staff }).unwrap();
    clinic.take(Input::Rejoin { ticket, name: Private::from("Ana") }).unwrap();
    assert_eq!(clinic.state(ticket), Some(State::Waiting));
}

#[test]
fn a_full_area_refuses_until_somebody_is_done() {
    let limits = Limits::default();
    let mut clinic = Clinic::new();
    let tickets: Vec<TicketId> = (0..limits.area_tickets_max).map(|_| clinic.waiting(DERMA)).collect();
    assert!(clinic.lobby.is_full(DERMA) && !clinic.lobby.is_full(CARDIO));
    assert_eq!(clinic.check_in(DERMA, "Bo"), Err(Refused::AreaFull));
    assert_eq!(clinic.lobby.stats().refused(Refused::AreaFull), 1);

    clinic.take(Input::End { ticket: tickets[0], by: EndedBy::Patient }).unwrap();
    clinic.check_in(DERMA, "Bo").unwrap();
    assert_eq!(clinic.take(Input::Rejoin { ticket: tickets[0], name: Private::from("Ana") }), Err(Refused::AreaFull));
}

#[test]
fn areas_are_limited() {
    let mut clinic = Clinic::with(Limits { areas_max: 2, ..Limits::default() });
    assert_eq!(clinic.take(Input::OpenArea { area: AreaId(3) }), Err(Refused::AreasFull));
    assert_eq!(clinic.take(Input::OpenArea { area: DERMA }), Ok(vec![]));
    assert_eq!(clinic.lobby.stats().refused(Refused::AreasFull), 1);
}

#[test]
fn finished_visits_are_limited_and_the_oldest_is_forgotten_first() {
    let mut clinic = Clinic::with(Limits { area_finished_max: 2, ..Limits::default() });
    let tickets: Vec<TicketId> = (0..3).map(|_| clinic.waiting(DERMA)).collect();
    for ticket in &tickets {
        clinic.take(Input::End { ticket: *ticket, by: EndedBy::Patient }).unwrap();
    }
    let states: Vec<Option<State>> = tickets.iter().map(|ticket| clinic.state(*ticket)).collect();
    assert_eq!(states, [None, Some(State::Ended), Some(State::Ended)]);
    assert_eq!(clinic.lobby.stats().forgotten_early, 1);
}

#[test]
fn texts_are_limited() {
    let limits = Limits::default();
    let mut clinic = Clinic::new();
    let longest = "é".repeat(limits.name_bytes_max / 2);
    let ticket = clinic.check_in(DERMA, &longest).unwrap();
    assert_eq!(clinic.check_in(DERMA, ""), Err(Refused::BadName));
    assert_eq!(clinic.check_in(DERMA, &format!("{longest}.")), Err(Refused::BadName));

    let language = "x".repeat(limits.language_bytes_max + 1);
    let unknown_tongue = Input::CheckIn { area: DERMA, name: Private::from("Bo"), language };
    assert_eq!(clinic.take(unknown_tongue), Err(Refused::TooLong));

    let reason = "x".repeat(limits.reason_bytes_max + 1);
    assert_eq!(clinic.take(Input::Remove { ticket, reason: Private::from(reason) }), Err(Refused::TooLong));
    assert_eq!(clinic.lobby.stats().refused(Refused::BadName), 2);
    assert_eq!(clinic.lobby.stats().refused(Refused::TooLong), 2);
}

#[test]
fn only_those_behind_hear_of_a_move() {
    let mut clinic = Clinic::new();
    let [first, second, third] = [clinic.waiting(DERMA), clinic.waiting(DERMA), clinic.waiting(DERMA)];
    let told = |changes: &[Change]| -> Vec<TicketId> {
        changes
            .iter()
            .filter_map(|change| if let Change::Ticket { ticket } = change { Some(*ticket) } else { None })
            .collect()
    };
    let changes = clinic.take(Input::Admit { ticket: second, staff: STAFF }).unwrap();
    assert_eq!(told(&changes), [second, third]);
    // A short absence moves nobody, however many stand behind.
    let changes = clinic.take(Input::Disconnected { ticket: first }).unwrap();
    assert_eq!(told(&changes), [first]);
}

#[test]
fn a_device_or_a_lost_page_is_news_for_staff_only() {
    let mut clinic = Clinic::new();
    let ticket = clinic.in_call(DERMA);
    let muted = Devices { camera: DeviceState::Works, microphone: DeviceState::Silent, ..Devices::UNKNOWN };
    for input in [Input::SetUp { ticket, devices: muted, done: true }, Input::Disconnected { ticket }] {
        let changes = clinic.take(input).unwrap();
        assert!(matches!(changes[..], [Change::Queue { .. }]), "{changes:?}");
    }
}

#[test]
fn what_changes_nothing_tells_nobody() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    for input in [
        Input::Timeout,
        Input::OpenArea { area: DERMA },
        Input::Connected { ticket },
        Input::SetUp { ticket, devices: WORKS, done: true },
        Input::Transfer { ticket, to: DERMA, name: None },
    ] {
        assert_eq!(clinic.take(input), Ok(vec![]));
    }
}

#[test]
fn the_length_of_a_consultation_counts_holds_and_not_the_wait_before() {
    let mut clinic = Clinic::new();
    let ticket = clinic.waiting(DERMA);
    let after = |clinic: &mut Clinic, input| {
        clinic.now += MINUTE;
        clinic.take(input).unwrap()
    };
    after(&mut clinic, Input::Admit { ticket, staff: STAFF });
    after(&mut clinic, Input::GoIn { ticket });
    after(&mut clinic, Input::Hold { ticket });
    after(&mut clinic, Input::Unhold { ticket });
    let changes = after(&mut clinic, Input::End { ticket, by: EndedBy::Staff });
    let lasted = changes
        .iter()
        .find_map(|change| if let Change::RoomClosed { lasted, .. } = change { Some(*lasted) } else { None });
    assert_eq!(lasted, Some(3 * MINUTE));
}

#[test]
fn a_wake_says_when_and_why() {
    let mut clinic = Clinic::new();
    assert_eq!(clinic.lobby.next_wake(), None);
    let away = clinic.waiting(DERMA);
    clinic.take(Input::Disconnected { ticket: away }).unwrap();
    let lost = clinic.in_call(DERMA);
    clinic.take(Input::Disconnected { ticket: lost }).unwrap();

    let mut wakes = Vec::new();
    let start = clinic.now;
    while let Some(wake) = clinic.lobby.next_wake() {
        wakes.push((wake.why, wake.at - start));
        clinic.now = wake.at;
        clinic.take(Input::Timeout).unwrap();
    }
    let expected = [(WakeReason::Lost, 2), (WakeReason::Grace, 10), (WakeReason::Forget, 22), (WakeReason::Forget, 30)];
    assert_eq!(wakes, expected.map(|(why, minutes)| (why, minutes * MINUTE)));
}

#[test]
fn who_can_be_told_elsewhere_keeps_the_place_for_longer_and_once_told_has_the_usual_time() {
    let mut clinic = Clinic::new();
    let reach = |ticket, is_possible| Input::ReachElsewhere { ticket, is_possible };
    let [pocket, plain] = [(); 2].map(|()| clinic.waiting(DERMA));
    clinic.take(reach(pocket, true)).unwrap();
    for ticket in [pocket, plain] {
        clinic.take(Input::Disconnected { ticket }).unwrap();
    }
    clinic.pass(29 * MINUTE);
    let state = |clinic: &Clinic, ticket| clinic.lobby.ticket(ticket).map(|ticket| ticket.state);
    assert_eq!((state(&clinic, pocket), state(&clinic, plain)), (Some(State::Away), Some(State::Expired)));

    // They are told: ten minutes to come.
    clinic.take(reach(pocket, false)).unwrap();
    clinic.pass(9 * MINUTE);
    assert_eq!(state(&clinic, pocket), Some(State::Away));
    clinic.pass(MINUTE);
    assert_eq!(state(&clinic, pocket), Some(State::Expired));
    assert!(clinic.take(reach(pocket, true)).is_err(), "the visit is over");
    clinic.take(Input::Rejoin { ticket: pocket, name: Private::from("Ana") }).unwrap();
    assert!(!clinic.lobby.held(pocket).unwrap().reached_elsewhere);
}

#[test]
fn limits_without_end_are_no_deadlines() {
    let forever = Limits {
        away_grace: Duration::MAX,
        call_lost_max: Duration::MAX,
        rejoin_within: Duration::MAX,
        ..Limits::default()
    };
    let mut clinic = Clinic::with(forever);
    let away = clinic.waiting(DERMA);
    clinic.take(Input::Disconnected { ticket: away }).unwrap();
    let ticket = clinic.in_call(DERMA);
    clinic.take(Input::Disconnected { ticket }).unwrap();
    clinic.take(Input::End { ticket, by: EndedBy::Staff }).unwrap();
    assert_eq!(clinic.lobby.next_wake(), None);
}

#[test]
fn limits_of_zero_forget_at_once() {
    let limits = Limits {
        away_grace: Duration::ZERO,
        call_lost_max: Duration::ZERO,
        rejoin_within: Duration::ZERO,
        area_finished_max: 0,
        ..Limits::default()
    };
    let mut clinic = Clinic::with(limits);
    let ticket = clinic.waiting(DERMA);
    clinic.take(Input::Admit { ticket, staff: STAFF }).unwrap();
    clinic.take(Input::Disconnected { ticket }).unwrap();
    let changes = clinic.pass(Duration::ZERO);
    check(
        &changes,
        &expect![[r#"
        Left { room: RoomId(1), ticket: TicketId(1), by: Lost, lasted: 0ns }
        RoomClosed { room: RoomId(1), ticket: TicketId(1), by: Lost, lasted: 0ns }
        Queue { area: AreaId(1), version: 5, upserted: [], removed: [TicketId(1)] }
        Forgotten { ticket: TicketId(1) }"#]],
    );
}

#[test]
fn no_debug_text_holds_a_name() {
    let mut clinic = Clinic::new();
    let input = Input::CheckIn { area: DERMA, name: Private::from("Canary Kowalski"), language: "de".to_owned() };
    assert!(!format!("{input:?}").contains("Canary"));
    let changes = clinic.take(input).unwrap();
    let ticket = clinic.lobby.ticket(TicketId(1)).unwrap();
    assert_eq!(ticket.name.expose(), "Canary Kowalski");
    assert!(
        !format!("{changes:?} {ticket:?} {:?} {:?}", clinic.lobby, clinic.lobby.snapshot(DERMA)).contains("Canary")
    );
}

#[test]
fn who_is_unknown_is_refused() {
    let mut clinic = Clinic::new();
    let ticket = TicketId(1);
    assert_eq!(clinic.check_in(AreaId(77), "Ana"), Err(Refused::AreaUnknown));
    assert_eq!(
        clinic.take(Input::SetPresence { area: AreaId(77), presence: Presence::Open }),
        Err(Refused::AreaUnknown)
    );
    assert_eq!(clinic.take(Input::Connected { ticket }), Err(Refused::TicketUnknown));
    assert_eq!(clinic.take(Input::Remove { ticket, reason: Private::default() }), Err(Refused::TicketUnknown));
    assert_eq!((clinic.lobby.waiting(AreaId(77)), clinic.lobby.presence(AreaId(77))), (0, None));
    assert!(clinic.lobby.snapshot(AreaId(77)).is_none() && !clinic.lobby.is_full(AreaId(77)));
}
