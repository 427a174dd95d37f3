//! Everything that fuzzing found worth keeping is played again, on stable, with every test run.

use std::path::{Path, PathBuf};

use fuzz_bodies::{TARGETS, mutate};
use sfu_sim::Dice;

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
fn any_frames_in_any_order_stay_within_what_a_relay_may_use() {
    replay("relay");
}

#[test]
fn any_order_of_commands_keeps_count_of_rooms_and_people() {
    replay("room");
}

#[test]
fn any_media_packet_with_real_keys_harms_nobody_else() {
    replay("rtp");
}

#[test]
fn any_vp8_payload_arrives_as_it_was_but_for_its_counters() {
    replay("vp8");
}

#[test]
fn any_feedback_with_real_keys_harms_nobody_else() {
    replay("rtcp");
}

#[test]
fn any_transport_feedback_with_real_keys_harms_nobody_else() {
    replay("twcc");
}

#[test]
fn any_data_channel_traffic_with_real_keys_harms_nobody_else() {
    replay("data");
}

#[test]
fn any_dependency_descriptor_is_read_alike_after_rewriting_or_refused() {
    replay("descriptor");
}

#[test]
fn frames_on_a_stream_come_out_alike_however_it_is_cut() {
    replay("framing");
}

#[test]
fn every_target_has_a_folder_and_every_folder_a_target() {
    let folders =
        std::fs::read_dir(corpus()).expect("the corpus is there").map(|entry| entry.expect("readable").file_name());
    let mut folders: Vec<String> = folders.map(|name| name.into_string().expect("ASCII")).collect();
    folders.sort();
    assert!(folders.iter().map(String::as_str).eq(TARGETS.iter().map(|(name, _)| *name)));
}

/// A few mutations of each, always the same. `cargo run -p fuzz-bodies <target> <seed> <seconds>` goes on for longer.
#[test]
fn mutated_inputs_break_nothing() {
    for (name, body) in TARGETS {
        let inputs: Vec<Vec<u8>> = inputs(name).iter().map(|path| std::fs::read(path).expect("readable")).collect();
        let mut dice = Dice::new(MUTATION_SEED, 0);
        for number in 0..MUTATIONS {
            let input = mutate(&inputs, &mut dice);
            println!("{name}: mutation {number} of seed {MUTATION_SEED}"); // The last one named is the culprit.
            body(&input);
        }
    }
}

const MUTATION_SEED: u64 = 156;
/// Of each target: some seconds in all.
const MUTATIONS: usize = 24;

fn replay(name: &str) {
    let (_, body) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target");
    for path in inputs(name) {
        let input = std::fs::read(&path).expect("readable");
        println!("{}", path.display()); // The last one named is the culprit.
        body(&input);
    }
}

fn inputs(name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(corpus().join(name)).expect("the corpus is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}
