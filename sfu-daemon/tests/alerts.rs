//! Who is told outside that somebody waits: nobody, unless the operator says so and patients can read it.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use aws_lc_rs::hmac;
use common::program::{anteroom, said};
use common::{Clinic, clean, data_dir};
use serde_json::{Value, json};
use sfu_daemon::{SmtpTls, Subprocessor};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const SECRET: &str = "a secret of the gateway, 32 characters and more";

/// One request to the gateway, answered with a status.
async fn asked(gateway: &TcpListener, status: &str) -> (String, String) {
    let (mut connection, _) = gateway.accept().await.unwrap();
    let mut text = String::new();
    while !is_whole(&text) {
        text.push_str(&read(&mut connection).await);
    }
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    connection.write_all(answer.as_bytes()).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

async fn read(connection: &mut TcpStream) -> String {
    let mut bytes = [0; 4_096];
    let length = connection.read(&mut bytes).await.unwrap();
    assert_ne!(length, 0, "the connection was closed too early");
    String::from_utf8(bytes[..length].to_vec()).unwrap()
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    header(head, "content-length").parse::<usize>().unwrap() <= body.len()
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find_map(|line| line.split_once(": ").filter(|(own, _)| own.eq_ignore_ascii_case(name)));
    line.unwrap_or_else(|| panic!("{name} in {head}")).1
}

#[tokio::test]
async fn a_signed_message_without_a_name_says_that_somebody_waits_and_is_tried_again() {
    let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?clinic=1", gateway.local_addr().unwrap());
    let secret = std::env::temp_dir().join(format!("anteroom-webhook-secret-{}", std::process::id()));
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let listed = Subprocessor {
        name: "Gateway".to_owned(),
        host: "127.0.0.1".to_owned(),
        purpose: "text messages to staff".to_owned(),
        region: "in-house".to_owned(),
    };
    let clinic = Clinic::open_with("webhook", |settings| {
        settings.webhook_url = url;
        settings.webhook_secret_file.clone_from(&secret);
        settings.subprocessors = vec![listed.clone()];
    })
    .await;
    let mut patient = clinic.patient().await;
    patient.say(json!({"kind": "check_in", "name": "Canary", "language": "en"})).await;
    let (head, first) = asked(&gateway, "503 Service Unavailable").await;
    assert!(head.starts_with("POST /hook?clinic=1 HTTP/1.1\r\n"), "{head}");
    let (head, body) = asked(&gateway, "204 No Content").await;
    assert_eq!(body, first, "with the same id");
    let said: Value = serde_json::from_str(&body).unwrap();
    let fields: Vec<&String> = said.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["area", "at", "event", "id", "waiting"]);
    assert_eq!(
        (said["event"].as_str(), said["area"].as_str(), said["waiting"].as_u64()),
        (Some("patient_waiting"), Some("reception"), Some(1))
    );
    assert!(!head.contains("Canary") && !body.contains("Canary"));
    let (time, tag) = header(&head, "anteroom-signature").split_once(",v1=").unwrap();
    let signed = format!("{}.{body}", time.strip_prefix("t=").unwrap());
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = data_encoding::HEXLOWER.decode(tag.as_bytes()).unwrap();
    hmac::verify(&key, signed.as_bytes(), &tag).unwrap();

    let report: Value = serde_json::from_str(&clinic.get("/.well-known/privacy.json").await.body).unwrap();
    assert_eq!(report["outbound"], json!([listed]));
    std::fs::remove_file(secret).unwrap();
}

#[test]
fn nobody_is_told_whom_patients_could_not_read_of() {
    let folder = data_dir("unlisted");
    let run = |flags: &[&str]| {
        let output = anteroom().args(["config", "--print"]).args(flags).output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let url = ["--webhook-url", "https://gateway.example/hook"];
    let (is_fit, error) = run(&url);
    assert!(!is_fit && error.contains("not in subprocessors"), "{error}");
    let listed = r#"[{name = "Gateway", host = "gateway.example", purpose = "pager", region = "EU"}]"#;
    assert_eq!(run(&[&url[..], &["--subprocessors", listed]].concat()), (true, String::new()));
    let (is_fit, error) = run(&["--tell-patients", "true"]);
    assert!(!is_fit && error.contains("tell_patients: set invite_by_mail or sms_url"), "{error}");
    let (is_fit, _) =
        run(&[&["--webhook-url", "https://elsewhere.example/hook"][..], &["--subprocessors", listed]].concat());
    assert!(!is_fit);
    let somewhere = |region: &str| run(&["--subprocessors", listed, "--allowed-regions", region]);
    assert_eq!(somewhere("CH,EU"), (true, String::new()));
    let (is_fit, error) = somewhere("CH");
    assert!(!is_fit && error.contains("allowed_regions"), "{error}");
    let mail = |more: &[&str]| run(&[&["--smtp-host", "mail.example"][..], more].concat());
    let listed =
        ["--subprocessors", r#"[{name = "Mail", host = "mail.example", purpose = "mails to staff", region = "EU"}]"#];
    let public = ["--public-url", "https://clinic.example"];
    for (more, wrong) in [
        (public.to_vec(), "not in subprocessors"),
        (listed.to_vec(), "public_url"),
        ([&listed[..], &public, &["--smtp-tls", "none"]].concat(), "on this machine only"),
    ] {
        let (is_fit, error) = mail(&more);
        assert!(!is_fit && error.contains(wrong), "{error}");
    }
    assert_eq!(mail(&[&listed[..], &public].concat()), (true, String::new()));
    clean(&folder);
}

/// A clinic that sends mail by a server at this port.
async fn with_mail(name: &str, port: u16) -> Clinic {
    let listed = Subprocessor {
        name: "Mail".to_owned(),
        host: "localhost".to_owned(),
        purpose: "mails".to_owned(),
        region: "in-house".to_owned(),
    };
    Clinic::open_with(name, |settings| {
        settings.public_url = "https://video.clinic.example".to_owned();
        settings.smtp_host = "localhost".to_owned();
        settings.smtp_port = port;
        settings.smtp_tls = SmtpTls::None;
        settings.smtp_from = "video@clinic.example".to_owned();
        settings.invite_by_mail = true;
        settings.subprocessors = vec![listed];
    })
    .await
}

#[tokio::test]
async fn a_silent_mail_server_holds_so_many_invitations_and_the_next_is_told_to_wait() {
    // `INVITATIONS_MAX`, of accounts that may send ten a minute each.
    let under_way = 16;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let clinic = with_mail("invitations-max", silent.local_addr().unwrap().port()).await;
    said(&clinic.settings.data_dir, &["user", "add", "ada", "--name", "Ada", "--role", "admin"]);
    let link = said(&clinic.settings.data_dir, &["user", "link", "ada"]);
    let token = link.trim().rsplit('#').next().unwrap();
    let ada = clinic.post("/staff/enrol", "", &json!({"token": token}).to_string()).await;
    let ada = ada.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let cookies = [clinic.signed_in().await, ada];
    let text = "https://video.clinic.example/a/reception";
    let invitation = json!({"by": "mail", "area": "reception", "to": "pat@home.example", "subject": "Visit", "text": text, "agreed": false});
    let ask = |at: usize| {
        let cookie = format!("Cookie: {}\r\n", cookies[at % cookies.len()]);
        clinic.spawn_post("/staff/invite", &cookie, &invitation.to_string())
    };
    let mut waiting = Vec::new();
    for at in 0..under_way {
        let answer = ask(at);
        let (connection, _) = silent.accept().await.unwrap();
        waiting.push((answer, connection));
    }
    assert_eq!(ask(0).await.unwrap().status, 503);
    assert_eq!(clinic.metric("anteroom_limit_reached_total{limit=\"invitations\"}").await, 1.0);
    // Whoever was first is not affected by that.
    assert!(waiting.iter().all(|(answer, _)| !answer.is_finished()));
    for (answer, _) in waiting {
        answer.abort();
    }
}

#[tokio::test]
async fn an_account_sets_where_mail_goes_so_often_and_then_has_to_wait() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let clinic = with_mail("mails-set-max", port).await;
    let cookie = format!("Cookie: {}\r\n", clinic.signed_in().await);
    let mut answers = Vec::new();
    // `MAILS_SET_MAX`, and once more. Nobody listens at that port any more: the first mail comes later.
    for _ in 0..6 {
        let body = json!({"address": "ada@clinic.example", "language": "en"}).to_string();
        answers.push(clinic.post("/staff/account/mail", &cookie, &body).await.status);
    }
    assert_eq!(answers, [202, 202, 202, 202, 202, 429]);
    assert_eq!(clinic.metric("anteroom_limit_reached_total{limit=\"mails_set\"}").await, 1.0);
}
