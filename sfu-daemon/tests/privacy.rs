//! What the daemon writes down, and what it says about that.

#![expect(clippy::unwrap_used, reason = "a test may fail; helpers outside test functions are not exempt by themselves")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use common::program::{anteroom, run, said};
use common::{Clinic, clean, contains, data_dir};
use rusqlite::Connection;
use serde_json::{Value, json};

fn new_key(file: &Path) {
    assert!(anteroom().args(["key", "new"]).arg(file).status().unwrap().success());
}

#[tokio::test]
async fn the_data_folder_alone_shows_no_login_and_no_name() {
    let clinic = Clinic::open("sealed").await;
    let folder = &clinic.settings.data_dir;
    said(folder, &["user", "add", "canary@example.org", "--name", "Dr. Canary"]);
    let _signed_in = clinic.signed_in().await;
    let disk = clinic.disk();
    assert!(contains(&disk, "reception"), "this is the database");
    for secret in ["canary@example.org", "Dr. Canary", "Canary"] {
        assert!(!contains(&disk, secret), "{secret} is on the disk");
    }
    assert!(said(folder, &["user", "list"]).contains("canary@example.org  provider  Dr. Canary"), "with the key");
}

#[test]
fn without_its_key_the_database_is_not_opened_and_stays_as_it_is() {
    let folder = data_dir("keyless");
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada"]);
    let (key, away) = (folder.with_extension("key"), folder.with_extension("away"));
    std::fs::rename(&key, &away).unwrap();
    let before = std::fs::read(folder.join("anteroom.db")).unwrap();
    let (is_done, error) = run(&folder, &["user", "list"]);
    assert!(!is_done && error.contains("bring it back") && !key.exists(), "{error}");
    new_key(&key);
    let (is_done, error) = run(&folder, &["user", "list"]);
    assert!(!is_done && error.contains("sealed with another key"), "{error}");
    let inside = folder.join("anteroom.key");
    std::fs::copy(&away, &inside).unwrap();
    let (is_done, error) = run(&folder, &["user", "list", "--key-file", inside.to_str().unwrap()]);
    assert!(!is_done && error.contains("in the data folder"), "{error}");
    assert_eq!(std::fs::read(folder.join("anteroom.db")).unwrap(), before);
    said(&folder, &["user", "show", "ada", "--key-file", away.to_str().unwrap()]);
    let (is_done, error) =
        run(&folder, &["user", "list", "--key-file", away.to_str().unwrap(), "--key-command", "[\"cat\"]"]);
    assert!(!is_done && error.contains("the key comes from one of them"), "{error}");
    let prints = format!("[\"cat\", \"{}\"]", away.display());
    said(&folder, &["user", "show", "ada", "--key-command", &prints]);
    std::fs::remove_file(away).unwrap();
    clean(&folder);
}

#[test]
fn a_check_finds_what_the_schedule_does_not_name() {
    let folder = data_dir("rogue");
    said(&folder, &["user", "list"]);
    assert!(said(&folder, &["privacy", "check"]).contains("nothing else"));
    std::fs::write(folder.join("visits.csv"), "").unwrap();
    let rogue = Connection::open(folder.join("anteroom.db")).unwrap();
    rogue.execute_batch("CREATE TABLE visits (name TEXT); ALTER TABLE areas ADD COLUMN visitors INTEGER;").unwrap();
    let (is_private, wrong) = run(&folder, &["privacy", "check"]);
    for found in ["visits.name", "areas.visitors", "visits.csv"] {
        assert!(!is_private && wrong.contains(found), "{found}: {wrong}");
    }
    rogue.execute_batch("DROP TABLE visits; ALTER TABLE areas DROP COLUMN visitors;").unwrap();
    std::fs::remove_file(folder.join("visits.csv")).unwrap();
    said(&folder, &["privacy", "check"]);
    rogue.execute_batch("INSERT INTO visit_links (hash, area, ends_ms) VALUES (zeroblob(32), 1, 1)").unwrap();
    let (is_private, wrong) = run(&folder, &["privacy", "check"]);
    assert!(!is_private && wrong.contains("visit_links: 1"), "{wrong}");
    said(&folder, &["privacy", "check"]);
    clean(&folder);
}

#[tokio::test]
async fn the_report_for_programs_names_every_column_and_every_cookie_and_says_that_nothing_leaves() {
    let clinic = Clinic::open("report").await;
    let answer = clinic.get("/.well-known/privacy.json").await;
    assert_eq!(answer.status, 200);
    let report: Value = serde_json::from_str(&answer.body).unwrap();
    let stored = report["stored"].as_array().unwrap();
    let fields = stored.iter().flat_map(|class| class["fields"].as_array().unwrap());
    let named: BTreeSet<&str> = fields.map(|field| field.as_str().unwrap()).collect();
    let database = Connection::open(clinic.settings.data_dir.join("anteroom.db")).unwrap();
    let mut columns = database
        .prepare(
            "SELECT tables.name || '.' || columns.name
             FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'",
        )
        .unwrap();
    for column in columns.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        let column = column.unwrap();
        assert!(named.contains(column.as_str()), "{column}");
    }
    for class in stored.iter().chain(report["in_memory"].as_array().unwrap()) {
        assert!(!class["purpose"].as_str().unwrap().is_empty(), "{class}");
        assert!(class["about"] == "nobody" || class["legal_basis"].is_string(), "{class}");
    }
    assert_eq!(report["outbound"], json!([]));
    assert_eq!(report["cookies"][0]["name"], "__Host-anteroom");
    assert_eq!(clinic.get("/privacy").await.status, 200);
}

#[test]
fn all_that_is_kept_about_somebody_can_be_exported_and_erased() {
    let folder = data_dir("erased");
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada", "--role", "assistant"]);
    let export: Value = serde_json::from_str(&said(&folder, &["user", "export", "ada"])).unwrap();
    assert_eq!(export["account"]["login"], "ada");
    assert_eq!(export["account"]["name"], "Dr. Ada");
    assert_eq!(export["account"]["areas"], json!(["reception"]));
    assert_eq!(export["sessions"], json!([]));
    assert_eq!(export["links_end_ms"].as_array().unwrap().len(), 1, "the link that was just printed");
    let event = |at: usize| &export["audit"][at]["event"];
    assert_eq!([event(0), event(1), event(2)], ["account_added", "staff_link_made", "account_exported"]);
    // Each table about accounts has a part of the export.
    let parts = [
        ("staff", "/account/login"),
        ("staff_areas", "/account/areas"),
        ("recovery_codes", "/account/recovery_words_left"),
        ("pushes", "/account/browsers_told"),
        ("passkeys", "/passkeys"),
        ("identities", "/identity"),
        ("sessions", "/sessions"),
        ("enrolments", "/links_end_ms"),
        ("announcements_read", "/read_announcements"),
        ("audit", "/audit"),
    ];
    let database = Connection::open(folder.join("anteroom.db")).unwrap();
    let mut about = database
        .prepare(
            "SELECT DISTINCT tables.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND (columns.name = 'staff' OR tables.name = 'staff')",
        )
        .unwrap();
    let about: Result<BTreeSet<String>, _> = about.query_map([], |row| row.get(0)).unwrap().collect();
    assert_eq!(about.unwrap(), parts.map(|(table, _)| table.to_owned()).into());
    assert_eq!(parts.map(|(_, part)| export.pointer(part).is_some()), [true; 10]);
    said(&folder, &["user", "erase", "ada"]);
    let (_, gone) = run(&folder, &["user", "show", "ada"]);
    assert!(gone.contains("no account"), "{gone}");
    for table in ["staff_areas", "enrolments", "sessions", "recovery_codes", "announcements_read"] {
        let left = format!("SELECT count(*) FROM {table} WHERE staff <> 1");
        assert_eq!(database.query_row(&left, [], |row| row.get::<_, u32>(0)).unwrap(), 0, "{table}");
    }
    let (is_done, error) = run(&folder, &["user", "erase", "admin"]);
    assert!(!is_done && error.contains("no active admin"), "{error}");
    clean(&folder);
}

#[tokio::test]
async fn a_restricted_account_is_kept_and_used_for_nothing() {
    let clinic = Clinic::open("restricted").await;
    let folder = &clinic.settings.data_dir;
    said(folder, &["user", "add", "other", "--name", "Other", "--role", "admin"]);
    let cookie = clinic.signed_in().await;
    let own = clinic.get_as("/staff/account/export", &cookie).await;
    assert_eq!(own.status, 200);
    let own: Value = serde_json::from_str(&own.body).unwrap();
    assert_eq!(own["account"]["standing"], "active");
    assert_eq!(own["sessions"].as_array().unwrap().len(), 1);
    assert!(said(folder, &["user", "restrict", "admin"]).contains("restricted"));
    assert_eq!(
        clinic.get_as("/staff/account/export", &cookie).await.status,
        401,
        "nobody is signed in with it any more"
    );
    let (is_done, error) = run(folder, &["user", "link", "admin"]);
    assert!(!is_done && error.contains("disabled"), "{error}");
    let kept: Value = serde_json::from_str(&said(folder, &["user", "export", "admin"])).unwrap();
    assert_eq!((&kept["account"]["standing"], &kept["sessions"]), (&json!("restricted"), &json!([])));
    assert_eq!(kept["account"]["login"], own["account"]["login"]);
    said(folder, &["user", "enable", "admin"]);
    said(folder, &["user", "link", "admin"]);
}

#[tokio::test]
async fn what_will_change_is_announced_ahead_and_read_by_patients_and_staff() {
    let clinic = Clinic::open("announced").await;
    let folder = clinic.settings.data_dir.clone();
    let announce = |from: &str, words: &[&str]| {
        run(&folder, &[&["privacy", "announce", "--from", from, "We will send SMS by Example."], words].concat())
    };
    let (is_done, error) = announce("2026-01-01", &[]);
    assert!(!is_done && error.contains("30 days ahead"), "{error}");
    assert!(announce("2999-12-31", &[]).0 && announce("2026-01-01", &["--urgent"]).0);
    for text in [" ", "two\nlines", &"a".repeat(1_001)] {
        let (is_done, error) = run(&folder, &["privacy", "announce", "--from", "2999-12-31", text]);
        assert!(!is_done && error.contains("between 1 and"), "{error}");
    }

    let report: Value = serde_json::from_str(&clinic.get("/.well-known/privacy.json").await.body).unwrap();
    assert_eq!(report["changes"][1]["text"], "We will send SMS by Example.");
    assert_eq!(report["changes"].as_array().unwrap().len(), 2);

    assert_eq!(clinic.get("/staff/announcements").await.status, 401);
    let cookie = clinic.signed_in().await;
    let unread = async || -> Vec<u64> {
        let answer = clinic.get_as("/staff/announcements", &cookie).await;
        let changes: Vec<Value> = serde_json::from_str(&answer.body).unwrap();
        changes.iter().map(|change| change["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(unread().await, [2, 1], "the next to take effect last");
    for (headers, status) in [("", 401), (format!("Cookie: {cookie}\r\n").as_str(), 204)] {
        assert_eq!(clinic.post("/staff/announcements", headers, r#"{"number":1}"#).await.status, status);
    }
    let headers = format!("Cookie: {cookie}\r\n");
    assert_eq!(clinic.post("/staff/announcements", &headers, r#"{"number":77}"#).await.status, 204, "there is none");
    assert_eq!(unread().await, [2]);
    assert!(said(&folder, &["privacy", "announced"]).contains("read by 1"));
    let log = said(&folder, &["audit", "list"]);
    assert!(log.contains("admin  change_read  announcement 1") && !log.contains("announcement 77"), "{log}");
}

#[tokio::test]
async fn what_staff_do_is_in_the_audit_log_and_a_change_of_it_is_found() {
    let clinic = Clinic::open("audit").await;
    let folder = clinic.settings.data_dir.clone();
    let mut staff = clinic.staff().await;
    let mut patient = clinic.patient().await;
    patient.say(json!({"kind": "check_in", "name": "Canary", "language": "en"})).await;
    let works = json!({"camera": "works", "microphone": "works"});
    patient.say(json!({"kind": "set_up", "devices": works, "done": true})).await;
    let ticket = staff.hear("queue_delta").await["upserted"][0]["ticket"].as_str().unwrap().to_owned();
    let command = |action: &str| json!({"kind": "staff", "command": {"action": action, "ticket": ticket}});
    staff.say(command("admit")).await;
    patient.hear_where(|message| message["patient"]["state"] == "called").await;
    patient.say(json!({"kind": "go_in"})).await;
    patient.hear_where(|message| message["patient"]["state"] == "in_call").await;
    staff.say(command("hold")).await;
    staff.say(command("end")).await;
    staff.hear("call_ended").await;
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada"]);
    let patience = Instant::now() + Duration::from_secs(20);
    let list = loop {
        let list = said(&folder, &["audit", "list"]);
        if list.contains("  ended  ") && list.contains("  account_added  ") {
            break list;
        }
        assert!(Instant::now() < patience, "{list}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    for entry in
        ["operator  staff_link_made  first admin", "admin  signed_in  link", "admin  held  area 1 consultation "]
    {
        assert!(list.contains(entry), "{entry} is not in\n{list}");
    }
    let number = |event: &str| {
        let line = list.lines().find(|line| line.contains(event)).unwrap_or_else(|| panic!("{event}: {list}"));
        line.rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!((number("  admitted  "), number("  admitted  ").len()), (number("  ended  "), 16), "one consultation");
    assert!(!list.contains("Canary") && !list.contains(&ticket), "{list}");
    assert!(said(&folder, &["audit", "verify"]).starts_with("whole: "));

    let record: Value = serde_json::from_str(&said(&folder, &["consultations"])).unwrap();
    assert_eq!(
        (record["number"].as_str(), record["area"].as_str()),
        (Some(number("  ended  ").as_str()), Some("reception"))
    );
    assert_eq!((record["people"].as_u64(), record["seconds"].as_u64()), (Some(0), Some(0)), "no media path was there");

    let database = Connection::open(folder.join("anteroom.db")).unwrap();
    database.execute_batch("UPDATE audit SET staff = NULL WHERE event = 'admitted'").unwrap();
    let (is_whole, error) = run(&folder, &["audit", "verify"]);
    assert!(!is_whole && error.contains("is not what was written"), "{error}");
}

#[test]
fn a_backup_brings_the_accounts_back_with_the_key_and_only_with_it() {
    let (folder, elsewhere) = (data_dir("backed-up"), data_dir("restored"));
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada"]);
    let file = folder.with_extension("backup");
    let _is_new = std::fs::remove_file(&file);
    let path = file.to_str().unwrap();
    let key = folder.with_extension("key");
    assert!(said(&folder, &["backup", path]).contains(key.to_str().unwrap()));
    let (is_done, error) = run(&folder, &["backup", path]);
    assert!(!is_done && error.contains("File exists"), "no backup is overwritten: {error}");
    let (is_done, error) = run(&folder, &["restore", path]);
    assert!(!is_done && error.contains("move it away"), "{error}");
    let (is_done, error) = run(&elsewhere, &["restore", path]);
    assert!(!is_done && error.contains("bring it back"), "without a key: {error}");
    new_key(&elsewhere.with_extension("key"));
    let (is_done, error) = run(&elsewhere, &["restore", path]);
    assert!(!is_done && error.contains("sealed with another key"), "{error}");
    assert!(!elsewhere.join("anteroom.db").exists());
    std::fs::copy(&key, elsewhere.with_extension("key")).unwrap();
    said(&elsewhere, &["restore", path]);
    assert!(said(&elsewhere, &["user", "list"]).contains("ada  provider  Dr. Ada"));
    said(&elsewhere, &["audit", "verify"]);
    std::fs::write(&file, "not a database").unwrap();
    std::fs::remove_file(elsewhere.join("anteroom.db")).unwrap();
    let (is_done, error) = run(&elsewhere, &["restore", path]);
    assert!(!is_done && !elsewhere.join("anteroom.db").exists() && !error.contains("panicked"), "{error}");
    std::fs::remove_file(file).unwrap();
    clean(&folder);
    clean(&elsewhere);
}

#[test]
fn a_profile_refuses_settings_that_break_its_rules_and_says_where_they_are_written() {
    let folder = data_dir("profile");
    let (is_started, error) = run(&folder, &["user", "list", "--profile", "hipaa"]);
    assert!(!is_started && error.contains("keep_audit") && error.contains("164.316"), "{error}");
    let fit = ["user", "list", "--profile", "kbv", "--keep-audit", "90"];
    assert!(said(&folder, &fit).contains("admin"));
    let (is_started, error) = run(&folder, &["user", "list", "--profile", "strict"]);
    assert!(!is_started && error.contains("--profile"), "{error}");
    clean(&folder);
}

#[test]
fn the_doctor_names_what_is_not_as_it_should_be() {
    let folder = data_dir("doctor");
    said(&folder, &["user", "list"]);
    let (is_well, found) = run(&folder, &["doctor"]);
    assert!(
        !is_well && found.contains("good   key and database") && found.contains("look   certificate: self-made"),
        "{found}"
    );
    clean(&folder);
}

#[test]
fn an_incident_is_told_from_what_was_written_down() {
    let folder = data_dir("incident");
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada"]);
    let report = said(&folder, &["incident", "--from", "2026-01-01", "--language", "de"]);
    for part in ["The audit log is whole", "account_added 1", "Within 72 hours", "An die betroffenen Personen"] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let (is_done, error) = run(&folder, &["incident", "--from", "2026-01-02", "--to", "2026-01-01"]);
    assert!(!is_done && error.contains("after --from"), "{error}");
    clean(&folder);
}

#[test]
fn the_key_is_changed_by_one_command_and_the_old_one_opens_nothing_after_that() {
    let folder = data_dir("rekeyed");
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada"]);
    let new = folder.with_extension("new");
    new_key(&new);
    assert!(said(&folder, &["key", "change", new.to_str().unwrap()]).contains("key_file"));
    let (is_done, error) = run(&folder, &["user", "list"]);
    assert!(!is_done && error.contains("sealed with another key"), "{error}");
    std::fs::rename(&new, folder.with_extension("key")).unwrap();
    assert!(said(&folder, &["user", "list"]).contains("Dr. Ada"));
    assert!(said(&folder, &["audit", "list"]).contains("operator  key_changed"));
    said(&folder, &["audit", "verify"]);
    clean(&folder);
}

#[test]
fn evidence_names_each_rule_and_what_is_not_as_it_should_be() {
    let folder = data_dir("evidence");
    said(&folder, &["user", "add", "ada", "--name", "Dr. Ada"]);
    let report = said(&folder, &["evidence"]);
    for part in [
        "Audit log: whole, 2 entries",
        "and nothing else",
        "| hipaa | keep_audit must be at least 2190 days",
        "| no |",
        "sessions\n",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    std::fs::write(folder.join("visits.csv"), "").unwrap();
    Connection::open(folder.join("anteroom.db")).unwrap().execute("UPDATE audit SET staff = 7", []).unwrap();
    let report = said(&folder, &["evidence", "--profile", "kbv", "--keep-audit", "90"]);
    for part in
        ["**changed: entry 1", "visits.csv", "`profile = \"kbv\"`", "| kbv | keep_audit must be at most 90 days"]
    {
        assert!(report.contains(part), "{part}: {report}");
    }
    clean(&folder);
}
