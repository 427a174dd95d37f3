//! What the WebSocket promises: the visit, and what bad input does (nothing, to anybody else).

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use std::time::{Duration, Instant};

use common::{Clinic, Page, contains, hello};
use futures_util::SinkExt as _;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_patient_checks_in_and_is_admitted_and_nothing_of_the_name_stays() {
    const CANARY: &str = "Canary-Kowalski";
    let clinic = Clinic::open("visit").await;
    let mut staff = clinic.staff().await;
    let mut patient = clinic.patient().await;
    patient.say(json!({"kind": "check_in", "name": CANARY, "language": "de"})).await;
    patient.hear("checked_in").await;
    let delta = staff.hear("queue_delta").await;
    assert_eq!(delta["upserted"][0]["name"], CANARY);
    let ticket = delta["upserted"][0]["ticket"].clone();
    patient.say(json!({"kind": "set_up", "devices": {"camera": "works", "microphone": "works"}, "done": true})).await;
    patient.hear_where(|message| message["patient"]["state"] == "waiting").await;
    assert_eq!(clinic.metric("anteroom_tickets{state=\"waiting\"}").await, 1.0);
    staff.say(json!({"kind": "staff", "command": {"action": "admit", "ticket": ticket}})).await;
    patient.hear_where(|message| message["patient"]["state"] == "called").await;
    staff.hear("room").await;
    patient.say(json!({"kind": "go_in"})).await;
    patient.hear_where(|message| message["patient"]["state"] == "in_call").await;
    // The shard's counters follow with its next turn.
    let joined = async {
        while clinic.metric("anteroom_media_participants{shard=\"0\"}").await != 2.0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), joined).await.expect("both are in the room");
    patient.say(json!({"kind": "leave"})).await;
    assert_eq!(patient.hear("call_ended").await["reason"], "patient_left");
    assert_eq!(staff.hear("call_ended").await["reason"], "patient_left");
    let freed = async {
        while clinic.metric("anteroom_media_participants{shard=\"0\"}").await != 0.0
            || clinic.metric("anteroom_media_rooms{shard=\"0\"}").await != 0.0
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), freed).await.expect("the consultation's memory is free");
    assert_eq!(clinic.metric("anteroom_media_packets_total{shard=\"0\",what=\"forwarded\"}").await, 0.0);
    assert!(!contains(&clinic.disk(), CANARY), "the name is on disk");
    let host = clinic.metrics;
    let metrics =
        common::request(host, &format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await;
    assert!(
        metrics.body.contains("anteroom_check_ins_total") && !metrics.body.contains(CANARY),
        "the name is in the metrics"
    );
}

#[tokio::test]
async fn only_pages_of_our_origin_are_let_in() {
    let clinic = Clinic::open_with("ws-origin", |settings| {
        settings.allowed_origins = vec!["https://www.example.org".to_owned()]
    })
    .await;
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"] {
        assert_eq!(clinic.upgrade(origin, None).await.unwrap_err().status(), 403, "{origin}");
    }
    assert!(clinic.upgrade("https://www.example.org", None).await.is_ok());
    let host = clinic.http;
    let head = format!(
        "GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    assert_eq!(
        clinic.request(&format!("{head}Sec-WebSocket-Protocol: anteroom.v1\r\n\r\n")).await.status,
        403,
        "no origin at all"
    );
    assert_eq!(
        clinic.request(&format!("{head}Origin: http://{host}\r\nSec-WebSocket-Protocol: chat\r\n\r\n")).await.status,
        400
    );
    assert_eq!(clinic.request(&format!("GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\nSec-WebSocket-Protocol: anteroom.v1\r\n\r\n")).await.status, 400);
}

#[tokio::test]
async fn what_is_not_understood_is_refused_with_a_reason_and_the_page_stays() {
    let clinic = Clinic::open("malformed").await;
    let mut page = clinic.patient().await;
    for text in [
        "",
        "nonsense",
        "[]",
        r#"{"kind":"dance"}"#,
        r#"{"kind":"ping","kind":"ping"}"#,
        r#"{"kind":"ping","more":1}"#,
        r#"{"kind":"check_in","name":"a","name":"b","language":"en"}"#,
    ] {
        page.send(Message::text(text)).await;
        let error = page.hear("error").await;
        assert_eq!(error["code"], "bad_message", "{text}");
        assert!(!error["text"].as_str().unwrap().is_empty());
    }
    page.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(page.hear("error").await["code"], "bad_message");
    page.say(json!({"kind": "ping"})).await;
    page.hear("pong").await;
}

#[tokio::test]
async fn a_message_beyond_64_kib_closes_with_1009() {
    let clinic = Clinic::open("too-big").await;
    for bytes in [64 * 1024 + 1, 1024 * 1024] {
        let mut page = clinic.patient().await;
        // A large one may be refused before it is written in full.
        let _refused_early = page.0.send(Message::text("x".repeat(bytes))).await;
        assert_eq!(page.closed().await, Some(1009), "{bytes}");
    }
    let mut page = clinic.patient().await;
    page.send(Message::text("x".repeat(64 * 1024))).await;
    assert_eq!(page.hear("error").await["code"], "bad_message", "64 KiB are read");
    assert!(2.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"message_bytes\"}").await);
}

#[tokio::test]
async fn text_that_is_not_utf_8_closes_with_1007() {
    let clinic = Clinic::open("utf8").await;
    let mut page = clinic.patient().await;
    // A text frame, masked with zeros, of one byte that no UTF-8 has.
    page.0.get_mut().write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xff]).await.unwrap();
    assert_eq!(page.closed().await, Some(1007));
}

/// After `MESSAGES_BURST`.
#[tokio::test]
async fn a_flood_closes_its_own_socket_only() {
    let clinic = Clinic::open("flood").await;
    let mut other = clinic.patient().await;
    for message in [
        Message::text(json!({"kind": "ping"}).to_string()),
        Message::binary(vec![0; 30_000]),
        Message::Ping(bytes::Bytes::new()),
    ] {
        let mut flooder = clinic.patient().await;
        // Twice the burst; no more than what the daemon reads while it says goodbye, so that the goodbye arrives.
        for _ in 0..120 {
            flooder.0.feed(message.clone()).await.unwrap();
        }
        flooder.0.flush().await.unwrap();
        assert_eq!(flooder.closed().await, Some(4429));
        let asked = Instant::now();
        other.say(json!({"kind": "ping"})).await;
        other.hear("pong").await;
        assert!(asked.elapsed() < Duration::from_secs(2));
    }
}

/// After `HELLO_MAX`.
#[tokio::test]
async fn who_says_no_hello_is_closed_whatever_else_they_say() {
    let clinic = Clinic::open("no-hello").await;
    let began = Instant::now();
    let (mut silent, mut chatty) = (clinic.socket(None).await, clinic.socket(None).await);
    chatty.say(json!({"kind": "ping"})).await;
    let (one, other) = tokio::join!(silent.closed(), chatty.closed());
    assert_eq!((one, other), (Some(1008), Some(1008)));
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[tokio::test]
async fn staff_need_a_session() {
    let clinic = Clinic::open("no-session").await;
    for cookie in [None, Some("__Host-anteroom=guess"), Some("anteroom=x")] {
        let mut page = clinic.socket(cookie).await;
        page.say(hello("staff", None)).await;
        assert_eq!(page.hear("error").await["code"], "not_allowed");
        assert_eq!(page.closed().await, Some(1008));
    }
}

#[tokio::test]
async fn a_reload_keeps_the_place() {
    let clinic = Clinic::open("reload").await;
    let mut page = clinic.patient().await;
    page.say(json!({"kind": "check_in", "name": "Ana", "language": "en"})).await;
    let token = page.hear("checked_in").await["token"].clone();
    let mut second = checked_in(&clinic).await;
    drop(page);
    let mut again = clinic.patient().await;
    again.say(json!({"kind": "resume", "token": token})).await;
    assert_eq!(again.hear("resumed").await["patient"]["position"], 1);
    second.say(json!({"kind": "resume", "token": "guess"})).await;
    assert_eq!(second.hear("error").await["code"], "place_unknown");
}

#[tokio::test]
async fn signing_out_closes_the_sessions_sockets() {
    let clinic = Clinic::open("sign-out").await;
    let cookie = clinic.signed_in().await;
    let mut page = clinic.socket(Some(&cookie)).await;
    page.say(hello("staff", None)).await;
    page.hear("welcome").await;
    clinic.post("/staff/sign-out", &format!("Cookie: {cookie}\r\n"), "").await;
    assert_eq!(page.hear("error").await["code"], "not_allowed");
    assert_eq!(page.closed().await, Some(1008));
}

#[tokio::test]
async fn what_staff_set_survives_a_restart() {
    let clinic = Clinic::open("restart").await;
    let mut staff = clinic.staff().await;
    staff.say(json!({"kind": "staff", "command": {"action": "set_area", "area": "reception", "practice": "Praxis am Lindenhof", "title": "Dr. X", "help_phone": "030 1"}})).await;
    staff.say(json!({"kind": "staff", "command": {"action": "set_presence", "area": "reception", "presence": "away", "text": "Lunch"}})).await;
    staff.hear_where(|message| message["area"]["presence"] == "away").await;
    clinic.stop.send(()).await.unwrap();
    let mut clinic = clinic;
    (&mut clinic.running).await.unwrap();
    let again = sfu_daemon::Daemon::start(clinic.settings.clone()).await.unwrap();
    clinic.http = again.http();
    let (_stop, stopped) = tokio::sync::mpsc::channel(1);
    tokio::spawn(again.run(stopped));
    let mut page = clinic.socket(None).await;
    page.say(hello("patient", Some("reception"))).await;
    let area = page.hear("area").await["area"].clone();
    assert_eq!(
        (&area["title"], &area["presence"], &area["presence_text"]),
        (&json!("Dr. X"), &json!("away"), &json!("Lunch"))
    );
}

async fn checked_in(clinic: &Clinic) -> Page {
    let mut page = clinic.patient().await;
    page.say(json!({"kind": "check_in", "name": "Somebody", "language": "en"})).await;
    page.hear("checked_in").await;
    page
}
