//! What an area looks like: set by its admins and nobody else, on the page and at the command line, and shown to patients at once.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use common::program::anteroom;
use common::{Answer, Clinic, answer};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

const LOGO: &str = "/staff/look/reception/logo";
const TEXTS: &str = "/staff/look/reception/texts";

/// One black pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

async fn post(clinic: &Clinic, path: &str, headers: &str, body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(clinic.http).await.unwrap();
    let (host, length) = (clinic.http, body.len());
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    let _refused_early = stream.write_all(&[head.as_bytes(), body].concat()).await;
    answer(&mut stream).await
}

/// The headers of a page of ours whose browser is signed in.
fn ours(clinic: &Clinic, cookie: &str) -> String {
    format!("Origin: http://{}\r\nCookie: {cookie}\r\n", clinic.http)
}

fn command(clinic: &Clinic, words: &[&str]) -> (bool, String) {
    let output = anteroom().args(words).arg("--data-dir").arg(&clinic.settings.data_dir).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test]
async fn what_an_admin_sets_is_shown_to_patients_at_once_and_its_files_can_be_nothing_else() {
    let clinic = Clinic::open("look").await;
    let headers = ours(&clinic, &clinic.signed_in().await);
    let mut patient = clinic.patient().await;
    let texts = json!({"accent": "#0B5A4C", "welcome": "Welcome to **us**."});
    assert_eq!(post(&clinic, TEXTS, &headers, texts.to_string().as_bytes()).await.status, 204);
    let look = patient.hear("area").await["area"]["look"].clone();
    assert_eq!(look, json!({"accent": "#0b5a4c", "welcome": "Welcome to **us**.", "logo": null, "show": null}));

    assert_eq!(post(&clinic, LOGO, &headers, PNG).await.status, 204);
    assert_eq!(post(&clinic, "/staff/look/reception/show", &headers, b"%PDF-1.7 a sheet").await.status, 204);
    let look = patient.hear_where(|said| !said["area"]["look"]["show"].is_null()).await["area"]["look"].clone();
    assert_eq!((&look["logo"]["kind"], &look["show"]["kind"]), (&json!("image"), &json!("pdf")));
    let address = |part: &str| format!("/look/{}", look[part]["hash"].as_str().unwrap());
    for (part, kind, disposition) in
        [("logo", "image/png", "inline"), ("show", "application/pdf", "attachment; filename=\"sheet.pdf\"")]
    {
        let file = clinic.get(&address(part)).await;
        assert_eq!(file.status, 200);
        for (name, value) in [
            ("content-type", kind),
            ("content-disposition", disposition),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(file.header(name), Some(value), "{part}");
        }
    }
    let host = clinic.http;
    let asked =
        format!("GET {} HTTP/1.1\r\nHost: {host}\r\nRange: bytes=0-4\r\nConnection: close\r\n\r\n", address("show"));
    let part = clinic.request(&asked).await;
    assert_eq!((part.status, part.header("content-range"), part.body.as_str()), (206, Some("bytes 0-4/16"), "%PDF-"));

    assert_eq!(post(&clinic, LOGO, &headers, b"").await.status, 204);
    patient.hear_where(|said| said["kind"] == "area" && said["area"]["look"]["logo"].is_null()).await;
    assert_eq!(clinic.get(&address("logo")).await.status, 404, "what is taken away is gone");
    for odd in ["/look/", "/look/..", "/look/0a"] {
        assert_eq!(clinic.get(odd).await.status, 404, "{odd}");
    }
}

#[tokio::test]
async fn nobody_but_an_admin_of_the_area_sets_what_it_looks_like_and_only_from_our_own_page() {
    let clinic = Clinic::open("look-who").await;
    let admin = clinic.signed_in().await;
    let (_, link) = command(&clinic, &["user", "add", "ada", "--name", "Dr. Ada", "--role", "provider"]);
    let token = json!({"token": link.trim().rsplit('#').next().unwrap()}).to_string();
    let answer = clinic.post("/staff/enrol", "", &token).await;
    let provider = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    for (path, headers, status) in [
        (LOGO, ours(&clinic, "none=1"), 401),
        (LOGO, ours(&clinic, &provider), 403),
        ("/staff/look/nowhere/logo", ours(&clinic, &admin), 403),
        ("/staff/look/reception/icon", ours(&clinic, &admin), 404),
        (LOGO, format!("Origin: https://evil.example\r\nCookie: {admin}\r\n"), 403),
        (LOGO, format!("Cookie: {admin}\r\n"), 403),
        (LOGO, ours(&clinic, &admin), 204),
    ] {
        assert_eq!(post(&clinic, path, &headers, PNG).await.status, status, "{path} {headers}");
    }
}

#[tokio::test]
async fn what_is_refused_says_why_and_changes_nothing() {
    let clinic = Clinic::open("look-unfit").await;
    let headers = ours(&clinic, &clinic.signed_in().await);
    let large = [PNG, &vec![0; 256 * 1024]].concat();
    let text = |accent: &str, welcome: &str| json!({"accent": accent, "welcome": welcome}).to_string().into_bytes();
    for (path, body, why) in [
        (LOGO, b"<svg onload='alert(1)'/>".to_vec(), json!({"why": "kind"})),
        (LOGO, b"%PDF-1.7".to_vec(), json!({"why": "kind"})),
        (LOGO, large, json!({"why": "large", "max": 256 * 1024})),
        (LOGO, PNG[..12].to_vec(), json!({"why": "pixels", "max": 4096})),
        (TEXTS, text("#777777", ""), json!({"why": "pale", "ratio": 4.47})),
        (TEXTS, text("red;background:url(//evil.example)", ""), json!({"why": "colour"})),
        (TEXTS, text("", &"a".repeat(601)), json!({"why": "text", "max": 600})),
        (TEXTS, text("", &"a".repeat(9_000)), json!({"why": "text", "max": 600})),
        (TEXTS, b"{}".to_vec(), json!({"why": "text", "max": 600})),
    ] {
        let answer = post(&clinic, path, &headers, &body).await;
        assert_eq!(answer.status, 422, "{why}");
        assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), why);
    }
    assert!(1.0 <= clinic.metric("anteroom_limit_reached_total{limit=\"look_bytes\"}").await);
    let mut page = clinic.socket(None).await;
    page.say(common::hello("patient", Some("reception"))).await;
    let nothing = json!({"accent": "", "welcome": "", "logo": null, "show": null});
    assert_eq!(page.hear("area").await["area"]["look"], nothing);
}

#[tokio::test]
async fn the_command_line_sets_it_too_and_a_running_server_follows() {
    let clinic = Clinic::open("look-command").await;
    let mut patient = clinic.patient().await;
    let logo = clinic.settings.data_dir.join("logo.png");
    std::fs::write(&logo, PNG).unwrap();
    let logo = logo.to_str().unwrap();
    let set = |words: &[&str]| command(&clinic, &[&["area", "set", "reception"], words].concat());
    for (words, expected) in [
        (&["--accent", "#777777"][..], "4.47:1"),
        (&["--accent", "red"], "#0b5a4c"),
        (&["--logo", "/nowhere.png"], "cannot read /nowhere.png"),
        (&["--logo", "Cargo.toml"], "PNG, JPEG or WebP"),
        (&["--accent", "#0b5a4c", "--logo", "Cargo.toml"], "PNG, JPEG or WebP"),
    ] {
        let (done, said) = set(words);
        assert!(!done && said.contains(expected) && !said.contains("panicked"), "{words:?}: {said}");
    }
    let (done, said) = set(&["--accent", "#0b5a4c", "--welcome", "# Hello", "--logo", logo]);
    assert!(done, "{said}");
    let look = patient.hear_where(|said| !said["area"]["look"]["logo"].is_null()).await["area"]["look"].clone();
    assert_eq!((&look["accent"], &look["welcome"]), (&json!("#0b5a4c"), &json!("# Hello")));
    let (done, _) = set(&["--logo", "", "--accent", ""]);
    assert!(done);
    let look = patient.hear_where(|said| said["kind"] == "area" && said["area"]["look"]["logo"].is_null()).await;
    assert_eq!(look["area"]["look"], json!({"accent": "", "welcome": "# Hello", "logo": null, "show": null}));
}
