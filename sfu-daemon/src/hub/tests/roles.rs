//! What each role may say, and what follows when the operator changes who somebody is.

use std::collections::BTreeSet;

use super::*;

/// Every message, with the least role of staff that may say it; `None` is for patients only.
fn messages() -> Vec<(Value, Option<StaffRole>)> {
    use StaffRole::{Admin, Assistant, Provider};
    let command = |command: Value| json!({"kind": "staff", "command": command});
    let keys = json!({"action": "offer_key", "area": "reception", "sign": "", "kem": "", "label": "x"});
    let seal = json!({"action": "set_seal", "area": "reception", "root": "", "state": "", "moved": [], "devices": []});
    let rules = json!({"hours": null, "closed_text": "", "waiting_max": null, "entry": "anyone", "passcode": ""});
    let on = |action: &str| command(json!({"action": action, "ticket": "t"}));
    vec![
        (command(json!({"action": "watch", "area": "reception"})), Some(Assistant)),
        (command(json!({"action": "touched"})), Some(Assistant)),
        (
            command(json!({"action": "set_presence", "area": "reception", "presence": "open", "text": ""})),
            Some(Assistant),
        ),
        (
            command(json!({"action": "set_area", "area": "reception", "practice": "", "title": "", "help_phone": ""})),
            Some(Admin),
        ),
        (command(json!({"action": "set_rules", "area": "reception", "rules": rules})), Some(Admin)),
        (command(json!({"action": "make_visit_link", "area": "reception", "days": 1})), Some(Assistant)),
        (on("admit"), Some(Provider)),
        (on("add_to_call"), Some(Provider)),
        (on("make_guest_link"), Some(Assistant)),
        (on("join_call"), Some(Provider)),
        (on("let_go"), Some(Provider)),
        (on("ask_screen"), Some(Provider)),
        (on("cancel_call"), Some(Provider)),
        (on("hold"), Some(Provider)),
        (on("unhold"), Some(Provider)),
        (command(json!({"action": "transfer", "ticket": "t", "to": "annex"})), Some(Assistant)),
        (on("end"), Some(Provider)),
        (command(json!({"action": "remove", "ticket": "t", "reason": ""})), Some(Assistant)),
        (command(json!({"action": "set_memo", "ticket": "t", "sealed": null})), Some(Assistant)),
        (command(json!({"action": "add_device", "ticket": "t", "name": "x"})), Some(Provider)),
        (command(json!({"action": "remove_device", "ticket": "t", "device": 3})), Some(Provider)),
        (command(keys), Some(Assistant)),
        (command(seal), Some(Provider)),
        (hello("staff", None), Some(Assistant)),
        (json!({"kind": "ping"}), Some(Assistant)),
        (json!({"kind": "note", "ticket": "t", "sealed": "x"}), Some(Assistant)),
        (offer(1, "100"), Some(Provider)),
        (json!({"kind": "mute", "muted": true, "camera_off": true}), Some(Provider)),
        (json!({"kind": "view", "slot": 0, "height": 0}), Some(Provider)),
        (json!({"kind": "seal_hello", "hello": "x"}), Some(Provider)),
        (json!({"kind": "seal_boxes", "boxes": []}), Some(Provider)),
        (json!({"kind": "key_taken", "of": 1, "generation": 1}), Some(Provider)),
        (json!({"kind": "leave"}), Some(Provider)),
        (json!({"kind": "check_in", "name": "x", "language": "en"}), None),
        (json!({"kind": "resume", "token": "x"}), None),
        (json!({"kind": "rejoin", "name": "x"}), None),
        (json!({"kind": "set_up", "devices": {"camera": "works", "microphone": "works"}, "done": true}), None),
        (json!({"kind": "echo", "request": 1}), Some(Provider)),
        (json!({"kind": "what_you_know"}), None),
        (json!({"kind": "erase"}), None),
        (json!({"kind": "go_in"}), None),
        (json!({"kind": "not_yet"}), None),
        (json!({"kind": "tell_me"}), None),
    ]
}

#[tokio::test(start_paused = true)]
async fn each_role_may_say_what_is_listed_for_it_and_nothing_else() {
    let mut clinic = Clinic::open();
    let pages = [(1, StaffRole::Admin), (4, StaffRole::Provider), (3, StaffRole::Assistant)];
    for (person, role) in pages {
        let mut page = clinic.staff(person);
        assert_eq!(page.heard("welcome")[0]["role"], json!(role));
        for (message, least) in messages() {
            page.forget();
            page.say(&mut clinic, message.clone());
            let is_refused = page.heard("error").last().is_some_and(|error| error["code"] == "not_allowed");
            assert_eq!(is_refused, least.is_none_or(|least| role < least), "{role:?}: {message}");
        }
    }
    assert!(clinic.commands().is_empty(), "nobody is in a consultation");
}

#[test]
fn the_list_of_what_roles_may_say_has_every_message() {
    let types = include_str!("../../../web/js/types.d.ts");
    let of = |name: &str, key: &str| -> BTreeSet<String> {
        let start = format!("export type {name} =");
        let definition = types.split(&start).nth(1).expect(name).split("export type").next().unwrap();
        let key = format!("\"{key}\": \"");
        let words = definition.split(&key).skip(1);
        words.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let said = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let listed = messages();
    let kinds: BTreeSet<String> = listed.iter().map(|(message, _)| said(message, "kind")).collect();
    let commands = listed.iter().map(|(message, _)| &message["command"]).filter(|command| command.is_object());
    let actions: BTreeSet<String> = commands.map(|command| said(command, "action")).collect();
    assert_eq!(kinds, of("ClientMessage", "kind"));
    assert_eq!(actions, of("StaffCommand", "action"));
}

#[tokio::test(start_paused = true)]
async fn an_assistant_sees_the_line_and_can_start_nothing() {
    let mut clinic = Clinic::open();
    let mut assistant = clinic.staff(3);
    let ana = clinic.checked_in("Ana");
    let ticket = assistant.last_ticket()["ticket"].clone();
    assistant.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(assistant.last_error(), "not_allowed");
    assistant.say(&mut clinic, offer(7, "100"));
    let refused = assistant.heard("error").pop().unwrap();
    assert_eq!((&refused["code"], &refused["request"]), (&json!("not_allowed"), &json!(7)));
    assert!(clinic.commands().is_empty(), "no media for an assistant");
    assert!(ana.heard("room").is_empty());
    assistant.command(&mut clinic, json!({"action": "remove", "ticket": ticket, "reason": ""}));
    assert_eq!(ana.last("patient")["state"], "removed", "the line is theirs");
}

#[tokio::test(start_paused = true)]
async fn people_are_called_by_the_name_of_their_account() {
    let mut clinic = Clinic::open();
    let mut ada = clinic.staff(4);
    assert_eq!(ada.heard("welcome")[0]["me"], "Dr. Ada Second");
    let ana = clinic.checked_in("Ana");
    let ticket = ada.last_ticket()["ticket"].clone();
    ada.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(ana.last("patient")["clinician"], "Dr. Ada Second");
    assert_eq!(ana.heard("room").pop().unwrap()["peers"][0]["name"], "Dr. Ada Second");
}

impl Clinic {
    fn practice(&mut self, accounts: Vec<Account>) {
        self.hub.handle(Event::Practice { accounts, areas: Vec::new(), gone: Vec::new() });
        self.hub.tell_areas();
    }
}

#[tokio::test(start_paused = true)]
async fn a_disabled_account_is_out_at_once_and_its_patient_back_in_line() {
    let (mut clinic, staff, ana) = Clinic::in_call();
    let colleague = clinic.staff(4);
    clinic.practice(vec![account(4, StaffRole::Provider, "Dr. Ada Second", &[1])]);
    assert_eq!((staff.last_error().as_str(), staff.closed()), ("not_allowed", Some(CLOSE_POLICY)));
    assert_eq!(ana.last("patient")["state"], "waiting");
    assert!(clinic.commands().contains(&"close room".to_owned()), "nobody is seen or heard any more");
    assert_eq!(colleague.closed(), None, "others do not notice");
    let mut again = clinic.page(Some(1));
    again.say(&mut clinic, hello("staff", None));
    assert_eq!(again.last_error(), "not_allowed");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_revoked_in_a_call_ends_it() {
    let (mut clinic, _staff, ana) = Clinic::in_call();
    clinic.hub.handle(Event::SignedOut { session: TokenHash([1; 32]) });
    assert_eq!(ana.last("patient")["state"], "waiting");
    assert!(clinic.commands().contains(&"close room".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn another_role_or_area_begins_the_page_anew_and_holds_at_once() {
    let mut clinic = Clinic::open();
    let mut ada = clinic.staff(4);
    let ticket = {
        let _ana = clinic.checked_in("Ana");
        ada.last_ticket()["ticket"].clone()
    };
    let others = account(1, StaffRole::Admin, "", &[1, 2]);
    clinic.practice(vec![others.clone(), account(4, StaffRole::Assistant, "Dr. Ada Second", &[1])]);
    assert_eq!(ada.closed(), Some(CLOSE_POLICY), "and comes back");
    ada.command(&mut clinic, json!({"action": "admit", "ticket": ticket}));
    assert_eq!(ada.last_error(), "not_allowed", "also before it has noticed");
    clinic.practice(vec![others, account(4, StaffRole::Provider, "Dr. Ada Second", &[2])]);
    let mut again = clinic.page(Some(4));
    again.say(&mut clinic, hello("staff", None));
    let slugs: Vec<Value> = again.heard("area").iter().map(|area| area["area"]["slug"].clone()).collect();
    assert_eq!(slugs, [json!("annex")]);
}

#[tokio::test(start_paused = true)]
async fn an_area_that_is_removed_lets_nobody_wait_in_it_and_a_new_one_opens() {
    let mut clinic = Clinic::open();
    let _staff = clinic.staff(1);
    let ana = clinic.checked_in("Ana");
    let mut new = Area::new("second".to_owned());
    new.id = 9;
    let accounts = vec![account(1, StaffRole::Admin, "", &[2, 9])];
    clinic.hub.handle(Event::Practice { accounts, areas: vec![new], gone: vec![1] });
    clinic.hub.tell_areas();
    assert_eq!(ana.last("patient")["state"], "removed");
    let mut late = clinic.page(None);
    late.say(&mut clinic, hello("patient", Some("reception")));
    assert_eq!(late.last_error(), "area_unknown");
    let mut ben = clinic.patient("second");
    ben.say(&mut clinic, json!({"kind": "check_in", "name": "Ben", "language": "en"}));
    assert_eq!(ben.heard("checked_in").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_hub_names_the_sessions_that_have_a_page() {
    let mut clinic = Clinic::open();
    let _pages = (clinic.staff(1), clinic.staff(4), clinic.patient("reception"));
    let (reply, mut open) = oneshot::channel();
    clinic.hub.handle(Event::Sessions { reply });
    assert_eq!(open.try_recv().unwrap(), BTreeSet::from([TokenHash([1; 32]), TokenHash([4; 32])]));
}
