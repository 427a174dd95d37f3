//! Keys of areas, sealed names and notes: what the server stores, hands on and erases of what it cannot read.

use super::*;
use crate::limits::{
    KEY_OFFER_KEPT, KEY_OFFERS_MAX, NOTE_CHARS_MAX, NOTES_BURST, NOTES_MAX, SEAL_DEVICES_MAX, SEAL_STATEMENT_CHARS_MAX,
    SEALED_CHARS_MAX,
};
use crate::statement::tests::Root;

fn set_seal(root: &Root, area: &str, serial: u64, policy: &str) -> Value {
    let seal = root.seal(area, serial, policy);
    let device = root.device(area, 3, &root.public());
    json!({"action": "set_seal", "area": area, "root": seal.root, "state": seal.state, "moved": [],
        "devices": [{"certificate": device.certificate, "blobs": device.blobs}]})
}

fn offer_key(sign: &Root) -> Value {
    json!({"action": "offer_key", "area": "reception", "sign": sign.public(), "kem": sign.public(), "label": "Room 2"})
}

/// What a page seals: not this, but of the same letters.
fn sealed(mark: &str) -> String {
    format!("{mark:x<100}")
}

fn note(mark: &str) -> Value {
    json!({"kind": "note", "sealed": mark})
}

fn checked_in_sealed(clinic: &mut Clinic, mark: &str) -> Page {
    let mut page = clinic.patient("reception");
    page.say(clinic, json!({"kind": "check_in", "sealed": sealed(mark), "language": "de"}));
    page
}

#[tokio::test(start_paused = true)]
async fn keys_of_an_area_reach_its_patients_and_its_staff_and_the_database() {
    let mut clinic = Clinic::open();
    let (mut staff, ana, root) = (clinic.staff(1), clinic.patient("reception"), Root::new(1));
    assert_eq!(ana.last("area")["seal"], Value::Null);
    assert_eq!(staff.heard("seal_devices").pop().unwrap()["devices"], json!([]));
    staff.command(&mut clinic, set_seal(&root, "reception", 1, "require"));
    assert_eq!(ana.last("area")["seal"]["root"], root.public());
    let device = root.device("reception", 3, &root.public());
    assert_eq!(staff.heard("seal_devices").pop().unwrap()["devices"][0]["certificate"], device.certificate);
    let saved = clinic.saved.try_recv().unwrap();
    assert!(matches!(saved, Save::Seal(AreaId(1), kept) if kept.seal == root.seal("reception", 1, "require")));
    let later = clinic.patient("reception");
    assert_eq!(later.last("area")["seal"]["state"], root.seal("reception", 1, "require").state);
}

#[tokio::test(start_paused = true)]
async fn keys_are_replaced_by_a_higher_serial_only_and_by_staff_of_the_area_only() {
    let mut clinic = Clinic::open();
    let (mut staff, root) = (clinic.staff(1), Root::new(1));
    staff.command(&mut clinic, set_seal(&root, "reception", 5, "require"));
    for serial in [5, 4] {
        staff.command(&mut clinic, set_seal(&root, "reception", serial, "prefer"));
        assert_eq!(staff.last_error(), "wrong_state");
    }
    let shown = clinic.patient("reception").last("area")["seal"].clone();
    assert_eq!(shown["state"], root.seal("reception", 5, "require").state);
    let mut other = clinic.page(Some(2));
    other.say(&mut clinic, hello("staff", None));
    for command in [set_seal(&root, "reception", 6, "prefer"), offer_key(&root)] {
        other.command(&mut clinic, command);
        assert_eq!(other.last_error(), "area_unknown");
    }
    let mut unsigned = set_seal(&root, "reception", 6, "prefer");
    unsigned["root"] = json!(Root::new(2).public());
    staff.command(&mut clinic, unsigned);
    assert_eq!(staff.last_error(), "bad_message");
    assert_eq!(clinic.patient("reception").last("area")["seal"], shown);
}

#[tokio::test(start_paused = true)]
async fn keys_beyond_the_limits_are_refused() {
    let mut clinic = Clinic::open();
    let (mut staff, root) = (clinic.staff(1), Root::new(1));
    let good = set_seal(&root, "reception", 1, "require");
    let devices = good["devices"].as_array().unwrap().clone();
    let with = |field: &str, value: Value| {
        let mut command = good.clone();
        command[field] = value;
        command
    };
    let device = |blobs: Value| json!([{"certificate": devices[0]["certificate"], "blobs": blobs}]);
    for command in [
        with("devices", json!(vec![devices[0].clone(); SEAL_DEVICES_MAX + 1])),
        with("devices", device(json!(["x".repeat(1_200)]))),
        with("devices", device(json!(["", "", "", "", ""]))),
        with("moved", json!(["", "", "", "", ""])),
        with("state", json!("x".repeat(SEAL_STATEMENT_CHARS_MAX + 1))),
    ] {
        staff.command(&mut clinic, command);
        assert_eq!(staff.last_error(), "bad_message");
    }
    staff.command(&mut clinic, with("devices", json!(vec![devices[0].clone(); SEAL_DEVICES_MAX])));
    assert_eq!(staff.heard("seal_devices").pop().unwrap()["devices"].as_array().unwrap().len(), SEAL_DEVICES_MAX);
}

#[tokio::test(start_paused = true)]
async fn a_full_save_queue_refuses_keys_rather_than_show_what_is_not_kept() {
    let mut clinic = Clinic::open();
    let (mut staff, root) = (clinic.staff(1), Root::new(1));
    for serial in 1..=u64::try_from(SAVE_QUEUE_MAX).unwrap() + 1 {
        staff.command(&mut clinic, set_seal(&root, "reception", serial, "require"));
    }
    assert_eq!(staff.last_error(), "too_many");
    let kept = root.seal("reception", u64::try_from(SAVE_QUEUE_MAX).unwrap(), "require");
    assert_eq!(clinic.patient("reception").last("area")["seal"]["state"], kept.state);
}

#[tokio::test(start_paused = true)]
async fn offers_are_shown_to_staff_until_they_are_accepted_or_an_hour_is_over() {
    let mut clinic = Clinic::open();
    let (mut staff, root) = (clinic.staff(1), Root::new(1));
    let offers = |page: &Page| page.heard("seal_devices").pop().unwrap()["offers"].as_array().unwrap().len();
    staff.command(&mut clinic, offer_key(&root));
    staff.command(&mut clinic, offer_key(&root));
    assert_eq!(offers(&staff), 1, "said again, it is the same");
    staff.command(&mut clinic, set_seal(&root, "reception", 1, "require"));
    assert_eq!(offers(&staff), 0, "its key is certified");
    for seed in 0..=u8::try_from(KEY_OFFERS_MAX).unwrap() {
        staff.command(&mut clinic, offer_key(&Root::new(100 + seed)));
    }
    assert_eq!((staff.last_error().as_str(), offers(&staff)), ("too_many", KEY_OFFERS_MAX));
    clinic.pass(KEY_OFFER_KEPT);
    assert_eq!(offers(&staff), 0);
    for bad in [json!({"sign": "short"}), json!({"label": ""}), json!({"label": "x".repeat(101)})] {
        let mut command = offer_key(&root);
        command.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        staff.command(&mut clinic, command);
        assert_eq!(staff.last_error(), "bad_message");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sealed_name_goes_to_staff_as_it_came_and_nowhere_else() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = checked_in_sealed(&mut clinic, "Ana");
    let ticket = staff.last_ticket();
    assert_eq!((&ticket["sealed"], &ticket["name"]), (&json!(sealed("Ana")), &Value::Null));
    staff.command(&mut clinic, json!({"action": "admit", "ticket": ticket["ticket"]}));
    assert_eq!(staff.heard("room").pop().unwrap()["peers"][0]["name"], Value::Null);
    assert!(!ana.everything().contains(&sealed("Ana")));
    ana.say(&mut clinic, json!({"kind": "leave"}));
    let id = *clinic.hub.visits.keys().next().unwrap();
    assert!(clinic.hub.lobby.ticket(id).unwrap().name.is_empty(), "erased as names are");
    ana.say(&mut clinic, json!({"kind": "rejoin", "sealed": sealed("Again")}));
    assert_eq!(staff.last_ticket()["sealed"], sealed("Again"));
}

#[tokio::test(start_paused = true)]
async fn a_name_in_clear_is_refused_where_staff_want_it_sealed() {
    let mut clinic = Clinic::open();
    let (mut staff, root) = (clinic.staff(1), Root::new(1));
    let in_clear = || json!({"kind": "check_in", "name": "Ana", "language": "de"});
    let mut early = clinic.checked_in("Early");
    for policy in ["require", "insist"] {
        let serial = if policy == "require" { 1 } else { 2 };
        staff.command(&mut clinic, set_seal(&root, "reception", serial, policy));
        let mut ana = clinic.patient("reception");
        ana.say(&mut clinic, in_clear());
        assert_eq!(ana.last_error(), "bad_name");
    }
    early.say(&mut clinic, json!({"kind": "leave"}));
    early.say(&mut clinic, json!({"kind": "rejoin", "name": "Early"}));
    assert_eq!(early.last_error(), "bad_name");
    staff.command(&mut clinic, set_seal(&root, "reception", 3, "prefer"));
    let mut ana = clinic.patient("reception");
    ana.say(&mut clinic, in_clear());
    assert_eq!(staff.last_ticket()["name"], "Ana");
}

#[tokio::test(start_paused = true)]
async fn a_name_is_said_once_and_what_is_no_sealed_text_is_no_name() {
    let mut clinic = Clinic::open();
    let mut ana = clinic.patient("reception");
    let long = "x".repeat(SEALED_CHARS_MAX + 1);
    for (name, code) in [
        (json!({}), "bad_message"),
        (json!({"name": "Ana", "sealed": sealed("Ana")}), "bad_message"),
        (json!({"sealed": "Ana"}), "bad_name"),
        (json!({"sealed": sealed("Ana Maria")}), "bad_name"),
        (json!({"sealed": long}), "bad_name"),
    ] {
        for kind in ["check_in", "rejoin"] {
            let mut message = json!({"kind": kind});
            message.as_object_mut().unwrap().extend(name.as_object().unwrap().clone());
            if kind == "check_in" {
                message["language"] = json!("de");
            }
            ana.say(&mut clinic, message);
            assert_eq!(ana.last_error(), code, "{kind} {name}");
        }
    }
    assert!(clinic.hub.visits.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_back_may_seal_its_name_anew() {
    let mut clinic = Clinic::open();
    let staff = clinic.staff(1);
    let mut ana = checked_in_sealed(&mut clinic, "Old");
    let token = ana.token();
    ana.say(&mut clinic, json!({"kind": "resume", "token": token, "sealed": sealed("New")}));
    assert_eq!(staff.last_ticket()["sealed"], sealed("New"));
    ana.say(&mut clinic, json!({"kind": "leave"}));
    ana.say(&mut clinic, json!({"kind": "resume", "token": token, "sealed": sealed("Late")}));
    assert_eq!(ana.heard("resumed").pop().unwrap()["patient"]["state"], "ended", "and a visit that is over takes none");
    let id = *clinic.hub.visits.keys().next().unwrap();
    assert!(clinic.hub.lobby.ticket(id).unwrap().name.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_transfer_brings_the_name_sealed_anew_and_hands_the_patient_referral_and_keys() {
    let mut clinic = Clinic::open();
    let (mut staff, root) = (clinic.staff(1), Root::new(1));
    staff.command(&mut clinic, json!({"action": "watch", "area": "annex"}));
    staff.command(&mut clinic, set_seal(&root, "annex", 1, "require"));
    let mut ana = checked_in_sealed(&mut clinic, "Here");
    let ticket = staff.last_ticket()["ticket"].clone();
    let transfer = |to: &str| json!({"action": "transfer", "ticket": ticket, "to": to, "sealed": sealed("There"), "referral": "Lena says so"});
    staff.command(&mut clinic, transfer("nowhere"));
    assert_eq!(staff.last_error(), "area_unknown");
    staff.command(&mut clinic, json!({"action": "set_presence", "area": "annex", "presence": "closed", "text": ""}));
    staff.command(&mut clinic, transfer("annex"));
    assert_eq!(staff.last_error(), "area_closed");
    let visit = clinic.hub.visits.values().next().unwrap();
    assert!(visit.is_sealed && visit.referral.is_none(), "a refused transfer has no effect");

    staff.command(&mut clinic, json!({"action": "set_presence", "area": "annex", "presence": "open", "text": ""}));
    let token = ana.token();
    ana.forget();
    staff.command(&mut clinic, transfer("annex"));
    assert_eq!(staff.last_ticket()["sealed"], sealed("There"));
    let kinds = |page: &Page| -> Vec<String> {
        page.listen();
        let heard = page.heard.borrow();
        let texts = heard.iter().filter_map(|outgoing| match outgoing {
            Outgoing::Message(text) => Some(serde_json::from_str::<Value>(text).unwrap()),
            Outgoing::Close(_) => None,
        });
        let told = texts.map(|message| message["kind"].as_str().unwrap().to_owned());
        told.filter(|kind| kind == "referral" || kind == "area").collect()
    };
    assert_eq!(kinds(&ana)[..2], ["referral", "area"], "in this order");
    assert_eq!(ana.last("area")["seal"]["root"], root.public());

    clinic.close(&ana);
    let mut again = clinic.resumed(&token);
    assert_eq!(again.last("referral"), "Lena says so");
    assert_eq!(again.last("area")["slug"], "annex");
    again.say(&mut clinic, json!({"kind": "leave"}));
    assert!(clinic.hub.visits.values().next().unwrap().referral.is_none(), "erased with the name");
}

#[tokio::test(start_paused = true)]
async fn a_referral_beyond_the_limit_is_refused() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let _ana = checked_in_sealed(&mut clinic, "Ana");
    let ticket = staff.last_ticket()["ticket"].clone();
    for referral in [String::new(), "x".repeat(6_001)] {
        let transfer = json!({"action": "transfer", "ticket": ticket, "to": "annex", "referral": referral});
        staff.command(&mut clinic, transfer);
        assert_eq!(staff.last_error(), "bad_message");
    }
}

#[tokio::test(start_paused = true)]
async fn notes_reach_the_other_side_again_after_a_reconnect_and_are_erased_at_the_end() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = checked_in_sealed(&mut clinic, "Ana");
    let ben = checked_in_sealed(&mut clinic, "Ben");
    let ticket = staff.tickets()[0].clone();
    ana.say(&mut clinic, note("Up1"));
    assert_eq!(staff.last("notes"), json!([{"ticket": ticket, "sealed": "Up1", "own": false}]));
    staff.say(&mut clinic, json!({"kind": "note", "ticket": ticket, "sealed": "Down1"}));
    assert_eq!(ana.last("notes"), json!([{"ticket": null, "sealed": "Down1", "own": false}]));
    assert!(ben.heard("notes").is_empty(), "nobody else hears of it");

    let token = ana.token();
    clinic.close(&ana);
    staff.say(&mut clinic, json!({"kind": "note", "ticket": ticket, "sealed": "Down2"}));
    let mut again = clinic.resumed(&token);
    let down =
        json!([{"ticket": null, "sealed": "Down1", "own": false}, {"ticket": null, "sealed": "Down2", "own": false}]);
    assert_eq!(again.last("notes"), down);
    let colleague = clinic.staff(1);
    assert_eq!(colleague.last("notes"), json!([{"ticket": ticket, "sealed": "Up1", "own": false}]));

    again.say(&mut clinic, json!({"kind": "leave"}));
    assert!(clinic.hub.visits.values().all(|visit| visit.notes.len() == 0));
    again.say(&mut clinic, note("Late"));
    assert_eq!(again.last_error(), "wrong_state");
}

#[tokio::test(start_paused = true)]
async fn copies_of_notes_reach_the_own_side_and_it_alone() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let colleague = clinic.staff(3);
    let mut ana = checked_in_sealed(&mut clinic, "Ana");
    let ticket = staff.tickets()[0].clone();
    staff.say(&mut clinic, json!({"kind": "note", "ticket": ticket, "sealed": "ForAna", "copy": "ForDesk"}));
    let copy = json!([{"ticket": ticket, "sealed": "ForDesk", "own": true}]);
    assert_eq!((staff.last("notes"), colleague.last("notes")), (copy.clone(), copy));
    assert_eq!(ana.last("notes"), json!([{"ticket": null, "sealed": "ForAna", "own": false}]));
    ana.say(&mut clinic, json!({"kind": "note", "sealed": "ForDesk2", "copy": "ForAna2"}));
    assert_eq!(ana.last("notes"), json!([{"ticket": null, "sealed": "ForAna2", "own": true}]));
    let token = ana.token();
    let again = clinic.resumed(&token);
    let all =
        json!([{"ticket": null, "sealed": "ForAna", "own": false}, {"ticket": null, "sealed": "ForAna2", "own": true}]);
    assert_eq!(again.last("notes"), all, "in their order");
    assert!(!again.everything().contains("ForDesk") && !colleague.everything().contains("ForAna"));
}

#[tokio::test(start_paused = true)]
async fn notes_beyond_the_limits_are_refused_and_others_visits_do_not_exist() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let mut ana = checked_in_sealed(&mut clinic, "Ana");
    let ticket = staff.tickets()[0].clone();
    for bad in ["".to_owned(), "Not sealed.".to_owned(), "x".repeat(NOTE_CHARS_MAX + 1)] {
        ana.say(&mut clinic, note(&bad));
        assert_eq!(ana.last_error(), "bad_message");
        ana.say(&mut clinic, json!({"kind": "note", "sealed": "Up", "copy": bad}));
        assert_eq!(ana.last_error(), "bad_message", "nor is such a copy taken");
        clinic.pass(Duration::from_secs(1));
    }
    ana.say(&mut clinic, json!({"kind": "note", "ticket": ticket, "sealed": "Up"}));
    assert_eq!(ana.last_error(), "bad_message", "a patient names no visit");
    staff.say(&mut clinic, note("Down"));
    assert_eq!(staff.last_error(), "bad_message", "staff name one");
    let mut other = clinic.page(Some(2));
    other.say(&mut clinic, hello("staff", None));
    other.say(&mut clinic, json!({"kind": "note", "ticket": ticket, "sealed": "Down"}));
    assert_eq!(other.last_error(), "ticket_unknown");

    clinic.pass(Duration::from_secs(60));
    for _ in 0..=NOTES_BURST {
        ana.say(&mut clinic, note("Up"));
    }
    assert_eq!(ana.last_error(), "too_many");
    let kept = |clinic: &Clinic| clinic.hub.visits.values().next().unwrap().notes.len();
    assert_eq!(kept(&clinic), usize::try_from(NOTES_BURST).unwrap());
    for _ in 0..=NOTES_MAX {
        clinic.pass(Duration::from_secs(1));
        ana.say(&mut clinic, note("Up"));
    }
    assert_eq!((ana.last_error().as_str(), kept(&clinic)), ("too_many", NOTES_MAX));
}

#[tokio::test(start_paused = true)]
async fn a_note_for_colleagues_reaches_them_and_nobody_else_and_goes_with_the_visit_or_the_area() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let ana = checked_in_sealed(&mut clinic, "Ana");
    let ticket = staff.tickets()[0].clone();
    let memo = |sealed: &str| json!({"action": "set_memo", "ticket": ticket, "sealed": sealed});
    let mut colleague = clinic.staff(1);
    for sealed in ["Memo1", "Memo2"] {
        staff.command(&mut clinic, memo(sealed));
        for page in [&mut staff, &mut colleague] {
            assert_eq!(page.last("memos"), json!([{"ticket": ticket, "sealed": sealed}]));
        }
    }
    let late = clinic.staff(1);
    assert_eq!(late.last("memos"), json!([{"ticket": ticket, "sealed": "Memo2"}]), "the newest, and no other");
    colleague.command(&mut clinic, json!({"action": "set_memo", "ticket": ticket, "sealed": null}));
    assert_eq!(late.last("memos"), json!([{"ticket": ticket, "sealed": null}]), "deleted");
    let kept = |clinic: &Clinic| clinic.hub.visits.values().next().unwrap().notes.memo_len();
    assert_eq!(kept(&clinic), 0);

    staff.command(&mut clinic, memo("Memo3"));
    let same = json!({"action": "transfer", "ticket": ticket, "to": "reception"});
    staff.command(&mut clinic, same);
    assert_eq!(kept(&clinic), 5, "in the same area");
    let away = json!({"action": "transfer", "ticket": ticket, "to": "annex"});
    staff.command(&mut clinic, away);
    assert_eq!(kept(&clinic), 0, "the other area could not read it");

    let mut ben = checked_in_sealed(&mut clinic, "Ben");
    let ticket = staff.tickets().last().unwrap().clone();
    staff.command(&mut clinic, json!({"action": "set_memo", "ticket": ticket, "sealed": "Memo4"}));
    ben.say(&mut clinic, json!({"kind": "leave"}));
    assert!(clinic.hub.visits.values().all(|visit| visit.notes.memo_len() == 0));
    staff.command(&mut clinic, json!({"action": "set_memo", "ticket": ticket, "sealed": "Late"}));
    assert_eq!(staff.last_error(), "wrong_state");
    assert!(ana.heard("memos").is_empty() && ben.heard("memos").is_empty(), "no patient hears of it");
}

#[tokio::test(start_paused = true)]
async fn a_device_is_added_only_where_no_key_holder_asks_for_encryption() {
    let root = Root::new(1);
    let (mut clinic, mut staff, _ana) = Clinic::in_call();
    let ticket = staff.last_ticket()["ticket"].clone();
    let add = json!({"action": "add_device", "ticket": ticket, "name": "Ultrasound"});
    staff.command(&mut clinic, add.clone());
    assert_eq!(staff.heard("device_added").len(), 1, "there are no keys");
    for (serial, policy) in [(1, "require"), (2, "insist")] {
        staff.command(&mut clinic, set_seal(&root, "reception", serial, policy));
        staff.command(&mut clinic, add.clone());
        assert_eq!(staff.last_error(), "not_allowed", "{policy}");
    }
    staff.command(&mut clinic, set_seal(&root, "reception", 3, "prefer"));
    staff.command(&mut clinic, add);
    assert_eq!(staff.heard("device_added").len(), 2, "they allow it");
}

#[tokio::test(start_paused = true)]
async fn notes_for_colleagues_have_the_limits_of_notes() {
    let mut clinic = Clinic::open();
    let mut staff = clinic.staff(1);
    let _ana = checked_in_sealed(&mut clinic, "Ana");
    let ticket = staff.tickets()[0].clone();
    for bad in ["".to_owned(), "Not sealed.".to_owned(), "x".repeat(SEALED_CHARS_MAX + 1)] {
        staff.command(&mut clinic, json!({"action": "set_memo", "ticket": ticket, "sealed": bad}));
        assert_eq!(staff.last_error(), "bad_message");
    }
    let mut other = clinic.page(Some(2));
    other.say(&mut clinic, hello("staff", None));
    other.command(&mut clinic, json!({"action": "set_memo", "ticket": ticket, "sealed": "Memo"}));
    assert_eq!(other.last_error(), "ticket_unknown");
    clinic.pass(Duration::from_secs(60));
    for _ in 0..=NOTES_BURST {
        staff.command(&mut clinic, json!({"action": "set_memo", "ticket": ticket, "sealed": "Memo"}));
    }
    assert_eq!(staff.last_error(), "too_many");
}
