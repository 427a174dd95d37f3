//! Rooms larger than a screen: who speaks is seen and heard, without renegotiation, and the rest costs nothing.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use common::{ROOM, Setup, World, ms};
use sfu_core::{Command, Event, ParticipantId, RoomPolicy, Source, limits};

/// A word lasts, and then there is a breath, for which the room does not look away.
const SPEECH: [i8; 10] = [-28, -25, -30, -26, -27, -31, -26, -25, -58, -60];
const SILENCE: i8 = -75;

/// For so many packets of 20 ms, these speak and the others are silent; all send a picture each 100 ms.
fn talk(world: &mut World, packets: usize, speakers: &[usize]) {
    for packet in 0..packets {
        for client in 0..world.clients.len() {
            let speaks = speakers.contains(&client);
            let level = if speaks { SPEECH[packet % SPEECH.len()] } else { SILENCE };
            world.clients[client].send_audio(level, world.now);
            if packet % 5 == 0 {
                world.clients[client].send_video(true, world.now);
            }
        }
        world.run(ms(20));
    }
}

fn dominant(world: &World) -> Vec<Option<ParticipantId>> {
    let told = world.events.iter().filter_map(|event| match event {
        Event::DominantSpeaker { room: ROOM, participant } => Some(*participant),
        _ => None,
    });
    told.collect()
}

/// Who is in each slot of a viewer, and what their video line carries.
fn slots(world: &World, viewer: usize) -> Vec<Option<(u64, Option<Source>)>> {
    let mut slots = vec![None; world.clients[viewer].setup.slots];
    for event in &world.events {
        if let Event::SlotAssigned { viewer: of, slot, publisher, source, .. } = event
            && *of == world.clients[viewer].id
        {
            slots[*slot] = publisher.map(|publisher| (publisher.0, *source));
        }
    }
    slots
}

fn seen(world: &World, viewer: usize) -> Vec<u64> {
    let seen = slots(world, viewer).into_iter().flatten().filter(|(_, source)| source.is_some());
    seen.map(|(publisher, _)| publisher).collect()
}

fn camera(of: u64) -> Option<(u64, Option<Source>)> {
    Some((of, Some(Source::Camera)))
}

#[test]
fn the_dominant_speaker_is_told_and_forgotten_when_they_leave() {
    let mut world = World::meeting(&vec![Setup::default(); 3]);
    talk(&mut world, 50, &[]);
    assert_eq!(dominant(&world), [], "nobody has spoken");
    talk(&mut world, 75, &[1]);
    talk(&mut world, 75, &[2]);
    talk(&mut world, 20, &[0]); // A word in between.
    talk(&mut world, 75, &[2]);
    let (ben, cleo) = (world.clients[1].id, world.clients[2].id);
    assert_eq!(dominant(&world), [Some(ben), Some(cleo)]);
    world.command(Command::Leave { participant: cleo });
    assert_eq!(dominant(&world), [Some(ben), Some(cleo), None]);
}

#[test]
fn who_speaks_takes_the_slot_of_the_least_recent_speaker_and_the_others_stay() {
    let viewer = Setup { slots: 2, ..Setup::default() };
    let other = Setup { slots: 0, ..Setup::default() };
    let mut world = World::meeting(&[viewer, other.clone(), other.clone(), other.clone(), other]);
    assert_eq!(slots(&world, 0), [camera(2), camera(3)], "who came first, while nobody speaks");
    assert_eq!(world.sfu.stats().unplaced, 2 + 4 * 4);
    talk(&mut world, 50, &[4]);
    assert_eq!(slots(&world, 0), [camera(2), camera(5)]);
    talk(&mut world, 50, &[3]);
    assert_eq!(slots(&world, 0), [camera(4), camera(5)], "she who was silent all the time goes");
    talk(&mut world, 50, &[1]);
    assert_eq!(slots(&world, 0), [camera(4), camera(2)], "then he whose speech is longest ago");
    let assigned = world.events.len();
    talk(&mut world, 50, &[3]);
    talk(&mut world, 50, &[1]);
    let moved = world.events[assigned..].iter().filter(|event| matches!(event, Event::SlotAssigned { .. }));
    assert_eq!(moved.count(), 0, "who has a place keeps it");

    let (sound, picture) = world.clients[0].slots[1];
    for mid in [sound, picture] {
        let numbers: Vec<u64> = world.clients[0].got_on(mid).iter().map(|got| got.sequence).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "one continuous stream: {numbers:?}");
    }
    assert!(world.clients[0].got_on(picture).iter().any(|got| got.payload.last() == Some(&5)));
    assert!(world.clients[0].got_on(picture).last().unwrap().payload.last() == Some(&2));
}

#[test]
fn the_last_n_are_seen_and_all_are_heard() {
    let mut world = World::meeting(&vec![Setup { slots: 3, ..Setup::default() }; 4]);
    let policy = RoomPolicy { video_max: 1, ..RoomPolicy::default() };
    world.command(Command::SetRoomPolicy { room: ROOM, policy });
    let before = world.clients[0].got.len();
    talk(&mut world, 60, &[3]);
    assert_eq!(seen(&world, 0), [4]);
    assert_eq!(seen(&world, 3), [1], "nobody sees themselves");
    assert_eq!(slots(&world, 0)[0], Some((2, None)), "heard in the same slot");
    talk(&mut world, 60, &[1]);
    assert_eq!(seen(&world, 0), [2]);
    world.clients[0].got.drain(..before);
    talk(&mut world, 50, &[1]);
    let got = |kind: usize| {
        let mids = world.clients[0].slots.iter().map(|slot| if kind == 0 { slot.0 } else { slot.1 });
        mids.map(|mid| world.clients[0].got_on(mid).len()).collect::<Vec<_>>()
    };
    assert!(got(0).iter().all(|&packets| 150 <= packets), "{:?}", got(0));
    assert!(got(1)[0] >= 10 && got(1)[1] <= 1, "{:?}", got(1));
    world.command(Command::SetRoomPolicy { room: ROOM, policy: RoomPolicy::default() });
    assert_eq!(seen(&world, 0), [2, 3, 4], "and all are seen again");
}

#[test]
fn of_many_microphones_the_loudest_few_are_passed_on_without_gaps() {
    let mut world = World::meeting(&vec![Setup { slots: 5, sends_video: false, ..Setup::default() }; 6]);
    let policy = RoomPolicy { audio_max: 2, ..RoomPolicy::default() };
    world.command(Command::SetRoomPolicy { room: ROOM, policy });
    talk(&mut world, 50, &[]);
    let at = world.now;
    for speakers in [[1, 2], [2, 3], [4, 5], [1, 5]] {
        talk(&mut world, 100, &speakers);
    }
    let heard = |from: usize| {
        let slot = from - 1;
        world.clients[0].got_on(world.clients[0].slots[slot].0)
    };
    for from in 1..6 {
        let got = heard(from);
        let numbers: Vec<u64> = got.iter().map(|got| got.sequence).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{from}: {numbers:?}");
        assert!(got.windows(2).all(|two| two[0].timestamp < two[1].timestamp));
        let loud = got.iter().filter(|got| at < got.at && got.level.is_some_and(|level| -40 < level));
        let spoken = if from == 3 || from == 4 { 80 } else { 160 };
        assert!(spoken - 4 <= loud.count(), "{from} was cut off");
    }
    let mut by_moment = std::collections::BTreeMap::new();
    for got in world.clients[0].got.iter().filter(|got| at < got.at) {
        *by_moment.entry(got.at).or_insert(0) += 1;
    }
    let over = by_moment.values().filter(|&&packets| 2 < packets).count();
    assert!(over <= 4, "two at a time, and another where one takes over: {over}");
    assert!(0 < world.sfu.stats().unheard_packets);
    let speaking = world.events.iter().filter(|event| matches!(event, Event::Speaking { speaking: true, .. }));
    assert_eq!(speaking.count(), 6, "it is told all the same who begins to speak");
}

#[test]
fn only_so_many_microphones_are_passed_on_unless_the_policy_says_more() {
    const PEOPLE: usize = limits::LOUDEST_MAX + 3;
    let setup = Setup { slots: PEOPLE, sends_video: false, channel: false, ..Setup::default() };
    let mut world = World::meeting(&vec![setup; PEOPLE]);
    let everybody: Vec<usize> = (1..PEOPLE).collect(); // Who listens takes no place.
    let most = |world: &mut World| {
        talk(world, 50, &everybody);
        let since = world.now;
        talk(world, 100, &everybody);
        let mut by_moment = std::collections::BTreeMap::new();
        for got in world.clients[0].got.iter().filter(|got| since < got.at) {
            *by_moment.entry(got.at).or_insert(0) += 1;
        }
        let mut counts: Vec<usize> = by_moment.into_values().collect();
        counts.sort_unstable();
        counts[counts.len() / 2]
    };
    assert_eq!(most(&mut world), limits::LOUDEST_MAX, "and now and then another where one takes over");
    let policy = RoomPolicy { audio_max: PEOPLE, ..RoomPolicy::default() };
    world.command(Command::SetRoomPolicy { room: ROOM, policy });
    assert_eq!(most(&mut world), PEOPLE - 1);
}

#[test]
fn fifty_people_see_and_hear_whoever_speaks() {
    const PEOPLE: usize = 50;
    let setup = Setup { slots: 4, channel: false, ..Setup::default() };
    let mut world = World::meeting(&vec![setup; PEOPLE]);
    assert_eq!(world.sfu.stats().participants, PEOPLE as u64);
    let speaker = PEOPLE - 1;
    assert!(!seen(&world, 0).contains(&(PEOPLE as u64)));
    talk(&mut world, 60, &[speaker]);
    assert_eq!(dominant(&world), [Some(world.clients[speaker].id)]);
    for viewer in 0..speaker {
        assert!(seen(&world, viewer).contains(&(PEOPLE as u64)), "{viewer} sees the speaker");
        let payloads = world.clients[viewer].got.iter().filter(|got| got.payload.len() == 600);
        let last = payloads.filter(|got| got.payload.last() == Some(&(PEOPLE as u8))).count();
        assert!(5 <= last, "{viewer} gets the picture: {last}");
    }
    let loud = world.clients[0].got.iter().filter(|got| got.level.is_some_and(|level| -40 < level));
    let loud = loud.count();
    assert!(30 <= loud, "{loud}");
    const { assert!(PEOPLE <= limits::ROOM_PARTICIPANTS_MAX) };
}
