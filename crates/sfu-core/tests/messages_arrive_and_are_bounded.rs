//! Small messages pass by data channel to whom the embedder names, and nothing about them grows without limit.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for what it expects")]

mod common;

use bytes::Bytes;
use common::{ROOM, Setup, World, ms};
use sfu_core::{Command, Event, Gate, Message, ParticipantId, limits};

fn messages(world: &World) -> Vec<(ParticipantId, Message)> {
    let message = |event: &Event| match event {
        Event::Message { participant, message } => Some((*participant, message.clone())),
        _ => None,
    };
    world.events.iter().filter_map(message).collect()
}

#[test]
fn text_and_bytes_arrive_both_ways() {
    let mut world = World::pair();
    let text = Message::Text("Grüße 👋".to_owned());
    for participant in [world.clients[0].id, world.clients[1].id] {
        let opened = world.events.iter().filter(|event| **event == Event::ChannelOpened { participant });
        assert_eq!(opened.count(), 1, "the embedder is told when it can begin");
    }
    let bytes = Message::Binary(Bytes::from(vec![7; limits::MESSAGE_BYTES_MAX]));
    assert!(world.clients[0].send_message(&text, world.now));
    assert!(world.clients[0].send_message(&bytes, world.now));
    world.run(ms(300));
    let ana = world.clients[0].id;
    assert_eq!(messages(&world), [(ana, text.clone()), (ana, bytes.clone())]);
    let ben = world.clients[1].id;
    for message in [&text, &bytes] {
        world.command(Command::Send { participant: ben, message: message.clone() });
    }
    world.run(ms(300));
    assert_eq!(world.clients[1].messages, [text, bytes]);
    assert_eq!(world.clients[0].messages, [], "only to whom the embedder says");
}

#[test]
fn a_shut_gate_stops_messages_both_ways() {
    let mut world = World::pair();
    let (ana, ben) = (world.clients[0].id, world.clients[1].id);
    world.command(Command::SetGate { participant: ana, gate: Gate::Shut });
    let text = Message::Text("x".to_owned());
    world.clients[0].send_message(&text, world.now);
    world.command(Command::Send { participant: ana, message: text.clone() });
    world.run(ms(200));
    assert_eq!((messages(&world).len(), world.clients[0].messages.len()), (0, 0));
    assert_eq!(world.sfu.stats().gated_packets, 2);
    world.command(Command::Send { participant: ben, message: text });
    world.run(ms(200));
    assert_eq!(world.clients[1].messages.len(), 1);
}

#[test]
fn a_large_message_is_refused_and_counted() {
    let mut world = World::pair();
    let ben = world.clients[1].id;
    let large = Message::Binary(Bytes::from(vec![7; limits::MESSAGE_BYTES_MAX + 1]));
    world.command(Command::Send { participant: ben, message: large.clone() });
    assert_eq!(world.sfu.stats().limited, 1);
    let taken = world.clients[0].send_message(&large, world.now);
    world.run(ms(300));
    assert!(!taken || messages(&world).is_empty(), "the answer names the limit, and it holds anyway");
    assert_eq!(world.clients[1].messages.len(), 0);
}

#[test]
fn a_peer_that_takes_nothing_fills_one_buffer_and_no_more() {
    let mut world = World::pair();
    let (ben, address) = (world.clients[1].id, world.clients[1].address);
    world.loses = Box::new(move |datagram| datagram.to == address && common::is_dtls(&datagram.bytes));
    let message = Message::Binary(Bytes::from(vec![7; limits::MESSAGE_BYTES_MAX]));
    for _ in 0..200 {
        world.command(Command::Send { participant: ben, message: message.clone() });
        world.run(ms(2));
    }
    let taken = 200 - world.sfu.stats().limited as usize;
    // What is on its way has left the buffer.
    assert!(taken * limits::MESSAGE_BYTES_MAX <= 2 * limits::MESSAGE_BUFFER_BYTES_MAX, "{taken} messages");
    world.play(0, 5);
    assert_eq!(world.clients[1].got.len(), 10, "media goes on");
}

#[test]
fn a_message_to_somebody_without_a_channel_is_counted() {
    let mut world = World::meeting(&[Setup { channel: false, ..Setup::default() }]);
    let participant = world.clients[0].id;
    world.command(Command::Send { participant, message: Message::Text("x".to_owned()) });
    assert_eq!(world.sfu.stats().limited, 1);
    world.command(Command::Send { participant: ParticipantId(99), message: Message::Text("x".to_owned()) });
    assert_eq!(world.sfu.stats().stale_commands, 1);
}

#[test]
fn a_channel_of_another_name_is_closed() {
    let mut world = World::new();
    let setup = Setup { channel_label: "gossip", ..Setup::default() };
    world.add(setup, ROOM, Gate::Open);
    world.run(ms(600));
    world.clients[0].send_message(&Message::Text("x".to_owned()), world.now);
    world.run(ms(300));
    assert_eq!(messages(&world), []);
    assert!(1 <= world.sfu.stats().limited);
}

#[test]
fn a_peer_who_takes_no_messages_is_ended_and_the_others_go_on() {
    let mut world = World::pair();
    let (ana, ben, address) = (world.clients[0].id, world.clients[1].id, world.clients[1].address);
    // Everything but what DTLS carries arrives: the peer is there, and acknowledges nothing.
    world.loses = Box::new(move |datagram| datagram.to == address && matches!(datagram.bytes.first(), Some(20..=63)));
    let message = Message::Binary(Bytes::from(vec![7; limits::MESSAGE_BYTES_MAX]));
    let left = |world: &World| {
        world.events.iter().any(|event| matches!(event, Event::Left { participant, .. } if *participant == ben))
    };
    let began = world.now;
    while !left(&world) && world.now < began + 3 * limits::MESSAGES_STUCK_MAX {
        for participant in [ana, ben] {
            world.command(Command::Send { participant, message: message.clone() });
        }
        world.run(ms(250));
    }
    assert!(left(&world));
    assert!(limits::MESSAGES_STUCK_MAX <= world.now - began);
    let got = world.clients[0].messages.len();
    assert!(limits::MESSAGES_STUCK_MAX.as_millis() / 250 <= got as u128, "{got}");
}
