//! Somebody with real keys, or many of them, against everybody else at the same port.

mod common;

use bytes::Bytes;
use common::{ROOM, Setup, World, is_dtls, ms};
use sfu_core::{Command, Gate, Message, RoomId, limits};
use str0m::format::Codec;
use str0m::rtp::{ExtensionValues, RtpWrite};

#[test]
fn a_hundred_races_of_client_hellos_are_won_by_those_who_passed_the_check() {
    let mut world = World::new();
    let eve = world.add(Setup::default(), ROOM, Gate::Open);
    let hellos = world.tap(eve, is_dtls);
    world.run(ms(600));
    let hello = hellos.borrow()[0].bytes.clone();
    let stranger = ([203, 0, 113, 66], 6666).into();
    let setup = Setup { slots: 0, ..Setup::default() };
    for n in 0..100u64 {
        let room = RoomId(10 + n / 10);
        if n % 10 == 0 {
            world.command(Command::OpenRoom { room });
        }
        let joining = world.add(setup.clone(), room, Gate::Open);
        let from = world.clients[joining].address;
        for _ in 0..5 {
            world.inject(stranger, &hello);
            world.inject(from, &hello); // Spoofed: before the check of its owner nobody has the address.
            world.run(ms(1));
        }
        world.run(ms(200));
        assert!(world.clients[joining].is_connected, "the {n}th lost");
        let id = world.clients[joining].id;
        world.command(Command::Leave { participant: id });
    }
    assert_eq!(world.bytes_sent_to(stranger), 0);
}

#[test]
fn a_stolen_stream_number_or_line_brings_nobody_into_another_peers_place() {
    let hidden = Setup { hides_ssrcs: true, ..Setup::default() };
    let mut world = World::meeting(&[Setup::default(), hidden, Setup::default()]);
    let (ana, ben, cleo) = (0, 1, 2);
    let stolen = {
        let mid = world.clients[ana].video.expect("she has a camera");
        world.clients[ana].rtc.direct_api().stream_tx_by_mid(mid, None).expect("a stream").ssrc()
    };
    let mid = world.clients[ben].video.expect("he has a camera");
    let mut api = world.clients[ben].rtc.direct_api();
    let own = api.stream_tx_by_mid(mid, None).expect("a stream").ssrc();
    api.remove_stream_tx(own);
    api.declare_stream_tx(stolen, None, mid, None);
    let hers = world.clients[ana].video;
    let format = world.clients[ben].payload_type(Codec::Vp8);
    for frame in 0..20 {
        world.clients[ana].send_video(frame == 0, world.now);
        // And every other packet says that it is of her line.
        let claimed = if frame % 2 == 0 { Some(mid) } else { hers };
        let payload = world.clients[ben].vp8(frame == 0, 600);
        let values = ExtensionValues { mid: claimed, ..ExtensionValues::default() };
        let now = world.now;
        world.clients[ben].send(mid, format, 90, payload, values, now);
        world.run(ms(20));
    }
    let (_, from_ana) = world.clients[cleo].slots[0];
    let (_, from_ben) = world.clients[cleo].slots[1];
    let whose = |slot| -> Vec<u8> {
        world.clients[cleo]
            .got_on(slot)
            .iter()
            .map(|got| *got.payload.last().expect("filled with its sender"))
            .collect()
    };
    let (ana, ben) = (world.clients[ana].id.0 as u8, world.clients[ben].id.0 as u8);
    assert_eq!(whose(from_ana), [ana; 20], "all of hers, and nothing of his");
    assert!(whose(from_ben).iter().all(|sender| *sender == ben), "his under his own name only");
}

#[test]
fn a_packet_from_before_a_streams_first_turn_breaks_no_viewers_stream() {
    let mut world = World::pair();
    world.play(0, 10);
    let before_the_first = 0u64.wrapping_sub(536);
    let (mid, format) = (world.clients[0].video.expect("a camera"), world.clients[0].payload_type(Codec::Vp8));
    let (payload, now) = (world.clients[0].vp8(false, 600), world.now);
    let write = RtpWrite::new(format, before_the_first.into(), 7, now, payload);
    let mut api = world.clients[0].rtc.direct_api();
    api.stream_tx_by_mid(mid, None).expect("a stream").write_rtp(write);
    world.clients[0].timeout(now);
    world.run(ms(50));
    world.play(0, 10);
    let (audio, video) = world.clients[1].slots[0];
    let sequences: Vec<u64> = world.clients[1].got_on(video).iter().map(|got| got.sequence).collect();
    assert!(sequences.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] < 100), "{sequences:?}");
    assert!(10 <= sequences.len(), "what came before");
    assert_eq!(world.clients[1].got_on(audio).len(), 20, "and the viewer is well");
}

#[test]
fn a_flood_of_messages_costs_others_neither_sound_nor_messages() {
    let mut world = World::meeting(&[Setup::default(), Setup::default(), Setup::default()]);
    let flood = Message::Binary(Bytes::from(vec![7; 200]));
    let text = Message::Text("are you there?".to_owned());
    let cleo = world.clients[2].id;
    for n in 0..200 {
        for _ in 0..20 {
            world.clients[0].send_message(&flood, world.now);
        }
        world.clients[1].send_audio(-30, world.now);
        if n % 20 == 0 {
            world.command(Command::Send { participant: cleo, message: text.clone() });
        }
        world.run(ms(10));
    }
    world.run(ms(200));
    let (audio, _) = world.clients[2].slots[1];
    assert_eq!(world.clients[2].got_on(audio).len(), 200, "every sound");
    assert_eq!(world.clients[2].messages.len(), 10, "every message");
    assert!(0 < world.sfu.stats().limited, "the flood was cut");
}

#[test]
fn peers_that_take_nothing_are_bounded_however_many_they_are() {
    let mut world = World::meeting(&vec![Setup { slots: 0, ..Setup::default() }; 10]);
    let stuck: Vec<_> = world.clients[2..].iter().map(|client| (client.id, client.address)).collect();
    let addresses: Vec<_> = stuck.iter().map(|(_, address)| *address).collect();
    world.loses = Box::new(move |datagram| addresses.contains(&datagram.to) && is_dtls(&datagram.bytes));
    let message = Message::Binary(Bytes::from(vec![7; limits::MESSAGE_BYTES_MAX]));
    for _ in 0..60 {
        for (participant, _) in &stuck {
            world.command(Command::Send { participant: *participant, message: message.clone() });
        }
        world.run(ms(5));
    }
    let taken = 60 * stuck.len() - world.sfu.stats().limited as usize;
    let each = taken * limits::MESSAGE_BYTES_MAX / stuck.len();
    assert!(each <= 2 * limits::MESSAGE_BUFFER_BYTES_MAX, "{each} bytes wait for each");
    assert_eq!(world.sfu.stats().queued_bytes, 0);
    let (one, other) = (world.clients[0].id, Message::Text("hello".to_owned()));
    world.command(Command::Send { participant: one, message: other });
    world.run(ms(50));
    assert_eq!(world.clients[0].messages.len(), 1, "who takes gets");
}

#[test]
fn a_thousand_sessions_share_one_port() {
    let mut world = World::new();
    let setup = Setup { sends_video: false, channel: false, slots: 0, ..Setup::default() };
    for n in 0..1000u64 {
        let room = RoomId(10 + n / 10);
        if n % 10 == 0 {
            world.command(Command::OpenRoom { room });
        }
        world.add(setup.clone(), room, Gate::Open);
    }
    world.run(ms(1500));
    assert!(world.clients.iter().all(|client| client.is_connected));
    let stats = world.sfu.stats();
    assert_eq!((stats.participants, stats.addresses), (1000, 1000));
    for client in &mut world.clients {
        client.send_audio(-30, world.now);
    }
    world.run(ms(20));
    assert_eq!(world.sfu.stats().received_packets, 1000, "each of them is heard");
}
