//! Whoever is in a slot, and however long they have been sending: the viewer sees one continuous stream that it can
//! decrypt, in the formats that it has negotiated.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use common::{ROOM, Setup, World, ms};
use sfu_core::{Command, Event, Gate, ParticipantId};
use str0m::format::Codec;

#[test]
fn a_late_joiner_can_decrypt_a_stream_that_has_wrapped() {
    let mut world = World::new();
    let ana = world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(600));
    // Past 65,536 in steps that a receiver can follow.
    for _ in 0..5 {
        world.play(ana, 2);
        world.clients[ana].skip_sequence_numbers(30_000);
    }
    let ben = world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(600));
    world.play(ana, 10);
    let (_, video) = world.clients[ben].slots[0];
    let got = world.clients[ben].got_on(video);
    assert_eq!(got.len(), 10);
    assert!(got.iter().all(|got| got.sequence < 65_536));
}

#[test]
fn a_slot_is_reused_without_renegotiation_and_without_a_break() {
    let viewer_setup = Setup { slots: 1, ..Setup::default() };
    let mut world = World::meeting(&[viewer_setup, Setup::default()]);
    world.play(1, 10);
    let ben = world.clients[1].id;
    world.command(Command::Leave { participant: ben });
    let cleo = world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(1000));
    world.clients[cleo].skip_sequence_numbers(20_000);
    // Before the keyframe: the decoder still has Ben's picture and would show a mixture.
    for _ in 0..5 {
        world.clients[cleo].send_video(false, world.now);
        world.run(ms(20));
    }
    world.play(cleo, 10);

    let (audio, video) = world.clients[0].slots[0];
    let got = world.clients[0].got_on(video);
    let publishers: Vec<u8> = got.iter().map(|got| *got.payload.last().unwrap()).collect();
    assert_eq!(publishers, [[2; 10], [3; 10]].concat());
    let steps = |values: Vec<u64>| values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect::<Vec<_>>();
    let picture = |payload: &[u8]| u64::from(u16::from_be_bytes([payload[2] & 0x7f, payload[3]]));
    assert_eq!(steps(got.iter().map(|got| got.sequence).collect()), [1; 19]);
    assert_eq!(steps(got.iter().map(|got| picture(&got.payload)).collect()), [1; 19]);
    let elapsed: Vec<u64> = steps(got.iter().map(|got| u64::from(got.timestamp)).collect());
    assert!(elapsed.iter().all(|&ticks| 0 < ticks && ticks < 90_000 * 3), "{elapsed:?}");
    let sound = world.clients[0].got_on(audio);
    assert_eq!(steps(sound.iter().map(|got| got.sequence).collect()), vec![1; sound.len() - 1]);

    let assigned = world.events.iter().filter_map(|event| match event {
        Event::SlotAssigned { viewer: ParticipantId(1), slot, publisher, .. } => Some((*slot, publisher.map(|p| p.0))),
        _ => None,
    });
    assert_eq!(assigned.collect::<Vec<_>>(), [(0, Some(2)), (0, None), (0, Some(3))]);
}

#[test]
fn picture_ids_of_seven_bits_pass_as_they_are() {
    let mut world = World::pair();
    let ids: Vec<u8> = (100..300u32).map(|id| (id % 128) as u8).collect();
    for id in &ids {
        let inner = if *id == 100 { [0x10, 0, 0, 0x9d, 0x01, 0x2a] } else { [0x11, 0, 0, 0, 0, 0] };
        let payload = [&[0x90, 0x80, *id][..], &inner, &[0; 200]].concat();
        let now = world.now;
        world.clients[0].send_video_payload(Codec::Vp8, payload, now);
        world.run(ms(20));
    }
    let (_, video) = world.clients[1].slots[0];
    let got: Vec<u8> = world.clients[1].got_on(video).iter().map(|got| got.payload[2]).collect();
    assert_eq!(got, ids);
}

#[test]
fn a_hidden_keyframe_does_not_blacken_a_slot_for_ever() {
    let mut world = World::meeting(&[Setup { slots: 1, ..Setup::default() }, Setup::default()]);
    world.play(1, 5);
    let ben = world.clients[1].id;
    world.command(Command::Leave { participant: ben });
    let cleo = world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(600));
    // As encrypted end to end: the descriptor is clear, the frame is noise that may look like "keyframe".
    for n in 0..20u8 {
        let mut payload = world.clients[cleo].vp8(false, 300);
        payload[4..10].copy_from_slice(&[n.wrapping_mul(7), 1, 2, 3, 4, 5]);
        world.clients[cleo].send_video_payload(Codec::Vp8, payload, world.now);
        world.run(ms(20));
    }
    let (_, video) = world.clients[0].slots[0];
    let got = world.clients[0].got_on(video).len() - 5;
    assert!(18 <= got, "{got} of 20");
}

#[test]
fn a_publisher_may_change_its_stream() {
    // Names no SSRC in its offer, as clients do that change it.
    let mut world = World::new();
    let ana = world.add(Setup { hides_ssrcs: true, ..Setup::default() }, ROOM, Gate::Open);
    let ben = world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(600));
    world.clients[ana].skip_sequence_numbers(20_000);
    world.play(ana, 10);
    let mid = world.clients[ana].video.unwrap();
    let old = world.clients[ana].rtc.direct_api().stream_tx_by_mid(mid, None).unwrap().ssrc();
    world.clients[ana].rtc.direct_api().remove_stream_tx(old);
    world.clients[ana].rtc.direct_api().declare_stream_tx(4242.into(), None, mid, None);
    world.clients[ana].restart_sequence_numbers();
    world.play(ana, 10);
    let (_, video) = world.clients[ben].slots[0];
    let sequences: Vec<u64> = world.clients[ben].got_on(video).iter().map(|got| got.sequence).collect();
    assert_eq!(sequences.len(), 20);
    assert!(sequences.windows(2).all(|pair| pair[0] + 1 == pair[1]), "without a gap: {sequences:?}");
}

#[test]
fn payload_types_are_the_viewers_own() {
    let other = Setup { other_payload_types: true, ..Setup::default() };
    let mut world = World::meeting(&[Setup::default(), other]);
    world.play(0, 5);
    world.play(1, 5);
    for viewer in 0..2 {
        let (audio, video) = world.clients[viewer].slots[0];
        let opus = *world.clients[viewer].payload_type(Codec::Opus);
        let vp8 = *world.clients[viewer].payload_type(Codec::Vp8);
        let types = |mid| world.clients[viewer].got_on(mid).iter().map(|got| got.payload_type).collect::<Vec<_>>();
        assert_eq!((types(audio), types(video)), (vec![opus; 5], vec![vp8; 5]));
    }
    assert_ne!(world.clients[0].payload_type(Codec::Vp8), world.clients[1].payload_type(Codec::Vp8));
}

#[test]
fn a_viewer_without_the_codec_gets_no_picture_but_the_sound() {
    let only_vp8 = Setup::default();
    let h264 = Setup { video: vec![Codec::H264, Codec::Vp8], ..Setup::default() };
    let mut world = World::meeting(&[only_vp8, h264]);
    for _ in 0..5 {
        world.clients[1].send_video_payload(Codec::H264, vec![0x65, 1, 2, 3], world.now);
        world.clients[1].send_audio(-30, world.now);
        world.run(ms(20));
    }
    let (audio, video) = world.clients[0].slots[0];
    assert_eq!((world.clients[0].got_on(audio).len(), world.clients[0].got_on(video).len()), (5, 0));
    assert_eq!(world.sfu.stats().not_negotiated, 5);
}

#[test]
fn each_codec_passes_untouched() {
    for codec in [Codec::Vp9, Codec::H264, Codec::Av1] {
        let setup = Setup { video: vec![codec], ..Setup::default() };
        let mut world = World::meeting(&[setup.clone(), setup]);
        let payload: Vec<u8> = (0..200).collect();
        world.clients[0].send_video_payload(codec, payload.clone(), world.now);
        world.run(ms(20));
        assert_eq!(world.clients[1].got.len(), 1, "{codec:?}");
        assert_eq!(world.clients[1].got[0].payload, payload, "{codec:?}");
    }
}

#[test]
fn redundant_sound_passes_and_is_stripped_for_who_does_not_know_it() {
    let red = Setup { red: true, ..Setup::default() };
    let mut world = World::meeting(&[red.clone(), red, Setup::default()]);
    let mid = world.clients[0].audio.unwrap();
    let opus = world.clients[0].payload_type(Codec::Opus);
    let red = world.clients[0].rtc.codec_config().find(|params| params.pt() == opus).unwrap().red().unwrap();
    let payload = vec![0x80 | *opus, 0x0f, 0x00, 0x02, *opus, 1, 2, 3, 4, 5];
    let now = world.now;
    world.clients[0].send(mid, red, 48, payload.clone(), Default::default(), now);
    world.run(ms(20));
    assert_eq!((world.clients[1].got[0].payload_type, &world.clients[1].got[0].payload), (*red, &payload));
    let plain = *world.clients[2].payload_type(Codec::Opus);
    assert_eq!((world.clients[2].got[0].payload_type, &world.clients[2].got[0].payload), (plain, &vec![3, 4, 5]));
}

#[test]
fn what_was_lost_on_the_way_is_repaired() {
    let mut world = World::pair();
    let viewer = world.clients[1].address;
    let mut count = 0;
    world.loses = Box::new(move |datagram| {
        count += usize::from(datagram.to == viewer && common::is_rtp(&datagram.bytes));
        datagram.to == viewer && common::is_rtp(&datagram.bytes) && count % 5 == 0
    });
    world.play(0, 100);
    world.run(ms(500));
    let (_, video) = world.clients[1].slots[0];
    let mut sequences: Vec<u64> = world.clients[1].got_on(video).iter().map(|got| got.sequence).collect();
    sequences.sort_unstable();
    sequences.dedup();
    assert!(98 <= sequences.len(), "{} of 100", sequences.len());
}

#[test]
fn a_late_repair_from_the_publisher_still_reaches_the_viewer() {
    let mut world = World::pair();
    let publisher = world.clients[0].address;
    let mut count = 0;
    world.loses = Box::new(move |datagram| {
        count += usize::from(datagram.from == publisher && common::is_rtp(&datagram.bytes));
        datagram.from == publisher && common::is_rtp(&datagram.bytes) && count % 10 == 0
    });
    world.play(0, 100);
    world.run(ms(500));
    let (_, video) = world.clients[1].slots[0];
    let got = world.clients[1].got_on(video).len();
    assert!(95 <= got, "{got} of 100");
}
