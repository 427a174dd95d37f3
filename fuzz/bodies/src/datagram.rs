//! Whatever may arrive at the port of two people in a call, or be asked of the core meanwhile.

use std::time::Duration;

use sfu_core::{Command, Gate, Message, ParticipantId, Source};
use sfu_sim::{Client, TICK};

use crate::Choices;
use crate::table::{Seat, Table};

/// Steps of one input: a bound on its time.
const STEPS_MAX: usize = 200;

/// Connects two people, then plays the bytes: datagrams from them, from strangers, from one under the other's address, changed on the way, twice or
/// late; media and messages with any content; commands in any order; time in leaps. Nothing goes to an address that never sent anything, no datagram
/// is too large, deadlines move, and in the end all is freed.
pub fn datagram(input: &[u8]) {
    let mut table = Table::new();
    table.connect();
    let mut choices = Choices(input);
    for _ in 0..STEPS_MAX {
        if step(&mut table, &mut choices).is_none() {
            break;
        }
        table.pump();
        table.check();
    }
    table.leave();
}

fn step(table: &mut Table, choices: &mut Choices<'_>) -> Option<()> {
    let kind = choices.byte()?;
    let index = usize::from(kind >> 7);
    let Seat { who, address, .. } = table.people[index];
    match kind % 24 {
        0 | 1 => table.arrive(address, choices.piece()?),
        2 => table.arrive(table.stranger, choices.piece()?),
        3 => {
            let other = table.people[1 - index].address;
            let number = usize::from(choices.byte()?);
            if let Some(bytes) = table.overheard.get(number).cloned() {
                table.arrive(other, &bytes);
            }
        }
        4 => {
            let number = usize::from(choices.byte()?);
            if let Some(bytes) = table.overheard.get(number).cloned() {
                table.arrive(table.stranger, &bytes);
            }
        }
        5 => table.mangle = Some((choices.byte()?, choices.byte()?)),
        6 | 7 => table.people[index].client.send_sound(choices.piece()?.to_vec(), table.now),
        8 | 9 => {
            let frame = vec![choices.piece()?.to_vec(), choices.piece()?.to_vec()];
            table.people[index].client.send_picture(frame, table.now);
        }
        10 => {
            let message = choices.piece()?;
            table.people[index].client.send_message(message.len() % 2 == 0, message, table.now);
        }
        11 | 12 => table.pass(TICK * u32::from(choices.byte()?)),
        13 => table.pass(Duration::from_millis(100) * u32::from(choices.byte()?)),
        14 => table.command(Command::SetGate {
            participant: who,
            gate: [Gate::Shut, Gate::Open][usize::from(choices.byte()? % 2)],
        }),
        15 => {
            let choice = choices.byte()?;
            let source = [Source::Microphone, Source::Camera, Source::Screen][usize::from(choice >> 1) % 3];
            table.command(Command::SetMuted { participant: who, source, muted: choice % 2 == 0 });
        }
        16 => table
            .command(Command::Send { participant: who, message: Message::Binary(choices.piece()?.to_vec().into()) }),
        17 => {
            let participant = ParticipantId(u64::from(choices.byte()? % 4));
            table.join(participant, Gate::Open);
        }
        18 => table.command(Command::Leave { participant: who }),
        19 => table.command(Command::Evict { participant: who }),
        20 => table.offer(who, String::from_utf8_lossy(choices.piece()?).into_owned()),
        21 => {
            // The page is loaded again.
            let (client, offer) = Client::new(address, 1, table.now);
            table.people[index].client = client;
            table.people[index].connected = false;
            table.offer(who, offer);
            if let Some((_, answer)) = table.answer.take() {
                table.people[index].client.accept(&answer, table.now).expect("the answer fits");
            }
        }
        22 => table.people[index].client.close(table.now),
        _ => table.command(Command::ReportStats { participant: ParticipantId(u64::from(choices.byte()? % 4)) }),
    }
    Some(())
}
