//! Devices that take part in a consultation: their tokens, sessions and ends.

use sfu_core::{Error as MediaError, LeftReason, RequestId};

use super::*;
use crate::hub::{Denied, DeviceRequest, Direction, Done};
use crate::limits::DEVICES_MAX;

const OFFER: &str = "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1\r\n";
const CANDIDATES: &str = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1\r\n";
const RESTART: &str = "a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n";
const ANSWER: &str = "v=0\r\na=ice-lite\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:000002abc\r\na=ice-pwd:0b66f472495ef0ccac7bda65\r\n";

type Reply = oneshot::Receiver<Result<Done, Denied>>;

/// A consultation of Ana (1) with staff (2), a device in it, and its token.
fn examined() -> (Clinic, Page, Page, String) {
    let (mut clinic, mut staff, ana) = Clinic::in_call();
    add(&mut clinic, &mut staff);
    let token = staff.heard("device_added")[0]["token"].as_str().unwrap().to_owned();
    (clinic, staff, ana, token)
}

fn add(clinic: &mut Clinic, staff: &mut Page) {
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(clinic, json!({"action": "add_device", "ticket": ticket, "name": "Ultrasound"}));
}

fn ask(clinic: &mut Clinic, token: &str, request: DeviceRequest) -> Reply {
    let (reply, said) = oneshot::channel();
    clinic.hub.handle(Event::Device { token: TokenHash::of(token), request, reply });
    said
}

fn open(clinic: &mut Clinic, token: &str) -> Reply {
    ask(clinic, token, DeviceRequest::Open { direction: Direction::Publish, sdp: OFFER.to_owned() })
}

fn change(clinic: &mut Clinic, token: &str, session: &str, if_match: Option<&str>, fragment: &str) -> Reply {
    let (session, if_match, fragment) = (session.to_owned(), if_match.map(str::to_owned), fragment.to_owned());
    ask(clinic, token, DeviceRequest::Change { session, if_match, fragment })
}

fn denied(mut reply: Reply) -> Denied {
    reply.try_recv().unwrap().expect_err("refused")
}

/// The shard's answer to the newest offer of a participant.
fn answered(clinic: &mut Clinic, request: u64, participant: u64) {
    let (request, participant) = (RequestId(request), ParticipantId(participant));
    clinic.hub.media_event(Media_::Answer { request, participant, sdp: ANSWER.to_owned().into() });
}

/// The number of the newest request, which only the hub knows otherwise.
fn requests(clinic: &mut Clinic) -> u64 {
    let newest =
        |newest, command: &Command| if let Command::Offer { request, .. } = command { request.0 } else { newest };
    clinic.media.take_written().iter().fold(0, newest)
}

/// A session of the token's, with its name.
fn session(clinic: &mut Clinic, token: &str, participant: u64) -> String {
    let mut reply = open(clinic, token);
    let request = requests(clinic);
    answered(clinic, request, participant);
    let Ok(Ok(Done::Created { session, .. })) = reply.try_recv() else { panic!("a session") };
    session
}

#[tokio::test(start_paused = true)]
async fn a_device_joins_the_consultation_and_both_sides_see_it() {
    let (mut clinic, staff, ana, token) = examined();
    let added = &staff.heard("device_added")[0];
    assert_eq!((&added["device"], &added["publish"], &added["play"]), (&json!(3), &json!("/whip"), &json!("/whep")));
    let mut reply = open(&mut clinic, &token);
    let written = clinic.media.take_written();
    let publishes_only = format!("{:?}", written[1]);
    assert_eq!(in_short(&written[0]), "join 3 Open");
    assert!(publishes_only.contains("receive: Only([])") && publishes_only.contains("send_messages: false"));
    let Command::Offer { request, .. } = written[2] else { panic!("an offer") };
    assert!(reply.try_recv().is_err(), "the shard has not answered");
    answered(&mut clinic, request.0, 3);
    let Ok(Ok(Done::Created { etag, sdp, .. })) = reply.try_recv() else { panic!("a session") };
    assert_eq!((etag.as_str(), sdp.as_str()), ("\"1\"", ANSWER));
    clinic.hub.media_event(Media_::Connected { participant: ParticipantId(3) });
    for page in [&staff, &ana] {
        let device = page.heard("room").pop().unwrap()["peers"][1].clone();
        let expected = json!({"peer": 3, "name": "Ultrasound", "ticket": null, "staff": false, "guest": false, "device": true, "muted": false, "camera_off": false, "connected": true, "page_lost": false});
        assert_eq!(device, expected);
    }
    assert!(!ana.everything().contains(&token), "the token is for staff alone");
}

#[tokio::test(start_paused = true)]
async fn hold_shuts_a_device_and_the_end_makes_its_token_worthless() {
    let (mut clinic, mut staff, _ana, token) = examined();
    session(&mut clinic, &token, 3);
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "hold", "ticket": ticket}));
    assert_eq!(clinic.commands(), ["gate 1 Shut", "gate 2 Shut", "gate 3 Shut"]);
    staff.command(&mut clinic, json!({"action": "unhold", "ticket": ticket}));
    assert_eq!(clinic.commands(), ["gate 1 Open", "gate 2 Open", "gate 3 Open"]);
    let mut waiting = open(&mut clinic, &token);
    staff.command(&mut clinic, json!({"action": "end", "ticket": ticket}));
    assert!(
        matches!(waiting.try_recv(), Err(oneshot::error::TryRecvError::Closed)),
        "it is told that there is nothing"
    );
    assert_eq!(denied(open(&mut clinic, &token)), Denied::Unauthorized);
    assert!(clinic.hub.calls.devices.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_token_has_one_session_at_a_time_and_a_lost_one_is_replaced() {
    let (mut clinic, _staff, ana, token) = examined();
    let first = session(&mut clinic, &token, 3);
    clinic.hub.media_event(Media_::Connected { participant: ParticipantId(3) });
    assert_eq!(denied(open(&mut clinic, &token)), Denied::InUse);
    clinic.hub.media_event(Media_::Disconnected { participant: ParticipantId(3) });
    clinic.commands();
    clinic.hub.media_event(Media_::Speaking { participant: ParticipantId(3), speaking: true });
    let mut reply = open(&mut clinic, &token);
    assert_eq!(ana.heard("speaking").pop().unwrap()["peers"], json!([]), "who was replaced does not speak");
    let written = clinic.media.take_written();
    assert_eq!([in_short(&written[0]), in_short(&written[1])], ["leave 3", "join 4 Open"]);
    let Command::Offer { request, .. } = written[3] else { panic!("an offer") };
    answered(&mut clinic, request.0, 4);
    assert!(matches!(reply.try_recv(), Ok(Ok(Done::Created { .. }))));
    assert_eq!(denied(change(&mut clinic, &token, &first, None, CANDIDATES)), Denied::NoSession);
    clinic.hub.media_event(Media_::Left { participant: ParticipantId(3), reason: LeftReason::Asked });
    assert_eq!(
        clinic.hub.calls.peer_of(ParticipantId(4)),
        Some(3),
        "the end of the old one does not touch the new one"
    );
}

#[tokio::test(start_paused = true)]
async fn candidates_are_accepted_and_a_restart_gets_new_credentials_and_a_new_etag() {
    let (mut clinic, _staff, _ana, token) = examined();
    let id = session(&mut clinic, &token, 3);
    for etag in [None, Some("\"1\""), Some("*")] {
        let said = change(&mut clinic, &token, &id, etag, CANDIDATES).try_recv();
        assert!(matches!(said, Ok(Ok(Done::Unneeded))));
    }
    assert_eq!(denied(change(&mut clinic, &token, &id, Some("\"0\""), CANDIDATES)), Denied::Stale);
    assert_eq!(denied(change(&mut clinic, &token, &id, None, RESTART)), Denied::Unconditional);
    assert!(matches!(denied(change(&mut clinic, &token, &id, Some("*"), "nothing")), Denied::Bad(_)));
    assert!(clinic.commands().is_empty());
    let mut said = change(&mut clinic, &token, &id, Some("*"), RESTART);
    let written = clinic.media.take_written();
    let [Command::Offer { request, participant, sdp, .. }] = &written[..] else { panic!("an offer") };
    assert!(participant.0 == 3 && sdp.contains("a=ice-ufrag:ysXw") && sdp.contains("o=- 7 3 "));
    answered(&mut clinic, request.0, 3);
    let Ok(Ok(Done::Restarted { etag, fragment })) = said.try_recv() else { panic!("a restart") };
    assert_eq!(etag, "\"2\"");
    assert!(fragment.contains("a=ice-ufrag:000002abc"));
    assert_eq!(denied(change(&mut clinic, &token, &id, Some("\"1\""), RESTART)), Denied::Stale);
    let again = change(&mut clinic, &token, &id, Some("\"2\""), RESTART).try_recv();
    assert!(matches!(again, Ok(Ok(Done::Unneeded))), "those are the credentials of now");
}

#[tokio::test(start_paused = true)]
async fn a_refused_offer_leaves_no_session_and_a_refused_restart_changes_nothing() {
    let (mut clinic, _staff, _ana, token) = examined();
    let reply = open(&mut clinic, &token);
    let request = RequestId(requests(&mut clinic));
    let error = MediaError::Peer("no o= line");
    clinic.hub.media_event(Media_::Refused { request, participant: ParticipantId(3), error: error.clone() });
    assert_eq!(denied(reply), Denied::Bad("no o= line"));
    assert_eq!(clinic.commands(), ["leave 3"]);
    let id = session(&mut clinic, &token, 4);
    let said = change(&mut clinic, &token, &id, Some("*"), RESTART);
    let request = RequestId(requests(&mut clinic));
    clinic.hub.media_event(Media_::Refused { request, participant: ParticipantId(4), error });
    assert_eq!(denied(said), Denied::Bad("no o= line"));
    assert!(matches!(change(&mut clinic, &token, &id, Some("\"1\""), CANDIDATES).try_recv(), Ok(Ok(Done::Unneeded))));
}

#[tokio::test(start_paused = true)]
async fn a_peer_with_an_rsa_certificate_is_told_what_it_needs() {
    let (mut clinic, _staff, _ana, token) = examined();
    let id = session(&mut clinic, &token, 3);
    clinic.hub.media_event(Media_::Left { participant: ParticipantId(3), reason: LeftReason::Certificate });
    let Denied::Gone(why) = denied(change(&mut clinic, &token, &id, None, CANDIDATES)) else { panic!("gone") };
    assert!(why.contains("ECDSA") && why.contains("GStreamer"));
    assert_eq!(denied(change(&mut clinic, &token, "another", None, CANDIDATES)), Denied::NoSession);
    session(&mut clinic, &token, 4); // With another certificate it may try again.
    assert_eq!(denied(change(&mut clinic, &token, &id, None, CANDIDATES)), Denied::NoSession);
}

#[tokio::test(start_paused = true)]
async fn a_device_ends_its_session_and_staff_remove_the_device() {
    let (mut clinic, mut staff, ana, token) = examined();
    let id = session(&mut clinic, &token, 3);
    assert_eq!(
        denied(ask(&mut clinic, &token, DeviceRequest::End { session: "another".to_owned() })),
        Denied::NoSession
    );
    let ended = ask(&mut clinic, &token, DeviceRequest::End { session: id }).try_recv();
    assert!(matches!(ended, Ok(Ok(Done::Ended))));
    assert_eq!(clinic.commands(), ["leave 3"]);
    session(&mut clinic, &token, 4);
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "remove_device", "ticket": ticket, "device": 3}));
    assert_eq!(clinic.commands(), ["leave 4"]);
    assert_eq!(ana.heard("room").pop().unwrap()["peers"].as_array().unwrap().len(), 1);
    assert_eq!(denied(open(&mut clinic, &token)), Denied::Unauthorized);
    assert!(clinic.hub.calls.devices.seated_is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_the_own_consultation_takes_devices_with_names_and_only_so_many() {
    let mut clinic = Clinic::open();
    let (mut staff, mut ana) = (clinic.staff(1), clinic.checked_in("Ana"));
    add(&mut clinic, &mut staff);
    assert_eq!(staff.last_error(), "wrong_state");
    let ticket = staff.last_ticket()["ticket"].clone();
    ana.command(&mut clinic, json!({"action": "add_device", "ticket": ticket, "name": "Ultrasound"}));
    assert_eq!(ana.last_error(), "not_allowed");
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let ticket = staff.last_ticket()["ticket"].clone();
    for name in ["", "  ", "a\nb", &"ü".repeat(101)] {
        staff.command(&mut clinic, json!({"action": "add_device", "ticket": ticket, "name": name}));
        assert_eq!(staff.last_error(), "bad_name");
    }
    for _ in 0..=DEVICES_MAX {
        add(&mut clinic, &mut staff);
    }
    assert_eq!((staff.heard("device_added").len(), staff.last_error().as_str()), (DEVICES_MAX, "too_many"));
    staff.command(&mut clinic, json!({"action": "remove_device", "ticket": ticket, "device": 99}));
    assert_eq!(staff.last_error(), "wrong_state");
}

#[tokio::test(start_paused = true)]
async fn a_device_that_offers_too_often_waits() {
    let (mut clinic, _staff, _ana, token) = examined();
    for _ in 0..OFFERS_BURST {
        drop(open(&mut clinic, &token));
    }
    assert_eq!(denied(open(&mut clinic, &token)), Denied::TooMany);
    clinic.pass(Duration::from_secs(1));
    drop(open(&mut clinic, &token));
    clinic.hub.calls.commands.is_stuck = true;
    clinic.pass(Duration::from_secs(1));
    let mut reply = open(&mut clinic, &token);
    assert!(reply.try_recv().is_err(), "a shard that is a little behind gets it later");
}
