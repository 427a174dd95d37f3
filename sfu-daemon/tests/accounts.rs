//! Signing in with a password and a second factor, as a page does it.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use std::cell::RefCell;
use std::io::Write as _;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use common::program::{anteroom, said};
use common::{Answer, Clinic, contains, hello};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

const TEMPORARY: &str = "lamp river seventeen";
const PASSWORD: &str = "green teapot by the window";
/// Twenty bytes of `A`, in base32.
const SECRET: &str = "IFAUCQKBIFAUCQKBIFAUCQKBIFAUCQKB";

#[tokio::test]
async fn a_temporary_password_must_be_changed_and_a_second_factor_set_up_before_anybody_is_in() {
    let clinic = Clinic::open("first-sign-in").await;
    add(&clinic, "ada");
    let mut said = json!({"login": " ADA ", "password": TEMPORARY});
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("new_password", Value::Null));
    for (new, problem) in [("short", "too_short"), ("password1", "common"), (TEMPORARY, "same")] {
        said["new_password"] = json!(new);
        assert_eq!(asked(&sign_in(&clinic, &said).await), ("new_password", json!(problem)), "{new}");
    }
    said["new_password"] = json!(PASSWORD);
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("factor", Value::Null));
    said["factor"] = json!({"secret": SECRET, "code": "000"});
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("factor", json!("mistyped")));
    said["factor"] = json!({"secret": SECRET, "code": code(0)});
    let done = sign_in(&clinic, &said).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let cookie = done.header("set-cookie").unwrap();
    for part in ["__Host-anteroom=", "Max-Age=43200", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let mut page = clinic.socket(Some(&cookie)).await;
    page.say(hello("staff", None)).await;
    assert_eq!(page.hear("welcome").await["me"], "Dr. Ada");
    let words: Value = serde_json::from_str(&done.body).unwrap();
    assert_eq!(words["recovery_codes"].as_array().unwrap().len(), 10);

    let old = json!({"login": "ada", "password": TEMPORARY});
    assert_eq!(asked(&sign_in(&clinic, &old).await), ("password", json!("wrong")), "it was for once");
    let disk = clinic.disk();
    for secret in [TEMPORARY, PASSWORD, cookie.split('=').nth(1).unwrap(), words["recovery_codes"][0].as_str().unwrap()]
    {
        assert!(!contains(&disk, secret), "{secret} is on the disk");
    }
}

#[tokio::test]
async fn a_code_works_once_and_each_word_for_a_lost_phone_as_well() {
    let clinic = Clinic::open("codes").await;
    let first = code(0);
    let words = set_up_with(&clinic, "ada", &first).await;
    let mut said = json!({"login": "ada", "password": PASSWORD});
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("code", Value::Null));
    said["code"] = json!("123");
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("code", json!("wrong")));
    said["code"] = json!(first);
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("code", json!("wrong")), "it has set the factor up");
    said["code"] = json!(code(1));
    assert_eq!(sign_in(&clinic, &said).await.status, 200, "the next one");
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("code", json!("wrong")), "replayed");
    said["code"] = json!(words[3].to_uppercase());
    assert_eq!(sign_in(&clinic, &said).await.status, 200);
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("code", json!("wrong")), "used up");
    said["code"] = json!(words[4]);
    assert_eq!(sign_in(&clinic, &said).await.status, 200);
    assert!(anteroom_says(&clinic, &["user", "set", "ada", "--reset-factor"], "").0);
    said["code"] = json!(words[5]);
    assert_eq!(asked(&sign_in(&clinic, &said).await), ("factor", Value::Null), "lost, and set up anew");
}

#[tokio::test]
async fn an_unknown_login_a_disabled_account_and_a_wrong_password_get_the_same_answer() {
    let clinic = Clinic::open("same-answer").await;
    for login in ["ada", "gone", "linked"] {
        add(&clinic, login);
    }
    assert!(anteroom_says(&clinic, &["user", "disable", "gone"], "").0);
    let wrong = sign_in(&clinic, &json!({"login": "ada", "password": "x"})).await;
    assert_eq!(asked(&wrong), ("password", json!("wrong")));
    for (login, password) in
        [("nobody", TEMPORARY), ("gone", TEMPORARY), ("admin", ""), ("", ""), ("ada", &"x".repeat(500))]
    {
        let other = sign_in(&clinic, &json!({"login": login, "password": password})).await;
        assert_eq!((other.status, &other.body), (wrong.status, &wrong.body), "{login}");
    }
}

#[tokio::test]
async fn twenty_failures_block_a_source_and_nobody_else_and_no_patient() {
    let clinic =
        Clinic::open_with("lockout", |settings| settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    set_up(&clinic, "ada").await;
    let from = async |source: &str, said: &Value| {
        clinic.post("/staff/sign-in", &format!("X-Forwarded-For: {source}\r\n"), &said.to_string()).await
    };
    let wrong = |login: &str| json!({"login": login, "password": "wrong"});
    let right = json!({"login": "ada", "password": PASSWORD, "code": code(1)});
    for number in 1..20 {
        // Whoever tries many accounts is counted like one who tries one.
        let login = if number % 2 == 0 { "ada" } else { "nobody" };
        assert_eq!(from("192.0.2.1", &wrong(login)).await.status, 401, "{number}");
    }
    assert_eq!(from("192.0.2.1", &wrong("ada")).await.status, 429, "the twentieth");
    let blocked = from("192.0.2.1", &right).await;
    assert_eq!(blocked.status, 429, "even with what is right");
    let wait: u64 = blocked.header("retry-after").unwrap().parse().unwrap();
    assert!((3_590..=3_600).contains(&wait), "an hour: {wait}");
    assert_eq!(from("192.0.2.2", &right).await.status, 200, "the account is not locked");
    let link = clinic
        .post("/staff/enrol", "X-Forwarded-For: 192.0.2.1\r\n", &json!({"token": clinic.link_token()}).to_string())
        .await;
    assert_eq!(link.status, 204, "the way out for a practice that has locked itself out");
    let mut patient = clinic.patient().await;
    patient.say(json!({"kind": "check_in", "name": "Ana", "language": "en"})).await;
    patient.hear("checked_in").await;
    assert!(20.0 <= clinic.metric(r#"anteroom_limit_reached_total{limit="sign_in_refused"}"#).await);

    for _ in 0..20 {
        from("192.0.2.3", &wrong("nobody")).await;
    }
    assert_eq!(clinic.metric(r#"anteroom_limit_reached_total{limit="blocks_noted"}"#).await, 1.0);
    let noted = said(&clinic.settings.data_dir, &["audit", "list"]).matches("sign_ins_blocked").count();
    assert_eq!(noted, 1, "strangers cannot fill the audit log");
}

#[tokio::test]
async fn a_patient_checks_in_from_a_source_that_is_blocked_for_sign_ins() {
    let clinic = Clinic::open("lockout-patient").await;
    for _ in 0..20 {
        sign_in(&clinic, &json!({"login": "nobody", "password": "wrong"})).await;
    }
    assert_eq!(sign_in(&clinic, &json!({"login": "nobody", "password": "wrong"})).await.status, 429);
    let mut patient = clinic.patient().await;
    patient.say(json!({"kind": "check_in", "name": "Ana", "language": "en"})).await;
    patient.hear("checked_in").await;
}

#[tokio::test]
async fn people_see_their_own_sessions_and_end_each_of_them_or_all() {
    let clinic = Clinic::open("own-sessions").await;
    let admin = clinic.signed_in().await;
    let words = set_up(&clinic, "ada").await;
    let mut said = json!({"login": "ada", "password": PASSWORD, "code": words[0], "label": "Firefox, Linux"});
    let first = cookie(&sign_in(&clinic, &said).await);
    said["code"] = json!(words[1]);
    let second = cookie(&sign_in(&clinic, &said).await);
    let mut page = clinic.socket(Some(&second)).await;
    page.say(hello("staff", None)).await;
    page.hear("welcome").await;
    let shown: Value = serde_json::from_str(&clinic.get_as("/staff/account", &first).await.body).unwrap();
    assert_eq!(
        (&shown["login"], &shown["role"], &shown["has_factor"]),
        (&json!("ada"), &json!("provider"), &json!(true))
    );
    let sessions = shown["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 3, "that of the set-up as well, and nobody else's: {shown}");
    let own: Vec<&Value> = sessions.iter().filter(|session| session["own"] == true).collect();
    assert_eq!((own.len(), &own[0]["label"], &own[0]["means"]), (1, &json!("Firefox, Linux"), &json!("password")));
    let last = sessions.last().unwrap()["id"].clone();
    let out =
        clinic.post("/staff/account/sign-out", &format!("Cookie: {first}\r\n"), &json!({"id": last}).to_string()).await;
    assert_eq!(out.status, 204);
    assert_eq!(page.closed().await, Some(1008), "its page is closed");
    assert_eq!(clinic.get_as("/staff/account", &second).await.status, 401);
    let out = clinic.post("/staff/account/sign-out", &format!("Cookie: {first}\r\n"), "{}").await;
    assert_eq!((out.status, clinic.get_as("/staff/account", &first).await.status), (204, 401));
    assert_eq!(clinic.get_as("/staff/account", &admin).await.status, 200, "nobody else's");
}

#[tokio::test]
async fn who_came_by_a_link_sets_a_password_and_changing_it_signs_out_the_others() {
    let clinic = Clinic::open("own-password").await;
    let (first, second) = (clinic.signed_in().await, clinic.signed_in().await);
    let set = async |path: &str, cookie: &str, said: Value| {
        clinic.post(&format!("/staff/account/{path}"), &format!("Cookie: {cookie}\r\n"), &said.to_string()).await
    };
    assert_eq!(set("password", &first, json!({"new": "password"})).await.status, 422);
    assert_eq!(set("password", &first, json!({"new": PASSWORD})).await.status, 200);
    assert_eq!(clinic.get_as("/staff/account", &second).await.status, 401, "the other browser is out");
    let refused = set("password", &first, json!({"new": TEMPORARY})).await;
    assert_eq!((refused.status, refused.body.contains("wrong")), (422, true), "there is an old one now");
    assert_eq!(set("password", &first, json!({"old": PASSWORD, "new": TEMPORARY})).await.status, 200);
    let factor = |password: &str| json!({"password": password, "secret": SECRET, "code": code(0)});
    assert_eq!(set("factor", &first, factor(PASSWORD)).await.status, 422);
    let words = set("factor", &first, factor(TEMPORARY)).await;
    assert!(words.status == 200 && words.body.contains("recovery_codes"));
    assert_eq!(set("factor", "__Host-anteroom=guess", factor(TEMPORARY)).await.status, 401);
    let said = json!({"login": "admin", "password": TEMPORARY, "code": code(1)});
    assert_eq!(sign_in(&clinic, &said).await.status, 200, "and signs in with them");
}

#[tokio::test]
async fn an_admin_needs_a_second_factor_whatever_the_settings_say() {
    let clinic = Clinic::open_with("factor-setting", |settings| settings.staff_second_factor = false).await;
    let first = clinic.signed_in().await;
    let set = clinic
        .post("/staff/account/password", &format!("Cookie: {first}\r\n"), &json!({"new": PASSWORD}).to_string())
        .await;
    assert_eq!(set.status, 200);
    assert_eq!(
        asked(&sign_in(&clinic, &json!({"login": "admin", "password": PASSWORD})).await),
        ("factor", Value::Null)
    );
    add(&clinic, "ada");
    let said = json!({"login": "ada", "password": TEMPORARY, "new_password": PASSWORD});
    assert_eq!(sign_in(&clinic, &said).await.status, 200, "others do not, where the operator says so");
}

#[tokio::test]
async fn a_session_by_password_ends_when_nobody_touches_the_page_and_one_by_link_does_not() {
    let clinic = Clinic::open_with("untouched", |settings| settings.staff_password_idle_max = 2).await;
    let linked = clinic.signed_in().await;
    let words = set_up(&clinic, "ada").await;
    let ada = cookie(&sign_in(&clinic, &json!({"login": "ada", "password": PASSWORD, "code": words[0]})).await);
    let mut page = clinic.socket(Some(&ada)).await;
    page.say(hello("staff", None)).await;
    page.hear("welcome").await;
    assert_eq!(page.closed().await, Some(1008), "by itself");
    assert_eq!(clinic.get_as("/staff/account", &linked).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_must_come_from_our_own_page_and_be_understood() {
    let clinic = Clinic::open("foreign-sign-in").await;
    let (host, body) = (clinic.http, json!({"login": "ada", "password": "x"}).to_string());
    let foreign = clinic.request(&format!(
        "POST /staff/sign-in HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )).await;
    assert_eq!(foreign.status, 403);
    for bad in ["", "{}", "[]", r#"{"login":"a","password":1}"#, r#"{"login":"a","password":"b","admin":true}"#] {
        assert!((400..500).contains(&clinic.post("/staff/sign-in", "", bad).await.status), "{bad}");
    }
    assert_eq!(clinic.post("/staff/sign-in", "", &"x".repeat(10_000)).await.status, 413);
}

#[tokio::test]
async fn a_passkey_signs_in_alone_once_for_each_question_until_it_is_removed() {
    let clinic = Clinic::open("passkey").await;
    let words = set_up(&clinic, "ada").await;
    let cookie = cookie_of_password(&clinic, &words[0]).await;
    let device = Device::new(&clinic);
    let proof = json!({"password": PASSWORD});
    let wrong = named(&clinic, "/staff/account/passkey", &cookie, &json!({"password": "wrong"})).await;
    assert_eq!((wrong.status, problem(&wrong)), (422, json!("wrong")), "an open page is not enough");
    let question = body(&named(&clinic, "/staff/account/passkey", &cookie, &proof).await);
    let made = device.make(&question);
    let other = cookie_of_password(&clinic, &words[1]).await;
    let elsewhere = named(&clinic, "/staff/account/passkey/add", &other, &made).await;
    assert_eq!((elsewhere.status, problem(&elsewhere)), (422, json!("late")), "asked in another browser");
    assert_eq!(named(&clinic, "/staff/account/passkey/add", &cookie, &made).await.status, 200);
    let again = named(&clinic, "/staff/account/passkey/add", &cookie, &made).await;
    assert_eq!((again.status, problem(&again)), (422, json!("late")), "a question is answered once");
    let question = body(&named(&clinic, "/staff/account/passkey", &cookie, &proof).await);
    assert_eq!(question["known"], json!([BASE64URL_NOPAD.encode(&device.id)]));
    let known = named(&clinic, "/staff/account/passkey/add", &cookie, &device.make(&question)).await;
    assert_eq!((known.status, problem(&known)), (422, json!("known")));

    let question = body(&named(&clinic, "/staff/passkey", "", &json!({})).await);
    let shown = device.show(&question, 1);
    let done = named(&clinic, "/staff/passkey/sign-in", "", &shown).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.header("set-cookie").unwrap().contains("Max-Age=43200"), "as after a password");
    let by_passkey = done.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let mut replayed = shown.clone();
    assert_eq!(problem(&named(&clinic, "/staff/passkey/sign-in", "", &replayed).await), json!("copied"));
    let question = body(&named(&clinic, "/staff/passkey", "", &json!({})).await);
    replayed["handle"] = json!(BASE64URL_NOPAD.encode(&[1; 32]));
    assert_eq!(problem(&named(&clinic, "/staff/passkey/sign-in", "", &replayed).await), json!("unknown"));
    let mut forged = device.show(&question, 2);
    forged["signature"] = shown["signature"].clone();
    assert_eq!(problem(&named(&clinic, "/staff/passkey/sign-in", "", &forged).await), json!("wrong"));
    assert_eq!(named(&clinic, "/staff/passkey/sign-in", "", &device.show(&question, 2)).await.status, 200);

    let account = body(&clinic.get_as("/staff/account", &by_passkey).await);
    assert_eq!(account["passkeys"][0]["label"], "My key");
    let own: Vec<&Value> = account["sessions"].as_array().unwrap().iter().filter(|one| one["own"] == true).collect();
    assert_eq!(own[0]["means"], "passkey");
    let shown_to_operator = said(&clinic.settings.data_dir, &["user", "show", "ada"]);
    assert!(shown_to_operator.contains("My key"), "{shown_to_operator}");
    assert!(said(&clinic.settings.data_dir, &["user", "export", "ada"]).contains("My key"));
    let disk = clinic.disk();
    assert!(!contains(&disk, "My key") && !disk.windows(16).any(|window| window == device.id), "sealed");
    let remove = format!("/staff/account/passkey/{}/remove", account["passkeys"][0]["id"].as_str().unwrap());
    assert_eq!(named(&clinic, &remove, &by_passkey, &json!({})).await.status, 422, "an open page is not enough");
    assert_eq!(named(&clinic, &remove, &by_passkey, &proof).await.status, 200);
    assert_eq!(clinic.get_as("/staff/account", &cookie).await.status, 401, "the other browsers are out");
    let question = body(&named(&clinic, "/staff/passkey", "", &json!({})).await);
    let gone = named(&clinic, "/staff/passkey/sign-in", "", &device.show(&question, 3)).await;
    assert_eq!((gone.status, problem(&gone)), (401, json!("unknown")));
    let log = said(&clinic.settings.data_dir, &["audit", "list"]);
    for event in ["passkey_added", "signed_in  passkey", "passkey_removed"] {
        assert!(log.contains(event), "{event}: {log}");
    }
}

#[tokio::test]
async fn who_came_by_a_link_makes_a_passkey_and_the_operator_takes_it_away() {
    let clinic = Clinic::open("passkey-link").await;
    let linked = clinic.signed_in().await;
    let device = Device::new(&clinic);
    let question = body(&named(&clinic, "/staff/account/passkey", &linked, &json!({})).await);
    assert_eq!(named(&clinic, "/staff/account/passkey/add", &linked, &device.make(&question)).await.status, 200);
    let question = body(&named(&clinic, "/staff/passkey", "", &json!({})).await);
    assert_eq!(named(&clinic, "/staff/passkey/sign-in", "", &device.show(&question, 0)).await.status, 200);
    let again = named(&clinic, "/staff/passkey/sign-in", "", &device.show(&question, 0)).await;
    assert_eq!(problem(&again), json!("late"), "where the device does not count, the question does");
    let database = rusqlite::Connection::open(clinic.settings.data_dir.join("anteroom.db")).unwrap();
    database.execute("UPDATE sessions SET began_ms = began_ms - 700000", []).unwrap();
    for (path, said) in [("passkey", json!({})), ("password", json!({"new": PASSWORD}))] {
        let stale = named(&clinic, &format!("/staff/account/{path}"), &linked, &said).await;
        assert_eq!((stale.status, problem(&stale)), (422, json!("stale")), "who has found an open page sets no {path}");
    }
    assert!(anteroom_says(&clinic, &["user", "set", "admin", "--remove-passkeys"], "").0);
    assert_eq!(clinic.get_as("/staff/account", &linked).await.status, 401, "all of its browsers are out");
    let question = body(&named(&clinic, "/staff/passkey", "", &json!({})).await);
    let gone = named(&clinic, "/staff/passkey/sign-in", "", &device.show(&question, 0)).await;
    assert_eq!(problem(&gone), json!("unknown"));
}

/// By `PROOF_BODY_BYTES_MAX`.
#[tokio::test]
async fn passkeys_need_a_name_and_a_guess_counts_like_a_wrong_password() {
    let clinic = Clinic::open("passkey-guess").await;
    let by_number = clinic.post("/staff/passkey", "", "{}").await;
    assert_eq!((by_number.status, problem(&by_number)), (422, json!("address")));
    let question = body(&named(&clinic, "/staff/passkey", "", &json!({})).await);
    assert_eq!(question["site"], "localhost");
    let device = Device::new(&clinic);
    for bad in [json!({}), json!({"id": "a"}), json!([])] {
        assert!((400..500).contains(&named(&clinic, "/staff/passkey/sign-in", "", &bad).await.status));
    }
    let huge = json!({"id": "a".repeat(9_000)});
    assert_eq!(named(&clinic, "/staff/passkey/sign-in", "", &huge).await.status, 413);
    let mut shown = device.show(&question, 1);
    shown["id"] = json!(BASE64URL_NOPAD.encode(&[7; 1_023]));
    for _ in 1..20 {
        assert_eq!(named(&clinic, "/staff/passkey/sign-in", "", &shown).await.status, 401);
    }
    assert_eq!(named(&clinic, "/staff/passkey/sign-in", "", &shown).await.status, 429);
    assert_eq!(sign_in(&clinic, &json!({"login": "ada", "password": PASSWORD})).await.status, 429);
}

/// A device that holds one passkey, as a browser hands over what it says.
struct Device {
    id: [u8; 16],
    key: Ed25519KeyPair,
    /// Of the page that asks.
    origin: String,
    /// What it knows the account by.
    handle: RefCell<Value>,
}

impl Device {
    fn new(clinic: &Clinic) -> Self {
        let origin = format!("http://localhost:{}", clinic.http.port());
        Self { id: [0xa7; 16], key: Ed25519KeyPair::generate().unwrap(), origin, handle: RefCell::new(json!("AA")) }
    }

    /// What the browser says, and what the device says of a site, a touch by its owner and a count.
    fn said(&self, kind: &str, question: &Value, flags: u8, count: u32) -> (String, Vec<u8>) {
        let client = json!({"type": kind, "challenge": question["challenge"], "origin": self.origin}).to_string();
        (client, [digest(&SHA256, b"localhost").as_ref(), &[flags], &count.to_be_bytes()].concat())
    }

    fn make(&self, question: &Value) -> Value {
        *self.handle.borrow_mut() = question["handle"].clone();
        let (client, said) = self.said("webauthn.create", question, 0b0100_0101, 0);
        let said = [&said[..], &[0; 16], &[0, 16], &self.id, b"key"].concat();
        let public: PublicKeyX509Der<'_> = self.key.public_key().as_der().unwrap();
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        json!({
            "id": text(&self.id), "client_data": text(client.as_bytes()), "authenticator_data": text(&said),
            "public_key": text(public.as_ref()), "algorithm": -8, "label": "My key",
        })
    }

    fn show(&self, question: &Value, count: u32) -> Value {
        let (client, said) = self.said("webauthn.get", question, 0b101, count);
        let signature = self.key.sign(&[&said[..], digest(&SHA256, client.as_bytes()).as_ref()].concat());
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        json!({
            "id": text(&self.id), "handle": *self.handle.borrow(), "client_data": text(client.as_bytes()),
            "authenticator_data": text(&said), "signature": text(signature.as_ref()), "label": "Firefox",
        })
    }
}

/// An account whose password somebody else has chosen.
fn add(clinic: &Clinic, login: &str) {
    let (done, said) = anteroom_says(clinic, &["user", "add", login, "--name", "Dr. Ada", "--password"], TEMPORARY);
    assert!(done && said.contains("/staff/enrol#"), "{said}");
    assert!(!said.contains(TEMPORARY));
}

/// One that has signed in once, with a password and a second factor of its own; gives its words for a lost phone.
async fn set_up(clinic: &Clinic, login: &str) -> Vec<String> {
    set_up_with(clinic, login, &code(0)).await
}

async fn set_up_with(clinic: &Clinic, login: &str, code: &str) -> Vec<String> {
    add(clinic, login);
    let factor = json!({"secret": SECRET, "code": code});
    let said = json!({"login": login, "password": TEMPORARY, "new_password": PASSWORD, "factor": factor});
    let done = sign_in(clinic, &said).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let words: Value = serde_json::from_str(&done.body).unwrap();
    words["recovery_codes"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Whether a command at the terminal succeeds, and what it says.
fn anteroom_says(clinic: &Clinic, words: &[&str], typed: &str) -> (bool, String) {
    let mut command = anteroom();
    command.args(words).arg("--data-dir").arg(&clinic.settings.data_dir);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{typed}").unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.success(), said)
}

async fn sign_in(clinic: &Clinic, said: &Value) -> Answer {
    clinic.post("/staff/sign-in", "", &said.to_string()).await
}

/// From a page that was opened by the name of this machine.
async fn named(clinic: &Clinic, path: &str, cookie: &str, said: &Value) -> Answer {
    let (host, body) = (format!("localhost:{}", clinic.http.port()), said.to_string());
    clinic
        .request(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await
}

fn body(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn problem(answer: &Answer) -> Value {
    serde_json::from_str::<Value>(&answer.body).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body))["problem"].clone()
}

async fn cookie_of_password(clinic: &Clinic, word: &str) -> String {
    cookie(&sign_in(clinic, &json!({"login": "ada", "password": PASSWORD, "code": word})).await)
}

/// What is asked for next, and what was wrong.
fn asked(answer: &Answer) -> (&'static str, Value) {
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(answer.header("set-cookie"), None);
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    let steps = ["password", "new_password", "code", "factor"];
    (steps.into_iter().find(|step| said["step"] == *step).unwrap(), said["problem"].clone())
}

fn cookie(answer: &Answer) -> String {
    answer
        .header("set-cookie")
        .unwrap_or_else(|| panic!("{}: {}", answer.status, answer.body))
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

/// What an app with this secret shows so many half minutes from now (RFC 6238).
fn code(steps: u64) -> String {
    let step = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 30 + steps;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &[b'A'; 20]);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let word = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}
