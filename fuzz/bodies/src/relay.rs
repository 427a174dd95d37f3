//! Three people in a room who send a file relay whatever they like.

use std::time::Duration;

use sfu_relay::limits::CHUNK_BYTES;
use sfu_relay::{Frame, Input, Keeping, Limits, Now, Output, PersonId, Quota, Relay, RoomId, Signer, Size, TransferId};

use crate::Choices;

const ROOM: RoomId = RoomId(1);
/// Steps of one input: a bound on its time.
const STEPS_MAX: usize = 512;

/// Plays the bytes as frames, whole and broken, of people who come and go. A frame that is read is what would be written; memory stays within
/// its limit; and when all is over, nothing is left.
pub fn relay(input: &[u8]) {
    let quota = Quota { bytes: 100_000, files: 4, transfers: 3 };
    let limits = Limits { memory_bytes_max: 1_000_000, person: quota, room: quota, server: quota, ..Limits::default() };
    let mut relay = Relay::new(limits, [1; 32], Signer::new(&[2; 32], None));
    let mut now = Now { at: sfu_sim::beginning(), unix_s: 0 };
    let mut choices = Choices(input);
    for _ in 0..STEPS_MAX {
        let (Some(what), Some(choice)) = (choices.byte(), choices.byte()) else { break };
        let person = PersonId(u64::from(choice % 3));
        match what % 16 {
            0 => play(&mut relay, Input::Joined { room: ROOM, person }, now),
            1 => play(&mut relay, Input::Left { person }, now),
            2 => {
                let passed = Duration::from_secs(u64::from(choice) * 4);
                (now.at, now.unix_s) = (now.at + passed, now.unix_s + passed.as_secs());
                play(&mut relay, Input::Timeout, now);
            }
            3 => {
                let message = choices.piece().unwrap_or_default();
                if let Ok(frame) = Frame::parse(message) {
                    assert_eq!(frame.write(), message, "there is one way to write a frame");
                }
                play(&mut relay, Input::Received { person, frame: message }, now);
            }
            4 if choice == 1 => play(&mut relay, Input::RoomErased { room: ROOM }, now),
            4 if choice == 2 => play(&mut relay, Input::PersonErased { room: ROOM, person }, now),
            4 if choice == 0 => play(&mut relay, Input::RoomEnded { room: ROOM }, now),
            kind => {
                let message = frame(kind, choice, &mut choices);
                play(&mut relay, Input::Received { person, frame: &message }, now);
            }
        }
        let stats = relay.stats();
        assert!(stats.held_bytes <= stats.memory_bytes && stats.memory_bytes <= limits.memory_bytes_max);
        assert!(stats.files <= 4 && stats.transfers <= 3 && stats.bytes <= 100_000);
    }
    for person in (0..3).map(PersonId) {
        play(&mut relay, Input::Left { person }, now);
    }
    play(&mut relay, Input::RoomEnded { room: ROOM }, now);
    now.at += sfu_relay::limits::RETENTION_MAX;
    play(&mut relay, Input::Timeout, now);
    let stats = relay.stats();
    assert_eq!((stats.files, stats.memory_bytes, stats.held_bytes, stats.people), (0, 0, 0, 0), "all is freed");
    assert!(relay.next_wake().is_none());
}

/// A frame that makes sense more often than not.
fn frame(kind: u8, choice: u8, choices: &mut Choices<'_>) -> Vec<u8> {
    let transfer = TransferId([choice / 3 % 6; 16]);
    let number = u32::from(choices.byte().unwrap_or_default() % 40);
    let bytes = 1 + u64::from(number) * 4001;
    let size = Size::of(bytes).expect("more than nothing");
    match kind {
        4 | 5 => Frame::Offer { transfer, keeping: Keeping::Stored, size, manifest: &[7; 9] }.write(),
        6 => Frame::Offer { transfer, keeping: Keeping::Passed, size, manifest: &[] }.write(),
        7 => Frame::Accept { transfer }.write(),
        8 => Frame::Have { transfer, next: number }.write(),
        9 | 10 => Frame::Ack { transfer, next: number }.write(),
        11 => Frame::Cancel { transfer }.write(),
        _ => {
            let index = u32::from(kind == 12) * number;
            let length = match choices.byte() {
                None => 1,
                Some(u8::MAX) => CHUNK_BYTES,
                Some(length) => usize::from(length),
            };
            let bytes = vec![choice; length];
            Frame::Chunk { transfer, index, bytes: &bytes }.write()
        }
    }
}

fn play(relay: &mut Relay, input: Input<'_>, now: Now) {
    for output in relay.handle(input, now).into_iter().flatten() {
        if let Output::Send { frame, .. } = output {
            let frame = Frame::parse(&frame).expect("the relay speaks the protocol");
            assert!(!matches!(frame, Frame::Accept { .. }), "only pages accept");
        }
    }
}
