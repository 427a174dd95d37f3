//! What HTTP promises: headers, limits, one-time links.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Clinic, answer, contains};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Security asks for 15 s; the machine that tests may be busy.
const CUT_BY: Duration = Duration::from_secs(15);

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_a_page_to_itself() {
    let clinic = Clinic::open("headers").await;
    let index = clinic.get("/").await.body;
    let asset =
        index.split('"').find(|text| text.starts_with("/v/") && text.ends_with(".js")).expect("an asset").to_owned();
    for path in [
        "/",
        "/a/reception",
        "/a/nowhere",
        "/staff",
        "/staff/enrol",
        "/staff/session",
        "/nothing",
        "/ws",
        "/v/old/x.js",
        &asset,
    ] {
        let answer = clinic.get(path).await;
        let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{path}: no policy"));
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        for never in ["unsafe", "*", "http"] {
            assert!(!policy.contains(never), "{path}: {policy}");
        }
        for part in ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let permissions = answer.header("permissions-policy").unwrap();
        assert!(permissions.contains("camera=(self), microphone=(self), display-capture=(self)"), "{path}");
        let kept = answer.header("cache-control").unwrap();
        assert_eq!(kept.contains("immutable"), path == asset, "{path}: {kept}");
        assert!(kept.contains("immutable") || kept == "no-store", "{path}: {kept}");
        assert_eq!(answer.header("strict-transport-security"), None, "{path}: not over plain HTTP");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
}

#[tokio::test]
async fn text_is_compressed_for_who_asks() {
    let clinic = Clinic::open("gzip").await;
    let host = clinic.http;
    let plain = clinic.get("/").await;
    assert_eq!(plain.header("content-encoding"), None);
    let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept-Encoding");
    let small = clinic.request(&format!("{head}: br, gzip\r\n\r\n")).await;
    assert_eq!((small.header("content-encoding"), small.header("vary")), (Some("gzip"), Some("accept-encoding")));
    let length = |answer: &common::Answer| answer.header("content-length").unwrap().parse::<usize>().unwrap();
    assert!(length(&small) < length(&plain));
    assert_eq!(clinic.request(&format!("{head}: gzip;q=0\r\n\r\n")).await.header("content-encoding"), None);
}

#[tokio::test]
async fn an_unknown_link_looks_like_any_other() {
    let clinic = Clinic::open("slug").await;
    let (known, unknown) = (clinic.get("/a/reception").await, clinic.get("/a/nowhere").await);
    assert_eq!((known.status, unknown.status), (200, 404));
    assert_eq!(known.body, unknown.body);
}

#[tokio::test]
async fn a_link_that_a_mail_scanner_has_mangled_is_answered_with_the_page() {
    let clinic = Clinic::open("mangled").await;
    let whole = clinic.get("/a/reception").await;
    for tail in ["%23k=3q2-7wAAAAAAAAAAAAAAAAAA", "%2523k=3q2-7wAAAAAAAAAAAAAAAAAA", "%23K%3D3q2", "%23", "%2523"] {
        let mangled = clinic.get(&format!("/a/reception{tail}")).await;
        assert_eq!((mangled.status, &mangled.body), (200, &whole.body), "{tail}");
        assert_eq!(clinic.get(&format!("/a/nowhere{tail}")).await.status, 404, "{tail}");
    }
}

#[tokio::test]
async fn a_staff_link_works_once() {
    let clinic = Clinic::open("enrol").await;
    let body = json!({"token": clinic.link_token()}).to_string();
    let first = clinic.post("/staff/enrol", "", &body).await;
    assert_eq!(first.status, 204);
    let cookie = first.header("set-cookie").unwrap();
    for part in ["__Host-anteroom=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    assert_eq!(clinic.post("/staff/enrol", "", &body).await.status, 403);
    assert_eq!(clinic.post("/staff/enrol", "", r#"{"token":"guess"}"#).await.status, 403);
    for bad in [r#"{"token":"a","more":1}"#, "{}", "[]", "token"] {
        assert!((400..500).contains(&clinic.post("/staff/enrol", "", bad).await.status), "{bad}");
    }
}

/// After `STAFF_LINKS_REFUSED_MAX`.
#[tokio::test]
async fn who_guesses_staff_links_is_told_to_wait_and_a_real_one_still_works() {
    let clinic = Clinic::open("guess").await;
    let mut statuses = Vec::new();
    for _ in 0..10 {
        statuses.push(clinic.post("/staff/enrol", "", r#"{"token":"guess"}"#).await.status);
    }
    assert_eq!((statuses[0], statuses[9]), (403, 429));
    clinic.signed_in().await;
}

#[tokio::test]
async fn tokens_are_on_disk_as_hashes_only() {
    let clinic = Clinic::open("hashes").await;
    let link = clinic.link_token();
    let cookie = clinic.signed_in().await;
    let disk = clinic.disk();
    assert!(contains(&disk, "reception"), "the dump is of the database");
    for file in std::fs::read_dir(&clinic.settings.data_dir).unwrap().flatten() {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
    assert!(!contains(&disk, &link) && !contains(&disk, cookie.split('=').nth(1).unwrap()));
}

#[tokio::test]
async fn a_session_shows_its_links_until_it_is_signed_out() {
    let clinic = Clinic::open("session").await;
    let cookie = clinic.signed_in().await;
    let shown = clinic.get_as("/staff/session", &cookie).await;
    let link = format!("http://{}/a/reception", clinic.http);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&shown.body).unwrap()["links"],
        json!([{"area": "reception", "url": link}])
    );
    assert_eq!(clinic.get_as("/staff/session", "__Host-anteroom=guess").await.status, 401);
    let out = clinic.post("/staff/sign-out", &format!("Cookie: {cookie}\r\n"), "").await;
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(clinic.get_as("/staff/session", &cookie).await.status, 401);
}

#[tokio::test]
async fn a_session_ends_without_use_and_at_the_latest() {
    for (name, idle, absolute) in [("idle", 0, 3_600), ("absolute", 3_600, 0)] {
        let clinic = Clinic::open_with(name, |settings| {
            (settings.staff_idle_max, settings.staff_session_max) = (idle, absolute)
        })
        .await;
        let cookie = clinic.signed_in().await;
        assert_eq!(clinic.get_as("/staff/session", &cookie).await.status, 401, "{name}");
    }
}

#[tokio::test]
async fn what_changes_something_must_come_from_our_own_page() {
    let clinic = Clinic::open("origin").await;
    let host = clinic.http;
    let body = json!({"token": clinic.link_token()}).to_string();
    for origin in ["Origin: https://evil.example\r\n", "Origin: null\r\n", ""] {
        let text = format!(
            "POST /staff/enrol HTTP/1.1\r\nHost: {host}\r\n{origin}Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(clinic.request(&text).await.status, 403, "{origin}");
    }
    assert_eq!(clinic.post("/staff/enrol", "", &body).await.status, 204, "the link is still unused");
    let elsewhere = clinic.request("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").await;
    assert_eq!(elsewhere.status, 421);
}

/// By `BODY_BYTES_MAX`.
#[tokio::test]
async fn a_body_is_bounded() {
    let clinic = Clinic::open("body").await;
    assert_eq!(clinic.post("/staff/enrol", "", &"x".repeat(100_000)).await.status, 413);
    assert!(1.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"body_bytes\"}").await);
}

/// By `HEAD_BYTES_MAX`.
#[tokio::test]
async fn a_head_is_bounded() {
    let clinic = Clinic::open("head").await;
    let head = |bytes: usize| {
        format!("GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX: {}\r\n\r\n", clinic.http, "x".repeat(bytes))
    };
    assert_eq!(clinic.request(&head(8 * 1024)).await.status, 200);
    assert_ne!(clinic.request(&head(20 * 1024)).await.status, 200);
    assert!(1.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"head_malformed\"}").await);
}

/// After `HEAD_MAX` and `REQUEST_MAX`.
#[tokio::test]
async fn slow_heads_slow_bodies_and_idle_connections_are_cut_while_others_are_served() {
    let clinic = Clinic::open("slow").await;
    let host = clinic.http;
    let began = Instant::now();
    let slow = |text: String, trickle: &'static [u8]| async move {
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let (mut reader, mut writer) = stream.into_split();
        let trickling = tokio::spawn(async move {
            while !trickle.is_empty() && writer.write_all(trickle).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            writer
        });
        let mut bytes = Vec::new();
        let _reset = reader.read_to_end(&mut bytes).await;
        trickling.abort();
    };
    let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\n");
    let body = format!(
        "POST /staff/enrol HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
    );
    let idle = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let all = async {
        tokio::join!(slow(head, b"X: y\r\n"), slow(body, b" "), slow(idle, b""), slow(String::new(), b""));
    };
    let others = async {
        for _ in 0..5 {
            let asked = Instant::now();
            assert_eq!(clinic.get("/").await.status, 200);
            assert!(asked.elapsed() < Duration::from_secs(2), "served while others are slow");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::join!(all, others);
    assert!(began.elapsed() < CUT_BY, "{:?}", began.elapsed());
    assert!(1.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"head_slow\"}").await);
    assert!(1.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"request_slow\"}").await);
}

#[tokio::test]
async fn one_source_cannot_take_all_places() {
    let clinic = Clinic::open_with("places", |settings| settings.connections_per_source_max = 3).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(clinic.patient().await);
    }
    let mut refused = TcpStream::connect(clinic.http).await.unwrap();
    assert_eq!(answer(&mut refused).await.status, 0, "closed without a word");
    assert!(1.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"connections_per_source\"}").await);
    drop(held.pop());
    // The place is free as soon as the daemon has seen the end.
    let again = async {
        while clinic.get("/").await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(CUT_BY, again).await.unwrap();
}

#[tokio::test]
async fn beyond_all_places_a_connection_waits_until_one_is_free() {
    let clinic = Clinic::open_with("full", |settings| settings.connections_max = 2).await;
    let (mut stays, leaves) = (clinic.patient().await, clinic.patient().await);
    let mut waits = TcpStream::connect(clinic.http).await.unwrap();
    let text = format!("GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", clinic.http);
    waits.write_all(text.as_bytes()).await.unwrap();
    for _ in 0..20 {
        stays.say(json!({"kind": "ping"})).await;
        stays.hear("pong").await;
    }
    let read = waits.try_read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(read, Err(std::io::ErrorKind::WouldBlock), "not served while all places are taken");
    assert!(1.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"connections\"}").await);
    drop(leaves);
    assert_eq!(answer(&mut waits).await.status, 200);
}

#[tokio::test]
async fn https_is_served_with_the_generated_certificate() {
    let clinic = Clinic::open_with("https", |settings| settings.https = true).await;
    let pem = std::fs::read(clinic.settings.data_dir.join("tls.pem")).unwrap();
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let host = clinic.https.unwrap();
    let tcp = TcpStream::connect(host).await.unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(host.ip().into(), tcp).await.unwrap();
    let text = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    let index = answer(&mut stream).await;
    assert_eq!(index.status, 200);
    let only_https = index.header("strict-transport-security").expect("HSTS");
    let max_age = only_https.split(';').find_map(|part| part.trim().strip_prefix("max-age=")?.parse::<u64>().ok());
    assert!(max_age.is_some_and(|seconds| 365 * 24 * 3_600 <= seconds), "{only_https}");
}
