//! Reports and feedback (RTCP): RFC 3550, section 6.4, RFC 3611, RFC 4585 and RFC 5104, compound or of reduced size
//! (RFC 5506).

pub(crate) mod feedback;

use feedback::Feedback;

/// The packets of a compound one, which must be open. Ends at the first that is malformed.
pub(crate) fn packets(compound: &[u8]) -> impl Iterator<Item = Packet<'_>> {
    let mut rest = compound;
    std::iter::from_fn(move || {
        let (packet, behind) = Packet::split(rest)?;
        rest = behind;
        Some(packet)
    })
}

/// What one packet says. Its iterators end with its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packet<'a> {
    SenderReport {
        ssrc: u32,
        /// When it was sent, by the sender's wall clock: seconds since 1900, in units of 2^-32.
        ntp: u64,
        /// The same moment in the units of the stream.
        rtp: u32,
        blocks: Blocks<'a>,
    },
    ReceiverReport {
        ssrc: u32,
        blocks: Blocks<'a>,
    },
    /// Somebody asks for packets again (RFC 4585, section 6.2.1).
    Nack {
        media_ssrc: u32,
        lost: Lost<'a>,
    },
    /// Somebody needs a keyframe (RFC 4585, section 6.3.1).
    PictureLoss {
        media_ssrc: u32,
    },
    /// As above, with numbers that tell a new command from a repeated one (RFC 5104, section 4.3.1).
    FullIntra {
        requests: Requests<'a>,
    },
    TransportFeedback(Feedback<'a>),
    /// Of its blocks only those are read that answer a [`reference_time`].
    ExtendedReport {
        answers: Answers<'a>,
    },
    /// Well formed, and of no use here.
    Other,
}

impl<'a> Packet<'a> {
    /// The first packet and what is behind it.
    fn split(compound: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let ([header], _) = words(compound)?;
        let [first, kind, l0, l1] = header.to_be_bytes();
        if first >> 6 != 2 {
            return None;
        }
        let (whole, behind) = compound.split_at_checked(4 * (usize::from(u16::from_be_bytes([l0, l1])) + 1))?;
        let body = crate::rtp::unpadded(whole.get(4..)?, first & PADDING != 0)?;
        Some((Self::read(first & COUNT_MAX, kind, body)?, behind))
    }

    fn read(count: u8, kind: u8, body: &'a [u8]) -> Option<Self> {
        Some(match (kind, count) {
            (SENDER_REPORT, _) => {
                let ([ssrc, ntp_high, ntp_low, rtp, _packets, _octets], rest) = words(body)?;
                let ntp = u64::from(ntp_high) << 32 | u64::from(ntp_low);
                Self::SenderReport { ssrc, ntp, rtp, blocks: Blocks(entries(rest, count)?) }
            }
            (RECEIVER_REPORT, _) => {
                let ([ssrc], rest) = words(body)?;
                Self::ReceiverReport { ssrc, blocks: Blocks(entries(rest, count)?) }
            }
            (TRANSPORT_FEEDBACK, GENERIC_NACK) => {
                let ([_sender, media_ssrc], rest) = words(body)?;
                Self::Nack { media_ssrc, lost: Lost(rest.as_chunks().0) }
            }
            (TRANSPORT_FEEDBACK, TRANSPORT_WIDE) => Self::TransportFeedback(Feedback::parse(body)?),
            (PAYLOAD_FEEDBACK, PICTURE_LOSS) => {
                let ([_sender, media_ssrc], _) = words(body)?;
                Self::PictureLoss { media_ssrc }
            }
            (PAYLOAD_FEEDBACK, FULL_INTRA) => {
                let ([_sender, _unused], rest) = words(body)?;
                Self::FullIntra { requests: Requests(rest.as_chunks().0) }
            }
            (EXTENDED_REPORT, _) => {
                let ([_sender], rest) = words(body)?;
                Self::ExtendedReport { answers: Answers(rest) }
            }
            _ => Self::Other,
        })
    }
}

/// How one stream arrives (RFC 3550, section 6.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) ssrc: u32,
    /// Since the last report, in units of 1/256.
    pub(crate) fraction_lost: u8,
    /// Since the beginning; negative with duplicates. 24 bits: more is written as the most there is.
    pub(crate) cumulative_lost: i32,
    /// The highest sequence number, extended by the count of its cycles.
    pub(crate) highest_sequence: u32,
    /// In units of the stream's timestamps.
    pub(crate) jitter: u32,
    /// The middle 32 bits of the last sender report's `ntp`; 0 if there was none.
    pub(crate) last_report: u32,
    /// Since that report came, in units of 1/65536 s.
    pub(crate) delay_since: u32,
}

impl Block {
    const BYTES: usize = 24;
    const LOST_MAX: i32 = (1 << 23) - 1;

    fn read(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let ([ssrc, lost, highest_sequence, jitter, last_report, delay_since], _) = words(bytes)?;
        let fraction_lost = (lost >> 24) as u8;
        let cumulative_lost = (lost << 8) as i32 >> 8; // Keeps the sign.
        Some(Self { ssrc, fraction_lost, cumulative_lost, highest_sequence, jitter, last_report, delay_since })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let lost = self.cumulative_lost.clamp(-Self::LOST_MAX - 1, Self::LOST_MAX) as u32 & 0x00ff_ffff;
        let lost = u32::from(self.fraction_lost) << 24 | lost;
        append(out, [self.ssrc, lost, self.highest_sequence, self.jitter, self.last_report, self.delay_since]);
    }
}

/// The blocks of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blocks<'a>(&'a [[u8; Block::BYTES]]);

impl<'a> Blocks<'a> {
    pub(crate) fn iter(self) -> impl Iterator<Item = Block> + 'a {
        self.0.iter().filter_map(Block::read)
    }
}

/// What a negative acknowledgement asks for: pairs of a sequence number and a mask of the 16 behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost<'a>(&'a [[u8; 4]]);

impl<'a> Lost<'a> {
    /// The sequence numbers in the order of the packet, which may repeat them.
    pub(crate) fn iter(self) -> impl Iterator<Item = u16> + 'a {
        self.0.iter().flat_map(|[p0, p1, m0, m1]| {
            let (first, mask) = (u16::from_be_bytes([*p0, *p1]), u16::from_be_bytes([*m0, *m1]));
            let behind = (0..16).filter(move |bit| mask >> bit & 1 == 1).map(|bit| bit + 1);
            std::iter::once(0).chain(behind).map(move |ahead| first.wrapping_add(ahead))
        })
    }
}

/// Commands to send a keyframe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Requests<'a>(&'a [[u8; 8]]);

impl<'a> Requests<'a> {
    /// Whose keyframe, and the number of the command.
    pub(crate) fn iter(self) -> impl Iterator<Item = (u32, u8)> + 'a {
        self.0.iter().map(|[s0, s1, s2, s3, number, ..]| (u32::from_be_bytes([*s0, *s1, *s2, *s3]), *number))
    }
}

/// What a sender knows of somebody who only receives (RFC 3611, section 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Who told their time.
    pub(crate) ssrc: u32,
    /// The middle 32 bits of the time that they told last; 0 if there was none.
    pub(crate) last_time: u32,
    /// Since that came, in units of 1/65536 s.
    pub(crate) delay_since: u32,
}

/// The blocks of an extended report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answers<'a>(&'a [u8]);

impl<'a> Answers<'a> {
    /// Ends at the first block that is cut off.
    pub(crate) fn iter(self) -> impl Iterator<Item = Answer> + 'a {
        let mut rest = self.0;
        let blocks = std::iter::from_fn(move || {
            let ([header], behind) = words(rest)?;
            let (block, behind) = behind.split_at_checked(4 * (header as usize & 0xffff))?;
            rest = behind;
            Some(if header >> 24 == DELAY_SINCE_TIME { block.as_chunks().0 } else { &[] })
        });
        blocks.flatten().filter_map(|entry: &[u8; 12]| {
            let ([ssrc, last_time, delay_since], _) = words(entry)?;
            Some(Answer { ssrc, last_time, delay_since })
        })
    }
}

/// Appends a sender report. Blocks beyond what one report holds go into receiver reports behind it (RFC 3550, section 6.1).
pub(crate) fn sender_report(
    out: &mut Vec<u8>,
    ssrc: u32,
    ntp: u64,
    rtp: u32,
    packets: u32,
    octets: u32,
    blocks: &[Block],
) {
    let (first, others) = blocks.split_at(blocks.len().min(usize::from(COUNT_MAX)));
    append_packet(out, SENDER_REPORT, first.len() as u8, |out| {
        append(out, [ssrc, (ntp >> 32) as u32, ntp as u32, rtp, packets, octets]);
        first.iter().for_each(|block| block.write(out));
    });
    if !others.is_empty() {
        receiver_report(out, ssrc, others);
    }
}

/// Appends a receiver report, or several if there are more blocks than one holds.
pub(crate) fn receiver_report(out: &mut Vec<u8>, ssrc: u32, blocks: &[Block]) {
    let (first, others) = blocks.split_at(blocks.len().min(usize::from(COUNT_MAX)));
    for blocks in std::iter::once(first).chain(others.chunks(usize::from(COUNT_MAX))) {
        append_packet(out, RECEIVER_REPORT, blocks.len() as u8, |out| {
            append(out, [ssrc]);
            blocks.iter().for_each(|block| block.write(out));
        });
    }
}

/// Appends what time it is here (RFC 3611, section 4.4): senders answer with how long ago they heard so. Who sends nothing
/// has no other way to learn how far away they are.
pub(crate) fn reference_time(out: &mut Vec<u8>, ssrc: u32, ntp: u64) {
    append_packet(out, EXTENDED_REPORT, 0, |out| {
        append(out, [ssrc, REFERENCE_TIME << 24 | 2, (ntp >> 32) as u32, ntp as u32]);
    });
}

/// Appends the name by which the streams of one sender belong together (RFC 3550, section 6.5.1): its first 255 bytes.
pub(crate) fn source_description(out: &mut Vec<u8>, ssrc: u32, cname: &str) {
    const CNAME: u8 = 1;
    let cname = &cname.as_bytes()[..cname.floor_char_boundary(255)];
    append_packet(out, SOURCE_DESCRIPTION, 1, |out| {
        append(out, [ssrc]);
        out.extend([CNAME, cname.len() as u8]);
        out.extend_from_slice(cname);
        out.push(0); // Ends the list of items, and so does what pads it.
    });
}

/// Appends a request for a keyframe.
pub(crate) fn picture_loss(out: &mut Vec<u8>, sender_ssrc: u32, media_ssrc: u32) {
    append_packet(out, PAYLOAD_FEEDBACK, PICTURE_LOSS, |out| append(out, [sender_ssrc, media_ssrc]));
}

/// Appends a request for packets again, and returns how many entries of 4 bytes it has: at most `entries_max`, each of
/// which covers 17 sequence numbers in a row. The numbers ascend; those that are left over are not asked for. Appends
/// nothing if there is nothing to ask for.
pub(crate) fn nack(
    out: &mut Vec<u8>,
    sender_ssrc: u32,
    media_ssrc: u32,
    sequences: impl Iterator<Item = u16>,
    entries_max: usize,
) -> usize {
    let mut sequences = sequences.peekable();
    let entries_max = entries_max.min(NACK_ENTRIES_MAX);
    if entries_max == 0 || sequences.peek().is_none() {
        return 0;
    }
    let mut entries = 0;
    append_packet(out, TRANSPORT_FEEDBACK, GENERIC_NACK, |out| {
        append(out, [sender_ssrc, media_ssrc]);
        while entries < entries_max
            && let Some(first) = sequences.next()
        {
            let mut mask = 0u16;
            while let Some(next) = sequences.next_if(|next| (1..=16).contains(&next.wrapping_sub(first))) {
                mask |= 1 << (next.wrapping_sub(first) - 1);
            }
            append(out, [u32::from(first) << 16 | u32::from(mask)]);
            entries += 1;
        }
    });
    entries
}

/// Appends a packet, whose `body` has less than 2^18 bytes, and fills it up to whole words. That is not padding as the
/// header means it, which only the last packet of a compound one may have (RFC 3550, section 6.4.1): every body says
/// itself where it ends.
fn append_packet(out: &mut Vec<u8>, kind: u8, count: u8, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([2 << 6 | count & COUNT_MAX, kind, 0, 0]);
    body(out);
    out.resize(start + (out.len() - start).next_multiple_of(4), 0);
    let words = ((out.len() - start) / 4 - 1) as u16;
    out[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
}

fn append<const N: usize>(out: &mut Vec<u8>, words: [u32; N]) {
    out.extend_from_slice(words.map(u32::to_be_bytes).as_flattened());
}

/// The first words and what is behind them.
fn words<const N: usize>(bytes: &[u8]) -> Option<([u32; N], &[u8])> {
    let (words, rest) = bytes.split_at_checked(4 * N)?;
    let words: &[[u8; 4]; N] = words.as_chunks().0.try_into().ok()?;
    Some((words.map(u32::from_be_bytes), rest))
}

/// The first `count` entries, if there are so many.
fn entries<const N: usize>(bytes: &[u8], count: u8) -> Option<&[[u8; N]]> {
    bytes.as_chunks().0.get(..usize::from(count))
}

const PADDING: u8 = 0x20;
/// Blocks or sources of one packet: its header has five bits for them, or for the format of feedback.
const COUNT_MAX: u8 = 31;
/// Entries of one negative acknowledgement: all 65,536 sequence numbers are covered by so many.
const NACK_ENTRIES_MAX: usize = 65_536_usize.div_ceil(17);

// Packet types and formats, by the registry of IANA.
const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const EXTENDED_REPORT: u8 = 207;
const GENERIC_NACK: u8 = 1;
const TRANSPORT_WIDE: u8 = 15;
const PICTURE_LOSS: u8 = 1;
const FULL_INTRA: u8 = 4;
// Types of blocks in extended reports.
const REFERENCE_TIME: u32 = 4;
const DELAY_SINCE_TIME: u32 = 5;

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use proptest::collection::vec;
    use proptest::prelude::*;
    use str0m::rtp::rtcp::{ReceptionReport, Rtcp};

    use super::*;

    const BLOCK: Block = Block {
        ssrc: 1,
        fraction_lost: 2,
        cumulative_lost: -3,
        highest_sequence: 4,
        jitter: 5,
        last_report: 6,
        delay_since: 7,
    };

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out);
        out
    }

    fn only(bytes: &[u8]) -> Packet<'_> {
        let all: Vec<Packet<'_>> = packets(bytes).collect();
        let [packet] = all[..] else { panic!("{all:?}") };
        packet
    }

    #[test]
    fn reports_are_written_as_rfc_3550_draws_them() {
        let bytes = written(|out| receiver_report(out, 9, &[BLOCK]));
        #[rustfmt::skip]
        let drawn = [
            0x81, 201, 0, 7, 0, 0, 0, 9,
            0, 0, 0, 1, 2, 0xff, 0xff, 0xfd, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7,
        ];
        assert_eq!(bytes, drawn);
        let bytes = written(|out| sender_report(out, 9, 0x0102_0304_0506_0708, 10, 11, 12, &[]));
        #[rustfmt::skip]
        let drawn = [0x80, 200, 0, 6, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 10, 0, 0, 0, 11, 0, 0, 0, 12];
        assert_eq!(bytes, drawn);
    }

    #[test]
    fn more_blocks_than_a_report_holds_go_into_the_next() {
        let blocks: Vec<Block> = (0..70).map(|ssrc| Block { ssrc, ..BLOCK }).collect();
        let bytes = written(|out| sender_report(out, 9, 1, 2, 3, 4, &blocks));
        let read: Vec<Vec<Block>> = packets(&bytes)
            .map(|packet| {
                let (Packet::SenderReport { ssrc: 9, blocks, .. } | Packet::ReceiverReport { ssrc: 9, blocks }) =
                    packet
                else {
                    panic!("{packet:?}")
                };
                blocks.iter().collect()
            })
            .collect();
        assert_eq!(read.iter().map(Vec::len).collect::<Vec<_>>(), [31, 31, 8]);
        assert_eq!(read.concat(), blocks);
    }

    #[test]
    fn more_loss_than_24_bits_count_is_the_most_they_count() {
        for (lost, read) in [(i32::MAX, 0x7f_ffff), (i32::MIN, -0x80_0000), (0x7f_ffff, 0x7f_ffff)] {
            let block = Block { cumulative_lost: lost, ..BLOCK };
            let bytes = written(|out| receiver_report(out, 9, &[block]));
            let Packet::ReceiverReport { blocks, .. } = only(&bytes) else { panic!() };
            assert_eq!(blocks.iter().collect::<Vec<_>>(), [Block { cumulative_lost: read, ..BLOCK }]);
        }
    }

    #[test]
    fn a_name_ends_with_a_zero_and_on_a_whole_word() {
        assert_eq!(
            written(|out| source_description(out, 9, "ab")),
            [0x81, 202, 0, 3, 0, 0, 0, 9, 1, 2, b'a', b'b', 0, 0, 0, 0]
        );
        assert_eq!(written(|out| source_description(out, 9, "a")), [0x81, 202, 0, 2, 0, 0, 0, 9, 1, 1, b'a', 0]);
        let long = "ä".repeat(200);
        let bytes = written(|out| source_description(out, 9, &long));
        assert_eq!(bytes[9], 254, "no half characters");
        assert_eq!(only(&bytes), Packet::Other);
    }

    #[test]
    fn requests_for_keyframes_are_read() {
        assert_eq!(
            written(|out| picture_loss(out, 1, 2)),
            [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2],
            "RFC 4585, section 6.3.1"
        );
        assert_eq!(only(&written(|out| picture_loss(out, 1, 2))), Packet::PictureLoss { media_ssrc: 2 });
        // RFC 5104, section 4.3.1.1: two streams.
        let bytes = [0x84, 206, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 200, 0, 0, 0, 0, 0, 0, 8, 201, 0, 0, 0];
        let Packet::FullIntra { requests } = only(&bytes) else { panic!() };
        assert_eq!(requests.iter().collect::<Vec<_>>(), [(7, 200), (8, 201)]);
    }

    #[test]
    fn times_are_told_and_answered_as_rfc_3611_draws_them() {
        let bytes = written(|out| reference_time(out, 9, 0x0102_0304_0506_0708));
        assert_eq!(bytes, [0x80, 207, 0, 4, 0, 0, 0, 9, 4, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
        #[rustfmt::skip]
        let mut answered = vec![
            0x80, 207, 0, 13, 0, 0, 0, 7, // Of 13 words:
            4, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, // the sender's own time,
            5, 0, 0, 6, 0, 0, 0, 9, 3, 4, 5, 6, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, // two answers,
            99, 0, 0, 1, 0, 0, 0, 0, // and something unknown.
        ];
        let answers = |bytes: &[u8]| {
            let Packet::ExtendedReport { answers } = only(bytes) else { panic!() };
            answers.iter().map(|answer| (answer.ssrc, answer.last_time, answer.delay_since)).collect::<Vec<_>>()
        };
        assert_eq!(answers(&answered), [(9, 0x0304_0506, 65_536), (1, 0, 0)]);
        answered[23] = 200; // Longer than what is there.
        assert_eq!(answers(&answered), []);
        assert_eq!(answers(&[0x80, 207, 0, 1, 0, 0, 0, 1]), [], "none at all");
    }

    #[test]
    fn lost_numbers_are_packed_by_seventeens() {
        let lost = [65_530, 65_535, 0, 10, 11, 28, 100];
        let bytes = written(|out| assert_eq!(nack(out, 1, 2, lost.into_iter(), 9), 4));
        assert_eq!(bytes[..4], [0x81, 205, 0, 6]);
        // 65,535 is the fifth behind the first, 0 the sixth, 10 the sixteenth.
        assert_eq!(bytes[12..16], [0xff, 0xfa, 0b1000_0000, 0b0011_0000]);
        assert_eq!(bytes[16..20], [0, 11, 0, 0], "17 behind it is one too far");
        let Packet::Nack { media_ssrc: 2, lost: read } = only(&bytes) else { panic!() };
        assert_eq!(read.iter().collect::<Vec<_>>(), lost);
    }

    #[test]
    fn a_request_for_packets_keeps_to_its_maximum_and_is_never_empty() {
        let bytes = written(|out| assert_eq!(nack(out, 1, 2, (0..1000).step_by(20), 3), 3));
        assert_eq!(bytes.len(), 24);
        let nothing = written(|out| {
            assert_eq!(nack(out, 1, 2, std::iter::empty(), 3), 0);
            assert_eq!(nack(out, 1, 2, 0..9, 0), 0);
        });
        assert!(nothing.is_empty());
        let all = written(|out| {
            assert_eq!(nack(out, 1, 2, (0..=u16::MAX).cycle().take(1 << 20), usize::MAX), NACK_ENTRIES_MAX)
        });
        let Packet::Nack { lost, .. } = only(&all) else { panic!() };
        assert!(lost.iter().take(1 << 16).eq(0..=u16::MAX));
    }

    #[test]
    fn reading_ends_at_what_is_malformed_and_goes_on_behind_what_is_unknown() {
        let good = written(|out| picture_loss(out, 1, 2));
        let picture = Packet::PictureLoss { media_ssrc: 2 };
        let goodbye = [0x81, 203, 0, 1, 0, 0, 0, 1]; // RFC 3550, section 6.6.
        let compound = [&good[..], &goodbye, &good].concat();
        assert_eq!(packets(&compound).collect::<Vec<_>>(), [picture, Packet::Other, picture]);
        for bad in [
            &[0x80, 207, 0, 200][..],       // Longer than what is there.
            &[0x40, 207, 0, 1, 0, 0, 0, 1], // Another version.
            &[0x81, 201, 0, 1, 0, 0, 0, 1], // One block that is not there.
            &[0xa0, 207, 0, 1, 0, 0, 0, 0], // Padding of no bytes,
            &[0xa0, 207, 0, 1, 0, 0, 0, 5], // or of more than there are.
            &[0x80, 200, 0, 1, 0, 0, 0, 1], // Shorter than a report is.
            &[0x80, 207],                   // Shorter than a header is.
        ] {
            let compound = [&good[..], bad, &good].concat();
            assert_eq!(packets(&compound).collect::<Vec<_>>(), [picture], "{bad:?}");
        }
    }

    #[test]
    fn padding_is_not_read() {
        let bytes = [0xa1, 205, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 9, 0, 0, 0, 0, 0, 4];
        let Packet::Nack { lost, .. } = only(&bytes) else { panic!() };
        assert_eq!(lost.iter().collect::<Vec<_>>(), [9]);
    }

    fn block() -> impl Strategy<Value = Block> {
        (any::<[u32; 5]>(), any::<u8>(), -0x80_0000..0x80_0000).prop_map(
            |([ssrc, highest_sequence, jitter, last_report, delay_since], fraction_lost, cumulative_lost)| Block {
                ssrc,
                fraction_lost,
                cumulative_lost,
                highest_sequence,
                jitter,
                last_report,
                delay_since,
            },
        )
    }

    /// Whether the session engine reads the same.
    fn is_alike(block: &Block, other: &ReceptionReport) -> bool {
        (*other.ssrc, other.fraction_lost, other.packets_lost as i32)
            == (block.ssrc, block.fraction_lost, block.cumulative_lost & 0xff_ffff)
            && (other.max_seq, other.jitter, other.last_sr_time, other.last_sr_delay)
                == (block.highest_sequence, block.jitter, block.last_report, block.delay_since)
    }

    proptest! {
        #[test]
        fn reports_are_read_as_written_and_by_the_session_engine(
            [ssrc, rtp, sent, octets] in any::<[u32; 4]>(),
            ntp in any::<u64>(),
            blocks in vec(block(), 0..=31),
        ) {
            let bytes = written(|out| sender_report(out, ssrc, ntp, rtp, sent, octets, &blocks));
            let Packet::SenderReport { blocks: read, ssrc: s, ntp: n, rtp: r } = only(&bytes) else { panic!() };
            prop_assert_eq!((s, n, r), (ssrc, ntp, rtp));
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), blocks.clone());
            let Ok(Rtcp::SenderReport(theirs)) = Rtcp::try_from(&bytes[..]) else { panic!() };
            let info = theirs.sender_info;
            prop_assert_eq!((*info.ssrc, info.rtp_time.numer() as u32), (ssrc, rtp));
            prop_assert_eq!((info.sender_packet_count, info.sender_octet_count), (sent, octets));
            if 2_208_988_800 < ntp >> 32 {
                let since = Duration::new((ntp >> 32) - 2_208_988_800, (((ntp & 0xffff_ffff) * 1_000_000_000) >> 32) as u32);
                let theirs = info.ntp_time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
                prop_assert!(theirs.abs_diff(since) < Duration::from_micros(2), "{theirs:?} {since:?}");
            }
            prop_assert!(theirs.reports.iter().zip(&blocks).all(|(theirs, block)| is_alike(block, theirs)));
            prop_assert_eq!(theirs.reports.len(), blocks.len());

            let bytes = written(|out| receiver_report(out, ssrc, &blocks));
            let Packet::ReceiverReport { ssrc: s, blocks: read } = only(&bytes) else { panic!() };
            prop_assert_eq!((s, read.iter().collect::<Vec<_>>()), (ssrc, blocks.clone()));
            let Ok(Rtcp::ReceiverReport(theirs)) = Rtcp::try_from(&bytes[..]) else { panic!() };
            prop_assert!(theirs.reports.iter().zip(&blocks).all(|(theirs, block)| is_alike(block, theirs)));
        }

        #[test]
        fn names_are_read_by_the_session_engine(ssrc in any::<u32>(), name in "[a-z0-9]{1,60}") {
            let bytes = written(|out| source_description(out, ssrc, &name));
            let Ok(Rtcp::SourceDescription(theirs)) = Rtcp::try_from(&bytes[..]) else { panic!() };
            let source = theirs.reports.get(0).unwrap();
            prop_assert_eq!(*source.ssrc, ssrc);
            prop_assert_eq!(&source.values.get(0).unwrap().1, &name);
        }

        #[test]
        fn lost_numbers_are_read_as_written_and_by_the_session_engine(
            first in any::<u16>(),
            steps in vec(prop_oneof![1..4u16, 1..40u16], 0..200),
        ) {
            let mut lost = vec![first];
            lost.extend(steps.iter().scan(first, |at, step| {
                *at = at.wrapping_add(*step);
                Some(*at)
            }));
            let bytes = written(|out| {
                nack(out, 1, 2, lost.iter().copied(), usize::MAX);
            });
            let Packet::Nack { media_ssrc: 2, lost: read } = only(&bytes) else { panic!() };
            prop_assert!(read.iter().eq(lost.iter().copied()));
            let Ok(Rtcp::Nack(theirs)) = Rtcp::try_from(&bytes[..]) else { panic!() };
            let theirs: Vec<u16> = theirs
                .reports
                .into_iter()
                .flat_map(|entry| entry.into_iter((1 << 20 | u64::from(entry.pid)).into()))
                .map(|number| *number as u16)
                .collect();
            prop_assert_eq!(&theirs[..], &lost[..theirs.len()], "it reads no more than 31 entries");
            prop_assert!(lost.len() == theirs.len() || 31 <= theirs.len());
        }

        #[test]
        fn any_bytes_are_read_without_harm(
            pieces in vec((0x80u8..0xc0, 195u8..210, vec(any::<u8>(), 0..80)), 0..8),
            tail in vec(any::<u8>(), 0..40),
        ) {
            let mut compound = Vec::new();
            for (first, kind, mut body) in pieces {
                body.truncate(body.len() / 4 * 4);
                compound.extend([first, kind, 0, (body.len() / 4) as u8]);
                compound.extend(body);
            }
            compound.extend(tail);
            let mut read = 0;
            for packet in packets(&compound) {
                read += 4;
                match packet {
                    Packet::SenderReport { blocks, .. } | Packet::ReceiverReport { blocks, .. } => {
                        read += 24 * blocks.iter().count();
                    }
                    Packet::Nack { lost, .. } => prop_assert!(lost.iter().count() <= 17 * compound.len() / 4),
                    Packet::ExtendedReport { answers } => read += 12 * answers.iter().count(),
                    Packet::FullIntra { requests } => read += 8 * requests.iter().count(),
                    Packet::TransportFeedback(feedback) => {
                        prop_assert_eq!(feedback.packets().count(), usize::from(feedback.statuses()));
                    }
                    Packet::PictureLoss { .. } | Packet::Other => {}
                }
            }
            prop_assert!(read <= compound.len());
        }
    }
}
