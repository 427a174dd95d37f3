//! WHIP and WHEP over HTTP: who is answered what, before and beside any media.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use common::Clinic;
use serde_json::json;

const OFFER: &str = include_str!("../../crates/sfu-core/tests/fixtures/chromium156-av-data-sendonly.sdp");
const CANDIDATES: &str = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBoi1\r\n";

/// A request as a program sends it.
async fn ask(clinic: &Clinic, method: &str, path: &str, headers: &str, body: &str) -> common::Answer {
    let (host, length) = (clinic.http, body.len());
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    clinic.request(&text).await
}

/// A consultation with one device; its token.
async fn device(clinic: &Clinic) -> (common::Page, common::Page, String) {
    let (mut staff, mut ana) = (clinic.staff().await, clinic.patient().await);
    ana.say(json!({"kind": "check_in", "name": "Ana", "language": "en"})).await;
    let delta = staff.hear("queue_delta").await;
    let ticket = delta["upserted"][0]["ticket"].clone();
    staff.say(json!({"kind": "staff", "command": {"action": "admit", "ticket": ticket}})).await;
    staff
        .say(json!({"kind": "staff", "command": {"action": "add_device", "ticket": ticket, "name": "Ultrasound"}}))
        .await;
    let token = staff.hear("device_added").await["token"].as_str().unwrap().to_owned();
    (staff, ana, token)
}

const SDP: &str = "Content-Type: application/sdp\r\n";
const FRAGMENT: &str = "Content-Type: application/trickle-ice-sdpfrag\r\n";

#[tokio::test]
async fn a_devices_session_goes_from_offer_to_delete() {
    let clinic = Clinic::open("whip-session").await;
    let (_staff, _ana, token) = device(&clinic).await;
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let created = ask(&clinic, "POST", "/whip", &format!("{SDP}{bearer}"), OFFER).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!((created.header("content-type"), created.header("etag")), (Some("application/sdp"), Some("\"1\"")));
    assert!(created.body.contains("a=ice-lite") && created.body.contains(" tcptype passive"), "{}", created.body);
    let resource = created.header("location").unwrap().to_owned();
    assert!(resource.starts_with("/whip/") && resource.len() == "/whip/".len() + 32);

    let own = OFFER.lines().filter(|line| line.starts_with("a=ice-ufrag") || line.starts_with("a=ice-pwd"));
    let own: String = own.take(2).flat_map(|line| [line.trim_end(), "\r\n"]).collect();
    let headers = format!("{FRAGMENT}{bearer}");
    assert_eq!(ask(&clinic, "PATCH", &resource, &format!("{headers}If-Match: \"1\"\r\n"), &own).await.status, 204);
    assert_eq!(ask(&clinic, "PATCH", &resource, &format!("{headers}If-Match: \"9\"\r\n"), &own).await.status, 412);
    assert_eq!(ask(&clinic, "PATCH", &resource, &headers, CANDIDATES).await.status, 428);
    let restarted = ask(&clinic, "PATCH", &resource, &format!("{headers}If-Match: *\r\n"), CANDIDATES).await;
    assert_eq!((restarted.status, restarted.header("etag")), (200, Some("\"2\"")), "{}", restarted.body);
    assert_eq!(restarted.header("content-type"), Some("application/trickle-ice-sdpfrag"));
    let ufrag = |text: &str| text.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:").map(str::to_owned));
    assert!(ufrag(&restarted.body).is_some() && ufrag(&restarted.body) != ufrag(&created.body));
    assert!(restarted.body.contains("a=candidate:"));

    assert_eq!(ask(&clinic, "DELETE", &resource, "", "").await.status, 401);
    assert_eq!(ask(&clinic, "DELETE", &resource, &bearer, "").await.status, 200);
    assert_eq!(ask(&clinic, "DELETE", &resource, &bearer, "").await.status, 404);
    let played = ask(&clinic, "POST", "/whep", &format!("{SDP}{bearer}"), OFFER).await;
    assert_eq!(played.status, 201);
    assert!(played.header("location").unwrap().starts_with("/whep/"));
}

#[tokio::test]
async fn what_is_wrong_with_a_request_shows_in_its_status() {
    let clinic = Clinic::open("whip-status").await;
    let (_staff, _ana, token) = device(&clinic).await;
    let good = format!("{SDP}Authorization: Bearer {token}\r\n");
    let wrong = format!("{SDP}Authorization: Bearer {}\r\n", "0".repeat(32));
    let basic = format!("{SDP}Authorization: Basic {token}\r\n");
    for (headers, body, status) in [
        (SDP, OFFER, 401),
        (&wrong, OFFER, 401),
        (&basic, OFFER, 401),
        ("Content-Type: text/plain\r\n", OFFER, 415),
        (&good, "v=0\r\n", 400),
        (&good, &"a=x\r\n".repeat(20_000), 413),
    ] {
        let answer = ask(&clinic, "POST", "/whip", headers, body).await;
        assert_eq!(answer.status, status, "{headers}: {}", answer.body);
        if status == 401 {
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    assert_eq!(ask(&clinic, "GET", "/whip", "", "").await.status, 405);
    let options = ask(&clinic, "OPTIONS", "/whep", "", "").await;
    assert_eq!((options.status, options.header("accept-post")), (204, Some("application/sdp")));
}

/// After `DEVICE_TOKENS_REFUSED_MAX`.
#[tokio::test]
async fn who_guesses_tokens_is_told_to_wait() {
    let clinic = Clinic::open("whip-guess").await;
    let mut statuses = Vec::new();
    for guess in 0..40 {
        let headers = format!("{SDP}Authorization: Bearer {guess:032x}\r\n");
        statuses.push(ask(&clinic, "POST", "/whip", &headers, OFFER).await.status);
    }
    let (first, last) = statuses.split_at(30);
    assert!(first.iter().all(|status| *status == 401) && last.iter().all(|status| *status == 429), "{statuses:?}");
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_unless_they_are_listed() {
    let clinic = Clinic::open_with("whip-origin", |settings| {
        settings.whip_origins = vec!["https://player.example".to_owned()];
    })
    .await;
    let preflight = "Access-Control-Request-Method: POST\r\n";
    let stranger = format!("Origin: https://evil.example\r\n{preflight}");
    let refused = ask(&clinic, "OPTIONS", "/whep", &stranger, "").await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, None));
    let refused = ask(&clinic, "POST", "/whep", &format!("{SDP}Origin: https://evil.example\r\n"), OFFER).await;
    assert_eq!(refused.status, 403);
    let listed = ask(&clinic, "OPTIONS", "/whep", &format!("Origin: https://player.example\r\n{preflight}"), "").await;
    assert_eq!((listed.status, listed.header("access-control-allow-origin")), (204, Some("https://player.example")));
    assert!(listed.header("access-control-allow-headers").unwrap().contains("Authorization"));
    let listed = ask(&clinic, "POST", "/whep", &format!("{SDP}Origin: https://player.example\r\n"), OFFER).await;
    assert_eq!((listed.status, listed.header("access-control-expose-headers")), (401, Some("ETag, Location")));
    let own = ask(&clinic, "POST", "/whep", &format!("{SDP}Origin: http://{}\r\n", clinic.http), OFFER).await;
    assert_eq!((own.status, own.header("access-control-allow-origin")), (401, None));
}
