//! Permissions, pins, caps and metadata: the embedder decides, and it is obeyed at once.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use bytes::Bytes;
use common::{ROOM, Setup, World, ms};
use sfu_core::{Audience, Command, Event, Gate, Message, Metadata, ParticipantId, Permissions, RoomId, Source, limits};

fn permit(world: &mut World, client: usize, permissions: Permissions) {
    let participant = world.clients[client].id;
    world.command(Command::SetPermissions { participant, permissions });
}

/// Sound and picture that a viewer has got so far.
fn got(world: &World, viewer: usize) -> (usize, usize) {
    let count = |kind: fn(&(_, _)) -> _| {
        let mids = world.clients[viewer].slots.iter().map(kind);
        mids.map(|mid| world.clients[viewer].got_on(mid).len()).sum()
    };
    (count(|slot| slot.0), count(|slot| slot.1))
}

fn publisher_in(world: &World, viewer: usize, slot: usize) -> Option<ParticipantId> {
    let id = world.clients[viewer].id;
    let told = world.events.iter().rev().find_map(|event| match event {
        Event::SlotAssigned { viewer, slot: of, publisher, .. } if *viewer == id && *of == slot => Some(*publisher),
        _ => None,
    });
    told.flatten()
}

#[test]
fn only_permitted_sources_are_forwarded_and_at_once() {
    let mut world = World::pair();
    world.play(0, 10);
    assert_eq!(got(&world, 1), (10, 10));
    permit(&mut world, 0, Permissions { publish: vec![Source::Microphone], ..Permissions::default() });
    world.play(0, 10);
    assert_eq!(got(&world, 1), (20, 10), "heard and not seen");
    assert_eq!(world.sfu.stats().forbidden, 10);
    permit(&mut world, 0, Permissions { publish: vec![Source::Camera], ..Permissions::default() });
    world.play(0, 10);
    assert_eq!(got(&world, 1), (20, 20), "seen and not heard");
    permit(&mut world, 0, Permissions { publish: Vec::new(), ..Permissions::default() });
    world.clients[0].send_video(true, world.now);
    world.flush_clients();
    world.play(0, 10);
    assert_eq!(got(&world, 1), (20, 20));
    assert_eq!(publisher_in(&world, 1, 0), None, "nor is there a place for nothing");
    permit(&mut world, 0, Permissions::default());
    world.play(0, 10);
    assert_eq!(got(&world, 1), (30, 30));
    let (_, video) = world.clients[1].slots[0];
    let numbers: Vec<u64> = world.clients[1].got_on(video).iter().map(|got| got.sequence).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
}

#[test]
fn who_may_not_speak_is_not_said_to_speak() {
    let mut world = World::pair();
    let speaking = |world: &World| {
        let told = world.events.iter().filter_map(|event| match event {
            Event::Speaking { speaking, .. } => Some(*speaking),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    for level in [-75; 20] {
        world.clients[0].send_audio(level, world.now);
        world.run(ms(20));
    }
    world.play(0, 60);
    permit(&mut world, 0, Permissions { publish: vec![Source::Camera], ..Permissions::default() });
    world.play(0, 60);
    assert_eq!(speaking(&world), [true, false]);
    let dominant = |event: &&Event| matches!(event, Event::DominantSpeaker { .. });
    let told: Vec<_> = world.events.iter().filter(dominant).cloned().collect();
    let id = world.clients[0].id;
    let dominant = |participant| Event::DominantSpeaker { room: ROOM, participant };
    assert_eq!(told, [dominant(Some(id)), dominant(None)]);
}

#[test]
fn an_audience_receives_whom_it_may_and_nobody_else() {
    let mut world = World::meeting(&vec![Setup::default(); 3]);
    let (ben, cleo) = (world.clients[1].id, world.clients[2].id);
    let only = |id| Permissions { receive: Audience::Only(vec![id]), ..Permissions::default() };
    permit(&mut world, 0, only(ben));
    world.play(1, 5);
    world.play(2, 5);
    assert_eq!(got(&world, 0), (5, 5));
    assert_eq!(got(&world, 2), (5, 5), "others as before");
    assert_eq!((publisher_in(&world, 0, 0), publisher_in(&world, 0, 1)), (Some(ben), None));
    permit(&mut world, 0, only(cleo));
    world.play(1, 5);
    world.play(2, 5);
    assert_eq!(got(&world, 0), (10, 10));
    permit(&mut world, 0, only(ParticipantId(99)));
    world.play(1, 5);
    world.play(2, 5);
    assert_eq!(got(&world, 0), (10, 10), "nobody of them is here");
    permit(&mut world, 0, Permissions::default());
    world.play(1, 5);
    world.play(2, 5);
    assert_eq!(got(&world, 0), (20, 20));
}

/// Somebody alone in a room of their own, who is their own audience.
fn with_echo(setup: Setup) -> (World, usize) {
    const OWN: RoomId = RoomId(1 << 63);
    let mut world = World::pair();
    world.command(Command::OpenRoom { room: OWN });
    let alone = world.add(setup, OWN, Gate::Open);
    let participant = world.clients[alone].id;
    permit(&mut world, alone, Permissions { receive: Audience::Only(vec![participant]), ..Permissions::default() });
    world.run(ms(600));
    assert!(world.clients[alone].is_connected);
    (world, alone)
}

#[test]
fn who_is_their_own_audience_gets_back_what_they_send() {
    let (mut world, alone) = with_echo(Setup::default());
    world.play(alone, 100);
    assert_eq!(got(&world, alone), (100, 100));
    assert_eq!(publisher_in(&world, alone, 0), Some(world.clients[alone].id));
    permit(&mut world, alone, Permissions::default());
    world.play(alone, 10);
    assert_eq!(got(&world, alone), (100, 100), "everybody is everybody else");
}

#[test]
fn packets_of_an_echo_reach_nobody_else_and_nobody_elses_reach_it() {
    let (mut world, alone) = with_echo(Setup::default());
    let before = [0, 1].map(|other| world.media_sent_to(other));
    world.play(alone, 50);
    assert_eq!([0, 1].map(|other| world.media_sent_to(other)), before, "those in a call get none of it");
    let (echoed, sent) = (got(&world, alone), world.media_sent_to(alone));
    world.play(0, 50);
    assert_eq!(got(&world, 1), (50, 50));
    assert_eq!((got(&world, alone), world.media_sent_to(alone)), (echoed, sent), "it gets none of theirs");
    let slots = world.events.iter().filter(|event| {
        let id = world.clients[alone].id;
        matches!(event, Event::SlotAssigned { viewer, publisher: Some(publisher), .. } if (*viewer == id) != (*publisher == id))
    });
    assert_eq!(slots.count(), 0, "no slot of theirs is another's");
}

#[test]
fn messages_need_permission_to_send_and_none_to_receive() {
    let mut world = World::pair();
    let said = |world: &World| world.events.iter().filter(|event| matches!(event, Event::Message { .. })).count();
    let text = Message::Text("hello".to_owned());
    let (id, now) = (world.clients[0].id, world.now);
    permit(&mut world, 0, Permissions { send_messages: false, ..Permissions::default() });
    assert!(world.clients[0].send_message(&text, now));
    world.run(ms(50));
    assert_eq!((said(&world), world.sfu.stats().forbidden), (0, 1));
    world.command(Command::Send { participant: id, message: text.clone() });
    world.run(ms(50));
    assert_eq!(world.clients[0].messages, std::slice::from_ref(&text));
    permit(&mut world, 0, Permissions::default());
    let now = world.now;
    assert!(world.clients[0].send_message(&text, now));
    world.run(ms(50));
    assert_eq!(said(&world), 1);
}

#[test]
fn whom_a_viewer_pins_has_a_place_before_others() {
    let viewer = Setup { slots: 2, ..Setup::default() };
    let mut world = World::meeting(&[viewer, Setup::default(), Setup::default(), Setup::default()]);
    let ids: Vec<ParticipantId> = world.clients.iter().map(|client| client.id).collect();
    assert_eq!([0, 1].map(|slot| publisher_in(&world, 0, slot)), [Some(ids[1]), Some(ids[2])]);
    world.command(Command::SetPinned { participant: ids[0], pinned: vec![ids[3]] });
    assert_eq!([0, 1].map(|slot| publisher_in(&world, 0, slot)), [Some(ids[1]), Some(ids[3])]);
    world.command(Command::SetPinned { participant: ids[0], pinned: Vec::new() });
    assert_eq!([0, 1].map(|slot| publisher_in(&world, 0, slot)), [Some(ids[1]), Some(ids[2])]);
    let limited = world.sfu.stats().limited;
    world.command(Command::SetPinned { participant: ids[0], pinned: vec![ids[3]; limits::SLOTS_MAX + 1] });
    assert_eq!(world.sfu.stats().limited, limited + 1);
}

#[test]
fn a_capped_sender_is_cut_to_the_cap_and_stays_connected() {
    let mut world = World::pair();
    let participant = world.clients[0].id;
    world.command(Command::SetIngressLimit { participant, bytes_per_second: 5_000 });
    world.play(0, 500); // Ten seconds at some 36 kB/s.
    let (sound, picture) = got(&world, 1);
    let bytes = sound * 80 + picture * 600;
    assert!((30_000..=60_000).contains(&bytes), "{bytes} in ten seconds");
    let stats = world.sfu.stats();
    assert!(500 < stats.ingress_limited && stats.ingress_limited <= stats.limited);
    world.run(ms(20_000));
    assert!(!world.events.contains(&Event::Disconnected { participant }), "checks pass");
    world.command(Command::SetIngressLimit { participant, bytes_per_second: limits::INGRESS_BYTES_PER_SECOND });
    let before = got(&world, 1).0;
    world.play(0, 50);
    assert_eq!(got(&world, 1).0, before + 50, "and all passes again");
}

#[test]
fn a_cap_holds_for_a_session_that_comes_after_it() {
    let mut world = World::new();
    let id = ParticipantId(1);
    world.join(id, ROOM, Gate::Open);
    world.command(Command::SetIngressLimit { participant: id, bytes_per_second: 1_000 });
    let mut client = common::Client::new(id, 0, Setup::default(), world.now);
    let answer = world.offer_sdp(id, &client.make_offer()).unwrap();
    client.take_answer(&answer, world.now);
    world.clients.push(client);
    world.run(ms(600));
    assert!(world.clients[0].is_connected);
    world.play(0, 50);
    assert!(0 < world.sfu.stats().ingress_limited);
}

#[test]
fn metadata_is_kept_bounded_and_never_printed() {
    let mut world = World::pair();
    let participant = world.clients[0].id;
    let secret = Metadata(Bytes::from_static(b"what names a patient"));
    let command = Command::SetMetadata { participant, metadata: secret.clone() };
    assert!(format!("{command:?}").contains("20 bytes") && !format!("{command:?}").contains("patient"));
    world.command(command);
    world.command(Command::SetRoomMetadata { room: ROOM, metadata: secret.clone() });
    assert_eq!((world.sfu.metadata(participant), world.sfu.room_metadata(ROOM)), (Some(&secret), Some(&secret)));
    let limited = world.sfu.stats().limited;
    let large = Metadata(Bytes::from(vec![0; limits::METADATA_BYTES_MAX + 1]));
    world.command(Command::SetMetadata { participant, metadata: large.clone() });
    world.command(Command::SetRoomMetadata { room: ROOM, metadata: large });
    assert_eq!(world.sfu.metadata(participant), Some(&secret));
    assert_eq!(world.sfu.stats().limited, limited + 2);
    world.command(Command::CloseRoom { room: ROOM });
    assert_eq!((world.sfu.metadata(participant), world.sfu.room_metadata(ROOM)), (None, None));
}

#[test]
fn what_is_printed_for_debugging_shows_no_ice_password() {
    let sdp = sfu_core::Sdp("a=ice-pwd:secret".to_owned());
    let (request, participant) = (sfu_core::RequestId(1), sfu_core::ParticipantId(1));
    let printed = [
        format!("{:?}", sfu_core::Command::Offer { request, participant, sdp: sdp.clone(), sources: Vec::new() }),
        format!("{:?}", sfu_core::Event::Answer { request, participant, sdp }),
    ];
    assert!(printed.iter().all(|text| !text.contains("secret")), "{printed:?}");
}
