//! Somebody who was admitted, and means harm: they reach a limit, which is counted, and the others notice nothing.

#![expect(clippy::disallowed_methods, reason = "real time tells a hang")]

mod common;

use std::time::Instant;

use common::{Setup, World, is_rtcp, is_rtp, ms};
use sfu_core::{Event, Message, limits};

#[test]
fn three_packets_with_numbers_before_the_first_cost_nothing() {
    let hostile = Setup { own_transport_numbers: true, ..Setup::default() };
    let mut world = World::meeting(&[hostile, Setup::default()]);
    let began = Instant::now();
    for number in [5, 65_000, 6] {
        world.clients[0].number(number);
        world.clients[0].send_video(true, world.now);
        world.run(ms(20));
    }
    world.run(ms(1000));
    assert!(began.elapsed().as_secs() < 20);
    assert_eq!(world.clients[1].got.len(), 3, "they are only numbers");
    world.clients[0].number(7);
    world.play(0, 3);
    assert!(6 <= world.clients[1].got.len());
}

#[test]
fn wild_jumps_of_transport_numbers_stay_cheap() {
    let hostile = Setup { own_transport_numbers: true, ..Setup::default() };
    let mut world = World::meeting(&[hostile, Setup::default()]);
    let began = Instant::now();
    for n in 0..500u32 {
        world.clients[0].number((n * 32_000 % 65_536) as u16);
        world.clients[0].send_video(true, world.now);
        world.run(ms(2));
    }
    world.run(ms(500));
    assert!(began.elapsed().as_secs() < 20);
    world.play(1, 5);
    assert_eq!(world.clients[0].got.len(), 10);
}

#[test]
fn a_flood_of_negative_acknowledgements_draws_no_more_than_its_share() {
    let mut world = World::pair();
    let viewer = world.clients[1].address;
    // The viewer loses every third packet, and everything it ever says by RTCP is repeated fifty times.
    let feedback = world.tap(1, is_rtcp);
    let (mut tap, mut count) = (std::mem::replace(&mut world.loses, Box::new(|_| false)), 0);
    world.loses = Box::new(move |datagram| {
        tap(datagram);
        count += usize::from(datagram.to == viewer && is_rtp(&datagram.bytes));
        datagram.to == viewer && is_rtp(&datagram.bytes) && count % 3 == 0
    });
    for _ in 0..300 {
        world.clients[0].send_video(false, world.now);
        world.run(ms(10));
        let said = std::mem::take(&mut *feedback.borrow_mut());
        for datagram in said.iter().cycle().take(50 * said.len()) {
            world.inject(viewer, &datagram.bytes);
        }
    }
    let media = 300 * 640;
    let sent = world.bytes_sent_to(viewer);
    let allowed = media + (media as f32 * limits::RETRANSMISSION_SHARE) as usize + limits::RETRANSMISSION_BURST_BYTES;
    assert!(sent < allowed + 20_000, "{sent} bytes for {media} of media");
    assert!(0 < world.sfu.stats().limited);
    world.play(1, 3);
    assert_eq!(world.clients[0].got.len(), 6, "the other direction goes on");
}

#[test]
fn a_flood_of_media_is_cut_for_its_sender_alone() {
    let mut world = World::meeting(&[Setup::default(), Setup::default(), Setup::default()]);
    let limit = limits::INGRESS_DATAGRAMS_PER_SECOND as u64;
    for _ in 0..100 {
        for _ in 0..100 {
            world.clients[0].send_video(false, world.now);
        }
        world.clients[1].send_audio(-30, world.now);
        world.run(ms(10));
    }
    let stats = world.sfu.stats();
    assert!(stats.received_packets < 2 * limit + 300, "{}", stats.received_packets);
    assert!(10_000 - 2 * limit - 300 < stats.limited);
    let (audio, _) = world.clients[2].slots[1];
    assert_eq!(world.clients[2].got_on(audio).len(), 100, "Ben is heard without a gap");
}

#[test]
fn what_waits_for_a_viewer_is_bounded() {
    let mut world = World::pair();
    let packets = world.tap(0, is_rtp);
    for _ in 0..1500 {
        world.clients[0].send_video(false, world.now);
    }
    world.flush_clients();
    world.wire.clear();
    let tapped = packets.borrow().clone();
    let mut most = 0;
    for packet in &tapped {
        world.inject(packet.from, &packet.bytes); // And no time-out in between.
        most = most.max(world.sfu.stats().queued_bytes);
    }
    assert!(0 < most && most <= limits::QUEUED_BYTES_MAX as u64, "{most}");
    let stats = world.sfu.stats();
    assert_eq!(stats.queued_bytes, 0, "what does not fit has no use for what it follows");
    assert!(1 <= stats.limited);
    world.timeout();
    assert_eq!(world.sfu.stats().queued_bytes, 0);
}

#[test]
fn streams_that_the_offer_does_not_name_are_not_received() {
    let mut world = World::pair();
    let mid = world.clients[0].video.unwrap();
    let pt = world.clients[0].payload_type(str0m::format::Codec::Vp8);
    for n in 0..200u32 {
        let old = world.clients[0].rtc.direct_api().stream_tx_by_mid(mid, None).unwrap().ssrc();
        world.clients[0].rtc.direct_api().remove_stream_tx(old);
        world.clients[0].rtc.direct_api().declare_stream_tx((1000 + n).into(), None, mid, None);
        let now = world.now;
        world.clients[0].send(mid, pt, 90, vec![0x10; 50], Default::default(), now);
        world.run(ms(2));
    }
    world.run(ms(20));
    assert_eq!(world.sfu.stats().received_packets, 0);
    assert!(200 <= world.sfu.stats().limited);
}

#[test]
fn a_flood_of_messages_is_slowed_down_and_none_that_was_acknowledged_is_lost() {
    let mut world = World::pair();
    let mut said = 0;
    let began = world.now;
    for _ in 0..500 {
        for _ in 0..2 {
            said += usize::from(world.clients[0].send_message(&Message::Text(format!("{said}")), world.now));
        }
        world.run(ms(1));
    }
    let heard = |world: &World| {
        let text = |event: &Event| {
            if let Event::Message { message: Message::Text(text), .. } = event { Some(text.clone()) } else { None }
        };
        world.events.iter().filter_map(text).collect::<Vec<_>>()
    };
    while heard(&world).len() < said && world.now < began + ms(120_000) {
        world.run(ms(100));
        let seconds = (world.now - began).as_secs_f32() + 1.0;
        let allowed = (seconds * limits::MESSAGES_PER_SECOND as f32) as usize + limits::MESSAGES_OVERDRAWN_MAX as usize;
        assert!(heard(&world).len() <= allowed, "{} in {seconds} s", heard(&world).len());
    }
    assert!(heard(&world).into_iter().eq((0..said).map(|n| n.to_string())), "{} of {said}", heard(&world).len());
    assert!(1 <= world.sfu.stats().limited);
}

#[test]
fn a_loop_that_obeys_the_wakes_does_not_spin() {
    let mut world = World::pair();
    world.play(0, 10);
    world.run(ms(5000));
    let before = world.wakes;
    world.run(ms(10_000));
    let wakes = world.wakes - before;
    assert!(wakes < 100, "{wakes} wake-ups in ten idle seconds of two people");
}
