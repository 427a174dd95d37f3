//! A shard that has too much to do gives up layers, then pictures, by room and the newest first; sound, messages and who
//! speaks stay with everybody.

#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use std::time::Duration;

use common::{Setup, World, ms};
use sfu_core::{Command, Event, Gate, Message, RoomId, Shedding, View, limits};

const LAYERS: [(&str, u64); 3] = [("q", 150_000), ("h", 500_000), ("f", 1_500_000)];
const FRAME: u64 = 50;
const SOUNDS_PER_SECOND: usize = 40;

/// Packets of 20 ms of somebody who speaks, with a breath after each word.
const SPEECH: [i8; 10] = [-28, -25, -30, -26, -27, -31, -26, -25, -58, -60];

const SMALL: Shedding = Shedding { small_per_mille: 1000, hidden_per_mille: 0 };
const HIDDEN: Shedding = Shedding { small_per_mille: 1000, hidden_per_mille: 1000 };

/// Rooms in which one sends a picture in three sizes and a voice, and another looks: clients 2n and 2n + 1.
fn rooms(world: &mut World, names: &[u64]) {
    for room in names.iter().copied().map(RoomId) {
        if room != common::ROOM {
            world.command(Command::OpenRoom { room });
        }
        let publisher = Setup { rids: LAYERS.map(|(rid, _)| rid).to_vec(), slots: 0, ..Setup::default() };
        world.add(publisher, room, Gate::Open);
        world.add(Setup { sends_audio: false, sends_video: false, slots: 2, ..Setup::default() }, room, Gate::Open);
    }
    world.run(ms(600));
}

fn world_of(names: &[u64]) -> World {
    let mut world = World::new();
    rooms(&mut world, names);
    world
}

/// Lets time pass in which all publishers send what they were told to send.
fn film(world: &mut World, duration: Duration) {
    for _ in 0..duration.as_millis() as u64 / FRAME {
        for publisher in (0..world.clients.len()).step_by(2) {
            let (wanted, now) = (wanted(world, publisher), world.now);
            let is_keyframe = world.clients[publisher].owes_keyframe();
            for (n, (rid, rate)) in LAYERS.into_iter().enumerate() {
                if wanted.as_ref().is_none_or(|wanted| wanted[n]) {
                    let (mid, bytes) = (world.clients[publisher].video.unwrap(), (rate * FRAME / 8000) as usize);
                    world.clients[publisher].send_frame(mid, rid, bytes, is_keyframe, n as u8, now);
                }
            }
        }
        for _ in 0..2 {
            for publisher in (0..world.clients.len()).step_by(2) {
                let now = world.now;
                world.clients[publisher].send_audio(-20, now);
            }
            world.run(ms(FRAME / 2));
        }
    }
}

/// Which layers a client was told to send, if it was told anything.
fn wanted(world: &World, client: usize) -> Option<Vec<bool>> {
    let id = world.clients[client].id;
    world.events.iter().rev().find_map(|event| match event {
        Event::LayersWanted { participant, layers, .. } if *participant == id => {
            Some(layers.iter().map(|layer| layer.wanted).collect())
        }
        _ => None,
    })
}

/// The layer that each room's viewer sees; `None` without a picture.
fn seen(world: &World) -> Vec<Option<u8>> {
    let viewers = world.clients.iter().skip(1).step_by(2);
    let seen = viewers.map(|viewer| {
        let got = viewer.got_on(viewer.slots[0].1);
        let recent = got.last().filter(|got| world.now - got.at < ms(250));
        recent.map(|got| *got.payload.last().unwrap())
    });
    seen.collect()
}

fn until(world: &mut World, expected: &[Option<u8>], at_most: Duration) {
    let began = world.now;
    while seen(world) != expected {
        film(world, ms(100));
        assert!(world.now - began <= at_most, "{:?} instead of {expected:?} after {at_most:?}", seen(world));
    }
}

fn sounds(world: &World, viewer: usize) -> usize {
    world.clients[viewer].got_on(world.clients[viewer].slots[0].0).len()
}

fn pictures(world: &World, viewer: usize) -> usize {
    world.clients[viewer].got_on(world.clients[viewer].slots[0].1).len()
}

fn shed(world: &mut World, shedding: Shedding) {
    world.command(Command::ShedLoad(shedding));
}

/// Packets that a client was sent only to measure its network.
fn padding(world: &mut World, client: usize) -> u64 {
    world.command(Command::ReportStats { participant: world.clients[client].id });
    let Some(Event::Stats { stats, .. }) = world.events.pop() else { panic!("no stats") };
    stats.padding_packets
}

#[test]
fn a_shard_with_too_much_to_do_gives_up_layers_then_pictures_and_never_sound() {
    let mut world = world_of(&[1]);
    until(&mut world, &[Some(2)], Duration::from_secs(10));

    let before = sounds(&world, 1);
    shed(&mut world, SMALL);
    until(&mut world, &[Some(0)], ms(500));
    film(&mut world, limits::UNNEEDED_HOLD + ms(500));
    let probes = padding(&mut world, 1);
    film(&mut world, Duration::from_secs(10));
    assert_eq!(padding(&mut world, 1), probes, "no more is tried out than is known to pass");
    assert_eq!(seen(&world), [Some(0)]);
    assert_eq!(wanted(&world, 0), Some(vec![true, false, false]), "nor does the publisher send more");
    let stats = world.sfu.stats();
    assert_eq!((stats.rooms_small, stats.rooms_hidden, stats.layers_off), (1, 0, 2));

    shed(&mut world, HIDDEN);
    until(&mut world, &[None], ms(500));
    film(&mut world, limits::UNNEEDED_HOLD + ms(500));
    assert_eq!(wanted(&world, 0), Some(vec![false; 3]));
    let stats = world.sfu.stats();
    assert_eq!((stats.rooms_small, stats.rooms_hidden, stats.layers_off), (0, 1, 3));
    assert_eq!(stats.paused, 0, "which is for want of bandwidth");

    let (heard, shown) = (sounds(&world, 1), pictures(&world, 1));
    let (probes, requests) = (padding(&mut world, 1), world.clients[0].keyframes_asked.len());
    film(&mut world, Duration::from_secs(10));
    assert_eq!(sounds(&world, 1) - heard, 10 * SOUNDS_PER_SECOND);
    assert_eq!(pictures(&world, 1), shown);
    assert_eq!(padding(&mut world, 1), probes, "nothing is tried out for a picture that is not shown");
    assert_eq!(world.clients[0].keyframes_asked.len(), requests);
    let all = 2 * (limits::UNNEEDED_HOLD + ms(500)) + Duration::from_secs(20);
    let all = all.as_millis() as usize * SOUNDS_PER_SECOND / 1000;
    assert!(all <= sounds(&world, 1) - before, "{} of at least {all}", sounds(&world, 1) - before);
}

#[test]
fn a_driver_that_is_late_reads_no_pictures_and_everybody_is_heard() {
    let mut world = world_of(&[1, 2]);
    until(&mut world, &[Some(2); 2], Duration::from_secs(10));
    let before = [1, 3].map(|viewer| (sounds(&world, viewer), pictures(&world, viewer)));
    let (received, skipped) = (world.sfu.stats().received_packets, world.sfu.stats().skipped_packets);
    world.command(Command::SkipPictures(true));
    film(&mut world, Duration::from_secs(2));
    for (viewer, (heard, shown)) in [1, 3].into_iter().zip(before) {
        assert_eq!(sounds(&world, viewer) - heard, 2 * SOUNDS_PER_SECOND);
        assert!(pictures(&world, viewer) - shown < 16, "what waited already");
    }
    let stats = world.sfu.stats();
    assert_eq!((stats.received_packets - received) as usize, 4 * SOUNDS_PER_SECOND, "nothing else was looked at");
    assert!(stats.skipped_packets - skipped > 500);
    world.command(Command::SkipPictures(false));
    let skipped = stats.skipped_packets;
    until(&mut world, &[Some(2); 2], Duration::from_secs(5));
    assert_eq!(world.sfu.stats().skipped_packets, skipped);
}

#[test]
fn who_is_not_seen_for_load_is_written_to_and_known_to_speak() {
    let mut world = world_of(&[1]);
    shed(&mut world, HIDDEN);
    for packet in 0..100 {
        let (level, now) = (SPEECH[packet % SPEECH.len()], world.now);
        world.clients[0].send_audio(level, now);
        world.run(ms(20));
    }
    let publisher = world.clients[0].id;
    assert!(world.events.iter().any(|event| matches!(event, Event::Speaking { speaking: true, .. })));
    assert!(world.events.iter().any(
        |event| matches!(event, Event::DominantSpeaker { participant: Some(dominant), .. } if *dominant == publisher)
    ));
    let (note, now) = (Message::Text("can you hear me?".to_owned()), world.now);
    assert!(world.clients[0].send_message(&note, now));
    world.command(Command::Send { participant: world.clients[1].id, message: note.clone() });
    world.run(ms(100));
    assert!(world.events.contains(&Event::Message { participant: publisher, message: note.clone() }));
    assert_eq!(world.clients[1].messages, [note]);
}

#[test]
fn rooms_that_were_there_first_keep_their_pictures_longest() {
    let mut world = world_of(&[1, 9, 5, 3]); // The order counts, not the names.
    until(&mut world, &[Some(2); 4], Duration::from_secs(10));

    shed(&mut world, Shedding { small_per_mille: 1, hidden_per_mille: 0 });
    until(&mut world, &[Some(2), Some(2), Some(2), Some(0)], ms(500));
    shed(&mut world, Shedding { small_per_mille: 750, hidden_per_mille: 500 });
    until(&mut world, &[Some(2), Some(0), None, None], ms(500));
    let stats = world.sfu.stats();
    assert_eq!((stats.rooms_small, stats.rooms_hidden), (1, 2));

    // Who comes now is the last, and nobody else loses anything to them or to those who go.
    rooms(&mut world, &[4]);
    film(&mut world, Duration::from_secs(1));
    assert_eq!(seen(&world), [Some(2), Some(0), None, None, None]);
    assert!(sounds(&world, 9) > 0);
    assert_eq!(pictures(&world, 9), 0, "from the first packet on");
    world.command(Command::CloseRoom { room: RoomId(5) });
    film(&mut world, Duration::from_secs(1));
    assert_eq!(seen(&world), [Some(2), Some(0), None, None, None]);

    // More than all is all, also of no room.
    shed(&mut world, Shedding { small_per_mille: u16::MAX, hidden_per_mille: 0 });
    assert_eq!(world.sfu.stats().rooms_small, 4);
    let mut empty = World::new();
    empty.command(Command::CloseRoom { room: common::ROOM });
    shed(&mut empty, Shedding { small_per_mille: 125, hidden_per_mille: 0 });
    empty.command(Command::OpenRoom { room: common::ROOM });
    assert_eq!(empty.sfu.stats().rooms_small, 1, "the next room is the newest");
}

#[test]
fn pictures_come_back_when_there_is_less_to_do() {
    let mut world = world_of(&[1]);
    until(&mut world, &[Some(2)], Duration::from_secs(10));
    for shedding in [SMALL, HIDDEN] {
        shed(&mut world, shedding);
        film(&mut world, Duration::from_secs(20));
        assert_ne!(seen(&world), [Some(2)]);
        shed(&mut world, Shedding::default());
        assert_eq!(wanted(&world, 0), Some(vec![true, false, true]), "the largest at once, and the least as always");
        until(&mut world, &[Some(2)], Duration::from_secs(2));
        assert_eq!((world.sfu.stats().rooms_small, world.sfu.stats().rooms_hidden), (0, 0));
    }
    let viewer = &world.clients[1];
    let got = viewer.got_on(viewer.slots[0].1);
    assert!(got.windows(2).all(|two| two[0].sequence + 1 == two[1].sequence), "one stream");
}

#[test]
fn what_a_page_does_not_show_stays_hidden_and_what_a_network_does_not_carry_stays_small() {
    let mut world = world_of(&[1, 2]);
    until(&mut world, &[Some(2); 2], Duration::from_secs(10));
    world.command(Command::SetView { participant: world.clients[1].id, slot: 0, view: View::Hidden });
    world.narrow(3, 300_000);
    shed(&mut world, SMALL);
    film(&mut world, Duration::from_secs(3));
    assert_eq!(seen(&world), [None, Some(0)]);
    shed(&mut world, Shedding::default());
    film(&mut world, Duration::from_secs(3));
    assert_eq!(seen(&world), [None, Some(0)]);
}

#[test]
fn a_screen_keeps_its_size_until_pictures_are_not_shown_at_all() {
    let mut world = World::meeting(&[
        Setup { sends_screen: true, slots: 0, ..Setup::default() },
        Setup { sends_audio: false, sends_video: false, slots: 2, ..Setup::default() },
    ]);
    let screen_of = |world: &mut World, shedding| {
        shed(world, shedding);
        let (screen, before) = (world.clients[0].screen.unwrap(), world.clients[1].got.len());
        for frame in 0..20 {
            let now = world.now;
            world.clients[0].send_frame(screen, "", 2000, frame == 0, 9, now);
            world.run(ms(100));
        }
        world.clients[1].got.len() - before
    };
    let whole = screen_of(&mut world, Shedding::default());
    assert_eq!(screen_of(&mut world, SMALL), whole, "there is no smaller one");
    assert_eq!(screen_of(&mut world, HIDDEN), 0);
}
