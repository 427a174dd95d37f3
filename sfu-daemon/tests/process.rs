//! The program as an operator meets it: configuration, a broken database, signals, and what it prints.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use common::program::{Program, anteroom, quiet, said};
use common::{clean, data_dir, hello};
use serde_json::json;

#[test]
fn a_wrong_configuration_names_the_file_and_the_line() {
    let folder = data_dir("config");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("anteroom.toml");
    for (text, expected) in [
        ("listen = \"127.0.0.1:8080\"\nlisen = 1\n", "line 2"),
        ("drain_limit = \"soon\"\n", "line 1"),
        ("= nonsense", "line 1"),
        ("listen = \"0.0.0.0:80\"\n", "trusted_proxies"),
        ("metrics_listen = \"0.0.0.0:9464\"\n", "metrics_listen"),
        ("certificate = \"/x.pem\"\n", "certificate_key"),
        ("connections_max = 9223372036854775807\n", "connections_max"),
        ("drain_limit = 9223372036854775807\n", "drain_limit"),
        ("files_kept_max = 901\n", "15 minutes"),
        ("files_memory_max = 9223372036854775807\n", "files_memory_max"),
    ] {
        std::fs::write(&file, text).unwrap();
        let output = anteroom().args(["--config"]).arg(&file).output().unwrap();
        let error = failure(&output);
        assert!(error.contains(expected), "{text}: {error}");
        assert!(error.contains("anteroom.toml") || !expected.contains("line"), "{error}");
    }
    let error = failure(&anteroom().args(["--config", "/nowhere.toml"]).output().unwrap());
    assert!(error.contains("/nowhere.toml"), "{error}");
    let error = failure(&anteroom().env("ANTEROOM_DRAIN_LIMIT", "soon").output().unwrap());
    assert!(error.contains("--drain-limit"), "{error}");
    clean(&folder);
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let folder = data_dir("precedence");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("anteroom.toml");
    std::fs::write(&file, "drain_limit = 1\nmedia_port = 1001\nstaff_idle_max = 1\n").unwrap();
    let mut command = anteroom();
    command.args(["config", "--print", "--drain-limit", "3", "--config"]).arg(&file);
    let output = command.env("ANTEROOM_DRAIN_LIMIT", "2").env("ANTEROOM_MEDIA_PORT", "1002").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    for line in ["drain_limit = 3", "media_port = 1002", "staff_idle_max = 1", "connections_max = 2048"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let again = folder.join("again.toml");
    std::fs::write(&again, &shown).unwrap();
    let output = anteroom().args(["config", "--print", "--config"]).arg(&again).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), shown, "what is printed is a configuration file");
    clean(&folder);
}

#[test]
fn every_setting_is_documented_with_its_variable_and_default() {
    let output = anteroom().arg("config").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    for sfu_daemon::Row { key, env, default, help } in sfu_daemon::Settings::table() {
        assert_eq!(env, format!("ANTEROOM_{}", key.to_uppercase()));
        assert!(help.iter().all(|line| !line.trim().is_empty()), "{key}");
        assert!(
            shown.contains(&format!("Environment: {env}."))
                && (key == "data_dir" || shown.contains(&format!("#{key} = {default}"))),
            "{key}"
        );
    }
}

#[test]
fn a_broken_or_foreign_database_is_reported_and_left_as_it_is() {
    let folder = data_dir("database");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("anteroom.db");
    let foreign = folder.join("foreign.db");
    let other = rusqlite::Connection::open(&foreign).unwrap();
    other.execute_batch("CREATE TABLE recipes (name TEXT); PRAGMA user_version = 1;").unwrap();
    drop(other);
    let foreign = std::fs::read(foreign).unwrap();
    for (bytes, expected) in [
        (b"not a database, but long enough to look like something".to_vec(), "cannot be used"),
        (foreign, "another program"),
    ] {
        std::fs::write(&file, &bytes).unwrap();
        let error = failure(&quiet(&folder).output().unwrap());
        assert!(error.contains(expected) && error.contains("anteroom.db"), "{error}");
        assert_eq!(std::fs::read(&file).unwrap(), bytes, "untouched");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "nothing beside it");
    }
    std::fs::remove_file(&file).unwrap();
    let program = Program::start(&folder, &[]);
    drop(program);
    let newer = rusqlite::Connection::open(&file).unwrap();
    newer.execute_batch("PRAGMA user_version = 99;").unwrap();
    drop(newer);
    let error = failure(&quiet(&folder).output().unwrap());
    assert!(error.contains("newer"), "{error}");
    clean(&folder);
}

#[tokio::test]
async fn sigterm_drains_and_the_name_is_in_no_log() {
    const CANARY: &str = "Canary-Nowak";
    let folder = data_dir("drain");
    let mut program = Program::start(&folder, &["--log", "debug"]);
    let mut staff = program.staff().await;
    let mut patient = program.patient().await;
    patient.say(json!({"kind": "check_in", "name": CANARY, "language": "en"})).await;
    let token = patient.hear("checked_in").await["token"].as_str().unwrap().to_owned();
    let ticket = staff.hear("queue_delta").await["upserted"][0]["ticket"].clone();
    staff.say(json!({"kind": "staff", "command": {"action": "admit", "ticket": ticket}})).await;
    patient.hear_where(|message| message["patient"]["state"] == "called").await;
    patient.say(json!({"kind": "go_in"})).await;
    patient.hear_where(|message| message["patient"]["state"] == "in_call").await;
    assert_eq!((program.status("/healthz").await, program.status("/readyz").await), (200, 200));

    program.signal("TERM");
    patient.hear("draining").await;
    assert_eq!((program.status("/healthz").await, program.status("/readyz").await), (200, 503));
    let mut late = program.patient().await;
    late.say(json!({"kind": "check_in", "name": "Late", "language": "en"})).await;
    assert_eq!(late.hear("error").await["code"], "draining");
    patient.say(json!({"kind": "ping"})).await;
    patient.hear("pong").await;
    patient.say(json!({"kind": "leave"})).await;
    assert_eq!(patient.hear("call_ended").await["reason"], "patient_left");
    let ended = Instant::now();
    let (code, log) = program.end();
    assert_eq!(code, Some(0));
    assert!(ended.elapsed() < Duration::from_secs(5), "{:?}", ended.elapsed());
    assert!(log.contains("checked in"), "the log has been read: {log}");
    for secret in [CANARY, &token, "127.0.0.1:5"] {
        let found = log.lines().find(|line| line.contains(secret) && !line.contains("listening"));
        assert_eq!(found, None, "in the log");
    }
    clean(&folder);
}

/// Killed, as by a power cut: what a restart knows of a place is what its token says.
#[tokio::test]
async fn a_restart_keeps_places_and_nothing_about_the_people_in_them() {
    const NAMES: [&str; 3] = ["Canary-Ana", "Canary-Ben", "Canary-Cleo"];
    let folder = data_dir("restart");
    let before = Program::start(&folder, &[]);
    let mut tokens = Vec::new();
    for name in NAMES {
        let mut page = before.patient().await;
        page.say(json!({"kind": "check_in", "name": name, "language": "en"})).await;
        tokens.push(page.hear("checked_in").await["token"].as_str().unwrap().to_owned());
    }
    drop(before);
    let after = Program::start(&folder, &[]);
    let mut pages = Vec::new();
    for at in [2, 0, 1] {
        let mut page = after.patient().await;
        page.say(json!({"kind": "resume", "token": tokens[at]})).await;
        assert_eq!(page.hear("error").await["code"], "place_unknown");
        page.say(json!({"kind": "check_in", "name": NAMES[at], "language": "en", "place": tokens[at]})).await;
        assert_eq!(page.hear("checked_in").await["token"], tokens[at]);
        pages.push((at, page));
    }
    let mut positions = Vec::new();
    for (at, page) in &mut pages {
        page.say(json!({"kind": "resume", "token": tokens[*at]})).await;
        positions.push(page.hear("resumed").await["patient"]["position"].clone());
    }
    assert_eq!(positions, [3, 1, 2]);
    drop(after);
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds("Canary") && !tokens.iter().any(|token| holds(token)), "{}", path.display());
    }
    clean(&folder);
}

#[tokio::test]
async fn no_path_is_in_a_log_or_a_metric() {
    const CANARY: &str = "k=CanaryFingerprint";
    let folder = data_dir("paths");
    let mut program = Program::start(&folder, &["--log", "trace"]);
    for path in ["/a/reception%23", "/a/reception%2523", "/g/token%23", "/nothing%23", "/v/dev/%23", "/a/reception?"] {
        let host = program.http;
        let head = format!("GET {path}{CANARY} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert!([200, 404].contains(&common::request(host, &head).await.status), "{path}");
    }
    let host = program.metrics;
    let head = format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    assert!(!common::request(host, &head).await.body.contains("Canary"));
    program.signal("TERM");
    let (_, log) = program.end();
    assert!(log.contains("draining"), "the log has been read: {log}");
    assert_eq!(log.lines().find(|line| line.contains("Canary")), None);
    clean(&folder);
}

#[test]
fn page_hashes_prints_each_file_of_the_page_as_sha256sum_would_and_in_order() {
    let run = || anteroom().arg("page-hashes").output().unwrap();
    let text = String::from_utf8(run().stdout).unwrap();
    assert_eq!(text.as_bytes(), run().stdout, "the same each time");
    let lines: Vec<(&str, &str)> = text.lines().map(|line| line.split_once("  ").unwrap()).collect();
    assert!(lines.is_sorted_by_key(|(_, path)| *path) && lines.iter().all(|(hash, _)| hash.len() == 64));
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    for (hash, path) in lines {
        let sum = std::process::Command::new("sha256sum").arg(web.join(path)).output().unwrap();
        assert!(String::from_utf8(sum.stdout).unwrap().starts_with(hash), "{path}");
    }
}

#[test]
fn verify_page_tells_the_programs_own_page_from_any_other() {
    let folder = data_dir("verify");
    let served = folder.join("web");
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let list = String::from_utf8(anteroom().arg("page-hashes").output().unwrap().stdout).unwrap();
    for (_, path) in list.lines().filter_map(|line| line.split_once("  ")) {
        std::fs::create_dir_all(served.join(path).parent().unwrap()).unwrap();
        std::fs::copy(web.join(path), served.join(path)).unwrap();
    }
    let program = Program::start(&folder, &["--web-dir", served.to_str().unwrap()]);
    let address = format!("http://{}/a/reception#k=KEY", program.http);
    let verify = |arguments: &[&str]| anteroom().args(["verify-page", &address]).args(arguments).output().unwrap();
    let same = format!("the same page: {} files and the headers\n", list.lines().count());
    assert_eq!(String::from_utf8(verify(&[]).stdout).unwrap(), same);

    let changed = served.join("js/patient/main.js");
    let text = std::fs::read_to_string(&changed).unwrap();
    std::fs::write(&changed, format!("{text}\n")).unwrap();
    assert_eq!(failure(&verify(&[])), "anteroom: NOT the same page: js/patient/main.js\n");
    let published = folder.join("page-hashes.txt");
    let sum = std::process::Command::new("sha256sum").arg(&changed).output().unwrap();
    let sum = &String::from_utf8(sum.stdout).unwrap()[..64];
    let line = |line: &str| {
        if line.ends_with("js/patient/main.js") { format!("{sum}  js/patient/main.js") } else { line.to_owned() }
    };
    std::fs::write(&published, list.lines().map(line).collect::<Vec<_>>().join("\n")).unwrap();
    let with_list = verify(&["--hashes", published.to_str().unwrap()]);
    assert_eq!(String::from_utf8(with_list.stdout).unwrap(), same, "as published");

    std::fs::remove_file(&changed).unwrap();
    let index = std::fs::read_to_string(served.join("index.html")).unwrap();
    std::fs::write(served.join("index.html"), index.replace("<body", "<body data-more")).unwrap();
    assert_eq!(failure(&verify(&[])), "anteroom: NOT the same page: index.html, js/patient/main.js\n");
    std::fs::write(served.join("index.html"), "<!doctype html>").unwrap();
    assert!(failure(&verify(&[])).contains("names no version"));
    drop(program);
    clean(&folder);
}

#[test]
fn verify_page_asks_over_https_and_trusts_what_it_is_told_to() {
    let folder = data_dir("verify-https");
    let program = Program::start(&folder, &["--https", "true", "--https-listen", "127.0.0.1:0"]);
    let address = format!("https://localhost:{}/", program.https.unwrap().port());
    let roots = folder.join("tls.pem");
    let verify = |arguments: &[&str]| anteroom().args(["verify-page", &address]).args(arguments).output().unwrap();
    let output = verify(&["--roots", roots.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(failure(&verify(&[])).contains("certificate"), "that of a stranger");
    drop(program);
    clean(&folder);
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let folder = data_dir("twice");
    let mut program = Program::start(&folder, &[]);
    let mut staff = program.staff().await;
    let mut patient = program.patient().await;
    patient.say(json!({"kind": "check_in", "name": "Ana", "language": "en"})).await;
    let ticket = staff.hear("queue_delta").await["upserted"][0]["ticket"].clone();
    staff.say(json!({"kind": "staff", "command": {"action": "admit", "ticket": ticket}})).await;
    patient.hear_where(|message| message["patient"]["state"] == "called").await;
    program.signal("TERM");
    patient.hear("draining").await;
    program.signal("INT");
    assert_eq!(patient.hear("call_ended").await["reason"], "server_stopped");
    assert_eq!(program.end().0, Some(0));
    clean(&folder);
}

#[test]
fn a_staff_link_can_be_made_while_the_daemon_runs_and_under_systemd_none_is_printed() {
    let folder = data_dir("link");
    let program = Program::start(&folder, &[]);
    let made = anteroom().args(["staff-link", "--data-dir"]).arg(&folder).output().unwrap();
    assert!(String::from_utf8(made.stdout).unwrap().contains("/staff/enrol#"));
    drop(program);
    let mut child =
        quiet(&folder).env("JOURNAL_STREAM", "8:1").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let printed =
        lines.by_ref().map_while(Result::ok).take_while(|line| !line.starts_with("Staff link")).collect::<Vec<_>>();
    assert!(!printed.concat().contains("enrol#"));
    child.kill().unwrap();
    child.wait().unwrap();
    clean(&folder);
}

#[test]
fn the_first_start_prints_both_links_and_a_code_to_scan() {
    let folder = data_dir("welcome");
    let program = Program::start(&folder, &[]);
    let patient_link = format!(":{}/a/reception\n", program.http.port());
    assert!(program.welcome.contains(&patient_link), "{}", program.welcome);
    let blocks = program.welcome.chars().filter(|sign| "█▀▄".contains(*sign)).count();
    assert!(200 < blocks, "a QR code: {}", program.welcome);
    assert_eq!(program.staff_token.len(), 32, "128 bits in hexadecimal");
    drop(program);
    clean(&folder);
}

#[tokio::test]
async fn after_a_kill_the_same_ports_open_again_and_only_what_the_clinic_typed_is_left() {
    let folder = data_dir("killed");
    let mut program = Program::start(&folder, &[]);
    let cookie = program.enrol().await;
    let mut staff = program.staff_with(&cookie).await;
    let area = json!({"action": "set_area", "area": "reception", "practice": "", "title": "Dr. X", "help_phone": ""});
    staff.say(json!({"kind": "staff", "command": area})).await;
    let mut patient = program.patient().await;
    patient.say(json!({"kind": "check_in", "name": "Ana", "language": "en"})).await;
    let token = patient.hear("checked_in").await["token"].clone();
    // Areas are written soon after they change, not while the page waits.
    let database = rusqlite::Connection::open(folder.join("anteroom.db")).unwrap();
    let title = || database.query_row("SELECT title FROM areas", [], |row| row.get::<_, String>(0)).unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    while title() != "Dr. X" {
        assert!(Instant::now() < patience, "the area was not saved");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    program.child.kill().unwrap();
    program.child.wait().unwrap();

    let (http, metrics) = (program.http.to_string(), program.metrics.to_string());
    let again = Program::start(&folder, &["--listen", &http, "--metrics-listen", &metrics]);
    let _still_signed_in = again.staff_with(&cookie).await;
    let mut patient = again.socket(None).await;
    patient.say(hello("patient", Some("reception"))).await;
    assert_eq!(patient.hear("area").await["area"]["title"], "Dr. X");
    patient.say(json!({"kind": "resume", "token": token})).await;
    assert_eq!(patient.hear("error").await["code"], "place_unknown", "patients were in memory only");
    drop(again);
    clean(&folder);
}

#[test]
fn a_list_of_receipts_is_checked_and_what_is_wrong_is_named() {
    let folder = data_dir("receipts");
    std::fs::create_dir_all(&folder).unwrap();
    let (key, lines) = receipts(4);
    let file = folder.join("receipts.jsonl");
    let verify = |lines: &[String], more: &[&str]| {
        std::fs::write(&file, lines.join("\n")).unwrap();
        anteroom().args(["receipt", "verify"]).arg(&file).args(["--key", &key]).args(more).output().unwrap()
    };
    let good = verify(&lines, &[]);
    let said = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(good.status.success() && said.contains("4 receipts, numbers 0 to 3"), "{said}");
    assert!(verify(&lines[2..], &[]).status.success(), "a list may begin later");

    let mut tampered = lines.clone();
    tampered[2] = tampered[2].replace(r#""size_class":1"#, r#""size_class":9"#);
    assert_ne!(tampered, lines);
    let error = failure(&verify(&tampered, &[]));
    assert!(error.contains("line 3, receipt number 2: the signature does not fit"), "{error}");

    let missing = [&lines[..1], &lines[2..]].concat();
    let error = failure(&verify(&missing, &[]));
    assert!(error.contains("line 2, receipt number 2: it is not the next one"), "{error}");
    let told = verify(&missing, &["--gaps"]);
    assert!(told.status.success() && String::from_utf8_lossy(&told.stdout).contains("1 gap"), "{told:?}");

    let disordered: Vec<String> = lines.iter().rev().cloned().collect();
    assert!(failure(&verify(&disordered, &["--gaps"])).contains("line 2, receipt number 2"));
    for (lines, expected) in [
        (vec!["{}".to_owned()], "line 1 is not a receipt"),
        (vec![lines[0].replace("memory_overwritten", "burned")], "line 1 is not a receipt"),
        (Vec::new(), "no receipt"),
    ] {
        let error = failure(&verify(&lines, &[]));
        assert!(error.contains(expected), "{error}");
    }
    clean(&folder);
}

#[test]
fn the_key_of_receipts_is_made_once_and_only_by_a_server() {
    let folder = data_dir("receipt-key");
    let key = || anteroom().args(["receipt", "key", "--data-dir"]).arg(&folder).output().unwrap();
    assert!(failure(&key()).contains("no database"));
    assert!(!folder.exists(), "asking makes nothing");
    assert!(anteroom().args(["staff-link", "--data-dir"]).arg(&folder).output().unwrap().status.success());
    let shown = String::from_utf8(key().stdout).unwrap();
    assert_eq!(shown.trim().len(), 64);
    assert_eq!(String::from_utf8(key().stdout).unwrap(), shown);
    let (_, lines) = receipts(1);
    let file = folder.join("receipts.jsonl");
    std::fs::write(&file, &lines[0]).unwrap();
    let other = anteroom().args(["receipt", "verify"]).arg(&file).arg("--data-dir").arg(&folder).output().unwrap();
    assert!(failure(&other).contains("another server signed it"));
    clean(&folder);
}

/// The key and the lines of so many genuine receipts.
fn receipts(count: u8) -> (String, Vec<String>) {
    use sfu_relay::{Frame, Input, Keeping, Limits, Now, Output, PersonId, Relay, RoomId, Signer, Size, TransferId};
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut relay = Relay::new(Limits::default(), [7; 32], Signer::new(&[8; 32], None));
    let now = Now { at: Instant::now(), unix_s: 1_800_000_000 };
    let person = PersonId(1);
    let _nothing_there_yet = relay.handle(Input::Joined { room: RoomId(1), person }, now).unwrap();
    let mut lines = Vec::new();
    for n in 0..count {
        let transfer = TransferId([n; 16]);
        let offer = Frame::Offer { transfer, keeping: Keeping::Stored, size: Size::of(2).unwrap(), manifest: b"" };
        let chunk = Frame::Chunk { transfer, index: 0, bytes: &[1, 2] };
        for frame in [offer, chunk, Frame::Cancel { transfer }] {
            for output in relay.handle(Input::Received { person, frame: &frame.write() }, now).unwrap() {
                let Output::Deleted { receipt, .. } = output else { continue };
                let statement = receipt.statement;
                let line = json!({
                    "number": statement.number,
                    "blob": hex(&statement.blob),
                    "size_class": statement.size_class,
                    "completed_unix_s": statement.completed_unix_s,
                    "deleted_unix_s": statement.deleted_unix_s,
                    "method": "memory_overwritten",
                    "previous": hex(&statement.previous),
                    "signature": hex(&receipt.signature),
                });
                lines.push(line.to_string());
            }
        }
    }
    (hex(&relay.public_key().0), lines)
}

fn failure(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn accounts_are_made_at_the_command_line_and_a_running_daemon_follows() {
    let folder = data_dir("accounts");
    let mut program = Program::start(&folder, &[]);
    let admin = program.enrol().await;
    let link = said(&folder, &["user", "add", "Ada@Example.org", "--name", "Dr. Ada", "--role", "provider"]);
    program.staff_token = link.trim().rsplit('#').next().unwrap().to_owned();
    let ada = program.enrol().await;
    let mut page = program.staff_with(&ada).await;
    let list = said(&folder, &["user", "list"]);
    assert!(
        list.contains("admin  admin") && list.contains("ada@example.org  provider  Dr. Ada  areas: reception"),
        "{list}"
    );

    let area = said(&folder, &["area", "add", "annex", "--title", "Annex"]);
    assert!(area.trim().ends_with("/a/annex"), "{area}");
    let host = program.http;
    let head = format!("GET /a/annex HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let patience = Instant::now() + Duration::from_secs(20);
    while common::request(host, &head).await.status != 200 {
        assert!(Instant::now() < patience, "the area has not opened");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut patient = program.socket(None).await;
    patient.say(hello("patient", Some("annex"))).await;
    assert_eq!(patient.hear("area").await["area"]["title"], "Annex");
    said(&folder, &["area", "set", "annex", "--title", "Dr. Ada's door"]);
    assert_eq!(patient.hear("area").await["area"]["title"], "Dr. Ada's door");

    said(&folder, &["user", "disable", "ada@example.org"]);
    assert_eq!(page.closed().await, Some(1008), "at once");
    let mut again = program.socket(Some(&ada)).await;
    again.say(hello("staff", None)).await;
    assert_eq!(again.hear("error").await["code"], "not_allowed");
    said(&folder, &["user", "enable", "ada@example.org"]);

    let mut page = program.staff_with(&admin).await;
    let sessions = said(&folder, &["session", "list"]);
    let id = sessions.split_whitespace().next().unwrap().to_owned();
    assert!(sessions.lines().count() == 1 && sessions.contains("  admin  by link  began 0 min ago"), "{sessions}");
    assert!(!admin.contains(&id), "the cookie is not shown");
    said(&folder, &["session", "revoke", &id]);
    assert_eq!(page.closed().await, Some(1008));
    assert_eq!(said(&folder, &["session", "list"]), "");
    clean(&folder);
}

#[test]
fn what_the_operator_types_wrong_is_named_and_changes_nothing() {
    let folder = data_dir("mistyped");
    said(&folder, &["user", "list"]);
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada"]);
    let before = (said(&folder, &["user", "list"]), said(&folder, &["area", "list"]));
    for (words, expected) in [
        (&["user", "add", "ada", "--name", "Another"][..], "login already"),
        (&["user", "add", "Ada", "--name", "Another"], "login already"),
        (&["user", "add", "a b", "--name", "Another"], "a login has"),
        (&["user", "add", "eve", "--name", "two\nlines"], "one line"),
        (&["user", "add", "eve", "--name", " "], "--name"),
        (&["user", "add", "eve", "--name", "Eve", "--role", "boss"], "admin, provider or assistant"),
        (&["user", "add", "eve", "--name", "Eve", "--areas", "nowhere"], "no area nowhere"),
        (&["user", "show", "nobody"], "no account nobody"),
        (&["user", "set", "ada", "--new-login", "admin"], "login already"),
        (&["user", "disable", "admin"], "no active admin"),
        (&["user", "set", "admin", "--role", "provider"], "no active admin"),
        (&["area", "add", "reception"], "slug already"),
        (&["area", "add", "A B"], "a slug has"),
        (&["area", "remove", "reception"], "only area"),
        (&["area", "set", "nowhere", "--title", "x"], "no area nowhere"),
        (&["session", "revoke", "0123"], "no such session"),
        (&["session", "revoke"], "required"),
        (&["session", "revoke", "--user", "nobody"], "no account nobody"),
    ] {
        let error = failure(&anteroom().args(words).arg("--data-dir").arg(&folder).output().unwrap());
        assert!(error.contains(expected) && !error.contains("panicked"), "{words:?}: {error}");
    }
    assert_eq!((said(&folder, &["user", "list"]), said(&folder, &["area", "list"])), before);
    clean(&folder);
}
