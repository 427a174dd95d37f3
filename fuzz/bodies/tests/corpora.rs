//! Everything that fuzzing found worth keeping is played again, on stable, with every test run.

use std::path::Path;

use fuzz_bodies::TARGETS;

#[test]
fn datagrams_and_commands_in_any_order_break_nothing() {
    replay("datagram");
}

#[test]
fn events_in_any_order_break_no_promise_of_the_waiting_room() {
    replay("lobby");
}

#[test]
fn any_offer_gets_one_reply_and_leaves_nothing_behind() {
    replay("sdp");
}

#[test]
fn any_message_is_understood_or_refused() {
    replay("signal");
}

#[test]
fn every_target_has_a_folder_and_every_folder_a_target() {
    let folders =
        std::fs::read_dir(corpus()).expect("the corpus is there").map(|entry| entry.expect("readable").file_name());
    let mut folders: Vec<String> = folders.map(|name| name.into_string().expect("ASCII")).collect();
    folders.sort();
    assert!(folders.iter().map(String::as_str).eq(TARGETS.iter().map(|(name, _)| *name)));
}

fn replay(name: &str) {
    let (_, body) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target");
    let mut paths: Vec<_> = std::fs::read_dir(corpus().join(name))
        .expect("the corpus is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let input = std::fs::read(&path).expect("readable");
        println!("{}", path.display()); // The last one named is the culprit.
        body(&input);
    }
}

fn corpus() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}
