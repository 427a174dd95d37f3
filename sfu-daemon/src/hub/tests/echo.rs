//! Echoes: how a page tries its network while its person waits, and what that must not touch.

use sfu_core::{Audience, Error as MediaError, RequestId};

use super::*;
use crate::limits::{
    ECHO_BURST, ECHO_BYTES_PER_SECOND, ECHO_LASTS, ECHOES_MAX, ECHOES_PER_SOURCE_MAX, STAFF_ECHO_BYTES_PER_SECOND,
};

const OFFER: &str = "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\n";

fn ask(clinic: &mut Clinic, page: &mut Page, request: u32) {
    page.say(clinic, json!({"kind": "echo", "request": request, "sdp": OFFER}));
}

/// The room, its one participant and the offer's number, of commands that open an echo of a patient and do nothing else.
fn opened(commands: &[Command]) -> (sfu_core::RoomId, ParticipantId, RequestId) {
    opened_with(ECHO_BYTES_PER_SECOND, commands)
}

fn opened_with(limit: u32, commands: &[Command]) -> (sfu_core::RoomId, ParticipantId, RequestId) {
    let [
        Command::OpenRoom { room },
        Command::Join { room: joined, participant, gate: Gate::Open, .. },
        Command::SetPermissions { participant: permitted, permissions },
        Command::SetIngressLimit { participant: limited, bytes_per_second },
        Command::Offer { request, participant: offering, .. },
    ] = commands
    else {
        panic!("{commands:?}")
    };
    assert_eq!((room, *bytes_per_second), (joined, limit));
    assert!([permitted, limited, offering].iter().all(|one| *one == participant));
    assert_eq!(permissions.receive, Audience::Only(vec![*participant]), "itself, and nobody else");
    assert!(!permissions.send_messages);
    (*room, *participant, *request)
}

#[tokio::test(start_paused = true)]
async fn an_echo_is_a_room_of_its_own_that_nobody_else_ever_joins() {
    let (mut clinic, _staff, _ana) = Clinic::in_call();
    let consultation =
        *clinic.hub.lobby.held(*clinic.hub.visits.keys().next().unwrap()).unwrap().ticket.room.as_ref().unwrap();
    let mut ben = clinic.checked_in("Ben");
    let mut cleo = clinic.checked_in("Cleo");
    ask(&mut clinic, &mut ben, 1);
    let (bens, bens_self, request) = opened(&clinic.media.take_written());
    ask(&mut clinic, &mut cleo, 1);
    let (cleos, cleos_self, _) = opened(&clinic.media.take_written());
    assert!(bens != cleos && bens_self != cleos_self);
    assert!(![bens, cleos].contains(&sfu_core::RoomId(consultation.0)));
    clinic.hub.media_event(Media_::Answer { request, participant: bens_self, sdp: "v=0".to_owned().into() });
    assert_eq!(ben.heard("echo"), [json!({"kind": "echo", "request": 1, "sdp": "v=0"})]);
    assert!(cleo.heard("echo").is_empty(), "an answer is for who asked");
    assert!(ben.heard("room").is_empty(), "there is nobody to be told of");
}

#[tokio::test(start_paused = true)]
async fn an_echo_ends_by_itself_with_its_page_with_the_call_and_when_it_is_not_needed() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana");
    ask(&mut clinic, &mut ana, 1);
    clinic.commands();
    clinic.pass(ECHO_LASTS);
    assert_eq!(clinic.commands(), ["close room"]);
    assert_eq!(ana.heard("echo"), [json!({"kind": "echo", "request": 1, "sdp": null})]);

    ask(&mut clinic, &mut ana, 2);
    clinic.commands();
    ana.say(&mut clinic, json!({"kind": "echo", "request": 2}));
    assert_eq!(clinic.commands(), ["close room"]);

    ask(&mut clinic, &mut ana, 3);
    clinic.commands();
    ask(&mut clinic, &mut ana, 4);
    assert_eq!(clinic.commands()[0], "close room", "a visit has one at most");

    let token = ana.token();
    let mut again = clinic.resumed(&token);
    clinic.close(&ana);
    assert_eq!(clinic.commands(), ["close room"], "the page is gone");

    ask(&mut clinic, &mut again, 5);
    clinic.commands();
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    let commands = clinic.commands();
    assert!(commands.contains(&"close room".to_owned()), "{commands:?}");
    ask(&mut clinic, &mut again, 6);
    assert_eq!(clinic.commands(), [""; 0], "who is called has a room");
    assert_eq!(again.heard("echo").pop().unwrap(), json!({"kind": "echo", "request": 6, "sdp": null}));
    assert!(clinic.hub.echoes.next_wake().is_none(), "none is left");
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_the_shard_refuses_leaves_no_room() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    ask(&mut clinic, &mut ana, 1);
    let (_, participant, request) = opened(&clinic.media.take_written());
    clinic.hub.media_event(Media_::Refused { request, participant, error: MediaError::Peer("no ice") });
    assert_eq!(clinic.commands(), ["close room"]);
    assert_eq!(ana.heard("echo"), [json!({"kind": "echo", "request": 1, "sdp": null})]);
}

#[tokio::test(start_paused = true)]
async fn no_network_is_tried_on_a_shard_that_gives_up_pictures() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    clinic.hub.calls.commands.is_strained = true;
    ask(&mut clinic, &mut ana, 1);
    assert_eq!(clinic.commands(), [""; 0]);
    assert_eq!(ana.heard("echo"), [json!({"kind": "echo", "request": 1, "sdp": null})], "which blames nobody");
    clinic.hub.calls.commands.is_strained = false;
    clinic.pass(Duration::from_secs(1));
    ask(&mut clinic, &mut ana, 2);
    assert!(clinic.commands().iter().any(|command| command.starts_with("offer")));
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_echoes_is_bounded() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.checked_in("Ana");
    for request in 0..2 * ECHO_BURST {
        ask(&mut clinic, &mut ana, request);
    }
    let offers = clinic.commands().iter().filter(|command| command.starts_with("offer")).count();
    assert_eq!(offers, ECHO_BURST as usize, "of one visit");
    clinic.close(&ana);

    let mut family: Vec<_> = (0..=ECHOES_PER_SOURCE_MAX).map(|n| clinic.checked_in(&format!("Family {n}"))).collect();
    clinic.commands();
    for page in &mut family {
        ask(&mut clinic, page, 1);
    }
    let rooms = clinic.commands().iter().filter(|command| *command == "open room").count();
    assert_eq!(rooms, ECHOES_PER_SOURCE_MAX, "of one address");

    let key = SourceKey::random().unwrap();
    let mut others = Vec::new();
    for n in 0..ECHOES_MAX {
        clinic.source = key.source(format!("198.51.100.{n}").parse().unwrap());
        let mut page = clinic.checked_in(&format!("Other {n}"));
        ask(&mut clinic, &mut page, 1);
        others.push(page);
    }
    let rooms = clinic.commands().iter().filter(|command| *command == "open room").count();
    assert_eq!(rooms, ECHOES_MAX - ECHOES_PER_SOURCE_MAX, "of all");
    assert_eq!(others.last().unwrap().heard("echo"), [json!({"kind": "echo", "request": 1, "sdp": null})]);
    clinic.pass(ECHO_LASTS);
    assert_eq!(clinic.commands(), vec!["close room"; ECHOES_MAX], "and all of it ends");
}

#[tokio::test(start_paused = true)]
async fn staff_try_their_own_network_between_consultations_only_with_what_a_practice_needs() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let ana = clinic.checked_in("Ana");
    ask(&mut clinic, &mut staff, 1);
    let (_, participant, request) = opened_with(STAFF_ECHO_BYTES_PER_SECOND, &clinic.media.take_written());
    clinic.hub.media_event(Media_::Answer { request, participant, sdp: "v=0".to_owned().into() });
    assert_eq!(staff.heard("echo"), [json!({"kind": "echo", "request": 1, "sdp": "v=0"})]);
    assert!(ana.heard("echo").is_empty(), "an answer is for who asked");

    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    let commands = clinic.commands();
    assert!(commands.contains(&"close room".to_owned()), "a call takes all of the line: {commands:?}");
    ask(&mut clinic, &mut staff, 2);
    assert_eq!(clinic.commands(), [""; 0]);
    assert_eq!(staff.heard("echo").pop().unwrap(), json!({"kind": "echo", "request": 2, "sdp": null}));
    staff.say(&mut clinic, json!({"kind": "leave"}));
    clinic.commands();

    for request in 3..3 + 2 * ECHO_BURST {
        ask(&mut clinic, &mut staff, request);
    }
    let offers = clinic.commands().iter().filter(|command| command.starts_with("offer")).count();
    assert_eq!(offers, ECHO_BURST as usize - 1, "of one page, which has asked before");
    clinic.close(&staff);
    assert!(clinic.hub.echoes.next_wake().is_none(), "none is left");
}

#[tokio::test(start_paused = true)]
async fn staff_see_what_the_set_up_found_out_of_sound_and_network() {
    let mut clinic = Clinic::open();
    let staff = clinic.staff(1);
    let mut ana = clinic.checked_in("Ana");
    assert_eq!((&staff.last_ticket()["hears"], &staff.last_ticket()["network"]), (&Value::Null, &Value::Null));
    let network = json!({"way": "tcp", "loss_percent": 4, "round_trip_ms": 80, "kbit_s": 900});
    let devices = json!({"camera": "works", "microphone": "works", "hears": false, "network": network});
    ana.say(&mut clinic, json!({"kind": "set_up", "devices": devices, "done": true}));
    assert_eq!((&staff.last_ticket()["hears"], &staff.last_ticket()["network"]), (&json!(false), &network));
    ana.say(&mut clinic, json!({"kind": "what_you_know"}));
    let known = ana.heard("known").pop().unwrap();
    let item = known["items"].as_array().unwrap().iter().find(|item| item["what"] == "network").unwrap();
    assert_eq!(item["value"]["text"], "TCP, 4 %, 80 ms, 900 kbit/s");
}
