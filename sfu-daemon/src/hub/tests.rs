//! The hub by itself, on a virtual clock: pages are channels, media commands are written down.

use serde_json::{Value, json};
use sfu_core::{Command, Event as Media_, Gate, Message, ParticipantId};
use sfu_signal::{Presence, StaffRole};
use tokio::time::advance;

use super::*;
use crate::auth::SourceKey;
use crate::limits::{HUB_QUEUE_MAX, MEDIA_WAITING_MAX, NOTES_QUEUE_MAX, OFFERS_BURST, OUTBOX_MAX, SAVE_QUEUE_MAX};
use crate::store::Standing;

mod audit;
mod device;
mod echo;
mod files;
mod group;
mod keys;
mod known;
mod picture;
mod place;
mod queue;
mod roles;
mod rules;
mod seal;
mod turn;

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test(start_paused = true)]
async fn a_visit_goes_from_check_in_to_its_end() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.patient("reception");
    assert_eq!(ana.last("area")["waiting"], 0);
    ana.say(&mut clinic, json!({"kind": "check_in", "name": " Ana ", "language": "pt-BR"}));
    let checked_in = ana.heard("checked_in").remove(0);
    assert_eq!(checked_in["patient"]["state"], "arriving");
    assert_eq!(checked_in["patient"]["position"], 1);
    assert_eq!(ana.last("area")["waiting"], 1);
    let ticket = staff.last_ticket();
    assert_eq!((&ticket["name"], &ticket["language"]), (&json!("Ana"), &json!("pt-BR")));

    ana.say(
        &mut clinic,
        json!({"kind": "set_up", "devices": {"camera": "works", "microphone": "works"}, "done": true}),
    );
    assert_eq!(ana.last("patient")["state"], "waiting");
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket["ticket"]}));
    assert_eq!(ana.last("patient")["state"], "called");
    assert_eq!(ana.last("patient")["clinician"], "Dr. Lena Hoffmann");
    assert_eq!(ana.last("area")["presence"], "busy");
    assert_eq!(ana.heard("room").pop().unwrap()["peers"][0]["name"], "Dr. Lena Hoffmann");
    assert_eq!(staff.heard("room").pop().unwrap()["peers"][0]["name"], "Ana");
    assert_eq!(
        clinic.commands(),
        [
            "open room",
            "join 1 Shut",
            "screen 1 false",
            "mute 1 false",
            "mute 1 false",
            "join 2 Shut",
            "mute 2 false",
            "mute 2 false"
        ]
    );

    ana.say(&mut clinic, json!({"kind": "go_in"}));
    assert_eq!(clinic.commands(), ["gate 1 Open", "gate 2 Open"]);
    staff.command(&mut clinic, json!({"action": "hold", "ticket": ticket["ticket"]}));
    assert_eq!(clinic.commands(), ["gate 1 Shut", "gate 2 Shut"]);
    staff.command(&mut clinic, json!({"action": "unhold", "ticket": ticket["ticket"]}));
    assert_eq!(clinic.commands(), ["gate 1 Open", "gate 2 Open"]);
    clinic.pass(Duration::from_secs(60));
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket["ticket"]}));
    assert_eq!(clinic.commands(), ["gate 1 Shut", "gate 2 Shut", "close room"]);
    assert_eq!(ana.last("patient")["state"], "ended");
    let ended = ana.heard("call_ended").remove(0);
    assert_eq!((&ended["reason"], &ended["lasted_ms"]), (&json!("clinician_ended"), &json!(60_000)));
    assert_eq!(staff.heard("call_ended").remove(0)["ticket"], ticket["ticket"]);
    assert_eq!(ana.last("area")["presence"], "open");

    ana.say(&mut clinic, json!({"kind": "rejoin", "name": "Ana"}));
    assert_eq!(ana.last("patient")["state"], "waiting");
}

#[tokio::test(start_paused = true)]
async fn who_waits_has_no_media_and_cannot_get_any() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    for message in
        [offer(1, "100"), json!({"kind": "mute", "muted": true, "camera_off": true}), json!({"kind": "go_in"})]
    {
        ana.say(&mut clinic, message);
        assert_eq!(ana.last_error(), "wrong_state");
    }
    assert!(clinic.commands().is_empty());
    assert!(ana.heard("room").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_patient_never_hears_another_patients_name() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Canary Anastasia");
    let mut ben = clinic.checked_in("Canary Benedict");
    let tickets = staff.tickets();
    for ticket in &tickets {
        staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    }
    ana.say(&mut clinic, json!({"kind": "go_in"}));
    ana.say(&mut clinic, offer(1, "100"));
    staff.command(&mut clinic, json!({"action": "end", "ticket": tickets[0]}));
    staff.command(&mut clinic, json!({"action": "admit", "ticket": tickets[1]}));
    ben.say(&mut clinic, json!({"kind": "go_in"}));
    for (page, others) in [(&ana, "Benedict"), (&ben, "Anastasia")] {
        assert!(!page.everything().contains(others), "{others} was told to somebody else");
        assert!(!page.everything().contains("Canary"), "not even the own name comes back");
    }
    assert!(staff.everything().contains("Canary Anastasia") && staff.everything().contains("Canary Benedict"));
}

#[tokio::test(start_paused = true)]
async fn a_reload_keeps_the_place_and_staff_do_not_notice() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana");
    let _ben = clinic.checked_in("Ben");
    staff.forget();
    let token = ana.token();
    clinic.close(&ana);
    clinic.pass(Duration::from_secs(2));
    let again = clinic.resumed(&token);
    assert_eq!(again.heard("resumed").remove(0)["patient"]["position"], 1);
    clinic.pass(Duration::from_secs(10));
    assert!(staff.heard("queue_delta").is_empty());
}

#[tokio::test(start_paused = true)]
async fn sixty_seconds_offline_keep_the_place() {
    let mut clinic = Clinic::open();
    let staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana");
    let _ben = clinic.checked_in("Ben");
    let token = ana.token();
    clinic.close(&ana);
    clinic.pass(Duration::from_secs(60));
    let away = staff.last_ticket();
    assert_eq!((&away["state"], &away["position"], &away["connection"]), (&json!("away"), &json!(1), &json!("lost")));
    let again = clinic.resumed(&token);
    let patient = &again.heard("resumed")[0]["patient"];
    assert_eq!((&patient["state"], &patient["position"]), (&json!("arriving"), &json!(1)));
}

#[tokio::test(start_paused = true)]
async fn after_the_grace_period_and_the_rejoin_period_everything_is_forgotten() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    let token = ana.token();
    clinic.close(&ana);
    clinic.pass(HOUR);
    let again = clinic.resumed(&token);
    assert_eq!(again.last_error(), "place_unknown");
    let hub = &clinic.hub;
    assert!(hub.visits.is_empty() && hub.places.is_empty() && hub.tickets.is_empty() && hub.lost.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_newest_page_has_the_place() {
    let mut clinic = Clinic::open();
    let mut old = clinic.checked_in("Ana");
    let token = old.token();
    let mut new = clinic.resumed(&token);
    assert_eq!(new.heard("resumed").len(), 1);
    assert_eq!(old.last_error(), "replaced");
    assert_eq!(old.closed(), Some(CLOSE_POLICY));
    clinic.close(&old);
    clinic.pass(Duration::from_secs(60));
    new.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(new.last("patient")["state"], "ended");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_takes_another_place_leaves_its_own_behind() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana");
    let token = ana.token();
    clinic.close(&ana);
    let mut ben = clinic.checked_in("Ben");
    ben.say(&mut clinic, json!({"kind": "resume", "token": token}));
    clinic.close(&ben);
    clinic.pass(HOUR);
    staff.say(&mut clinic, json!({"kind": "staff", "command": {"action": "watch", "area": "reception"}}));
    assert!(staff.heard("queue").pop().unwrap()["tickets"].as_array().unwrap().is_empty(), "both are gone for good");
    assert!(clinic.hub.visits.is_empty());
}

#[tokio::test(start_paused = true)]
async fn staff_reach_their_own_areas_only_and_nobody_without_a_session() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    let own = clinic.staff(1);
    let ticket = own.last_ticket()["ticket"].clone();
    let mut other = clinic.page(Some(2));
    other.say(&mut clinic, hello("staff", None));
    for command in [
        json!({"action": "watch", "area": "reception"}),
        json!({"action": "set_presence", "area": "reception", "presence": "closed", "text": ""}),
        json!({"action": "set_area", "area": "reception", "practice": "x", "title": "x", "help_phone": "x"}),
        json!({"action": "admit", "ticket": ticket}),
        json!({"action": "cancel_call", "ticket": ticket}),
        json!({"action": "hold", "ticket": ticket}),
        json!({"action": "transfer", "ticket": ticket, "to": "annex"}),
        json!({"action": "end", "ticket": ticket}),
        json!({"action": "remove", "ticket": ticket, "reason": ""}),
    ] {
        other.command(&mut clinic, command.clone());
        assert!(["area_unknown", "ticket_unknown"].contains(&other.last_error().as_str()), "{command}");
    }
    assert!(!other.everything().contains("Ana"));
    ana.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(ana.last_error(), "not_allowed");
    let mut nobody = clinic.page(None);
    nobody.say(&mut clinic, hello("staff", None));
    assert_eq!((nobody.last_error().as_str(), nobody.closed()), ("not_allowed", Some(CLOSE_POLICY)));
    assert!(clinic.commands().is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_connection_takes_the_seat_over_and_the_same_one_keeps_it() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(7, "100"));
    ana.say(&mut clinic, json!({"kind": "mute", "muted": true, "camera_off": false}));
    ana.say(&mut clinic, offer(8, "100"));
    assert_eq!(clinic.commands(), ["offer 1", "mute 1 true", "mute 1 false", "offer 1"]);
    clinic.hub.media_event(Media_::Answer {
        request: sfu_core::RequestId(3),
        participant: ParticipantId(1),
        sdp: "answer".to_owned().into(),
    });
    assert_eq!(ana.heard("answer").remove(0)["request"], 7);

    let token = ana.token();
    clinic.close(&ana);
    let mut again = clinic.resumed(&token);
    assert_eq!(again.heard("room").pop().unwrap()["muted"], true, "a reload does not switch a microphone on");
    again.say(&mut clinic, offer(1, "200"));
    assert_eq!(
        clinic.commands(),
        ["leave 1", "join 3 Open", "screen 3 false", "mute 3 true", "mute 3 false", "offer 3"]
    );
    clinic.hub.media_event(Media_::Connected { participant: ParticipantId(3) });
    assert_eq!(staff.heard("room").pop().unwrap()["peers"][0]["connected"], true);
    clinic.hub.media_event(Media_::Connected { participant: ParticipantId(1) });
    clinic.hub.media_event(Media_::Left { participant: ParticipantId(3), reason: sfu_core::LeftReason::Timeout });
    assert_eq!(staff.heard("room").pop().unwrap()["peers"][0]["connected"], false);

    staff.say(&mut clinic, offer(1, "300"));
    let mut window = clinic.staff(1);
    window.say(&mut clinic, offer(1, "400"));
    assert_eq!(staff.last_error(), "replaced");
    assert_eq!(clinic.commands(), ["offer 2", "leave 2", "join 4 Open", "mute 4 false", "mute 4 false", "offer 4"]);
}

#[tokio::test(start_paused = true)]
async fn slots_name_the_other_by_number() {
    let (mut clinic, staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, offer(7, "100"));
    clinic.hub.media_event(Media_::SlotAssigned {
        viewer: ParticipantId(1),
        slot: 0,
        audio_mid: Some("2".to_owned()),
        video_mid: Some("3".to_owned()),
        publisher: Some(ParticipantId(2)),
        source: Some(sfu_core::Source::Camera),
    });
    let room = ana.heard("room").pop().unwrap();
    assert_eq!(room["slots"], json!([{"slot": 0, "audio_mid": "2", "video_mid": "3", "peer": 2, "source": "camera"}]));
    assert!(staff.heard("room").pop().unwrap()["slots"].as_array().unwrap().is_empty());
}

/// Beyond `CHAT_BURST`.
#[tokio::test(start_paused = true)]
async fn chat_reaches_the_other_side_and_a_flood_does_not() {
    let (mut clinic, _staff, _ana) = Clinic::in_call();
    let said = |text: &str| Media_::Message { participant: ParticipantId(1), message: Message::Text(text.to_owned()) };
    clinic.hub.media_event(said(r#"{"sealed":"q83v"}"#));
    assert_eq!(clinic.commands(), [r#"send 2 {"peer":1,"sealed":"q83v"}"#]);
    clinic.hub.media_event(said(r#"{"sealed":"q83v","peer":2}"#));
    assert!(clinic.commands().is_empty());
    for _ in 0..1_000 {
        clinic.hub.media_event(said(r#"{"sealed":"q83v"}"#));
    }
    assert!(clinic.commands().len() <= crate::limits::CHAT_BURST as usize);
}

#[tokio::test(start_paused = true)]
async fn a_refused_offer_says_which_rule_it_broke() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    ana.say(&mut clinic, json!({"kind": "offer", "request": 4, "sdp": "nonsense", "sources": {}}));
    assert_eq!(ana.last_error(), "bad_offer");
    ana.say(&mut clinic, offer(5, "100"));
    let error = sfu_core::Error::Peer("no fingerprint");
    clinic.hub.media_event(Media_::Refused { request: sfu_core::RequestId(3), participant: ParticipantId(1), error });
    let refused = ana.heard("error").pop().unwrap();
    assert_eq!((&refused["text"], &refused["request"]), (&json!("no fingerprint"), &json!(5)));
    assert!(clinic.hub.calls.asked_is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_core_says_whose_fault_it_is_and_the_page_is_told_what_to_do() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    for (number, error, code) in [
        (3, sfu_core::Error::Peer("x"), "bad_offer"),
        (4, sfu_core::Error::Misuse("x"), "bad_offer"),
        (5, sfu_core::Error::Full("x"), "too_many"),
    ] {
        ana.say(&mut clinic, offer(1, "100"));
        let request = sfu_core::RequestId(number);
        clinic.hub.media_event(Media_::Refused { request, participant: ParticipantId(1), error });
        assert_eq!(ana.last_error(), code);
    }
}

#[tokio::test(start_paused = true)]
async fn who_cannot_join_is_told_and_the_next_offer_tries_anew() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    let (request, error) = (sfu_core::RequestId(1), sfu_core::Error::Full("participants of a shard"));
    clinic.hub.media_event(Media_::Refused { request, participant: ParticipantId(1), error });
    let told = ana.heard("error").pop().unwrap();
    assert_eq!((&told["code"], &told["request"]), (&json!("too_many"), &Value::Null));
    ana.say(&mut clinic, offer(1, "100"));
    assert_eq!(clinic.commands(), ["join 3 Open", "screen 3 false", "mute 3 false", "mute 3 false", "offer 3"]);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_offers_does_not_reach_the_shard_and_a_new_page_does_not_help() {
    let (mut clinic, _staff, mut ana) = Clinic::in_call();
    let burst = OFFERS_BURST as usize;
    for number in 0..OFFERS_BURST {
        ana.say(&mut clinic, offer(number, "100"));
    }
    assert_eq!(clinic.commands().len(), burst);
    let token = ana.token();
    let mut again = clinic.resumed(&token);
    again.say(&mut clinic, offer(9, "200"));
    let told = again.heard("error").pop().unwrap();
    assert_eq!((&told["code"], &told["request"]), (&json!("too_many"), &json!(9)));
    assert!(clinic.commands().is_empty());
    clinic.pass(Duration::from_secs(1));
    again.say(&mut clinic, offer(10, "200"));
    assert_eq!(clinic.commands().last().unwrap(), "offer 3");
}

#[tokio::test(start_paused = true)]
async fn a_busy_shard_hears_of_the_end_later_and_in_order() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let ticket = staff.last_ticket()["ticket"].clone();
    clinic.hub.calls.commands.is_stuck = true;
    staff.command(&mut clinic, json!({"action": "hold", "ticket": ticket}));
    staff.command(&mut clinic, json!({"action": "unhold", "ticket": ticket}));
    staff.say(&mut clinic, offer(1, "300"));
    clinic.pass(Duration::from_secs(10));
    clinic.hub.calls.commands.is_stuck = false;
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    assert!(clinic.commands().is_empty(), "nothing overtakes what waits");
    clinic.pass(Duration::from_secs(1));
    assert_eq!(clinic.commands(), ["gate 1 Shut", "gate 2 Shut", "offer 2", "close room"]);
    assert!(clinic.hub.calls.commands.retry_at().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_shard_far_behind_gets_nobody_new_but_every_end() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let ticket = staff.last_ticket()["ticket"].clone();
    clinic.hub.calls.commands.is_stuck = true;
    for _ in 0..MEDIA_WAITING_MAX {
        clinic.hub.calls.commands.send(0, Command::Evict { participant: ParticipantId(99) });
    }
    ana.say(&mut clinic, offer(1, "100"));
    let told = ana.heard("error").pop().unwrap();
    assert_eq!((&told["code"], &told["request"]), (&json!("too_many"), &json!(1)));
    let said = Message::Text(r#"{"sealed":"q83v"}"#.to_owned());
    clinic.hub.media_event(Media_::Message { participant: ParticipantId(1), message: said });
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    ana.say(&mut clinic, json!({"kind": "rejoin", "name": "Ana"}));
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(staff.last_error(), "too_many");
    assert_eq!(ana.last("patient")["state"], "waiting");

    clinic.hub.calls.commands.is_stuck = false;
    clinic.pass(Duration::from_secs(1));
    assert_eq!(clinic.commands()[MEDIA_WAITING_MAX..], ["gate 1 Shut", "gate 2 Shut", "close room"]);
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(ana.last("patient")["state"], "called");
}

#[tokio::test(start_paused = true)]
async fn only_what_took_place_counts_as_a_consultation() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let counted = || recorder.handle().render().contains("anteroom_consultations_total{");
    metrics::with_local_recorder(&recorder, || {
        let mut clinic = Clinic::open();
        let mut staff = clinic.staff(1);
        let mut ana = clinic.checked_in("Ana");
        let ticket = staff.last_ticket()["ticket"].clone();
        staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
        staff.command(&mut clinic, json!({"action": "cancel_call", "ticket": ticket}));
        assert!(!counted());
        staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
        ana.say(&mut clinic, json!({"kind": "go_in"}));
        staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    });
    assert!(counted());
}

#[tokio::test(start_paused = true)]
async fn a_lost_clinician_gives_the_patient_the_place_back() {
    let (mut clinic, staff, ana) = Clinic::in_call();
    clinic.close(&staff);
    clinic.pass(STAFF_LOST_MAX - Duration::from_secs(1));
    assert_eq!(ana.last("patient")["state"], "in_call");
    clinic.pass(Duration::from_secs(2));
    assert_eq!(ana.last("patient")["state"], "waiting");
    assert_eq!(clinic.commands(), ["gate 1 Shut", "gate 2 Shut", "close room"]);
    assert!(ana.heard("call_ended").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_patient_is_told_in_the_call_that_the_clinician_is_lost_and_back() {
    let (mut clinic, staff, ana) = Clinic::in_call();
    let lost = |page: &Page| page.heard("room").pop().unwrap()["peers"][0]["page_lost"].as_bool().unwrap();
    clinic.close(&staff);
    clinic.pass(LOST_AFTER - Duration::from_millis(1));
    assert!(!lost(&ana), "a reload is quicker");
    clinic.pass(Duration::from_millis(1));
    assert!(lost(&ana));
    let back = clinic.staff(1);
    assert!(!lost(&ana));
    clinic.close(&ana);
    clinic.pass(LOST_AFTER);
    assert!(lost(&back), "and the other way round");
}

#[tokio::test(start_paused = true)]
async fn a_clinician_who_comes_back_in_time_keeps_the_consultation() {
    let (mut clinic, staff, ana) = Clinic::in_call();
    clinic.close(&staff);
    clinic.pass(Duration::from_secs(60));
    let back = clinic.staff(1);
    assert_eq!(back.heard("room").pop().unwrap()["peers"][0]["name"], "Ana");
    clinic.pass(STAFF_LOST_MAX);
    assert_eq!(ana.last("patient")["state"], "in_call");
}

#[tokio::test(start_paused = true)]
async fn one_clinician_has_one_consultation_at_a_time() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let _ben = clinic.checked_in("Ben");
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(staff.last_error(), "wrong_state");
}

#[tokio::test(start_paused = true)]
async fn a_transfer_brings_the_page_to_the_other_area() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana");
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "transfer", "ticket": ticket, "to": "annex"}));
    assert_eq!(ana.last("area")["slug"], "annex");
    assert_eq!(ana.last("patient")["position"], 1);
    ana.forget();
    staff.command(
        &mut clinic,
        json!({"action": "set_presence", "area": "reception", "presence": "away", "text": "Lunch"}),
    );
    assert!(ana.heard("area").is_empty(), "the old area is no longer of interest");
}

#[tokio::test(start_paused = true)]
async fn what_staff_set_is_shown_and_saved() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.patient("reception");
    staff.command(
        &mut clinic,
        json!({"action": "set_area", "area": "reception", "practice": "Praxis", "title": "Dr. X", "help_phone": "1"}),
    );
    staff.command(
        &mut clinic,
        json!({"action": "set_presence", "area": "reception", "presence": "closed", "text": "Back at 9"}),
    );
    let area = ana.last("area");
    assert_eq!(
        (&area["title"], &area["presence"], &area["presence_text"]),
        (&json!("Dr. X"), &json!("closed"), &json!("Back at 9"))
    );
    let Some(Save::Area(saved)) = std::iter::from_fn(|| clinic.saved.try_recv().ok()).last() else { panic!() };
    assert_eq!((saved.title.as_str(), saved.presence), ("Dr. X", Presence::Closed));
    ana.say(&mut clinic, json!({"kind": "check_in", "name": "Ana", "language": "en"}));
    assert_eq!(ana.last_error(), "area_closed");
    staff.command(
        &mut clinic,
        json!({"action": "set_presence", "area": "reception", "presence": "open", "text": "x".repeat(201)}),
    );
    assert_eq!(staff.last_error(), "bad_message");
}

/// Of up to `NAME_CHARS_MAX`.
#[tokio::test(start_paused = true)]
async fn names_and_languages_are_checked() {
    let mut clinic = Clinic::open();
    let long = "ü".repeat(200);
    for (name, language, code) in [
        ("", "en", "bad_name"),
        (" \n\t ", "en", "bad_name"),
        (&*"ü".repeat(201), "en", "bad_name"),
        ("Ana", "en<script>", "bad_message"),
        ("Ana", "", "bad_message"),
    ] {
        let mut page = clinic.patient("reception");
        page.say(&mut clinic, json!({"kind": "check_in", "name": name, "language": language}));
        assert_eq!(page.last_error(), code, "{name:?} {language:?}");
    }
    let staff = clinic.staff(1);
    for (name, shown) in
        [("👩‍⚕️", "👩‍⚕️"), ("<b>x</b>", "<b>x</b>"), ("line\nbreak", "linebreak"), ("شهرزاد", "شهرزاد"), (&*long, &*long)]
    {
        clinic.checked_in(name);
        assert_eq!(staff.last_ticket()["name"], shown);
    }
}

#[tokio::test(start_paused = true)]
async fn check_ins_of_one_source_are_limited() {
    let mut clinic = Clinic::open();
    let codes = (0..40).map(|_| {
        let mut page = clinic.patient("reception");
        page.say(&mut clinic, json!({"kind": "check_in", "name": "Flood", "language": "en"}));
        page.heard("checked_in").len()
    });
    assert_eq!(codes.sum::<usize>(), CHECK_INS_MAX as usize);
}

#[tokio::test(start_paused = true)]
async fn rejoins_count_as_check_ins() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    for _ in 0..CHECK_INS_MAX {
        ana.say(&mut clinic, json!({"kind": "leave"}));
        ana.say(&mut clinic, json!({"kind": "rejoin", "name": "Ana"}));
    }
    assert_eq!(ana.last_error(), "too_many");
    assert_eq!(ana.last("patient")["state"], "ended");
    clinic.pass(Duration::from_secs(60));
    ana.say(&mut clinic, json!({"kind": "rejoin", "name": "Ana"}));
    assert_eq!(ana.last("patient")["state"], "arriving");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_read_is_given_up_and_the_others_go_on() {
    let mut clinic = Clinic::open();
    let deaf = clinic.patient("reception");
    let mut ana = clinic.patient("reception");
    for _ in 0..OUTBOX_MAX {
        clinic.hub.handle(Event::Said { socket: deaf.id, message: ClientMessage::Ping });
    }
    assert!(!clinic.hub.sockets.contains_key(&deaf.id));
    ana.say(&mut clinic, json!({"kind": "ping"}));
    assert_eq!(ana.heard("pong").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn hello_comes_first_and_once_and_in_our_version() {
    let mut clinic = Clinic::open();
    let mut page = clinic.page(None);
    page.say(&mut clinic, json!({"kind": "go_in"}));
    assert_eq!(page.last_error(), "not_allowed");
    page.say(&mut clinic, hello("patient", Some("reception")));
    page.say(&mut clinic, hello("patient", Some("reception")));
    assert_eq!(page.last_error(), "wrong_state");
    for (message, code) in [
        (json!({"kind": "hello", "protocol": 2, "role": "patient", "area": "reception"}), "unsupported_protocol"),
        (hello("patient", Some("nowhere")), "area_unknown"),
    ] {
        let mut page = clinic.page(None);
        page.say(&mut clinic, message);
        assert_eq!((page.last_error().as_str(), page.closed()), (code, Some(CLOSE_POLICY)));
    }
}

#[tokio::test(start_paused = true)]
async fn signing_out_ends_the_sessions_pages() {
    let mut clinic = Clinic::open();
    let staff = clinic.staff(1);
    clinic.hub.handle(Event::SignedOut { session: TokenHash([1; 32]) });
    assert_eq!((staff.last_error().as_str(), staff.closed()), ("not_allowed", Some(CLOSE_POLICY)));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_was_on_its_way_during_sign_out_is_not_signed_in() {
    let mut clinic = Clinic::open();
    clinic.hub.handle(Event::SignedOut { session: TokenHash([1; 32]) });
    let mut late = clinic.page(Some(1));
    late.say(&mut clinic, hello("staff", None));
    assert_eq!((late.last_error().as_str(), late.closed()), ("not_allowed", Some(CLOSE_POLICY)));
    let mut other = clinic.page(Some(2));
    other.say(&mut clinic, hello("staff", None));
    assert_eq!(other.heard("welcome").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn sign_outs_are_remembered_for_a_while_and_not_without_end() {
    let mut clinic = Clinic::open();
    for number in 0..=SIGNED_OUT_MAX {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        clinic.hub.handle(Event::SignedOut { session: TokenHash(hash) });
    }
    assert_eq!(clinic.hub.signed_out.len(), SIGNED_OUT_MAX);
    clinic.pass(SIGNED_OUT_KEPT);
    clinic.staff(1);
    assert!(clinic.hub.signed_out.is_empty());
}

#[tokio::test(start_paused = true)]
async fn from_the_first_second_on_a_consultation_keeps_the_sessions_of_its_staff() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let _idle = clinic.staff(4);
    let _ana = clinic.checked_in("Ana");
    clinic.pass(SESSIONS_USED_EVERY);
    let kept = |clinic: &mut Clinic| {
        std::iter::from_fn(|| clinic.saved.try_recv().ok())
            .filter_map(|save| if let Save::Consulting(sessions) = save { Some(sessions) } else { None })
            .collect::<Vec<_>>()
    };
    assert_eq!(kept(&mut clinic), []);
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    let own = BTreeSet::from([TokenHash([1; 32])]);
    clinic.pass(Duration::from_millis(1));
    assert_eq!(kept(&mut clinic), std::slice::from_ref(&own), "at once");
    clinic.pass(2 * SESSIONS_USED_EVERY);
    assert_eq!(kept(&mut clinic), [own.clone(), own], "and again and again");
}

#[tokio::test(start_paused = true)]
async fn an_open_staff_page_counts_as_use_of_its_session() {
    let mut clinic = Clinic::open();
    let staff = clinic.staff(1);
    let _ana = clinic.checked_in("Ana");
    let uses = |clinic: &mut Clinic| std::iter::from_fn(|| clinic.saved.try_recv().ok()).collect::<Vec<_>>();
    clinic.pass(SESSIONS_USED_EVERY);
    let used = uses(&mut clinic);
    assert!(
        matches!(&used[..], [Save::Used(sessions)] if *sessions == BTreeSet::from([TokenHash([1; 32])])),
        "{used:?}"
    );
    clinic.close(&staff);
    clinic.pass(SESSIONS_USED_EVERY * 2);
    assert!(uses(&mut clinic).is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_talks_to_a_busy_hub_waits_and_loses_nothing() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let (events, mut hub) = mpsc::channel(HUB_QUEUE_MAX);
    let closed = |socket: usize| Event::Closed { socket: SocketId(socket as u64) };
    metrics::with_local_recorder(&recorder, || {
        (0..HUB_QUEUE_MAX).for_each(|socket| assert!(block(hand_over(&events, closed(socket)))));
        let mut late = std::pin::pin!(hand_over(&events, closed(HUB_QUEUE_MAX)));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(late.as_mut().poll(&mut context).is_pending());
        assert!(hub.try_recv().is_ok());
        assert!(late.as_mut().poll(&mut context).is_ready());
    });
    let rest = std::iter::from_fn(|| hub.try_recv().ok()).last();
    assert!(matches!(rest, Some(Event::Closed { socket }) if socket == SocketId(HUB_QUEUE_MAX as u64)));
    assert!(recorder.handle().render().contains(r#"anteroom_limit_reached_total{limit="hub_queue"} 1"#));
    drop(hub);
    assert!(!hand_over(&events, closed(0)).await, "nobody listens any more");
}

#[tokio::test(start_paused = true)]
async fn staff_are_told_when_the_disk_does_not_keep_up() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let close = json!({"action": "set_presence", "area": "reception", "presence": "closed", "text": "Back at 9"});
    for _ in 0..SAVE_QUEUE_MAX {
        staff.command(&mut clinic, close.clone());
    }
    assert!(staff.heard("error").is_empty());
    let open = json!({"action": "set_presence", "area": "reception", "presence": "open", "text": ""});
    staff.command(&mut clinic, open.clone());
    assert_eq!(staff.last_error(), "too_many");
    assert_eq!(staff.last("area")["presence"], "open", "shown all the same");
    clinic.saved.try_recv().unwrap();
    staff.forget();
    staff.command(&mut clinic, open);
    assert!(staff.heard("error").is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_there_is_is_counted_when_somebody_reads_it() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let mut clinic = Clinic::open();
        let _staff = clinic.staff(1);
        let _ana = clinic.checked_in("Ana");
        assert!(!recorder.handle().render().contains("anteroom_sockets{"), "nobody has asked");
        let (counted, mut done) = oneshot::channel();
        clinic.hub.handle(Event::Count { counted });
        done.try_recv().unwrap();
    });
    let text = recorder.handle().render();
    for line in [
        r#"anteroom_sockets{role="staff"} 1"#,
        r#"anteroom_sockets{role="patient"} 1"#,
        r#"anteroom_tickets{state="arriving"} 1"#,
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn draining_takes_no_newcomers_and_ends_with_the_last_consultation() {
    let (mut clinic, mut staff, ana) = Clinic::in_call();
    clinic.hub.handle(Event::Drain { within: HOUR });
    assert_eq!(ana.heard("draining").remove(0)["within_ms"], 3_600_000);
    let mut ben = clinic.patient("reception");
    assert_eq!(ben.heard("draining").len(), 1);
    ben.say(&mut clinic, json!({"kind": "check_in", "name": "Ben", "language": "en"}));
    assert_eq!(ben.last_error(), "draining");
    let (events, from_pages) = mpsc::channel(8);
    let (_media, from_media) = mpsc::channel(8);
    let running = tokio::spawn(clinic.hub.run(from_pages, from_media));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(!running.is_finished(), "the consultation goes on");
    events.send(Event::Said { socket: staff.id, message: ClientMessage::Leave }).await.unwrap();
    running.await.unwrap();
    assert_eq!(ana.heard("call_ended").remove(0)["reason"], "clinician_ended");
    staff.forget();
}

#[tokio::test(start_paused = true)]
async fn draining_ends_what_goes_on_for_too_long() {
    let (clinic, _staff, ana) = Clinic::in_call();
    let (events, from_pages) = mpsc::channel(8);
    let (_media, from_media) = mpsc::channel(8);
    let running = tokio::spawn(clinic.hub.run(from_pages, from_media));
    events.send(Event::Drain { within: Duration::from_secs(60) }).await.unwrap();
    running.await.unwrap();
    assert_eq!(ana.heard("call_ended").remove(0)["reason"], "server_stopped");
}

const CHECK_INS_MAX: u32 = 30;

struct Clinic {
    hub: Hub,
    media: Arc<Media>,
    saved: mpsc::Receiver<Save>,
    noted: mpsc::Receiver<Note>,
    source: Source,
    pages: u64,
}

impl Clinic {
    fn open() -> Self {
        Self::open_with(sfu_relay::Limits::default(), None)
    }

    fn open_with(limits: sfu_relay::Limits, spool: Option<crate::spool::Spool>) -> Self {
        let (save, saved) = mpsc::channel(SAVE_QUEUE_MAX);
        let (notes, noted) = mpsc::channel(NOTES_QUEUE_MAX);
        let media = Arc::new(Media::written_down());
        let area = |id: u32, slug: &str, title: &str| Area {
            id,
            slug: slug.to_owned(),
            practice: String::new(),
            title: title.to_owned(),
            help_phone: String::new(),
            presence: Presence::Open,
            presence_text: String::new(),
        };
        let hub = Hub::new(Start {
            areas: vec![
                area(1, "reception", "Dr. Lena Hoffmann"),
                area(2, "annex", "Annex"),
                area(3, "elsewhere", "Elsewhere"),
            ],
            accounts: vec![
                account(1, StaffRole::Admin, "", &[1, 2]),
                account(2, StaffRole::Admin, "", &[3]),
                account(3, StaffRole::Assistant, "Reception", &[1]),
                account(4, StaffRole::Provider, "Dr. Ada Second", &[1]),
            ],
            seals: Vec::new(),
            rules: Vec::new(),
            visit_links: Vec::new(),
            place_key: PlaceKey::new(&[3; 32]),
            check_ins_per_source_max: CHECK_INS_MAX,
            keeps_consultations: true,
            keeps_connections: true,
            save,
            notes,
            alerts: None,
            turns: None,
            media: Arc::clone(&media),
            relay: sfu_relay::Relay::new(limits, [1; 32], sfu_relay::Signer::new(&[2; 32], None)),
            spool,
        });
        let source = SourceKey::random().unwrap().source("192.0.2.1".parse().unwrap());
        Self { hub, media, saved, noted, source, pages: 0 }
    }

    /// Ana is in the consultation with staff member 1; participants 1 and 2.
    fn in_call() -> (Self, Page, Page) {
        Self::open().with_call()
    }

    /// See [`Self::in_call`].
    fn with_call(self) -> (Self, Page, Page) {
        let mut clinic = self;
        let mut staff = clinic.staff(1);
        let mut ana = clinic.checked_in("Ana");
        ana.say(
            &mut clinic,
            json!({"kind": "set_up", "devices": {"camera": "works", "microphone": "works"}, "done": true}),
        );
        let ticket = staff.last_ticket()["ticket"].clone();
        staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
        ana.say(&mut clinic, json!({"kind": "go_in"}));
        clinic.commands();
        (clinic, staff, ana)
    }

    fn page(&mut self, staff: Option<u32>) -> Page {
        self.pages += 1;
        let id = SocketId(self.pages);
        let (outbox, inbox) = mpsc::channel(OUTBOX_MAX);
        let session = staff.map(|staff| Session {
            hash: TokenHash([u8::try_from(staff).unwrap(); 32]),
            staff,
            means: Means::Link,
            began_ms: 0,
        });
        self.hub.handle(Event::Opened { socket: id, source: self.source, session, outbox });
        Page { id, inbox: inbox.into(), heard: std::cell::RefCell::default() }
    }

    fn staff(&mut self, staff: u32) -> Page {
        let mut page = self.page(Some(staff));
        page.say(self, hello("staff", None));
        page.command(self, json!({"action": "watch", "area": "reception"}));
        page
    }

    fn patient(&mut self, area: &str) -> Page {
        let mut page = self.page(None);
        page.say(self, hello("patient", Some(area)));
        page
    }

    fn checked_in(&mut self, name: &str) -> Page {
        let mut page = self.patient("reception");
        page.say(self, json!({"kind": "check_in", "name": name, "language": "en"}));
        page
    }

    fn resumed(&mut self, token: &str) -> Page {
        let mut page = self.patient("reception");
        page.say(self, json!({"kind": "resume", "token": token}));
        page
    }

    fn close(&mut self, page: &Page) {
        self.hub.handle(Event::Closed { socket: page.id });
        self.hub.tell_areas();
    }

    /// Lets time pass, with everything that is due on the way.
    fn pass(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(wake) = self.hub.next_wake().filter(|wake| *wake <= end) {
            block(advance(wake.saturating_duration_since(Instant::now())));
            self.hub.timeout();
            self.hub.tell_areas();
        }
        block(advance(end.saturating_duration_since(Instant::now())));
    }

    /// The media commands since the last look, in short.
    fn commands(&mut self) -> Vec<String> {
        // Looks at connections come with the clock, and not from anybody.
        let is_look = |command: &&Command| matches!(command, Command::ReportStats { .. });
        self.media.take_written().iter().filter(|command| !is_look(command)).map(in_short).collect()
    }
}

fn account(id: u32, role: StaffRole, name: &str, areas: &[u32]) -> Account {
    let login = format!("person{id}");
    Account { id, login, name: name.to_owned(), role, standing: Standing::Active, areas: areas.to_vec() }
}

/// `advance` on a paused clock only yields once.
fn block<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..10 {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("it waits for something else than the virtual clock");
}

fn in_short(command: &Command) -> String {
    let gate = |gate: &Gate| format!("{gate:?}");
    match command {
        Command::OpenRoom { .. } => "open room".to_owned(),
        Command::CloseRoom { .. } => "close room".to_owned(),
        Command::Join { participant, gate: shut, .. } => format!("join {} {}", participant.0, gate(shut)),
        Command::Offer { participant, .. } => format!("offer {}", participant.0),
        Command::SetGate { participant, gate: open } => format!("gate {} {}", participant.0, gate(open)),
        Command::SetMuted { participant, muted, .. } => format!("mute {} {muted}", participant.0),
        Command::Send { participant, message: Message::Text(text) } => format!("send {} {text}", participant.0),
        Command::Leave { participant } => format!("leave {}", participant.0),
        Command::SetPermissions { participant, permissions } if permissions.receive == sfu_core::Audience::Everyone => {
            format!("screen {} {}", participant.0, permissions.publish.contains(&sfu_core::Source::Screen))
        }
        Command::SetRoomPolicy { .. }
        | Command::SetPermissions { .. }
        | Command::SetView { .. }
        | Command::SetIngressLimit { .. }
        | Command::SetPinned { .. }
        | Command::SetRoomMetadata { .. }
        | Command::SetMetadata { .. }
        | Command::ShedLoad(_)
        | Command::SkipPictures(_)
        | Command::Send { .. }
        | Command::ReportStats { .. }
        | Command::Evict { .. } => format!("{command:?}"),
    }
}

struct Page {
    id: SocketId,
    inbox: Inbox,
    heard: std::cell::RefCell<Vec<Outgoing>>,
}

struct Inbox(std::cell::RefCell<mpsc::Receiver<Outgoing>>);

impl From<mpsc::Receiver<Outgoing>> for Inbox {
    fn from(receiver: mpsc::Receiver<Outgoing>) -> Self {
        Self(receiver.into())
    }
}

impl Page {
    fn say(&mut self, clinic: &mut Clinic, message: Value) {
        let message = serde_json::from_value(message).unwrap();
        clinic.hub.handle(Event::Said { socket: self.id, message });
        clinic.hub.tell_areas();
    }

    fn command(&mut self, clinic: &mut Clinic, command: Value) {
        self.say(clinic, json!({"kind": "staff", "command": command}));
    }

    fn listen(&self) {
        let mut inbox = self.inbox.0.borrow_mut();
        self.heard.borrow_mut().extend(std::iter::from_fn(|| inbox.try_recv().ok()));
    }

    /// All messages of one kind since the last [`Self::forget`].
    fn heard(&self, kind: &str) -> Vec<Value> {
        self.listen();
        let heard = self.heard.borrow();
        let messages = heard.iter().filter_map(|outgoing| match outgoing {
            Outgoing::Message(text) => Some(serde_json::from_str::<Value>(text).unwrap()),
            Outgoing::Close(_) => None,
        });
        messages.filter(|message| message["kind"] == kind).collect()
    }

    /// The content of the last message of a kind whose content has the kind's own name.
    fn last(&self, kind: &str) -> Value {
        self.heard(kind).pop().expect(kind)[kind].clone()
    }

    fn last_error(&self) -> String {
        self.heard("error").pop().expect("an error")["code"].as_str().unwrap().to_owned()
    }

    fn token(&mut self) -> String {
        self.heard("checked_in").pop().expect("a place")["token"].as_str().unwrap().to_owned()
    }

    fn tickets(&self) -> Vec<Value> {
        let queued = self.heard("queue").into_iter().flat_map(|queue| queue["tickets"].as_array().unwrap().clone());
        let changed =
            self.heard("queue_delta").into_iter().flat_map(|delta| delta["upserted"].as_array().unwrap().clone());
        let mut names: Vec<Value> = Vec::new();
        for ticket in queued.chain(changed) {
            if !names.contains(&ticket["ticket"]) {
                names.push(ticket["ticket"].clone());
            }
        }
        names
    }

    /// The ticket that staff were told of last.
    fn last_ticket(&self) -> Value {
        let changed =
            self.heard("queue_delta").into_iter().flat_map(|delta| delta["upserted"].as_array().unwrap().clone());
        let queued = self.heard("queue").into_iter().flat_map(|queue| queue["tickets"].as_array().unwrap().clone());
        queued.chain(changed).last().expect("a ticket")
    }

    fn everything(&self) -> String {
        self.listen();
        format!("{:?}", self.heard.borrow())
    }

    fn closed(&self) -> Option<u16> {
        self.listen();
        self.heard.borrow().iter().find_map(|outgoing| match outgoing {
            Outgoing::Close(code) => Some(*code),
            Outgoing::Message(_) => None,
        })
    }

    fn forget(&mut self) {
        self.listen();
        self.heard.borrow_mut().clear();
    }
}

fn hello(role: &str, area: Option<&str>) -> Value {
    json!({"kind": "hello", "protocol": PROTOCOL_VERSION, "role": role, "area": area})
}

fn offer(request: u32, session: &str) -> Value {
    let sdp = format!("v=0\r\no=- {session} 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    json!({"kind": "offer", "request": request, "sdp": sdp, "sources": {"0": "microphone"}})
}
