//! More than two in a consultation: guests, several patients, colleagues, and whose screen may be seen.

use super::*;
use crate::limits::{GUEST_LINKS_MAX, PEOPLE_MAX};

fn check_in_as_guest(token: &Value) -> Value {
    json!({"kind": "check_in", "name": "Canary Interpreter", "language": "de", "guest_link": token})
}

fn set_up() -> Value {
    json!({"kind": "set_up", "devices": {"camera": "works", "microphone": "works"}, "done": true})
}

/// The token of a new link for a guest of this visit.
fn guest_link(clinic: &mut Clinic, staff: &mut Page, ticket: &Value) -> Value {
    staff.command(clinic, json!({"action": "make_guest_link", "ticket": ticket}));
    staff.heard("guest_link").pop().expect("a link")["token"].clone()
}

/// A guest with a place in line, and the name of the guest's ticket.
fn guest(clinic: &mut Clinic, staff: &mut Page, host: &Value) -> (Page, Value) {
    let token = guest_link(clinic, staff, host);
    let mut guest = clinic.patient("reception");
    guest.say(clinic, check_in_as_guest(&token));
    guest.say(clinic, set_up());
    (guest, staff.last_ticket()["ticket"].clone())
}

fn peers(page: &Page) -> Vec<(u64, bool)> {
    let room = page.heard("room").pop().expect("a room");
    let peers = room["peers"].as_array().unwrap().iter();
    peers.map(|peer| (peer["peer"].as_u64().unwrap(), peer["staff"].as_bool().unwrap())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_guest_waits_like_anybody_until_staff_admit() {
    let (mut clinic, mut staff, ana) = Clinic::in_call();
    let host = staff.last_ticket()["ticket"].clone();
    let (mut eva, ticket) = guest(&mut clinic, &mut staff, &host);
    let card = staff.last_ticket();
    assert_eq!((&card["state"], &card["guest_of"], &card["position"]), (&json!("waiting"), &host, &json!(1)));
    assert_eq!(eva.last("patient")["guest"], true);
    clinic.commands();
    eva.say(&mut clinic, offer(1, "100"));
    assert_eq!(eva.last_error(), "wrong_state");
    assert!(clinic.commands().is_empty() && eva.heard("room").is_empty(), "who waits has nothing of the call");
    assert_eq!(peers(&ana), [(2, true)]);

    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(eva.last("patient")["state"], "called");
    assert_eq!(clinic.commands(), ["join 3 Shut", "screen 3 false", "mute 3 false", "mute 3 false"]);
    assert_eq!((peers(&eva), peers(&ana)), (vec![(1, false), (2, true)], vec![(2, true), (3, false)]));
    eva.say(&mut clinic, json!({"kind": "go_in"}));
    assert_eq!(clinic.commands(), ["gate 3 Open"]);
}

#[tokio::test(start_paused = true)]
async fn a_guest_link_works_once_and_as_long_as_the_visit() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let host = staff.last_ticket()["ticket"].clone();
    let used = guest_link(&mut clinic, &mut staff, &host);
    let unused = guest_link(&mut clinic, &mut staff, &host);
    let mut eva = clinic.patient("reception");
    eva.say(&mut clinic, check_in_as_guest(&used));
    assert_eq!(eva.heard("checked_in").len(), 1);
    let mut second = clinic.patient("reception");
    second.say(&mut clinic, check_in_as_guest(&used));
    assert_eq!(second.last_error(), "guest_link_over");
    ana.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(eva.last("patient")["state"], "ended", "who came for somebody need not wait any longer");
    second.say(&mut clinic, check_in_as_guest(&unused));
    assert_eq!(second.last_error(), "guest_link_over");
    eva.say(&mut clinic, json!({"kind": "rejoin", "name": "Eva"}));
    assert_eq!(eva.last_error(), "guest_link_over");
    assert!(clinic.hub.guest_links.is_empty());
}

#[tokio::test(start_paused = true)]
async fn guests_come_where_the_area_is_closed_and_links_are_bounded() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let host = staff.last_ticket()["ticket"].clone();
    staff
        .command(&mut clinic, json!({"action": "set_presence", "area": "reception", "presence": "closed", "text": ""}));
    let (_eva, ticket) = guest(&mut clinic, &mut staff, &host);
    assert_eq!(staff.last_ticket()["state"], "waiting");
    staff.command(&mut clinic, json!({"action": "make_guest_link", "ticket": ticket}));
    assert_eq!(staff.last_error(), "wrong_state", "guests have no guests");
    for _ in 0..GUEST_LINKS_MAX {
        guest_link(&mut clinic, &mut staff, &host);
    }
    staff.command(&mut clinic, json!({"action": "make_guest_link", "ticket": host}));
    assert_eq!(staff.last_error(), "too_many");
}

#[tokio::test(start_paused = true)]
async fn the_tenth_person_is_refused() {
    let (mut clinic, mut staff, ana) = Clinic::in_call();
    for number in 3..=PEOPLE_MAX {
        let mut next = clinic.checked_in("Next");
        let ticket = staff.last_ticket()["ticket"].clone();
        staff.command(&mut clinic, json!({"action": "add_to_call", "ticket": ticket}));
        next.say(&mut clinic, json!({"kind": "go_in"}));
        assert_eq!(next.last("patient")["state"], "in_call");
        assert_eq!(peers(&ana).len(), number - 1);
    }
    let tenth = clinic.checked_in("Ten");
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "add_to_call", "ticket": ticket}));
    assert_eq!(staff.last_error(), "room_full");
    assert!(tenth.heard("room").is_empty());
    assert_eq!(staff.last_ticket()["state"], "arriving", "who was refused waits on");
}

#[tokio::test(start_paused = true)]
async fn names_reach_those_in_the_same_call_only() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let host = staff.last_ticket()["ticket"].clone();
    let (mut eva, ticket) = guest(&mut clinic, &mut staff, &host);
    let waiting = clinic.checked_in("Canary Waiting");
    assert!(!ana.everything().contains("Canary"));
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    let room = ana.heard("room").pop().unwrap();
    assert_eq!((&room["peers"][1]["name"], &room["peers"][1]["guest"]), (&json!("Canary Interpreter"), &json!(true)));
    assert_eq!(room["peers"][1]["ticket"], Value::Null, "staff's name for a visit is theirs");
    eva.say(&mut clinic, json!({"kind": "go_in"}));
    for page in [&ana, &eva] {
        assert!(!page.everything().contains("Canary Waiting"));
    }
    assert!(!waiting.everything().contains("Canary Interpreter"));
    ana.forget();
    eva.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(peers(&ana), [(2, true)], "a guest leaves alone");
    assert_eq!(ana.heard("call_ended").len(), 0);
    assert_eq!(eva.heard("call_ended").remove(0)["reason"], "patient_left");
}

#[tokio::test(start_paused = true)]
async fn a_patient_who_leaves_a_group_leaves_it_running_and_staff_end_it_for_all() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let first = staff.last_ticket()["ticket"].clone();
    let (eva, _ticket) = guest(&mut clinic, &mut staff, &first);
    let mut ben = clinic.checked_in("Ben");
    let second = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "add_to_call", "ticket": second}));
    ben.say(&mut clinic, json!({"kind": "go_in"}));
    clinic.commands();
    ana.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(clinic.commands(), ["gate 1 Shut", "leave 1"]);
    assert_eq!(ana.heard("call_ended").remove(0)["reason"], "patient_left");
    assert_eq!(eva.last("patient")["state"], "ended", "her guest goes with her");
    assert!(staff.heard("call_ended").is_empty());
    assert_eq!((ben.last("patient")["state"].clone(), peers(&ben)), (json!("in_call"), vec![(2, true)]));
    assert_eq!(staff.heard("room").pop().unwrap()["ticket"], second);
    clinic.pass(Duration::from_secs(60));
    staff.command(&mut clinic, json!({"action": "end", "ticket": second}));
    assert_eq!(ben.heard("call_ended").remove(0)["reason"], "clinician_ended");
    let ended = staff.heard("call_ended").remove(0);
    assert_eq!((&ended["ticket"], &ended["lasted_ms"]), (&first, &json!(60_000)));
    assert!(clinic.hub.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_end_by_staff_is_everybodys_and_letting_go_is_one_persons() {
    let (mut clinic, mut staff, ana) = Clinic::in_call();
    let first = staff.last_ticket()["ticket"].clone();
    let mut pages = Vec::new();
    for name in ["Ben", "Cleo"] {
        let mut page = clinic.checked_in(name);
        let ticket = staff.last_ticket()["ticket"].clone();
        staff.command(&mut clinic, json!({"action": "add_to_call", "ticket": ticket}));
        page.say(&mut clinic, json!({"kind": "go_in"}));
        pages.push((page, ticket));
    }
    staff.command(&mut clinic, json!({"action": "let_go", "ticket": pages[0].1}));
    assert_eq!(pages[0].0.last("patient")["state"], "ended");
    assert_eq!(ana.last("patient")["state"], "in_call");
    staff.command(&mut clinic, json!({"action": "end", "ticket": first}));
    assert_eq!(pages[1].0.heard("call_ended").remove(0)["reason"], "clinician_ended");
    assert_eq!(ana.heard("call_ended").len(), 1);
    assert_eq!(staff.heard("call_ended").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn hold_is_for_one_person_and_the_others_go_on() {
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let first = staff.last_ticket()["ticket"].clone();
    let mut ben = clinic.checked_in("Ben");
    let second = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "add_to_call", "ticket": second}));
    ben.say(&mut clinic, json!({"kind": "go_in"}));
    clinic.commands();
    let mut command = |action: &str, ticket: &Value| {
        staff.command(&mut clinic, json!({"action": action, "ticket": ticket}));
        clinic.commands()
    };
    assert_eq!(command("hold", &first), ["gate 1 Shut"]);
    assert_eq!(command("hold", &second), ["gate 3 Shut", "gate 2 Shut"], "and with nobody left, staff's as well");
    assert_eq!(command("unhold", &first), ["gate 1 Open", "gate 2 Open"]);
    assert_eq!(command("unhold", &second), ["gate 3 Open"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_sealed_goes_to_whom_it_is_for_and_messages_to_all_others() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let mut ben = clinic.checked_in("Ben");
    let ticket = staff.last_ticket()["ticket"].clone();
    ana.say(&mut clinic, json!({"kind": "seal_hello", "hello": "I am Ana"}));
    staff.command(&mut clinic, json!({"action": "add_to_call", "ticket": ticket}));
    ben.say(&mut clinic, json!({"kind": "go_in"}));
    ben.say(&mut clinic, json!({"kind": "seal_hello", "hello": "I am Ben"}));
    assert_eq!(ana.heard("seal_hellos").pop().unwrap()["hellos"], json!([{"peer": 3, "hello": "I am Ben"}]));
    assert_eq!(ben.heard("seal_hellos").pop().unwrap()["hellos"], json!([{"peer": 1, "hello": "I am Ana"}]));
    let boxes = json!([{"to": 1, "box": "for Ana"}, {"to": 3, "box": "for himself"}, {"to": 9, "box": "for nobody"}]);
    ben.say(&mut clinic, json!({"kind": "seal_boxes", "boxes": boxes}));
    assert_eq!(ana.heard("seal_box"), [json!({"kind": "seal_box", "from": 3, "box": "for Ana"})]);
    assert!(staff.heard("seal_box").is_empty() && ben.heard("seal_box").is_empty());
    clinic.commands();
    let said = Message::Text(r#"{"sealed":"q83v"}"#.to_owned());
    clinic.hub.media_event(Media_::Message { participant: ParticipantId(3), message: said });
    let heard = r#"{"peer":3,"sealed":"q83v"}"#;
    assert_eq!(clinic.commands(), [format!("send 1 {heard}"), format!("send 2 {heard}")]);
    ana.forget();
    ben.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(ana.heard("seal_hellos").pop().unwrap()["hellos"], json!([]), "who is left hears of it, for new keys");
}

#[tokio::test(start_paused = true)]
async fn a_colleague_joins_and_leaves_and_the_consultation_goes_on() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let ticket = staff.last_ticket()["ticket"].clone();
    let mut colleague = clinic.staff(4);
    ana.say(&mut clinic, json!({"kind": "seal_hello", "hello": "I am Ana"}));
    clinic.commands();
    colleague.command(&mut clinic, json!({"action": "join_call", "ticket": ticket}));
    assert_eq!(clinic.commands(), ["join 3 Open", "mute 3 false", "mute 3 false"]);
    assert_eq!(peers(&ana), [(2, true), (3, true)]);
    assert_eq!(colleague.heard("seal_hellos").pop().unwrap()["hellos"], json!([{"peer": 1, "hello": "I am Ana"}]));
    let card = |page: &Page| {
        let card = page.heard("queue").pop().expect("a queue")["tickets"][0].clone();
        (card["mine"].clone(), card["joined"].clone())
    };
    assert_eq!((card(&staff), card(&colleague)), ((json!(true), json!(false)), (json!(true), json!(true))));
    for action in ["hold", "end", "let_go", "ask_screen"] {
        colleague.command(&mut clinic, json!({"action": action, "ticket": ticket}));
        assert_eq!(colleague.last_error(), "not_allowed", "{action}");
    }
    colleague.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!((peers(&ana), ana.last("patient")["state"].clone()), (vec![(2, true)], json!("in_call")));
    assert_eq!(colleague.heard("call_ended").len(), 1);
    assert_eq!((card(&staff), card(&colleague)), ((json!(true), json!(false)), (json!(false), json!(false))));
    staff.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(ana.last("patient")["state"], "ended");
}

#[tokio::test(start_paused = true)]
async fn everybody_goes_back_in_line_when_the_clinician_is_lost() {
    let (mut clinic, mut staff, ana) = Clinic::in_call();
    let host = staff.last_ticket()["ticket"].clone();
    let (mut eva, ticket) = guest(&mut clinic, &mut staff, &host);
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    eva.say(&mut clinic, json!({"kind": "go_in"}));
    clinic.close(&staff);
    clinic.pass(STAFF_LOST_MAX + Duration::from_secs(1));
    for page in [&ana, &eva] {
        assert_eq!(page.last("patient")["state"], "waiting");
    }
    assert!(clinic.hub.calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_screen_of_a_patient_is_not_taken_before_staff_ask() {
    let (mut clinic, mut staff, mut ana) = Clinic::in_call();
    let ticket = staff.last_ticket()["ticket"].clone();
    ana.say(&mut clinic, offer(1, "100"));
    clinic.commands();
    ana.say(&mut clinic, offer(2, "200"));
    assert_eq!(clinic.commands()[..3], ["leave 1", "join 3 Open", "screen 3 false"]);
    staff.command(&mut clinic, json!({"action": "ask_screen", "ticket": ticket}));
    assert_eq!(clinic.commands(), ["screen 3 true"]);
    ana.say(&mut clinic, offer(3, "300"));
    assert!(!clinic.commands().contains(&"screen 4 false".to_owned()), "a reload does not take it back");
}
