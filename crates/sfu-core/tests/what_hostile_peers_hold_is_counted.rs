//! Memory that a peer can make the server hold, counted by the allocator.

mod common;

use std::alloc::System;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use common::{Setup, World, fragment, is_dtls, is_rtcp, ms};
use sfu_core::{Command, Message, limits};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The count is the process's: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Bytes that are held afterwards and were not before.
fn held_after(act: impl FnOnce()) -> usize {
    let region = Region::new(COUNTED);
    act();
    let change = region.change();
    change.bytes_allocated.saturating_sub(change.bytes_deallocated)
}

#[test]
fn a_handshake_in_fragments_holds_64_kib_at_most() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut most = 0;
    for kind in 0..3u16 {
        let (mut world, from) = World::pair_and_a_handshake();
        let held = held_after(|| {
            for n in 0..2000u16 {
                let bytes = match kind {
                    0 => fragment(n as u8, 0, 200, u32::from(n % 100), 80), // Overlapping.
                    1 => fragment(n as u8, n, 0xff_ffff, 0xff_0000, 1_100), // Each of another message, of 16 MB.
                    _ => fragment(n as u8, 0, 0xff_ffff, u32::from(n) * 1_100, 1_100), // One message of 16 MB, piece by piece.
                };
                world.inject(from, &bytes);
                // A second in all, so that it is not the cap on datagrams alone that holds.
                world.now += ms(1);
            }
        });
        most = most.max(held);
    }
    println!("a handshake in fragments holds {most} bytes");
    assert!(limits::HANDSHAKE_DATAGRAMS_MAX * 1_100 < most, "{most}: as many wait as may");
    assert!(most <= 64 * 1024, "{most}");
}

#[test]
fn fifty_peers_that_take_nothing_hold_32_mib_at_most_and_each_512_kib() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut setups = vec![Setup { sends_audio: false, sends_video: false, slots: 1, ..Setup::default() }; 50];
    setups.insert(0, Setup::default());
    let mut world = World::meeting(&setups);
    let stuck: Vec<_> = world.clients[1..].iter().map(|client| (client.id, client.address)).collect();
    let addresses: Vec<_> = stuck.iter().map(|(_, address)| *address).collect();
    // They keep their addresses, and acknowledge neither messages nor media.
    world.loses = Box::new(move |datagram| {
        addresses.contains(&datagram.from) && (is_dtls(&datagram.bytes) || is_rtcp(&datagram.bytes))
    });
    let before = world.sfu.stats().limited;
    let held = held_after(|| {
        for _ in 0..40 {
            for (participant, _) in &stuck {
                // Bytes of its own for each, as if each came from somebody else.
                let message = Message::Binary(Bytes::from(vec![7; limits::MESSAGE_BYTES_MAX]));
                world.command(Command::Send { participant: *participant, message });
            }
            world.play(0, 3);
            // What has left is the wire's, and no longer the server's.
            world.runs = Vec::new();
            for client in &mut world.clients {
                (client.got, client.messages) = (Vec::new(), Vec::new());
            }
        }
    });
    println!("fifty peers that take nothing hold {held} bytes, {} each", held / stuck.len());
    assert!(before < world.sfu.stats().limited, "their buffers are full");
    assert!(held <= 32 * 1024 * 1024, "{held}");
    assert!(held / stuck.len() <= 512 * 1024, "{held}");
}
