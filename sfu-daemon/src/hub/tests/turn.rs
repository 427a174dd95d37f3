//! Who has put the phone away is written to, once, when their turn comes.

use sfu_signal::By;

use super::*;
use crate::limits::{TURNS_ASKED_PER_MINUTE, TURNS_QUEUE_MAX};
use crate::turn::{Turn, Turns};

const ADDRESS: &str = "ana.canary@home.example";

#[tokio::test(start_paused = true)]
async fn who_asks_for_it_is_written_to_once_when_staff_call_them() {
    let (mut clinic, mut turns) = clinic();
    let mut staff = clinic.staff(1);
    let mut ana = waiting(&mut clinic);
    assert_eq!(ana.last("patient")["tell_by"], json!(["mail", "sms"]));
    assert_eq!(ana.last("patient")["turn_message"], "not_asked");
    ask(&mut clinic, &mut ana);
    assert_eq!(ana.last("patient")["turn_message"], "asked");
    assert_eq!(known(&mut clinic, &mut ana, "tell_to")["bytes"], ADDRESS.len());
    assert!(turns.try_recv().is_err(), "not before");

    let ticket = staff.last_ticket();
    assert_eq!(ticket["turn_message"], "asked");
    let call = json!({"action": "admit", "ticket": ticket["ticket"]});
    staff.command(&mut clinic, call.clone());
    let Turn { to, language, area } = turns.try_recv().unwrap();
    assert_eq!((to.len(), language.as_str(), area.as_str()), (ADDRESS.len(), "en", "reception"));
    assert_eq!(
        (&ana.last("patient")["state"], &ana.last("patient")["turn_message"]),
        (&json!("called"), &json!("sent"))
    );
    assert_eq!(known(&mut clinic, &mut ana, "tell_to")["kind"], "nothing", "it is forgotten");

    staff.command(&mut clinic, json!({"action": "cancel_call", "ticket": ticket["ticket"]}));
    ask(&mut clinic, &mut ana);
    assert_eq!(ana.last_error(), "wrong_state", "one message is all that there is in a visit");
    staff.command(&mut clinic, call);
    assert!(turns.try_recv().is_err());

    let hub = format!("{:?} {:?}", clinic.hub.visits, to);
    for told in [hub, staff.everything(), ana.everything(), ana.token()] {
        assert!(!told.contains("canary"), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_takes_it_back_or_leaves_is_not_written_to_and_the_address_is_gone() {
    let (mut clinic, mut turns) = clinic();
    let mut staff = clinic.staff(1);
    let mut ana = waiting(&mut clinic);
    ask(&mut clinic, &mut ana);
    ana.say(&mut clinic, json!({"kind": "tell_me"}));
    assert_eq!(ana.last("patient")["turn_message"], "not_asked");
    assert_eq!(known(&mut clinic, &mut ana, "tell_to")["kind"], "nothing");
    staff.command(&mut clinic, json!({"action": "admit", "ticket": staff.last_ticket()["ticket"]}));
    staff.command(&mut clinic, json!({"action": "end", "ticket": staff.last_ticket()["ticket"]}));

    let mut ben = waiting(&mut clinic);
    let ticket = staff.last_ticket()["ticket"].clone();
    ask(&mut clinic, &mut ben);
    ben.say(&mut clinic, json!({"kind": "leave"}));
    assert_eq!(known(&mut clinic, &mut ben, "tell_to")["kind"], "nothing");
    ben.say(&mut clinic, json!({"kind": "rejoin", "name": "Ben"}));
    assert_eq!(ben.last("patient")["turn_message"], "not_asked", "who comes back asks again");
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(ben.last("patient")["state"], "called");
    assert!(turns.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn a_phone_in_the_pocket_keeps_the_place_and_is_written_to_when_staff_call() {
    let (mut clinic, mut turns) = clinic();
    let mut staff = clinic.staff(1);
    let mut ana = waiting(&mut clinic);
    ask(&mut clinic, &mut ana);
    let token = ana.token();
    clinic.close(&ana);
    clinic.pass(Duration::from_secs(45 * 60));
    let away = staff.last_ticket();
    assert_eq!((&away["state"], &away["turn_message"]), (&json!("away"), &json!("asked")));
    let call = json!({"action": "admit", "ticket": away["ticket"]});
    staff.forget();
    staff.command(&mut clinic, call.clone());
    assert!(turns.try_recv().is_ok());
    assert!(staff.heard("error").is_empty() && clinic.commands().is_empty(), "nobody is admitted yet");
    assert_eq!((&staff.last_ticket()["state"], &staff.last_ticket()["turn_message"]), (&json!("away"), &json!("sent")));
    let kept_ms = staff.last_ticket()["place_kept_ms"].as_u64().unwrap();
    assert_eq!(kept_ms, 10 * 60_000, "the usual time, from now on");

    staff.command(&mut clinic, call.clone());
    assert_eq!(staff.last_error(), "wrong_state", "as for anybody who is away");
    let mut again = clinic.resumed(&token);
    assert_eq!(again.heard("resumed")[0]["patient"]["state"], "waiting");
    staff.command(&mut clinic, call);
    assert_eq!(again.last("patient")["state"], "called");
    again.say(&mut clinic, json!({"kind": "go_in"}));
    assert!(turns.try_recv().is_err(), "once");
}

#[tokio::test(start_paused = true)]
async fn who_cannot_be_written_to_is_told_why() {
    let (mut clinic, _turns) = clinic();
    let mut ana = clinic.checked_in("Ana");
    ask(&mut clinic, &mut ana);
    assert_eq!(ana.last_error(), "wrong_state", "who is not yet waiting");
    set_up(&mut clinic, &mut ana);
    for (message, code) in [
        (json!({"by": "mail", "to": "ana"}), "bad_address"),
        (json!({"by": "mail", "to": format!("{ADDRESS}\r\nBcc: b@home.example")}), "bad_address"),
        (json!({"by": "mail", "to": format!("{ADDRESS}, b@home.example")}), "bad_address"),
        (json!({"by": "sms", "to": ADDRESS}), "bad_address"),
        (json!({"by": "sms"}), "bad_message"),
        (json!({"to": ADDRESS}), "bad_message"),
    ] {
        let mut message = message;
        message["kind"] = json!("tell_me");
        ana.say(&mut clinic, message);
        assert_eq!(ana.last_error(), code);
    }
    let mut staff = clinic.staff(1);
    staff.say(&mut clinic, json!({"kind": "tell_me", "by": "mail", "to": ADDRESS}));
    assert_eq!(staff.last_error(), "not_allowed");

    clinic.hub.turns.as_mut().unwrap().by = vec![By::Sms];
    ask(&mut clinic, &mut ana);
    assert_eq!(ana.last_error(), "not_allowed");
    let mut clinic = Clinic::open();
    let mut ana = waiting(&mut clinic);
    assert_eq!(ana.last("patient")["tell_by"], json!([]));
    ask(&mut clinic, &mut ana);
    assert_eq!(ana.last_error(), "not_allowed", "nobody has set it up");
}

#[tokio::test(start_paused = true)]
async fn so_many_ask_in_a_minute_and_no_more() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let (mut clinic, _turns) = clinic();
        let mut ana = waiting(&mut clinic);
        for _ in 0..TURNS_ASKED_PER_MINUTE {
            ask(&mut clinic, &mut ana);
        }
        assert!(ana.heard("error").is_empty());
        let mut ben = waiting(&mut clinic);
        ask(&mut clinic, &mut ben);
        assert_eq!(ben.last_error(), "too_many");
        clinic.pass(Duration::from_secs(60));
        ask(&mut clinic, &mut ben);
        assert_eq!(ben.last("patient")["turn_message"], "asked");
    });
    let text = recorder.handle().render();
    assert!(text.contains(r#"anteroom_limit_reached_total{limit="turns_asked_per_minute"} 1"#), "{text}");
}

#[tokio::test(start_paused = true)]
async fn where_too_much_is_being_sent_the_next_call_tries_again() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let (mut clinic, mut turns) = clinic();
        let mut staff = clinic.staff(1);
        let mut ana = waiting(&mut clinic);
        ask(&mut clinic, &mut ana);
        let ticket = staff.last_ticket()["ticket"].clone();
        let send = clinic.hub.turns.as_ref().unwrap().send.clone();
        while send.try_send(turn()).is_ok() {}
        staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
        assert_eq!(
            (&ana.last("patient")["state"], &ana.last("patient")["turn_message"]),
            (&json!("called"), &json!("asked"))
        );
        assert_eq!(std::iter::from_fn(|| turns.try_recv().ok()).count(), TURNS_QUEUE_MAX);
        staff.command(&mut clinic, json!({"action": "cancel_call", "ticket": ticket}));
        staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
        assert!(turns.try_recv().is_ok());
    });
    let text = recorder.handle().render();
    assert!(text.contains(r#"anteroom_limit_reached_total{limit="turns"} 1"#), "{text}");
}

/// A clinic that writes to patients, and what is to be sent.
fn clinic() -> (Clinic, mpsc::Receiver<Turn>) {
    let mut clinic = Clinic::open();
    let (send, turns) = mpsc::channel(TURNS_QUEUE_MAX);
    clinic.hub.turns = Some(Turns { by: vec![By::Mail, By::Sms], send });
    (clinic, turns)
}

fn turn() -> Turn {
    let to = crate::invitations::Recipient::read(By::Mail, ADDRESS).unwrap();
    Turn { to, language: "en".to_owned(), area: "reception".to_owned() }
}

fn waiting(clinic: &mut Clinic) -> Page {
    let mut page = clinic.checked_in("Ana");
    set_up(clinic, &mut page);
    page
}

fn set_up(clinic: &mut Clinic, page: &mut Page) {
    let devices = json!({"camera": "works", "microphone": "works"});
    page.say(clinic, json!({"kind": "set_up", "devices": devices, "done": true}));
}

fn ask(clinic: &mut Clinic, page: &mut Page) {
    page.say(clinic, json!({"kind": "tell_me", "by": "mail", "to": ADDRESS}));
}

/// What the patient is told of one thing that is held.
fn known(clinic: &mut Clinic, page: &mut Page, what: &str) -> Value {
    page.say(clinic, json!({"kind": "what_you_know"}));
    let known = page.heard("known").pop().unwrap();
    let items = known["items"].as_array().unwrap();
    items.iter().find(|item| item["what"] == what).unwrap()["value"].clone()
}
