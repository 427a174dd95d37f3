//! No media passes to or from a peer whose certificate is not the one that the offer named by SHA-256.

mod common;

use common::{Client, ROOM, Setup, World, ms};
use sfu_core::{Error, Event, Gate, LeftReason, ParticipantId, limits};

/// Ana is there; Ben offers what `edit` makes of his offer. Returns the answer or why there is none.
fn meet(edit: impl Fn(&str) -> String) -> (World, Result<String, Error>) {
    let mut world = World::new();
    world.add(Setup::default(), ROOM, Gate::Open);
    let ben = ParticipantId(2);
    world.join(ben, ROOM, Gate::Open);
    world.clients.push(Client::new(ben, 1, Setup::default(), world.now));
    let offer = edit(&world.clients[1].make_offer());
    let answer = world.offer_sdp(ben, &offer);
    (world, answer)
}

fn replace_fingerprints(offer: &str, by: &str) -> String {
    let line = |line: &str| if line.starts_with("a=fingerprint:") { by.to_owned() } else { format!("{line}\r\n") };
    offer.lines().map(line).collect()
}

#[test]
fn a_wrong_fingerprint_ends_the_session_before_any_media() {
    let wrong = format!("a=fingerprint:sha-256 {}\r\n", ["AB"; 32].join(":"));
    let (mut world, answer) = meet(|offer| replace_fingerprints(offer, &wrong));
    let now = world.now;
    world.clients[1].take_answer(&answer.unwrap(), now);
    world.run(ms(1000));
    let left = Event::Left { participant: ParticipantId(2), reason: LeftReason::Fault };
    assert!(world.events.contains(&left), "within a second");
    assert!(!world.events.contains(&Event::Connected { participant: ParticipantId(2) }));
    world.play(0, 5);
    if world.clients[1].is_connected {
        world.play(1, 5); // It may believe so.
    }
    world.run(ms(100));
    assert_eq!((world.media_sent_to(0), world.media_sent_to(1)), (0, 0));
    assert_eq!(world.sfu.stats().participants, 1);
}

#[test]
fn a_missing_or_weak_fingerprint_is_refused() {
    let error = Error::Peer("no SHA-256 fingerprint");
    for by in ["", "a=fingerprint:sha-1 AA:BB\r\n", "a=fingerprint:md5 AA\r\n"] {
        let (world, answer) = meet(|offer| replace_fingerprints(offer, by));
        assert_eq!(answer.err(), Some(error.clone()));
        assert_eq!(world.sfu.stats().participants, 2, "refused, not thrown out");
    }
}

#[test]
fn a_weak_fingerprint_beside_a_good_one_counts_for_nothing() {
    let (mut world, answer) =
        meet(|offer| offer.replace("a=fingerprint:sha-256", "a=fingerprint:sha-1 AA:BB\r\na=fingerprint:sha-256"));
    let now = world.now;
    world.clients[1].take_answer(&answer.unwrap(), now);
    world.run(ms(600));
    world.play(0, 5);
    assert_eq!(world.clients[1].got.len(), 10);
}

#[test]
fn fingerprints_that_differ_between_m_lines_are_refused() {
    let other = format!("a=fingerprint:sha-256 {}\r\na=mid:", ["CD"; 32].join(":"));
    let (_, answer) = meet(|offer| offer.replacen("a=mid:", &other, 1));
    assert_eq!(answer.err(), Some(Error::Peer("m-lines differ in their fingerprint")));
}

#[test]
fn answers_name_the_certificate_that_the_embedder_gave() {
    let (_, answer) = meet(str::to_owned);
    let expected = format!("a=fingerprint:sha-256 {}", common::certificate().fingerprint());
    assert!(answer.unwrap().lines().any(|line| line == expected));
}

#[test]
fn who_never_connects_is_gone_in_time() {
    let (mut world, answer) = meet(str::to_owned);
    answer.unwrap(); // Never taken.
    world.run(limits::DISCONNECTED_MAX + ms(1000));
    let left = Event::Left { participant: ParticipantId(2), reason: LeftReason::Timeout };
    assert!(world.events.contains(&left));
    assert_eq!(world.sfu.stats().participants, 1);
}
