//! Two people hear and see each other, and nothing passes a shut gate in either direction.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use common::{ROOM, Setup, World, ms};
use sfu_core::{Command, Event, Gate, RoomId, Source};

#[test]
fn two_people_exchange_sound_and_picture_both_ways() {
    let mut world = World::pair();
    for _ in 0..20 {
        for client in 0..2 {
            world.clients[client].send_audio(-30, world.now);
            world.clients[client].send_video(false, world.now);
        }
        world.run(ms(20));
    }
    world.run(ms(50));
    for (viewer, publisher) in [(0, 1), (1, 0)] {
        let (audio, video) = world.clients[viewer].slots[0];
        let sound = world.clients[viewer].got_on(audio);
        let picture = world.clients[viewer].got_on(video);
        assert_eq!((sound.len(), picture.len()), (20, 20));
        assert!(picture.iter().all(|got| got.payload.last() == Some(&(publisher as u8 + 1))));
        assert!(sound.iter().all(|got| got.level == Some(-30)), "the level is passed on");
        assert_eq!(world.clients[viewer].got.len(), 40, "and nothing on other lines");
    }
    let stats = world.sfu.stats();
    assert_eq!((stats.received_packets, stats.forwarded_packets, stats.gated_packets), (80, 80, 0));
}

#[test]
fn sparse_sound_of_opus_dtx_passes_as_it_is() {
    let mut world = World::pair();
    for pause in [400, 400, 5000, 400, 20] {
        world.clients[0].send_audio(-90, world.now);
        world.run(ms(pause));
    }
    let got = &world.clients[1].got;
    assert_eq!(got.len(), 5);
    assert!(got.iter().all(|got| got.marker), "a talk spurt's mark");
    let steps = got.windows(2).map(|two| (two[1].sequence - two[0].sequence, two[1].timestamp - two[0].timestamp));
    assert_eq!(steps.collect::<Vec<_>>(), [400, 400, 5000, 400].map(|pause| (1, 48 * pause)));
}

#[test]
fn ipv6_alone_is_enough() {
    let setup = Setup { v6: true, ..Setup::default() };
    let mut world = World::meeting(&[setup.clone(), setup]);
    world.play(0, 5);
    assert_eq!(world.clients[1].got.len(), 10);
    assert!(world.runs.iter().all(|run| run.remote.is_ipv6()));
}

#[test]
fn nothing_passes_before_a_gate_opens_nor_after_it_shuts() {
    let mut world = World::new();
    let ana = world.add(Setup::default(), ROOM, Gate::Open);
    let ben = world.add(Setup::default(), ROOM, Gate::Shut);
    world.run(ms(600));
    let ben_id = world.clients[ben].id;
    assert!(world.clients[ben].is_connected, "the transport may connect meanwhile");
    world.play(ana, 10);
    world.play(ben, 10);
    assert_eq!((world.clients[ana].got.len(), world.clients[ben].got.len()), (0, 0));
    assert_eq!((world.media_sent_to(ana), world.media_sent_to(ben)), (0, 0));
    assert!(!world.events.iter().any(|event| matches!(event, Event::SlotAssigned { .. })), "not even a name");
    assert_eq!(world.sfu.stats().gated_packets, 20, "ben's, counted");

    world.command(Command::SetGate { participant: ben_id, gate: Gate::Open });
    world.run(ms(20));
    assert_eq!(world.clients[ana].keyframes_asked.len(), 1, "the new viewer needs a keyframe");
    world.play(ana, 10);
    world.play(ben, 10);
    assert_eq!((world.clients[ana].got.len(), world.clients[ben].got.len()), (20, 20));

    // Held: also what is on its way already.
    world.clients[ana].send_video(false, world.now);
    world.flush_clients();
    world.command(Command::SetGate { participant: ben_id, gate: Gate::Shut });
    world.play(ana, 10);
    world.play(ben, 10);
    assert_eq!((world.clients[ana].got.len(), world.clients[ben].got.len()), (20, 20));

    world.command(Command::SetGate { participant: ben_id, gate: Gate::Open });
    world.play(ana, 5);
    world.play(ben, 5);
    assert_eq!((world.clients[ana].got.len(), world.clients[ben].got.len()), (30, 30));
    let (_, video) = world.clients[ben].slots[0];
    let sequences: Vec<u64> = world.clients[ben].got_on(video).iter().map(|got| got.sequence).collect();
    assert!(sequences.windows(2).all(|pair| pair[0] + 1 == pair[1]), "without a gap: {sequences:?}");
}

#[test]
fn a_shut_gate_does_not_even_repeat_what_had_passed() {
    assert_eq!(repeated_after(Gate::Shut), 0);
    assert!(5 <= repeated_after(Gate::Open), "they are asked for");
}

/// What is still sent to a viewer who has missed some packets when their gate is set.
fn repeated_after(gate: Gate) -> usize {
    let mut world = World::pair();
    world.play(0, 5);
    let (id, viewer) = (world.clients[1].id, world.clients[1].address);
    world.loses = Box::new(move |datagram| datagram.to == viewer && common::is_rtp(&datagram.bytes));
    world.play(0, 5);
    world.loses = Box::new(|_| false);
    world.clients[0].send_video(false, world.now);
    world.run(ms(11)); // At the viewer, who is about to ask for the five that it misses.
    world.command(Command::SetGate { participant: id, gate });
    let before = world.media_sent_to(1);
    world.run(ms(1000));
    world.media_sent_to(1) - before
}

#[test]
fn a_muted_source_stops_and_resumes_with_a_keyframe() {
    let mut world = World::pair();
    world.play(0, 5);
    let id = world.clients[0].id;
    world.command(Command::SetMuted { participant: id, source: Source::Camera, muted: true });
    world.play(0, 5);
    let (audio, video) = world.clients[1].slots[0];
    assert_eq!(world.clients[1].got_on(video).len(), 5);
    assert_eq!(world.clients[1].got_on(audio).len(), 10, "the microphone goes on");
    world.run(ms(600));
    let asked = world.clients[0].keyframes_asked.len();
    world.command(Command::SetMuted { participant: id, source: Source::Camera, muted: false });
    world.run(ms(20));
    assert_eq!(world.clients[0].keyframes_asked.len(), asked + 1);
    world.play(0, 5);
    let sequences: Vec<u64> = world.clients[1].got_on(video).iter().map(|got| got.sequence).collect();
    assert_eq!(sequences.len(), 10);
    assert!(sequences.windows(2).all(|pair| pair[0] + 1 == pair[1]), "without a gap: {sequences:?}");
}

#[test]
fn rooms_know_nothing_of_each_other() {
    let mut world = World::new();
    let other = RoomId(2);
    world.command(Command::OpenRoom { room: other });
    let ana = world.add(Setup::default(), ROOM, Gate::Open);
    let ben = world.add(Setup::default(), other, Gate::Open);
    world.run(ms(600));
    world.play(ana, 10);
    world.play(ben, 10);
    assert_eq!((world.media_sent_to(ana), world.media_sent_to(ben)), (0, 0));
    assert!(!world.events.iter().any(|event| matches!(event, Event::SlotAssigned { .. })));
}

#[test]
fn who_speaks_is_told_once_and_so_is_the_end() {
    let mut world = World::pair();
    for level in [-30i8; 30].into_iter().chain([-90; 60]) {
        world.clients[0].send_audio(level, world.now);
        world.run(ms(20));
    }
    let speaking = |event: &Event| match event {
        Event::Speaking { participant, speaking } => Some((participant.0, *speaking)),
        _ => None,
    };
    let changes: Vec<_> = world.events.iter().filter_map(speaking).collect();
    assert_eq!(changes, [(1, true), (1, false)]);
    world.clients[0].send_audio(-10, world.now);
    for _ in 0..20 {
        world.clients[0].send_audio(-20, world.now);
        world.run(ms(20));
    }
    world.run(ms(3000)); // Nothing more is heard, as when the microphone is turned off.
    let changes: Vec<_> = world.events.iter().filter_map(speaking).collect();
    assert_eq!(changes.len(), 4, "{changes:?}");
}
