//! What somebody with real keys may send: any media packet, any feedback, any data channel. It is dropped, or ends their
//! own session; it never harms the other person.

use sfu_sim::TICK;

use crate::table::Table;
use crate::{Choices, insider};

/// Steps of one input: a bound on its time.
const STEPS_MAX: usize = 100;

/// Media packets with any header: payload types, sequence numbers, contributing sources, header extensions of every form.
pub fn rtp(input: &[u8]) {
    play(input, |table, choices| {
        let which = choices.byte()?;
        let mut header = insider::sent_header(usize::from(which & 3))?;
        let shape = choices.byte()?;
        if which & 4 != 0 {
            header[1] = choices.byte()?; // Marker and payload type.
        }
        let number = u16::from_be_bytes([header[2], header[3]]);
        let step = i16::from(choices.byte()? as i8) * if which & 8 != 0 { 256 } else { 1 };
        header[2..4].copy_from_slice(&number.wrapping_add_signed(step).to_be_bytes());
        if which & 16 != 0 {
            header[8..12].copy_from_slice(&[0, 0, 0, choices.byte()?]); // Another stream.
        }
        if which & 32 != 0 {
            header[0] |= 0x20; // Padding: the last byte of the payload says how much.
        }
        let profile = match shape & 3 {
            0 => None, // As it was.
            1 => Some([0xbe, 0xde]),
            2 => Some([0x10, shape >> 2 & 15]),
            _ => Some([shape, choices.byte()?]),
        };
        if let Some(profile) = profile {
            let sources = shape >> 4;
            header.truncate(12);
            header[0] = 0x80 | header[0] & 0x20 | 0x10 | sources;
            header.extend(std::iter::repeat_n(7, 4 * usize::from(sources)));
            let extensions = choices.piece()?;
            let words = extensions.len().div_ceil(4).min(200);
            header.extend(profile);
            header.extend((words as u16).to_be_bytes());
            header.extend(extensions.iter().copied().chain(std::iter::repeat(0)).take(4 * words));
        }
        let packet = insider::seal_rtp(&header, choices.piece()?)?;
        table.arrive(table.people[0].address, &packet);
        Some(())
    });
}

/// VP8 with any payload descriptor and any payload. What arrives at the viewer is as long as it was, and alike but for the
/// counters in its descriptor.
pub fn vp8(input: &[u8]) {
    let mut sent: Vec<Vec<u8>> = Vec::new();
    let viewer = play(input, |table, choices| {
        let payload = choices.piece()?.to_vec();
        table.people[0].client.send_picture(vec![payload.clone()], table.now);
        sent.push(payload);
        Some(())
    });
    for picture in viewer.people[1].pictures.iter().skip(1) {
        let tail = |payload: &[u8]| payload.get(COUNTERS_END..).map(<[u8]>::to_vec);
        let is_alike = |payload: &Vec<u8>| payload.len() == picture.len() && tail(payload) == tail(picture);
        assert!(sent.iter().any(is_alike), "a picture that nobody sent: {picture:02x?}");
    }
}

/// Behind the longest payload descriptor (RFC 7741, section 4.2).
const COUNTERS_END: usize = 6;

/// Compound feedback of any content.
pub fn rtcp(input: &[u8]) {
    play(input, |table, choices| {
        let mut feedback = choices.piece()?.to_vec();
        feedback.resize(feedback.len().max(8).next_multiple_of(4), 0);
        show_picture(table);
        let packet = insider::seal_rtcp(&feedback)?;
        table.arrive(table.people[0].address, &packet);
        Some(())
    });
}

/// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1) of any content.
pub fn twcc(input: &[u8]) {
    play(input, |table, choices| {
        let mut body = choices.piece()?.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let words = (body.len() / 4 + 2) as u16;
        let header = [0x8f, 205, (words >> 8) as u8, words as u8, 0, 0, 0, 1, 0, 0, 0, 0];
        show_picture(table);
        let packet = insider::seal_rtcp(&[&header, &body[..]].concat())?;
        table.arrive(table.people[0].address, &packet);
        Some(())
    });
}

/// SCTP chunks of any content: data of any channel, channels of any name, acknowledgements, aborts, and what is none.
pub fn data(input: &[u8]) {
    play(input, |_, choices| {
        insider::queue_chunks(choices.piece()?.to_vec());
        Some(())
    });
}

/// The insider takes part in the call and does `step` again and again.
fn play(input: &[u8], mut step: impl FnMut(&mut Table, &mut Choices<'_>) -> Option<()>) -> Table {
    let mut table = Table::with_insider();
    let mut choices = Choices(input);
    for _ in 0..STEPS_MAX {
        if step(&mut table, &mut choices).is_none() {
            break;
        }
        table.pass(TICK);
        table.check();
    }
    table.check_other();
    table.check();
    table.command(sfu_core::Command::Leave { participant: table.people[0].who });
    table.check_other();
    table.leave();
    table
}

/// The other person shows a picture, so that there is something to give feedback about.
fn show_picture(table: &mut Table) {
    table.people[1].client.send_picture(vec![vec![0x10; 300]], table.now);
    table.pump();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_insider_seals_is_authentic() {
        let mut table = Table::with_insider();
        let address = table.people[0].address;
        let mut header = insider::sent_header(0).expect("one was sent");
        header[3] = header[3].wrapping_add(1);
        let before = table.sfu.stats().received_packets;
        let mut packet = insider::seal_rtp(&header, &[0x10; 20]).expect("the keys are known");
        table.arrive(address, &packet);
        assert_eq!(table.sfu.stats().received_packets, before + 1);
        header[3] = header[3].wrapping_add(1);
        packet = insider::seal_rtp(&header, &[0x10; 20]).expect("the keys are known");
        packet[20] ^= 1;
        table.arrive(address, &packet);
        assert_eq!(table.sfu.stats().received_packets, before + 1, "and only that");
    }

    #[test]
    fn chunks_of_an_insider_reach_the_association() {
        const ABORT: [u8; 4] = [6, 0, 0, 4];
        let mut table = Table::with_insider();
        table.people[0].client.send_message(true, b"still here", table.now);
        table.pass(TICK * 50);
        assert_eq!(table.messages, 2, "the first came with the insider");
        insider::queue_chunks(ABORT.to_vec());
        table.pass(TICK * 50);
        table.people[0].client.send_message(true, b"anybody there?", table.now);
        table.pass(TICK * 50);
        assert_eq!(table.messages, 2, "there is no association any more");
    }
}
