//! Who may come into an area, and when.

use super::*;
use crate::limits::{CHECK_INS_HELD_SHOWN, PASSCODE_WRONG_COSTS, VISIT_LINKS_MAX};

#[tokio::test(start_paused = true)]
async fn where_staff_have_suspended_nobody_new_comes_in_and_those_inside_are_served() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let ana = clinic.checked_in("Ana");
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(
        &mut clinic,
        json!({"action": "set_presence", "area": "reception", "presence": "closed", "text": "Call us"}),
    );
    assert_eq!(clinic.says(json!({"name": "Ben"})).last_error(), "area_closed");
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(ana.last("patient")["state"], "called");
}

#[tokio::test(start_paused = true)]
async fn the_hours_open_and_close_by_the_clock_whatever_staff_have_set() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let hours = json!({"zone": "Europe/Berlin", "spans": [{"day": 1, "from": 480, "to": 720}]});
    staff.rules(&mut clinic, json!({"hours": hours, "closed_text": "In an emergency please call 112."}));
    let mut inside = None;
    for (time, is_open, opens) in [
        ("2026-11-30T06:59:59Z", false, Some("2026-11-30T07:00:00Z")),
        ("2026-11-30T07:00:00Z", true, None),
        ("2026-11-30T11:00:00Z", false, Some("2026-12-07T07:00:00Z")),
    ] {
        let ms = |time: &str| time.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        clinic.hub.follow_hours(ms(time));
        clinic.hub.tell_areas();
        let area = clinic.patient("reception").last("area");
        assert_eq!(area["presence"], if is_open { "open" } else { "closed" }, "{time}");
        assert_eq!((&area["out_of_hours"], &area["opens_ms"]), (&json!(!is_open), &json!(opens.map(ms))), "{time}");
        assert_eq!((&area["hours"], &area["closed_text"]), (&hours, &json!("In an emergency please call 112.")));
        assert_eq!(staff.last("area"), area, "who has the page open is told");
        if is_open {
            inside = Some(clinic.says(json!({"name": "Ana"})));
        } else {
            assert_eq!(clinic.says(json!({"name": "Ana"})).last_error(), "area_closed");
        }
    }
    let ticket = staff.last_ticket()["ticket"].clone();
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(inside.unwrap().last("patient")["state"], "called", "who came in time is served after it");
    staff.rules(&mut clinic, json!({}));
    assert_eq!(staff.last("area")["presence"], "busy");
    assert_eq!(
        clinic.says(json!({"name": "Ben"})).heard("checked_in").len(),
        1,
        "without hours it is as staff have set"
    );
}

/// The next area may get its number.
#[tokio::test(start_paused = true)]
async fn the_rules_and_links_of_an_area_go_with_it() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    staff.rules(&mut clinic, json!({"entry": "invited", "closed_text": "In an emergency please call 112."}));
    staff.command(&mut clinic, json!({"action": "make_visit_link", "area": "reception", "days": 1}));
    assert_eq!(clinic.hub.rules.links.len(), 1);
    let mut area = Area::new("reception".to_owned());
    area.id = 1;
    for (areas, gone) in [(vec![], vec![1]), (vec![area], vec![])] {
        let accounts = vec![account(1, StaffRole::Admin, "", &[1, 2])];
        clinic.hub.handle(Event::Practice { accounts, areas, gone });
        clinic.hub.tell_areas();
    }
    assert!(clinic.hub.rules.links.is_empty());
    let area = clinic.patient("reception").last("area");
    assert_eq!((&area["entry"], &area["closed_text"]), (&json!("anyone"), &json!("")));
}

#[tokio::test(start_paused = true)]
async fn the_clock_is_looked_at_while_there_are_hours_and_not_otherwise() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    assert_eq!(clinic.hub.rules.next_wake(), None);
    staff.rules(&mut clinic, json!({"hours": {"zone": "Europe/Berlin", "spans": []}}));
    let first = clinic.hub.rules.next_wake().unwrap();
    clinic.pass(Duration::from_secs(90));
    assert!(first < clinic.hub.rules.next_wake().unwrap());
    staff.rules(&mut clinic, json!({}));
    assert_eq!(clinic.hub.rules.next_wake(), None);
}

#[tokio::test(start_paused = true)]
async fn staff_may_let_fewer_wait_than_the_server_would() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let _inside = [clinic.checked_in("Ana"), clinic.checked_in("Ben")];
    staff.rules(&mut clinic, json!({"waiting_max": 1}));
    assert_eq!(clinic.says(json!({"name": "Cleo"})).last_error(), "area_full");
    assert_eq!(staff.last("area")["waiting"], 2, "who is inside stays");
    staff.rules(&mut clinic, json!({"waiting_max": 3}));
    assert_eq!(clinic.says(json!({"name": "Cleo"})).heard("checked_in").len(), 1);
    assert!(staff.last("area")["full"].as_bool().unwrap());
}

#[tokio::test(start_paused = true)]
async fn who_knows_the_passcode_comes_in_and_no_patient_is_told_it() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    staff.rules(&mut clinic, json!({"entry": "passcode", "passcode": "Linden2026"}));
    let stranger = clinic.says(json!({"name": "Eve"}));
    assert_eq!(stranger.last_error(), "pass_wrong");
    assert_eq!(stranger.last("area")["entry"], "passcode");
    assert!(!stranger.everything().contains("Linden"), "what patients are told");
    for typed in ["Linden2026", "linden 2026", "LINDEN-2026"] {
        assert_eq!(clinic.says(json!({"name": "Ana", "passcode": typed})).heard("checked_in").len(), 1, "{typed}");
    }
    let mut colleague = clinic.staff(1);
    assert_eq!(colleague.heard("rules").pop().unwrap()["rules"]["passcode"], "Linden2026", "staff can tell patients");
    colleague.forget();
    let mut other = clinic.page(Some(2));
    other.say(&mut clinic, hello("staff", None));
    other.command(&mut clinic, json!({"action": "watch", "area": "elsewhere"}));
    assert!(!other.everything().contains("Linden"), "staff of another area");
}

#[tokio::test(start_paused = true)]
async fn a_source_has_few_tries_at_a_passcode() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    staff.rules(&mut clinic, json!({"entry": "passcode", "passcode": "Linden2026"}));
    let mut tries = 0;
    while clinic.says(json!({"name": "Eve", "passcode": format!("guess{tries}")})).last_error() == "pass_wrong" {
        tries += 1;
    }
    assert_eq!(tries, CHECK_INS_MAX / (1 + PASSCODE_WRONG_COSTS));
    let right = json!({"name": "Eve", "passcode": "Linden2026"});
    assert_eq!(clinic.says(right.clone()).last_error(), "too_many", "nor is it told that one is right");
    clinic.pass(Duration::from_secs(60));
    assert_eq!(clinic.says(right).heard("checked_in").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_link_for_one_visit_works_once_in_its_area_and_for_its_time() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    staff.rules(&mut clinic, json!({"entry": "invited"}));
    let [first, second, late] = [1, 1, 2].map(|days| staff.visit_link(&mut clinic, days));
    assert_eq!(clinic.says(json!({"name": "Eve"})).last_error(), "pass_wrong");
    assert_eq!(clinic.says(json!({"name": "Eve", "passcode": ""})).last_error(), "pass_wrong", "there is no passcode");
    let come = |token: &str| json!({"name": "Ana", "visit_link": token});
    let ana = clinic.says(come(&first));
    assert_eq!(ana.heard("checked_in").len(), 1);
    assert_eq!(clinic.says(come(&first)).last_error(), "pass_wrong", "used");
    clinic.pass(Duration::from_secs(60));
    staff
        .command(&mut clinic, json!({"action": "set_presence", "area": "reception", "presence": "closed", "text": ""}));
    assert_eq!(clinic.says(come(&second)).last_error(), "area_closed");
    staff.command(&mut clinic, json!({"action": "set_presence", "area": "reception", "presence": "open", "text": ""}));
    assert_eq!(clinic.says(come(&second)).heard("checked_in").len(), 1, "who was refused has not used it up");
    clinic.hub.rules.links.values_mut().for_each(|(_, ends_ms)| *ends_ms = crate::now_ms());
    assert_eq!(clinic.says(come(&late)).last_error(), "pass_wrong", "its time is over");
    let saved = std::iter::from_fn(|| clinic.saved.try_recv().ok()).collect::<Vec<_>>();
    let count = |wanted: fn(&Save) -> bool| saved.iter().filter(|save| wanted(save)).count();
    assert_eq!(count(|save| matches!(save, Save::VisitLink(..))), 3);
    assert_eq!(count(|save| matches!(save, Save::VisitLinkUsed(_))), 2);
    assert!(!format!("{saved:?}").contains(&first), "hashes only");
}

/// Beyond `VISIT_LINKS_MAX`.
#[tokio::test(start_paused = true)]
async fn links_that_nobody_uses_have_an_end() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    for _ in 0..VISIT_LINKS_MAX {
        let _one = staff.visit_link(&mut clinic, 1);
        let _saved = clinic.saved.try_recv();
        staff.forget();
    }
    for (days, code) in [(1, "too_many"), (0, "bad_message"), (91, "bad_message")] {
        staff.command(&mut clinic, json!({"action": "make_visit_link", "area": "reception", "days": days}));
        assert_eq!(staff.last_error(), code);
    }
}

#[tokio::test(start_paused = true)]
async fn thirty_check_ins_a_minute_from_one_source_are_held_back_and_staff_are_told() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    for _ in 0..CHECK_INS_MAX {
        clinic.checked_in("Flood");
    }
    assert!(staff.heard("check_ins_held").is_empty());
    for _ in 0..10 {
        assert_eq!(clinic.says(json!({"name": "Flood"})).last_error(), "too_many");
    }
    assert_eq!(staff.heard("check_ins_held").len(), 1, "once, not ten times");
    clinic.source = SourceKey::random().unwrap().source("192.0.2.99".parse().unwrap());
    assert_eq!(clinic.says(json!({"name": "Ana"})).heard("checked_in").len(), 1, "others come in");
    staff.forget();
    clinic.pass(CHECK_INS_HELD_SHOWN);
    for _ in 0..=CHECK_INS_MAX {
        clinic.says(json!({"name": "Flood"}));
    }
    assert_eq!(staff.heard("check_ins_held").len(), 1, "and again while it goes on");
}

#[tokio::test(start_paused = true)]
async fn rules_are_saved_and_read_again_and_what_makes_no_sense_is_refused() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    for wrong in [
        json!({"waiting_max": 0}),
        json!({"entry": "passcode", "passcode": "short"}),
        json!({"entry": "passcode", "passcode": "with spaces"}),
        json!({"closed_text": "x".repeat(201)}),
        json!({"hours": {"zone": "Europe/Nowhere", "spans": []}}),
        json!({"hours": {"zone": "Europe/Berlin", "spans": [{"day": 8, "from": 0, "to": 60}]}}),
    ] {
        staff.rules(&mut clinic, wrong.clone());
        assert_eq!(staff.last_error(), "bad_message", "{wrong}");
    }
    staff.rules(&mut clinic, json!({"entry": "passcode", "passcode": "Linden2026", "waiting_max": 1}));
    let Some(Save::Rules(AreaId(1), saved)) = std::iter::from_fn(|| clinic.saved.try_recv().ok()).last() else {
        panic!()
    };
    let mut after = Clinic::open();
    after.hub.restore_rules(AreaId(1), *saved);
    assert_eq!(after.says(json!({"name": "Eve"})).last_error(), "pass_wrong");
    let mut other = after.page(Some(2));
    other.say(&mut after, hello("staff", None));
    other.rules(&mut after, json!({}));
    assert_eq!(other.last_error(), "area_unknown", "of another area");
}

impl Clinic {
    /// Somebody who checks in, and says this beside the usual.
    fn says(&mut self, also: Value) -> Page {
        let mut message = json!({"kind": "check_in", "language": "en"});
        message.as_object_mut().unwrap().extend(also.as_object().unwrap().clone());
        let mut page = self.patient("reception");
        page.say(self, message);
        page
    }
}

impl Page {
    fn rules(&mut self, clinic: &mut Clinic, set: Value) {
        let mut rules =
            json!({"hours": null, "closed_text": "", "waiting_max": null, "entry": "anyone", "passcode": ""});
        rules.as_object_mut().unwrap().extend(set.as_object().unwrap().clone());
        self.command(clinic, json!({"action": "set_rules", "area": "reception", "rules": rules}));
    }

    fn visit_link(&mut self, clinic: &mut Clinic, days: u32) -> String {
        self.command(clinic, json!({"action": "make_visit_link", "area": "reception", "days": days}));
        self.heard("visit_link").pop().expect("a link")["token"].as_str().unwrap().to_owned()
    }
}
