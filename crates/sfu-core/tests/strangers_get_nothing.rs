//! Nobody who has not passed a check of a session that was admitted gets a single byte, or changes anything.

mod common;

use std::net::SocketAddr;

use common::{ROOM, Setup, World, fragment, is_dtls, is_rtp, is_stun, ms};
use sfu_core::{Command, Gate, limits};

fn stranger() -> SocketAddr {
    ([203, 0, 113, 66], 6666).into()
}

#[test]
fn unknown_datagrams_are_answered_with_nothing() {
    let mut world = World::pair();
    let noise: [&[u8]; 8] =
        [&[], &[0], &[0; 20], &[1; 1200], &[22, 254, 253, 0, 0], &[0x80, 96, 0, 1], &[0x80, 200, 0, 1], &[255; 64]];
    for bytes in noise {
        world.inject(stranger(), bytes);
    }
    world.run(ms(100));
    assert_eq!(world.bytes_sent_to(stranger()), 0);
    assert_eq!(world.sfu.stats().unknown_datagrams, 8);
    world.play(0, 5);
    assert_eq!(world.clients[1].got.len(), 10);
}

#[test]
fn a_forged_check_gets_no_answer_and_no_address() {
    let mut world = World::pair();
    let checks = world.tap(0, is_stun);
    world.run(ms(5000));
    let check = checks.borrow()[0].bytes.clone();
    let before = world.sfu.stats();
    let protected = check.len() - 8; // All but the trailing FINGERPRINT, which proves nothing.
    for byte in 0..protected {
        let mut forged = check.clone();
        forged[byte] ^= 0x55;
        world.inject(stranger(), &forged);
    }
    world.run(ms(100));
    assert_eq!(world.bytes_sent_to(stranger()), 0);
    let after = world.sfu.stats();
    assert_eq!(after.addresses, before.addresses);
    assert!(before.bad_stun < after.bad_stun);
}

#[test]
fn a_client_hello_from_an_address_without_a_check_is_ignored() {
    let mut world = World::new();
    let ana = world.add(Setup::default(), ROOM, Gate::Open);
    let hellos = world.tap(ana, is_dtls);
    world.run(ms(600));
    let hello = hellos.borrow()[0].bytes.clone();
    let ben = world.add(Setup::default(), ROOM, Gate::Open);
    for _ in 0..100 {
        world.inject(stranger(), &hello);
        world.run(ms(1));
    }
    assert_eq!(world.bytes_sent_to(stranger()), 0);
    world.run(ms(600));
    assert!(world.clients[ben].is_connected, "the race is not even one");
}

#[test]
fn media_from_another_address_is_not_media() {
    let mut world = World::pair();
    world.play(0, 2);
    let packets = world.tap(0, is_rtp);
    world.clients[0].send_video(false, world.now);
    world.flush_clients();
    world.wire.clear(); // The original never arrives, only a stranger's copy.
    for packet in packets.borrow().iter() {
        world.inject(stranger(), &packet.bytes);
    }
    let before = world.sfu.stats().received_packets;
    world.run(ms(10));
    assert_eq!(world.sfu.stats().received_packets, before);
}

#[test]
fn forged_and_replayed_media_with_the_senders_own_address_changes_nothing() {
    let mut world = World::pair();
    world.play(0, 5);
    let packets = world.tap(0, is_rtp);
    world.play(0, 5);
    let seen = packets.borrow().clone();
    let received = world.sfu.stats().received_packets;
    for (n, packet) in seen.iter().cycle().take(50_000).enumerate() {
        let mut forged = packet.bytes.clone();
        let last = forged.len() - 1;
        forged[last] ^= 1;
        forged[2] = n as u8;
        world.inject(packet.from, &packet.bytes);
        world.inject(packet.from, &forged);
        if n % 100 == 0 {
            world.run(ms(100));
        }
    }
    world.run(ms(2000));
    assert_eq!(world.sfu.stats().received_packets, received);
    let before = world.clients[1].got.len();
    world.play(0, 10);
    assert_eq!(world.clients[1].got.len(), before + 20, "the call goes on");
}

#[test]
fn forged_handshake_records_do_not_end_a_call() {
    let mut world = World::pair();
    let from = world.clients[0].address;
    let records: [&[u8]; 4] = [
        &[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4],
        &[21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40],
        &[23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 99, 0, 4, 1, 2, 3, 4],
        &[20, 254, 253, 0, 0],
    ];
    for record in records.iter().cycle().take(400) {
        world.inject(from, record);
        world.run(ms(5));
    }
    world.play(0, 5);
    assert_eq!(world.clients[1].got.len(), 10, "{:?}", world.events.last());
    assert!(world.clients[0].send_message(&sfu_core::Message::Text("still here".into()), world.now));
    world.run(ms(50));
    assert!(world.events.iter().any(|event| matches!(event, sfu_core::Event::Message { .. })));
}

#[test]
fn hostile_handshake_fragments_harm_nobody_else() {
    let (mut world, from) = World::pair_and_a_handshake();
    let limited = world.sfu.stats().limited;
    for n in 0..2000u16 {
        world.inject(from, &fragment(n as u8, 0, 100, 0, 0)); // Empty.
        world.inject(from, &fragment(n as u8, 0, 200, u32::from(n % 100), 80)); // Overlapping.
        world.inject(from, &fragment(n as u8, n, 0xff_ffff, 0xff_0000, 100)); // Of a message of 16 MB.
    }
    assert!(limited < world.sfu.stats().limited, "the flood is cut");
    world.clients[0].got.clear();
    world.clients[1].got.clear();
    world.play(0, 5);
    assert_eq!(world.clients[1].got.len(), 10, "the call of others goes on");
    world.loses = Box::new(|_| false);
    let zoe = world.add(Setup::default(), ROOM, Gate::Open);
    world.run(ms(600));
    assert!(world.clients[zoe].is_connected, "and the next one joins");
}

#[test]
fn an_address_that_its_owner_still_checks_cannot_be_taken() {
    let mut world = World::pair();
    let checks = world.tap(1, is_stun);
    world.run(ms(4000));
    let check = checks.borrow().last().unwrap().bytes.clone();
    let owned = world.clients[0].address;
    // Ben's perfectly valid check, sent from Ana's address (or with it forged).
    let limited = world.sfu.stats().limited;
    world.inject(owned, &check);
    assert_eq!(world.sfu.stats().limited, limited + 1);
    world.play(0, 5);
    assert_eq!(world.clients[1].got.len(), 10, "media of both goes where it went");
    world.play(1, 5);
    assert_eq!(world.clients[0].got.len(), 10);
}

#[test]
fn the_address_of_a_silent_owner_is_free_for_the_next() {
    let mut world = World::pair();
    let checks = world.tap(1, is_stun);
    world.run(ms(4000));
    let check = checks.borrow().last().unwrap().bytes.clone();
    let owned = world.clients[0].address;
    world.loses = Box::new(move |datagram| datagram.from == owned);
    world.run(limits::ADDRESS_IDLE);
    let limited = world.sfu.stats().limited;
    world.inject(owned, &check);
    assert_eq!(world.sfu.stats().limited, limited);
}

#[test]
fn a_participant_has_a_bounded_number_of_addresses() {
    let mut world = World::pair();
    let checks = world.tap(0, is_stun);
    world.run(ms(4000));
    let check = checks.borrow().last().unwrap().bytes.clone();
    for port in 0..2000u16 {
        world.inject(([203, 0, 113, 66], 1000 + port).into(), &check);
        world.run(ms(1));
    }
    let stats = world.sfu.stats();
    assert!(stats.addresses <= 2 * limits::ADDRESSES_MAX as u64, "{}", stats.addresses);
    assert!(limits::SESSION_ADDRESSES_MAX as u64 <= 2000 - stats.limited + 2);
    assert!(1000 < stats.limited);
}

#[test]
fn a_check_for_somebody_who_left_is_unknown() {
    let mut world = World::pair();
    let checks = world.tap(0, is_stun);
    world.run(ms(4000));
    let check = checks.borrow().last().unwrap().bytes.clone();
    let ana = world.clients[0].id;
    world.command(Command::Leave { participant: ana });
    world.run(ms(10));
    // Somebody else gets the place, not the name.
    world.add(Setup::default(), ROOM, Gate::Open);
    let unknown = world.sfu.stats().unknown_datagrams;
    world.inject(stranger(), &check);
    assert_eq!(world.sfu.stats().unknown_datagrams, unknown + 1);
    world.run(ms(10));
    assert_eq!(world.bytes_sent_to(stranger()), 0);
}
