//! What is noted of staff and of consultations, and who is told that somebody waits.

use sfu_core::ParticipantStats;

use super::*;
use crate::alerts::Waiting;
use crate::limits::MEASURE_EVERY;
use crate::store::{Deed, MediaConnection, Visit};

impl Clinic {
    fn notes(&mut self) -> Vec<Note> {
        std::iter::from_fn(|| self.noted.try_recv().ok()).collect()
    }

    fn deeds(&mut self) -> Vec<Deed> {
        let deed = |note| match note {
            Note::Deed(staff, _, deed) => {
                assert_eq!(staff, 1);
                Some(deed)
            }
            Note::Consultation(_) | Note::Connection(_) => None,
        };
        self.notes().into_iter().filter_map(deed).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn what_staff_do_is_noted_if_it_was_done_and_a_visit_is_its_consultation() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let [Deed::Admitted(visit @ Visit { area: 1, consultation: Some(_) })] = clinic.deeds()[..] else {
        panic!("one admission")
    };
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "hold", "ticket": ticket}));
    staff.command(&mut clinic, json!({"action": "hold", "ticket": "nobody"}));
    staff.command(&mut clinic, json!({"action": "unhold", "ticket": ticket}));
    staff.command(&mut clinic, json!({"action": "touched"}));
    staff.command(&mut clinic, json!({"action": "set_presence", "area": "reception", "presence": "away", "text": ""}));
    staff.command(&mut clinic, json!({"action": "set_presence", "area": "elsewhere", "presence": "away", "text": ""}));
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    let done = [Deed::Held(visit), Deed::Resumed(visit), Deed::PresenceSet(1), Deed::Ended(visit)];
    assert_eq!(clinic.deeds(), done);
}

#[tokio::test(start_paused = true)]
async fn a_consultation_leaves_a_record_of_its_time_its_people_and_its_worst_connection() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let ticket = staff.last_ticket()["ticket"].clone();
    for participant in [1, 2] {
        clinic.hub.media_event(sfu_core::Event::Connected { participant: ParticipantId(participant) });
    }
    clinic.media.take_written();
    clinic.pass(MEASURE_EVERY);
    let asked = clinic.media.take_written();
    let asked = asked.iter().filter(|command| matches!(command, Command::ReportStats { .. })).count();
    assert_eq!(asked, 2, "both are looked at");
    let stats = ParticipantStats { round_trip: Duration::from_millis(80), ..ParticipantStats::default() };
    clinic.hub.media_event(sfu_core::Event::Stats {
        participant: ParticipantId(1),
        stats,
        tracks: Vec::new(),
        subscriptions: Vec::new(),
    });
    staff.command(&mut clinic, json!({"action": "hold", "ticket": ticket}));
    clinic.pass(Duration::from_secs(20));
    staff.command(&mut clinic, json!({"action": "unhold", "ticket": ticket}));
    clinic.pass(Duration::from_secs(30));
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    let records = clinic.notes().into_iter().filter_map(|note| match note {
        Note::Consultation(record) => Some(*record),
        Note::Deed(..) | Note::Connection(_) => None,
    });
    let [record] = &records.collect::<Vec<_>>()[..] else { panic!("one record") };
    assert_eq!((record.area, record.seconds, record.held_seconds, record.people), (1, 60, 20, 2));
    assert_eq!(record.quality.round_trip_ms, Some(80));
}

#[tokio::test(start_paused = true)]
async fn each_connection_of_a_consultation_leaves_a_line_that_names_nobody() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let [first, second] = [1, 2].map(ParticipantId);
    for participant in [first, second] {
        clinic.hub.media_event(sfu_core::Event::Connected { participant });
    }
    clinic.pass(Duration::from_secs(20));
    clinic.hub.media_event(sfu_core::Event::Disconnected { participant: second });
    clinic.hub.media_event(sfu_core::Event::Connected { participant: second });
    clinic.hub.media_event(sfu_core::Event::Disconnected { participant: first });
    clinic.hub.media_event(sfu_core::Event::Left { participant: first, reason: sfu_core::LeftReason::Timeout });
    clinic.pass(Duration::from_secs(10));
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    let connections = |notes: Vec<Note>| -> Vec<MediaConnection> {
        let of = |note| if let Note::Connection(connection) = note { Some(*connection) } else { None };
        notes.into_iter().filter_map(of).collect()
    };
    let noted = connections(clinic.notes());
    let told: Vec<_> = noted.iter().map(|one| (one.seconds, one.came_up, one.outages, &*one.ending)).collect();
    assert_eq!(told, [(20, true, 0, "lost"), (30, true, 1, "consultation_over")]);
    let mut sides = [&*noted[0].side, &*noted[1].side];
    sides.sort_unstable();
    assert_eq!(sides, ["staff", "visitor"]);
    assert_eq!(noted[0].consultation, noted[1].consultation);

    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    clinic.hub.keeps_connections = false;
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    assert_eq!(connections(clinic.notes()), [], "none where the practice wants none");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_never_began_leaves_no_record_and_none_is_made_where_the_practice_wants_none() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    clinic.hub.keeps_consultations = false;
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    let mut called = Clinic::open();
    let mut staff = called.staff(1);
    called.checked_in("Ben");
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut called, json!({"action": "admit", "ticket": ticket}));
    staff.command(&mut called, json!({"action": "cancel_call", "ticket": ticket}));
    for notes in [clinic.notes(), called.notes()] {
        assert!(notes.iter().all(|note| !matches!(note, Note::Consultation(_))), "{notes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn notes_that_the_disk_does_not_take_are_counted_and_stop_nobody() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        for _ in 0..=NOTES_QUEUE_MAX {
            staff.command(
                &mut clinic,
                json!({"action": "set_presence", "area": "reception", "presence": "away", "text": ""}),
            );
            let _saved = clinic.saved.try_recv();
        }
    });
    assert!(staff.heard("error").is_empty());
    assert!(recorder.handle().render().contains(r#"anteroom_limit_reached_total{limit="notes_queue"} 1"#));
}

#[tokio::test(start_paused = true)]
async fn others_are_told_that_somebody_waits_but_not_while_all_who_watch_are_in_a_consultation() {
    let (alerts, mut told) = mpsc::channel(8);
    let mut clinic = Clinic::open();
    clinic.hub.alerts = Some(alerts);
    let mut said = || {
        let Ok(Waiting { area, area_id, waiting, busy, .. }) = told.try_recv() else { return None };
        assert!(told.try_recv().is_err(), "once");
        assert_eq!(area_id, 1);
        Some((area, waiting, busy))
    };
    clinic.checked_in("Ana");
    assert_eq!(said(), Some(("reception".to_owned(), 1, vec![])), "nobody watches at all");
    let mut staff = clinic.staff(1);
    clinic.checked_in("Ben");
    assert_eq!(said(), Some(("reception".to_owned(), 2, vec![])));
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    clinic.checked_in("Cleo");
    assert_eq!(said(), None, "the only one who watches is busy");
    let _colleague = clinic.staff(4);
    clinic.checked_in("Dan");
    assert_eq!(said(), Some(("reception".to_owned(), 3, vec![1])), "a colleague is free, and who is not is known");
}
