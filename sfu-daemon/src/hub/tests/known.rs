//! What the server says that it knows, and how it forgets.

use super::files::{ANA, Transfer, in_call_with_channels};
use super::*;
use crate::limits::KNOWN_BURST;

#[tokio::test(start_paused = true)]
async fn what_a_patient_is_told_is_what_a_dump_of_the_ticket_shows() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana Canary");
    let first = dump_and_told(&mut clinic, &mut ana);
    assert!(first.contains("state: Arriving"));
    clinic.pass(Duration::from_secs(90));
    ana.say(
        &mut clinic,
        json!({"kind": "set_up", "devices": {"camera": "denied", "microphone": "works"}, "done": true}),
    );
    assert!(dump_and_told(&mut clinic, &mut ana).contains("camera: Denied"));
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    ana.say(&mut clinic, json!({"kind": "not_yet"}));
    assert!(dump_and_told(&mut clinic, &mut ana).contains("needs_a_minute: true"));
    ana.say(&mut clinic, json!({"kind": "go_in"}));
    let called = dump_and_told(&mut clinic, &mut ana);
    assert!(called.contains("state: InCall") && called.contains("room: Some"));
    assert_eq!(told(&mut clinic, &mut ana, "staff")["value"]["text"], "Dr. Lena Hoffmann");
    assert_eq!(told(&mut clinic, &mut ana, "gate")["value"]["yes"], true);
    staff.command(&mut clinic, json!({"action": "remove", "ticket": ticket, "reason": "call us"}));
    assert!(dump_and_told(&mut clinic, &mut ana).contains("state: Removed"));
    assert_eq!(told(&mut clinic, &mut ana, "name")["value"]["kind"], "nothing", "the name is gone with the visit");
    assert_eq!(told(&mut clinic, &mut ana, "reason")["value"]["bytes"], 7);
    let items = ask(&mut clinic, &mut ana); // Once: the wall clock goes on meanwhile.
    let until = |what: &str| find(&items, what)["until"].clone();
    assert_eq!(until("checked_in_at"), until("deadline"), "forgotten when the time for a rejoin is over");
    assert!(!ana.everything().contains("Canary"), "the name itself does not come back");
}

/// The dump of the ticket, after each thing in it was found in what the page was told.
fn dump_and_told(clinic: &mut Clinic, ana: &mut Page) -> String {
    let items = ask(clinic, ana);
    let (id, visit) = clinic.hub.visits.iter().next().unwrap();
    let held = clinic.hub.lobby.held(*id).unwrap();
    let dump = format!("{held:?}");
    let value = |what: &str| find(&items, what)["value"].clone();
    let number = |what: &str| value(what)["count"].as_u64();
    let device = |what: &str| pascal(value(what)["device"].as_str().unwrap());
    for shown in [
        format!("id: TicketId({})", number("number").unwrap()),
        format!("state: {}", pascal(value("state")["state"].as_str().unwrap())),
        format!("language: {:?}", value("language")["text"].as_str().unwrap()),
        format!("camera: {}, microphone: {}", device("camera"), device("microphone")),
        format!("connected: {}", value("connected")["yes"]),
        format!("needs_a_minute: {}", value("needs_a_minute")["yes"]),
        format!("set_up_done: {}", value("set_up_done")["yes"]),
        format!("room: {:?}", number("room").map(RoomId)),
        format!("position: {:?}", number("position")),
        format!("version: {}", number("version").unwrap()),
    ] {
        assert!(dump.contains(&shown), "{shown} is not in {dump}");
    }
    assert_eq!(value("area")["text"], clinic.hub.areas[&held.ticket.area].slug);
    assert_eq!(value("name")["bytes"].as_u64().unwrap_or(0), held.ticket.name.len() as u64);
    assert_eq!(value("handle")["text"], visit.name);
    assert_eq!(value("place")["text"], crate::auth::hex(&visit.place.hash().0));
    assert_eq!(number("page"), visit.socket.map(|socket| socket.0));
    assert_eq!(value("source")["text"], clinic.source.hex());
    for (what, at) in [("checked_in_at", Some(held.ticket.checked_in_at)), ("deadline", held.ticket.deadline)] {
        let at_ms = value(what)["at_ms"].as_i64().map(|ms| ms - crate::now_ms());
        let ahead = |at: std::time::Instant| {
            let ms = |duration: Duration| i64::try_from(duration.as_millis()).unwrap();
            ms(at.saturating_duration_since(now())) - ms(now().saturating_duration_since(at))
        };
        match (at_ms, at.map(ahead)) {
            (Some(told), Some(is)) => assert!((told - is).abs() < 2_000, "{what}: {told} {is}"),
            (told, is) => assert_eq!(told, is, "{what}"),
        }
    }
    dump
}

#[tokio::test(start_paused = true)]
async fn every_file_of_the_visit_is_told_until_it_is_deleted() {
    let (mut clinic, _staff, mut ana) = in_call_with_channels();
    Transfer::of(ANA, 2, 100_000).finish(&mut clinic);
    Transfer::of(2, ANA, 2_000).finish(&mut clinic);
    let files = |items: &[Value]| items.iter().filter(|item| item["what"] == "file").cloned().collect::<Vec<_>>();
    let told = files(&ask(&mut clinic, &mut ana));
    assert_eq!(told.len(), 2);
    let mine = told.iter().find(|file| file["value"]["mine"] == true).unwrap();
    assert_eq!((&mine["value"]["bytes"], &mine["value"]["size_class"]), (&json!(100_000), &json!(17)));
    let left = mine["until"]["at_ms"].as_i64().unwrap() - crate::now_ms();
    assert!((890_000..=901_000).contains(&left), "{left} ms are a quarter of an hour");

    ana.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(files(&ask(&mut clinic, &mut ana)).len(), 2, "they outlast the consultation, and are still told");
    clinic.pass(Duration::from_secs(15 * 60 + 5));
    assert!(files(&ask(&mut clinic, &mut ana)).is_empty());
}

#[tokio::test(start_paused = true)]
async fn erasing_ends_the_consultation_and_leaves_nothing() {
    let (mut clinic, mut staff, mut ana) = in_call_with_channels();
    Transfer::of(ANA, 2, 100_000).finish(&mut clinic);
    let token = ana.token();
    clinic.commands();
    staff.forget();
    ana.say(&mut clinic, json!({"kind": "erase"}));
    assert_eq!(ana.heard("erased").len(), 1);
    assert!(clinic.commands().contains(&"close room".to_owned()), "media ends");
    assert_eq!(staff.heard("call_ended").remove(0)["reason"], "patient_left");
    assert!(!staff.heard("queue_delta").pop().unwrap()["removed"].as_array().unwrap().is_empty());

    let hub = &clinic.hub;
    assert!(hub.visits.is_empty() && hub.places.is_empty() && hub.tickets.is_empty() && hub.lost.is_empty());
    assert!(hub.calls.is_empty() && hub.lobby.next_wake().is_none());
    let relay = hub.files.relay().stats();
    assert_eq!((relay.files, relay.held_bytes, relay.rooms, relay.receipts), (0, 0, 0, 1));

    for question in [json!({"kind": "what_you_know"}), json!({"kind": "erase"}), json!({"kind": "go_in"})] {
        ana.say(&mut clinic, question);
        assert_eq!(ana.last_error(), "wrong_state", "this page has no visit any more");
    }
    assert_eq!(clinic.resumed(&token).last_error(), "place_unknown");
    ana.say(&mut clinic, json!({"kind": "check_in", "name": "Ana", "language": "en"}));
    assert_eq!(ana.heard("checked_in").len(), 2, "and may begin anew");
}

#[tokio::test(start_paused = true)]
async fn erasing_works_in_line_and_after_the_end_and_for_nobody_else() {
    for leaves_first in [false, true] {
        let mut clinic = Clinic::open();
        let mut staff = clinic.staff(1);
        let mut ana = clinic.checked_in("Ana");
        let mut ben = clinic.checked_in("Ben");
        if leaves_first {
            ana.say(&mut clinic, json!({"kind": "leave"}));
        }
        ana.say(&mut clinic, json!({"kind": "erase"}));
        assert_eq!(ana.heard("erased").len(), 1);
        assert_eq!(clinic.hub.visits.len(), 1);
        assert_eq!(told(&mut clinic, &mut ben, "position")["value"]["count"], 1);
        for message in [json!({"kind": "erase"}), json!({"kind": "what_you_know"})] {
            staff.say(&mut clinic, message);
            assert_eq!(staff.last_error(), "not_allowed");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_too_often_what_is_known_waits_and_an_address_is_forgotten_after_its_minute() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    for _ in 0..=KNOWN_BURST {
        ana.say(&mut clinic, json!({"kind": "what_you_know"}));
    }
    assert_eq!(ana.heard("known").len(), usize::try_from(KNOWN_BURST).unwrap());
    assert_eq!(ana.last_error(), "too_many");
    clinic.pass(Duration::from_secs(2));
    assert_eq!(told(&mut clinic, &mut ana, "check_ins")["value"]["count"], 1);
    clinic.pass(Duration::from_secs(61));
    assert!(ask(&mut clinic, &mut ana).iter().all(|item| item["what"] != "check_ins"));
    assert!(clinic.hub.check_ins.next_wake().is_none());
}

fn ask(clinic: &mut Clinic, page: &mut Page) -> Vec<Value> {
    clinic.pass(Duration::from_secs(1)); // As a page does, which does not ask more often.
    page.say(clinic, json!({"kind": "what_you_know"}));
    page.heard("known").pop().expect("an answer")["items"].as_array().unwrap().clone()
}

fn told(clinic: &mut Clinic, page: &mut Page, what: &str) -> Value {
    find(&ask(clinic, page), what).clone()
}

fn find<'a>(items: &'a [Value], what: &str) -> &'a Value {
    items.iter().find(|item| item["what"] == what).unwrap_or_else(|| panic!("{what} is told"))
}

fn pascal(word: &str) -> String {
    word.split('_').map(|part| part[..1].to_uppercase() + &part[1..]).collect()
}
